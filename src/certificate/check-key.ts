import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Identity, KeyContainer } from './facts.ts';
import type { CertificateProblem } from './problem.ts';
import { readPrivateKeyMaterial } from './private-key.ts';

/** Whether the private key can be used, and belongs to the first certificate of the client's file. */
export function keyProblems(identity: Identity): CertificateProblem[] {
  const { key, files } = identity;
  if (key.key === undefined) {
    return [
      {
        code: 'certificate/encrypted-key',
        severity: 'error',
        message: `The private key "${files.key.path}" is encrypted (${key.encryption ?? 'unknown'}), and a device has nobody to ask for the password.`,
        hint: `Write it without a password: openssl pkcs8 -topk8 -nocrypt -in ${files.key.path} -out key.pem`,
      },
    ];
  }
  if (key.key.kind === 'unsupported') {
    return [
      {
        code: 'certificate/unsupported-key',
        severity: 'error',
        message: `The private key "${files.key.path}" is of the kind ${key.key.name}, which mbedTLS cannot use in TLS.`,
        hint: 'Use an EC P-256 or RSA-2048 key and a certificate for it.',
      },
    ];
  }
  return matchProblems(identity);
}

function matchProblems(identity: Identity): CertificateProblem[] {
  const { files, certificates } = identity;
  const key = openKey(identity);
  if (key === undefined) {
    return [
      {
        code: 'certificate/unparsable',
        severity: 'error',
        message: `The private key "${files.key.path}" has numbers that do not make a key.`,
        hint: `Copy the file again from where it was made; check it with: openssl pkey -in ${files.key.path} -check -noout`,
      },
    ];
  }
  const owner = certificates.findIndex(({ der }) => belongsTo(key, der));
  if (owner === 0) return [];
  if (owner > 0) {
    return [
      {
        code: 'certificate/chain',
        severity: 'error',
        message: `The private key "${files.key.path}" belongs to certificate ${owner + 1} of "${files.certificate.path}", not to the first.`,
        hint: "Put the device's own certificate first and each issuer behind the one it issued.",
      },
    ];
  }
  return [
    {
      code: 'certificate/key-mismatch',
      severity: 'error',
      message: `The private key "${files.key.path}" does not belong to the certificate "${files.certificate.path}" (${certificates[0]?.subject ?? 'none'}).`,
      hint: 'Give the key that the certificate was made with; one AWS download holds both, with the same first letters in their names.',
    },
  ];
}

const NODE_TYPES: Partial<Record<KeyContainer, 'pkcs1' | 'sec1' | 'pkcs8'>> = {
  pkcs1: 'pkcs1',
  sec1: 'sec1',
  pkcs8: 'pkcs8',
};

function openKey({ files }: Identity): KeyObject | undefined {
  const { der, facts } = readPrivateKeyMaterial(files.key);
  const type = NODE_TYPES[facts.container];
  if (type === undefined) return undefined;
  try {
    return createPrivateKey({ key: Buffer.from(der), format: 'der', type });
  } catch {
    // OpenSSL's message could quote the key; that it refuses is all that is said.
    return undefined;
  }
}

function belongsTo(key: KeyObject, certificate: Uint8Array): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(key);
  } catch {
    // OpenSSL cannot read the public key of this certificate.
    return false;
  }
}
