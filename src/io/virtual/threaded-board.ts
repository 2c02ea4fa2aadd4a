import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { VirtualPort } from '../../port.ts';
import { ByteQueue } from '../byte-queue.ts';
import { portLost } from '../port-lost.ts';
import type { FromBoardThread, ToBoardThread } from './board-thread.ts';
import {
  checkBaudRate,
  type RunningBoardOptions,
  type SeparateBoardOptions,
} from './running-board-options.ts';

/** A thread that runs boards, one at a time; it keeps no process from its end. */
interface BoardThread {
  worker: Worker;
  instructions: Float64Array;
  /** Name of the board that it ran last: its programs are translated there already. */
  last: string;
}

/** Starting a thread and compiling what boards run on takes as long as a boot: those without a board are kept. */
const idle: BoardThread[] = [];

/** A virtual board in a thread of its own: what it executes keeps nothing else of the process from going on. */
export class ThreadedBoard implements VirtualPort {
  readonly name: string;
  readonly hasSignals = true;
  readonly #options: SeparateBoardOptions;
  readonly #thread: BoardThread;
  readonly #output = new ByteQueue();
  readonly #ended: Promise<void>;
  #isOver = false;
  #isClosed = false;
  /** What it had executed when it ended: the thread is another board's then. */
  #executed: number | undefined;
  #failure: { error: unknown } | undefined;
  #baudRate: number | undefined;

  constructor({ onClose, ...options }: RunningBoardOptions) {
    this.name = options.name;
    this.#options = options;
    this.#baudRate = options.baudRate;
    this.#thread = idleThread(options.name) ?? startThread();
    this.#thread.last = options.name;
    const { worker } = this.#thread;
    this.#thread.instructions[0] = 0;
    // Of a process whose other work is done, what a board says is still awaited.
    worker.ref();
    this.#ended = new Promise((resolve, reject) => {
      const over = (flash: Uint8Array | undefined) => {
        worker.off('message', told).off('error', failed);
        worker.unref();
        this.#isOver = true;
        this.#executed = this.#thread.instructions[0]!;
        this.#output.end();
        onClose(flash ?? options.flash, flash !== undefined).then(resolve, reject);
      };
      const told = (message: FromBoardThread) => {
        if (message.kind === 'heard') this.#output.push(message.bytes);
        else {
          over(message.flash);
          idle.push(this.#thread);
        }
      };
      const failed = (error: unknown) => {
        this.#failure = { error };
        over(undefined);
      };
      worker.on('message', told).on('error', failed);
    });
    // Who closes the port hears of it; until then nobody has asked.
    this.#ended.catch(() => undefined);
    this.#tell({ kind: 'switch-on', options });
  }

  get instructions(): number {
    return this.#executed ?? this.#thread.instructions[0]!;
  }

  write(bytes: Uint8Array): Promise<void> {
    const isGone = this.#isOver && !this.#options.endsWhenHalted;
    if (this.#isClosed || isGone) return Promise.reject(portLost(this.name));
    this.#tell({ kind: 'write', bytes });
    return Promise.resolve();
  }

  /** What goes wrong in the thread goes wrong here. */
  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    yield* this.#output.read();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  setSignals(signals: { dtr?: boolean; rts?: boolean }): Promise<void> {
    this.#tell({ kind: 'signals', signals });
    return Promise.resolve();
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what throws is a promise that is rejected
  async setBaudRate(baudRate: number): Promise<void> {
    checkBaudRate(this.#options, baudRate, this.#baudRate);
    if (this.#baudRate !== undefined) this.#baudRate = baudRate;
    this.#tell({ kind: 'baud-rate', baudRate });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#tell({ kind: 'close' });
    await this.#ended;
  }

  #tell(message: ToBoardThread): void {
    if (!this.#isOver) this.#thread.worker.postMessage(message);
  }
}

/** A thread runs compiled code: to what is run from its sources it is not to be had. */
export function hasThreads(): boolean {
  return existsSync(THREAD);
}

const THREAD = new URL('./board-thread.js', import.meta.url);

function startThread(): BoardThread {
  const shared = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
  const worker = new Worker(THREAD, { workerData: shared });
  return { worker, instructions: new Float64Array(shared), last: '' };
}

function idleThread(name: string): BoardThread | undefined {
  const known = idle.findIndex(({ last }) => last === name);
  return known < 0 ? idle.pop() : idle.splice(known, 1)[0];
}
