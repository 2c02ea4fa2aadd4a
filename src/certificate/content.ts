import type { Material } from './facts.ts';
import type { PemBlock } from './pem.ts';
import { isEspawsError } from '../errors.ts';
import { childrenOf, readFirstDer, TAG } from './der.ts';
import { readPem } from './pem.ts';

/** What a file really holds, told by its PEM labels or the shape of its DER. */
export type Content =
  | 'certificate'
  | 'private key'
  | 'public key'
  | 'certificate request'
  | 'PKCS#7 bundle'
  | 'PKCS#12 store'
  | 'OpenSSH key'
  | 'trusted certificate'
  | 'revocation list'
  | 'UTF-16 text'
  | 'nothing'
  | 'unknown';

export const PRIVATE_KEY_LABELS = [
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
  'PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
  'DSA PRIVATE KEY',
] as const;

const CONTENT_BY_LABEL: Readonly<Record<string, Content>> = {
  CERTIFICATE: 'certificate',
  ...Object.fromEntries(PRIVATE_KEY_LABELS.map((label) => [label, 'private key' as const])),
  'PUBLIC KEY': 'public key',
  'RSA PUBLIC KEY': 'public key',
  'CERTIFICATE REQUEST': 'certificate request',
  'NEW CERTIFICATE REQUEST': 'certificate request',
  PKCS7: 'PKCS#7 bundle',
  CMS: 'PKCS#7 bundle',
  'OPENSSH PRIVATE KEY': 'OpenSSH key',
  'TRUSTED CERTIFICATE': 'trusted certificate',
  'X509 CERTIFICATE': 'trusted certificate',
  'X509 CRL': 'revocation list',
};

export function contentOf(material: Pick<Material, 'bytes' | 'encoding'>): Content {
  const { bytes, encoding } = material;
  if (Buffer.from(bytes).toString('latin1').trim() === '') return 'nothing';
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return 'UTF-16 text';
  }
  return encoding === 'pem' ? contentOfPem(readPem(bytes)) : contentOfDer(bytes);
}

function contentOfPem(blocks: readonly PemBlock[]): Content {
  const contents = blocks.map(({ label }) => CONTENT_BY_LABEL[label] ?? 'unknown');
  return contents.find((content) => content !== 'unknown') ?? 'unknown';
}

function contentOfDer(bytes: Uint8Array): Content {
  try {
    const [first, second, third] = childrenOf(readFirstDer(bytes));
    if (first?.tag === TAG.oid) return 'PKCS#7 bundle';
    if (first?.tag === TAG.integer)
      return isStore(first.content, second?.tag) ? 'PKCS#12 store' : 'private key';
    if (first?.tag !== TAG.sequence) return 'unknown';
    if (second?.tag === TAG.octetString) return 'private key';
    if (second?.tag === TAG.bitString) return 'public key';
    if (second?.tag !== TAG.sequence || third?.tag !== TAG.bitString) return 'unknown';
    return signedContent(childrenOf(first).map(({ tag }) => tag));
  } catch (error) {
    if (isEspawsError(error)) return 'unknown';
    throw error;
  }
}

/** PFX (RFC 7292 4): version 3, then a ContentInfo. */
function isStore(version: Uint8Array, nextTag: number | undefined): boolean {
  return version.length === 1 && version[0] === 3 && nextTag === TAG.sequence;
}

/** Three things are signed alike; a request's fourth field is its [0] attributes, a list's third a time. */
function signedContent(tags: readonly number[]): Content {
  if (tags[0] === TAG.integer && tags.length <= 4 && tags[1] === TAG.sequence && tags[2] === TAG.sequence) {
    return 'certificate request';
  }
  const times: readonly (number | undefined)[] = [TAG.utcTime, TAG.generalizedTime];
  return times.includes(tags[3]) || times.includes(tags[2]) ? 'revocation list' : 'certificate';
}

/** `a private key`, `an OpenSSH key`. */
export function withArticle(content: Content): string {
  return content === 'OpenSSH key' ? `an ${content}` : content === 'UTF-16 text' ? content : `a ${content}`;
}

/** How a file with the wrong content is mended. */
export function contentHint(content: Content, wanted: 'certificate' | 'private key'): string {
  switch (content) {
    case 'certificate':
    case 'private key':
      return 'Check the paths under "identity" in espaws.yaml: two of them may be swapped.';
    case 'public key':
      return `Give the ${wanted}; a public key alone is of no use here.`;
    case 'certificate request':
      return 'Have the request signed by your CA (AWS: aws iot create-certificate-from-csr) and give its certificate.';
    case 'PKCS#7 bundle':
      return 'Take the certificates out: openssl pkcs7 -print_certs -in FILE -out FILE.pem';
    case 'PKCS#12 store':
      return wanted === 'certificate'
        ? 'Take the certificate out: openssl pkcs12 -in FILE -nokeys -clcerts -out certificate.pem'
        : 'Take the key out: openssl pkcs12 -in FILE -nocerts -nodes -out key.pem';
    case 'OpenSSH key':
      return 'Write it in a form that TLS libraries read: ssh-keygen -p -m PEM -f FILE';
    case 'trusted certificate':
      return 'Write it in the plain form: openssl x509 -in FILE -out FILE.pem';
    case 'revocation list':
      return 'Give a certificate; revocation lists are not used.';
    case 'UTF-16 text':
      return 'Save the file as ASCII or UTF-8 (PowerShell: Set-Content -Encoding ascii).';
    case 'nothing':
      return `Write the ${wanted} into the file, or check its path in espaws.yaml.`;
    case 'unknown':
      return wanted === 'certificate'
        ? 'Check what it is: openssl x509 -in FILE -noout -text'
        : 'Check what it is: openssl pkey -in FILE -noout';
  }
}
