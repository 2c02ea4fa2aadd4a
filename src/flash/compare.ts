import type { FlashRegion } from '../image/flash-region.ts';
import type { KnownContents } from './known-contents.ts';
import { contentsDigest } from './known-contents.ts';
import { BLOCK_BYTES, cut, isErased, joined, SECTOR_BYTES, type Span } from './sectors.ts';

export interface CompareOptions {
  /**
   * `every-sector`: all that may be equal is asked for; `sampled`: where the first blocks asked for all differ, so does
   * the rest. Asking takes the chip 1 ms a kilobyte, sending at 921600 baud takes 8.
   */
  thoroughness: 'every-sector' | 'sampled';
  /** What the flash was last seen to hold: it says where to ask first, and nothing is equal because of it. */
  known?: KnownContents;
}

/** Blocks that must differ, spread over the image, until the rest is taken to. */
const SAMPLES = 3;
/** Asked for at once: longer ones show no progress. */
const RUN_BYTES = 0x40000;

/**
 * Finds what of `regions` the flash does not hold. Yields a stretch whose MD5 in flash is wanted, is told whether it
 * equals the image's, and returns the sectors to be written, sorted; of a region's last sector only what it has. What
 * was not asked for differs.
 */
export function* compare(
  regions: readonly FlashRegion[],
  { thoroughness, known }: CompareOptions,
): Generator<Span, Span[], boolean> {
  const sectors = regions.flatMap(({ address, data }) => cut(address, data.length, SECTOR_BYTES));
  const expected = known === undefined ? [] : sectors.filter((sector) => holds(known, regions, sector));
  if (expected.length > 0) {
    const wrong = yield* runs(expected);
    if (wrong.length === 0) {
      const equal = new Set(expected.map(({ address }) => address));
      return yield* withoutErased(
        regions,
        sectors.filter(({ address }) => !equal.has(address)),
      );
    }
  }
  return yield* byBlocks(regions, thoroughness);
}

/** Those of `sectors`, asked for in long runs, that are in a run that differs. */
function* runs(sectors: readonly Span[]): Generator<Span, Span[], boolean> {
  const differing: Span[] = [];
  for (const run of joined(sectors).flatMap(({ address, sizeBytes }) => cut(address, sizeBytes, RUN_BYTES))) {
    if (!(yield run)) {
      differing.push(run);
      return differing;
    }
  }
  return differing;
}

function* byBlocks(
  regions: readonly FlashRegion[],
  thoroughness: CompareOptions['thoroughness'],
): Generator<Span, Span[], boolean> {
  const blocks = regions.flatMap(({ address, data }) => cut(address, data.length, BLOCK_BYTES));
  const differing: Span[] = [];
  let equal = 0;
  for (const block of spread(blocks)) {
    if (equal === 0 && differing.length === SAMPLES && thoroughness === 'sampled') {
      const asked = blocks.flatMap((one) => cut(one.address, one.sizeBytes, SECTOR_BYTES));
      return yield* withoutErased(regions, asked);
    }
    if (yield block) equal++;
    else differing.push(block);
  }
  const sectors = differing.flatMap(({ address, sizeBytes }) => cut(address, sizeBytes, SECTOR_BYTES));
  if (equal === 0 && thoroughness === 'sampled') return yield* withoutErased(regions, sectors);
  const wrong: Span[] = [];
  for (const sector of sectors.sort(byAddress)) if (!(yield sector)) wrong.push(sector);
  return wrong;
}

/** Of sectors that differ as far as is known: those that are to be erased may be so already. */
function* withoutErased(
  regions: readonly FlashRegion[],
  sectors: readonly Span[],
): Generator<Span, Span[], boolean> {
  const blank = sectors.filter((sector) => isErased(bytesOf(regions, sector)));
  const done = new Set<number>();
  for (const run of joined(blank).flatMap(({ address, sizeBytes }) => cut(address, sizeBytes, RUN_BYTES))) {
    if (!(yield run)) continue;
    for (const { address } of cut(run.address, run.sizeBytes, SECTOR_BYTES)) done.add(address);
  }
  return sectors.filter(({ address }) => !done.has(address)).sort(byAddress);
}

/** The bytes that a stretch of one region is to hold. */
export function bytesOf(regions: readonly FlashRegion[], { address, sizeBytes }: Span): Uint8Array {
  const parts = regions
    .filter((region) => region.address < address + sizeBytes && address < region.address + region.data.length)
    .map((region) =>
      region.data.subarray(
        Math.max(0, address - region.address),
        Math.min(region.data.length, address + sizeBytes - region.address),
      ),
    );
  const [only] = parts;
  return parts.length === 1 ? only! : Buffer.concat(parts);
}

function holds(known: KnownContents, regions: readonly FlashRegion[], sector: Span): boolean {
  return known.get(sector.address) === contentsDigest(bytesOf(regions, sector));
}

/** Middle first, then the middles of the halves: the first few stand for all. */
function spread<T>(items: readonly T[]): T[] {
  const result: T[] = [];
  const halves: (readonly [number, number])[] = [[0, items.length]];
  for (let [from, to] = halves.shift() ?? [0, 0]; ; [from, to] = halves.shift()!) {
    if (from < to) {
      const middle = (from + to) >> 1;
      result.push(items[middle]!);
      halves.push([from, middle], [middle + 1, to]);
    }
    if (halves.length === 0) return result;
  }
}

function byAddress(left: Span, right: Span): number {
  return left.address - right.address;
}
