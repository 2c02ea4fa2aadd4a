import { NMI_LEVEL } from './interrupts.ts';
import { PS_EXCM, PS_INTLEVEL, PS_UM, VECTOR } from './machine.ts';
import type { Registers } from './registers.ts';

/** Takes the exception, or the level-one interrupt, at `pc` (ISA reference manual, «Exception Option»). */
export function takeException(cpu: Registers, cause: number): void {
  cpu.exccause = cause;
  if ((cpu.ps & PS_EXCM) !== 0) {
    cpu.depc = cpu.pc;
    // A core whose vectors hold no code goes round here: it has to come to the end of its slice.
    cpu.c += 1;
    cpu.pc = (cpu.vecbase + VECTOR.double) >>> 0;
    return;
  }
  cpu.epc1 = cpu.pc;
  const vector = (cpu.ps & PS_UM) !== 0 ? VECTOR.user : VECTOR.kernel;
  cpu.ps |= PS_EXCM;
  cpu.pc = (cpu.vecbase + vector) >>> 0;
}

/** Takes NMI at `pc` (ISA reference manual, «High-Priority Interrupt Option»). */
export function takeNmi(cpu: Registers): void {
  cpu.epc3 = cpu.pc;
  cpu.eps3 = cpu.ps;
  cpu.ps = (cpu.ps & ~PS_INTLEVEL) | PS_EXCM | NMI_LEVEL;
  cpu.pc = (cpu.vecbase + VECTOR.nmi) >>> 0;
}
