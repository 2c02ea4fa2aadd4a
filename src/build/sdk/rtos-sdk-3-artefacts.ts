import { join } from 'node:path';
import type { FileReader } from '../../host.ts';
import type { FlashRegion } from '../../image/flash-region.ts';
import { APPLICATION_TYPE, readPartitionTable } from '../../image/partition-table.ts';
import { systemOf, type RtosSdk3Places } from './rtos-sdk-3-plan.ts';
import type { SdkBuildRequest } from './sdk-build.ts';

/** What a build of ESP8266_RTOS_SDK 3.x has made; what is not there is named in `missing`. */
export interface Artefacts {
  regions: FlashRegion[];
  elfPath: string | undefined;
  missing: string[];
}

const PARTITION_TABLE = 0x8000;
const FACTORY = 0x10000;

/** Looks for it: the SDK's make may end well and have built nothing. */
export async function artefactsOf(
  request: SdkBuildRequest,
  { output, sdkconfig }: RtosSdk3Places,
  files: FileReader,
): Promise<Artefacts> {
  const name = await projectName(request, files);
  const elf = join(output, `${name}.elf`);
  const isCmake = systemOf(request.options) === 'cmake';
  const places = isCmake
    ? await flasherPlaces(output, files)
    : await makePlaces(output, sdkconfig, name, files);
  const regions: FlashRegion[] = [];
  const missing: string[] = [];
  for (const { address, path } of places) {
    const data = await files.readBytes(path).catch(() => undefined);
    if (data === undefined) missing.push(path);
    else regions.push({ address, data, name: path });
  }
  if (places.length === 0) missing.push(join(output, 'flasher_args.json'));
  const hasElf = (await files.stat(elf)) !== undefined;
  if (!hasElf) missing.push(elf);
  return {
    regions: regions.sort((a, b) => a.address - b.address),
    elfPath: hasElf ? elf : undefined,
    missing,
  };
}

/** As the project calls itself: Makefile of make (`PROJECT_NAME`), CMakeLists.txt of cmake (`project()`). */
async function projectName(
  { projectDirectory, options }: SdkBuildRequest,
  files: FileReader,
): Promise<string> {
  const [file, pattern] =
    systemOf(options) === 'cmake'
      ? (['CMakeLists.txt', /^\s*project\s*\(\s*([\w.-]+)/m] as const)
      : (['Makefile', /^\s*PROJECT_NAME\s*[:?]?=\s*([\w.-]+)/m] as const);
  const text = await files.readText(join(projectDirectory, file)).catch(() => '');
  return pattern.exec(text)?.[1] ?? 'app';
}

/** `flasher_args.json`, which cmake's build writes. */
async function flasherPlaces(
  output: string,
  files: FileReader,
): Promise<{ address: number; path: string }[]> {
  const text = await files.readText(join(output, 'flasher_args.json')).catch(() => '{}');
  const { flash_files: flashFiles = {} } = JSON.parse(text) as { flash_files?: Record<string, string> };
  return Object.entries(flashFiles).map(([address, path]) => ({
    address: Number(address),
    path: join(output, path),
  }));
}

/** make writes no list: the bootloader, the table that sdkconfig names, and the program where the table puts it. */
async function makePlaces(
  output: string,
  sdkconfig: string,
  name: string,
  files: FileReader,
): Promise<{ address: number; path: string }[]> {
  const settings = await files.readText(sdkconfig).catch(() => '');
  // Of two lines the last counts, as for the SDK.
  const setting = (key: string) =>
    [...settings.matchAll(new RegExp(`^CONFIG_${key}="?([^"\n]*)"?$`, 'gm'))].at(-1)?.[1];
  const csv = setting('PARTITION_TABLE_FILENAME') ?? 'partitions_singleapp.csv';
  const tableAddress = Number(setting('PARTITION_TABLE_OFFSET') ?? PARTITION_TABLE);
  const table = join(
    output,
    `${csv
      .split('/')
      .at(-1)!
      .replace(/\.csv$/, '')}.bin`,
  );
  const read = readPartitionTable(await files.readBytes(table).catch(() => new Uint8Array()));
  const application = read?.partitions.find(({ type }) => type === APPLICATION_TYPE)?.address ?? FACTORY;
  return [
    { address: 0, path: join(output, 'bootloader/bootloader.bin') },
    { address: tableAddress, path: table },
    { address: application, path: join(output, `${name}.bin`) },
  ];
}
