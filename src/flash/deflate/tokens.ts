import {
  DISTANCE_BITS,
  DISTANCE_SYMBOL,
  DISTANCE_SYMBOLS,
  END_OF_BLOCK,
  LENGTH_BITS,
  LENGTH_SYMBOL,
  LITERAL_SYMBOLS,
} from './symbols.ts';

/** Data as literals (`distances` 0, `values` the byte) and matches (`values` the length). */
export interface Tokens {
  count: number;
  values: Uint16Array;
  distances: Uint16Array;
}

/** How often each symbol occurs, and the bits behind the symbols. */
export interface Histogram {
  literals: Uint32Array;
  distances: Uint32Array;
  extraBits: number;
}

/** Of the tokens `from` to `to`, with the end of a block. */
export function histogramOf({ values, distances }: Tokens, from: number, to: number): Histogram {
  const histogram = {
    literals: new Uint32Array(LITERAL_SYMBOLS),
    distances: new Uint32Array(DISTANCE_SYMBOLS),
    extraBits: 0,
  };
  for (let token = from; token < to; token++) {
    const distance = distances[token]!;
    if (distance === 0) histogram.literals[values[token]!]! += 1;
    else {
      const length = LENGTH_SYMBOL[values[token]!]!;
      const symbol = DISTANCE_SYMBOL[distance]!;
      histogram.literals[END_OF_BLOCK + 1 + length]! += 1;
      histogram.distances[symbol]! += 1;
      histogram.extraBits += LENGTH_BITS[length]! + DISTANCE_BITS[symbol]!;
    }
  }
  histogram.literals[END_OF_BLOCK] = 1;
  return histogram;
}

/** Of two neighbours made one block. */
export function sumOf(left: Histogram, right: Histogram): Histogram {
  const literals = left.literals.map((count, symbol) => count + right.literals[symbol]!);
  literals[END_OF_BLOCK] = 1;
  return {
    literals,
    distances: left.distances.map((count, symbol) => count + right.distances[symbol]!),
    extraBits: left.extraBits + right.extraBits,
  };
}
