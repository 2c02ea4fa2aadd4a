import type { FlashRegion } from '../image/flash-region.ts';
import type { FlashReport } from './flash-request.ts';
import { contentsDigest } from './known-contents.ts';
import { cut, SECTOR_BYTES } from './sectors.ts';

/** Of each region, how much was written; `written` are the addresses of sectors. */
export function regionReports(
  regions: readonly FlashRegion[],
  written: ReadonlySet<number>,
): FlashReport['regions'] {
  return regions.map(({ name, address, data }) => {
    const sectors = cut(address, data.length, SECTOR_BYTES).filter((one) => written.has(one.address));
    const writtenBytes = sectors.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    return {
      ...{ name, address, writtenBytes },
      sizeBytes: data.length,
      skippedBytes: data.length - writtenBytes,
      md5: contentsDigest(data),
    };
  });
}
