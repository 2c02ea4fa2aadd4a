import type { CurveName, HashName } from '../certificate/facts.ts';
import type { SuiteName } from '../endpoint/facts.ts';
import type { MacroSet, MbedtlsVersion } from '../mbedtls/options.ts';
import type { Library } from './library.ts';

/** What the prediction reads of an mbedTLS source tree. */
export interface LibrarySource {
  version: MbedtlsVersion;
  /** `mbedtls_ssl_list_ciphersuites` under the configuration: IANA names, in order of preference. */
  suitesOf(macros: MacroSet): readonly SuiteName[];
  /** Entries of `oid_sig_alg` under the configuration; RSASSA-PSS has one entry for all hashes. */
  signatureAlgorithmsOf(
    macros: MacroSet,
  ): readonly { algorithm: 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa'; hash: HashName | undefined }[];
  /** Entries of `oid_ecp_grp` under the configuration. */
  curvesOf(macros: MacroSet): readonly CurveName[];
  /** By its whole name: `MBEDTLS_ERR_X509_INVALID_FORMAT`. */
  errorCode(name: string): number | undefined;
  /** What the tree's own check_config.h says against the configuration; empty where it is content. */
  configErrors(macros: MacroSet): readonly ConfigError[];
}

export interface ConfigError {
  /** The text of the `#error`. */
  message: string;
  /** The macro that the rule is about, where the message names one. */
  about?: string;
  /** Macros whose definition would satisfy the rule. */
  missing: readonly string[];
}

/** The library that a tree becomes with a configuration. */
export function libraryOf(source: LibrarySource, macros: MacroSet): Library {
  const signatures = source.signatureAlgorithmsOf(macros);
  const curves = new Set(source.curvesOf(macros));
  return {
    version: source.version,
    has: (name) => macros.has(`MBEDTLS_${name}`),
    number: (name, fallback) => numberOf(macros.get(`MBEDTLS_${name}`), fallback),
    suites: source.suitesOf(macros),
    knowsSignature: (algorithm, hash) =>
      signatures.some((entry) => {
        return entry.algorithm === algorithm && (algorithm === 'rsa-pss' || entry.hash === hash);
      }),
    knowsCurve: (curve) => curves.has(curve),
    errorCode: (name) => source.errorCode(name),
  };
}

/** A decimal or hexadecimal integer in C, in parentheses or not. */
function numberOf(text: string | undefined, fallback: number): number | undefined {
  if (text === undefined) return fallback;
  const digits = /^\(*\s*(0[xX][0-9a-fA-F]+|\d+)[uUlL]*\s*\)*$/.exec(text.trim())?.[1];
  return digits === undefined ? undefined : Number(digits);
}
