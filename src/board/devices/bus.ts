import type { Mmio } from '../lx106/cpu.ts';
import type { Device } from './device.ts';

export interface Attached {
  base: number;
  size: number;
  device: Device;
}

/** Accesses to registers that no device models, by address. */
export interface UnknownAccesses {
  reads: ReadonlyMap<number, number>;
  writes: ReadonlyMap<number, number>;
}

/**
 * Where peripherals are (ESP8266 Technical Reference, «Memory map»; eagle_soc.h in every SDK). Outside of these and
 * of the memories there is nothing, and the CPU's access raises LoadProhibited or StoreProhibited.
 */
const PERIPHERAL_SPACE = [
  { base: 0x3ff00000, size: 0x80000 },
  { base: 0x60000000, size: 0x10000 },
];

/**
 * Leads the CPU's accesses to the devices. Registers that no device models are counted; they remember what is written
 * and read 0 before. A byte or halfword access acts on its part of the register: whether the chip's buses do so is
 * not documented.
 */
export class Bus implements Mmio {
  readonly #attached: readonly Attached[];
  readonly #reads = new Map<number, number>();
  readonly #writes = new Map<number, number>();
  readonly #unknown = new Map<number, number>();

  constructor(attached: readonly Attached[]) {
    this.#attached = attached;
  }

  get unknown(): UnknownAccesses {
    return { reads: this.#reads, writes: this.#writes };
  }

  read(address: number, size: 1 | 2 | 4): number | undefined {
    const word = address & ~3;
    const value = this.#readWord(word >>> 0);
    if (value === undefined || size === 4) return value;
    return (value >>> ((address & 3) * 8)) & (size === 1 ? 0xff : 0xffff);
  }

  write(address: number, value: number, size: 1 | 2 | 4): boolean {
    const word = (address & ~3) >>> 0;
    if (!isPeripheral(word)) return false;
    this.#writeWord(word, size === 4 ? value : this.#merged(address, value, size));
    return true;
  }

  reset(): void {
    this.#unknown.clear();
    for (const { device } of this.#attached) device.reset();
  }

  #readWord(address: number): number | undefined {
    const found = this.#find(address);
    if (found !== undefined) return found.device.read(address - found.base);
    if (!isPeripheral(address)) return undefined;
    count(this.#reads, address);
    return this.#unknown.get(address) ?? 0;
  }

  #writeWord(address: number, value: number): void {
    const found = this.#find(address);
    if (found !== undefined) {
      found.device.write(address - found.base, value);
      return;
    }
    count(this.#writes, address);
    this.#unknown.set(address, value);
  }

  #merged(address: number, value: number, size: 1 | 2): number {
    const shift = (address & 3) * 8;
    const mask = (size === 1 ? 0xff : 0xffff) << shift;
    const before = this.#readWord((address & ~3) >>> 0) ?? 0;
    return (before & ~mask) | ((value << shift) & mask);
  }

  #find(address: number): Attached | undefined {
    return this.#attached.find(({ base, size }) => address >= base && address < base + size);
  }
}

/** True for addresses of peripherals, modelled or not. */
export function isPeripheral(address: number): boolean {
  return PERIPHERAL_SPACE.some(({ base, size }) => address >= base && address < base + size);
}

function count(counts: Map<number, number>, address: number): void {
  counts.set(address, (counts.get(address) ?? 0) + 1);
}
