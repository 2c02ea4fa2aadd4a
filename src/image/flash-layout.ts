import type { FlashMap } from './flash-maps.ts';
import { flashOffset, layoutError, type FlashRegion } from './flash-region.ts';
import { checkLink, isApplication } from './link-address.ts';
import { checkPair } from './pair-address.ts';
import { checkPartitions } from './partition-places.ts';

/**
 * Throws `flash/layout`, with the reason and what to do, where regions overlap, one is beyond the flash, an
 * application crosses its 1 MB bank, or one was linked for another address than it is put at. A partition table among
 * them holds for the others; with the `map` that they were built for, each must be in its place too.
 */
export function checkLayout(regions: readonly FlashRegion[], flashSizeBytes: number, map?: FlashMap): void {
  for (const region of regions) checkBounds(region, flashSizeBytes);
  checkOverlap(regions);
  if (map !== undefined) {
    checkFlashOfMap(map, flashSizeBytes);
    for (const region of regions) checkPlace(region, map);
  }
  checkPartitions(regions, isApplication);
  for (const region of regions) checkLink(region, map);
  checkPair(regions);
}

function checkBounds({ name, address, data }: FlashRegion, flashSizeBytes: number): void {
  const end = address + data.length;
  if (Number.isInteger(address) && address >= 0 && end <= flashSizeBytes) return;
  throw layoutError(
    `"${name}" ends at ${flashOffset(end)}, beyond the flash of ${kilobytes(flashSizeBytes)}.`,
    address >= flashSizeBytes
      ? `Put it below ${flashOffset(flashSizeBytes)}, or name the flash's real size.`
      : `Its ${data.length} bytes are ${end - flashSizeBytes} too many there: a smaller build, or a larger flash.`,
  );
}

function checkOverlap(regions: readonly FlashRegion[]): void {
  const sorted = regions
    .filter(({ data }) => data.length > 0)
    .sort((left, right) => left.address - right.address);
  for (const [index, region] of sorted.entries()) {
    const next = sorted[index + 1];
    const end = region.address + region.data.length;
    if (next === undefined || end <= next.address) continue;
    throw layoutError(
      `"${region.name}" (${flashOffset(region.address)} to ${flashOffset(end)}) overlaps "${next.name}" at ${flashOffset(next.address)}.`,
      next.address === region.address
        ? 'Leave one of them out, or put it elsewhere.'
        : `"${region.name}" has ${end - next.address} bytes too many for its place; check both addresses.`,
    );
  }
}

function checkFlashOfMap(map: FlashMap, flashSizeBytes: number): void {
  if (map.flashSizeBytes <= flashSizeBytes) return;
  throw layoutError(
    `The map ${map.name} is for a flash of ${kilobytes(map.flashSizeBytes)}; this one has ${kilobytes(flashSizeBytes)}.`,
    'Build for a map of this flash.',
  );
}

/** A region begins where the map has one, and ends before that one's end. */
function checkPlace({ name, address, data }: FlashRegion, map: FlashMap): void {
  const place = map.regions.find((region) => region.address === address);
  if (place === undefined) {
    throw layoutError(
      `The map ${map.name} has nothing at ${flashOffset(address)}, where "${name}" is put.`,
      `Its places: ${map.regions.map((one) => `${one.name} ${flashOffset(one.address)}`).join(', ')}.`,
    );
  }
  if (data.length <= place.sizeBytes) return;
  throw layoutError(
    `"${name}" has ${data.length} bytes; ${place.name} of the map ${map.name} has ${place.sizeBytes}.`,
    'Make the build smaller, or build for a map with more room.',
  );
}

function kilobytes(bytes: number): string {
  return bytes % 0x100000 === 0 ? `${bytes / 0x100000} MB` : `${bytes / 1024} KB`;
}
