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

/** A mark, and where in it its triple stands. */
interface Mark {
  rule: number;
  mark: string;
  offset: number;
}

/** Of a character in a triple's number: what ASCII's upper and lower case have in common. */
const CHARACTER_BITS = 5;
const CHARACTERS = 1 << CHARACTER_BITS;
const TRIPLES = CHARACTERS ** 3;
/** What makes ASCII's letters lower-case, and leaves most other characters apart. */
const LOWER = 0x20;
/** Of a packed mark: the distance from the triple to the character farther off, made positive, and the mark's number. */
const DISTANCE_SHIFT = 7;
const DISTANCE_BIAS = 128;
const NUMBER_SHIFT = 15;

/**
 * Rules that are tried in their order, but only those whose mark a line holds. One pass over the line finds the marks,
 * by a table of three characters in a row: most lines of a log hold none, and a UART sends tens of thousands a second.
 */
export class RuleIndex {
  readonly #rules: readonly Rule[];
  /** By triple: 0, or one more than its bucket's number. */
  readonly #triples = new Uint16Array(TRIPLES);
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
        const offset = rarestTriple(text);
        for (const triple of triplesAt(text, offset)) {
          const bucket = buckets.get(triple);
          if (bucket === undefined) buckets.set(triple, [{ rule, mark: text, offset }]);
          else bucket.push({ rule, mark: text, offset });
        }
      }
    }
    this.#marks = [...buckets.values()].flat();
    this.#packed = Int32Array.from(this.#marks, packed);
    this.#starts = new Uint16Array(buckets.size + 1);
    for (const [number, [triple, marks]] of [...buckets].entries()) {
      this.#triples[triple] = number + 1;
      this.#starts[number + 1] = this.#starts[number]! + marks.length;
    }
  }

  /** What the first rule that fits says. */
  match(text: string, prefix: LogPrefix | undefined): MonitorDetail | undefined {
    this.#findMarks(text);
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
    const triples = this.#triples;
    let triple = 0;
    for (let index = 0; index < text.length; index += 1) {
      triple = nextTriple(triple, text.charCodeAt(index));
      const bucket = triples[triple]!;
      if (bucket !== 0) this.#probe(text, index - 2, bucket - 1);
    }
    // A mark of two characters may end the line.
    const bucket = triples[nextTriple(triple, 0)]!;
    if (bucket !== 0) this.#probe(text, text.length - 2, bucket - 1);
  }

  /** Which of the marks of a bucket stand where its triple is: a character farther off tells for most that they do not. */
  #probe(text: string, at: number, bucket: number): void {
    const end = this.#starts[bucket + 1]!;
    for (let index = this.#starts[bucket]!; index < end; index += 1) {
      const entry = this.#packed[index]!;
      const far = at + ((entry >> DISTANCE_SHIFT) & 0xff) - DISTANCE_BIAS;
      // Within the text: V8 leaves the fast path of charCodeAt where it gives NaN.
      if (far < 0 || far >= text.length || (text.charCodeAt(far) | LOWER) !== (entry & 0x7f)) continue;
      const { rule, mark, offset } = this.#marks[entry >> NUMBER_SHIFT]!;
      if (stands(mark, text, at - offset)) this.#hold(rule);
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

/** Whether a mark, which is in lower case, stands there in whatever case. By hand: V8 has no comparison without a copy. */
function stands(mark: string, text: string, start: number): boolean {
  if (start < 0 || start + mark.length > text.length) return false;
  for (let index = 0; index < mark.length; index += 1) {
    const wanted = mark.charCodeAt(index);
    const code = text.charCodeAt(start + index);
    if (code !== wanted && (code < 0x41 || code > 0x5a || (code | LOWER) !== wanted)) return false;
  }
  return true;
}

function nextTriple(before: number, character: number): number {
  return ((before << CHARACTER_BITS) | (character & (CHARACTERS - 1))) & (TRIPLES - 1);
}

/** The numbers of the three characters that stand there; behind a mark of two any may. */
function triplesAt(mark: string, offset: number): number[] {
  const pair = nextTriple(nextTriple(0, mark.charCodeAt(offset)), mark.charCodeAt(offset + 1));
  return mark.length > 2
    ? [nextTriple(pair, mark.charCodeAt(offset + 2))]
    : Array.from({ length: CHARACTERS }, (_, character) => nextTriple(pair, character));
}

/** The last character where the triple is not there, else the first. */
function packed({ mark, offset }: Mark, number: number): number {
  const far = offset + 3 < mark.length ? mark.length - 1 : 0;
  return (
    mark.charCodeAt(far) |
    LOWER |
    ((far - offset + DISTANCE_BIAS) << DISTANCE_SHIFT) |
    (number << NUMBER_SHIFT)
  );
}

/** Where in a mark the three characters stand that other text holds least. */
function rarestTriple(mark: string): number {
  let best = 0;
  let least = Infinity;
  for (let offset = 0; offset + 2 < mark.length; offset += 1) {
    const share =
      (pairFrequency(mark[offset]!, mark[offset + 1]!) *
        pairFrequency(mark[offset + 1]!, mark[offset + 2]!)) /
      frequency(mark[offset + 1]!);
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
