import type { Device } from './device.ts';

const EDGE_INTERRUPT_ENABLE = 0x04;
const CACHE_CONTROL = 0x0c;
const CLOCK_CONTROL = 0x14;
const EFUSE = 0x50;

/** Bit of EDGE_INTERRUPT_ENABLE for each interrupt line: watchdog, FRC1, FRC2 (eagle_soc.h). */
const EDGE_BITS: Readonly<Record<number, number>> = { 8: 1 << 0, 9: 1 << 1, 10: 1 << 2 };

const CACHE_ENABLE = 1 << 8;
const DOUBLE_CLOCK = 1 << 0;

export interface DportEffects {
  setCache(enabled: boolean): void;
  setDoubled(doubled: boolean): void;
}

/** DPORT at 0x3FF00000: edge interrupts, flash cache, CPU clock, and the eFuses with the MAC address. */
export class Dport implements Device {
  readonly #effects: DportEffects;
  readonly #efuses: readonly number[];
  readonly #registers = new Map<number, number>();

  /** `macAddress`: six bytes. */
  constructor(macAddress: readonly number[], effects: DportEffects) {
    this.#efuses = efusesOf(macAddress);
    this.#effects = effects;
  }

  /** True where the interrupt line is no edge, or its edges are let through. */
  passes(line: number): boolean {
    const bit = EDGE_BITS[line];
    return bit === undefined || (this.#get(EDGE_INTERRUPT_ENABLE) & bit) !== 0;
  }

  /** For ROM functions that act on the cache. */
  noteCache(enabled: boolean): void {
    const before = this.#get(CACHE_CONTROL);
    this.#registers.set(CACHE_CONTROL, enabled ? before | CACHE_ENABLE : before & ~CACHE_ENABLE);
  }

  read(offset: number): number {
    return this.#efuses[(offset - EFUSE) / 4] ?? this.#get(offset);
  }

  write(offset: number, value: number): void {
    const changed = this.#get(offset) ^ value;
    this.#registers.set(offset, value);
    if (offset === CLOCK_CONTROL) this.#effects.setDoubled((value & DOUBLE_CLOCK) !== 0);
    if (offset === CACHE_CONTROL && (changed & CACHE_ENABLE) !== 0) {
      this.#effects.setCache((value & CACHE_ENABLE) !== 0);
    }
  }

  reset(): void {
    this.#registers.clear();
  }

  #get(offset: number): number {
    return this.#registers.get(offset) ?? 0;
  }
}

/** Where esptool's `read_mac` and the SDKs look for it: three bytes of the vendor, three of the chip. */
function efusesOf([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]: readonly number[]): number[] {
  return [f << 24, (d << 8) | e, 0, (a << 16) | (b << 8) | c];
}
