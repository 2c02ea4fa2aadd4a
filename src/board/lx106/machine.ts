import type { Lx106 } from './cpu.ts';

/** A range of memory with bytes behind it. */
export interface Region {
  name: string;
  base: number;
  size: number;
  /** `word`: only aligned 32-bit access; a byte or halfword raises LoadStoreError, as instruction RAM and flash do. */
  access: 'data' | 'word';
  writable: boolean;
  executable: boolean;
}

/** Peripherals: what is outside every region. */
export interface Mmio {
  /** Undefined where there is nothing: LoadProhibited. */
  read(address: number, size: 1 | 2 | 4): number | undefined;
  /** False where there is nothing: StoreProhibited. */
  write(address: number, value: number, size: 1 | 2 | 4): boolean;
}

/**
 * A boot-ROM function in JavaScript: arguments in a2 and on, result in a2. Returns its cost in instructions. The core
 * then returns to a0, unless the function set `pc` itself.
 */
export type RomCall = (cpu: Lx106) => number;

export type Stop =
  | { kind: 'budget' }
  /** WAITI with nothing pending. */
  | { kind: 'waiti' }
  /** `stop` was called. */
  | { kind: 'stopped' };

/** EXCCAUSE values (ISA reference manual, «Exception Causes»). */
export const EXCCAUSE = {
  illegalInstruction: 0,
  syscall: 1,
  instructionFetchError: 2,
  loadStoreError: 3,
  levelOneInterrupt: 4,
  integerDivideByZero: 6,
  loadStoreAlignment: 9,
  instructionFetchProhibited: 20,
  loadProhibited: 28,
  storeProhibited: 29,
} as const;

/** Offsets from VECBASE (QEMU's core-lx106 describes the same). */
export const VECTOR = { debug: 0x10, nmi: 0x20, kernel: 0x30, user: 0x50, double: 0x70 } as const;

/** Thrown inside the core to leave translated code at a faulting instruction. */
export class Raised {
  readonly cause: number;
  readonly address: number | undefined;
  constructor(cause: number, address: number | undefined) {
    this.cause = cause;
    this.address = address;
  }
}

/** Fields of PS. */
export const PS_INTLEVEL = 0xf;
export const PS_EXCM = 0x10;
export const PS_UM = 0x20;
