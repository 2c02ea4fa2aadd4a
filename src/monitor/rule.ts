import type { LogPrefix, MonitorDetail } from './event.ts';

/** How one kind of line is recognised. */
export interface Rule {
  /** ASCII text of 2 to 120 characters that such a line always holds, in whatever case; of several, at least one. */
  mark: string | readonly string[];
  pattern: RegExp;
  /** A new value, from the pattern's groups; undefined where the line is something else after all. */
  read: (groups: readonly (string | undefined)[], prefix: LogPrefix | undefined) => MonitorDetail | undefined;
}

/** The event of a table, as a rule gives it: a new value, for line and prefix are added to it. */
export function copyOf(detail: MonitorDetail | undefined): MonitorDetail | undefined {
  return detail === undefined ? undefined : { ...detail };
}

/** A mark, and where in it its pair stands. */
interface Mark {
  rule: number;
  mark: string;
  offset: number;
}

const ASCII = 128;
/** Of a packed mark: the distance from the pair to the character farther off, made positive, and the mark's number. */
const DISTANCE_SHIFT = 7;
const DISTANCE_BIAS = 128;
const NUMBER_SHIFT = 15;

/**
 * Rules that are tried in their order, but only those whose mark a line holds. One pass over the line finds the marks,
 * by a table of character pairs: most lines of a log hold none, and a UART sends tens of thousands a second.
 */
export class RuleIndex {
  readonly #rules: readonly Rule[];
  /** By pair: 0, or one more than its bucket's number. The table stays in the processor's nearest cache. */
  readonly #pairs = new Uint16Array(ASCII * ASCII);
  readonly #marks: readonly Mark[];
  /** The marks of all buckets, packed, one bucket behind the other. */
  readonly #packed: Int32Array;
  /** Per bucket, where it starts in `#packed`, and where the last one ends. */
  readonly #starts: Uint16Array;
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
    const buckets = new Map<number, Mark[]>();
    for (const [rule, { mark }] of rules.entries()) {
      const marks = typeof mark === 'string' ? [mark] : mark;
      for (const text of new Set(marks.map((one) => one.toLowerCase()))) {
        const offset = rarestPair(text);
        const pair = text.charCodeAt(offset) * ASCII + text.charCodeAt(offset + 1);
        const bucket = buckets.get(pair);
        if (bucket === undefined) buckets.set(pair, [{ rule, mark: text, offset }]);
        else bucket.push({ rule, mark: text, offset });
      }
    }
    this.#marks = [...buckets.values()].flat();
    this.#packed = Int32Array.from(this.#marks, packed);
    this.#starts = new Uint16Array(buckets.size + 1);
    for (const [number, [pair, marks]] of [...buckets].entries()) {
      this.#pairs[pair] = number + 1;
      this.#starts[number + 1] = this.#starts[number]! + marks.length;
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
      if (bucket !== 0) this.#probe(text, index - 1, bucket - 1);
      before = code;
    }
  }

  /** Which of the marks of a pair's bucket stand where the pair is: a character farther off tells for most that they do not. */
  #probe(text: string, at: number, bucket: number): void {
    const end = this.#starts[bucket + 1]!;
    for (let index = this.#starts[bucket]!; index < end; index += 1) {
      const entry = this.#packed[index]!;
      const far = at + ((entry >> DISTANCE_SHIFT) & 0xff) - DISTANCE_BIAS;
      // Within the text: V8 leaves the fast path of charCodeAt where it gives NaN.
      if (far < 0 || far >= text.length || text.charCodeAt(far) !== (entry & 0x7f)) continue;
      const { rule, mark, offset } = this.#marks[entry >> NUMBER_SHIFT]!;
      if (at >= offset && text.startsWith(mark, at - offset)) this.#hold(rule);
    }
  }

  /** Notes that the line holds a mark of the rule, once, in the rules' order. */
  #hold(rule: number): void {
    if (this.#heldBy[rule] === this.#line) return;
    this.#heldBy[rule] = this.#line;
    let place = this.#heldCount;
    this.#heldCount += 1;
    for (; place > 0 && this.#held[place - 1]! > rule; place -= 1) this.#held[place] = this.#held[place - 1]!;
    this.#held[place] = rule;
  }
}

/** The last character where the pair is not there, else the first. */
function packed({ mark, offset }: Mark, number: number): number {
  const far = offset + 2 < mark.length ? mark.length - 1 : 0;
  return mark.charCodeAt(far) | ((far - offset + DISTANCE_BIAS) << DISTANCE_SHIFT) | (number << NUMBER_SHIFT);
}

/** Where in a mark the two characters stand that other text holds least. */
function rarestPair(mark: string): number {
  let best = 0;
  let least = Infinity;
  for (let offset = 0; offset + 1 < mark.length; offset += 1) {
    const share = pairFrequency(mark[offset]!, mark[offset + 1]!);
    if (share < least) {
      least = share;
      best = offset;
    }
  }
  return best;
}

/** Characters of logs in lower case, the most frequent one first. */
const BY_FREQUENCY = ` est0rldainc_-:omf2()pb51h8ux4379.gwk6vy=[/!]q>,|'z<*;#%`;
/** Pairs that words have oftener than their characters tell. */
const COMMON_PAIRS: ReadonlySet<string> = new Set(
  'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ic ne ea ra ce li ch ll be ma si om ur'.split(
    ' ',
  ),
);

/** Roughly how often logs hold two characters in this order, as a number without a unit. */
function pairFrequency(first: string, second: string): number {
  return frequency(first) * frequency(second) * (COMMON_PAIRS.has(first + second) ? 4 : 1);
}

/** A number that halves about every ninth place of the list. */
function frequency(character: string): number {
  const place = BY_FREQUENCY.indexOf(character);
  return 2 ** (-(place < 0 ? BY_FREQUENCY.length : place) / 9);
}
