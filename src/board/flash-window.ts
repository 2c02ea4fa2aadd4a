import type { Lx106 } from './lx106/cpu.ts';
import { FLASH_WINDOW_BYTES, IRAM_BYTES } from './memory-map.ts';
import type { NorFlash } from './nor-flash.ts';

/**
 * The megabyte of flash that is mapped at 0x40200000 while the cache is on. Off, it reads as zeros, which execute as
 * illegal instructions. The cache's part of the instruction RAM is overwritten when it goes on.
 */
export class FlashWindow {
  readonly #cpu: Lx106;
  readonly #flash: NorFlash;
  readonly #changed: (enabled: boolean) => void;
  #offset = 0;
  #cacheBytes = 0x4000;

  constructor(cpu: Lx106, flash: NorFlash, changed: (enabled: boolean) => void) {
    this.#cpu = cpu;
    this.#flash = flash;
    this.#changed = changed;
  }

  /** Maps from `offset`, with a cache of 16 or 32 KB. */
  map(offset: number, cacheBytes: number): void {
    this.#offset = offset;
    this.#cacheBytes = cacheBytes;
    this.enable();
  }

  /** As it was mapped last. */
  enable(): void {
    const window = this.#cpu.bytes('flash');
    window.set(this.#flash.read(this.#offset, FLASH_WINDOW_BYTES));
    this.#cpu.bytes('iram').set(window.subarray(0, this.#cacheBytes), IRAM_BYTES - this.#cacheBytes);
    this.#changed(true);
    this.#cpu.invalidate();
  }

  disable(): void {
    this.#cpu.bytes('flash').fill(0);
    this.#changed(false);
    this.#cpu.invalidate();
  }
}
