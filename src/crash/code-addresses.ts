import type { Elf } from '../image/elf.ts';
import type { Crash } from './crash.ts';

/** An address of the program that a dump holds, and why it is taken for one. */
export interface CodeAddress {
  address: number;
  /** `at`: being executed; `return`: behind a call, in a0 or on the stack. */
  role: 'at' | 'return';
}

/** Boot ROM, instruction RAM, flash (ESP8266 memory map; every SDK's linker scripts). */
const CODE_REGIONS = [
  { start: 0x40000000, end: 0x40010000 },
  { start: 0x40100000, end: 0x40110000 },
  { start: 0x40200000, end: 0x40300000 },
] as const;

/** More callers than this are old frames. */
const MAX_STACK_FRAMES = 24;

/**
 * The addresses to look up, innermost first: the program counter, the backtrace, the return address in a0, then the
 * words of the stack that a call of the program could have left there. Without the ELF every word that points at code
 * is taken.
 */
export function codeAddresses(crash: Crash, elf: Elf | undefined): CodeAddress[] {
  const { registers, backtrace, stack } = crash;
  const pc = registers['epc1'] ?? registers['pc'];
  const found: CodeAddress[] = [];
  const take = (address: number | undefined, role: CodeAddress['role']) => {
    if (address === undefined || !isCode(address)) return;
    if (!found.some((other) => other.address === address)) found.push({ address, role });
  };
  take(pc, 'at');
  // The first one of a backtrace is the program counter itself.
  backtrace.forEach((address, index) => {
    take(address, index === 0 ? 'at' : 'return');
  });
  // SDK 2.x calls it rtn_add.
  take(registers['a0'] ?? registers['rtn_add'], 'return');
  for (const word of returnsOnStack(stack, elf)) take(word, 'return');
  return found;
}

/** True in a region that holds code. */
function isCode(address: number): boolean {
  return CODE_REGIONS.some(({ start, end }) => address >= start && address < end);
}

function returnsOnStack(stack: readonly number[], elf: Elf | undefined): number[] {
  return stack
    .filter((word) => isCode(word) && (elf === undefined || isBehindCall(word, elf)))
    .slice(0, MAX_STACK_FRAMES);
}

/**
 * CALL0 (`xx xx x5`, its low six bits 000101) or CALLX0 (`00 0s C0`): Xtensa ISA reference manual. Compilers for the
 * LX106 make no others: it has no register windows.
 */
function isBehindCall(address: number, elf: Elf): boolean {
  const call = address - 3;
  const section = elf.sections.find(
    ({ address: start, bytes }) => bytes !== undefined && call >= start && address <= start + bytes.length,
  );
  if (section?.bytes === undefined) return false;
  const [first, second, third] = section.bytes.subarray(call - section.address, address - section.address);
  if ((first! & 0x3f) === 0x05) return true;
  return first === 0xc0 && (second! & 0xf0) === 0 && third === 0;
}
