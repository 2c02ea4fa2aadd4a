import type { MacroSet, OptionSet } from './options.ts';
import type { MbedtlsTree } from './tree.ts';

/** How an existing configuration differs from the derived one. */
export interface Comparison {
  missing: { name: string; value: string | undefined; because: string }[];
  /** Defined in both, with another value. */
  different: { name: string; has: string; derived: string; because: string }[];
  /** On, though nothing here needs it. `costs`: what it is known to cost. */
  superfluous: { name: string; costs: string | undefined }[];
}

/**
 * What single features cost, where it was measured: flash as the whole module of mbedTLS 2.28.3 with its stock
 * configuration, xtensa gcc 12.2 -Os; heap on a 32-bit host with a 1.9 KB RSA chain.
 */
const COSTS: Readonly<Record<string, string>> = {
  MBEDTLS_SSL_SRV_C: 'up to 20 KB of flash',
  MBEDTLS_ERROR_C: 'up to 17 KB of flash',
  MBEDTLS_SSL_KEEP_PEER_CERTIFICATE: 'about 2.4 KB of heap at the peak, 4.8 KB afterwards',
};

/** Compares what is defined, whoever wrote it, with what was derived. */
export function compareConfigs(existing: MacroSet, derived: OptionSet, tree: MbedtlsTree): Comparison {
  const wanted = new Map(derived.options.map((option) => [option.name, option]));
  const result: Comparison = { missing: [], different: [], superfluous: [] };
  for (const { name, value, because, reason } of derived.options) {
    const has = existing.get(name);
    // What is only advisable is not missed.
    if (has === undefined && reason !== 'advisable') result.missing.push({ name, value, because });
    else if (has !== undefined && value !== undefined && normal(has) !== normal(value)) {
      result.different.push({ name, has, derived: value, because });
    }
  }
  for (const name of existing.keys()) {
    if (wanted.has(name) || !tree.knows(name)) continue;
    result.superfluous.push({ name, costs: COSTS[name] });
  }
  return result;
}

function normal(value: string): string {
  return value.replace(/[()\s]/g, '').replace(/[uUlL]+$/, '');
}
