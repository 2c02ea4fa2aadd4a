/** An exception that nobody handled: what the chip would be left with. */
export interface Fault {
  exccause: number;
  /** In words. */
  cause: string;
  epc1: number;
  epc2: number;
  epc3: number;
  excvaddr: number;
  depc: number;
  /** a0 to a15. */
  registers: readonly number[];
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

export function causeOf(exccause: number): string {
  return CAUSES[exccause] ?? `cause ${exccause}`;
}

/** The register dump, in the form of the SDKs' own. */
export function faultText({ exccause, epc1, epc2, epc3, excvaddr, depc, registers }: Fault): string {
  const hex = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;
  const rows = [0, 4, 8, 12].map((first) =>
    registers
      .slice(first, first + 4)
      .map((value, index) => `a${first + index}=${hex(value)}`)
      .join(' '),
  );
  return [
    `\r\nFatal exception (${exccause}):`,
    `epc1=${hex(epc1)}, epc2=${hex(epc2)}, epc3=${hex(epc3)}, excvaddr=${hex(excvaddr)}, depc=${hex(depc)}`,
    ...rows,
    '',
  ].join('\r\n');
}
