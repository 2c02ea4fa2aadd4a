import { LARGEST_FLASH_BYTES } from '../image/chip-memory.ts';
import { flashSizeBytes } from '../image/flash-parameters.ts';
import type { FlashReport, FlashRequest } from './flash-request.ts';
import { jobsFor } from './jobs.ts';
import { contentsDigest } from './known-contents.ts';
import { prepareRegions } from './regions.ts';
import { cut, SECTOR_BYTES } from './sectors.ts';

/** What can be said of a flash run without its board. */
export interface FlashForecast {
  regions: { name: string; address: number; sizeBytes: number; sectors: number; md5: string }[];
  /** Of a flash that holds nothing of it: the most that there is to do. */
  plan: FlashReport['plan'];
  /** That the regions were held to. */
  flashSizeBytes: number;
  warnings: readonly string[];
}

/**
 * What would be written to a flash that holds nothing of `regions`. The flash has the size that the request or its flash
 * map names, else the largest that the chip can address. Throws `flash/layout`, `image/invalid`.
 */
export function planWithoutBoard({
  regions,
  parameters,
  map,
  compress,
}: Pick<FlashRequest, 'regions' | 'parameters' | 'map' | 'compress'>): FlashForecast {
  const { size } = parameters;
  const named = size === 'keep' || size === 'detect' ? map?.flashSizeBytes : flashSizeBytes(size);
  const prepared = prepareRegions(regions, {
    detectedBytes: named ?? LARGEST_FLASH_BYTES,
    // What the board's flash would say is not put into a header without it.
    parameters: size === 'detect' ? { ...parameters, size: 'keep' } : parameters,
    ...(map === undefined ? {} : { map }),
  });
  const sectorsOf = (address: number, sizeBytes: number) => cut(address, sizeBytes, SECTOR_BYTES);
  const all = prepared.regions.flatMap(({ address, data }) => sectorsOf(address, data.length));
  return {
    regions: prepared.regions.map(({ name, address, data }) => ({
      ...{ name, address, sizeBytes: data.length },
      sectors: sectorsOf(address, data.length).length,
      md5: contentsDigest(data),
    })),
    plan: jobsFor(prepared.regions, all, { canErase: true, compress }).map(
      ({ kind, address, sizeBytes }) => ({
        ...{ kind, address, sizeBytes },
      }),
    ),
    flashSizeBytes: prepared.flashSizeBytes,
    warnings: prepared.warnings,
  };
}
