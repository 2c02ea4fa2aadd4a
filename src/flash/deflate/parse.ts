import type { Matches } from './matches.ts';
import {
  DISTANCE_BITS,
  DISTANCE_SYMBOL,
  END_OF_BLOCK,
  LENGTH_BITS,
  LENGTH_SYMBOL,
  LONGEST_MATCH,
  SHORTEST_MATCH,
} from './symbols.ts';
import type { Histogram, Tokens } from './tokens.ts';

/** What each token costs in bits, from byte `from` on. */
export interface Prices {
  from: number;
  literals: Float64Array;
  /** By length. */
  lengths: Float64Array;
  /** By symbol. */
  distances: Float64Array;
}

/** Between two pauses. */
const STEP_BYTES = 0x4000;

/**
 * The cheapest tokens for `data`; `prices` in the order of their bytes, the first from 0 on. Yields now and then, so that
 * other work can be done between.
 */
export function* parse(
  data: Uint8Array,
  matches: Matches,
  prices: readonly Prices[],
): Generator<undefined, Tokens> {
  const end = data.length;
  const costs = new Float64Array(end + 1).fill(Infinity);
  /** How the cheapest way arrives there. */
  const lengths = new Uint16Array(end + 1);
  const distances = new Uint16Array(end + 1);
  costs[0] = 0;
  for (const [index, price] of prices.entries()) {
    const to = prices[index + 1]?.from ?? end;
    for (let at = price.from; at < to; at++) {
      if (at % STEP_BYTES === 0) yield;
      step(at, price);
    }
  }
  return tokensOf(data, lengths, distances);

  function step(at: number, price: Prices): void {
    const cost = costs[at]!;
    const literal = cost + price.literals[data[at]!]!;
    if (literal < costs[at + 1]!) {
      costs[at + 1] = literal;
      lengths[at + 1] = 1;
    }
    let length = SHORTEST_MATCH;
    for (let entry = matches.starts[at]!; entry < matches.starts[at + 1]!; entry++) {
      const distance = matches.distances[entry]!;
      const base = cost + price.distances[DISTANCE_SYMBOL[distance]!]!;
      for (const longest = matches.lengths[entry]!; length <= longest; length++) {
        const match = base + price.lengths[length]!;
        if (match >= costs[at + length]!) continue;
        costs[at + length] = match;
        lengths[at + length] = length;
        distances[at + length] = distance;
      }
    }
  }
}

/** What a block's tokens cost by how often each symbol occurs in it. */
export function pricesOf(
  from: number,
  { literals, distances }: Pick<Histogram, 'literals' | 'distances'>,
): Prices {
  const literalBits = entropies(literals);
  const distanceBits = entropies(distances);
  const lengths = new Float64Array(LONGEST_MATCH + 1);
  for (let length = SHORTEST_MATCH; length <= LONGEST_MATCH; length++) {
    const symbol = LENGTH_SYMBOL[length]!;
    lengths[length] = literalBits[END_OF_BLOCK + 1 + symbol]! + LENGTH_BITS[symbol]!;
  }
  return {
    from,
    literals: literalBits,
    lengths,
    distances: distanceBits.map((bits, symbol) => bits + DISTANCE_BITS[symbol]!),
  };
}

/** Bits of each symbol; one that does not occur costs as if it did half a time. */
function entropies(counts: Uint32Array): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return Float64Array.from(counts, (count) => Math.log2(Math.max(1, total) / Math.max(0.5, count)));
}

function tokensOf(data: Uint8Array, lengths: Uint16Array, distances: Uint16Array): Tokens {
  let count = 0;
  for (let at = data.length; at > 0; at -= lengths[at]!) count++;
  const tokens = { count, values: new Uint16Array(count), distances: new Uint16Array(count) };
  for (let at = data.length, token = count - 1; at > 0; at -= lengths[at]!, token--) {
    const isMatch = lengths[at]! > 1;
    tokens.values[token] = isMatch ? lengths[at]! : data[at - 1]!;
    tokens.distances[token] = isMatch ? distances[at]! : 0;
  }
  return tokens;
}
