import { constants, createHash, createPrivateKey, randomBytes, sign } from 'node:crypto';
import type { HashName } from '../certificate/facts.ts';
import * as der from './der-writer.ts';
import { generatePrivateKey, isRsa, publicKeyDer, type KeyAlgorithm } from './key-pairs.ts';

/** Hashes that the stand-in signs with. */
export type IssueHash = Extract<HashName, 'sha1' | 'sha256' | 'sha384' | 'sha512'>;

/** What differs each time that something is issued, unless it is made of seeds. */
export interface IssuingMeans {
  /** A new private key, PKCS#8 PEM; `label` says whose. */
  privateKey(label: string, algorithm: KeyAlgorithm): string | Promise<string>;
  /** `label` says what for. */
  bytes(label: string, length: number): Uint8Array;
  /** DER; `key` is PEM. */
  signEcdsa(hash: IssueHash, message: Uint8Array, key: string): Uint8Array;
}

/** By the system's random numbers. */
export const RANDOM_MEANS: IssuingMeans = {
  privateKey: (_label, algorithm) => generatePrivateKey(algorithm),
  bytes: (_label, length) => randomBytes(length),
  signEcdsa: (hash, message, key) => sign(hash, message, createPrivateKey(key)),
};

/** One certificate to sign. */
export interface CertificateRequest {
  /** Name, DER. */
  subject: Uint8Array;
  issuer: Uint8Array;
  /** SubjectPublicKeyInfo, DER. */
  publicKey: Uint8Array;
  /** Private key of the issuer, PEM. */
  signingKey: string;
  hash: IssueHash;
  /** RSASSA-PSS (RFC 4055) where the issuer's key is RSA. */
  pss?: boolean;
  notBefore: Date;
  notAfter: Date;
  profile: CertificateProfile;
}

type CertificateProfile =
  | { kind: 'ca'; pathLength?: number }
  /** `paddingBytes`: content of an extension that no client reads, to make the certificate that much longer. */
  | { kind: 'server'; hosts: readonly string[]; paddingBytes: number }
  | { kind: 'client' };

/** PEM of a certificate with the extensions that Amazon Trust Services put into theirs (RFC 5280). */
export function issueCertificate(request: CertificateRequest, means: IssuingMeans = RANDOM_MEANS): string {
  const { subject, issuer, publicKey, signingKey, notBefore, notAfter } = request;
  const label = labelOf(request);
  const algorithm = signatureAlgorithm(request);
  const body = der.sequence(
    der.context(0, der.integer(2)),
    der.integer(serialNumber(means.bytes(`serial ${label}`, SERIAL_BYTES))),
    algorithm,
    issuer,
    der.sequence(der.time(notBefore), der.time(notAfter)),
    subject,
    publicKey,
    der.context(
      3,
      der.sequence(...extensionsOf(request, (length) => means.bytes(`padding ${label}`, length))),
    ),
  );
  const signature = isRsaKey(signingKey)
    ? sign(request.hash, body, {
        key: createPrivateKey(signingKey),
        ...(isPss(request)
          ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
          : {}),
      })
    : means.signEcdsa(request.hash, body, signingKey);
  return pem('CERTIFICATE', der.sequence(body, algorithm, der.bitString(signature)));
}

/** Differs where names, key or hash do. */
function labelOf({ subject, issuer, publicKey, hash }: CertificateRequest): string {
  return createHash('sha256').update(subject).update(issuer).update(publicKey).update(hash).digest('hex');
}

/** A name of one-valued RDNs, in the order given: `[['CN', 'localhost']]`. */
export function nameDer(attributes: readonly (readonly [type: NameType, value: string])[]): Uint8Array {
  return der.sequence(
    ...attributes.map(([type, value]) =>
      der.set(
        der.sequence(
          der.oid(NAME_TYPES[type]),
          type === 'C' ? der.printableString(value) : der.utf8String(value),
        ),
      ),
    ),
  );
}

/** RFC 5280 appendix A.1 */
const NAME_TYPES = { CN: '2.5.4.3', C: '2.5.4.6', O: '2.5.4.10', OU: '2.5.4.11' } as const;

export type NameType = keyof typeof NAME_TYPES;

/** RFC 7468 text: lines of 64 characters. */
function pem(label: string, bytes: Uint8Array): string {
  const lines = Buffer.from(bytes)
    .toString('base64')
    .match(/.{1,64}/g)!;
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

const SERIAL_BYTES = 20;

/** Positive, at most 20 octets (RFC 5280 4.1.2.2). */
function serialNumber(bytes: Uint8Array): Uint8Array {
  return Buffer.of((bytes[0]! & 0x7f) | 0x40, ...bytes.subarray(1));
}

function isPss({ pss = false, signingKey }: CertificateRequest): boolean {
  return pss && isRsaKey(signingKey);
}

function isRsaKey(privateKey: string): boolean {
  return createPrivateKey(privateKey).asymmetricKeyType === 'rsa';
}

/** AlgorithmIdentifier: RFC 4055 for RSA, RFC 5758 3.2 for ECDSA. */
function signatureAlgorithm(request: CertificateRequest): Buffer {
  const { hash, signingKey } = request;
  if (isPss(request)) {
    const digest = der.sequence(der.oid(DIGESTS[hash].oid), der.NULL);
    return der.sequence(
      der.oid('1.2.840.113549.1.1.10'),
      der.sequence(
        der.context(0, digest),
        der.context(1, der.sequence(der.oid('1.2.840.113549.1.1.8'), digest)),
        der.context(2, der.integer(DIGESTS[hash].bytes)),
      ),
    );
  }
  return isRsaKey(signingKey)
    ? der.sequence(der.oid(DIGESTS[hash].rsa), der.NULL)
    : der.sequence(der.oid(DIGESTS[hash].ecdsa));
}

const DIGESTS: Record<IssueHash, { oid: string; bytes: number; rsa: string; ecdsa: string }> = {
  sha1: { oid: '1.3.14.3.2.26', bytes: 20, rsa: '1.2.840.113549.1.1.5', ecdsa: '1.2.840.10045.4.1' },
  sha256: {
    oid: '2.16.840.1.101.3.4.2.1',
    bytes: 32,
    rsa: '1.2.840.113549.1.1.11',
    ecdsa: '1.2.840.10045.4.3.2',
  },
  sha384: {
    oid: '2.16.840.1.101.3.4.2.2',
    bytes: 48,
    rsa: '1.2.840.113549.1.1.12',
    ecdsa: '1.2.840.10045.4.3.3',
  },
  sha512: {
    oid: '2.16.840.1.101.3.4.2.3',
    bytes: 64,
    rsa: '1.2.840.113549.1.1.13',
    ecdsa: '1.2.840.10045.4.3.4',
  },
};

function extensionsOf(
  { profile, publicKey, signingKey }: CertificateRequest,
  padding: (length: number) => Uint8Array,
): Buffer[] {
  const identifiers = [
    extension('2.5.29.14', der.octetString(keyIdentifier(publicKey))),
    extension('2.5.29.35', der.sequence(der.contextPrimitive(0, keyIdentifier(publicKeyDer(signingKey))))),
  ];
  switch (profile.kind) {
    case 'ca':
      return [
        basicConstraints(true, profile.pathLength),
        keyUsage(KEY_USAGE.digitalSignature | KEY_USAGE.keyCertSign | KEY_USAGE.cRLSign),
        ...identifiers,
        ...locations(),
      ];
    case 'server':
      return [
        basicConstraints(false),
        // Key exchange by RSA encrypts to this key: clients refuse the suite without keyEncipherment.
        keyUsage(KEY_USAGE.digitalSignature | (isRsa(publicKey) ? KEY_USAGE.keyEncipherment : 0)),
        extension('2.5.29.37', der.sequence(der.oid('1.3.6.1.5.5.7.3.1'), der.oid('1.3.6.1.5.5.7.3.2'))),
        extension('2.5.29.17', der.sequence(...profile.hosts.map(der.hostName))),
        ...identifiers,
        ...locations(),
        ...(profile.paddingBytes === 0
          ? []
          : [extension(PADDING_OID, der.octetString(padding(profile.paddingBytes)))]),
      ];
    case 'client':
      // As AWS IoT's own: no extended key usage.
      return [basicConstraints(false), keyUsage(KEY_USAGE.digitalSignature), ...identifiers];
  }
}

function extension(id: string, value: Uint8Array, critical = false): Buffer {
  return der.sequence(der.oid(id), ...(critical ? [der.boolean(true)] : []), der.octetString(value));
}

function basicConstraints(ca: boolean, pathLength?: number): Buffer {
  const content = ca
    ? [der.boolean(true), ...(pathLength === undefined ? [] : [der.integer(pathLength)])]
    : [];
  return extension('2.5.29.19', der.sequence(...content), true);
}

/** Bits of KeyUsage (RFC 5280 4.2.1.3), bit 0 the most significant. */
const KEY_USAGE = {
  digitalSignature: 0x80,
  keyEncipherment: 0x20,
  keyCertSign: 0x04,
  cRLSign: 0x02,
} as const;

function keyUsage(bits: number): Buffer {
  // X.690 11.2.2: trailing zero bits are not encoded.
  const unused = Math.log2(bits & -bits);
  return extension('2.5.29.15', der.bitString(Buffer.of(bits), unused), true);
}

/** RFC 5280 4.2.1.2, method 1, over the whole SubjectPublicKeyInfo: any unique value will do. */
function keyIdentifier(publicKey: Uint8Array): Buffer {
  return createHash('sha1').update(publicKey).digest();
}

/** An arc under 2.25 (X.667: OIDs made from a UUID), so that it collides with nobody's. */
const PADDING_OID = '2.25.187443217965478116839219017466110204161';

/** CRL, OCSP, issuer and policy as Amazon's certificates carry them, at names that resolve nowhere (RFC 2606). */
function locations(): Buffer[] {
  const crl = der.uri('http://crl.espaws-stand-in.invalid/ca.crl');
  const access = (method: string, location: string) => der.sequence(der.oid(method), der.uri(location));
  return [
    extension('2.5.29.31', der.sequence(der.sequence(der.context(0, der.context(0, crl))))),
    extension(
      '1.3.6.1.5.5.7.1.1',
      der.sequence(
        access('1.3.6.1.5.5.7.48.1', 'http://ocsp.espaws-stand-in.invalid'),
        access('1.3.6.1.5.5.7.48.2', 'http://crt.espaws-stand-in.invalid/ca.cer'),
      ),
    ),
    extension('2.5.29.32', der.sequence(der.sequence(der.oid('2.23.140.1.2.1')))),
  ];
}
