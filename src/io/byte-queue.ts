/**
 * Bytes from a callback world, read by `for await`. Nothing is dropped: what comes while nobody reads is kept.
 */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #byteLength = 0;
  #ended = false;
  #wake: (() => void) | undefined;

  /** Bytes that wait to be read. */
  get byteLength(): number {
    return this.#byteLength;
  }

  push(bytes: Uint8Array): void {
    if (this.#ended || bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#byteLength += bytes.length;
    this.#wake?.();
  }

  /** After what is queued, readers see the end. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) {
        this.#byteLength -= chunk.length;
        yield chunk;
        continue;
      }
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}
