/** Reads the presentation language of TLS (RFC 8446 3). Past the end it gives zeros and says so in `failed`. */
export class TlsReader {
  readonly #bytes: Uint8Array;
  #offset = 0;
  #failed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** More was asked for than was there. */
  get failed(): boolean {
    return this.#failed;
  }

  bytes(length: number): Uint8Array {
    if (length > this.remaining) {
      this.#failed = true;
      this.#offset = this.#bytes.length;
      return new Uint8Array(0);
    }
    this.#offset += length;
    return this.#bytes.subarray(this.#offset - length, this.#offset);
  }

  uint8(): number {
    return this.bytes(1)[0] ?? 0;
  }

  uint16(): number {
    const [high = 0, low = 0] = this.bytes(2);
    return high * 256 + low;
  }

  uint24(): number {
    const [high = 0, middle = 0, low = 0] = this.bytes(3);
    return high * 65_536 + middle * 256 + low;
  }

  vector8(): Uint8Array {
    return this.bytes(this.uint8());
  }

  vector16(): Uint8Array {
    return this.bytes(this.uint16());
  }

  vector24(): Uint8Array {
    return this.bytes(this.uint24());
  }

  /** A vector of 16-bit numbers with a length of 16 bits. */
  numbers16(): number[] {
    const list = new TlsReader(this.vector16());
    const numbers: number[] = [];
    while (list.remaining >= 2) numbers.push(list.uint16());
    return numbers;
  }
}
