import { codeLengths } from './huffman.ts';
import type { Histogram } from './tokens.ts';

/** The two codes of a block, and its head (RFC 1951, 3.2.7). */
export interface BlockCode {
  literals: Uint8Array;
  distances: Uint8Array;
  head: Head;
  /** All of the block. */
  bits: number;
}

interface Head {
  literalCount: number;
  distanceCount: number;
  /** The code lengths, run-length coded: symbol, and the value of the bits behind it. */
  symbols: readonly (readonly [number, number])[];
  /** The code of those symbols. */
  lengths: Uint8Array;
  lengthCount: number;
}

/** In which the lengths of the code of code lengths are sent. */
export const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
/** Bits behind the symbols 16, 17 and 18. */
export const RUN_BITS: Readonly<Record<number, number>> = { 16: 2, 17: 3, 18: 7 };

const LONGEST_CODE = 15;
const LONGEST_HEAD_CODE = 7;
const HEAD_BITS = 3 + 5 + 5 + 4;

export function blockCode(histogram: Histogram): BlockCode {
  const literals = codeLengths(histogram.literals, LONGEST_CODE);
  const distances = codeLengths(histogram.distances, LONGEST_CODE);
  // One distance code must be there, and some readers want a whole tree.
  if (!distances.some((length) => length > 0)) distances[0] = distances[1] = 1;
  else if (distances.filter((length) => length > 0).length === 1) distances[distances[0] === 0 ? 0 : 1] = 1;
  const literalCount = Math.max(257, lastUsed(literals));
  const distanceCount = Math.max(1, lastUsed(distances));
  const all = [...literals.subarray(0, literalCount), ...distances.subarray(0, distanceCount)];
  let head = headOf(all, literalCount, distanceCount, 3);
  for (const uses of [0, 1, 2]) {
    const other = headOf(all, literalCount, distanceCount, uses);
    if (other.bits < head.bits) head = other;
  }
  let bits = head.bits + histogram.extraBits;
  for (const [symbol, count] of histogram.literals.entries()) bits += count * literals[symbol]!;
  for (const [symbol, count] of histogram.distances.entries()) bits += count * distances[symbol]!;
  return { literals, distances, head, bits };
}

/** `uses`: bit 0 repeats of the length before (16), bit 1 long runs of nothing (18). */
function headOf(
  all: readonly number[],
  literalCount: number,
  distanceCount: number,
  uses: number,
): Head & { bits: number } {
  const symbols = runs(all, uses);
  const counts = new Uint32Array(ORDER.length);
  for (const [symbol] of symbols) counts[symbol]! += 1;
  const lengths = codeLengths(counts, LONGEST_HEAD_CODE);
  // A code of a single symbol is no whole tree.
  if (lengths.filter((length) => length > 0).length === 1) lengths[lengths[0] === 0 ? 0 : 1] = 1;
  const lengthCount = Math.max(4, ORDER.findLastIndex((symbol) => lengths[symbol]! > 0) + 1);
  let bits = HEAD_BITS + 3 * lengthCount;
  for (const [symbol] of symbols) bits += lengths[symbol]! + (RUN_BITS[symbol] ?? 0);
  return { literalCount, distanceCount, symbols, lengths, lengthCount, bits };
}

function runs(all: readonly number[], uses: number): (readonly [number, number])[] {
  const symbols: (readonly [number, number])[] = [];
  for (let at = 0; at < all.length;) {
    const length = all[at]!;
    let run = 1;
    while (at + run < all.length && all[at + run] === length) run++;
    at += run;
    if (length === 0) {
      for (; run >= 11 && (uses & 2) !== 0; run -= Math.min(run, 138))
        symbols.push([18, Math.min(run, 138) - 11]);
      for (; run >= 3; run -= Math.min(run, 10)) symbols.push([17, Math.min(run, 10) - 3]);
    } else if (run > 3 && (uses & 1) !== 0) {
      symbols.push([length, 0]);
      for (run--; run >= 3; run -= Math.min(run, 6)) symbols.push([16, Math.min(run, 6) - 3]);
    }
    for (; run > 0; run--) symbols.push([length, 0]);
  }
  return symbols;
}

function lastUsed(lengths: Uint8Array): number {
  return lengths.findLastIndex((length) => length > 0) + 1;
}
