import type { CurveName, HashName } from '../certificate/facts.ts';
import type { SuiteName } from '../endpoint/facts.ts';
import type { Preprocessed } from './preprocess.ts';

export interface SignatureAlgorithm {
  algorithm: 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa';
  /** Undefined for RSASSA-PSS: its hash is a parameter. */
  hash: HashName | undefined;
}

/** Suites of ssl_ciphersuites.c that are compiled in, in the order of `ciphersuite_preference`. */
export function suitesIn({ lines, macros }: Preprocessed): SuiteName[] {
  const text = lines.join('\n');
  const defined = new Set(
    [...block(text, 'ciphersuite_definitions').matchAll(/\{\s*(MBEDTLS_TLS\w+)/g)].map((match) => match[1]!),
  );
  const preference = block(text, 'ciphersuite_preference').replace(
    'MBEDTLS_SSL_CIPHERSUITES',
    macros.get('MBEDTLS_SSL_CIPHERSUITES') ?? '',
  );
  const names = [...preference.matchAll(/MBEDTLS_TLS\w+/g)].map((match) => match[0]);
  return [...new Set(names)]
    .filter((name) => defined.has(name) && !isRemoved(name, macros))
    .map((name) => name.replace(/^MBEDTLS_TLS(?:1_3)?_/, 'TLS_'));
}

/** `ciphersuite_is_removed` of ssl_ciphersuites.c. */
function isRemoved(name: string, macros: ReadonlyMap<string, string>): boolean {
  return (
    (macros.has('MBEDTLS_REMOVE_ARC4_CIPHERSUITES') && name.includes('_RC4_')) ||
    (macros.has('MBEDTLS_REMOVE_3DES_CIPHERSUITES') && /_(?:3DES|DES)_/.test(name))
  );
}

/** Entries of `oid_sig_alg`. */
export function signatureAlgorithmsIn(lines: readonly string[]): SignatureAlgorithm[] {
  const entries = block(lines.join('\n'), 'oid_sig_alg').matchAll(/MBEDTLS_MD_(\w+)\s*,\s*MBEDTLS_PK_(\w+)/g);
  return [...entries].map(([, hash, key]) => ({
    algorithm: key === 'ECDSA' ? 'ecdsa' : key === 'RSASSA_PSS' ? 'rsa-pss' : 'rsa-pkcs1',
    hash: hash === 'NONE' ? undefined : (hash!.toLowerCase() as HashName),
  }));
}

/** Entries of `oid_ecp_grp`. */
export function curvesIn(lines: readonly string[]): CurveName[] {
  const entries = block(lines.join('\n'), 'oid_ecp_grp').matchAll(/,\s*MBEDTLS_ECP_DP_(\w+?)\s*,?\s*\}?/g);
  return [...entries]
    .map(([, name]) => name!.toLowerCase() as CurveName)
    .filter((name) => name !== ('none' as string));
}

/** Text of an array's initialiser. */
function block(text: string, name: string): string {
  const start = new RegExp(`\\b${name}\\s*\\[\\s*\\]\\s*=`).exec(text);
  if (start === null) return '';
  const end = text.indexOf('};', start.index);
  return text.slice(start.index, end < 0 ? undefined : end);
}
