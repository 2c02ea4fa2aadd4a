import { decode } from './decode.ts';
import { translate, type Translation } from './translate.ts';

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

/** Interrupt number of CCOMPARE0. */
const TIMER_INTERRUPT = 6;

/** Interrupt level of debug exceptions (QEMU's core-lx106). */
const DEBUG_LEVEL = 2;

const PS_INTLEVEL = 0xf;
const PS_EXCM = 0x10;
const PS_UM = 0x20;

/** Thrown inside the core to leave translated code at a faulting instruction. */
class Raised {
  readonly cause: number;
  readonly address: number | undefined;
  constructor(cause: number, address: number | undefined) {
    this.cause = cause;
    this.address = address;
  }
}

interface Backed extends Region {
  bytes: Uint8Array;
  view: DataView;
}

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
  #pending = 0;
  #timerArmed = false;
  #base = 0;
  /** Used by translated code: instructions of this run so far. */
  c = 0;
  readonly D8: Uint8Array;
  readonly D16: Uint16Array;
  readonly D32: Int32Array;
  readonly #regions: Backed[];
  readonly #dram: Backed;
  readonly #mmio: Mmio;
  readonly #rom: ReadonlyMap<number, RomCall>;
  #table: (Translation | undefined)[] = [];
  #tableBase = 0;
  #blocks = new Uint16Array();
  translations = 0;
  #tableSize = 0;
  #attention = false;
  #rearmed = false;
  #translated = new Set<number>();
  #stop = false;
  #waiting = false;

  constructor({ regions, mmio, rom }: Lx106Options) {
    this.#regions = regions.map((region) => {
      const bytes = new Uint8Array(region.size);
      return { ...region, bytes, view: new DataView(bytes.buffer) };
    });
    this.#dram = this.#regions.find(({ access }) => access === 'data')!;
    this.D8 = this.#dram.bytes;
    this.D16 = new Uint16Array(this.#dram.bytes.buffer);
    this.D32 = new Int32Array(this.#dram.bytes.buffer);
    this.#mmio = mmio;
    this.#rom = rom;
    const code = this.#regions.filter(({ executable }) => executable);
    this.#tableBase = Math.min(...code.map(({ base }) => base));
    this.#tableSize = Math.max(...code.map(({ base, size }) => base + size)) - this.#tableBase;
    this.#blocks = new Uint16Array(this.#tableSize);
    this.invalidate();
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

  /** Interrupts that are pending, enabled or not. */
  get interrupt(): number {
    return this.#pending;
  }

  /** Backing bytes of a region. After writing code there, call `invalidate`. */
  bytes(name: string): Uint8Array {
    const region = this.#regions.find((one) => one.name === name);
    if (region === undefined) throw new RangeError(`There is no memory region "${name}".`);
    return region.bytes;
  }

  /** Holds (or releases) the interrupt line `bit`. */
  setInterrupt(bit: number, high: boolean): void {
    if (high) {
      this.#pending |= 1 << bit;
      this.#attention = true;
    } else this.#pending &= ~(1 << bit);
  }

  /** Ends `run` at the next boundary. */
  stop(): void {
    this.#stop = true;
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
    this.#table = new Array<Translation | undefined>(this.#tableSize);
    this.#translated = new Set();
    this.#attention = true;
  }

  reset(): void {
    this.a.fill(0);
    this.sar = 0;
    this.ps = 0x1f;
    this.vecbase = 0x40000000;
    this.intenable = 0;
    this.#pending = 0;
    this.#timerArmed = false;
    this.#waiting = false;
    this.invalidate();
  }

  /** Runs at least `maxInstructions`, up to the end of a block more, or until something stops it. */
  run(maxInstructions: number): Stop {
    this.#base += this.c;
    this.c = 0;
    this.#stop = false;
    while (this.c < maxInstructions) {
      if (this.#stop) return { kind: 'stopped' };
      if (this.#takeInterrupt()) this.#waiting = false;
      if (this.#waiting) return { kind: 'waiti' };
      const timer = this.#timerArmed ? this.#cyclesToCompare() : Infinity;
      const start = this.c;
      this.#runUntil(Math.min(maxInstructions, start + timer));
      if (this.#timerArmed && !this.#rearmed && this.c - start >= timer) this.#timerFires();
      this.#rearmed = false;
    }
    return this.#stop ? { kind: 'stopped' } : { kind: 'budget' };
  }

  /** Runs to `limit`, or until something needs attention: an interrupt that may be due, a stop, sleep, a new timer. */
  #runUntil(limit: number): void {
    this.#attention = false;
    try {
      while (this.c < limit && !this.#attention) {
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

  #slow(limit: number): void {
    const rom = this.#rom.get(this.pc);
    if (rom !== undefined) this.#callRom(rom);
    else this.#runTranslation(limit);
  }

  #cyclesToCompare(): number {
    return (this.ccompare0 - this.ccount) >>> 0;
  }

  #timerFires(): void {
    this.#pending |= 1 << TIMER_INTERRUPT;
    this.#timerArmed = false;
  }

  #callRom(rom: RomCall): void {
    const { pc } = this;
    const cost = rom(this);
    this.c += cost;
    if (this.pc === pc) this.pc = this.a[0]! >>> 0;
  }

  #runTranslation(limit: number): void {
    {
      const made = translate(this.pc, {
        fetch: (pc) => this.#fetch(pc),
        literal: (address) => this.#literal(address),
        dram: this.#dram,
        isRom: (pc) => this.#rom.has(pc),
      });
      if (made === undefined) {
        this.#system();
        return;
      }
      for (const [pc, block] of made.entries) {
        const at = pc - this.#tableBase;
        if (this.#table[at] !== undefined && pc !== this.pc) continue;
        this.#table[at] = made.run;
        this.#blocks[at] = block;
      }
      for (const pc of made.pcs) this.#translated.add(pc >>> 5);
      this.translations++;
      made.run(this, this.a, limit, made.entries.get(this.pc)!);
    }
  }

  #fetch(pc: number): number | undefined {
    const region = this.#regionAt(pc);
    if (region?.executable !== true) return undefined;
    const offset = pc - region.base;
    return region.bytes[offset]! | (region.bytes[offset + 1]! << 8) | ((region.bytes[offset + 2] ?? 0) << 16);
  }

  #literal(address: number): number | undefined {
    const region = this.#regionAt(address);
    if (region?.executable !== true) return undefined;
    // Writes to executable RAM drop translations line by line; its literals count as code.
    this.#translated.add(address >>> 5);
    return region.view.getInt32(address - region.base, true);
  }

  #regionAt(address: number): Backed | undefined {
    return this.#regions.find(({ base, size }) => address >= base && address < base + size);
  }

  #raise(cause: number, address?: number): never {
    throw new Raised(cause, address);
  }

  /** Called by translated code with `pc` and `c` at the instruction. */
  load8(address: number): number {
    return this.#load(address, 1);
  }
  load16(address: number): number {
    return this.#load(address, 2);
  }
  load32(address: number): number {
    return this.#load(address, 4);
  }

  #load(address: number, size: 1 | 2 | 4): number {
    if ((address & (size - 1)) !== 0) this.#raise(EXCCAUSE.loadStoreAlignment, address);
    const region = this.#regionAt(address);
    if (region === undefined) {
      return (this.#mmio.read(address, size) ?? this.#raise(EXCCAUSE.loadProhibited, address)) | 0;
    }
    if (size < 4 && region.access === 'word') this.#raise(EXCCAUSE.loadStoreError, address);
    return readView(region.view, address - region.base, size);
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

  #store(address: number, value: number, size: 1 | 2 | 4): boolean {
    if ((address & (size - 1)) !== 0) this.#raise(EXCCAUSE.loadStoreAlignment, address);
    const region = this.#regionAt(address);
    if (region === undefined) {
      if (!this.#mmio.write(address, value, size)) this.#raise(EXCCAUSE.storeProhibited, address);
      return true;
    }
    if (!region.writable) this.#raise(EXCCAUSE.storeProhibited, address);
    if (size < 4 && region.access === 'word') this.#raise(EXCCAUSE.loadStoreError, address);
    writeView(region.view, address - region.base, size, value);
    if (!region.executable || !this.#translated.has(address >>> 5)) return false;
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
    const ready = this.#pending & this.intenable;
    if (ready === 0 || (this.ps & (PS_EXCM | PS_INTLEVEL)) !== 0) return false;
    this.exception(EXCCAUSE.levelOneInterrupt);
    return true;
  }

  /** One instruction that translations leave out. */
  #system(): void {
    this.#attention = true;
    const word = this.#fetch(this.pc);
    if (word === undefined) {
      // Counts, so that a core without vectors still comes to the end of its slice.
      this.c += 1;
      this.excvaddr = this.pc;
      this.exception(EXCCAUSE.instructionFetchProhibited);
      return;
    }
    const i = decode(word, this.pc);
    this.c += 1;
    const next = (this.pc + i.length) >>> 0;
    switch (i.op) {
      case 'rfe':
        this.ps &= ~PS_EXCM;
        this.pc = this.epc1;
        return;
      case 'rfde':
        this.pc = this.depc;
        return;
      case 'rfi':
        this.#returnFromHigh(i.imm);
        return;
      case 'rsil':
        this.a[i.t] = this.ps;
        this.ps = (this.ps & ~PS_INTLEVEL) | i.imm;
        break;
      case 'waiti':
        this.ps = (this.ps & ~PS_INTLEVEL) | i.imm;
        this.#waiting = (this.#pending & this.intenable) === 0 || i.imm > 0;
        break;
      case 'rsr':
        this.a[i.t] = this.readSpecial(i.imm);
        break;
      case 'wsr':
        this.writeSpecial(i.imm, this.a[i.t]!);
        break;
      case 'xsr': {
        const value = this.readSpecial(i.imm);
        this.writeSpecial(i.imm, this.a[i.t]!);
        this.a[i.t] = value;
        break;
      }
      case 'break':
        // Debug exceptions are of level 2 here; at that level and above BREAK does nothing.
        if ((this.ps & PS_INTLEVEL) >= DEBUG_LEVEL) break;
        this.epc2 = this.pc;
        this.eps2 = this.ps;
        this.ps = (this.ps & ~PS_INTLEVEL) | PS_EXCM | DEBUG_LEVEL;
        this.pc = (this.vecbase + VECTOR.debug) >>> 0;
        this.c -= 1;
        return;
      case 'syscall':
        this.c -= 1;
        this.exception(EXCCAUSE.syscall);
        return;
      case 'simcall':
        break;
      default:
        this.c -= 1;
        this.exception(EXCCAUSE.illegalInstruction);
        return;
    }
    this.pc = next;
  }

  #returnFromHigh(level: number): void {
    if (level === 3) {
      this.ps = this.eps3;
      this.pc = this.epc3;
    } else {
      this.ps = this.eps2;
      this.pc = this.epc2;
    }
  }

  /** Special register `number` of RSR (ISA reference manual, «Special Registers»). */
  readSpecial(number: number): number {
    switch (number) {
      case 3:
        return this.sar;
      case 177:
        return this.epc1;
      case 178:
        return this.epc2;
      case 179:
        return this.epc3;
      case 192:
        return this.depc;
      case 194:
        return this.eps2;
      case 195:
        return this.eps3;
      case 209:
        return this.excsave1;
      case 210:
        return this.excsave2;
      case 211:
        return this.excsave3;
      case 226:
        return this.#pending;
      case 228:
        return this.intenable;
      case 230:
        return this.ps;
      case 231:
        return this.vecbase;
      case 232:
        return this.exccause;
      case 234:
        return this.ccount;
      case 238:
        return this.excvaddr;
      case 240:
        return this.ccompare0;
      default:
        return 0;
    }
  }

  writeSpecial(number: number, signed: number): void {
    const value = signed >>> 0;
    switch (number) {
      case 3:
        this.sar = value & 63;
        return;
      case 177:
        this.epc1 = value;
        return;
      case 178:
        this.epc2 = value;
        return;
      case 179:
        this.epc3 = value;
        return;
      case 192:
        this.depc = value;
        return;
      case 194:
        this.eps2 = value;
        return;
      case 195:
        this.eps3 = value;
        return;
      case 209:
        this.excsave1 = value;
        return;
      case 210:
        this.excsave2 = value;
        return;
      case 211:
        this.excsave3 = value;
        return;
      case 226:
        this.#pending |= value;
        return; // INTSET
      case 227:
        this.#pending &= ~value;
        return; // INTCLEAR
      case 228:
        this.intenable = value;
        return;
      case 230:
        this.ps = value & 0x3f;
        return;
      case 231:
        this.vecbase = value & ~0xfff;
        return;
      case 232:
        this.exccause = value;
        return;
      case 234:
        this.ccount = value;
        return;
      case 238:
        this.excvaddr = value;
        return;
      case 240:
        this.ccompare0 = value;
        this.#pending &= ~(1 << TIMER_INTERRUPT);
        this.#timerArmed = true;
        this.#rearmed = true;
        return;
    }
  }
}

function readView(view: DataView, offset: number, size: 1 | 2 | 4): number {
  if (size === 4) return view.getInt32(offset, true);
  return size === 2 ? view.getUint16(offset, true) : view.getUint8(offset);
}

function writeView(view: DataView, offset: number, size: 1 | 2 | 4, value: number): void {
  if (size === 4) view.setInt32(offset, value, true);
  else if (size === 2) view.setUint16(offset, value, true);
  else view.setUint8(offset, value);
}
