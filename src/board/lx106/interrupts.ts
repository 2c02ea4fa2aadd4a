import { PS_EXCM, PS_INTLEVEL } from './machine.ts';

/**
 * The LX106's fifteen interrupts by their kinds (QEMU: target/xtensa/core-lx106/core-isa.h; the lines on the ESP8266:
 * ets_sys.h of the SDKs). A level is pending while its line is high; an edge until it is cleared or, NMI, taken.
 */
const KIND = { level: 0x003f, timer: 0x0040, software: 0x0080, edge: 0x3f00, nmi: 0x4000 } as const;

/** All but NMI are of the lowest level. */
const LEVEL_1 = KIND.level | KIND.timer | KIND.software | KIND.edge;

/** Level of NMI, which is the number of its EPC, EPS and EXCSAVE, too. */
export const NMI_LEVEL = 3;

/** The level that code of exception vectors runs at (ISA reference manual, «Interrupt Option»: EXCMLEVEL). */
const EXCM_LEVEL = 1;

/** What is pending, and what of it is due. */
export class Interrupts {
  #lines = 0;
  #latched = 0;

  /** INTERRUPT, a bit for each. */
  get pending(): number {
    return (this.#lines & KIND.level) | this.#latched;
  }

  /** Holds or releases the line of interrupt `number`; to one that goes by edges, each `high` is an edge. */
  setLine(number: number, high: boolean): void {
    const bit = 1 << number;
    if (high) this.#latched |= bit & (KIND.edge | KIND.nmi);
    this.#lines = high ? this.#lines | bit : this.#lines & ~bit;
  }

  /** INTSET: software interrupts alone can be set. */
  set(bits: number): void {
    this.#latched |= bits & KIND.software;
  }

  /** INTCLEAR: levels hang on their lines, the timer on CCOMPARE0. */
  clear(bits: number): void {
    this.#latched &= ~(bits & (KIND.edge | KIND.software));
  }

  setTimer(pending: boolean): void {
    this.#latched = pending ? this.#latched | KIND.timer : this.#latched & ~KIND.timer;
  }

  /** The level of what is to be taken now; undefined where nothing is. NMI goes through whatever PS says. */
  due(intenable: number, ps: number): 1 | typeof NMI_LEVEL | undefined {
    if ((this.#latched & KIND.nmi) !== 0) return NMI_LEVEL;
    const level = Math.max(ps & PS_INTLEVEL, (ps & PS_EXCM) === 0 ? 0 : EXCM_LEVEL);
    return level < 1 && (this.pending & intenable & LEVEL_1) !== 0 ? 1 : undefined;
  }

  nmiTaken(): void {
    this.#latched &= ~KIND.nmi;
  }

  /** Lines stay as the devices hold them. */
  reset(): void {
    this.#latched = 0;
  }
}
