import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MarkIndex } from '../../src/monitor/mark-index.ts';

/** Few characters, among them some that differ by the bit of upper and lower case alone: marks overlap often. */
const text = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...Array.from('aAbBzZ019% @[{-_:Īſ')), minLength, maxLength });
const mark = text(2, 9).filter((one) => !/[^\x00-\x7F]/.test(one));

function lower(line: string): string {
  return line.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

describe('MarkIndex', () => {
  it('takes no mark that no line can hold', () => {
    expect(() => new MarkIndex(['état'])).toThrow(RangeError);
  });

  it('finds what the line holds, in order, whatever was asked before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(mark, fc.array(mark, { minLength: 1, maxLength: 3 })), { maxLength: 12 }),
        fc.array(text(0, 40), { minLength: 1, maxLength: 4 }),
        (sought, lines) => {
          const index = new MarkIndex(sought);
          for (const line of lines) {
            const count = index.find(line);
            const held = sought.flatMap((marks, number) =>
              [marks].flat().some((one) => lower(line).includes(lower(one))) ? [number] : [],
            );
            expect([...index.held.subarray(0, count)]).toEqual(held);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
