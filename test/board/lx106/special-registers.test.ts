import { describe, expect, it } from 'vitest';

import { handCases } from './cases.ts';
import { buildImage, hasCommand, inScratch, runOnCore, runOnQemu } from './oracle.ts';

const missing = ['qemu-system-xtensa', 'xtensa-lx106-elf-gcc'].filter((name) => !hasCommand(name));
if (missing.length > 0)
  process.stderr.write(`SKIPPED: special registers are not compared, ${missing.join(' and ')} is missing.\n`);

/** INTERRUPT, CCOUNT and CCOMPARE0 hang on time and on the interrupt lines around the core. */
const MOVING = new Set([226, 234, 240]);
const ALL = Array.from({ length: 256 }, (_, number) => number).filter((number) => !MOVING.has(number));
/** SAR, EPC1-3, DEPC, EXCSAVE1-3 and EXCVADDR: a write of any value leaves the code of a case running. */
const PLAIN = [3, 177, 178, 179, 192, 209, 210, 211, 238];

const rsr = (t: number, number: number) => 0x030000 | (number << 8) | (t << 4);
const wsr = (t: number, number: number) => 0x130000 | (number << 8) | (t << 4);
const xsr = (t: number, number: number) => 0x610000 | (number << 8) | (t << 4);

function compare(words: (number: number) => number[], numbers: readonly number[], a2: number): void {
  const registers = Array.from({ length: 16 }, (_, n) => (n === 2 ? a2 : 0x11));
  const programs = numbers.map((number) => ({ words: words(number), registers }));
  inScratch((directory) => {
    const image = buildImage(directory, handCases(programs));
    const expected = runOnQemu(image);
    expect(expected).toHaveLength(numbers.length);
    const named = (list: typeof expected) => list.map((one, k) => ({ number: numbers[k], ...one }));
    expect(named(runOnCore(image).outcomes)).toEqual(named(expected));
  });
}

describe.skipIf(missing.length > 0)("special registers are those of QEMU's LX106", () => {
  it.each([
    { op: 'RSR', words: (number: number) => [rsr(2, number)] },
    { op: 'WSR of 0', words: (number: number) => [wsr(2, number)] },
    { op: 'XSR of 0', words: (number: number) => [xsr(2, number)] },
  ])('$op: the value, or an illegal instruction where there is no such register', ({ words }) => {
    compare(words, ALL, 0);
  });

  it.each([0xffffffff, 0x5a5a5a5a, 1])('keep the same bits of %i', (value) => {
    compare((number) => [wsr(2, number), rsr(3, number)], PLAIN, value);
    compare((number) => [xsr(2, number), rsr(3, number)], PLAIN, value);
  });
});
