import { Worker } from 'node:worker_threads';
import type { VirtualPort } from '../../port.ts';
import { ByteQueue } from '../byte-queue.ts';
import { portLost } from '../port-lost.ts';
import type { FromBoardThread, ToBoardThread } from './board-thread.ts';
import type { FreshBoardOptions } from './fresh-board.ts';

/** A thread that runs boards, one at a time; it keeps no process from its end. */
interface BoardThread {
  worker: Worker;
  instructions: Float64Array;
}

/** Starting a thread and compiling what boards run on takes as long as a boot: those without a board are kept. */
const idle: BoardThread[] = [];

/** A fresh board in a thread of its own: what it executes keeps nothing else of the process from going on. */
export class ThreadedBoard implements VirtualPort {
  readonly name = 'virtual:';
  readonly hasSignals = true;
  readonly #thread: BoardThread;
  readonly #output = new ByteQueue();
  readonly #ended: Promise<void>;
  #isOver = false;
  #isClosed = false;
  /** What it had executed when it ended: the thread is another board's then. */
  #executed: number | undefined;
  #failure: { error: unknown } | undefined;

  constructor(options: FreshBoardOptions) {
    this.#thread = idle.pop() ?? startThread();
    const { worker } = this.#thread;
    this.#thread.instructions[0] = 0;
    // Of a process whose other work is done, what a board says is still awaited.
    worker.ref();
    this.#ended = new Promise((resolve) => {
      const over = () => {
        worker.off('message', told).off('error', failed);
        worker.unref();
        this.#isOver = true;
        this.#executed = this.#thread.instructions[0]!;
        this.#output.end();
        resolve();
      };
      const told = (message: FromBoardThread) => {
        if (message.kind === 'heard') this.#output.push(message.bytes);
        else {
          over();
          idle.push(this.#thread);
        }
      };
      const failed = (error: unknown) => {
        this.#failure = { error };
        over();
      };
      worker.on('message', told).on('error', failed);
    });
    this.#tell({ kind: 'switch-on', options });
  }

  get instructions(): number {
    return this.#executed ?? this.#thread.instructions[0]!;
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#isClosed) return Promise.reject(portLost(this.name));
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

  /** The board's line goes at any rate. */
  setBaudRate(): Promise<void> {
    return Promise.resolve();
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

function startThread(): BoardThread {
  const shared = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
  const worker = new Worker(new URL('./board-thread.js', import.meta.url), { workerData: shared });
  return { worker, instructions: new Float64Array(shared) };
}
