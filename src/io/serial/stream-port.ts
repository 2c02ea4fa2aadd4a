import { SerialPortStream } from '@serialport/stream';
import { EspawsError } from '../../errors.ts';
import type { Port } from '../../port.ts';
import { ByteQueue } from '../byte-queue.ts';
import { portLost } from '../port-lost.ts';
import { baudRateError, checkBaudRate } from './baud-rate.ts';
import type { BindingInterface } from './binding.ts';

/**
 * Unread bytes above which the stream is paused, and below which it goes on. A UART has no flow control, so that what
 * is not fetched is lost: memory is given up to a minute and a half at 2 Mbaud. A TCP stream or a pty then makes its
 * other end wait.
 */
const PAUSE_BYTES = 16 << 20;
const RESUME_BYTES = 8 << 20;

export interface StreamPortOptions {
  /** For messages: without secrets. */
  name: string;
  hasSignals: boolean;
  /** False where no bits are sent, so that every rate is right: a pty, a TCP stream. */
  hasBaudRate: boolean;
  /** Further settings for every change of the lines. */
  setOptions?: Readonly<Record<string, boolean>>;
}

/** Opens a serialport stream; rejects with the binding's error. */
export function openStream(
  binding: BindingInterface,
  settings: { path: string; baudRate: number; hupcl?: boolean },
): Promise<SerialPortStream> {
  return new Promise((resolve, reject) => {
    const stream = new SerialPortStream({ binding, ...settings }, (error) => {
      if (error === null) resolve(stream);
      else reject(error);
    });
  });
}

/** A serialport stream as a `Port`. */
export class StreamPort implements Port {
  readonly name: string;
  readonly hasSignals: boolean;
  readonly hasBaudRate: boolean;
  readonly #stream: SerialPortStream;
  readonly #options: StreamPortOptions;
  readonly #received = new ByteQueue();
  /** Calls that wait, and are ended when the port goes. */
  readonly #waiting = new Set<() => void>();
  #signals = { dtr: false, rts: false };
  #lastSignals: Promise<void> = Promise.resolve();
  #isOpen = true;

  constructor(stream: SerialPortStream, options: StreamPortOptions) {
    this.#stream = stream;
    this.#options = options;
    this.name = options.name;
    this.hasSignals = options.hasSignals;
    this.hasBaudRate = options.hasBaudRate;
    const end = () => {
      this.#isOpen = false;
      this.#received.end();
      for (const stop of this.#waiting) stop();
    };
    stream.once('close', end);
    // A failed write comes here too; the port is closed then.
    stream.on('error', end);
    stream.on('data', (bytes: Uint8Array) => {
      this.#received.push(bytes);
      if (this.#received.byteLength > PAUSE_BYTES) stream.pause();
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    await this.#orLost(
      (done) =>
        // A copy: the caller may use its buffer again before the stream has sent it.
        void this.#stream.write(Buffer.from(bytes), done),
    );
  }

  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const bytes of this.#received.read()) {
      if (this.#stream.isPaused() && this.#received.byteLength < RESUME_BYTES) this.#stream.resume();
      yield bytes;
    }
  }

  /** One change after the other, so that a line that is not named keeps what the change before gave it. */
  setSignals(signals: { dtr?: boolean; rts?: boolean }): Promise<void> {
    if (!this.hasSignals) return Promise.resolve();
    const change = this.#lastSignals.then(async () => {
      const wanted = { ...this.#signals, ...signals };
      // serialport asserts what it is not told about.
      const settings = { ...this.#options.setOptions, brk: false, ...wanted };
      await this.#orLost((done) => {
        this.#stream.set(settings, done);
      });
      this.#signals = wanted;
    });
    this.#lastSignals = change.catch(() => undefined);
    return change;
  }

  async setBaudRate(baudRate: number): Promise<void> {
    if (!this.hasBaudRate) return;
    // A change of rate throws away what is not sent yet (tcflush).
    await this.#orLost((done) => {
      this.#stream.drain(done);
    });
    await this.#orLost(
      (done) => {
        this.#stream.update({ baudRate }, done);
      },
      (error) => baudRateError(this.name, baudRate, error.message, error),
    );
    await checkBaudRate(this.#stream, this.name, baudRate);
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await new Promise<void>((resolve) => {
      this.#stream.close(() => {
        resolve();
      });
    });
    this.#received.end();
  }

  /**
   * Runs a call of the stream; a port that goes away meanwhile ends it, which the stream's own callback may not. What
   * else the call fails with is `explain`ed.
   */
  async #orLost(
    call: (done: (error?: Error | null) => void) => void,
    explain: (error: Error) => EspawsError = (error) => portLost(this.name, error),
  ): Promise<void> {
    if (!this.#isOpen) throw portLost(this.name);
    const failure = await new Promise<Error | undefined>((resolve) => {
      const finish = (error: Error | undefined) => {
        this.#waiting.delete(stop);
        resolve(error);
      };
      const stop = () => {
        finish(portLost(this.name));
      };
      this.#waiting.add(stop);
      call((error) => {
        finish(error ?? undefined);
      });
    });
    if (failure === undefined) return;
    if (failure instanceof EspawsError) throw failure;
    throw this.#stream.isOpen ? explain(failure) : portLost(this.name, failure);
  }
}
