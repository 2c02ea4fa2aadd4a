import { join } from 'node:path';
import { toolPath } from '../../sdk/toolchain.ts';
import { compilerScript } from '../launcher.ts';
import { hashOf } from '../object-cache.ts';
import type { SdkBuildRequest } from './sdk-build.ts';

/** Where things are in a build of ESP8266_RTOS_SDK 3.x; pure. */
export interface RtosSdk3Places {
  /** What the SDK's build makes, for these flags: make does not look at them. */
  output: string;
  userHeader: string;
  defaults: string;
  sdkconfig: string;
  /** Compilers by the SDK's names that add the flags: cmake and the bootloader's own build get them so too. */
  compilers: string;
  /** What was compiled by make, which has no list of it as cmake has. */
  records: string;
  logPath: string;
}

/** What a newer compiler than the SDK's own needs, from its major version on; measured with gcc 12.2. */
const SINCE: readonly { major: number; flags: readonly string[]; cxx: readonly string[] }[] = [
  // Of 3.0 to 3.3: spi_flash/src/partition.c, and a name in parentheses in the sys/reent.h that they have in the tree.
  { major: 8, flags: ['-Wno-error=sizeof-pointer-memaccess'], cxx: ['-Wno-error=parentheses'] },
  // esp_image_format.h defines a variable; until 10 the linker took its copies for one (GCC 10, «Porting to»).
  { major: 10, flags: ['-fcommon'], cxx: [] },
  {
    major: 11,
    flags: [
      // -Wno-error does not take back what -Werror=all has made errors: each by its name.
      ...['address', 'array-parameter', 'stringop-overflow', 'maybe-uninitialized', 'format-truncation'].map(
        (warning) => `-Wno-error=${warning}`,
      ),
      // libsodium has arrays of structures that are aligned to more than their size, which 11 refuses («size of array
      // element is not a multiple of its alignment»): sodium/export.h takes another definition.
      "'-DCRYPTO_ALIGN(x)='",
    ],
    cxx: ['-Wno-error=mismatched-new-delete'],
  },
];

function compilerFlags(version: string): { c: string[]; cxx: string[] } {
  const rows = SINCE.filter(({ major }) => Number.parseInt(version, 10) >= major);
  // -fcommon is C's alone.
  const c = rows.flatMap(({ flags }) => flags);
  return {
    c,
    cxx: [
      ...c.filter((flag) => flag !== '-fcommon' && !/array-parameter/.test(flag)),
      ...rows.flatMap(({ cxx }) => cxx),
    ],
  };
}

export function placesOf3({ buildDirectory, sdk, toolchain, options }: SdkBuildRequest): RtosSdk3Places {
  const { c, cxx } = compilerFlags(toolchain.version);
  const kind = hashOf(sdk.path, sdk.version, toolchain.identity, systemOf(options), ...c, ...cxx).slice(0, 8);
  const folder = join(buildDirectory, `${systemOf(options)}-${kind}`);
  return {
    output: folder,
    userHeader: join(buildDirectory, 'mbedtls_user_config.h'),
    defaults: join(buildDirectory, 'sdkconfig.defaults'),
    sdkconfig: join(folder, 'sdkconfig'),
    compilers: join(buildDirectory, `compilers-${kind}`),
    records: join(buildDirectory, 'compiled'),
    logPath: join(buildDirectory, 'sdk-build.log'),
  };
}

export function systemOf({ system = 'make' }: SdkBuildRequest['options']): 'make' | 'cmake' {
  return system;
}

/** The programs of the folder `compilers`, by name. */
export function compilerScripts(
  request: SdkBuildRequest,
  { userHeader, records }: RtosSdk3Places,
  launcher: string | undefined,
): Map<string, string> {
  const { toolchain, generatedDirectory } = request;
  const { c, cxx } = compilerFlags(toolchain.version);
  const include = generatedDirectory === undefined ? [] : [`'-I${generatedDirectory}'`];
  const define = `'-DMBEDTLS_USER_CONFIG_FILE="${userHeader}"'`;
  const script = (tool: string, flags: readonly string[]) =>
    compilerScript(toolPath(toolchain, tool), {
      ...{ before: [], after: [define, ...include, ...flags] },
      ...{ launcher, records },
    });
  return new Map([
    ['xtensa-lx106-elf-gcc', script('gcc', c)],
    ['xtensa-lx106-elf-cc', script('gcc', c)],
    ['xtensa-lx106-elf-g++', script('g++', cxx)],
    ['xtensa-lx106-elf-c++', script('g++', cxx)],
  ]);
}

/**
 * git for the SDK's scripts, which fetch into their own checkout what submodules are missing (check-submodules of
 * make/project.mk, tools/cmake/git_submodules.cmake): they are told of none, and may not.
 */
export function gitScript(git: string): string {
  return `#!/bin/sh
case " $* " in
  *' submodule status '*) exit 0 ;;
  *' submodule '*) exit 1 ;;
esac
exec '${git}' "$@"
`;
}

/** What the SDK's scripts see. Nothing may be written into the checkout, byte code of Python neither. */
export function environmentOf(
  { sdk, projectDirectory }: SdkBuildRequest,
  { output, sdkconfig, defaults, compilers }: RtosSdk3Places,
  { path, python }: { path: string; python: string | undefined },
): Record<string, string> {
  return {
    ...(python === undefined ? {} : { PYTHON: python }),
    IDF_PATH: sdk.path,
    PATH: `${compilers}:${path}`,
    PROJECT_PATH: projectDirectory,
    BUILD_DIR_BASE: output,
    SDKCONFIG: sdkconfig,
    SDKCONFIG_DEFAULTS: defaults,
    // Where something would ask, it ends instead.
    BATCH_BUILD: '1',
    // git would refresh the checkout's index in passing.
    GIT_OPTIONAL_LOCKS: '0',
    PYTHONDONTWRITEBYTECODE: '1',
  };
}

export interface Step {
  command: string;
  args: readonly string[];
}

/** Generators of cmake that the SDK's idf.py takes, in its order, and the program of each. */
export const GENERATORS = [
  { name: 'Ninja', tool: 'ninja' },
  { name: 'Unix Makefiles', tool: 'make' },
] as const;

/** What is known of the machine when the steps are planned. */
export interface StepConditions {
  /** sdkconfig is of these defaults. */
  isConfigured: boolean;
  /** Of make, for its command line. */
  variables?: readonly string[];
  /** Of cmake. */
  generator?: string;
  /** Of cmake: the SDK's scripts are run by it. */
  python?: string;
  /** The checkout has the script by which idf.py asks for Python's modules. */
  checksPython?: boolean;
}

/** The commands that build, in order. With cmake those of the SDK's `idf.py build` (tools/idf.py). */
export function stepsOf(
  { projectDirectory, options, jobs, sdk }: SdkBuildRequest,
  { output, sdkconfig, defaults, compilers }: RtosSdk3Places,
  {
    isConfigured,
    variables = [],
    generator = 'Ninja',
    python = 'python',
    checksPython = false,
  }: StepConditions,
): Step[] {
  if (systemOf(options) === 'cmake') {
    const check = { command: python, args: [join(sdk.path, PYTHON_CHECK)] };
    const settings = [
      // Asked above, and not by every run of cmake.
      ...(checksPython ? ['-DPYTHON_DEPS_CHECKED=1'] : []),
      '-DESP_PLATFORM=1',
      '-DCCACHE_ENABLE=0',
      `-DSDKCONFIG=${sdkconfig}`,
      `-DSDKCONFIG_DEFAULTS=${defaults}`,
      `-DGIT_EXECUTABLE=${join(compilers, 'git')}`,
    ];
    const configure = {
      command: 'cmake',
      args: ['-G', generator, '-S', projectDirectory, '-B', output, '--warn-uninitialized', ...settings],
    };
    return [
      ...(isConfigured ? [] : [...(checksPython ? [check] : []), configure]),
      { command: 'cmake', args: ['--build', output, '--parallel', `${jobs}`] },
    ];
  }
  const make = (...goals: string[]): Step => ({
    command: 'make',
    args: ['-C', projectDirectory, '--no-print-directory', ...variables, ...goals],
  });
  return [...(isConfigured ? [] : [make('defconfig')]), make('-j', `${jobs}`, 'all')];
}

/** In a checkout. */
export const PYTHON_CHECK = 'tools/check_python_dependencies.py';
