import type { Lx106 } from '../lx106/cpu.ts';
import type { RomCall } from '../lx106/cpu.ts';
import { ROM_ADDRESSES } from './addresses.ts';
import { format, type FormatSource } from './format.ts';
import { GuestMemory } from './guest-memory.ts';
import { doing, SMALL_COST, type RomFunctions } from './rom-call.ts';

/** Arguments that the call0 ABI passes in registers. */
const REGISTER_ARGUMENTS = 6;
const COST_PER_CHARACTER = 30;

/** Inside `ets_write_char`: no other code of the firmware can name it. */
const NEXT_CHARACTER = ROM_ADDRESSES.ets_write_char + 1;

interface Printing {
  bytes: Uint8Array;
  sent: number;
  putCharacter: number;
  returnTo: number;
}

/** ets_printf and its relations: to UART0, or through a function of the firmware's that ets_install_putc1 names. */
export class PrintFunctions {
  readonly #transmit: (byte: number) => void;
  /** Prints under way through the firmware's function: an interrupt may print inside of another print. */
  readonly #printing: Printing[] = [];
  #putCharacter = 0;

  constructor(transmit: (byte: number) => void) {
    this.#transmit = transmit;
  }

  reset(): void {
    this.#printing.length = 0;
    this.#putCharacter = 0;
  }

  get functions(): RomFunctions {
    const printf: RomCall = (cpu) => {
      const memory = new GuestMemory(cpu);
      return this.#print(
        cpu,
        format(memory.cString(cpu.a[2]! >>> 0), variadic(cpu, memory)),
        this.#putCharacter,
      );
    };
    const put: RomCall = (cpu) => this.#print(cpu, Uint8Array.of(cpu.a[2]! & 0xff), this.#putCharacter);
    return {
      ets_printf: printf,
      ets_uart_printf: printf,
      ets_external_printf: printf,
      ets_putc: put,
      ets_write_char: put,
      ets_vprintf: (cpu) => {
        const memory = new GuestMemory(cpu);
        const template = memory.cString(cpu.a[3]! >>> 0);
        return this.#print(cpu, format(template, fromList(cpu, memory)), cpu.a[2]! >>> 0);
      },
      ets_install_putc1: doing((address) => {
        this.#putCharacter = address >>> 0;
      }),
      ets_install_putc2: () => SMALL_COST,
      ets_install_uart_printf: doing(() => {
        this.#putCharacter = 0;
      }),
    };
  }

  /** Where the firmware's function returns to. */
  get continuations(): ReadonlyMap<number, RomCall> {
    return new Map([[NEXT_CHARACTER, (cpu: Lx106) => this.#next(cpu)]]);
  }

  #print(cpu: Lx106, bytes: Uint8Array, putCharacter: number): number {
    const isOwn = putCharacter === 0 || OWN.has(putCharacter);
    if (!isOwn && bytes.length > 0) {
      this.#printing.push({ bytes, sent: 0, putCharacter, returnTo: cpu.a[0]! >>> 0 });
      return this.#next(cpu);
    }
    for (const byte of bytes) this.#transmit(byte);
    cpu.a[2] = bytes.length;
    return SMALL_COST + bytes.length * COST_PER_CHARACTER;
  }

  #next(cpu: Lx106): number {
    const current = this.#printing.at(-1)!;
    if (current.sent < current.bytes.length) {
      cpu.a[2] = current.bytes[current.sent++]!;
      cpu.a[0] = NEXT_CHARACTER;
      cpu.pc = current.putCharacter;
      return COST_PER_CHARACTER;
    }
    this.#printing.pop();
    cpu.a[0] = current.returnTo | 0;
    cpu.pc = current.returnTo;
    cpu.a[2] = current.bytes.length;
    return SMALL_COST;
  }
}

/** The ROM's own ways to print a character. */
const OWN: ReadonlySet<number> = new Set<number>([
  ROM_ADDRESSES.ets_putc,
  ROM_ADDRESSES.ets_write_char,
  ROM_ADDRESSES.uart_tx_one_char,
]);

/** Arguments behind the first: a3 to a7, then the caller's stack. */
function variadic(cpu: Lx106, memory: GuestMemory): FormatSource {
  let index = 1;
  return {
    next: () => {
      const at = index++;
      if (at < REGISTER_ARGUMENTS) return cpu.a[2 + at]!;
      return memory.word((cpu.a[1]! >>> 0) + (at - REGISTER_ARGUMENTS) * 4);
    },
    text: (address) => memory.cString(address),
  };
}

/**
 * A va_list in a4 to a6, as GCC lays it out for Xtensa: the stack's arguments, the saved registers, and the index in
 * bytes; the first index on the stack is 32.
 */
function fromList(cpu: Lx106, memory: GuestMemory): FormatSource {
  const [stack, registers] = [cpu.a[4]! >>> 0, cpu.a[5]! >>> 0];
  let index = cpu.a[6]!;
  return {
    next: () => {
      const inRegisters = index + 4 <= REGISTER_ARGUMENTS * 4;
      if (!inRegisters && index <= REGISTER_ARGUMENTS * 4) index = 32;
      index += 4;
      return memory.word((inRegisters ? registers : stack) + index - 4);
    },
    text: (address) => memory.cString(address),
  };
}
