import { BitWriter } from './bit-writer.ts';
import { ORDER, RUN_BITS } from './block-code.ts';
import { codesOf } from './huffman.ts';
import { findMatches } from './matches.ts';
import { parse, pricesOf, type Prices } from './parse.ts';
import { split, type Block } from './split.ts';
import {
  DISTANCE_BASE,
  DISTANCE_BITS,
  DISTANCE_SYMBOL,
  DISTANCE_SYMBOLS,
  END_OF_BLOCK,
  LENGTH_BASE,
  LENGTH_BITS,
  LENGTH_SYMBOL,
  LITERAL_SYMBOLS,
} from './symbols.ts';
import type { Tokens } from './tokens.ts';

/** zlib's head (RFC 1950): deflate with a window of 32 KB, the slowest algorithm. */
const ZLIB_HEAD = [0x78, 0xda];
const ADLER_BASE = 65_521;
/** A third one takes off a thousandth more. */
const ROUNDS = 2;

/**
 * `data` as a zlib stream (RFC 1950), some per cent smaller than zlib's own at its level 9: the tokens are the cheapest by
 * the codes of their blocks, found in a few rounds from a first guess. It takes about a second for 512 KB; it yields every
 * few milliseconds, so that other work can be done between.
 */
export function* deflateSteps(data: Uint8Array): Generator<undefined, Uint8Array> {
  const matches = yield* findMatches(data);
  let prices: readonly Prices[] = [firstPrices(data)];
  let best: { tokens: Tokens; blocks: Block[]; bits: number } | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const tokens = yield* parse(data, matches, prices);
    const blocks = yield* split(tokens);
    const bits = blocks.reduce((sum, { code }) => sum + code.bits, 0);
    if (best === undefined || bits < best.bits) best = { tokens, blocks, bits };
    prices = pricesOfBlocks(tokens, blocks);
  }
  return stream(data, best!.tokens, best!.blocks);
}

/** Before anything is known but the bytes: lengths and distances all alike. */
function firstPrices(data: Uint8Array): Prices {
  const literals = new Uint32Array(LITERAL_SYMBOLS);
  for (const byte of data) literals[byte]! += 1;
  literals.fill(Math.ceil(data.length / 50), END_OF_BLOCK + 1);
  return pricesOf(0, { literals, distances: new Uint32Array(DISTANCE_SYMBOLS).fill(1) });
}

function pricesOfBlocks({ values, distances }: Tokens, blocks: readonly Block[]): Prices[] {
  let at = 0;
  return blocks.map(({ from, to, histogram }) => {
    const prices = pricesOf(at, histogram);
    for (let token = from; token < to; token++) at += distances[token] === 0 ? 1 : values[token]!;
    return prices;
  });
}

function stream(data: Uint8Array, tokens: Tokens, blocks: readonly Block[]): Uint8Array {
  const out = new BitWriter((data.length >> 1) + 64);
  for (const byte of ZLIB_HEAD) out.write(byte, 8);
  for (const [index, block] of blocks.entries()) {
    writeHead(out, block, index === blocks.length - 1);
    writeTokens(out, tokens, block);
  }
  out.align();
  const { low, high } = adler32(data);
  for (const half of [high, low]) {
    out.write(half >> 8, 8);
    out.write(half & 0xff, 8);
  }
  return out.bytes;
}

function writeHead(out: BitWriter, { code: { head } }: Block, isLast: boolean): void {
  out.write(isLast ? 1 : 0, 1);
  out.write(2, 2);
  out.write(head.literalCount - 257, 5);
  out.write(head.distanceCount - 1, 5);
  out.write(head.lengthCount - 4, 4);
  for (const symbol of ORDER.slice(0, head.lengthCount)) out.write(head.lengths[symbol]!, 3);
  const codes = codesOf(head.lengths);
  for (const [symbol, extra] of head.symbols) {
    out.write(codes[symbol]!, head.lengths[symbol]!);
    out.write(extra, RUN_BITS[symbol] ?? 0);
  }
}

function writeTokens(out: BitWriter, { values, distances }: Tokens, { from, to, code }: Block): void {
  const literalCodes = codesOf(code.literals);
  const distanceCodes = codesOf(code.distances);
  const writeLiteral = (symbol: number) => {
    out.write(literalCodes[symbol]!, code.literals[symbol]!);
  };
  for (let token = from; token < to; token++) {
    const value = values[token]!;
    const distance = distances[token]!;
    if (distance === 0) writeLiteral(value);
    else {
      const length = LENGTH_SYMBOL[value]!;
      const symbol = DISTANCE_SYMBOL[distance]!;
      writeLiteral(END_OF_BLOCK + 1 + length);
      out.write(value - LENGTH_BASE[length]!, LENGTH_BITS[length]!);
      out.write(distanceCodes[symbol]!, code.distances[symbol]!);
      out.write(distance - DISTANCE_BASE[symbol]!, DISTANCE_BITS[symbol]!);
    }
  }
  writeLiteral(END_OF_BLOCK);
}

function adler32(data: Uint8Array): { low: number; high: number } {
  let low = 1;
  let high = 0;
  for (const byte of data) {
    low = (low + byte) % ADLER_BASE;
    high = (high + low) % ADLER_BASE;
  }
  return { low, high };
}
