/** Framing of the serial loader (RFC 1055). */
const END = 0xc0;
const ESCAPE = 0xdb;
const ESCAPED_END = 0xdc;
const ESCAPED_ESCAPE = 0xdd;

export function slipFrame(data: Uint8Array): Uint8Array {
  const frame = [END];
  for (const byte of data) {
    if (byte === END) frame.push(ESCAPE, ESCAPED_END);
    else if (byte === ESCAPE) frame.push(ESCAPE, ESCAPED_ESCAPE);
    else frame.push(byte);
  }
  frame.push(END);
  return Uint8Array.from(frame);
}

/** Frames from bytes. What stands outside of frames is dropped, as is a frame longer than `limitBytes`. */
export class SlipDecoder {
  readonly #limitBytes: number;
  #frame: number[] | undefined;
  #escaped = false;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  reset(): void {
    this.#frame = undefined;
    this.#escaped = false;
  }

  /** The frame that this byte completes. */
  push(byte: number): Uint8Array | undefined {
    if (byte === END) return this.#end();
    const frame = this.#frame;
    if (frame === undefined) return undefined;
    if (frame.length >= this.#limitBytes) {
      this.reset();
    } else if (this.#escaped) {
      frame.push(byte === ESCAPED_END ? END : byte === ESCAPED_ESCAPE ? ESCAPE : byte);
      this.#escaped = false;
    } else if (byte === ESCAPE) this.#escaped = true;
    else frame.push(byte);
    return undefined;
  }

  /** An END closes a frame, or opens one where there was none. */
  #end(): Uint8Array | undefined {
    const frame = this.#frame;
    this.#escaped = false;
    if (frame === undefined || frame.length === 0) {
      this.#frame = [];
      return undefined;
    }
    this.#frame = undefined;
    return Uint8Array.from(frame);
  }
}
