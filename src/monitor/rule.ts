import type { LogPrefix, MonitorDetail } from './event.ts';

/** How one kind of line is recognised. */
export interface Rule {
  /** ASCII text of two characters and more that such a line always holds. */
  mark: string;
  pattern: RegExp;
  /** A new value, from the pattern's groups; undefined where the line is something else after all. */
  read: (groups: readonly (string | undefined)[], prefix: LogPrefix | undefined) => MonitorDetail | undefined;
}

const ASCII = 128;

/**
 * Rules that are tried in their order, but only those whose mark a line holds. One pass over the line finds the marks,
 * by a table of character pairs: most lines of a log hold none, and a UART sends tens of thousands a second.
 */
export class RuleIndex {
  readonly #rules: readonly Rule[];
  /** By pair: 0, or one more than the place in `#buckets`. */
  readonly #pairs = new Uint8Array(ASCII * ASCII);
  readonly #buckets: { rule: number; mark: string; first: number; offset: number }[][] = [];
  /** Per rule, the number of the line that last held its mark. */
  readonly #heldBy: Uint32Array;
  #line = 0;

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
    this.#heldBy = new Uint32Array(rules.length);
    for (const [rule, { mark }] of rules.entries()) this.#add(rule, mark);
  }

  /** What the first rule that fits says. */
  match(text: string, prefix: LogPrefix | undefined): MonitorDetail | undefined {
    if (!this.#findMarks(text)) return undefined;
    for (let index = 0; index < this.#rules.length; index += 1) {
      if (this.#heldBy[index] !== this.#line) continue;
      const { pattern, read } = this.#rules[index]!;
      const match = pattern.exec(text);
      const detail = match === null ? undefined : read(match.slice(1), prefix);
      if (detail !== undefined) return detail;
    }
    return undefined;
  }

  /** True where the text holds any. */
  #findMarks(text: string): boolean {
    this.#line = this.#line === 0xffff_ffff ? 1 : this.#line + 1;
    let isAny = false;
    let before = ASCII;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      const bucket = before < ASCII && code < ASCII ? this.#pairs[before * ASCII + code]! : 0;
      if (bucket !== 0) {
        for (const { rule, mark, first, offset } of this.#buckets[bucket - 1]!) {
          const start = index - 1 - offset;
          if (text.charCodeAt(start) !== first || !text.startsWith(mark, start)) continue;
          this.#heldBy[rule] = this.#line;
          isAny = true;
        }
      }
      before = code;
    }
    return isAny;
  }

  #add(rule: number, mark: string): void {
    const offset = rarestPair(mark);
    const pair = mark.charCodeAt(offset) * ASCII + mark.charCodeAt(offset + 1);
    if (this.#pairs[pair] === 0) this.#pairs[pair] = this.#buckets.push([]);
    this.#buckets[this.#pairs[pair]! - 1]!.push({ rule, mark, first: mark.charCodeAt(0), offset });
  }
}

/** Where in a mark the two characters stand that other text holds least. */
function rarestPair(mark: string): number {
  let best = 0;
  let least = Infinity;
  for (let offset = 0; offset + 1 < mark.length; offset += 1) {
    const share = frequency(mark[offset]!) * frequency(mark[offset + 1]!);
    if (share < least) {
      least = share;
      best = offset;
    }
  }
  return best;
}

/** Roughly how often logs hold a character. */
function frequency(character: string): number {
  if (' etaoinsrl0'.includes(character)) return 4;
  return /[a-z0-9:_]/.test(character) ? 2 : 1;
}
