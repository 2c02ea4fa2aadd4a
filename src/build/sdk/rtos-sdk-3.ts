import { join } from 'node:path';
import { readElf } from '../../image/elf.ts';
import { LARGEST_FLASH_BYTES } from '../../image/chip-memory.ts';
import { checkLayout } from '../../image/flash-layout.ts';
import { memoryUseOfElf } from '../../image/size-breakdown.ts';
import { collectCommands } from '../compile-records.ts';
import { errorsIn, lackDiagnostics, readDiagnostics, type Diagnostic } from '../diagnostics.ts';
import { writeIfChanged } from '../generated.ts';
import { findLauncher } from '../launcher.ts';
import { compilesKconfig, copyKconfig } from './kconfig-tools.ts';
import { planKconfig, readKconfig } from './kconfig.ts';
import { artefactsOf } from './rtos-sdk-3-artefacts.ts';
import { missingTools } from './rtos-sdk-3-check.ts';
import { cmakeConditions, forgetConfiguration } from './rtos-sdk-3-cmake.ts';
import {
  compilerScripts,
  environmentOf,
  gitScript,
  placesOf3,
  stepsOf,
  systemOf,
  type RtosSdk3Places,
} from './rtos-sdk-3-plan.ts';
import type { SdkBuildContext, SdkBuildRequest, SdkBuildResult } from './sdk-build.ts';

/**
 * Builds a program with ESP8266_RTOS_SDK 3.x, by its make or by cmake: the configuration as sdkconfig.defaults where
 * Kconfig covers it, the rest as MBEDTLS_USER_CONFIG_FILE. Everything is written into the build folder. A build that
 * fails is an answer; throws `flash/layout` for what does not fit the partitions.
 */
export async function buildWithRtosSdk3(
  request: SdkBuildRequest,
  context: SdkBuildContext,
): Promise<SdkBuildResult> {
  const { files, processes, environment, progress, signal, nowMs } = context;
  const places = placesOf3(request);
  const start = nowMs();
  const failed = (failedAt: 'check' | 'compile' | 'link', diagnostics: Diagnostic[]): SdkBuildResult => ({
    ...{ ok: false, failedAt, diagnostics, logPath: places.logPath, regions: [], sizes: [] },
    timing: { libraryMs: 0, programMs: nowMs() - start },
  });
  const unfit = await missingTools(request, context);
  if (unfit.length > 0) return failed('check', lackDiagnostics(unfit));
  const isConfigured = await writeInputs(request, places, context);
  const isCmake = systemOf(request.options) === 'cmake';
  const isCompiling = !isCmake && (await compilesKconfig(request.sdk.path, files));
  const variables = isCompiling ? [await copyKconfig(request.sdk.path, request.buildDirectory, files)] : [];
  const conditions = isCmake
    ? await cmakeConditions(request, places, { isConfigured, context })
    : { isConfigured, variables };
  const steps = stepsOf(request, places, conditions);
  const env = environmentOf(request, places, {
    path: environment.variables['PATH'] ?? '',
    python: 'python' in conditions ? conditions.python : undefined,
  });
  const compileCommandsPath = join(isCmake ? places.output : request.buildDirectory, 'compile_commands.json');
  let log = '';
  for (const { command, args } of steps) {
    progress({
      kind: 'note',
      text: `${command} ${args.filter((word) => !word.startsWith('-')).at(-1) ?? ''}`,
    });
    const { exitCode, stdout, stderr } = await processes.run(command, args, { env, signal, isPrivate: true });
    log += `$ ${command} ${args.join(' ')}\n${stdout}${stderr}`;
    await files.write(places.logPath, log);
    if (args.at(-1) === 'all') await collectCommands(files, places.records, compileCommandsPath);
    const isConfiguration = args.includes('-S');
    if (exitCode !== 0) {
      if (isConfiguration) await forgetConfiguration(places.output, context);
      return failed(...whyFailed(stdout, stderr, places.logPath));
    }
    // From here on sdkconfig is of these defaults.
    if (isConfiguration || !isCmake) {
      await writeIfChanged(files, originOf(places), await files.readText(places.defaults), 0o644);
    }
  }
  const { regions, elfPath, missing } = await artefactsOf(request, places, files);
  if (missing.length > 0 || elfPath === undefined) {
    return failed('link', [
      {
        severity: 'error',
        message: `the SDK's ${systemOf(request.options)} ended well and has not made ${missing.join(', ')} (what it said: ${places.logPath})`,
      },
    ]);
  }
  checkLayout(regions, LARGEST_FLASH_BYTES);
  const last = steps.at(-1)!;
  return {
    ok: true,
    diagnostics: readDiagnostics(log).filter(({ severity }) => severity === 'warning'),
    logPath: places.logPath,
    regions,
    elfPath,
    compileCommandsPath,
    sizes: memoryUseOfElf(readElf(await files.readBytes(elfPath))),
    timing: { libraryMs: 0, programMs: nowMs() - start },
    repeat: { ...last, env, watched: await watchedFiles(request, places, context) },
  };
}

/** Writes what the SDK's build reads. True where the sdkconfig that is there was made of the same. */
async function writeInputs(
  request: SdkBuildRequest,
  places: RtosSdk3Places,
  { files, processes, environment }: SdkBuildContext,
): Promise<boolean> {
  const { defaults, userHeader } = planKconfig(readKconfig(request.kconfig ?? ''), request.macros);
  const own = await files.readText(join(request.projectDirectory, 'sdkconfig.defaults')).catch(() => '');
  // The user's first: of two lines the last counts, and mbedTLS is what espaws is asked for.
  await writeIfChanged(
    files,
    places.defaults,
    `${own}${own === '' || own.endsWith('\n') ? '' : '\n'}${defaults}`,
    0o644,
  );
  await writeIfChanged(files, places.userHeader, userHeader, 0o644);
  const launcher = await findLauncher({ processes, environment });
  for (const [name, text] of compilerScripts(request, places, launcher)) {
    await writeIfChanged(files, join(places.compilers, name), text, 0o755);
  }
  const git = await processes.find('git');
  if (git !== undefined) await writeIfChanged(files, join(places.compilers, 'git'), gitScript(git), 0o755);
  if (systemOf(request.options) === 'make') await files.makeDirectory(places.records);
  // The SDK's make expects the folder of an sdkconfig to be there.
  await files.makeDirectory(places.output);
  // defconfig appends to an sdkconfig that is there: what was taken out of the defaults would stay.
  const origin = await files.readText(originOf(places)).catch(() => undefined);
  const isSame = origin === (await files.readText(places.defaults));
  if (isSame && (await files.stat(places.sdkconfig)) !== undefined) return true;
  await files.remove(places.sdkconfig);
  await files.remove(originOf(places));
  // To cmake an sdkconfig that is named must be there (tools/cmake/project.cmake, 3.3 and later); up to 3.2 the
  // defaults count for nothing where it is (tools/kconfig_new/confgen.py): it begins as they are.
  if (systemOf(request.options) === 'cmake')
    await files.write(places.sdkconfig, await files.readText(places.defaults));
  return false;
}

/** The defaults that sdkconfig was made of. */
function originOf({ sdkconfig }: RtosSdk3Places): string {
  return `${sdkconfig}.origin`;
}

/** The first real error, not the wall of text that make puts behind it. */
function whyFailed(
  stdout: string,
  stderr: string,
  logPath: string,
): ['check' | 'compile' | 'link', Diagnostic[]] {
  const errors = errorsIn(readDiagnostics(`${stderr}\n${stdout}`));
  const known = TROUBLES.find(({ said }) => said.test(`${stdout}${stderr}`));
  if (known !== undefined)
    return ['check', [{ severity: 'error', message: `${known.means} (what it said: ${logPath})` }]];
  if (errors.length > 0) return [errors.some(({ file }) => file !== undefined) ? 'compile' : 'link', errors];
  const end = `${stdout}${stderr}`.trim().split('\n').slice(-3).join(' / ');
  return ['link', [{ severity: 'error', message: `the SDK's build failed: ${end} (all of it: ${logPath})` }]];
}

/** Known beginnings of long ends. */
const TROUBLES: readonly { said: RegExp; means: string }[] = [
  {
    said: /following Python requirements are not satisfied/,
    means: 'Python lacks what the SDK asks for: python -m pip install -r $IDF_PATH/requirements.txt',
  },
  {
    said: /Missing submodule|git submodule update --init/,
    means: 'the SDK lacks submodules: git submodule update --init --recursive in its folder',
  },
  {
    said: /cannot find -lstdc\+\+/,
    means: 'the toolchain has no libstdc++: use esp-2020r3, which the SDK is made for',
  },
];

/** Inputs of the configuration: the SDK's own build follows all others. */
async function watchedFiles(
  { projectDirectory }: SdkBuildRequest,
  places: RtosSdk3Places,
  { files }: SdkBuildContext,
): Promise<string[]> {
  const own = ['Makefile', 'CMakeLists.txt', 'sdkconfig.defaults'].map((name) =>
    join(projectDirectory, name),
  );
  const there = await Promise.all(own.map(async (path) => (await files.stat(path)) !== undefined));
  return [...own.filter((_, index) => there[index]), places.defaults, places.userHeader, places.sdkconfig];
}
