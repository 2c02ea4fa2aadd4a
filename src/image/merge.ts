import { LARGEST_FLASH_BYTES } from './chip-memory.ts';
import { checkLayout } from './flash-layout.ts';
import type { FlashRegion } from './flash-region.ts';

/**
 * Regions as one binary from flash address 0, to `sizeBytes` or else to the end of the last; gaps are 0xFF, as erased
 * flash is. Throws `flash/layout` as `checkLayout`.
 */
export function mergeRegions(
  regions: readonly FlashRegion[],
  { flashSizeBytes = LARGEST_FLASH_BYTES, sizeBytes }: { flashSizeBytes?: number; sizeBytes?: number } = {},
): Uint8Array {
  checkLayout(regions, flashSizeBytes);
  const end = regions.reduce((most, { address, data }) => Math.max(most, address + data.length), 0);
  const merged = new Uint8Array(Math.max(end, sizeBytes ?? 0)).fill(0xff);
  for (const { address, data } of regions) merged.set(data, address);
  return merged;
}
