import type { Lx106 } from './cpu.ts';

/** CONFIGID0 and CONFIGID1 of the ESP8266's configuration (QEMU: target/xtensa/core-lx106/core-isa.h). */
const CONFIG_ID = { 176: 0xc28cdafa | 0, 208: 0x1082b6f6 };

const INTERRUPT = 226;
const INTCLEAR = 227;
const READ_ONLY: ReadonlySet<number> = new Set([176, 208, 233, 235]);

/** What RSR can name; LITBASE, PRID and the debug option's registers (breakpoints, DDR, ICOUNT) read as 0. */
const READABLE: ReadonlySet<number> = new Set([
  3, 5, 96, 104, 128, 144, 160, 176, 177, 178, 179, 192, 194, 195, 208, 209, 210, 211, 226, 228, 230, 231,
  232, 233, 234, 235, 236, 237, 238, 240,
]);

/** True where RSR, WSR or XSR has special register `number`; the others raise an illegal instruction. */
export function hasSpecial(op: 'rsr' | 'wsr' | 'xsr', number: number): boolean {
  if (op === 'rsr') return READABLE.has(number);
  if (op === 'wsr') return number === INTCLEAR || (READABLE.has(number) && !READ_ONLY.has(number));
  return READABLE.has(number) && !READ_ONLY.has(number) && number !== INTERRUPT;
}

/** Special register `number` of RSR (ISA reference manual, «Special Registers»). */
export function readSpecial(cpu: Lx106, number: number): number {
  switch (number) {
    case 3:
      return cpu.sar;
    case 176:
    case 208:
      return CONFIG_ID[number];
    case 177:
      return cpu.epc1;
    case 178:
      return cpu.epc2;
    case 179:
      return cpu.epc3;
    case 192:
      return cpu.depc;
    case 194:
      return cpu.eps2;
    case 195:
      return cpu.eps3;
    case 209:
      return cpu.excsave1;
    case 210:
      return cpu.excsave2;
    case 211:
      return cpu.excsave3;
    case 226:
      return cpu.interrupts.pending;
    case 228:
      return cpu.intenable;
    case 230:
      return cpu.ps;
    case 231:
      return cpu.vecbase;
    case 232:
      return cpu.exccause;
    case 234:
      return cpu.ccount;
    case 238:
      return cpu.excvaddr;
    case 240:
      return cpu.ccompare0;
    default:
      return 0;
  }
}

/** WSR: the bits that the register keeps. */
export function writeSpecial(cpu: Lx106, number: number, signed: number): void {
  const value = signed >>> 0;
  switch (number) {
    case 3:
      cpu.sar = value & 63;
      return;
    case 177:
      cpu.epc1 = value;
      return;
    case 178:
      cpu.epc2 = value;
      return;
    case 179:
      cpu.epc3 = value;
      return;
    case 192:
      cpu.depc = value;
      return;
    case 194:
      cpu.eps2 = value;
      return;
    case 195:
      cpu.eps3 = value;
      return;
    case 209:
      cpu.excsave1 = value;
      return;
    case 210:
      cpu.excsave2 = value;
      return;
    case 211:
      cpu.excsave3 = value;
      return;
    case 226:
      cpu.interrupts.set(value);
      return; // INTSET
    case 227:
      cpu.interrupts.clear(value);
      return; // INTCLEAR
    case 228:
      cpu.intenable = value;
      return;
    case 230:
      cpu.ps = value & 0x3f;
      return;
    case 231:
      cpu.vecbase = value & ~0xfff;
      return;
    case 232:
      cpu.exccause = value;
      return;
    case 234:
      cpu.ccount = value;
      return;
    case 238:
      cpu.excvaddr = value;
      return;
    case 240:
      cpu.armTimer(value);
      return;
  }
}
