import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Lx106 } from '../../../src/board/lx106/cpu.ts';
import { KeptTranslations } from '../../../src/board/lx106/kept-translations.ts';
import { translate } from '../../../src/board/lx106/translate.ts';

const CODE = 0x40100000;
const RETURN = 0x40000000;
/** `l32r a3` of the word at `CODE`, from behind it. */
const L32R_3 = 0xffff31;
const RET = 0x000080;
const movi = (t: number, value: number) => 0x00a002 | (t << 4) | (value & 0xf00) | ((value & 0xff) << 16);

/** Loads the literal into a3 and `value` into a2. */
function program(literal: number, value: number): Uint8Array {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, literal, true);
  for (const [index, word] of [L32R_3, movi(2, value), RET].entries()) {
    for (let at = 0; at < 3; at++) bytes[4 + 3 * index + at] = (word >> (8 * at)) & 0xff;
  }
  return bytes;
}

const REGIONS = [
  { name: 'dram', base: 0x3ffe8000, size: 0x100, access: 'data', writable: true, executable: false },
  { name: 'iram', base: CODE, size: 0x100, access: 'word', writable: true, executable: true },
] as const;

it('runs what is there, whatever was translated before', () => {
  const small = fc.integer({ min: 0, max: 2 });
  fc.assert(
    fc.property(fc.array(fc.record({ literal: small, value: small, isReset: fc.boolean() })), (steps) => {
      const cpu = new Lx106({
        regions: REGIONS,
        mmio: { read: () => undefined, write: () => false },
        rom: new Map([[RETURN, (core: Lx106) => (core.stop(), 1)]]),
      });
      for (const { literal, value, isReset } of steps) {
        cpu.bytes('iram').set(program(literal, value));
        if (isReset) cpu.reset();
        else cpu.invalidate();
        cpu.a.fill(-1);
        [cpu.a[0], cpu.pc] = [RETURN, CODE + 4];
        const before = cpu.instructions;
        cpu.run(100);
        expect({ a2: cpu.a[2], a3: cpu.a[3], took: cpu.instructions - before }).toEqual({
          ...{ a2: value, a3: literal, took: 4 },
        });
      }
    }),
  );
});

it('gives a translation again for what it was made of, and for nothing else', () => {
  let bytes = program(7, 1);
  const view = () => new DataView(bytes.buffer);
  const kept = new KeptTranslations({
    ram: { base: 0, size: 0, offset: 0 },
    isRom: () => false,
    fetch: (pc) => (pc >= CODE && pc < CODE + 13 ? view().getUint32(pc - CODE, true) & 0xffffff : undefined),
    literal: (address) => view().getInt32(address - CODE, true),
  });
  expect(kept.find(CODE + 4)).toBeUndefined();
  const first = kept.make(CODE + 4, 1, translate);
  expect(kept.find(CODE + 4)).toMatchObject({ translated: first, number: 1 });
  bytes = program(8, 1);
  expect(kept.find(CODE + 4)).toBeUndefined();
  bytes = program(7, 2);
  expect(kept.find(CODE + 4)).toBeUndefined();
  const second = kept.make(CODE + 4, 2, translate);
  expect(kept.find(CODE + 4)).toMatchObject({ translated: second, number: 2 });
  bytes = program(7, 1);
  expect(kept.find(CODE + 4)).toMatchObject({ translated: first, number: 1 });
});
