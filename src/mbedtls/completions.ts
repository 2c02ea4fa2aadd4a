import type { Expression } from './preprocessor/expression.ts';

/** What may be defined to make a condition true. */
export interface Completer {
  isDefined: (name: string) => boolean;
  /** Is it an option that a configuration header may define? */
  isOption: (name: string) => boolean;
  /** Conditions under which the tree's own headers define the macro, one for each place. */
  providersOf: (name: string) => readonly Expression[];
  /** The value of an expression that is more than `defined` and `&&`, `||`, `!`. */
  holds: (expression: Expression) => boolean;
  /** The lower, the rather an option is defined. */
  costOf: (name: string) => number;
}

/**
 * Sets of options that make the condition true when they are defined on top of what is, cheapest first; one empty
 * set where it is true already, none where defining more cannot make it true.
 */
export function completions(condition: Expression, completer: Completer): readonly (readonly string[])[] {
  const sets = new Search(completer).make(condition, true, 0);
  const costOf = (set: readonly string[]) => set.reduce((sum, name) => sum + completer.costOf(name), 0);
  return [...sets].sort(
    (a, b) => costOf(a) - costOf(b) || a.length - b.length || compare(a.join(), b.join()),
  );
}

/** Enough for every rule of every tree; the cheapest are kept. */
const MOST_SETS = 48;

/** How far macros that the tree's own headers define are followed (config_adjust_*.h of 3.x). */
const DEEPEST = 6;

type Sets = readonly (readonly string[])[];

const TRUE: Sets = [[]];
const NEVER: Sets = [];

class Search {
  readonly #completer: Completer;

  constructor(completer: Completer) {
    this.#completer = completer;
  }

  make(expression: Expression, wanted: boolean, depth: number): Sets {
    if (expression.kind === 'defined') return this.#defined(expression.name, wanted, depth);
    if (expression.kind === 'unary' && expression.operator === '!') {
      return this.make(expression.operand, !wanted, depth);
    }
    if (expression.kind === 'binary' && (expression.operator === '&&' || expression.operator === '||')) {
      const left = this.make(expression.left, wanted, depth);
      const right = this.make(expression.right, wanted, depth);
      return (expression.operator === '&&') === wanted ? this.#both(left, right) : this.#either(left, right);
    }
    return this.#completer.holds(expression) === wanted ? TRUE : NEVER;
  }

  #defined(name: string, wanted: boolean, depth: number): Sets {
    const { isDefined, isOption, providersOf } = this.#completer;
    if (isDefined(name)) return wanted ? TRUE : NEVER;
    if (!wanted) return TRUE;
    const own: Sets = isOption(name) ? [[name]] : NEVER;
    if (depth >= DEEPEST || own.length > 0) return own;
    return providersOf(name).reduce<Sets>(
      (sets, condition) => this.#either(sets, this.make(condition, true, depth + 1)),
      NEVER,
    );
  }

  #both(left: Sets, right: Sets): Sets {
    return this.#fewest(left.flatMap((a) => right.map((b) => [...new Set([...a, ...b])].sort())));
  }

  #either(left: Sets, right: Sets): Sets {
    return this.#fewest([...left, ...right]);
  }

  #fewest(sets: Sets): Sets {
    if (sets.some((set) => set.length === 0)) return TRUE;
    const unique = new Map(sets.map((set) => [set.join(), set]));
    const costOf = (set: readonly string[]) =>
      set.reduce((sum, name) => sum + this.#completer.costOf(name), 0);
    return [...unique.values()]
      .sort((a, b) => costOf(a) - costOf(b) || compare(a.join(), b.join()))
      .slice(0, MOST_SETS);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
