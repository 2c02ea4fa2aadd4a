import type { FlashRegion } from '../image/flash-region.ts';
import { bytesOf } from './compare.ts';
import { contentsDigest } from './known-contents.ts';
import { cut, isErased, SECTOR_BYTES, type Span } from './sectors.ts';

const SMALLEST_FLASH_BYTES = 0x40000;

/** A sector that would show up at `mirror` too, in a flash of `flashBytes` that leaves out address bits. */
export interface AliasCheck {
  flashBytes: number;
  sector: Span;
  mirror: number;
  digest: string;
}

/**
 * Where to look whether a flash that says it has `flashSizeBytes` has less: a smaller chip, remarked or with a wrong id,
 * leaves out the upper bits of an address, so that what is written beyond its end lies in its lower part, and reads back
 * well. Smallest size first.
 */
export function aliasChecks(regions: readonly FlashRegion[], flashSizeBytes: number): AliasCheck[] {
  const sectors = regions.flatMap(({ address, data }) => cut(address, data.length, SECTOR_BYTES));
  const checks: AliasCheck[] = [];
  for (let flashBytes = SMALLEST_FLASH_BYTES; flashBytes < flashSizeBytes; flashBytes *= 2) {
    const sector = sectors.findLast(
      (one) =>
        one.address >= flashBytes &&
        !isErased(bytesOf(regions, one)) &&
        !isSame(regions, one, one.address % flashBytes),
    );
    if (sector === undefined) continue;
    const digest = contentsDigest(bytesOf(regions, sector));
    checks.push({ flashBytes, sector, mirror: sector.address % flashBytes, digest });
  }
  return checks;
}

/** The image itself has the same bytes at both places. */
function isSame(regions: readonly FlashRegion[], sector: Span, mirror: number): boolean {
  const there = bytesOf(regions, { address: mirror, sizeBytes: sector.sizeBytes });
  return Buffer.compare(there, bytesOf(regions, sector)) === 0;
}
