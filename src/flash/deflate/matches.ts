import { LONGEST_MATCH, SHORTEST_MATCH, WINDOW_BYTES } from './symbols.ts';

/**
 * What repeats: of position `p` the entries `starts[p]` to `starts[p + 1]`, longer and farther from one to the next, each
 * the nearest of its length.
 */
export interface Matches {
  starts: Uint32Array;
  lengths: Uint16Array;
  distances: Uint16Array;
}

const HASH_BITS = 16;
/** Places looked at for one position. */
const CHAIN = 100;
/** Between two pauses. */
const STEP_BYTES = 0x2000;

/** Yields now and then, so that other work can be done between. */
export function* findMatches(data: Uint8Array): Generator<undefined, Matches> {
  const found = new Growing(data.length * 3);
  const starts = new Uint32Array(data.length + 1);
  const newest = new Int32Array(1 << HASH_BITS).fill(-1);
  const older = new Int32Array(WINDOW_BYTES);
  for (let at = 0; at < data.length; at++) {
    if (at % STEP_BYTES === 0) yield;
    starts[at] = found.count;
    const longest = Math.min(LONGEST_MATCH, data.length - at);
    if (longest < SHORTEST_MATCH) continue;
    const hash = hashOf(data, at);
    let length = SHORTEST_MATCH - 1;
    let place = newest[hash]!;
    for (let looks = CHAIN; place >= 0 && at - place <= WINDOW_BYTES && looks > 0; looks--) {
      if (data[place + length] === data[at + length]) {
        const common = commonBytes(data, place, at, longest);
        if (common > length) {
          length = common;
          found.push(common, at - place);
          if (common === longest) break;
        }
      }
      const next = older[place % WINDOW_BYTES]!;
      // What was there has been written over.
      if (next >= place) break;
      place = next;
    }
    older[at % WINDOW_BYTES] = newest[hash]!;
    newest[hash] = at;
  }
  starts[data.length] = found.count;
  return { starts, lengths: found.lengths, distances: found.distances };
}

function hashOf(data: Uint8Array, at: number): number {
  const three = data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16);
  return Math.imul(three, 0x9e3779b1) >>> (32 - HASH_BITS);
}

function commonBytes(data: Uint8Array, left: number, right: number, longest: number): number {
  let length = 0;
  while (length < longest && data[left + length] === data[right + length]) length++;
  return length;
}

class Growing {
  lengths: Uint16Array;
  distances: Uint16Array;
  count = 0;

  constructor(capacity: number) {
    this.lengths = new Uint16Array(capacity);
    this.distances = new Uint16Array(capacity);
  }

  push(length: number, distance: number): void {
    if (this.count === this.lengths.length) {
      this.lengths = enlarged(this.lengths);
      this.distances = enlarged(this.distances);
    }
    this.lengths[this.count] = length;
    this.distances[this.count++] = distance;
  }
}

function enlarged(from: Uint16Array): Uint16Array {
  const to = new Uint16Array(2 * from.length + 1024);
  to.set(from);
  return to;
}
