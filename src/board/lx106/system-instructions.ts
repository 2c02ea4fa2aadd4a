import type { Lx106 } from './cpu.ts';
import { decode } from './decode.ts';
import { takeException } from './exceptions.ts';
import { NMI_LEVEL } from './interrupts.ts';
import { EXCCAUSE, PS_EXCM, PS_INTLEVEL, VECTOR } from './machine.ts';
import { hasSpecial, readSpecial, writeSpecial } from './special-registers.ts';

/** Level of debug exceptions on the LX106. */
const DEBUG_LEVEL = 2;

/** Carries out one instruction that translations leave out: `word` is its bytes, undefined where there is no code. */
export function executeSystem(cpu: Lx106, word: number | undefined): void {
  if (word === undefined) {
    // Counts, so that a core without vectors still comes to the end of its slice.
    cpu.c += 1;
    cpu.excvaddr = cpu.pc;
    takeException(cpu, EXCCAUSE.instructionFetchProhibited);
    return;
  }
  const i = decode(word, cpu.pc);
  cpu.c += 1;
  const next = (cpu.pc + i.length) >>> 0;
  if ((i.op === 'rsr' || i.op === 'wsr' || i.op === 'xsr') && !hasSpecial(i.op, i.imm)) i.op = 'ill';
  // Everything else is translated.
  // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check
  switch (i.op) {
    case 'rfe':
      cpu.ps &= ~PS_EXCM;
      cpu.pc = cpu.epc1;
      return;
    case 'rfde':
      cpu.pc = cpu.depc;
      return;
    case 'rfi':
      if (hasRegisters(i.imm)) returnFromHigh(cpu, i.imm);
      else illegal(cpu);
      return;
    case 'rsil':
      cpu.a[i.t] = cpu.ps;
      cpu.ps = (cpu.ps & ~PS_INTLEVEL) | i.imm;
      break;
    case 'waiti':
      cpu.ps = (cpu.ps & ~PS_INTLEVEL) | i.imm;
      // What is due already wakes it at once.
      cpu.waiting = true;
      break;
    case 'rsr':
      cpu.a[i.t] = readSpecial(cpu, i.imm);
      break;
    case 'wsr':
      writeSpecial(cpu, i.imm, cpu.a[i.t]!);
      break;
    case 'xsr': {
      const value = readSpecial(cpu, i.imm);
      writeSpecial(cpu, i.imm, cpu.a[i.t]!);
      cpu.a[i.t] = value;
      break;
    }
    case 'break':
      // Debug exceptions are of level 2 here; at that level and above BREAK does nothing.
      if ((cpu.ps & PS_INTLEVEL) >= DEBUG_LEVEL) break;
      cpu.epc2 = cpu.pc;
      cpu.eps2 = cpu.ps;
      cpu.ps = (cpu.ps & ~PS_INTLEVEL) | PS_EXCM | DEBUG_LEVEL;
      cpu.pc = (cpu.vecbase + VECTOR.debug) >>> 0;
      cpu.c -= 1;
      return;
    case 'syscall':
      cpu.c -= 1;
      takeException(cpu, EXCCAUSE.syscall);
      return;
    case 'simcall':
      break;
    default:
      illegal(cpu);
      return;
  }
  cpu.pc = next;
}

function illegal(cpu: Lx106): void {
  cpu.c -= 1;
  takeException(cpu, EXCCAUSE.illegalInstruction);
}

/** Of other levels the manual says nothing; QEMU returns to what its registers beside hold. */
function hasRegisters(level: number): boolean {
  return level === DEBUG_LEVEL || level === NMI_LEVEL;
}

function returnFromHigh(cpu: Lx106, level: number): void {
  if (level === NMI_LEVEL) {
    cpu.ps = cpu.eps3;
    cpu.pc = cpu.epc3;
  } else {
    cpu.ps = cpu.eps2;
    cpu.pc = cpu.epc2;
  }
}
