import { dirname, join } from 'node:path';
import { EspawsError } from '../errors.ts';
import type { Environment, FileReader, Processes } from '../host.ts';

export interface Toolchain {
  /** Absolute path up to the tool's name: `/usr/bin/xtensa-lx106-elf-`. */
  prefix: string;
  /** Of gcc: `12.2.0`. */
  version: string;
  /** First line of `gcc --version`: identifies the compiler in the object cache. */
  identity: string;
  /** Where it was found, in words. */
  origin: string;
  /** Flags that name its C library. */
  libcFlags: readonly string[];
  libc: 'picolibc' | 'newlib';
}

const GCC = 'xtensa-lx106-elf-gcc';

/** Absolute path of one of the toolchain's programs: `gcc`, `gcc-nm`, `size`. */
export function toolPath({ prefix }: Toolchain, tool: string): string {
  return `${prefix}${tool}`;
}

/**
 * Finds the xtensa toolchain: `ESPAWS_TOOLCHAIN` (a folder, or the compiler), PATH, then the folders in which
 * Espressif's installer, PlatformIO and esp-open-sdk put theirs. Throws `build/tool-missing`.
 */
export async function findToolchain(
  processes: Processes,
  files: FileReader,
  environment: Environment,
  signal?: AbortSignal,
): Promise<Toolchain> {
  for (const { path, origin } of await candidates(processes, files, environment)) {
    const gcc = await processes.find(path);
    if (gcc !== undefined) return describe(processes, files, { gcc, origin, signal });
  }
  throw new EspawsError('There is no xtensa-lx106-elf-gcc on this machine.', {
    code: 'build/tool-missing',
    hint: 'Debian or Ubuntu: sudo apt-get install gcc-xtensa-lx106 binutils-xtensa-lx106 picolibc-xtensa-lx106-elf. Elsewhere set ESPAWS_TOOLCHAIN to the folder of the compiler.',
  });
}

interface Candidate {
  path: string;
  origin: string;
}

async function candidates(
  processes: Processes,
  files: FileReader,
  { variables, homeDirectory }: Environment,
): Promise<Candidate[]> {
  const named = variables['ESPAWS_TOOLCHAIN'];
  if (named !== undefined && named !== '') {
    const found = await files.stat(named);
    const path = found?.kind === 'directory' ? join(named, GCC) : named;
    if ((await processes.find(path)) !== undefined) return [{ path, origin: 'ESPAWS_TOOLCHAIN' }];
    throw new EspawsError(`ESPAWS_TOOLCHAIN is "${named}", but there is no ${GCC}.`, {
      code: 'build/tool-missing',
      hint: `Set it to the folder that holds ${GCC}, or unset it.`,
    });
  }
  const espressif = join(homeDirectory, '.espressif/tools/xtensa-lx106-elf');
  const installed = (await files.list(espressif)).reverse();
  return [
    { path: GCC, origin: 'PATH' },
    ...installed.map((version) => ({
      path: join(espressif, version, 'xtensa-lx106-elf/bin', GCC),
      origin: `Espressif's tools, ${version}`,
    })),
    { path: join(homeDirectory, '.platformio/packages/toolchain-xtensa/bin', GCC), origin: 'PlatformIO' },
    { path: join(homeDirectory, 'esp-open-sdk/xtensa-lx106-elf/bin', GCC), origin: 'esp-open-sdk' },
    { path: join('/opt/esp-open-sdk/xtensa-lx106-elf/bin', GCC), origin: 'esp-open-sdk' },
  ];
}

async function describe(
  processes: Processes,
  files: FileReader,
  { gcc, origin, signal }: { gcc: string; origin: string; signal: AbortSignal | undefined },
): Promise<Toolchain> {
  const options = signal === undefined ? {} : { signal };
  const { exitCode, stdout, stderr } = await processes.run(gcc, ['--version'], options);
  const identity = stdout.split('\n', 1)[0]!.trim();
  const version = /\b(\d+\.\d+\.\d+)\b(?!.*\b\d+\.\d+\.\d+\b)/.exec(identity)?.[1];
  if (exitCode !== 0 || version === undefined) {
    throw new EspawsError(`"${gcc}" does not say its version.`, {
      code: 'build/tool-missing',
      hint: `Try it: ${gcc} --version`,
      details: { stderr },
    });
  }
  return { prefix: gcc.slice(0, -'gcc'.length), version, identity, origin, ...(await libcOf(files, gcc)) };
}

/** Debian's compiler has no C library of its own: picolibc stands beside it, by the full path of its specs file. */
async function libcOf(files: FileReader, gcc: string): Promise<Pick<Toolchain, 'libc' | 'libcFlags'>> {
  const specs = join(dirname(gcc), '../lib/xtensa-lx106-elf/picolibc.specs');
  if ((await files.stat(specs)) === undefined) return { libc: 'newlib', libcFlags: [] };
  return { libc: 'picolibc', libcFlags: [`-specs=${specs}`] };
}
