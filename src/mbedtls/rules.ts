import { completions, type Completer } from './completions.ts';
import { guardedDirectives, negated } from './conditions.ts';
import type { MacroSet } from './options.ts';
import { messageOf } from './preprocessor/evaluate.ts';
import type { Expression } from './preprocessor/expression.ts';
import { conjunction } from './providers.ts';

/** One `#error` of check_config.h with all the conditions that lead to it. */
export interface Rule {
  line: number;
  message: string;
  condition: Expression;
}

/** A rule that a configuration breaks. */
export interface ConfigRule {
  /** Text of the `#error`. */
  message: string;
  /** The macro that the rule is about, where the message names one that is on. */
  about?: string;
  /** The cheapest set of options whose definition satisfies the rule; empty where none does (a conflict). */
  missing: readonly string[];
  /** In check_config.h, or in the header that has the `#error`. */
  line: number;
}

/** The rules of a check_config.h. */
export function readRules(checkConfig: string): Rule[] {
  return guardedDirectives(checkConfig).flatMap(({ line, directive, guards }) =>
    directive.name === 'error'
      ? [{ line, message: messageOf(directive.rest), condition: conjunction(guards) }]
      : [],
  );
}

/** What a broken rule is about, and what it asks for. */
export function brokenRule(
  { line, message }: { line: number; message: string },
  rule: Rule | undefined,
  macros: MacroSet,
  completer: Completer,
): ConfigRule {
  const about = /MBEDTLS_\w+/.exec(message)?.[0];
  const ways = rule === undefined ? [] : completions(negated(rule.condition), completer);
  return {
    message,
    line,
    missing: ways[0] ?? [],
    ...(about === undefined || !macros.has(about) ? {} : { about }),
  };
}
