import type { EngineMemory } from './engine.ts';
import { STATE, STATE_BYTES } from './layout.ts';

/** The core's registers. Translated code shares some of them with it, in the first bytes of its memory. */
export class Registers {
  /** a0 to a15. */
  readonly a: Int32Array;
  ps = 0x1f;
  epc1 = 0;
  epc2 = 0;
  epc3 = 0;
  eps2 = 0;
  eps3 = 0;
  depc = 0;
  excsave1 = 0;
  excsave2 = 0;
  excsave3 = 0;
  exccause = 0;
  excvaddr = 0;
  vecbase = 0x40000000;
  intenable = 0;
  ccompare0 = 0;
  readonly #state: Int32Array;

  constructor(shared: EngineMemory) {
    this.#state = new Int32Array(shared.buffer, 0, STATE_BYTES >> 2);
    this.a = this.#state.subarray(STATE.a >> 2, (STATE.a >> 2) + 16);
  }

  /**
   * As a reset leaves them. Of most of them the chip says nothing; here they are 0, so that every boot runs alike. a0 to
   * a15, too.
   */
  clear(): void {
    this.a.fill(0);
    this.sar = 0;
    this.ps = 0x1f;
    this.epc1 = this.epc2 = this.epc3 = 0;
    this.eps2 = this.eps3 = 0;
    this.depc = 0;
    this.excsave1 = this.excsave2 = this.excsave3 = 0;
    this.exccause = 0;
    this.excvaddr = 0;
    this.vecbase = 0x40000000;
    this.intenable = 0;
    this.ccompare0 = 0;
  }

  get pc(): number {
    return this.#state[STATE.pc >> 2]! >>> 0;
  }

  set pc(value: number) {
    this.#state[STATE.pc >> 2] = value;
  }

  get sar(): number {
    return this.#state[STATE.sar >> 2]!;
  }

  set sar(value: number) {
    this.#state[STATE.sar >> 2] = value;
  }

  /** Instructions of this run so far. */
  get c(): number {
    return this.#state[STATE.c >> 2]!;
  }

  set c(value: number) {
    this.#state[STATE.c >> 2] = value;
  }

  /** Not zero: translated code comes back to the core. */
  set attention(value: 0 | 1) {
    this.#state[STATE.attention >> 2] = value;
  }

  /** Not zero: the load that translated code asked for has raised an exception. */
  set raised(value: 0 | 1) {
    this.#state[STATE.raised >> 2] = value;
  }
}
