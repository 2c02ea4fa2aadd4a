import type { Authority } from './authority.ts';
import { readSigningRequest } from './certificate-request.ts';
import { issueCertificate, nameDer, type IssueHash } from './issue.ts';
import { inContainer, publicKeyDer, type IssueContainer, type KeyAlgorithm } from './key-pairs.ts';

export interface IdentityRequest {
  /** Key of a fresh identity; of no matter with `signingRequest`. */
  key: KeyAlgorithm;
  /** Container of the fresh key. Default: the one OpenSSL and AWS write, `sec1` for EC and `pkcs1` for RSA. */
  container?: IssueContainer;
  /** The user's PKCS#10 request: its key is certified and no key is made. `path` is for messages. */
  signingRequest?: { path: string; text: string };
  /** Kind of the CA that signs. AWS IoT signs with RSA whatever the key is. */
  signer?: KeyAlgorithm;
  hash?: IssueHash;
  /** Roots in the CA bundle that is handed out. Default: the RSA one, as the usual download AmazonRootCA1.pem. */
  ca?: 'rsa' | 'ecdsa' | 'both';
  now: Date;
}

export interface IssuedIdentity {
  /** PEM */
  certificate: string;
  /** PEM; absent where the key is the user's. */
  privateKey?: string;
  /** PEM */
  ca: string;
}

/** The last second of UTCTime, which AWS IoT puts into its certificates. */
const NOT_AFTER = new Date('2049-12-31T23:59:59Z');

/** AWS IoT dates a certificate two minutes back, for devices whose clocks are behind. */
const BACKDATE_MS = 120_000;

/**
 * A client certificate as AWS IoT issues it: `CN=AWS IoT Certificate` (or the subject of the request), no extended
 * key usage, valid through 2049, signed with RSA and SHA-256 by a CA that no device knows.
 */
export async function issueIdentity(authority: Authority, request: IdentityRequest): Promise<IssuedIdentity> {
  const { key, signer = 'rsa-2048', hash = 'sha256', ca = 'rsa', now } = request;
  const device = await authority.root('device', signer);
  const asked =
    request.signingRequest === undefined
      ? undefined
      : readSigningRequest(request.signingRequest.text, request.signingRequest.path);
  const privateKey =
    asked === undefined ? await authority.means.privateKey('device identity', key) : undefined;
  const certificate = issueCertificate(
    {
      subject: asked === undefined || asked.subject.length <= 2 ? SUBJECT : asked.subject,
      issuer: device.name,
      publicKey: asked?.publicKey ?? publicKeyDer(privateKey!),
      signingKey: device.key,
      hash,
      notBefore: new Date(now.getTime() - BACKDATE_MS),
      notAfter: NOT_AFTER,
      profile: { kind: 'client' },
    },
    authority.means,
  );
  const container = request.container ?? (key.startsWith('rsa-') ? 'pkcs1' : 'sec1');
  return {
    certificate,
    ...(privateKey === undefined ? {} : { privateKey: inContainer(privateKey, container) }),
    ca: await caBundle(authority, ca),
  };
}

const SUBJECT = nameDer([['CN', 'AWS IoT Certificate']]);

async function caBundle(authority: Authority, kind: 'rsa' | 'ecdsa' | 'both'): Promise<string> {
  const roots = await Promise.all([
    ...(kind === 'ecdsa' ? [] : [authority.root('root', 'rsa-2048')]),
    ...(kind === 'rsa' ? [] : [authority.root('root', 'ec-P-256')]),
  ]);
  return roots.map(({ certificate }) => certificate).join('');
}
