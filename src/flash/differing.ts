import type { FlashRegion } from '../image/flash-region.ts';
import { bytesOf, compare, type CompareOptions } from './compare.ts';
import type { FlashEvent } from './flash-request.ts';
import { contentsDigest } from './known-contents.ts';
import { BLOCK_BYTES, cut, SECTOR_BYTES, type Span } from './sectors.ts';
import type { Session } from './session.ts';

/** Below this, to ask for every sector of a small image is worth it. */
const SLOW_BAUD_RATE = 230_400;
const SMALL_IMAGE_BYTES = 4 * BLOCK_BYTES;

export interface DifferingOptions extends CompareOptions {
  /** False: everything is taken to differ. */
  onlyChanges: boolean;
  /** What is not known to be as wanted, where it was begun before; undefined the first time. */
  remaining: readonly Span[] | undefined;
  emit: (event: FlashEvent) => void;
}

/** The sectors of `regions` to be written, as far as the loader can tell. Throws what the loader throws. */
export async function differingSectors(
  { loader }: Session,
  regions: readonly FlashRegion[],
  { onlyChanges, remaining, emit, ...options }: DifferingOptions,
): Promise<readonly Span[]> {
  const all = () => regions.flatMap(({ address, data }) => cut(address, data.length, SECTOR_BYTES));
  if (!loader.isStub) return remaining === undefined ? all() : within(all(), remaining);
  if (!onlyChanges && remaining === undefined) return all();
  const total = regions.reduce((sum, { data }) => sum + data.length, 0);
  const comparison = compare(regions, options);
  let step = comparison.next();
  while (!step.done) {
    const span = step.value;
    const digest = await loader.md5(span.address, span.sizeBytes);
    step = comparison.next(digest === contentsDigest(bytesOf(regions, span)));
    const done = Math.min(total, span.address - regions[0]!.address + span.sizeBytes);
    emit({ kind: 'progress', stage: 'compare', done, total });
  }
  return step.value;
}

/** On a slow line, of a small image, every sector is worth a question. */
export function isWorthAsking({ loader }: Session, regions: readonly FlashRegion[]): boolean {
  const sizeBytes = regions.reduce((sum, { data }) => sum + data.length, 0);
  return loader.baudRate <= SLOW_BAUD_RATE && sizeBytes <= SMALL_IMAGE_BYTES;
}

function within(sectors: readonly Span[], spans: readonly Span[]): Span[] {
  return sectors.filter(({ address }) =>
    spans.some((span) => address >= span.address && address < span.address + span.sizeBytes),
  );
}
