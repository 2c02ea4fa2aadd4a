import type { SuiteName } from '../facts.ts';

/** What a TLS 1.2 suite of AES is made of. */
export interface SuiteFacts {
  keyExchange: 'ecdhe' | 'rsa';
  authentication: 'rsa' | 'ecdsa';
  cipher: 'gcm' | 'cbc';
  keyBytes: 16 | 32;
  prfHash: 'sha256' | 'sha384';
  /** Of CBC. */
  macHash: 'sha1' | 'sha256' | 'sha384';
  macBytes: number;
  /** Of the key block. */
  ivBytes: number;
}

const MAC_BYTES = { sha1: 20, sha256: 32, sha384: 48 } as const;

/** By its IANA name; undefined for one that the exact server does not speak. */
export function suiteFacts(name: SuiteName): SuiteFacts | undefined {
  const match = /^TLS_(ECDHE_ECDSA|ECDHE_RSA|RSA)_WITH_AES_(128|256)_(GCM|CBC)_(SHA|SHA256|SHA384)$/.exec(
    name,
  );
  if (match === null) return undefined;
  const [, exchange, bits, mode, hash] = match;
  const macHash = hash === 'SHA' ? 'sha1' : hash === 'SHA256' ? 'sha256' : 'sha384';
  const isGcm = mode === 'GCM';
  return {
    keyExchange: exchange === 'RSA' ? 'rsa' : 'ecdhe',
    authentication: exchange === 'ECDHE_ECDSA' ? 'ecdsa' : 'rsa',
    cipher: isGcm ? 'gcm' : 'cbc',
    keyBytes: bits === '128' ? 16 : 32,
    // RFC 5246 5: SHA-256 unless the suite names a longer one; SHA-1 suites have it, too.
    prfHash: hash === 'SHA384' ? 'sha384' : 'sha256',
    macHash,
    macBytes: isGcm ? 0 : MAC_BYTES[macHash],
    ivBytes: isGcm ? 4 : 0,
  };
}
