import { isAscii } from 'node:buffer';

/** ASCII text of 2 to 120 characters, sought in whatever case; of several, any. */
export type Marks = string | readonly string[];

/** A mark, and where in it its triple stands. */
interface Mark {
  of: number;
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

const ENCODER = new TextEncoder();
/** The line that is searched, as UTF-8, in which no byte of another character is one of ASCII's: bytes are read faster. */
let encoded = new Uint8Array(16_384);

/** How many bytes of `encoded` a text is. */
function encode(text: string): number {
  const most = 3 * text.length;
  if (most > encoded.length) encoded = new Uint8Array(2 * most);
  return ENCODER.encodeInto(text, encoded).written;
}

/**
 * Which of many marks a line holds. One pass over the line finds them, by a table of three characters in a row: most
 * lines of a log hold none, and a UART sends tens of thousands a second.
 */
export class MarkIndex {
  /** Numbers of the marks that the line last asked for holds, ascending; those behind its count are old. */
  readonly held: Uint16Array;
  #heldCount = 0;
  /** By triple: 0, or one more than its bucket's number. */
  readonly #triples = new Uint16Array(TRIPLES);
  readonly #marks: readonly Mark[];
  /** The marks of all buckets, packed, one bucket behind the other. */
  readonly #packed: Int32Array;
  /** Per bucket, where it starts in `#packed`, and where the last one ends. */
  readonly #starts: Uint16Array;
  /** Per number, that of the line that last held such a mark. */
  readonly #heldBy: Uint32Array;
  #line = 0;

  /** By their numbers, from 0. Throws a RangeError for a mark that is not ASCII, which no line would hold. */
  constructor(sought: readonly Marks[]) {
    this.held = new Uint16Array(sought.length);
    this.#heldBy = new Uint32Array(sought.length);
    const buckets = new Map<number, Mark[]>();
    for (const [of, marks] of sought.entries()) {
      for (const text of new Set([marks].flat().map((one) => one.toLowerCase()))) {
        if (!isAscii(Buffer.from(text))) throw new RangeError(`mark ${text} is not ASCII`);
        const offset = rarestTriple(text);
        for (const triple of triplesAt(text, offset)) {
          const bucket = buckets.get(triple);
          if (bucket === undefined) buckets.set(triple, [{ of, mark: text, offset }]);
          else bucket.push({ of, mark: text, offset });
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

  /** How many of them a line holds: the first so many of `held`. */
  find(text: string): number {
    this.#line = this.#line === 0xffff_ffff ? 1 : this.#line + 1;
    this.#heldCount = 0;
    const triples = this.#triples;
    const length = encode(text);
    const line = encoded;
    let triple = 0;
    for (let index = 0; index < length; index += 1) {
      triple = nextTriple(triple, line[index]!);
      const bucket = triples[triple]!;
      if (bucket !== 0) this.#probe(line, length, index - 2, bucket - 1);
    }
    // A mark of two characters may end the line.
    const bucket = triples[nextTriple(triple, 0)]!;
    if (bucket !== 0) this.#probe(line, length, length - 2, bucket - 1);
    return this.#heldCount;
  }

  /** Which of the marks of a bucket stand where its triple is: a character farther off tells for most that they do not. */
  #probe(line: Uint8Array, length: number, at: number, bucket: number): void {
    const end = this.#starts[bucket + 1]!;
    for (let index = this.#starts[bucket]!; index < end; index += 1) {
      const entry = this.#packed[index]!;
      const far = at + ((entry >> DISTANCE_SHIFT) & 0xff) - DISTANCE_BIAS;
      if (far < 0 || far >= length || (line[far]! | LOWER) !== (entry & 0x7f)) continue;
      const { of, mark, offset } = this.#marks[entry >> NUMBER_SHIFT]!;
      if (stands(mark, line, length, at - offset)) this.#hold(of);
    }
  }

  /** Notes that the line holds such a mark, once, in the numbers' order. */
  #hold(number: number): void {
    if (this.#heldBy[number] === this.#line) return;
    this.#heldBy[number] = this.#line;
    let place = this.#heldCount;
    this.#heldCount += 1;
    for (; place > 0 && this.held[place - 1]! > number; place -= 1) this.held[place] = this.held[place - 1]!;
    this.held[place] = number;
  }
}

/** Whether a mark, which is in lower case, stands there in whatever case. By hand: V8 has no comparison without a copy. */
function stands(mark: string, line: Uint8Array, length: number, start: number): boolean {
  if (start < 0 || start + mark.length > length) return false;
  for (let index = 0; index < mark.length; index += 1) {
    const wanted = mark.charCodeAt(index);
    const code = line[start + index]!;
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
