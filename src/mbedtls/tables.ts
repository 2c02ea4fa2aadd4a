import type { CurveName, HashName } from '../certificate/facts.ts';
import type { SuiteName } from '../endpoint/facts.ts';
import type { Evaluation } from './preprocessor/evaluate.ts';
import type { Macros } from './preprocessor/macros.ts';

/** An entry of `oid_sig_alg`. */
export interface SignatureAlgorithm {
  algorithm: 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa';
  /** Undefined for RSASSA-PSS: its hash is a parameter. */
  hash: HashName | undefined;
}

/**
 * Suites of `library/ssl_ciphersuites.c` as preprocessed: those with a definition, in the order of the client's
 * list. `numbers`: for a list that is written in numbers.
 */
export function suitesIn(
  { activeText, macros }: Pick<Evaluation, 'activeText' | 'macros'>,
  numbers: ReadonlyMap<number, string>,
): SuiteName[] {
  const ciphers = new Map(
    [
      ...initializer(activeText, 'ciphersuite_definitions').matchAll(
        /\{\s*(MBEDTLS_TLS\w+)\s*,\s*"[^"]*"\s*,\s*(\w+)/g,
      ),
    ].map(([, name, cipher]) => [name!, cipher!]),
  );
  const list = macros.get('MBEDTLS_SSL_CIPHERSUITES')?.body;
  const preference = initializer(activeText, 'ciphersuite_preference')
    .replace(/^.*=/s, '')
    .replace('MBEDTLS_SSL_CIPHERSUITES', list ?? '');
  const order = [...preference.matchAll(/MBEDTLS_TLS\w+|\b(?:0[xX][0-9a-fA-F]+|[1-9]\d*)\b/g)].map(
    ([text]) => (text.startsWith('MBEDTLS_') ? text : (numbers.get(Number(text)) ?? text)),
  );
  return [...new Set(order)]
    .filter((name) => {
      const cipher = ciphers.get(name);
      return cipher !== undefined && (list !== undefined || !isRemoved(cipher, macros));
    })
    .map(ianaName);
}

/** `MBEDTLS_TLS_...` macros of ssl_ciphersuites.h by number. */
export function suiteNumbers(header: string): Map<number, string> {
  const found = header.matchAll(/^\s*#\s*define\s+(MBEDTLS_TLS\w+)\s+(0x[0-9a-fA-F]+)/gm);
  return new Map([...found].map(([, name, number]) => [Number(number), name!]));
}

/** Entries of `oid_sig_alg` of the preprocessed `library/oid.c`. */
export function signatureAlgorithmsIn(activeText: readonly string[]): SignatureAlgorithm[] {
  const entries = initializer(activeText, 'oid_sig_alg').matchAll(
    /MBEDTLS_MD_(\w+)\s*,\s*MBEDTLS_PK_(RSA|ECDSA|RSASSA_PSS)\b/g,
  );
  return [...entries].flatMap(([, digest, key]): SignatureAlgorithm[] => {
    if (key === 'RSASSA_PSS') return [{ algorithm: 'rsa-pss', hash: undefined }];
    const hash = digest!.toLowerCase();
    return isHash(hash) ? [{ algorithm: key === 'ECDSA' ? 'ecdsa' : 'rsa-pkcs1', hash }] : [];
  });
}

/** Entries of `oid_ecp_grp` of the preprocessed `library/oid.c`. */
export function curvesIn(activeText: readonly string[]): CurveName[] {
  const entries = initializer(activeText, 'oid_ecp_grp').matchAll(/\bMBEDTLS_ECP_DP_([A-Z0-9]+)\b/g);
  return [...entries].map(([, name]) => name!.toLowerCase()).filter(isCurve);
}

/** The IANA name of mbedTLS's `MBEDTLS_TLS_...` or `MBEDTLS_TLS1_3_...`. */
function ianaName(macro: string): SuiteName {
  return macro.replace(/^MBEDTLS_TLS(?:1_3)?_/, 'TLS_');
}

/** From an array's name to the end of its initializer. */
function initializer(lines: readonly string[], name: string): string {
  const start = lines.findIndex((line) => new RegExp(`\\b${name}\\s*\\[\\s*\\]`).test(line));
  if (start < 0) return '';
  const end = lines.findIndex((line, index) => index > start && /^\s*\};/.test(line));
  return lines.slice(start, end < 0 ? undefined : end).join('\n');
}

/** `ciphersuite_is_removed` of ssl_ciphersuites.c: only of the library's own list. */
function isRemoved(cipher: string, macros: Macros): boolean {
  if (macros.has('MBEDTLS_REMOVE_ARC4_CIPHERSUITES') && cipher.endsWith('ARC4_128')) return true;
  return macros.has('MBEDTLS_REMOVE_3DES_CIPHERSUITES') && cipher.includes('DES_EDE3_');
}

const HASHES: readonly HashName[] = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'];

function isHash(name: string): name is HashName {
  return HASHES.some((known) => known === name);
}

const CURVES: readonly CurveName[] = [
  'secp192r1',
  'secp224r1',
  'secp256r1',
  'secp384r1',
  'secp521r1',
  'secp192k1',
  'secp224k1',
  'secp256k1',
  'bp256r1',
  'bp384r1',
  'bp512r1',
  'curve25519',
];

function isCurve(name: string): name is CurveName {
  return CURVES.some((known) => known === name);
}
