import { Lx106, type Region } from './lx106/cpu.ts';
import { romFunctions } from './rom-functions.ts';

const REGIONS: Region[] = [
  { name: 'dram', base: 0x3ffe8000, size: 0x18000, access: 'data', writable: true, executable: false },
  { name: 'iram', base: 0x40100000, size: 0x10000, access: 'word', writable: true, executable: true },
  { name: 'flash', base: 0x40200000, size: 0x100000, access: 'word', writable: false, executable: true },
];

export type RunStatus =
  | { kind: 'running' }
  | { kind: 'idle'; wakeInCycles?: number }
  | { kind: 'held' }
  | { kind: 'download' }
  | { kind: 'fault'; fault: Fault }
  | { kind: 'halted' };
export interface Fault {
  exccause: number;
  epc1: number;
  excvaddr: number;
}

export class VirtualBoard {
  readonly cpu: Lx106;
  readonly cpuHz = 160e6;
  #flash: Uint8Array;
  #onUart: (b: Uint8Array) => void;
  #rx: number[] = [];
  #out: number[] = [];
  #intEnable = 0;
  #fault: Fault | undefined;
  #seed: number;
  #regs = new Map<number, number>();
  constructor({
    flash,
    onUart,
    seed = 1,
  }: {
    flash: Uint8Array;
    flashSizeBytes: number;
    seed?: number;
    onUart: (b: Uint8Array) => void;
  }) {
    this.#flash = flash;
    this.#onUart = onUart;
    this.#seed = seed;
    const chip = {
      enableFlashWindow: () => {
        this.cpu.bytes('flash').set(this.#flash.subarray(0, 0x100000));
        this.cpu.invalidate();
      },
      disableFlashWindow: () => undefined,
      transmit: (b: number) => {
        this.#out.push(b);
      },
      setUartDivider: () => undefined,
    };
    const rom = new Map(romFunctions(chip).map(({ address, call }) => [address, call]));
    for (const offset of [0x10, 0x20, 0x30, 0x50, 0x70]) {
      rom.set(0x40000000 + offset, (cpu) => {
        this.#fault = { exccause: cpu.exccause, epc1: cpu.epc1, excvaddr: cpu.excvaddr };
        cpu.stop();
        return 1;
      });
    }
    this.cpu = new Lx106({
      regions: REGIONS,
      rom,
      mmio: { read: (a) => this.#read(a), write: (a, v) => this.#write(a, v) },
    });
  }
  get receiveRoom() {
    return 128 - this.#rx.length;
  }
  get instructions() {
    return this.cpu.instructions;
  }
  setSignals(_signals: { dtr?: boolean; rts?: boolean }) {}
  reset(_cause: 'power-on' | 'external' | 'watchdog') {
    this.cpu.reset();
    this.#text('\r\n ets Jan  8 2013,rst cause:1, boot mode:(3,6)\r\n\r\n');
    const view = new DataView(this.#flash.buffer, this.#flash.byteOffset);
    if (this.#flash[0] !== 0xe9) throw new Error('no image');
    let at = 8;
    for (let n = this.#flash[1]!; n > 0; n--) {
      const [address, length] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
      at += 8;
      for (let i = 0; i < length; i += 4) this.cpu.store32(address + i, view.getInt32(at + i, true));
      at += length;
      this.#text(`load 0x${address.toString(16)}, len ${length}, room 16 \r\n`);
    }
    this.cpu.pc = view.getUint32(4, true);
    this.cpu.a[1] = 0x3ffffff0 | 0;
    this.cpu.ps = 0x20;
  }
  receive(bytes: Uint8Array) {
    this.#rx.push(...bytes);
    this.#line();
  }
  advance(us: number) {
    this.cpu.skip(Math.ceil((us * this.cpuHz) / 1e6));
  }
  run(n: number): RunStatus {
    if (this.#fault) return { kind: 'fault', fault: this.#fault };
    const stop = this.cpu.run(n);
    if (this.#out.length > 0) {
      this.#onUart(Uint8Array.from(this.#out));
      this.#out = [];
    }
    if (this.#fault) return { kind: 'fault', fault: this.#fault };
    if (stop.kind === 'waiti') {
      const w = this.cpu.cyclesToTimer;
      return w === undefined ? { kind: 'idle' } : { kind: 'idle', wakeInCycles: w };
    }
    return { kind: 'running' };
  }
  #text(t: string) {
    for (const c of t) this.#out.push(c.charCodeAt(0));
  }
  #line() {
    this.cpu.setInterrupt(5, (this.#raw() & this.#intEnable) !== 0);
  }
  #raw() {
    return this.#rx.length > 0 ? 0x101 : 0;
  }
  #read(a: number): number | undefined {
    switch (a) {
      case 0x60000000: {
        const b = this.#rx.shift() ?? 0;
        this.#line();
        return b;
      }
      case 0x60000004:
        return this.#raw();
      case 0x60000008:
        return this.#raw() & this.#intEnable;
      case 0x6000001c:
        return Math.min(this.#rx.length, 128);
      case 0x3ff20e44:
        this.#seed = (Math.imul(this.#seed, 1664525) + 1013904223) | 0;
        return this.#seed ^ (this.#seed >>> 15);
    }
    if ((a >= 0x60000000 && a < 0x60002000) || (a >= 0x3ff00000 && a < 0x3ff30000))
      return this.#regs.get(a) ?? 0;
    return undefined;
  }
  #write(a: number, v: number): boolean {
    if (a === 0x60000000) {
      this.#out.push(v & 0xff);
      return true;
    }
    if (a === 0x6000000c) {
      this.#intEnable = v;
      this.#line();
      return true;
    }
    if ((a >= 0x60000000 && a < 0x60002000) || (a >= 0x3ff00000 && a < 0x3ff30000)) {
      this.#regs.set(a, v);
      return true;
    }
    return false;
  }
}
