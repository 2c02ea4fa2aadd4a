import { costText } from './data/costs.ts';
import type { MacroSet, OptionSet } from './options.ts';
import type { MbedtlsTree } from './tree.ts';

/** How an existing configuration differs from the derived one. */
export interface Comparison {
  missing: { name: string; value: string | undefined; because: string }[];
  /** Defined in both, with another value. */
  different: {
    name: string;
    /** The tree's default where the configuration gives none. */
    has: string;
    derived: string;
    because: string;
    /** False for a size that is smaller than what is needed. */
    suffices: boolean;
  }[];
  /** On, though nothing here needs it. `costs`: what it is known to cost. */
  superfluous: { name: string; costs: string | undefined }[];
}

/** Compares what is defined, whoever wrote it, with what was derived. */
export function compareConfigs(existing: MacroSet, derived: OptionSet, tree: MbedtlsTree): Comparison {
  const wanted = new Set(derived.options.map(({ name }) => name));
  const result: Comparison = { missing: [], different: [], superfluous: [] };
  for (const { name, value, because, reason } of derived.options) {
    const has = valueIn(existing, name, tree);
    // What is only advisable is not missed.
    if (has === undefined && reason !== 'advisable') result.missing.push({ name, value, because });
    else if (has !== undefined && value !== undefined && normal(has) !== normal(value)) {
      const suffices = !isSize(name) || Number(normal(has)) >= Number(normal(value));
      result.different.push({ name, has, derived: value, because, suffices });
    }
  }
  for (const name of existing.keys()) {
    if (wanted.has(name) || name === ONE_LENGTH || !tree.knows(name)) continue;
    result.superfluous.push({ name, costs: costText(name) });
  }
  return result;
}

/** Where SSL_IN_CONTENT_LEN and SSL_OUT_CONTENT_LEN are not given, 2.16 and 2.28 still take both from it. */
const ONE_LENGTH = 'MBEDTLS_SSL_MAX_CONTENT_LEN';

/** What the macro stands for in the configuration; the tree's default for a size that is not given. */
function valueIn(existing: MacroSet, name: string, tree: MbedtlsTree): string | undefined {
  const given = existing.get(name) ?? (isLength(name) ? existing.get(ONE_LENGTH) : undefined);
  if (given !== undefined || !isSize(name)) return given;
  return tree.knownOptions.find((option) => option.name === name)?.value;
}

function isLength(name: string): boolean {
  return /_SSL_(?:IN|OUT)_CONTENT_LEN$/.test(name);
}

/** A number that is a limit: more than needed works. */
function isSize(name: string): boolean {
  return isLength(name) || /_MPI_MAX_SIZE$|_X509_MAX_INTERMEDIATE_CA$|_SSL_MAX_CONTENT_LEN$/.test(name);
}

function normal(value: string): string {
  return value.replace(/[()\s]/g, '').replace(/(?<=\d)[uUlL]+$/, '');
}
