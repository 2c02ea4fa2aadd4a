import {
  EXCCAUSE,
  PS_EXCM,
  PS_INTLEVEL,
  PS_UM,
  Raised,
  VECTOR,
  type Mmio,
  type Region,
  type RomCall,
  type Stop,
} from './machine.ts';
import { Memory, type Size } from './memory.ts';
import { executeSystem } from './system-instructions.ts';
import { translate, type Translation } from './translate.ts';

export { EXCCAUSE, VECTOR, type Mmio, type Region, type RomCall, type Stop } from './machine.ts';

/** Interrupt number of CCOMPARE0. */
const TIMER_INTERRUPT = 6;

/** Translations are dropped by lines of 32 bytes: the shift of an address to its line. */
const CODE_LINE = 5;

export interface Lx106Options {
  /** The first one with `data` access is the data RAM that translated code reaches directly. */
  regions: readonly Region[];
  mmio: Mmio;
  rom: ReadonlyMap<number, RomCall>;
}

/**
 * The ESP8266's CPU. It runs translations of the code to JavaScript, made where execution first comes by. One
 * instruction counts as one cycle of CCOUNT; interrupts are taken at the boundaries of translated blocks.
 */
export class Lx106 {
  readonly a = new Int32Array(16);
  pc = 0;
  sar = 0;
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
  /** Cycles that passed without instructions, while asleep. */
  #skipped = 0;
  #ccountOffset = 0;
  /** Interrupt lines held by peripherals, and latched edges. */
  pending = 0;
  #timerArmed = false;
  #base = 0;
  /** Used by translated code: instructions of this run so far. */
  c = 0;
  readonly D8: Uint8Array;
  readonly D16: Uint16Array;
  readonly D32: Int32Array;
  readonly #memory: Memory;
  readonly #rom: ReadonlyMap<number, RomCall>;
  #table: (Translation | undefined)[] = [];
  #tableBase = 0;
  #blocks = new Uint16Array();
  #tableSize = 0;
  #attention = false;
  #rearmed = false;
  readonly #translated = new Set<number>();
  #stopped = false;
  /** Asleep: WAITI. */
  waiting = false;

  constructor({ regions, mmio, rom }: Lx106Options) {
    this.#memory = new Memory(regions, mmio);
    const { buffer } = this.#memory.dram.bytes;
    this.D8 = new Uint8Array(buffer);
    this.D16 = new Uint16Array(buffer);
    this.D32 = new Int32Array(buffer);
    this.#rom = rom;
    this.#tableBase = this.#memory.codeBase;
    this.#tableSize = this.#memory.codeSize;
    this.#blocks = new Uint16Array(this.#tableSize);
    this.#table = new Array<Translation | undefined>(this.#tableSize);
  }

  /** Instructions executed since power-on. */
  get instructions(): number {
    return this.#base + this.c;
  }

  /** Instructions and slept cycles since power-on. */
  get cycles(): number {
    return this.instructions + this.#skipped;
  }

  get ccount(): number {
    return (this.cycles + this.#ccountOffset) >>> 0;
  }

  set ccount(value: number) {
    this.#ccountOffset = (value >>> 0) - (this.cycles % 2 ** 32);
  }

  /** Backing bytes of a region. After writing code there, call `invalidate`. */
  bytes(name: string): Uint8Array {
    return this.#memory.bytes(name);
  }

  /** Holds (or releases) the interrupt line `bit`. */
  setInterrupt(bit: number, high: boolean): void {
    if (high) {
      this.pending |= 1 << bit;
      this.#attention = true;
    } else this.pending &= ~(1 << bit);
  }

  /** Ends `run` at the next boundary. */
  stop(): void {
    this.#stopped = true;
    this.#attention = true;
  }

  /** Time that passes while the core sleeps. */
  skip(cycles: number): void {
    const before = this.ccount;
    this.#skipped += cycles;
    if (this.#timerArmed && cycles >= (this.ccompare0 - before) >>> 0) this.#timerFires();
  }

  /** Cycles until CCOMPARE0 fires; undefined where it is not armed. */
  get cyclesToTimer(): number | undefined {
    if (!this.#timerArmed || (this.intenable & (1 << TIMER_INTERRUPT)) === 0) return undefined;
    return (this.ccompare0 - this.ccount) >>> 0;
  }

  /** Code changed: translations are made anew. */
  invalidate(): void {
    // A new table of this size at every reset would be work for the garbage collector.
    if (this.#translated.size > 0) this.#table.fill(undefined);
    this.#translated.clear();
    this.#attention = true;
  }

  reset(): void {
    this.a.fill(0);
    this.sar = 0;
    this.ps = 0x1f;
    this.vecbase = 0x40000000;
    this.intenable = 0;
    this.pending = 0;
    this.#timerArmed = false;
    this.waiting = false;
    this.invalidate();
  }

  /** Runs at least `maxInstructions`, up to the end of a block more, or until something stops it. */
  run(maxInstructions: number): Stop {
    this.#base += this.c;
    this.c = 0;
    this.#stopped = false;
    while (this.c < maxInstructions) {
      if (this.#isStopped()) return { kind: 'stopped' };
      if (this.#takeInterrupt()) this.waiting = false;
      if (this.waiting) return { kind: 'waiti' };
      const timer = this.#timerArmed ? this.#cyclesToCompare() : Infinity;
      const start = this.c;
      this.#runUntil(Math.min(maxInstructions, start + timer));
      // A program that set another time meanwhile waits for that one.
      if (!this.#takeRearmed() && this.c - start >= timer) this.#timerFires();
    }
    return this.#isStopped() ? { kind: 'stopped' } : { kind: 'budget' };
  }

  /** Set by ROM calls and devices while the core runs. */
  #isStopped(): boolean {
    return this.#stopped;
  }

  #takeRearmed(): boolean {
    const rearmed = this.#rearmed;
    this.#rearmed = false;
    return rearmed;
  }

  /** Runs to `limit`, or until something needs attention: an interrupt that may be due, a stop, sleep, a new timer. */
  #runUntil(limit: number): void {
    this.#attention = false;
    try {
      while (this.c < limit && !this.#needsAttention()) {
        const at = this.pc - this.#tableBase;
        const translation = this.#table[at];
        if (translation === undefined) this.#slow(limit);
        else translation(this, this.a, limit, this.#blocks[at]!);
      }
    } catch (error) {
      if (!(error instanceof Raised)) throw error;
      this.#except(error);
    }
  }

  #needsAttention(): boolean {
    return this.#attention;
  }

  #slow(limit: number): void {
    const rom = this.#rom.get(this.pc);
    if (rom !== undefined) this.#callRom(rom);
    else this.#runTranslation(limit);
  }

  #cyclesToCompare(): number {
    return (this.ccompare0 - this.ccount) >>> 0;
  }

  /** A write to CCOMPARE0: clears its interrupt and sets the next. */
  armTimer(ccompare0: number): void {
    this.ccompare0 = ccompare0;
    this.pending &= ~(1 << TIMER_INTERRUPT);
    this.#timerArmed = true;
    this.#rearmed = true;
  }

  #timerFires(): void {
    this.pending |= 1 << TIMER_INTERRUPT;
    this.#timerArmed = false;
  }

  #callRom(rom: RomCall): void {
    const { pc } = this;
    const cost = rom(this);
    this.c += cost;
    if (this.pc === pc) this.pc = this.a[0]! >>> 0;
  }

  #runTranslation(limit: number): void {
    const made = translate(this.pc, {
      fetch: (pc) => this.#memory.fetch(pc),
      literal: (address) => this.#literal(address),
      dram: this.#memory.dram,
      isRom: (pc) => this.#rom.has(pc),
    });
    if (made === undefined) {
      this.#attention = true;
      executeSystem(this, this.#memory.fetch(this.pc));
      return;
    }
    for (const [pc, block] of made.entries) {
      const at = pc - this.#tableBase;
      if (this.#table[at] !== undefined && pc !== this.pc) continue;
      this.#table[at] = made.run;
      this.#blocks[at] = block;
    }
    for (const pc of made.pcs) this.#translated.add(pc >>> CODE_LINE);
    made.run(this, this.a, limit, made.entries.get(this.pc)!);
  }

  #literal(address: number): number | undefined {
    // Writes to executable RAM drop translations line by line; its literals count as code.
    this.#translated.add(address >>> CODE_LINE);
    return this.#memory.literal(address);
  }

  /** Called by translated code with `pc` and `c` at the instruction. */
  load8(address: number): number {
    return this.#memory.load(address, 1);
  }
  load16(address: number): number {
    return this.#memory.load(address, 2);
  }
  load32(address: number): number {
    return this.#memory.load(address, 4);
  }

  /** True where translated code must be left: a device or code was touched. */
  store8(address: number, value: number): boolean {
    return this.#store(address, value, 1);
  }
  store16(address: number, value: number): boolean {
    return this.#store(address, value, 2);
  }
  store32(address: number, value: number): boolean {
    return this.#store(address, value, 4);
  }

  #store(address: number, value: number, size: Size): boolean {
    const written = this.#memory.store(address, value, size);
    if (written !== 'code') return written === 'device';
    if (!this.#translated.has(address >>> CODE_LINE)) return false;
    this.invalidate();
    return true;
  }

  #except({ cause, address }: Raised): void {
    if (address !== undefined) this.excvaddr = address >>> 0;
    this.exception(cause);
  }

  /** Takes an exception at `pc`. */
  exception(cause: number): void {
    this.exccause = cause;
    if ((this.ps & PS_EXCM) !== 0) {
      this.depc = this.pc;
      this.pc = (this.vecbase + VECTOR.double) >>> 0;
      return;
    }
    this.epc1 = this.pc;
    const vector = (this.ps & PS_UM) !== 0 ? VECTOR.user : VECTOR.kernel;
    this.ps |= PS_EXCM;
    this.pc = (this.vecbase + vector) >>> 0;
  }

  #takeInterrupt(): boolean {
    const ready = this.pending & this.intenable;
    if (ready === 0 || (this.ps & (PS_EXCM | PS_INTLEVEL)) !== 0) return false;
    this.exception(EXCCAUSE.levelOneInterrupt);
    return true;
  }
}
