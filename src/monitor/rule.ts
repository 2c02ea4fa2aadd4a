import type { LogPrefix, MonitorDetail } from './event.ts';
import { MarkIndex, type Marks } from './mark-index.ts';

/** How one kind of line is recognised. */
export interface Rule {
  /** What such a line always holds; of several marks, at least one. */
  mark: Marks;
  pattern: RegExp;
  /** A new value, from the pattern's groups; undefined where the line is something else after all. */
  read: (groups: readonly (string | undefined)[], prefix: LogPrefix | undefined) => MonitorDetail | undefined;
}

/** The event of a table, as a rule gives it: a new value, for line and prefix are added to it. */
export function copyOf(detail: MonitorDetail | undefined): MonitorDetail | undefined {
  return detail === undefined ? undefined : { ...detail };
}

/** Rules that are tried in their order, but only those whose mark a line holds. */
export class RuleIndex {
  readonly #rules: readonly Rule[];
  readonly #marks: MarkIndex;

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
    this.#marks = new MarkIndex(rules.map(({ mark }) => mark));
  }

  /** What the first rule that fits says. */
  match(text: string, prefix: LogPrefix | undefined): MonitorDetail | undefined {
    const count = this.#marks.find(text);
    const { held } = this.#marks;
    for (let index = 0; index < count; index += 1) {
      const { pattern, read } = this.#rules[held[index]!]!;
      const groups = pattern.exec(text);
      if (groups === null) continue;
      // In place: a copy of the groups takes as long as some of the patterns.
      groups.shift();
      const detail = read(groups, prefix);
      if (detail !== undefined) return detail;
    }
    return undefined;
  }
}
