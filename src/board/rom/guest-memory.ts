import type { Lx106 } from '../lx106/cpu.ts';

const ROM_VECTORS = 0x40000000;
const DRAM_BASE = 0x3ffe8000;
/** Memories that only know words: boot ROM, instruction RAM, mapped flash. */
const WORDS_FROM = 0x40000000;
const WORDS_TO = 0x40400000;

/**
 * The firmware's memory as code in the boot ROM sees it. Where there is nothing, or nothing to be written, the CPU
 * raises its exception at the ROM function's address.
 *
 * A byte from word-only memory raises LoadStoreError as on the chip, unless the firmware has vectors of its own: their
 * handler would carry the load out and return into the ROM, so that the load simply succeeds here.
 */
export class GuestMemory {
  readonly #cpu: Lx106;
  readonly #ram: Uint8Array;

  constructor(cpu: Lx106) {
    this.#cpu = cpu;
    this.#ram = cpu.bytes('dram');
  }

  byte(address: number): number {
    const isWordOnly = address >= WORDS_FROM && address < WORDS_TO;
    if (!isWordOnly || this.#cpu.vecbase === ROM_VECTORS) return this.#cpu.load8(address);
    return this.byteOfWord(address);
  }

  /** As code does that loads whole words. */
  byteOfWord(address: number): number {
    return (this.#cpu.load32((address & ~3) >>> 0) >>> ((address & 3) * 8)) & 0xff;
  }

  bytes(address: number, length: number): Uint8Array {
    if (this.#inDram(address, length)) return this.#dram(address, length).slice();
    return Uint8Array.from({ length }, (_, index) => this.byte(address + index));
  }

  setByte(address: number, value: number): void {
    this.#cpu.store8(address, value);
  }

  setBytes(address: number, bytes: Uint8Array): void {
    if (this.#inDram(address, bytes.length)) this.#dram(address, bytes.length).set(bytes);
    else for (const [index, byte] of bytes.entries()) this.setByte(address + index, byte);
  }

  /** Whole words: also to instruction RAM. `bytes` are padded with zeros. */
  setWords(address: number, bytes: Uint8Array): void {
    if (this.#inDram(address, bytes.length)) {
      this.#dram(address, bytes.length).set(bytes);
      return;
    }
    const padded = new Uint8Array((bytes.length + 3) & ~3);
    padded.set(bytes);
    const view = new DataView(padded.buffer);
    for (let at = 0; at < padded.length; at += 4) this.setWord(address + at, view.getInt32(at, true));
  }

  /** `count` bytes, a multiple of four, from any address, by word loads alone. */
  words(address: number, count: number): Uint8Array {
    if (this.#inDram(address, count)) return this.#dram(address, count).slice();
    const bytes = new Uint8Array(count);
    const view = new DataView(bytes.buffer);
    const shift = (address & 3) * 8;
    const first = (address & ~3) >>> 0;
    for (let at = 0; at < count; at += 4) {
      const low = this.word(first + at);
      const both = shift === 0 ? low : (low >>> shift) | (this.word(first + at + 4) << (32 - shift));
      view.setInt32(at, both, true);
    }
    return bytes;
  }

  /** True where both ranges are data RAM, and the bytes are moved: no load or store of them can fail. */
  moveInRam(to: number, from: number, length: number): boolean {
    if (!this.#inDram(to, length) || !this.#inDram(from, length)) return false;
    this.#ram.copyWithin(to - DRAM_BASE, from - DRAM_BASE, from - DRAM_BASE + length);
    return true;
  }

  /** The same for one value. */
  fillRam(address: number, value: number, length: number): boolean {
    if (!this.#inDram(address, length)) return false;
    this.#ram.fill(value, address - DRAM_BASE, address - DRAM_BASE + length);
    return true;
  }

  fill(address: number, value: number, length: number): void {
    if (this.fillRam(address, value, length)) return;
    for (let index = 0; index < length; index++) this.setByte(address + index, value);
  }

  word(address: number): number {
    return this.#cpu.load32(address);
  }

  setWord(address: number, value: number): void {
    this.#cpu.store32(address, value);
  }

  /** Bytes before the NUL. Aligned strings are scanned by words, as the ROM's strlen does. */
  cString(address: number): Uint8Array {
    const read = (address & 3) === 0 ? this.byteOfWord.bind(this) : this.byte.bind(this);
    const bytes: number[] = [];
    for (let byte = read(address); byte !== 0; byte = read(address + bytes.length)) bytes.push(byte);
    return Uint8Array.from(bytes);
  }

  #inDram(address: number, length: number): boolean {
    return address >= DRAM_BASE && address + length <= WORDS_FROM;
  }

  #dram(address: number, length: number): Uint8Array {
    const offset = address - DRAM_BASE;
    return this.#ram.subarray(offset, offset + length);
  }
}
