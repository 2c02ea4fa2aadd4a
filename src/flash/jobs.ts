import type { FlashRegion } from '../image/flash-region.ts';
import { bytesOf } from './compare.ts';
import { BLOCK_BYTES, cut, isErased, joined, SECTOR_BYTES, type Span } from './sectors.ts';

/** One thing that the loader is asked to do. */
export type FlashJob =
  | { kind: 'erase'; address: number; sizeBytes: number }
  /** `data` without the erased bytes at its end; `sizeBytes` is that of the sectors. */
  | { kind: 'write'; address: number; sizeBytes: number; data: Uint8Array };

/**
 * Shorter stretches of erased sectors are written along: to begin anew takes longer. Compressed they are next to nothing
 * on the line, and are erased while the data behind them is on its way.
 */
const ERASED_RUN_BYTES = { plain: 4 * SECTOR_BYTES, compressed: 64 * SECTOR_BYTES };
const WORD_BYTES = 4;

/**
 * What makes the flash hold `regions`, where it differs in `sectors`. Sectors that are to be erased are erased, where the
 * loader can; else they are written.
 */
export function jobsFor(
  regions: readonly FlashRegion[],
  sectors: readonly Span[],
  { canErase, compress }: { canErase: boolean; compress: boolean },
): FlashJob[] {
  const longRun = compress ? ERASED_RUN_BYTES.compressed : ERASED_RUN_BYTES.plain;
  const blank = canErase
    ? joined(sectors.filter((sector) => isErased(bytesOf(regions, sector))))
        .map(whole)
        .filter((run) => run.sizeBytes >= longRun || isAlone(run, sectors))
    : [];
  const isBlank = (sector: Span) =>
    blank.some((run) => sector.address >= run.address && sector.address < run.address + run.sizeBytes);
  const jobs: FlashJob[] = blank.map((run) => ({ kind: 'erase', ...run }));
  const runs = joined(sectors.filter((sector) => !isBlank(sector)));
  // What the boot ROM has written cannot be asked for: small steps are what a lost line does not take back.
  const steps = canErase ? runs : runs.flatMap((run) => cut(run.address, run.sizeBytes, BLOCK_BYTES));
  for (const run of steps) {
    jobs.push({ kind: 'write', ...whole(run), data: written(bytesOf(regions, run)) });
  }
  return jobs.sort((left, right) => left.address - right.address);
}

/** Without the erased tail of its last sector, which needs no programming; whole words, and some of each sector. */
function written(bytes: Uint8Array): Uint8Array {
  const last = bytes.findLastIndex((byte) => byte !== 0xff);
  const lastSector = Math.floor((bytes.length - 1) / SECTOR_BYTES) * SECTOR_BYTES;
  const length = Math.max(lastSector + WORD_BYTES, Math.ceil((last + 1) / WORD_BYTES) * WORD_BYTES);
  const data = new Uint8Array(length).fill(0xff);
  data.set(bytes.subarray(0, Math.min(length, bytes.length)));
  return data;
}

/** To the end of its last sector. */
function whole({ address, sizeBytes }: Span): Span {
  return { address, sizeBytes: cut(address, sizeBytes, SECTOR_BYTES).length * SECTOR_BYTES };
}

/** Nothing is written right before or behind it. */
function isAlone({ address, sizeBytes }: Span, sectors: readonly Span[]): boolean {
  return !sectors.some(
    (sector) => sector.address + SECTOR_BYTES === address || sector.address === address + sizeBytes,
  );
}
