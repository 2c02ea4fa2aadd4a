import { banner, loadImage, MODE_FLASH, MODE_UART, type ResetCause } from './boot-rom.ts';
import { causeOf, faultText, type Fault } from './fault.ts';
import { Lx106, VECTOR, type Region, type RomCall } from './lx106/cpu.ts';
import { romFunctions } from './rom-functions.ts';
import { Uart } from './uart.ts';

export type { Fault } from './fault.ts';

/** ESP8266 Technical Reference, «Memory map». The cache's RAM is left to IRAM: the window needs none here. */
const REGIONS: readonly Region[] = [
  { name: 'dram', base: 0x3ffe8000, size: 0x18000, access: 'data', writable: true, executable: false },
  { name: 'iram', base: 0x40100000, size: 0x10000, access: 'word', writable: true, executable: true },
  { name: 'flash', base: 0x40200000, size: 0x100000, access: 'word', writable: false, executable: true },
];

const ROM_BASE = 0x40000000;
const UART0 = 0x60000000;
const UART_SIZE = 0x80;
const UART_INTERRUPT = 5;
/** Hardware random number generator. */
const RNG = 0x3ff20e44;
/** Peripherals: what is not modelled is remembered as it was written. */
const DEVICES = [
  { base: 0x60000000, size: 0x10000 },
  { base: 0x3ff00000, size: 0x30000 },
];
/** Where the ROM leaves the stack when it starts the image. */
const BOOT_STACK = 0x3ffffff0;
/** PS of a running program: user vector mode, nothing masked. */
const BOOT_PS = 0x20;

export interface BoardOptions {
  /** Flash contents from address 0; the rest is erased. */
  flash: Uint8Array;
  flashSizeBytes: number;
  /** Of the random register. */
  seed?: number;
  onUart: (bytes: Uint8Array) => void;
}

export type RunStatus =
  | { kind: 'running' }
  /** WAITI: until a byte comes, or `advance` brings the timer. */
  | { kind: 'idle'; wakeInCycles?: number }
  /** RTS holds the chip in reset. */
  | { kind: 'held' }
  /** In the ROM's serial loader, which is not modelled: it keeps silent. */
  | { kind: 'download' }
  | { kind: 'fault'; fault: Fault }
  /** The ROM did not start the image. */
  | { kind: 'halted' };

/** A virtual ESP8266: CPU, memory, boot ROM functions, UART0, random register, reset lines. */
export class VirtualBoard {
  /** The bench firmware sets the CPU to 160 MHz. */
  readonly cpuHz = 160e6;
  readonly #cpu: Lx106;
  readonly #flash: Uint8Array;
  readonly #uart: Uart;
  readonly #onUart: (bytes: Uint8Array) => void;
  readonly #registers = new Map<number, number>();
  readonly #seed: number;
  #random: number;
  #output: number[] = [];
  #state: 'running' | 'held' | 'download' | 'halted' = 'halted';
  #fault: Fault | undefined;
  #dtr = false;

  constructor({ flash, flashSizeBytes, seed = 1, onUart }: BoardOptions) {
    this.#flash = new Uint8Array(flashSizeBytes).fill(0xff);
    this.#flash.set(flash.subarray(0, flashSizeBytes));
    this.#seed = seed;
    this.#random = seed;
    this.#onUart = onUart;
    this.#cpu = new Lx106({ regions: REGIONS, rom: this.#rom(), mmio: this.#mmio() });
    this.#uart = new Uart(
      (byte) => this.#output.push(byte),
      (high) => {
        this.#cpu.setInterrupt(UART_INTERRUPT, high);
      },
    );
  }

  get instructions(): number {
    return this.#cpu.instructions;
  }

  /** Bytes that UART0 takes now without loss. */
  get receiveRoom(): number {
    return this.#uart.room;
  }

  receive(bytes: Uint8Array): void {
    this.#uart.receive(bytes);
  }

  reset(cause: ResetCause): void {
    this.#cpu.reset();
    this.#uart.reset();
    this.#registers.clear();
    this.#random = this.#seed;
    this.#fault = undefined;
    const mode = this.#dtr ? MODE_UART : MODE_FLASH;
    this.#say(banner(cause, mode));
    if (mode === MODE_UART) {
      this.#state = 'download';
      return;
    }
    this.#cpu.a[1] = BOOT_STACK;
    this.#cpu.ps = BOOT_PS;
    this.#state = loadImage(this.#flash, this.#cpu, (text) => {
      this.#say(text);
    })
      ? 'running'
      : 'halted';
  }

  /** The usual two transistors: RTS alone holds EN low, DTR alone GPIO0; both together neither. */
  setSignals({ dtr = this.#dtr, rts }: { dtr?: boolean; rts?: boolean }): void {
    this.#dtr = dtr;
    if (rts === true && !dtr) this.#state = 'held';
    else if (this.#state === 'held') this.reset('external');
  }

  /** Time that passes while the board sleeps. */
  advance(microseconds: number): void {
    this.#cpu.skip(Math.ceil((microseconds * this.cpuHz) / 1e6));
  }

  /** Runs about so many instructions, or until there is nothing to do. */
  run(maxInstructions: number): RunStatus {
    const status = this.#run(maxInstructions);
    if (this.#output.length > 0) {
      const bytes = Uint8Array.from(this.#output);
      this.#output = [];
      this.#onUart(bytes);
    }
    return status;
  }

  #run(maxInstructions: number): RunStatus {
    if (this.#fault !== undefined) return { kind: 'fault', fault: this.#fault };
    if (this.#state !== 'running') return { kind: this.#state };
    const stop = this.#cpu.run(maxInstructions);
    const fault = this.#faultNow();
    if (fault !== undefined) return { kind: 'fault', fault };
    if (stop.kind !== 'waiti') return { kind: 'running' };
    const wakeInCycles = this.#cpu.cyclesToTimer;
    return wakeInCycles === undefined ? { kind: 'idle' } : { kind: 'idle', wakeInCycles };
  }

  #faultNow(): Fault | undefined {
    return this.#fault;
  }

  #rom(): Map<number, RomCall> {
    const functions = romFunctions({
      enableFlashWindow: () => {
        this.#cpu.bytes('flash').set(this.#flash.subarray(0, 0x100000));
        this.#cpu.invalidate();
      },
      disableFlashWindow: () => {
        this.#cpu.bytes('flash').fill(0);
        this.#cpu.invalidate();
      },
      transmit: (byte) => this.#output.push(byte),
    });
    const rom = new Map(functions.map(({ address, call }) => [address, call]));
    // The ROM's own vectors: nobody has handled it.
    for (const offset of Object.values(VECTOR)) {
      rom.set(ROM_BASE + offset, (cpu) => {
        const { exccause, epc1, epc2, epc3, excvaddr, depc } = cpu;
        this.#fault = {
          ...{ exccause, epc1, epc2, epc3, excvaddr, depc },
          cause: causeOf(exccause),
          registers: [...cpu.a].map((value) => value >>> 0),
        };
        this.#say(faultText(this.#fault));
        cpu.stop();
        return 1;
      });
    }
    return rom;
  }

  #mmio() {
    const isDevice = (address: number) =>
      DEVICES.some(({ base, size }) => address >= base && address < base + size);
    const isUart = (address: number) => address >= UART0 && address < UART0 + UART_SIZE;
    return {
      read: (address: number) => {
        if (isUart(address)) return this.#uart.read(address - UART0);
        if (address === RNG) return this.#nextRandom();
        return isDevice(address) ? (this.#registers.get(address) ?? 0) : undefined;
      },
      write: (address: number, value: number) => {
        if (isUart(address)) this.#uart.write(address - UART0, value);
        else if (isDevice(address)) this.#registers.set(address, value);
        return isDevice(address);
      },
    };
  }

  /** A 32-bit mix of a counter (splitmix): the same seed gives the same run. */
  #nextRandom(): number {
    this.#random = (this.#random + 0x9e3779b9) | 0;
    let mixed = this.#random;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  }

  #say(text: string): void {
    for (const character of text) this.#output.push(character.charCodeAt(0));
  }
}
