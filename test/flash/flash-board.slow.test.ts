import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEspawsError, type EspawsError } from '../../src/errors.ts';
import { OP } from '../../src/io/esp-loader/commands.ts';
import type { VirtualFault } from '../../src/io/virtual/faults.ts';
import { firmware, VirtualChip } from '../support/virtual-chip.ts';

const IMAGE = [
  { address: 0, data: firmware(9000) },
  { address: 0x10000, data: firmware(70_001, 2) },
];

describe('espaws flash on the virtual board with the real stub', () => {
  it('writes, finds nothing to do the second time, and one sector the third', async () => {
    const chip = await VirtualChip.make();
    const first = await chip.write(IMAGE);
    expect(chip.holds(IMAGE)).toBe(true);
    expect(first).toMatchObject({
      chip: 'ESP8266EX',
      mac: '18:fe:34:00:82:66',
      flash: { id: 'ef4014', sizeBytes: 0x100000 },
      ...{ verified: true, verifiedBy: 'md5', reconnects: 0, baudRate: 921_600 },
    });
    expect(first.regions.map(({ writtenBytes, skippedBytes }) => [writtenBytes, skippedBytes])).toEqual([
      [9000, 0],
      [70_001, 0],
    ]);

    const second = await chip.write(IMAGE);
    expect(second.regions.map(({ writtenBytes }) => writtenBytes)).toEqual([0, 0]);
    expect(second.plan).toEqual([]);

    const changed = [IMAGE[0]!, { address: 0x10000, data: IMAGE[1]!.data.slice() }];
    changed[1]!.data[0x4123]! ^= 0x55;
    const third = await chip.write(changed);
    expect(third.plan).toEqual([{ kind: 'write', address: 0x14000, sizeBytes: 0x1000 }]);
    expect(chip.holds(changed)).toBe(true);
  }, 60_000);

  it.each([
    ['uncompressed', { request: { compress: false } }],
    ['everything', { request: { onlyChanges: false } }],
    ['at 2 Mbaud', { access: { baudRate: 2_000_000 } }],
    ['at 115200', { access: { baudRate: 115_200 } }],
    ['by the boot ROM alone', { access: { useStub: false } }],
    ['with the whole flash erased before', { request: { eraseAll: true } }],
  ])(
    'writes %s',
    async (_name, how) => {
      const chip = await VirtualChip.make();
      chip.flash = firmware(chip.flash.length, 77);
      const before = chip.flash.slice();
      const report = await chip.write(IMAGE, how);
      expect(report.verified).toBe(true);
      expect(chip.holds(IMAGE)).toBe(true);
      // What is not the image's stays, but for the rest of its last sectors.
      const erased = 'request' in how && 'eraseAll' in how.request;
      const behind = before.slice(0x40000);
      expect(chip.holds([{ address: 0x40000, data: erased ? behind.fill(0xff) : behind }])).toBe(true);
    },
    60_000,
  );

  it('gives what the flash held before it writes, and in a dry run writes nothing', async () => {
    const chip = await VirtualChip.make();
    chip.flash = firmware(chip.flash.length, 5);
    const before = chip.flash.slice();
    const dry = await chip.write(IMAGE, { request: { dryRun: true } });
    expect(dry).toMatchObject({ verified: false });
    expect(dry.plan.length).toBeGreaterThan(0);
    expect(chip.holds([{ address: 0, data: before }])).toBe(true);

    let backup: Uint8Array | undefined;
    await chip.write(IMAGE, {
      request: {
        backup: (contents) => {
          backup = contents;
          return Promise.resolve();
        },
      },
    });
    expect(Buffer.compare(backup!, before)).toBe(0);
  }, 60_000);

  it('stops at Ctrl-C and says what is written in part; the next run finishes it', async () => {
    const chip = await VirtualChip.make();
    const stopped = chip.write(IMAGE, {
      access: {
        signal: AbortSignal.any([chip.controller.signal]),
      },
    });
    const watch = setInterval(() => {
      if (chip.events.some((event) => event.kind === 'progress' && event.stage === 'write')) {
        chip.controller.abort(Object.assign(new Error('Ctrl-C'), { name: 'AbortError' }));
      }
    }, 1);
    const error: unknown = await stopped.catch((thrown: unknown) => thrown);
    clearInterval(watch);
    expect(error).toMatchObject({ name: 'EspawsError', code: 'interrupted' });
    expect((error as EspawsError).hint).toMatch(/Flash 0x\w+-0x\w+.* is partly written; run it again/);
    expect(chip.holds(IMAGE)).toBe(false);
    const again = await chip.write(IMAGE, { access: { signal: new AbortController().signal } });
    expect(again.verified).toBe(true);
    expect(chip.holds(IMAGE)).toBe(true);
  }, 60_000);
});

describe('faults that are overcome', () => {
  const block = { command: OP.deflateData };
  it.each<[string, VirtualFault, number]>([
    ['a dropped block', { kind: 'drop-frame', frame: 2, ...block }, 0],
    ['a dropped first block', { kind: 'drop-frame', frame: 1, ...block }, 0],
    ['a corrupted block', { kind: 'corrupt-frame', frame: 2, ...block }, 0],
    ['a block that comes twice', { kind: 'duplicate-frame', frame: 3, ...block }, 1],
    ['a dropped begin of a writing', { kind: 'drop-frame', frame: 1, command: OP.deflateBegin }, 0],
    ['a dropped question for an MD5', { kind: 'drop-frame', frame: 2, command: OP.md5 }, 0],
    ['a dropped piece of the stub', { kind: 'drop-frame', frame: 2, command: OP.memData }, 0],
    ['a dropped question for a register', { kind: 'drop-frame', frame: 3, command: OP.readRegister }, 0],
    ['a corrupted question for the chip', { kind: 'corrupt-frame', frame: 1, command: OP.readRegister }, 0],
    ['a dropped register of the flash bus', { kind: 'drop-frame', frame: 3, command: OP.writeRegister }, 0],
    ['noise in the answers', { kind: 'noise', everyBytes: 401 }, 1],
    ['a stub that does not start the first time', { kind: 'no-stub' }, 0],
    ['a cable pulled in the stub, and plugged in again', { kind: 'unplug', afterBytes: 9000 }, 1],
    ['a cable pulled in the middle of the writing', { kind: 'unplug', afterBytes: 40_000 }, 1],
  ])(
    '%s',
    async (_name, fault, mostReconnects) => {
      const chip = await VirtualChip.make();
      chip.faults = [[fault]];
      const report = await chip.write(IMAGE);
      expect([...chip.effects]).toEqual([`0 ${fault.kind}`]);
      expect(report.verified).toBe(true);
      expect(report.reconnects).toBeLessThanOrEqual(mostReconnects);
      expect(chip.holds(IMAGE)).toBe(true);
    },
    60_000,
  );

  it.each<[string, VirtualFault, { compress?: false; useStub?: false }, number]>([
    [
      'a dropped block of plain data',
      { kind: 'drop-frame', frame: 2, command: OP.flashData },
      { compress: false },
      0,
    ],
    [
      'a corrupted block of plain data',
      { kind: 'corrupt-frame', frame: 2, command: OP.flashData },
      { compress: false },
      0,
    ],
    [
      'a dropped block for the boot ROM',
      { kind: 'drop-frame', frame: 9, command: OP.flashData },
      { useStub: false },
      0,
    ],
    [
      'a corrupted block for the boot ROM',
      { kind: 'corrupt-frame', frame: 9, command: OP.flashData },
      { useStub: false },
      0,
    ],
  ])(
    '%s',
    async (_name, fault, { compress = true, useStub = true }, mostReconnects) => {
      const chip = await VirtualChip.make();
      chip.faults = [[fault]];
      const report = await chip.write(IMAGE, { request: { compress }, access: { useStub } });
      expect([...chip.effects]).toEqual([`0 ${fault.kind}`]);
      expect(report.verified).toBe(true);
      expect(report.reconnects).toBeLessThanOrEqual(mostReconnects);
      expect(chip.holds(IMAGE)).toBe(true);
    },
    60_000,
  );

  it('a cable pulled twice', async () => {
    const chip = await VirtualChip.make();
    chip.faults = [[{ kind: 'unplug', afterBytes: 35_000 }], [{ kind: 'unplug', afterBytes: 30_000 }]];
    const report = await chip.write(IMAGE);
    expect([...chip.effects]).toEqual(['0 unplug', '1 unplug']);
    expect(report).toMatchObject({ verified: true, reconnects: 2 });
    expect(chip.holds(IMAGE)).toBe(true);
  }, 60_000);

  it('an adapter that cannot do the rate: the next lower one', async () => {
    const chip = await VirtualChip.make();
    chip.lasting = [{ kind: 'baud-limit', baudRate: 500_000 }];
    const report = await chip.write(IMAGE, { access: { baudRate: 2_000_000 } });
    expect(report.baudRate).toBe(460_800);
    expect(chip.notes.join()).toContain('does not carry 2000000 baud');
    expect(chip.holds(IMAGE)).toBe(true);
  }, 60_000);
});

describe('faults that are told', () => {
  it.each<[string, VirtualFault, string, RegExp, string[]?]>([
    [
      'a chip that does not hear',
      { kind: 'mute' },
      'flash/no-sync',
      /boot mode 1.*does not hear/,
      ['0 mute'],
    ],
    ['GPIO0 high', { kind: 'gpio0-high' }, 'flash/no-sync', /boot mode 3.*GPIO0 was high/],
    [
      'a stub that never starts',
      { kind: 'no-stub' },
      'flash/failed',
      /stub does not start/,
      ['0 no-stub', '1 no-stub'],
    ],
    [
      'a worn sector',
      { kind: 'worn-sector', address: 0x12000 },
      'flash/verify',
      /does not hold.*0x12000-0x12fff/,
    ],
    [
      'write protection',
      { kind: 'write-protected' },
      'flash/verify',
      /does not hold what was written at 0x00000/,
    ],
  ])(
    '%s',
    async (_name, fault, code, message, effectsOnTheLine = []) => {
      const chip = await VirtualChip.make();
      chip.flash = firmware(chip.flash.length, 3);
      chip.lasting = [fault];
      const error: unknown = await chip.write(IMAGE).catch((thrown: unknown) => thrown);
      expect([...chip.effects]).toEqual(effectsOnTheLine);
      expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
    },
    120_000,
  );

  it('a flash smaller than its id says', async () => {
    const chip = await VirtualChip.make();
    chip.lasting = [{ kind: 'small-flash', sizeBytes: 0x80000 }];
    const beyond = [{ address: 0x90000, data: firmware(9000) }];
    const error: unknown = await chip.write(beyond).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'flash/verify' });
  }, 60_000);
});

describe('random faults', () => {
  it('end in an equal flash, or in an error', async () => {
    const number = (max: number) => fc.integer({ min: 1, max });
    const fault: fc.Arbitrary<VirtualFault> = fc.oneof(
      fc.record({ kind: fc.constant('drop-frame' as const), frame: number(60) }),
      fc.record({ kind: fc.constant('corrupt-frame' as const), frame: number(60) }),
      fc.record({ kind: fc.constant('duplicate-frame' as const), frame: number(60) }),
      fc.record({ kind: fc.constant('noise' as const), everyBytes: fc.integer({ min: 50, max: 3000 }) }),
      fc.record({ kind: fc.constant('unplug' as const), afterBytes: number(60_000) }),
      fc.record({
        kind: fc.constant('worn-sector' as const),
        address: fc.integer({ min: 0, max: 40 }).map((sector) => sector * 0x1000),
      }),
      fc.constant<VirtualFault>({ kind: 'no-stub' }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fault, { maxLength: 2 }), { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        fc.boolean(),
        async (faults, isDirty, compress) => {
          const chip = await VirtualChip.make();
          if (isDirty) chip.flash = firmware(chip.flash.length, 9);
          chip.faults = faults;
          const outcome: unknown = await chip
            .write(IMAGE, { request: { compress } })
            .catch((thrown: unknown) => thrown);
          if (isEspawsError(outcome)) return;
          expect(outcome).toMatchObject({ verified: true });
          expect(chip.holds(IMAGE)).toBe(true);
        },
      ),
      { numRuns: 12, endOnFailure: true },
    );
  }, 300_000);
});
