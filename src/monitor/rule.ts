import type { LogPrefix, MonitorDetail } from './event.ts';

/** How one kind of line is recognised. */
export interface Rule {
  /** ASCII text of two characters and more that such a line always holds; of several, at least one. */
  mark: string | readonly string[];
  pattern: RegExp;
  /** A new value, from the pattern's groups; undefined where the line is something else after all. */
  read: (groups: readonly (string | undefined)[], prefix: LogPrefix | undefined) => MonitorDetail | undefined;
}

/** The event of a table, as a rule gives it: a new value, for line and prefix are added to it. */
export function copyOf(detail: MonitorDetail | undefined): MonitorDetail | undefined {
  return detail === undefined ? undefined : { ...detail };
}

/** A mark, where in it its pair stands, and a character farther off that tells most other text from it. */
interface Mark {
  rule: number;
  mark: string;
  offset: number;
  far: number;
  farCode: number;
}

const ASCII = 128;

/**
 * Rules that are tried in their order, but only those whose mark a line holds. One pass over the line finds the marks,
 * by a table of character pairs: most lines of a log hold none, and a UART sends tens of thousands a second.
 */
export class RuleIndex {
  readonly #rules: readonly Rule[];
  /** By pair: 0, or one more than the place in `#buckets`. The table stays in the processor's nearest cache. */
  readonly #pairs = new Uint16Array(ASCII * ASCII);
  readonly #buckets: Mark[][] = [];
  /** Per rule, the number of the line that last held its mark. */
  readonly #heldBy: Uint32Array;
  #line = 0;
  /** Rules whose marks the line holds, in their order. */
  readonly #held: Uint16Array;
  #heldCount = 0;

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
    this.#heldBy = new Uint32Array(rules.length);
    this.#held = new Uint16Array(rules.length);
    for (const [rule, { mark }] of rules.entries()) {
      const marks = typeof mark === 'string' ? [mark] : mark;
      for (const one of new Set(marks.map((text) => text.toLowerCase()))) this.#add(rule, one);
    }
  }

  /** What the first rule that fits says. */
  match(text: string, prefix: LogPrefix | undefined): MonitorDetail | undefined {
    this.#findMarks(text.toLowerCase());
    for (let index = 0; index < this.#heldCount; index += 1) {
      const { pattern, read } = this.#rules[this.#held[index]!]!;
      const groups = pattern.exec(text);
      if (groups === null) continue;
      // In place: a copy of the groups takes as long as some of the patterns.
      groups.shift();
      const detail = read(groups, prefix);
      if (detail !== undefined) return detail;
    }
    return undefined;
  }

  #findMarks(text: string): void {
    this.#line = this.#line === 0xffff_ffff ? 1 : this.#line + 1;
    this.#heldCount = 0;
    const pairs = this.#pairs;
    let before = ASCII;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      const bucket = (before | code) < ASCII ? pairs[before * ASCII + code]! : 0;
      if (bucket !== 0) this.#probe(text, index - 1, this.#buckets[bucket - 1]!);
      before = code;
    }
  }

  /** Which of the marks of a pair's bucket stand where the pair is. */
  #probe(text: string, at: number, marks: readonly Mark[]): void {
    for (const { rule, mark, offset, far, farCode } of marks) {
      const start = at - offset;
      // Within the text: V8 leaves the fast path of charCodeAt where it gives NaN.
      if (start < 0 || start + far >= text.length || text.charCodeAt(start + far) !== farCode) continue;
      if (!text.startsWith(mark, start)) continue;
      if (this.#heldBy[rule] === this.#line) continue;
      this.#heldBy[rule] = this.#line;
      let place = this.#heldCount;
      this.#heldCount += 1;
      for (; place > 0 && this.#held[place - 1]! > rule; place -= 1)
        this.#held[place] = this.#held[place - 1]!;
      this.#held[place] = rule;
    }
  }

  #add(rule: number, mark: string): void {
    const offset = rarestPair(mark);
    const pair = mark.charCodeAt(offset) * ASCII + mark.charCodeAt(offset + 1);
    if (this.#pairs[pair] === 0) this.#pairs[pair] = this.#buckets.push([]);
    const far = offset + 2 < mark.length ? mark.length - 1 : 0;
    this.#buckets[this.#pairs[pair]! - 1]!.push({ rule, mark, offset, far, farCode: mark.charCodeAt(far) });
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

/** Characters of logs, the most frequent one first. */
const BY_FREQUENCY = ` est0rldani_-:co2mf()51pbh84u3x79E.g6kSTvCwIyL=A[WFR/!]MNX>D,PBQUHOq|'zK<*G;V#%Y`;

/** Roughly how often logs hold a character, as a number that halves about every ninth place of the list. */
function frequency(character: string): number {
  const place = BY_FREQUENCY.indexOf(character);
  return 2 ** (-(place < 0 ? BY_FREQUENCY.length : place) / 9);
}
