import { describe, expect, it } from 'vitest';

import { MAX_INSTRUCTIONS } from '../../../src/board/lx106/translate.ts';
import { randomFrom, sequenceCases, singleInstructionCases } from './cases.ts';
import { buildImage, hasCommand, inScratch, runOnCore, runOnQemu, type Case } from './oracle.ts';

const missing = ['qemu-system-xtensa', 'xtensa-lx106-elf-gcc'].filter((name) => !hasCommand(name));
if (missing.length > 0)
  process.stderr.write(`SKIPPED: the core is not compared with QEMU, ${missing.join(' and ')} is missing.\n`);

function compare(cases: readonly Case[]): void {
  inScratch((directory) => {
    const image = buildImage(directory, cases);
    const expected = runOnQemu(image);
    expect(expected).toHaveLength(cases.length);
    const { outcomes } = runOnCore(image);
    const named = (list: typeof outcomes) =>
      list.map((outcome, k) => ({ code: Buffer.from(cases[k]!.bytes).toString('hex'), ...outcome }));
    expect(named(outcomes)).toEqual(named(expected));
  });
}

describe.skipIf(missing.length > 0)("the core and QEMU's LX106 leave the same state behind", () => {
  it.each([1, 2])('after single random words (seed %i)', (seed) => {
    compare(singleInstructionCases(randomFrom(seed), 3000));
  });

  it.each([3, 4])('after sequences with branches and jumps (seed %i)', (seed) => {
    compare(sequenceCases(randomFrom(seed), 1000));
  });
});

describe.skipIf(missing.length > 0)('the size of a slice', () => {
  it('changes neither the outcomes nor the number of instructions', () => {
    inScratch((directory) => {
      const image = buildImage(directory, sequenceCases(randomFrom(5), 300));
      const whole = runOnCore(image, () => 100_000_000);
      for (const seed of [1, 2, 3]) {
        const random = randomFrom(seed);
        const sliced = runOnCore(image, () => 50 + (random() % 5000));
        expect(sliced.outcomes).toEqual(whole.outcomes);
        expect(sliced.cpu.instructions).toBe(whole.cpu.instructions);
        // The same holds for how late an interrupt can be.
        expect(sliced.mostBeyond).toBeLessThan(MAX_INSTRUCTIONS);
      }
    });
  });
});
