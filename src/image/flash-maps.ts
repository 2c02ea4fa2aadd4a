import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from '../zod.ts';
import { EspawsError } from '../errors.ts';
import type { FileReader } from '../host.ts';
import { packageFile } from '../package-files.ts';
import { FLASH_SIZES, flashSizeBytes } from './flash-parameters.ts';

const place = z.strictObject({
  name: z.string(),
  address: z.int().nonnegative(),
  size: z.int().positive(),
  holds: z.enum([
    'boot',
    'application',
    'resident',
    'init-data',
    'rf-calibration',
    'parameters',
    'partition-table',
    'storage',
  ]),
});

/** One file of `sdk-configs/flash-maps/`. */
const flashMapsSchema = z.strictObject({
  sdk: z.string(),
  title: z.string(),
  source: z.string(),
  /** The SDK's tool has the map's flash size in the header of each application. */
  headerNamesMap: z.boolean().default(false),
  maps: z
    .array(
      z.strictObject({
        name: z.string(),
        title: z.string(),
        flashSize: z.enum(Object.keys(FLASH_SIZES) as [keyof typeof FLASH_SIZES]),
        places: z.array(place).nonempty(),
      }),
    )
    .nonempty(),
});

/** Where an SDK puts things in flash. */
export interface FlashMap {
  /** `rtos-sdk/4`, `rtos-sdk-3/two-ota`: SDK and map. */
  name: string;
  title: string;
  /** As in the image's header. */
  flashSize: keyof typeof FLASH_SIZES;
  flashSizeBytes: number;
  /** The header of each application has `flashSize`; another one is of a build for another map. */
  headerNamesMap: boolean;
  regions: readonly FlashMapRegion[];
}

interface FlashMapRegion {
  name: string;
  address: number;
  sizeBytes: number;
  /** `resident`: code that runs from flash, raw, of the image at 0. */
  holds: z.infer<typeof place>['holds'];
}

/** Every map that ships with espaws. Throws `sdk/invalid`. */
export async function loadFlashMaps(files: FileReader): Promise<FlashMap[]> {
  const folder = packageFile('sdk-configs/flash-maps');
  const maps: FlashMap[] = [];
  for (const name of await files.list(folder)) {
    const path = join(folder, name);
    maps.push(...parseFlashMaps(await files.readText(path), path));
  }
  return maps;
}

/** The map of that name, of the SDK's file alone. Throws `sdk/invalid`. */
export async function loadFlashMap(files: FileReader, name: string): Promise<FlashMap> {
  const path = packageFile(`sdk-configs/flash-maps/${name.split('/', 1)[0]!}.yaml`);
  return layoutOf(parseFlashMaps(await files.readText(path), path), name);
}

/** The maps of one description. Throws `sdk/invalid`. */
export function parseFlashMaps(text: string, path: string): FlashMap[] {
  const result = flashMapsSchema.safeParse(parse(text));
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw new EspawsError(`${path}: ${issue.path.join('.')}: ${issue.message}`, {
      code: 'sdk/invalid',
      hint: 'Mend the description there.',
    });
  }
  const { sdk, headerNamesMap, maps } = result.data;
  return maps.map(({ name, title, flashSize, places }) => ({
    name: `${sdk}/${name}`,
    title,
    headerNamesMap,
    flashSize,
    flashSizeBytes: flashSizeBytes(flashSize),
    regions: places.map(({ size, ...region }) => ({ ...region, sizeBytes: size })),
  }));
}

/** The map of that name. Throws `sdk/unknown`. */
export function layoutOf(maps: readonly FlashMap[], name: string): FlashMap {
  const map = maps.find((one) => one.name === name);
  if (map !== undefined) return map;
  throw new EspawsError(`There is no flash map "${name}".`, {
    code: 'sdk/unknown',
    hint: `Known: ${maps.map((one) => one.name).join(', ')}.`,
  });
}
