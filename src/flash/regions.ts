import { flashSizeBytes, FLASH_SIZES, type FlashParameters } from '../image/flash-parameters.ts';
import { checkLayout } from '../image/flash-layout.ts';
import type { FlashMap } from '../image/flash-maps.ts';
import { flashOffset, layoutError, type FlashRegion } from '../image/flash-region.ts';
import { IMAGE_MAGIC } from '../image/image-format.ts';
import { inspectImage } from '../image/inspect-image.ts';
import { patchFlashParameters } from '../image/patch-parameters.ts';
import { SECTOR_BYTES } from './sectors.ts';

export interface FlashParameterRequest {
  /** `keep`: as the image's header has it; `detect`: what the flash chip says goes into the header. */
  size: FlashParameters['size'] | 'keep' | 'detect';
  mode?: FlashParameters['mode'];
  frequency?: FlashParameters['frequency'];
}

export interface PreparedRegions {
  regions: readonly FlashRegion[];
  flashSizeBytes: number;
  warnings: readonly string[];
}

/**
 * The regions as they are to be written: inside the flash, beginning at sectors, with the flash parameters in the image
 * at 0, whose header alone the boot ROM reads. `detectedBytes` is what the flash chip says of itself. Throws
 * `flash/layout` where they do not fit, `image/invalid` where the image at 0 is damaged.
 */
export function prepareRegions(
  regions: readonly FlashRegion[],
  {
    detectedBytes,
    parameters,
    map,
  }: { detectedBytes: number | undefined; parameters: FlashParameterRequest; map?: FlashMap },
): PreparedRegions {
  if (regions.length === 0) {
    throw layoutError('There is nothing to write.', 'Name files, for example: --file 0x0=boot.bin');
  }
  const flashSizeBytes = chosenSize(parameters.size, detectedBytes);
  for (const region of regions) checkStart(region);
  checkLayout(regions, flashSizeBytes, map);
  const warnings: string[] = [];
  const prepared = regions
    .filter(({ data }) => data.length > 0)
    .map((region) =>
      region.address === 0 ? withParameters(region, parameters, flashSizeBytes, warnings) : region,
    );
  return { regions: prepared, flashSizeBytes, warnings };
}

function chosenSize(size: FlashParameterRequest['size'], detectedBytes: number | undefined): number {
  if (size === 'keep' || size === 'detect') {
    if (detectedBytes !== undefined) return detectedBytes;
    throw layoutError('The size of the flash is not known: its id says nothing.', 'Say it: --flash-size 4MB');
  }
  const given = flashSizeBytes(size);
  if (detectedBytes === undefined || given <= detectedBytes) return given;
  throw layoutError(
    `The flash chip has ${kilobytes(detectedBytes)}; --flash-size says ${kilobytes(given)}.`,
    `Leave --flash-size out, or build for a flash of ${kilobytes(detectedBytes)}.`,
  );
}

function checkStart({ address, name }: FlashRegion): void {
  if (address % SECTOR_BYTES === 0) return;
  throw layoutError(
    `"${name}" is put at ${flashOffset(address)}, inside a sector: what is before it there would be erased.`,
    'Flash is erased by sectors of 4096 bytes; put it at a multiple of 0x1000.',
  );
}

function withParameters(
  region: FlashRegion,
  { size, mode, frequency }: FlashParameterRequest,
  flashBytes: number,
  warnings: string[],
): FlashRegion {
  const wanted = size === 'detect' ? sizeName(flashBytes) : size === 'keep' ? undefined : size;
  const isImage = region.data[0] === IMAGE_MAGIC;
  if ((wanted ?? mode ?? frequency) === undefined) {
    if (isImage) warnOfSize(region, flashBytes, warnings);
    return region;
  }
  if (!isImage) {
    warnings.push(`"${region.name}" at 0 is no image that the boot ROM loads: no flash parameters are set.`);
    return region;
  }
  return { ...region, data: patchFlashParameters(region.data, 0, { size: wanted, mode, frequency }) };
}

/** The SDKs keep their parameters at the end of the flash that the header names. */
function warnOfSize({ data, name }: FlashRegion, flashBytes: number, warnings: string[]): void {
  let size: FlashParameters['size'] | undefined;
  try {
    size = inspectImage(data).flash.size;
  } catch {
    return;
  }
  if (size === undefined || flashSizeBytes(size) <= flashBytes) return;
  warnings.push(
    `"${name}" is for a flash of ${size}, and this one has ${kilobytes(flashBytes)}: --flash-size detect puts that into its header.`,
  );
}

function sizeName(bytes: number): FlashParameters['size'] | undefined {
  return (Object.keys(FLASH_SIZES) as FlashParameters['size'][]).find(
    (name) => !name.endsWith('c1') && flashSizeBytes(name) === bytes,
  );
}

function kilobytes(bytes: number): string {
  return bytes % 0x100000 === 0 ? `${bytes / 0x100000} MB` : `${bytes / 1024} KB`;
}
