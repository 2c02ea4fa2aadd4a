import { Transport } from 'esptool-js';
import type { Port } from '../../port.ts';

/** SLIP (RFC 1055). */
const END = 0xc0;
const ESCAPE = 0xdb;
const ESCAPED_END = 0xdc;
const ESCAPED_ESCAPE = 0xdd;

/** Received bytes that are kept to tell why the chip does not answer. */
const HEARD_BYTES = 4096;

/** No whole frame came in time. */
export class FrameTimeout extends Error {
  override readonly name = 'FrameTimeout';
}

/**
 * esptool-js's transport over a `Port`. Its reading is replaced: it polls each millisecond, gives up at the first byte
 * outside a frame, and prints. Here bytes outside frames are skipped, and a frame is given as soon as its end has come.
 */
export class PortTransport extends Transport {
  readonly #port: Port;
  readonly #frames: Uint8Array[] = [];
  #partial: number[] = [];
  #isEscaping = false;
  #isDamaged = false;
  #heard: number[] = [];
  #lost: Error | undefined;
  #wake: (() => void) | undefined;
  readonly #ended: Promise<void>;

  readonly #onLost: () => Error;

  constructor(port: Port, signal: AbortSignal, onLost: () => Error) {
    super({ getInfo: () => ({}) });
    this.#port = port;
    this.#onLost = onLost;
    this.#ended = this.#receive();
    const abort = () => {
      this.#fail(signal.reason as Error);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    void this.#ended.then(() => {
      signal.removeEventListener('abort', abort);
    });
  }

  /** The last bytes received since `forget`, whether in frames or not. */
  get heard(): Uint8Array {
    return Uint8Array.from(this.#heard);
  }

  forget(): void {
    this.flushInput();
    this.#heard = [];
  }

  throwIfLost(): void {
    if (this.#lost !== undefined) throw this.#lost;
  }

  override trace(): void {
    // It prints even where tracing is off.
  }

  override getInfo(): string {
    return '';
  }

  override async write(data: Uint8Array): Promise<void> {
    if (this.#lost !== undefined) throw this.#lost;
    try {
      await this.#port.write(slipFrame(data));
    } catch {
      throw this.#onLost();
    }
  }

  /** The next frame. Throws `FrameTimeout`. */
  override async read(timeoutMs: number): Promise<Uint8Array> {
    const endMs = performance.now() + timeoutMs;
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      if (this.#lost !== undefined) throw this.#lost;
      const leftMs = endMs - performance.now();
      if (leftMs <= 0) throw new FrameTimeout(`nothing in ${(timeoutMs / 1000).toFixed(2)} s`);
      await this.#something(leftMs);
    }
  }

  override flushInput(): void {
    this.#frames.length = 0;
    this.#begin();
  }

  /** Until the line has been quiet for `quietMs`, at most `maxMs`. */
  override async drainInput(quietMs = 100, maxMs = 400): Promise<void> {
    const endMs = performance.now() + maxMs;
    while (this.#lost === undefined && performance.now() < endMs && (await this.#something(quietMs)));
    this.flushInput();
  }

  override async changeBaudrate(baudRate: number): Promise<boolean> {
    await this.#port.setBaudRate(baudRate);
    this.baudrate = baudRate;
    return false;
  }

  override async disconnect(): Promise<void> {
    await this.#port.close();
    await this.#ended;
  }

  /** False where nothing came in that time. */
  async #something(timeoutMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const came = await new Promise<boolean>((resolve) => {
      this.#wake = () => {
        resolve(true);
      };
      timer = setTimeout(resolve, timeoutMs, false);
    });
    clearTimeout(timer);
    this.#wake = undefined;
    return came;
  }

  async #receive(): Promise<void> {
    try {
      for await (const bytes of this.#port.read()) {
        this.#remember(bytes);
        for (const byte of bytes) this.#take(byte);
        this.#wake?.();
      }
    } catch {
      // Said below: the port has ended.
    }
    this.#fail(this.#onLost());
  }

  #fail(error: Error): void {
    this.#lost ??= error;
    this.#wake?.();
  }

  #remember(bytes: Uint8Array): void {
    if (this.#heard.length < HEARD_BYTES) this.#heard.push(...bytes.subarray(0, HEARD_BYTES));
  }

  #take(byte: number): void {
    if (byte === END) {
      // It ends one frame and begins the next: so no noise can turn what is inside frames and what is between.
      if (this.#partial.length > 0 && !this.#isDamaged) this.#frames.push(Uint8Array.from(this.#partial));
      this.#begin();
    } else if (this.#isEscaping) {
      this.#isEscaping = false;
      if (byte === ESCAPED_END) this.#partial.push(END);
      else if (byte === ESCAPED_ESCAPE) this.#partial.push(ESCAPE);
      else this.#isDamaged = true;
    } else if (byte === ESCAPE) this.#isEscaping = true;
    else this.#partial.push(byte);
  }

  #begin(): void {
    this.#partial = [];
    this.#isEscaping = false;
    this.#isDamaged = false;
  }
}

function slipFrame(data: Uint8Array): Uint8Array {
  const framed = new Uint8Array(2 * data.length + 2);
  let at = 0;
  framed[at++] = END;
  for (const byte of data) {
    if (byte === END || byte === ESCAPE) {
      framed[at++] = ESCAPE;
      framed[at++] = byte === END ? ESCAPED_END : ESCAPED_ESCAPE;
    } else framed[at++] = byte;
  }
  framed[at++] = END;
  return framed.subarray(0, at);
}
