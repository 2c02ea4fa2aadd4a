import { type Duplex } from 'node:stream';

import { type Clock, type Network } from '../host.ts';
import { STATUS, type Status } from './message.ts';

/** Beyond so many unread bytes the peer is held back. */
const BUFFER_BYTES = 65_536;

/** One TCP connection on behalf of the device: opened at once, asked about by polling. */
export class LinkStream {
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  #socket: Duplex | undefined;
  #buffer = Buffer.alloc(0);
  #ended = false;
  #failure: Status | undefined;
  #wake: () => void = () => undefined;

  constructor(network: Network, clock: Clock, host: string, port: number) {
    this.#clock = clock;
    void this.#connect(network, host, port);
  }

  /** Waits up to `waitMs` for the connection; `pending` where there is none yet. */
  async opened(waitMs: number): Promise<Status> {
    await this.#until(waitMs, () => this.#socket !== undefined || this.#failure !== undefined);
    if (this.#failure !== undefined) return this.#failure;
    return this.#socket === undefined ? STATUS.pending : STATUS.ok;
  }

  /** Up to `maxBytes` bytes, waiting up to `waitMs` for the first. What came before a failure is read before it. */
  async read(maxBytes: number, waitMs: number): Promise<{ status: Status; data?: Uint8Array }> {
    await this.#until(
      waitMs,
      () => this.#buffer.length > 0 || this.#ended || this.#failure !== undefined || maxBytes === 0,
    );
    const data = this.#buffer.subarray(0, maxBytes);
    if (data.length > 0) {
      this.#buffer = this.#buffer.subarray(data.length);
      if (this.#buffer.length < BUFFER_BYTES) this.#socket?.resume();
      return { status: STATUS.ok, data };
    }
    return { status: this.#failure ?? (this.#ended ? STATUS.closed : STATUS.pending) };
  }

  /**
   * After the peer's end, or while there is something left to read, writing seems to work, as it does with a TCP
   * stack of one's own: else a device would never read the alert that says why the peer has hung up.
   */
  write(data: Uint8Array): Status {
    if (this.#failure !== undefined && this.#buffer.length === 0) return this.#failure;
    if (this.#socket === undefined) return this.#failure ?? STATUS.pending;
    if (this.#socket.writable) this.#socket.write(data);
    return STATUS.ok;
  }

  /** Ends the connection, what was written first. */
  close(): void {
    this.#abort.abort();
    this.#socket?.resume();
    this.#socket?.end(() => this.#socket?.destroy());
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.#abort.abort();
    this.#socket?.destroy();
  }

  async #connect(network: Network, host: string, port: number): Promise<void> {
    try {
      const socket = await network.connectTcp(host, port, this.#abort.signal);
      if (this.#abort.signal.aborted) socket.destroy();
      else this.#adopt(socket);
    } catch (error) {
      this.#fail(error);
    }
  }

  #adopt(socket: Duplex): void {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
      if (this.#buffer.length >= BUFFER_BYTES) socket.pause();
      this.#wake();
    });
    socket.on('end', () => {
      this.#ended = true;
      this.#wake();
    });
    socket.on('error', (error) => {
      this.#fail(error);
    });
    socket.on('close', () => {
      if (!this.#ended) this.#failure ??= STATUS.reset;
      this.#wake();
    });
    this.#wake();
  }

  #fail(error: unknown): void {
    this.#failure ??= statusOfError(error);
    this.#wake();
  }

  async #until(waitMs: number, happened: () => boolean): Promise<void> {
    if (happened()) return;
    const timer = new AbortController();
    const signal = AbortSignal.any([timer.signal, this.#abort.signal]);
    const wait = { over: false };
    const expired = this.#clock.sleep(waitMs, signal).catch(() => undefined);
    void expired.then(() => {
      wait.over = true;
      this.#wake();
    });
    while (!wait.over && !happened()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    timer.abort();
  }
}

/** The system's error (`node:net`, `node:dns`), as the link's status. */
function statusOfError(error: unknown): Status {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return STATUS_OF_CODE.get(code) ?? STATUS.unreachable;
}

const STATUS_OF_CODE: ReadonlyMap<string, Status> = new Map<string, Status>([
  ['ECONNREFUSED', STATUS.refused],
  ['ENOTFOUND', STATUS.unknownHost],
  ['EAI_AGAIN', STATUS.unknownHost],
  ['ENODATA', STATUS.unknownHost],
  ['ETIMEDOUT', STATUS.timedOut],
  ['ECONNRESET', STATUS.reset],
  ['EPIPE', STATUS.reset],
  ['ECONNABORTED', STATUS.reset],
]);
