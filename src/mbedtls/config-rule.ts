import { evaluateCondition } from './expression.ts';
import type { MacroSet } from './options.ts';
import { XTENSA_PREDEFINED, type HeaderError } from './preprocess.ts';

/** A rule of check_config.h that a configuration breaks. */
export interface ConfigRule {
  /** Text of the `#error`. */
  message: string;
  /** The macro that the rule is about, where the message names one. */
  about?: string;
  /** The smallest set of macros whose definition satisfies the rule; empty where none does (a conflict). */
  missing: readonly string[];
  line: number;
}

/**
 * Where a rule leaves a choice, the earlier is taken: what a TLS client has anyway, then what is smaller.
 */
const PREFERRED = [
  'MBEDTLS_SHA256_C',
  'MBEDTLS_PKCS1_V15',
  'MBEDTLS_CTR_DRBG_C',
  'MBEDTLS_GCM_C',
  'MBEDTLS_ECP_DP_SECP256R1_ENABLED',
  'MBEDTLS_PK_PARSE_C',
  'MBEDTLS_AES_C',
];

/** What a broken rule asks for, found by trying. */
export function ruleOf({ message, condition, line }: HeaderError, macros: MacroSet): ConfigRule {
  const about = /^(MBEDTLS_\w+)/.exec(message)?.[1];
  const missing = smallestRepair(condition, macros, about);
  return { message, line, missing, ...(about === undefined || !macros.has(about) ? {} : { about }) };
}

function smallestRepair(condition: string, macros: MacroSet, about: string | undefined): string[] {
  const mentioned = [...new Set(condition.match(/\bMBEDTLS_\w+/g) ?? [])];
  const absent = mentioned.filter((name) => !macros.has(name) && name !== about).sort(byPreference);
  for (let size = 1; size <= Math.min(absent.length, 4); size++) {
    for (const chosen of combinations(absent, size)) {
      const repaired = new Map([...XTENSA_PREDEFINED, ...macros]);
      for (const name of chosen) repaired.set(name, '');
      if (!evaluateCondition(condition, repaired)) return chosen;
    }
  }
  return [];
}

function byPreference(left: string, right: string): number {
  const rank = (name: string) => {
    const index = PREFERRED.indexOf(name);
    // An _ALT is somebody's own implementation, which is not there.
    return index >= 0
      ? index
      : PREFERRED.length + (/_ALT$|^MBEDTLS_PSA_|^MBEDTLS_USE_PSA/.test(name) ? 1 : 0);
  };
  return rank(left) - rank(right);
}

function* combinations(names: readonly string[], size: number, from = 0): Generator<string[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let index = from; index <= names.length - size; index++) {
    for (const rest of combinations(names, size - 1, index + 1)) yield [names[index]!, ...rest];
  }
}
