/** EXCCAUSE values in words (Cadence Xtensa ISA reference manual, table «Exception Causes»). */
const CAUSES: Readonly<Record<number, string>> = {
  0: 'illegal instruction',
  1: 'syscall',
  2: 'instruction fetch error',
  3: 'load or store of less than 32 bits in flash or instruction RAM',
  4: 'level-1 interrupt without a handler',
  6: 'integer division by zero',
  8: 'privileged instruction',
  9: 'unaligned load or store',
  20: 'jump to an address without code',
  28: 'load from an address without memory',
  29: 'store to an address without memory',
};

/** The cause in words: `load from an address without memory`. */
export function exceptionCause(exccause: number): string {
  return CAUSES[exccause] ?? `exception cause ${exccause}`;
}
