import { takeException } from '../lx106/exceptions.ts';
import { EXCCAUSE } from '../lx106/cpu.ts';
import type { RomCall, RomFunctions } from './rom-call.ts';

/** Bits of a loop over a quotient's digits, a few instructions each. */
const DIVIDE_32_COST = 40;
const DIVIDE_64_COST = 200;
const MULTIPLY_64_COST = 30;

/**
 * Where `__divsi3` stops at a zero divisor (epc1 of the field's crash reports). Silicon executes an illegal instruction
 * there, followed by the text «DIV0», and its handlers report that as IntegerDivideByZero, which is what is raised here.
 */
const DIVSI3_BY_ZERO = 0x4000dce5;

/** Integer arithmetic that the LX106 has no instructions for. 64-bit values are pairs of registers, low word first. */
export const ARITHMETIC: RomFunctions = {
  __divsi3: divide32((x, y) => x / y, DIVSI3_BY_ZERO),
  __udivsi3: divide32((x, y) => (x >>> 0) / (y >>> 0)),
  __umodsi3: divide32((x, y) => (x >>> 0) % (y >>> 0)),
  __divdi3: divide64(signed, (x, y) => x / y),
  __udivdi3: divide64(unsigned, (x, y) => x / y),
  __umoddi3: divide64(unsigned, (x, y) => x % y),
  __muldi3: ({ a }) => {
    putPair(a, unsigned(a[2]!, a[3]!) * unsigned(a[4]!, a[5]!));
    return MULTIPLY_64_COST;
  },
  __umulsidi3: ({ a }) => {
    putPair(a, BigInt(a[2]! >>> 0) * BigInt(a[3]! >>> 0));
    return MULTIPLY_64_COST;
  },
};

function divide32(quotient: (x: number, y: number) => number, zeroDivisorAt?: number): RomCall {
  return (cpu) => {
    if (cpu.a[3] === 0) {
      cpu.pc = zeroDivisorAt ?? cpu.pc;
      takeException(cpu, EXCCAUSE.integerDivideByZero);
      return 0;
    }
    cpu.a[2] = Math.trunc(quotient(cpu.a[2]!, cpu.a[3]!));
    return DIVIDE_32_COST;
  };
}

function divide64(
  read: (low: number, high: number) => bigint,
  quotient: (x: bigint, y: bigint) => bigint,
): RomCall {
  return (cpu) => {
    const { a } = cpu;
    const divisor = read(a[4]!, a[5]!);
    if (divisor === 0n) {
      takeException(cpu, EXCCAUSE.integerDivideByZero);
      return 0;
    }
    putPair(a, quotient(read(a[2]!, a[3]!), divisor));
    return DIVIDE_64_COST;
  };
}

function unsigned(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

function signed(low: number, high: number): bigint {
  return BigInt.asIntN(64, unsigned(low, high));
}

function putPair(a: Int32Array, value: bigint): void {
  a[2] = Number(BigInt.asIntN(32, value));
  a[3] = Number(BigInt.asIntN(32, value >> 32n));
}
