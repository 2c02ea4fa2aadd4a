import type { Device } from './device.ts';

/** Register of the hardware random number generator, from 0x3FF20E44: a new word at each read. */
export class RandomGenerator implements Device {
  readonly #seed: number;
  #state: number;

  constructor(seed: number) {
    this.#seed = seed | 0;
    this.#state = this.#seed;
  }

  /** A 32-bit mix of a counter (splitmix): the same seed gives the same run. */
  read(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  }

  write(): void {
    // Read-only.
  }

  reset(): void {
    this.#state = this.#seed;
  }
}
