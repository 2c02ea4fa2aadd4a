import type { MacroSet } from '../mbedtls/options.ts';
import type { LibrarySource } from './configuration.ts';
import { predict, type RunTask } from './predict.ts';
import type { Prediction } from './prediction.ts';

/** One macro that a configuration lacks, and what its absence alone would do on the device. */
export interface MissingMacro {
  name: string;
  /** Why the derived configuration has it. */
  because: string;
  prediction: Prediction;
  /** Macros that check_config.h made leave with it. */
  dependents: readonly string[];
}

/** An option of the derived configuration, as far as it matters here. */
interface DerivedOption {
  name: string;
  value: string | undefined;
  because: string;
}

/**
 * For each macro that the derived configuration has and the existing one has not: what happens when it alone is
 * missing, everything else of both being there.
 */
export function missingMacros(
  source: LibrarySource,
  existing: MacroSet,
  derived: readonly DerivedOption[],
  task: RunTask,
): MissingMacro[] {
  const both = new Map(existing);
  for (const { name, value } of derived) if (!both.has(name)) both.set(name, value ?? '');
  return derived
    .filter(({ name }) => !existing.has(name))
    .map(({ name, because }) => ({ name, because, ...predictWithout(source, both, name, task) }));
}

/**
 * What a configuration without the macro does. What check_config.h says cannot be there without it goes too, as
 * someone would have it who repairs the header rule by rule; where that ends in another complaint, that is the answer.
 */
export function predictWithout(
  source: LibrarySource,
  macros: MacroSet,
  name: string,
  task: RunTask,
): Pick<MissingMacro, 'prediction' | 'dependents'> {
  const remaining = new Map(macros);
  remaining.delete(name);
  const dependents: string[] = [];
  for (;;) {
    const [rule] = source.configErrors(remaining);
    if (rule?.about === undefined || !remaining.delete(rule.about)) break;
    dependents.push(rule.about);
  }
  return { prediction: predict(source, remaining, task), dependents };
}
