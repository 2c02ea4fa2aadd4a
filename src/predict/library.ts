import type { CurveName, HashName } from '../certificate/facts.ts';
import type { SuiteName } from '../endpoint/facts.ts';
import type { MbedtlsVersion } from '../mbedtls/options.ts';

/** One mbedTLS library: a source tree built with one configuration. What the symbolic run asks of it. */
export interface Library {
  version: MbedtlsVersion;
  /** Is `MBEDTLS_<name>` defined? */
  has(name: string): boolean;
  /** The number that `MBEDTLS_<name>` stands for; `fallback` where it is not defined, undefined where not a number. */
  number(name: string, fallback: number): number | undefined;
  /** Suites that are compiled in and in the client's list, in its order of preference. */
  suites: readonly SuiteName[];
  /** Is the signature algorithm's OID in the table of `library/oid.c` under this configuration? */
  knowsSignature(algorithm: 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa', hash: HashName): boolean;
  /** Is the curve's OID in the table of `library/oid.c` under this configuration? */
  knowsCurve(curve: CurveName): boolean;
  /** The tree's number of an error (`MBEDTLS_ERR_X509_INVALID_FORMAT`), undefined where this version has none. */
  errorCode(name: string): number | undefined;
}

/** Is the library this version or newer? */
export function atLeast(library: Library, major: number, minor = 0): boolean {
  const { version } = library;
  return version.major > major || (version.major === major && version.minor >= minor);
}

/** The macros that build a hash, in this version: 2.x compiles SHA-224 and SHA-384 with their longer siblings. */
export function hashMacro(library: Library, hash: HashName): string {
  if (hash === 'md5') return 'MD5_C';
  if (hash === 'sha1') return 'SHA1_C';
  if (hash === 'sha256') return 'SHA256_C';
  if (hash === 'sha512') return 'SHA512_C';
  if (hash === 'sha224') return atLeast(library, 3) ? 'SHA224_C' : 'SHA256_C';
  return atLeast(library, 3) ? 'SHA384_C' : 'SHA512_C';
}

/** Can the library compute the hash? 2.28's `SHA512_NO_SHA384` leaves SHA-384 out of SHA512_C. */
export function hasHash(library: Library, hash: HashName): boolean {
  if (hash === 'sha384' && library.has('SHA512_NO_SHA384')) return false;
  return library.has(hashMacro(library, hash));
}

/** Of the given macros (without prefix), those that are not defined, with the prefix. */
export function absent(library: Library, ...names: readonly string[]): string[] {
  return [...new Set(names)].filter((name) => !library.has(name)).map((name) => `MBEDTLS_${name}`);
}

/** `MBEDTLS_ECP_DP_<CURVE>_ENABLED` without its prefix. */
export function curveMacro(curve: CurveName): string {
  return `ECP_DP_${curve.toUpperCase()}_ENABLED`;
}

/** Is the curve known by its OID, and built? */
export function hasCurve(library: Library, curve: CurveName): boolean {
  return library.knowsCurve(curve) && library.has(curveMacro(curve));
}
