/** Where the core's state lies in the memory that translations share with it, in bytes. */
export const STATE = {
  a: 0,
  pc: 64,
  /** Instructions of this run so far. */
  c: 68,
  sar: 72,
  /** Not zero: the dispatcher returns. */
  attention: 76,
  /** Not zero: a load has raised an exception. */
  raised: 80,
} as const;

/** Bytes that the state takes. */
export const STATE_BYTES = 256;

/** Data RAM as translations reach it: by what is taken from an address, how large it is, where it lies in memory. */
export interface DirectRam {
  base: number;
  size: number;
  offset: number;
}

/** Numbers of the functions that translations import. */
export const IMPORT = { load8: 0, load16: 1, load32: 2, store8: 3, store16: 4, store32: 5 } as const;

/** Numbers of a translation's locals; its parameters come first. */
export const LOCAL = { limit: 0, block: 1, c: 2, sar: 3, y: 4, registers: 5, count: 5 + 16 } as const;
