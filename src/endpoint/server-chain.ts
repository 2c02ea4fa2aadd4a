import { intermediateName, type Authority } from './authority.ts';
import { issueCertificate, nameDer, type CertificateRequest, type IssueHash } from './issue.ts';
import { publicKeyDer, type KeyAlgorithm } from './key-pairs.ts';

/** How one of the stand-in's two server chains is made: root, intermediate, leaf. */
export interface ServerChainPlan {
  root: KeyAlgorithm;
  intermediate: KeyAlgorithm;
  leaf: KeyAlgorithm;
  /** Hash in the signature of each certificate. */
  rootHash: IssueHash;
  intermediateHash: IssueHash;
  leafHash: IssueHash;
  /** RSASSA-PSS signatures below the root where the signer's key is RSA. */
  pss: boolean;
  /**
   * A third certificate, as Amazon's servers send it: the root's key certified by another root (Starfield's in the
   * field), for clients that know only that one.
   */
  crossSigned: boolean;
  /** The intermediate is left out of what is presented. */
  omitIntermediate: boolean;
  /** Signed by another root than the one handed out in ca.pem. */
  otherRoot: boolean;
  /** Names in the leaf. The first is its common name. */
  hosts: readonly string[];
  notBefore: Date;
  notAfter: Date;
  /** Extra bytes in the leaf; the default brings it to the length of Amazon's, which carry three SCTs. */
  paddingBytes: number;
}

export interface ServerChain {
  /** PEM, leaf first. */
  chain: string;
  /** PEM */
  key: string;
  /** PEM of the root that a client must know. */
  root: string;
}

/** Signed certificate timestamps (RFC 6962) of a public leaf: three of about 120 bytes. */
const SCT_BYTES = 370;

/** Validity of an intermediate, as of those that Amazon put into service in 2022. */
const LONG_LIVED = {
  notBefore: new Date('2022-08-23T22:21:28Z'),
  notAfter: new Date('2038-01-16T00:00:00Z'),
};

const DAY_MS = 86_400_000;

/** The plan of the chain that AWS IoT presents: RSA-2048 to Root CA 1, P-256 to Root CA 3, SHA-256 throughout. */
export function usualServerChain(
  kind: 'rsa' | 'ecdsa',
  hosts: readonly string[],
  now: Date,
): ServerChainPlan {
  const algorithm = kind === 'rsa' ? 'rsa-2048' : 'ec-P-256';
  return {
    ...{ root: algorithm, intermediate: algorithm, leaf: algorithm },
    ...{ rootHash: 'sha256', intermediateHash: 'sha256', leafHash: 'sha256' },
    ...{ pss: false, crossSigned: true, omitIntermediate: false, otherRoot: false, hosts },
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + 394 * DAY_MS),
    paddingBytes: SCT_BYTES,
  };
}

/** Issues intermediate and leaf (and the cross-signed root); keys and roots are the authority's. */
export async function issueServerChain(authority: Authority, plan: ServerChainPlan): Promise<ServerChain> {
  const { pss, notBefore, notAfter } = plan;
  const trusted = await authority.root('root', plan.root, plan.rootHash);
  const services =
    plan.crossSigned || plan.otherRoot
      ? await authority.root('services', plan.root, plan.rootHash)
      : undefined;
  const signer = plan.otherRoot ? services! : trusted;
  const intermediateKey = await authority.key('intermediate', plan.intermediate);
  const leafKey = await authority.key('leaf', plan.leaf);
  const name = intermediateName(plan.intermediate);

  const issue = (request: CertificateRequest) => issueCertificate(request, authority.means);

  const intermediate = issue({
    ...{ subject: name, issuer: signer.name, publicKey: publicKeyDer(intermediateKey) },
    ...{ signingKey: signer.key, hash: plan.intermediateHash, pss },
    ...LONG_LIVED,
    profile: { kind: 'ca', pathLength: 0 },
  });
  const leaf = issue({
    subject: nameDer([['CN', plan.hosts[0] ?? 'localhost']]),
    ...{ issuer: name, publicKey: publicKeyDer(leafKey) },
    ...{ signingKey: intermediateKey, hash: plan.leafHash, pss },
    ...{ notBefore, notAfter },
    profile: { kind: 'server', hosts: plan.hosts, paddingBytes: plan.paddingBytes },
  });
  const crossSigned = () =>
    issue({
      ...{ subject: trusted.name, issuer: services!.name, publicKey: publicKeyDer(trusted.key) },
      ...{ signingKey: services!.key, hash: plan.rootHash, pss },
      ...LONG_LIVED,
      profile: { kind: 'ca' },
    });
  const parts = [
    leaf,
    ...(plan.omitIntermediate ? [] : [intermediate]),
    ...(plan.crossSigned && !plan.otherRoot ? [crossSigned()] : []),
  ];
  return { chain: parts.join(''), key: leafKey, root: trusted.certificate };
}
