/** Unread bytes at which the sender is made to wait, and at which it may go on. */
const FULL_BYTES = 256 << 10;
const LOW_BYTES = 64 << 10;

export interface IncomingBytesOptions {
  /** Stop the source, and start it again. */
  pause: () => void;
  resume: () => void;
}

/** Received bytes, read as a serialport binding reads: at least one byte a call, and an error when there will be none. */
export class IncomingBytes {
  readonly #options: IncomingBytesOptions;
  #chunks: Uint8Array[] = [];
  #byteLength = 0;
  #paused = false;
  #failure: Error | undefined;
  #waiting: (() => void) | undefined;

  constructor(options: IncomingBytesOptions) {
    this.#options = options;
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#failure !== undefined) return;
    this.#chunks.push(bytes);
    this.#byteLength += bytes.length;
    if (!this.#paused && this.#byteLength >= FULL_BYTES) {
      this.#paused = true;
      this.#options.pause();
    }
    this.#waiting?.();
  }

  /** What is queued can still be read; `read` then rejects with `failure`. */
  end(failure: Error): void {
    this.#failure ??= failure;
    this.#waiting?.();
  }

  clear(): void {
    this.#chunks = [];
    this.#taken(this.#byteLength);
  }

  async read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }> {
    while (this.#byteLength === 0) {
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
      this.#waiting = undefined;
    }
    let bytesRead = 0;
    while (bytesRead < length && this.#chunks.length > 0) {
      const chunk = this.#chunks[0]!;
      const part = chunk.subarray(0, length - bytesRead);
      buffer.set(part, offset + bytesRead);
      bytesRead += part.length;
      if (part.length === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(part.length);
    }
    this.#taken(bytesRead);
    return { buffer, bytesRead };
  }

  #taken(count: number): void {
    this.#byteLength -= count;
    if (!this.#paused || this.#byteLength > LOW_BYTES) return;
    this.#paused = false;
    this.#options.resume();
  }
}
