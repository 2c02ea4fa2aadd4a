import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { deflateSteps } from './deflate/deflate.ts';
import { contentsDigest } from './known-contents.ts';

const deflated = promisify(deflate);

/** Up to here a byte less on the line saves more time than it takes to find. */
const SLOW_BAUD_RATE = 230_400;

/** Data as zlib streams, made while the chip is being reset and takes its stub. */
export class Compressor {
  readonly #isSlowLine: boolean;
  readonly #made = new Map<string, Promise<Uint8Array>>();
  readonly #controller = new AbortController();

  /** `baudRate`: of the line that the streams go over. */
  constructor(baudRate: number) {
    this.#isSlowLine = baudRate <= SLOW_BAUD_RATE;
  }

  /** Begins with these, in this order, so that they are there when they are asked for. */
  prepare(all: readonly Uint8Array[]): void {
    let before: Promise<unknown> = Promise.resolve();
    for (const data of all) {
      const made = before.then(() => this.#deflate(data));
      before = made.catch(() => undefined);
      this.#made.set(contentsDigest(data), made);
    }
  }

  /** The stream of `data`; undefined where it is longer than `data`. */
  async stream(data: Uint8Array): Promise<Uint8Array | undefined> {
    const key = contentsDigest(data);
    const made = this.#made.get(key) ?? this.#deflate(data);
    this.#made.set(key, made);
    const stream = await made;
    return stream.length < data.length ? stream : undefined;
  }

  /** Nothing that is begun is wanted any more. */
  stop(): void {
    this.#controller.abort();
  }

  #deflate(data: Uint8Array): Promise<Uint8Array> {
    return this.#isSlowLine ? small(data, this.#controller.signal) : deflated(data, { level: 9 });
  }
}

/** In steps, so that the line is served between them. */
async function small(data: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
  const steps = deflateSteps(data);
  for (;;) {
    signal.throwIfAborted();
    const step = steps.next();
    if (step.done) return step.value;
    await setImmediate();
  }
}
