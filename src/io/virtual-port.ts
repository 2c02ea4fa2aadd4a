import type { RunStatus } from '../board/board.ts';
import { VirtualBoard } from '../board/board.ts';
import type { VirtualBoards, VirtualPort } from '../host.ts';
import { ByteQueue } from './byte-queue.ts';

/** Instructions in one slice: a few milliseconds of the host, so that sockets, timers and Ctrl-C are served between. */
const SLICE_INSTRUCTIONS = 1_000_000;

/**
 * The virtual ESP8266 as a serial port: what `/dev/ttyUSB0` is for a real one. The board runs in slices between
 * turns of the event loop. While it sleeps (`waiti`) its clock stands still, until bytes come or the time to its
 * next timer has passed on the host's clock too: so that the network's delays do not count as the board's work.
 */
export const virtualBoards: VirtualBoards = {
  openVirtual: (options) => new RunningBoard(options),
};

class RunningBoard implements VirtualPort {
  readonly name = 'virtual:';
  readonly hasSignals = true;
  readonly #board: VirtualBoard;
  readonly #output = new ByteQueue();
  readonly #input: Uint8Array[] = [];
  #closed = false;
  #ended = false;
  #wake: (() => void) | undefined;
  readonly #loop: Promise<void>;

  constructor(options: Parameters<VirtualBoards['openVirtual']>[0]) {
    this.#board = new VirtualBoard({
      ...options,
      onUart: (bytes) => {
        this.#output.push(bytes);
      },
    });
    this.#board.reset('power-on');
    this.#loop = this.#run();
  }

  get instructions(): number {
    return this.#board.instructions;
  }

  write(bytes: Uint8Array): Promise<void> {
    this.#input.push(bytes.slice());
    this.#wake?.();
    return Promise.resolve();
  }

  read(): AsyncIterable<Uint8Array> {
    return this.#output.read();
  }

  setSignals(signals: { dtr?: boolean; rts?: boolean }): Promise<void> {
    this.#board.setSignals(signals);
    this.#wake?.();
    return Promise.resolve();
  }

  /** The virtual UART carries bytes, not bits: every rate is right. */
  setBaudRate(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake?.();
    await this.#loop;
    this.#output.end();
  }

  async #run(): Promise<void> {
    while (!this.#closed && !this.#ended) {
      this.#feed();
      await this.#after(this.#board.run(SLICE_INSTRUCTIONS));
    }
    this.#output.end();
  }

  async #after(status: RunStatus): Promise<void> {
    switch (status.kind) {
      case 'running':
        await new Promise(setImmediate);
        return;
      case 'idle':
        await this.#sleep(status.wakeInCycles);
        return;
      case 'held':
      case 'download':
        await this.#sleep(undefined);
        return;
      // What it had to say is on the UART; the port ends, as one that was unplugged.
      case 'fault':
      case 'halted':
        this.#ended = true;
        return;
    }
  }

  /** Gives the UART what its FIFO has room for. */
  #feed(): void {
    while (this.#input.length > 0 && this.#board.receiveRoom > 0) {
      const next = this.#input[0]!;
      const taken = next.subarray(0, this.#board.receiveRoom);
      this.#board.receive(taken);
      if (taken.length === next.length) this.#input.shift();
      else this.#input[0] = next.subarray(taken.length);
    }
  }

  /** Until bytes or a signal come, or the board's timer is due; only then its clock moves. */
  async #sleep(wakeInCycles: number | undefined): Promise<void> {
    if (this.#input.length > 0) return;
    const wakeMs = wakeInCycles === undefined ? undefined : (wakeInCycles / this.#board.cpuHz) * 1000;
    let timer: NodeJS.Timeout | undefined;
    const timedOut = await new Promise<boolean>((resolve) => {
      this.#wake = () => {
        resolve(false);
      };
      if (this.#closed) resolve(false);
      if (wakeMs !== undefined) timer = setTimeout(resolve, wakeMs, true);
    });
    clearTimeout(timer);
    this.#wake = undefined;
    if (timedOut && wakeMs !== undefined) this.#board.advance(wakeMs * 1000);
  }
}
