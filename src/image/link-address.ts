import { isEspawsError } from '../errors.ts';
import { FLASH_BANK_BYTES, FLASH_WINDOW, windowAddress } from './chip-memory.ts';
import { codeElsewhere, windowPointers } from './code-pointers.ts';
import type { FlashMap } from './flash-maps.ts';
import { flashOffset, layoutError, type FlashRegion } from './flash-region.ts';
import { HEADER_BYTES, SEGMENT_HEADER_BYTES } from './image-format.ts';
import { inspectImage, type InspectedImage, type InspectedSegment } from './inspect-image.ts';

/** A v3 image has its first flash segment's address a little off where the SDK's tool cut a placeholder away. */
const SLACK_BYTES = 16;

/**
 * Throws `flash/layout` for an application that would not run where it is put: the cache maps one bank of 1 MB, so
 * that what is in flash is seen at 0x40200000 + (its flash address mod 1 MB). What is no image is not judged.
 */
export function checkLink(region: FlashRegion, map?: FlashMap): void {
  const image = applicationIn(region);
  if (image === undefined) return;
  const { name, address } = region;
  if (address === 0) {
    throw layoutError(
      `The boot ROM loads what is at 0x00000 into RAM, but "${name}" is an application that runs from flash.`,
      'Put a boot loader at 0, and the application where it is linked for.',
    );
  }
  checkHeader(name, image, map);
  const end = address + image.sizeBytes;
  if (Math.floor(address / FLASH_BANK_BYTES) !== Math.floor((end - 1) / FLASH_BANK_BYTES)) {
    throw layoutError(
      `The application "${name}" (${flashOffset(address)} to ${flashOffset(end)}) crosses the end of its 1 MB bank of flash.`,
      'The flash cache maps one bank: put it lower in the bank, or make it smaller.',
    );
  }
  for (const resident of image.segments.filter(isResident)) {
    const mapped = windowAddress(address + resident.fileOffset);
    const linked =
      image.version === 2 ? linkOfPointers(image, mapped) : linkOfSegment(resident.address, mapped);
    if (linked === undefined) continue;
    throw layoutError(
      `"${name}" was built for another place: ${linked}, but at flash ${flashOffset(address)} its code is seen at ${hex(mapped)}.`,
      placesFor(image, resident, map),
    );
  }
}

/** True for an image with code that runs from flash. */
export function isApplication(region: FlashRegion): boolean {
  return applicationIn(region) !== undefined;
}

function applicationIn({ data }: FlashRegion): InspectedImage | undefined {
  try {
    const image = inspectImage(data);
    return image.segments.some(isResident) ? image : undefined;
  } catch (error) {
    if (isEspawsError(error, 'image/invalid')) return undefined;
    throw error;
  }
}

function isResident({ placement, data }: InspectedSegment): boolean {
  return placement === 'resident' && data.length > 0;
}

/** Applications of the SDKs whose header says for which map they were built. */
function checkHeader(name: string, { version, flash }: InspectedImage, map: FlashMap | undefined): void {
  if (map?.headerNamesMap !== true || version !== 2 || flash.size === map.flashSize) return;
  throw layoutError(
    `"${name}" was built for a flash map of ${flash.size ?? 'unknown size'}; ${map.name} is one of ${map.flashSize}.`,
    'Build it with the SPI_SIZE_MAP of this map, or name the map it was built for.',
  );
}

function linkOfSegment(linked: number, mapped: number): string | undefined {
  return Math.abs(linked - mapped) < SLACK_BYTES ? undefined : `it is linked at ${hex(linked)}`;
}

/** A v2 image does not hold its link address, but its code refers to itself. */
function linkOfPointers(image: InspectedImage, mapped: number): string | undefined {
  const sizeBytes = image.segments[0]!.data.length;
  const elsewhere = codeElsewhere(pointersOf(image), { address: mapped, sizeBytes });
  if (elsewhere === undefined) return undefined;
  return `its code refers to itself at ${hex(elsewhere.low)} to ${hex(elsewhere.high)}`;
}

function pointersOf({ segments }: InspectedImage): number[] {
  return windowPointers(segments.map(({ data }) => data));
}

/** The next action: where it belongs, as far as the image or the map says. */
function placesFor(
  image: InspectedImage,
  resident: { address: number; fileOffset: number },
  map: FlashMap | undefined,
): string {
  if (image.version !== 2) {
    const place = (resident.address - FLASH_WINDOW - resident.fileOffset) & ~(SLACK_BYTES - 1);
    return `Put it at ${flashOffset(place)} (or a whole number of MB above), or link it for this place.`;
  }
  const pointers = pointersOf(image);
  const middle = pointers[Math.floor(pointers.length / 2)]!;
  const fits = (map?.regions ?? []).find(({ address, sizeBytes, holds }) => {
    const start = windowAddress(address + HEADER_BYTES + SEGMENT_HEADER_BYTES);
    return holds === 'application' && middle >= start && middle < start + sizeBytes;
  });
  return fits === undefined
    ? 'Build it for this slot and flash map (APP and SPI_SIZE_MAP of the SDK), or put it where it was built for.'
    : `It is the build for ${fits.name}, at ${flashOffset(fits.address)}.`;
}

function hex(address: number): string {
  return `0x${address.toString(16)}`;
}
