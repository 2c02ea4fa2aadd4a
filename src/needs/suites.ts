import type { HashName } from '../certificate/facts.ts';
import type { SuiteName, TlsVersion } from '../endpoint/facts.ts';

/** What the IANA name of a suite says. */
export interface SuiteFacts {
  name: SuiteName;
  version: TlsVersion;
  /** How keys are agreed and who signs; TLS 1.3 names leave that open. */
  keyExchange: 'ECDHE_ECDSA' | 'ECDHE_RSA' | 'RSA' | undefined;
  /** `AES_128_GCM_SHA256`: what stands behind `_WITH_`. */
  protection: string;
  /** Hash of the PRF (RFC 5246 5: SHA-256 unless the suite says otherwise), of the client's signature in TLS 1.2. */
  prfHash: Extract<HashName, 'sha256' | 'sha384'>;
}

/** Undefined where the suite is none that mbedTLS can negotiate with certificates: PSK, DHE, NULL, unknown. */
export function suiteFacts(name: SuiteName): SuiteFacts | undefined {
  const [, keyExchange, protection] = /^TLS_(?:(.+)_WITH_)?(.+)$/.exec(name) ?? [];
  if (protection === undefined) return undefined;
  const prfHash = protection.endsWith('SHA384') ? 'sha384' : 'sha256';
  if (keyExchange === undefined) {
    if (!PROTECTIONS_1_3.includes(protection)) return undefined;
    return { name, version: '1.3', keyExchange, protection, prfHash };
  }
  if (!isKeyExchange(keyExchange) || !PROTECTIONS_1_2.includes(protection)) return undefined;
  return { name, version: '1.2', keyExchange, protection, prfHash };
}

/**
 * What to protect records with, best first: AEAD before CBC, AES-128 before AES-256 (half the table and stack on
 * an LX106), ChaCha20 last because mbedTLS before 2.12 has none.
 */
export const PROTECTIONS_1_2: readonly string[] = [
  'AES_128_GCM_SHA256',
  'AES_256_GCM_SHA384',
  'AES_128_CBC_SHA256',
  'AES_256_CBC_SHA384',
  'AES_256_CBC_SHA256',
  'AES_128_CBC_SHA',
  'AES_256_CBC_SHA',
  'AES_128_CCM',
  'AES_256_CCM',
  'AES_128_CCM_8',
  'AES_256_CCM_8',
  'CHACHA20_POLY1305_SHA256',
];

export const PROTECTIONS_1_3: readonly string[] = [
  'AES_128_GCM_SHA256',
  'AES_256_GCM_SHA384',
  'AES_128_CCM_SHA256',
  'AES_128_CCM_8_SHA256',
  'CHACHA20_POLY1305_SHA256',
];

const KEY_EXCHANGES = ['ECDHE_ECDSA', 'ECDHE_RSA', 'RSA'] as const;

function isKeyExchange(text: string): text is (typeof KEY_EXCHANGES)[number] {
  return KEY_EXCHANGES.some((known) => known === text);
}
