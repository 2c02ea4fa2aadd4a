import { EXCCAUSE, Raised, type Mmio, type Region, type RomCall, type Stop } from './machine.ts';
import { Interrupts } from './interrupts.ts';
import { Memory, type Size } from './memory.ts';
import { Registers } from './registers.ts';
import { takeException, takeNmi } from './exceptions.ts';
import { executeSystem } from './system-instructions.ts';
import { decode } from './decode.ts';
import { isSystem } from './translate.ts';
import { Translations, type StoreAt } from './translations.ts';

export { EXCCAUSE, VECTOR, type Mmio, type Region, type RomCall, type Stop } from './machine.ts';

/** Interrupt number of CCOMPARE0. */
const TIMER_INTERRUPT = 6;

/** Counted in 32 bits, with room for what a run does beyond its end. */
const MAX_RUN = 2_000_000_000;

/** Translations are dropped by lines of 32 bytes: the shift of an address to its line. */
const CODE_LINE = 5;

export interface Lx106Options {
  /** The first one with `data` access is the data RAM that translated code reaches directly. */
  regions: readonly Region[];
  mmio: Mmio;
  rom: ReadonlyMap<number, RomCall>;
}

/**
 * The ESP8266's CPU. It runs translations of the code to WebAssembly, made where execution first comes by. One
 * instruction counts as one cycle of CCOUNT; interrupts are taken between translations, at most
 * `MAX_INSTRUCTIONS` late.
 */
export class Lx106 extends Registers {
  /** Cycles that passed without instructions, while asleep. */
  #skipped = 0;
  #ccountOffset = 0;
  readonly interrupts = new Interrupts();
  #timerArmed = false;
  #base = 0;
  readonly #memory: Memory;
  readonly #translations: Translations;
  readonly #rom: ReadonlyMap<number, RomCall>;
  /** How often CCOMPARE0 was written. */
  #armings = 0;
  readonly #translated = new Set<number>();
  #stopped = false;
  /** Asleep: WAITI. */
  waiting = false;

  constructor({ regions, mmio, rom }: Lx106Options) {
    const memory = new Memory(regions, mmio);
    super(memory.shared);
    this.#memory = memory;
    this.#rom = rom;
    const code = {
      ram: memory.ram,
      fetch: (pc: number) => memory.fetch(pc),
      literal: (address: number) => this.#literal(address),
      isRom: (pc: number) => rom.has(pc),
    };
    this.#translations = new Translations(memory.shared, code, memory.code, {
      load: this.#loadSlow.bind(this),
      store: this.#storeSlow.bind(this),
      untranslated: this.#untranslated.bind(this),
    });
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
    this.interrupts.setLine(bit, high);
    this.attention = 1;
  }

  /** Ends `run` at the next boundary. */
  stop(): void {
    this.#stopped = true;
    this.attention = 1;
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
    this.#translations.clear();
    this.#translated.clear();
    this.attention = 1;
  }

  reset(): void {
    this.clear();
    this.interrupts.reset();
    this.#timerArmed = false;
    this.waiting = false;
    this.invalidate();
  }

  /**
   * Runs at least `maxInstructions`, and on to where it can be left, or until something stops it; or two thousand
   * million, which are all that a run counts.
   */
  run(maxInstructions: number): Stop {
    const end = Math.min(maxInstructions, MAX_RUN);
    this.#base += this.c;
    this.c = 0;
    this.#stopped = false;
    while (this.c < end) {
      if (this.#isStopped()) return { kind: 'stopped' };
      if (this.#takeInterrupt()) this.waiting = false;
      if (this.waiting) return { kind: 'waiti' };
      const timer = this.#timerArmed ? this.#cyclesToCompare() : Infinity;
      const start = this.c;
      const armings = this.#armings;
      this.#runUntil(Math.min(end, start + timer));
      // A program that set another time meanwhile waits for that one.
      if (armings === this.#armings && this.c - start >= timer) this.#timerFires();
    }
    return this.#isStopped() ? { kind: 'stopped' } : { kind: 'budget' };
  }

  /** Set by ROM calls and devices while the core runs. */
  #isStopped(): boolean {
    return this.#stopped;
  }

  /** Runs to `limit`, or until something needs attention: an interrupt that may be due, a stop, sleep, a new timer. */
  #runUntil(limit: number): void {
    this.attention = 0;
    this.raised = 0;
    try {
      this.#translations.run(limit);
    } catch (error) {
      if (!(error instanceof Raised)) throw error;
      this.#except(error);
    }
  }

  #untranslated(): void {
    const rom = this.#rom.get(this.pc);
    if (rom !== undefined) this.#callRom(rom);
    else this.#translate();
  }

  #cyclesToCompare(): number {
    return (this.ccompare0 - this.ccount) >>> 0;
  }

  /** A write to CCOMPARE0: clears its interrupt and sets the next. */
  armTimer(ccompare0: number): void {
    this.ccompare0 = ccompare0;
    this.interrupts.setTimer(false);
    this.#timerArmed = true;
    this.#armings++;
  }

  #timerFires(): void {
    this.interrupts.setTimer(true);
    this.#timerArmed = false;
  }

  #callRom(rom: RomCall): void {
    const { pc } = this;
    const cost = rom(this);
    this.c += cost;
    if (this.pc === pc) this.pc = this.a[0]! >>> 0;
  }

  #translate(): void {
    const word = this.#memory.fetch(this.pc);
    if (word === undefined || isSystem(decode(word, this.pc))) {
      this.attention = 1;
      executeSystem(this, word);
      return;
    }
    const made = this.#translations.add(this.pc);
    for (const { pcs } of made) for (const pc of pcs) this.#translated.add(pc >>> CODE_LINE);
  }

  #literal(address: number): number | undefined {
    // Writes to executable RAM drop translations line by line; its literals count as code.
    this.#translated.add(address >>> CODE_LINE);
    return this.#memory.literal(address);
  }

  /** Loads and stores as a program makes them. Throws `Raised`. */
  load8(address: number): number {
    return this.#memory.load(address, 1);
  }
  load16(address: number): number {
    return this.#memory.load(address, 2);
  }
  load32(address: number): number {
    return this.#memory.load(address, 4);
  }
  store8(address: number, value: number): void {
    this.#store(address, value, 1);
  }
  store16(address: number, value: number): void {
    this.#store(address, value, 2);
  }
  store32(address: number, value: number): void {
    this.#store(address, value, 4);
  }

  /** True where translated code must be left: a device or code was touched. */
  #store(address: number, value: number, size: Size): boolean {
    const written = this.#memory.store(address, value, size);
    if (written !== 'code') return written === 'device';
    if (!this.#translated.has(address >>> CODE_LINE)) return false;
    this.invalidate();
    return true;
  }

  /** From translated code. Devices see the time of the instruction. */
  #loadSlow(address: number, size: Size, pc: number, c: number): number {
    this.pc = pc;
    this.c = c;
    // Firmware with a handler for it does so thousands of times a second: nothing is thrown for it.
    if (this.#memory.isTooNarrow(address, size)) {
      this.#except(new Raised(EXCCAUSE.loadStoreError, address));
    } else {
      try {
        return this.#memory.load(address, size);
      } catch (error) {
        if (!(error instanceof Raised)) throw error;
        this.#except(error);
      }
    }
    this.raised = 1;
    this.attention = 1;
    return 0;
  }

  #storeSlow(address: number, value: number, size: Size, { pc, c, length }: StoreAt): number {
    this.pc = pc;
    this.c = c;
    try {
      if (!this.#store(address, value, size)) return 0;
      this.pc = pc + length;
      this.c = c + 1;
    } catch (error) {
      if (!(error instanceof Raised)) throw error;
      this.#except(error);
      this.attention = 1;
    }
    return 1;
  }

  #except({ cause, address }: Raised): void {
    if (address !== undefined) this.excvaddr = address >>> 0;
    takeException(this, cause);
  }

  #takeInterrupt(): boolean {
    const level = this.interrupts.due(this.intenable, this.ps);
    if (level === undefined) return false;
    if (level === 1) takeException(this, EXCCAUSE.levelOneInterrupt);
    else {
      this.interrupts.nmiTaken();
      takeNmi(this);
    }
    return true;
  }
}
