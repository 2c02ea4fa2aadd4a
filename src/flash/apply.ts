import type { FlashLoader } from '../port.ts';
import type { Compressor } from './compressor.ts';
import type { FlashJob } from './jobs.ts';

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
      const compressed = loader.isStub ? await compressor?.stream(job.data) : undefined;
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
