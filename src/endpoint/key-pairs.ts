import { createPrivateKey, createPublicKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

export type KeyAlgorithm = 'rsa-2048' | 'rsa-3072' | 'rsa-4096' | 'ec-P-256' | 'ec-P-384' | 'ec-P-521';

/** Forms of a private key in a PEM file: RFC 5958, RFC 5915, RFC 8017 A.1.2. */
export type IssueContainer = 'pkcs8' | 'sec1' | 'pkcs1';

/** A new private key, PKCS#8 PEM. */
export async function generatePrivateKey(algorithm: KeyAlgorithm): Promise<string> {
  const generate = promisify(generateKeyPair);
  const { privateKey } = algorithm.startsWith('rsa-')
    ? await generate('rsa', { modulusLength: Number(algorithm.slice('rsa-'.length)) })
    : await generate('ec', { namedCurve: algorithm.slice('ec-'.length) });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

/** The same key in another container, PEM. `sec1` is for EC keys, `pkcs1` for RSA keys. */
export function inContainer(privateKey: string, container: IssueContainer): string {
  return createPrivateKey(privateKey).export({ type: container, format: 'pem' }) as string;
}

/** SubjectPublicKeyInfo DER of a private key in PEM. */
export function publicKeyDer(privateKey: string): Uint8Array {
  // A text that may be a public key or a certificate, too, is tried as each: that takes several times as long.
  return createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'der' });
}

/** True for a SubjectPublicKeyInfo (DER) of an RSA key. */
export function isRsa(publicKey: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  return key.asymmetricKeyType === 'rsa';
}
