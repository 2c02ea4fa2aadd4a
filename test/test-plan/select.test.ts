import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterCases } from '../../src/test-plan/filter.ts';
import { readTestPlan } from '../../src/test-plan/load.ts';
import { parseShard, shardOf } from '../../src/test-plan/shard.ts';

describe('shardOf', () => {
  it('parts the cases: each in one shard, in order, sizes one apart at most', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 1, max: 40 }), (size, count) => {
        const cases = Array.from({ length: size }, (_, index) => index);
        const shards = Array.from({ length: count }, (_, index) =>
          shardOf(cases, { index: index + 1, count }),
        );
        expect(shards.flat().sort((a, b) => a - b)).toEqual(cases);
        const sizes = shards.map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        for (const shard of shards) expect(shard).toEqual([...shard].sort((a, b) => a - b));
      }),
    );
  });

  it('is read from its text', () => {
    expect(parseShard('2/4')).toEqual({ index: 2, count: 4 });
  });

  it.each(['0/4', '5/4', '2', '2/0', '-1/2', '1.5/2', ' 1/2', ''])('refuses "%s"', (text) => {
    expect(() => parseShard(text)).toThrow(expect.objectContaining({ code: 'usage/invalid' }) as Error);
  });
});

describe('filterCases', () => {
  const { cases } = readTestPlan(
    `
matrix: { identity: [ec, rsa], endpoint: [stand-in, wrong-chain] }
rules: [{ when: { endpoint: wrong-chain }, tags: [bad] }]
cases: [{ name: "C++ (odd)", tags: [slow] }]`,
    '/espaws.test.yaml',
    {},
  );
  it.each([
    ['', 5],
    ['EC', 2],
    ['ec wrong', 1],
    ['ec*chain', 1],
    ['tag:bad', 2],
    ['tag:ba', 0],
    ['tag:b*', 2],
    ['!tag:bad', 3],
    ['identity:rsa !tag:bad', 1],
    ['c++', 1],
    ['(odd)', 1],
    ['nothing', 0],
  ])('"%s" means %d of the cases', (filter, count) => {
    expect(filterCases(cases, filter)).toHaveLength(count);
  });
});
