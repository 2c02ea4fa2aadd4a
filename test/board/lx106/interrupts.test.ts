import { describe, expect, it } from 'vitest';

import { Lx106, VECTOR } from '../../../src/board/lx106/cpu.ts';
import { handCases } from './cases.ts';
import { buildImage, hasCommand, inScratch, runOnCore, runOnQemu } from './oracle.ts';

const missing = ['qemu-system-xtensa', 'xtensa-lx106-elf-gcc'].filter((name) => !hasCommand(name));
if (missing.length > 0)
  process.stderr.write(`SKIPPED: interrupts are not compared, ${missing.join(' and ')} is missing.\n`);

const SPECIAL = { epc1: 177, epc2: 178, epc3: 179, depc: 192, eps2: 194, eps3: 195 } as const;
const [INTSET, INTCLEAR, INTENABLE, PS, CCOUNT, CCOMPARE0] = [226, 227, 228, 230, 234, 240];

const rsr = (t: number, number: number) => 0x030000 | (number << 8) | (t << 4);
const wsr = (t: number, number: number) => 0x130000 | (number << 8) | (t << 4);
const rsil = (t: number, level: number) => 0x006000 | (level << 8) | (t << 4);
const waiti = (level: number) => 0x007000 | (level << 8);
const rfi = (level: number) => 0x003010 | (level << 8);
const [RSYNC, RFE, RFDE, ILL, SYSCALL] = [0x002010, 0x003000, 0x003200, 0x000000, 0x005000];
const movi = (t: number, value: number) => 0x00a002 | (t << 4) | (value & 0xf00) | ((value & 0xff) << 16);
/** `slli a5, a5, 10` */
const SLLI_5_10 = 0x115560;
const NOP = 0x0020f0;
/** `j .`: only an interrupt ends it. */
const FOREVER = 0x06 | ((-4 << 6) & 0xffffff);

/** Enables and requests what is in a2, the rest with what is in a3. */
const request = [wsr(3, INTENABLE), wsr(2, INTSET), RSYNC];

interface Program {
  title: string;
  words: number[];
  a2?: number;
  a3?: number;
  /** Addresses that a register is to hold: of the word `index`. */
  addressIn?: { register: number; index: number };
}

const SOFTWARE = 1 << 7;
const PROGRAMS: Program[] = [
  { title: 'INTENABLE keeps its bits', words: [wsr(2, INTENABLE), rsr(4, INTENABLE)], a2: 0x3f7f },
  { title: 'INTSET sets what software can', words: [wsr(2, INTSET), RSYNC, rsr(4, INTSET)], a2: SOFTWARE },
  { title: 'INTSET does not set a level', words: [wsr(2, INTSET), RSYNC, rsr(4, INTSET)], a2: 0x3f },
  { title: 'INTSET does not set an edge', words: [wsr(2, INTSET), RSYNC, rsr(4, INTSET)], a2: 0x3f00 },
  { title: 'INTSET does not set NMI', words: [wsr(2, INTSET), RSYNC, rsr(4, INTSET)], a2: 0x4000 },
  {
    title: 'INTCLEAR clears',
    words: [wsr(2, INTSET), RSYNC, wsr(2, INTCLEAR), RSYNC, rsr(4, INTSET)],
    a2: SOFTWARE,
  },
  { title: 'a software interrupt', words: [...request, NOP, NOP], a2: SOFTWARE, a3: SOFTWARE },
  {
    title: 'enabled behind its request',
    words: [wsr(2, INTSET), RSYNC, wsr(2, INTENABLE), RSYNC, NOP],
    a2: SOFTWARE,
  },
  { title: 'not enabled', words: [...request, NOP, rsr(4, INTSET)], a2: SOFTWARE, a3: 0 },
  ...[1, 2, 3, 15].map((level) => ({
    title: `masked by level ${level}, until it is lowered`,
    words: [rsil(5, level), ...request, NOP, rsr(4, INTSET), rsil(6, 0), NOP],
    ...{ a2: SOFTWARE, a3: SOFTWARE },
  })),
  {
    title: 'masked by EXCM, until RFE',
    // The return address of RFE is in a4: the NOP behind it.
    words: [wsr(5, PS), RSYNC, ...request, NOP, wsr(4, SPECIAL.epc1), RFE, NOP],
    ...{ a2: SOFTWARE, a3: SOFTWARE, addressIn: { register: 4, index: 8 } },
  },
  {
    title: 'a kernel interrupt, with UM off',
    words: [movi(5, 0), ...request, wsr(5, PS), RSYNC, NOP],
    a2: SOFTWARE,
    a3: 0,
  },
  {
    title: 'WAITI with an interrupt pending',
    words: [rsil(5, 1), ...request, waiti(0), NOP],
    a2: SOFTWARE,
    a3: SOFTWARE,
  },
  { title: 'RSIL gives the PS that was', words: [rsil(4, 2), rsr(5, PS), rsil(6, 0)] },
  ...[2, 3].map((level) => ({
    title: `RFI ${level}`,
    words: [
      ...[wsr(4, level === 2 ? SPECIAL.epc2 : SPECIAL.epc3), movi(5, 0x21)],
      ...[wsr(5, level === 2 ? SPECIAL.eps2 : SPECIAL.eps3), rfi(level), ILL, rsr(6, PS)],
    ],
    addressIn: { register: 4, index: 5 },
  })),
  {
    title: 'RFDE goes to DEPC and leaves PS',
    words: [wsr(4, SPECIAL.depc), RFDE, ILL, rsr(5, PS)],
    addressIn: { register: 4, index: 3 },
  },
  ...[ILL, SYSCALL].map((word, index) => ({
    title: `a double exception ${index}`,
    words: [movi(5, 0x30), wsr(5, PS), RSYNC, word],
  })),
  {
    title: 'CCOMPARE0 interrupts a loop',
    words: [
      movi(4, 0),
      wsr(4, CCOUNT),
      movi(5, 2000),
      // Two million cycles, which QEMU counts by the clock on the wall: it is in the loop by then.
      SLLI_5_10,
      wsr(5, CCOMPARE0),
      movi(6, 0x40),
      wsr(6, INTENABLE),
      RSYNC,
      FOREVER,
    ],
  },
  {
    title: 'a write of CCOMPARE0 clears its interrupt',
    words: [movi(5, 1), wsr(5, CCOMPARE0), rsr(6, CCOUNT), rsr(7, INTSET), movi(6, 0), movi(7, 0)],
  },
];

describe.skipIf(missing.length > 0)("interrupts are those of QEMU's LX106", () => {
  it.each(PROGRAMS)('$title', ({ words, a2 = 0, a3 = 0, addressIn }) => {
    const registers = Array.from({ length: 16 }, (_, n) =>
      n === 2 ? a2 : n === 3 ? a3 : n === 5 ? 0x30 : 0x11,
    );
    if (addressIn !== undefined) {
      // Where a case lies does not hang on its registers.
      const [placed] = handCases([{ words, registers }]);
      registers[addressIn.register] = placed!.entry + 3 * addressIn.index;
    }
    inScratch((directory) => {
      const image = buildImage(directory, handCases([{ words, registers }]));
      expect(runOnCore(image).outcomes).toEqual(runOnQemu(image));
    });
  });
});

const CODE = 0x40100000;

/** A core with NMI's handler, which adds 1 to a7 and returns, and `words` at its start; then it waits in a loop. */
function coreWith(words: readonly number[]): Lx106 {
  const cpu = new Lx106({
    regions: [
      { name: 'dram', base: 0x3ffe8000, size: 0x1000, access: 'data', writable: true, executable: false },
      { name: 'code', base: CODE, size: 0x1000, access: 'word', writable: true, executable: true },
    ],
    mmio: { read: () => undefined, write: () => false },
    rom: new Map(),
  });
  const put = (address: number, code: readonly number[]) => {
    const bytes = code.flatMap((word) => [word & 0xff, (word >> 8) & 0xff, (word >> 16) & 0xff]);
    cpu.bytes('code').set(bytes, address - CODE);
  };
  const ADD_1_TO_A7 = 0x01c772;
  put(CODE + VECTOR.nmi, [ADD_1_TO_A7, rsr(8, PS), rfi(3)]);
  put(CODE + VECTOR.user, [FOREVER]);
  put(CODE + 0x100, [...words, FOREVER]);
  cpu.reset();
  cpu.vecbase = CODE;
  cpu.pc = CODE + 0x100;
  cpu.ps = 0x20;
  return cpu;
}

/** Lines as devices move them: no program of QEMU's machine can. */
describe('interrupt lines', () => {
  const NMI = 14;
  const EDGE = 9;
  const LEVEL = 5;

  it.each([0, 1, 3, 15])('NMI is taken at level %i, once for each edge', (level) => {
    const cpu = coreWith([rsil(4, level)]);
    cpu.run(100);
    cpu.setInterrupt(NMI, true);
    const loop = cpu.pc;
    cpu.run(100);
    expect({ taken: cpu.a[7], ps: cpu.a[8], pc: cpu.pc }).toEqual({ taken: 1, ps: 0x33, pc: loop });
    expect({ epc3: cpu.epc3, eps3: cpu.eps3, now: cpu.ps }).toEqual({
      epc3: loop,
      ...{ eps3: 0x20 | level, now: 0x20 | level },
    });
    cpu.setInterrupt(NMI, true);
    cpu.run(100);
    expect(cpu.a[7]).toBe(2);
  });

  it.each([0, 1, 4, 15])('RFI %i, whose registers there are not, is illegal', (level) => {
    const cpu = coreWith([rfi(level)]);
    cpu.run(1);
    expect({ cause: cpu.exccause, pc: cpu.pc }).toEqual({ cause: 0, pc: CODE + VECTOR.user });
  });

  it('an edge stays pending until INTCLEAR, a level until its line is released', () => {
    const cpu = coreWith([]);
    cpu.setInterrupt(EDGE, true);
    cpu.setInterrupt(LEVEL, true);
    cpu.setInterrupt(EDGE, false);
    expect(cpu.interrupts.pending).toBe((1 << EDGE) | (1 << LEVEL));
    cpu.interrupts.clear(-1);
    expect(cpu.interrupts.pending).toBe(1 << LEVEL);
    cpu.setInterrupt(LEVEL, false);
    expect(cpu.interrupts.pending).toBe(0);
  });

  it('WAITI sleeps until one that its level lets through', () => {
    const cpu = coreWith([waiti(1)]);
    cpu.intenable = 1 << LEVEL;
    expect(cpu.run(100).kind).toBe('waiti');
    cpu.setInterrupt(LEVEL, true);
    expect(cpu.run(100).kind).toBe('waiti');
    cpu.setInterrupt(NMI, true);
    expect(cpu.run(100).kind).toBe('budget');
    expect(cpu.a[7]).toBe(1);
  });

  it('comes to the end of its slice where its vectors hold no code', () => {
    const cpu = coreWith([ILL]);
    cpu.vecbase = CODE + 0x800;
    expect(cpu.run(100).kind).toBe('budget');
  });

  it('a reset leaves nothing of what was before', () => {
    const cpu = coreWith([]);
    cpu.setInterrupt(EDGE, true);
    cpu.epc1 = cpu.excvaddr = cpu.exccause = cpu.depc = 7;
    cpu.reset();
    const { epc1, excvaddr, exccause, depc } = cpu;
    const { pending } = cpu.interrupts;
    expect({ pending, epc1, excvaddr, exccause, depc }).toEqual({
      ...{ pending: 0, epc1: 0, excvaddr: 0, exccause: 0, depc: 0 },
    });
  });
});
