import { basename, join } from 'node:path';
import type { Toolchain } from '../sdk/toolchain.ts';
import { toolPath } from '../sdk/toolchain.ts';
import { firmwareFile, type Firmware } from './firmware.ts';

/** One source to compile. */
export interface Unit {
  source: string;
  /** In the build folder. */
  object: string;
  /** Arguments of the compiler but for `-c`, the source and `-o`. */
  flags: readonly string[];
  /** `mbedtls`: a file of the library; `bench`: of the firmware itself. */
  part: 'mbedtls' | 'bench';
  /** Holds the private key: kept out of the cache, and in a folder that only the user can open. */
  secret: boolean;
}

export interface BuildPlan {
  compiler: string;
  /** The header by which units are configured. */
  configHeader: string;
  /** What lies in it is the same for builds in other folders, where its contents are. */
  buildDirectory: string;
  units: readonly Unit[];
  link: { arguments: readonly string[]; elf: string; map: string };
  /** Of mode 0700: what holds the private key is made here. */
  privateDirectory: string;
}

export interface PlanInputs {
  toolchain: Toolchain;
  firmware: Firmware;
  /** `library/*.c` of the tree. */
  librarySources: readonly string[];
  /** Folders for `#include "mbedtls/..."`, the tree's own. */
  libraryIncludes: readonly string[];
  /** The header that mbedTLS and the firmware are compiled with. */
  configHeader: string;
  buildDirectory: string;
}

/** What to compile and link; pure. */
export function planBuild(inputs: PlanInputs): BuildPlan {
  const { toolchain, firmware, buildDirectory } = inputs;
  const shared = sharedFlags(inputs);
  const own = [...shared, ...firmware.ownCompileFlags];
  const library = [...shared, ...firmware.mbedtlsCompileFlags];
  const objects = join(buildDirectory, 'objects');
  const privateDirectory = join(objects, 'private');
  const unit = (source: string, part: Unit['part'], secret = false): Unit => ({
    source,
    part,
    secret,
    object: join(secret ? privateDirectory : join(objects, part), objectName(source)),
    flags: part === 'bench' ? own : library,
  });
  const units = [
    ...firmware.sources.map((name) => unit(firmwareFile(firmware, name), 'bench')),
    ...firmware.templates
      .filter(({ compile }) => compile)
      .map(({ output, secret }) => unit(join(buildDirectory, output), 'bench', secret)),
    ...inputs.librarySources.map((source) => unit(source, 'mbedtls')),
  ];
  const elf = join(buildDirectory, 'firmware.elf');
  const map = join(buildDirectory, 'firmware.map');
  return {
    compiler: toolPath(toolchain, 'gcc'),
    configHeader: inputs.configHeader,
    buildDirectory,
    units,
    privateDirectory,
    link: {
      elf,
      map,
      arguments: [
        ...toolchain.libcFlags,
        ...firmware.compileFlags,
        ...firmware.linkFlags,
        '-T',
        firmwareFile(firmware, firmware.linkerScript),
        `-Wl,-Map=${map}`,
        ...units.map(({ object }) => object),
      ],
    },
  };
}

function objectName(source: string): string {
  return `${basename(source).replace(/\.\w+$/, '')}.o`;
}

function sharedFlags({ toolchain, firmware, buildDirectory, libraryIncludes, configHeader }: PlanInputs) {
  return [
    ...toolchain.libcFlags,
    ...firmware.compileFlags,
    ...Object.entries(firmware.defines).map(([name, value]) => `-D${name}=${value}`),
    `-DMBEDTLS_CONFIG_FILE="${configHeader}"`,
    ...firmware.includeDirectories.map((name) => `-I${join(firmware.directory, name)}`),
    `-I${buildDirectory}`,
    ...libraryIncludes.map((path) => `-I${path}`),
  ];
}

/** For editors and clangd: the JSON Compilation Database format. */
export function compileCommands({ compiler, units }: BuildPlan, directory: string) {
  return units.map(({ source, object, flags }) => ({
    directory,
    file: source,
    output: object,
    arguments: [compiler, ...flags, '-c', source, '-o', object],
  }));
}
