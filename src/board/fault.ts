import type { Lx106 } from './lx106/cpu.ts';
import { romNameAt } from './rom/addresses.ts';

/** Why the board stopped: an exception that nobody handled, and what the chip was left with. */
export interface Fault {
  exccause: number;
  /** In words. */
  cause: string;
  /** Where it happened. */
  pc: number;
  epc1: number;
  epc2: number;
  epc3: number;
  excvaddr: number;
  depc: number;
  ps: number;
  sar: number;
  /** a0 to a15. */
  registers: readonly number[];
  /** Words from the stack pointer on, as many as there are up to 32; none where it points outside of the data RAM. */
  stack: readonly number[];
  /** The boot-ROM function that was called and is not emulated. */
  missing?: string;
}

/** EXCCAUSE in the ISA manual's words. */
const CAUSES: Readonly<Record<number, string>> = {
  0: 'IllegalInstruction',
  1: 'Syscall',
  2: 'InstructionFetchError',
  3: 'LoadStoreError',
  4: 'Level1Interrupt',
  6: 'IntegerDivideByZero',
  9: 'LoadStoreAlignment',
  20: 'InstFetchProhibited',
  28: 'LoadProhibited',
  29: 'StoreProhibited',
};

const FETCH_PROHIBITED = 20;
const STORE_PROHIBITED = 29;

const DRAM_BASE = 0x3ffe8000;
const STACK_WORDS = 32;

/** As the CPU stands in a vector that has no handler. */
export function faultNow(cpu: Lx106): Fault {
  const { exccause, epc1, epc2, epc3, excvaddr, depc, ps, sar } = cpu;
  return {
    ...{ exccause, pc: epc1, epc1, epc2, epc3, excvaddr, depc, ps, sar },
    cause: causeOf(exccause),
    registers: [...cpu.a].map((value) => value >>> 0),
    stack: stackOf(cpu),
  };
}

/** A call of an address in the boot ROM that has no emulation. */
export function missingRomFunction(cpu: Lx106): Fault {
  const missing = romNameAt(cpu.pc) ?? `0x${cpu.pc.toString(16)}`;
  return {
    ...faultNow(cpu),
    ...{ exccause: FETCH_PROHIBITED, pc: cpu.pc, epc1: cpu.pc, excvaddr: cpu.pc, missing },
    cause: `the boot ROM's ${missing} is not emulated`,
  };
}

/** The boot ROM wrote a segment of the image where there is no memory. */
export function unloadableSegment(cpu: Lx106, address: number): Fault {
  return {
    ...faultNow(cpu),
    ...{ exccause: STORE_PROHIBITED, excvaddr: address },
    cause: `${causeOf(STORE_PROHIBITED)}: the image has a segment for ${hex(address)}`,
  };
}

/** The register dump: the boot ROM's two lines, and the registers behind them. */
export function faultText(fault: Fault): string {
  const { exccause, epc1, epc2, epc3, excvaddr, depc, ps, sar, registers } = fault;
  const rows = [0, 4, 8, 12].map((first) =>
    registers
      .slice(first, first + 4)
      .map((value, index) => `a${first + index}=${hex(value)}`)
      .join(', '),
  );
  return [
    `\r\nFatal exception (${exccause}):`,
    `epc1=${hex(epc1)}, epc2=${hex(epc2)}, epc3=${hex(epc3)}, excvaddr=${hex(excvaddr)}, depc=${hex(depc)}`,
    `ps=${hex(ps)}, sar=${hex(sar)}`,
    ...rows,
    ...(fault.missing === undefined ? [] : [fault.cause]),
    '',
  ].join('\r\n');
}

function causeOf(exccause: number): string {
  return CAUSES[exccause] ?? `cause ${exccause}`;
}

function stackOf(cpu: Lx106): number[] {
  const dram = cpu.bytes('dram');
  const offset = (cpu.a[1]! >>> 0) - DRAM_BASE;
  if (offset < 0 || offset % 4 !== 0 || offset >= dram.length) return [];
  const view = new DataView(dram.buffer, dram.byteOffset, dram.length);
  const words = Math.min(STACK_WORDS, (dram.length - offset) / 4);
  return Array.from({ length: words }, (_, index) => view.getUint32(offset + index * 4, true));
}

function hex(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
}
