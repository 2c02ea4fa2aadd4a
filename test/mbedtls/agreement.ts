import fc from 'fast-check';
import { macroSetOf, type MbedtlsTree } from '../../src/mbedtls/tree.ts';
import type { MacroSet } from '../../src/mbedtls/options.ts';
import { linesOf } from '../../src/mbedtls/preprocessor/evaluate.ts';
import { preprocessAll } from './compiler.ts';
import { randomConfigs } from './random-configs.ts';

export interface Agreement {
  configs: number;
  /** Rules of check_config.h that some configuration broke. */
  rulesHit: Set<number>;
  /** In words, with the configuration. */
  differences: string[];
}

/** Compares the own evaluator with the compiler over random configurations. */
export async function agreementOver(tree: MbedtlsTree, count: number, seed: number): Promise<Agreement> {
  const result: Agreement = { configs: 0, rulesHit: new Set(), differences: [] };
  const starts = linesOf(tree.files.headers.get(checkConfigOf(tree)) ?? '').map(({ line }) => line);
  const configs = fc.sample(randomConfigs(tree), { numRuns: count, seed });
  for (let start = 0; start < configs.length; start += BATCH) {
    const batch = configs.slice(start, start + BATCH);
    const compiled = await preprocessAll(tree, batch);
    for (const [index, config] of batch.entries()) {
      const { macros, errorLines } = compiled[index]!;
      const ownLines = tree.configErrors(config).map(({ line }) => line);
      // The compiler reports a bad expression at the continuation line that it is on.
      const startLines = errorLines.map((line) => starts.findLast((start) => start <= line) ?? line);
      for (const line of startLines) result.rulesHit.add(line);
      const compiledSet = macroSetOf(new Map([...macros].map(([name, body]) => [name, { body }])));
      const difference = unequal(tree.adjusted(config), compiledSet) ?? unequalLists(ownLines, startLines);
      if (difference !== undefined) result.differences.push(`${difference}\n${textOf(config)}`);
      result.configs += 1;
    }
  }
  return result;
}

const BATCH = 100;

function checkConfigOf({ files }: MbedtlsTree): string {
  return `${files.includeDirectory}/mbedtls/check_config.h`;
}

function textOf(config: MacroSet): string {
  return [...config].map(([name, value]) => `#define ${name} ${value}`.trim()).join('\n');
}

function unequal(own: MacroSet, compiled: MacroSet): string | undefined {
  for (const name of new Set([...own.keys(), ...compiled.keys()])) {
    if (own.get(name) !== compiled.get(name)) {
      return `${name}: own "${own.get(name) ?? 'undefined'}", compiler "${compiled.get(name) ?? 'undefined'}"`;
    }
  }
  return undefined;
}

function unequalLists(own: readonly number[], compiled: readonly number[]): string | undefined {
  const [left, right] = [own, compiled].map((lines) => [...lines].sort((a, b) => a - b).join());
  return left === right ? undefined : `#error lines: own ${left!}, compiler ${right!}`;
}
