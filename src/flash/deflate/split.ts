import { blockCode, type BlockCode } from './block-code.ts';
import { histogramOf, sumOf, type Histogram, type Tokens } from './tokens.ts';

/** Tokens `from` to `to` as one block. */
export interface Block {
  from: number;
  to: number;
  histogram: Histogram;
  code: BlockCode;
}

/** The smallest piece of which blocks are made. */
const PIECE_TOKENS = 512;
/** Codes made between two pauses. */
const STEP_CODES = 16;

/**
 * Parts tokens into blocks: from small ones up, neighbours are made one as long as that makes the whole smaller. Yields now
 * and then, so that other work can be done between.
 */
export function* split(tokens: Tokens): Generator<undefined, Block[]> {
  const blocks: Block[] = [];
  for (let from = 0; from < tokens.count || from === 0; from += PIECE_TOKENS) {
    const to = Math.min(tokens.count, from + PIECE_TOKENS);
    if (blocks.length % STEP_CODES === 0) yield;
    blocks.push(blockOf(from, to, histogramOf(tokens, from, to)));
  }
  const merged: Block[] = [];
  for (const [index, block] of blocks.slice(1).entries()) {
    if (index % STEP_CODES === 0) yield;
    merged.push(merge(blocks[index]!, block));
  }
  for (let merges = 0; ; merges++) {
    if (merges % (STEP_CODES / 2) === 0) yield;
    let best = -1;
    let most = 0;
    for (const [index, both] of merged.entries()) {
      const saved = blocks[index]!.code.bits + blocks[index + 1]!.code.bits - both.code.bits;
      if (saved <= most) continue;
      most = saved;
      best = index;
    }
    if (best < 0) return blocks;
    const both = merged[best]!;
    blocks.splice(best, 2, both);
    merged.splice(best, 1);
    if (best > 0) merged[best - 1] = merge(blocks[best - 1]!, both);
    if (best < merged.length) merged[best] = merge(both, blocks[best + 1]!);
  }
}

function merge(left: Block, right: Block): Block {
  return blockOf(left.from, right.to, sumOf(left.histogram, right.histogram));
}

function blockOf(from: number, to: number, histogram: Histogram): Block {
  return { from, to, histogram, code: blockCode(histogram) };
}
