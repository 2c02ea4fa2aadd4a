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
}

export interface BuildPlan {
  compiler: string;
  units: readonly Unit[];
  link: { arguments: readonly string[]; elf: string; map: string };
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
  const unit = (source: string, part: Unit['part']): Unit => ({
    source,
    part,
    object: join(objects, part, `${basename(source).replace(/\.\w+$/, '')}.o`),
    flags: part === 'bench' ? own : library,
  });
  const units = [
    ...firmware.sources.map((name) => unit(firmwareFile(firmware, name), 'bench')),
    ...firmware.templates
      .filter(({ compile }) => compile)
      .map(({ output }) => unit(join(buildDirectory, output), 'bench')),
    ...inputs.librarySources.map((source) => unit(source, 'mbedtls')),
  ];
  const elf = join(buildDirectory, 'firmware.elf');
  const map = join(buildDirectory, 'firmware.map');
  return {
    compiler: toolPath(toolchain, 'gcc'),
    units,
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
