import { basename, join } from 'node:path';
import type { FlashParameters } from '../../image/flash-parameters.ts';
import type { FlashMap } from '../../image/flash-maps.ts';
import { toolPath } from '../../sdk/toolchain.ts';
import { hashOf } from '../object-cache.ts';
import type { BuildPlan } from '../plan.ts';
import { shellWord } from '../shell-batch.ts';
import { flagsOfCompiler } from './compiler-flags.ts';
import type { MakeFolder } from './make-variables.ts';
import type { SdkBuildOptions, SdkBuildRequest } from './sdk-build.ts';

/** Where things are in a build of ESP8266_RTOS_SDK 1.5 or 2.x; pure. */
export interface RtosSdk1Places {
  configHeader: string;
  /** Copies of SDK files that were mended. */
  overlay: string;
  /** Folder with the library that the link takes ahead of the SDK's. */
  libraries: string;
  archive: string;
  logPath: string;
}

export function placesOf({ buildDirectory }: Pick<SdkBuildRequest, 'buildDirectory'>): RtosSdk1Places {
  const libraries = join(buildDirectory, 'lib');
  return {
    configHeader: join(buildDirectory, 'mbedtls_config.h'),
    overlay: join(buildDirectory, 'overlay'),
    libraries,
    archive: join(libraries, 'libmbedtls.a'),
    logPath: join(buildDirectory, 'sdk-build.log'),
  };
}

/** The options with what is not said. */
export function settled({ boot = 'none', app = 1, speed = '40m', mode = 'qio', map = 4 }: SdkBuildOptions) {
  return { boot, app: boot === 'none' ? (0 as const) : app, speed, mode, map };
}

/** Flags over those of the makefiles, for library and program alike. */
function extraFlags(
  { toolchain, generatedDirectory }: SdkBuildRequest,
  { overlay, configHeader }: RtosSdk1Places,
): string[] {
  return [
    ...flagsOfCompiler(toolchain.version),
    `-I${join(overlay, 'include/lwip')}`,
    ...(generatedDirectory === undefined ? [] : [`-I${generatedDirectory}`]),
    `-DMBEDTLS_CONFIG_FILE="${configHeader}"`,
  ];
}

/**
 * How the SDK's make is called for the program. `GEN_BINS=`: the link is its last step, for gen_appbin.py needs
 * Python 2 and ends with 0 on its own errors. `ODIR`: objects by their flags, for make does not look at these.
 */
export function programFolder(request: SdkBuildRequest, places: RtosSdk1Places): MakeFolder {
  const { sdk, toolchain, options, projectDirectory, buildDirectory } = request;
  const { boot, app, speed, mode, map } = settled(options);
  const flags = extraFlags(request, places).map(shellWord).join(' ');
  const kind = hashOf(toolchain.identity, flags, boot, `${app}`, `${map}`).slice(0, 8);
  return {
    directory: projectDirectory,
    variables: [
      `SDK_PATH=${sdk.path}`,
      `BIN_PATH=${join(buildDirectory, 'bin')}`,
      `BOOT=${boot}`,
      `APP=${app}`,
      `SPI_SPEED=${speed === '26m' ? '26.7' : speed.replace('m', '')}`,
      `SPI_MODE=${mode.toUpperCase()}`,
      `SPI_SIZE_MAP=${map}`,
      'GEN_BINS=',
      `ODIR=.output/espaws-${kind}`,
      ...toolVariables(toolchain),
    ],
    // By the environment, so that a makefile's own `+=` adds to them.
    env: { EXTRA_CCFLAGS: flags.replaceAll('$', '$$'), LDFLAGS: `-L${places.libraries}` },
  };
}

/** Where the SDK compiles its own library, to be asked for its flags. */
export function libraryFolder({ sdk, toolchain }: SdkBuildRequest, part: 'library' | 'platform'): MakeFolder {
  return {
    directory: join(sdk.path, 'third_party/mbedtls', part),
    variables: [`SDK_PATH=${sdk.path}`, ...toolVariables(toolchain)],
    env: {},
  };
}

/** The compiler that was found, whether or not it is on PATH. */
function toolVariables(toolchain: SdkBuildRequest['toolchain']): string[] {
  return [`CC=${toolPath(toolchain, 'gcc')}`, `AR=${toolPath(toolchain, 'ar')}`];
}

/** Sources with the flags that the SDK's makefiles have for them, and the mended copies in place of the SDK's. */
export function libraryPlan(
  request: SdkBuildRequest,
  sources: readonly { source: string; flags: readonly string[] }[],
  mended: ReadonlyMap<string, string>,
): BuildPlan {
  const { toolchain, buildDirectory } = request;
  const places = placesOf(request);
  const extra = extraFlags(request, places);
  const objects = join(buildDirectory, 'objects');
  return {
    compiler: toolPath(toolchain, 'gcc'),
    configHeader: places.configHeader,
    buildDirectory,
    privateDirectory: join(objects, 'private'),
    units: sources.map(({ source, flags }) => ({
      source: mended.get(source) ?? source,
      object: join(objects, `${basename(join(source, '..'))}-${basename(source, '.c')}.o`),
      flags: [
        ...extra,
        ...flags.filter((flag) => !flag.startsWith('-DMBEDTLS_CONFIG_FILE=') && flag !== '-Werror'),
      ],
      part: 'mbedtls',
      secret: false,
    })),
    link: { arguments: [], elf: '', map: '' },
  };
}

/** Name of the flash map that a build is for: `rtos-sdk/4`, `rtos-sdk/plain-4MB`. */
export function mapName(options: SdkBuildOptions): string {
  const { boot, map } = settled(options);
  return `rtos-sdk/${boot === 'new' ? map : `plain-${PLAIN_SIZES[map]}`}`;
}

const PLAIN_SIZES = {
  0: '512KB',
  2: '1MB',
  3: '2MB',
  4: '4MB',
  5: '2MB',
  6: '4MB',
  8: '8MB',
  9: '16MB',
} as const;

/** What goes into the image's header. */
export function headerOf(options: SdkBuildOptions, map: FlashMap): FlashParameters {
  const { mode, speed } = settled(options);
  return { mode, frequency: speed, size: map.flashSize };
}

/** Files of the SDK's `bin` that belong beside the program, by the name of their place in the map. */
export const COMPANIONS: Readonly<Record<string, string>> = {
  boot: 'boot_v1.6.bin',
  esp_init_data: 'esp_init_data_default.bin',
  blank: 'blank.bin',
};
