import { EspawsError } from '../errors.ts';

/** The `index`-th of `count` parts, from 1 on. */
export interface Shard {
  index: number;
  count: number;
}

/** Reads `2/4`. Throws `usage/invalid`. */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (shard.index >= 1 && shard.index <= shard.count) return shard;
  throw new EspawsError(`The shard "${text}" is not a part of a whole.`, {
    code: 'usage/invalid',
    hint: 'For example: --shard 2/4, the second of four parts.',
  });
}

/**
 * The shard's cases, in the plan's order. Each case is in exactly one shard, sizes differ by one at most, and
 * neighbours, which are alike in a matrix, go to different shards.
 */
export function shardOf<Case>(cases: readonly Case[], { index, count }: Shard): Case[] {
  return cases.filter((_, place) => place % count === index - 1);
}
