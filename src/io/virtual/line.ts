/** One direction of a serial line, 8N1: bytes arrive one after the other, each in its time. */
export class Line {
  readonly #segments: { bytes: Uint8Array; fromUs: number; byteUs: number }[] = [];
  #freeUs = 0;

  /** Hands bytes over at `nowUs`; they leave behind those that are still on the line. 0 baud: they are there at once. */
  send(bytes: Uint8Array, nowUs: number, baudRate: number): void {
    const byteUs = baudRate === 0 ? 0 : (BITS_OF_A_BYTE * 1e6) / baudRate;
    const fromUs = Math.max(nowUs, this.#freeUs);
    this.#segments.push({ bytes, fromUs, byteUs });
    this.#freeUs = fromUs + bytes.length * byteUs;
  }

  /** What has arrived by then, at most `limit` bytes; undefined where that is nothing. */
  take(nowUs: number, limit: number): Uint8Array | undefined {
    const segment = this.#segments[0];
    if (segment === undefined) return undefined;
    const { bytes, fromUs, byteUs } = segment;
    const arrived = byteUs === 0 ? bytes.length : Math.floor((nowUs - fromUs) / byteUs);
    const count = Math.min(arrived, bytes.length, limit);
    if (count <= 0) return undefined;
    if (count === bytes.length) this.#segments.shift();
    else {
      segment.bytes = bytes.subarray(count);
      segment.fromUs += count * byteUs;
    }
    return bytes.subarray(0, count);
  }

  /** What is on its way is lost. */
  clear(): void {
    this.#segments.length = 0;
    this.#freeUs = 0;
  }

  /** When the last byte will have arrived. */
  get freeUs(): number {
    return this.#freeUs;
  }

  get isEmpty(): boolean {
    return this.#segments.length === 0;
  }
}

const BITS_OF_A_BYTE = 10;
