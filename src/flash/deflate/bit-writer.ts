/** Bits, the lowest of a byte first (RFC 1951, 3.1.1). */
export class BitWriter {
  #bytes: Uint8Array;
  #count = 0;
  #held = 0;
  #heldBits = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** The lowest `bits` of `value`, at most 16. */
  write(value: number, bits: number): void {
    this.#held |= value << this.#heldBits;
    this.#heldBits += bits;
    while (this.#heldBits >= 8) this.#byte();
  }

  /** To the end of a byte. */
  align(): void {
    if (this.#heldBits > 0) this.#byte();
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#count);
  }

  #byte(): void {
    if (this.#count === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#count + 64);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#count++] = this.#held & 0xff;
    this.#held >>>= 8;
    this.#heldBits = Math.max(0, this.#heldBits - 8);
  }
}
