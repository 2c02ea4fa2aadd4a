import type { HashName } from '../certificate/facts.ts';
import type { SuiteName } from '../endpoint/facts.ts';
import { absent, hashMacro, type Library } from './library.ts';

type KeyExchange =
  'ECDHE_ECDSA' | 'ECDHE_RSA' | 'DHE_RSA' | 'RSA' | 'ECDH_RSA' | 'ECDH_ECDSA' | 'TLS13' | 'other';

/** What a cipher suite's IANA name says (RFC 5246 A.5, RFC 5289, RFC 8446 B.4). */
export interface Suite {
  name: SuiteName;
  keyExchange: KeyExchange;
  /** `AES_128_GCM`, `AES_256_CBC`, `CHACHA20_POLY1305`, ... */
  cipher: string;
  /** Of the PRF, which is also the hash of the client's CertificateVerify in mbedTLS's TLS 1.2. */
  hash: HashName;
  /** Of the record MAC; undefined for AEAD suites. */
  mac: HashName | undefined;
}

export function parseSuite(name: SuiteName): Suite {
  const [kx = '', rest] = name.replace(/^TLS_/, '').split('_WITH_');
  const body = rest ?? kx;
  const digest = /_(MD5|SHA|SHA256|SHA384)$/.exec(body)?.[1];
  const cipher = digest === undefined ? body : body.slice(0, -digest.length - 1);
  const hash: HashName = digest === 'SHA384' ? 'sha384' : 'sha256';
  const isAead = /GCM|CCM|POLY1305/.test(cipher);
  const mac: HashName | undefined = isAead
    ? undefined
    : digest === 'SHA'
      ? 'sha1'
      : digest === 'MD5'
        ? 'md5'
        : hash;
  return { name, keyExchange: rest === undefined ? 'TLS13' : keyExchangeOf(kx), cipher, hash, mac };
}

/** Kind of certificate that the server must have for the suite; undefined: either (TLS 1.3). */
export function suiteAuthentication(suite: Suite): 'rsa' | 'ecdsa' | undefined {
  if (suite.keyExchange === 'TLS13') return undefined;
  return suite.keyExchange === 'ECDHE_ECDSA' || suite.keyExchange === 'ECDH_ECDSA' ? 'ecdsa' : 'rsa';
}

export function usesEphemeralCurve(suite: Suite): boolean {
  return suite.keyExchange === 'ECDHE_ECDSA' || suite.keyExchange === 'ECDHE_RSA';
}

/** Macros that the suite needs and the library has not, in the order in which one would think of them. */
export function missingForSuite(library: Library, suite: Suite): string[] {
  return absent(library, ...suiteMacros(library, suite));
}

function suiteMacros(library: Library, suite: Suite): string[] {
  const names: string[] = [];
  if (suite.keyExchange === 'TLS13') names.push('SSL_PROTO_TLS1_3');
  else names.push('SSL_PROTO_TLS1_2', `KEY_EXCHANGE_${suite.keyExchange}_ENABLED`);
  if (usesEphemeralCurve(suite)) names.push('ECDH_C', 'ECP_C');
  if (suiteAuthentication(suite) === 'rsa') names.push('RSA_C');
  if (suiteAuthentication(suite) === 'ecdsa') names.push('ECDSA_C');
  if (suite.cipher.startsWith('AES')) names.push('AES_C');
  if (suite.cipher.includes('3DES')) names.push('DES_C');
  if (suite.cipher.startsWith('CAMELLIA')) names.push('CAMELLIA_C');
  if (suite.cipher.startsWith('ARIA')) names.push('ARIA_C');
  if (suite.cipher.includes('GCM')) names.push('GCM_C');
  if (suite.cipher.includes('CCM')) names.push('CCM_C');
  if (suite.cipher.includes('CBC')) names.push('CIPHER_MODE_CBC');
  if (suite.cipher.includes('POLY1305')) names.push('CHACHAPOLY_C');
  names.push(hashMacro(library, suite.hash));
  if (suite.mac !== undefined) names.push(hashMacro(library, suite.mac));
  return names;
}

function keyExchangeOf(text: string): KeyExchange {
  const known: readonly KeyExchange[] = [
    'ECDHE_ECDSA',
    'ECDHE_RSA',
    'DHE_RSA',
    'RSA',
    'ECDH_RSA',
    'ECDH_ECDSA',
  ];
  return known.find((kx) => kx === text) ?? 'other';
}
