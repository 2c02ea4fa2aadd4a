/** The alphabets of a deflate block (RFC 1951, 3.2.5). */
export const LITERAL_SYMBOLS = 286;
export const DISTANCE_SYMBOLS = 30;
export const END_OF_BLOCK = 256;
export const SHORTEST_MATCH = 3;
export const LONGEST_MATCH = 258;
export const WINDOW_BYTES = 0x8000;

/** By symbol less 257: the shortest length that it stands for, and the bits behind it. */
export const LENGTH_BASE = Uint16Array.of(
  ...[3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163],
  ...[195, 227, 258],
);
export const LENGTH_BITS = Uint8Array.of(
  ...[0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0],
);
/** By symbol: the nearest distance, and the bits behind it. */
export const DISTANCE_BITS = Uint8Array.from({ length: DISTANCE_SYMBOLS }, (_, symbol) =>
  Math.max(0, (symbol >> 1) - 1),
);
export const DISTANCE_BASE = Uint16Array.from({ length: DISTANCE_SYMBOLS }, (_, symbol) =>
  symbol < 2 ? symbol + 1 : ((2 + (symbol & 1)) << DISTANCE_BITS[symbol]!) + 1,
);

/** The symbol less 257 of each length, and the symbol of each distance. */
export const LENGTH_SYMBOL = symbolsOf(LENGTH_BASE, LONGEST_MATCH);
export const DISTANCE_SYMBOL = symbolsOf(DISTANCE_BASE, WINDOW_BYTES);

function symbolsOf(bases: Uint16Array, last: number): Uint8Array {
  const symbols = new Uint8Array(last + 1);
  for (const [symbol, base] of bases.entries()) symbols.fill(symbol, base);
  return symbols;
}
