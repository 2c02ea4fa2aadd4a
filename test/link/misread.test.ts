import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { misread } from '../../src/link/misread.ts';

/** A UART clocked by ticks, `sentTicks` to a bit as it is sent, `readTicks` as it is read. */
function clocked(bytes: Uint8Array, sentTicks: number, readTicks: number): number[] {
  const bits = [...bytes].flatMap((byte) => [
    0,
    ...[0, 1, 2, 3, 4, 5, 6, 7].map((bit) => (byte >> bit) & 1),
    1,
  ]);
  const line = bits.flatMap((level) => new Array<number>(sentTicks).fill(level));
  const level = (tick: number) => line[tick] ?? 1;
  const received: number[] = [];
  let before = 1;
  for (let tick = 0; tick < line.length; tick += 1) {
    const falls = before === 1 && level(tick) === 0;
    before = level(tick);
    if (!falls) continue;
    // Half ticks, so that middles are whole numbers.
    const middle = (bit: number) => Math.floor((2 * tick + (2 * bit + 1) * readTicks) / 2);
    received.push(
      Array.from({ length: 8 }, (_, bit) => level(middle(bit + 1)) << bit).reduce((a, b) => a | b),
    );
    // From the middle of the stop bit on it waits for the next start; one that is low already is none.
    tick = middle(9);
    before = level(tick);
  }
  return received;
}

const data = fc.uint8Array({ minLength: 1, maxLength: 40 });

describe('misread', () => {
  it('is what was sent where both rates are the same, or nearly', () => {
    fc.assert(
      fc.property(data, fc.integer({ min: 95, max: 105 }), (bytes, percent) => {
        expect(misread(bytes, { sent: 115_200, read: (115_200 * 100) / percent })).toEqual(bytes);
      }),
    );
  });

  it('is what a UART makes of the line at any two rates', () => {
    // Even and odd: no middle falls on the edge of a bit.
    const ticks = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }));
    fc.assert(
      fc.property(data, ticks, (bytes, [sent, read]) => {
        const [sentTicks, readTicks] = [sent * 2, read * 2 - 1];
        const heard = misread(bytes, { sent: 1e6 / sentTicks, read: 1e6 / readTicks });
        if (Math.abs(readTicks / sentTicks - 1) <= 0.05) expect(heard).toEqual(bytes);
        else expect([...heard]).toEqual(clocked(bytes, sentTicks, readTicks));
      }),
    );
  });

  // By hand, from the picture of the line.
  it.each([
    ['a start bit as long as two', 0xff, { sent: 1, read: 2 }, 0xfe],
    ['a start bit as long as half of one', 0xff, { sent: 2, read: 1 }, 0xff],
    ['nine low bits as long as four and a half', 0x00, { sent: 2, read: 1 }, 0xf8],
  ])('%s', (_title, byte, rates, heard) => {
    expect([...misread(Uint8Array.of(byte), rates)]).toEqual([heard]);
  });
});
