import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deflateSteps } from '../../../src/flash/deflate/deflate.ts';
import { codeLengths, codesOf } from '../../../src/flash/deflate/huffman.ts';
import { firmware } from '../../support/virtual-chip.ts';

function deflated(data: Uint8Array): Uint8Array {
  const steps = deflateSteps(data);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Machine code repeats itself in short, changing pieces. */
function code(sizeBytes: number): Uint8Array {
  const words = firmware(400, 5);
  const order = firmware(sizeBytes, 6);
  return Uint8Array.from({ length: sizeBytes }, (_, at) => {
    const word = order[at >> 2]!;
    return (at & 3) === 3 && (word & 7) === 0 ? order[at]! : words[(word * 3 + (at & 3)) % words.length]!;
  });
}

/** Pieces drawn from few bytes, repeated: matches of all lengths and distances. */
const REPEATING = fc
  .array(
    fc.record({
      bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
      times: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2000 })),
    }),
    { maxLength: 8 },
  )
  .map((pieces) =>
    Buffer.concat(pieces.flatMap(({ bytes, times }) => Array.from({ length: times }, () => bytes))),
  );

describe('deflateSteps', () => {
  it('gives what zlib inflates to the same bytes', () => {
    fc.assert(
      fc.property(fc.oneof(REPEATING, fc.uint8Array({ maxLength: 3000 })), (data) => {
        expect(Buffer.compare(inflateSync(deflated(data)), data)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['one byte', Uint8Array.of(7)],
    ['erased flash', new Uint8Array(70_000).fill(0xff)],
    [
      'a match at the far end of the window',
      Buffer.concat([firmware(100), firmware(32_668, 2), firmware(100)]),
    ],
    ['one just out of it', Buffer.concat([firmware(100), firmware(32_669, 2), firmware(100)])],
    ['every byte', Uint8Array.from({ length: 512 }, (_, at) => at & 0xff)],
  ])('takes %s', (_name, data) => {
    expect(Buffer.compare(inflateSync(deflated(data)), data)).toBe(0);
  });

  it('makes machine code smaller than zlib does', () => {
    const data = code(60_000);
    const stream = deflated(data);
    expect(Buffer.compare(inflateSync(stream), data)).toBe(0);
    expect(stream.length).toBeLessThan(0.98 * deflateSync(data, { level: 9 }).length);
  });

  it('lets others work meanwhile', () => {
    const steps = deflateSteps(code(60_000));
    let pauses = 0;
    while (!steps.next().done) pauses++;
    expect(pauses).toBeGreaterThan(20);
  });
});

describe('codeLengths', () => {
  it('is a whole prefix code within the limit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(3), fc.nat(100_000)), { minLength: 3, maxLength: 19 }),
        fc.constantFrom(7, 15),
        (counts, longest) => {
          const frequencies = Uint32Array.from(counts);
          const lengths = codeLengths(frequencies, longest);
          const used = [...lengths].filter((length) => length > 0);
          expect(used.length).toBe(counts.filter((count) => count > 0).length);
          expect(Math.max(0, ...used)).toBeLessThanOrEqual(longest);
          if (used.length > 1) expect(used.reduce((sum, length) => sum + 2 ** -length, 0)).toBe(1);
        },
      ),
    );
  });

  it('stays within the limit where the tree would be deepest: Fibonacci numbers', () => {
    const frequencies = new Uint32Array(30).fill(1);
    for (let at = 2; at < 30; at++) frequencies[at] = frequencies[at - 1]! + frequencies[at - 2]!;
    const lengths = codeLengths(frequencies, 15);
    expect(Math.max(...lengths)).toBe(15);
    expect([...lengths].reduce((sum, length) => sum + 2 ** -length, 0)).toBe(1);
  });

  it('gives the codes of RFC 1951, 3.2.2, highest bit first', () => {
    const lengths = Uint8Array.of(3, 3, 3, 3, 3, 2, 4, 4);
    const turned = [0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111];
    expect([...codesOf(lengths)]).toEqual(turned);
  });
});
