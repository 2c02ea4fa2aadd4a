import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { FlashLoader } from '../host.ts';
import type { FlashJob } from './jobs.ts';

const deflated = promisify(deflate);

/** Data as zlib streams, made while the chip is being reset. */
export class Compressor {
  readonly #made = new Map<string, Promise<Uint8Array>>();

  /** The stream of `data`, which is in flash at `address`; undefined where it is longer than `data`. */
  async stream(address: number, data: Uint8Array): Promise<Uint8Array | undefined> {
    const key = `${address}:${data.length}`;
    const made = this.#made.get(key) ?? deflated(data, { level: 9 });
    this.#made.set(key, made);
    const stream = await made;
    return stream.length < data.length ? stream : undefined;
  }

  /** Begins with it, so that it is there when it is asked for. */
  prepare(address: number, data: Uint8Array): void {
    this.stream(address, data).catch(() => undefined);
  }
}

export interface ApplyOptions {
  compressor: Compressor | undefined;
  signal: AbortSignal;
  /** Bytes of flash that are done, so far. */
  onDone: (bytes: number) => void;
  /** The jobs that are begun and the ones to come: what is not as wanted if it ends here. */
  onBegin: (remaining: readonly FlashJob[]) => void;
}

/** Does the jobs in order. Throws what the loader throws. */
export async function applyJobs(
  loader: FlashLoader,
  jobs: readonly FlashJob[],
  { compressor, signal, onDone, onBegin }: ApplyOptions,
): Promise<void> {
  let doneBytes = 0;
  for (const [index, job] of jobs.entries()) {
    signal.throwIfAborted();
    onBegin(jobs.slice(index));
    const before = doneBytes;
    if (job.kind === 'erase') await loader.eraseRegion(job.address, job.sizeBytes);
    else {
      const compressed = loader.isStub ? await compressor?.stream(job.address, job.data) : undefined;
      await loader.write({
        address: job.address,
        data: job.data,
        ...(compressed === undefined ? {} : { compressed }),
        onWritten: (bytes) => {
          onDone(before + bytes);
        },
      });
    }
    doneBytes += job.sizeBytes;
    onDone(doneBytes);
  }
  onBegin([]);
}
