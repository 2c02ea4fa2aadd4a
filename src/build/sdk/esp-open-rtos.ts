import { join, relative } from 'node:path';
import { elfToImage } from '../../image/elf-to-image.ts';
import { readElf } from '../../image/elf.ts';
import { checkLayout } from '../../image/flash-layout.ts';
import { loadFlashMap } from '../../image/flash-maps.ts';
import type { FlashRegion } from '../../image/flash-region.ts';
import { memoryUseOfElf } from '../../image/size-breakdown.ts';
import { toolPath } from '../../sdk/toolchain.ts';
import { collectCommands } from '../compile-records.ts';
import { errorsIn, readDiagnostics, type Diagnostic } from '../diagnostics.ts';
import { writeIfChanged } from '../generated.ts';
import { compilerScript, findLauncher } from '../launcher.ts';
import { hashOf } from '../object-cache.ts';
import type { SdkBuildContext, SdkBuildRequest, SdkBuildResult } from './sdk-build.ts';

/** FLASH_SIZE of parameters.mk, in megabits. */
const MEGABITS = { '512KB': 4, '1MB': 8, '2MB': 16, '4MB': 32 } as const;

/**
 * Builds a program with esp-open-rtos: its make links, with the given configuration for program and library, and espaws
 * makes the image for rBoot. Everything is written into the build folder. A build that fails is an answer; throws
 * `flash/layout`, `image/invalid`.
 */
export async function buildWithEspOpenRtos(
  request: SdkBuildRequest,
  context: SdkBuildContext,
): Promise<SdkBuildResult> {
  const { files, processes, progress, signal, nowMs } = context;
  const { projectDirectory, buildDirectory, configHeader } = request;
  const logPath = join(buildDirectory, 'sdk-build.log');
  const start = nowMs();
  const failed = (failedAt: 'check' | 'compile' | 'link', diagnostics: Diagnostic[]): SdkBuildResult => ({
    ...{ ok: false, failedAt, diagnostics, logPath, regions: [], sizes: [] },
    timing: { libraryMs: 0, programMs: nowMs() - start },
  });
  const program = await programName(request, context);
  const output = outputOf(request);
  const unfit = unfitNames(program, output) ?? (await ownConfig(request, context));
  if (unfit !== undefined || program === undefined) {
    return failed('check', [{ severity: 'error', message: unfit ?? NO_PROGRAM }]);
  }
  await writeIfChanged(files, join(buildDirectory, 'mbedtls_config.h'), configHeader, 0o644);
  await writeCompilers(request, context);
  const elfPath = join(projectDirectory, output, `${program}.out`);
  const args = argumentsOf(request, output, `${output}${program}.out`);
  progress({ kind: 'note', text: `make in ${projectDirectory}` });
  const made = await processes.run('make', args, { signal, isPrivate: true });
  await files.write(logPath, `${made.stdout}${made.stderr}`);
  const compileCommandsPath = join(buildDirectory, 'compile_commands.json');
  await collectCommands(files, recordsOf(request), compileCommandsPath);
  if (made.exitCode !== 0) {
    const errors = errorsIn(readDiagnostics(made.stderr));
    const end = made.stderr.trim().split('\n').slice(-3).join(' / ');
    if (errors.length === 0)
      errors.push({ severity: 'error', message: `make failed: ${end} (all of it: ${logPath})` });
    return failed(errors.some(({ file }) => file !== undefined) ? 'compile' : 'link', errors);
  }
  const bytes = await files.readBytes(elfPath).catch(() => undefined);
  if (bytes === undefined) {
    const message = `make ended well and has not made ${elfPath} (what it said: ${logPath})`;
    return failed('link', [{ severity: 'error', message }]);
  }
  const elf = readElf(bytes);
  return {
    ok: true,
    diagnostics: readDiagnostics(made.stderr).filter(({ severity }) => severity === 'warning'),
    logPath,
    elfPath,
    compileCommandsPath,
    regions: await regionsOf(request, { elf, program }, context),
    sizes: memoryUseOfElf(elf),
    timing: { libraryMs: 0, programMs: nowMs() - start },
    repeat: {
      ...{ command: 'make', args, env: {} },
      // Its dependency files follow headers, the configuration among them.
      watched: [join(projectDirectory, 'Makefile'), toolPath(request.toolchain, 'gcc')],
    },
  };
}

const NO_PROGRAM = 'the Makefile has no line PROGRAM=NAME before it includes common.mk';

async function programName(
  { projectDirectory }: SdkBuildRequest,
  { files }: SdkBuildContext,
): Promise<string | undefined> {
  const text = await files.readText(join(projectDirectory, 'Makefile')).catch(() => '');
  return /^\s*PROGRAM\s*[:?]?=\s*([\w.-]+)\s*$/m.exec(text)?.[1];
}

/**
 * Where make puts objects, of its own for each set of flags, which it does not look at. From the program's folder: the
 * makefiles write the path in lower case, which an absolute one may not be.
 */
function outputOf(request: SdkBuildRequest): string {
  const { buildDirectory, projectDirectory } = request;
  const kind = hashOf(request.toolchain.identity, request.sdk.path, ...compilerWords(request)).slice(0, 8);
  return `${relative(projectDirectory, join(buildDirectory, `objects-${kind}`))}/`;
}

function unfitNames(program: string | undefined, output: string): string | undefined {
  const isLower = output === output.toLowerCase() && (program ?? '') === (program ?? '').toLowerCase();
  if (isLower && !output.startsWith('..')) return undefined;
  return `esp-open-rtos writes the paths of objects in lower case: the build folder "${output}" and PROGRAM=${program ?? ''} must be so, and below the project (buildDirectory of espaws.yaml)`;
}

function recordsOf({ buildDirectory }: SdkBuildRequest): string {
  return join(buildDirectory, 'compiled');
}

function scriptsOf({ buildDirectory }: SdkBuildRequest) {
  return { gcc: join(buildDirectory, 'compilers/gcc'), gxx: join(buildDirectory, 'compilers/g++') };
}

/** Compilers that put the configuration behind all that the makefiles say, and go by a launcher where there is one. */
async function writeCompilers(request: SdkBuildRequest, context: SdkBuildContext): Promise<void> {
  const { toolchain } = request;
  const { gcc, gxx } = scriptsOf(request);
  const launcher = await findLauncher(context);
  const words = {
    ...{ before: [`-I${join(request.buildDirectory, 'include')}`], after: compilerWords(request), launcher },
    records: recordsOf(request),
  };
  const script = (tool: string) => compilerScript(toolPath(toolchain, tool), words);
  await context.files.makeDirectory(recordsOf(request));
  await writeIfChanged(
    context.files,
    join(request.buildDirectory, 'include/mbedtls/config.h'),
    FORWARD,
    0o644,
  );
  await writeIfChanged(context.files, gcc, script('gcc'), 0o755);
  await writeIfChanged(context.files, gxx, script('g++'), 0o755);
}

/** For a program that includes `mbedtls/config.h` by its name, before any other header. */
const FORWARD = '#include MBEDTLS_CONFIG_FILE\n';

/** Over what the makefiles say. */
function compilerWords({ toolchain, buildDirectory, generatedDirectory }: SdkBuildRequest): string[] {
  const major = Number.parseInt(toolchain.version, 10);
  return [
    `-DMBEDTLS_CONFIG_FILE='"${join(buildDirectory, 'mbedtls_config.h')}"'`,
    ...(generatedDirectory === undefined ? [] : [`'-I${generatedDirectory}'`]),
    // Headers that define variables; until 10 the linker took them for one (GCC 10, «Porting to», -fno-common).
    ...(major >= 10 ? ['-fcommon'] : []),
  ];
}

function argumentsOf(request: SdkBuildRequest, output: string, goal: string): string[] {
  const { toolchain, projectDirectory, options, jobs, sdk } = request;
  const { flashSize = '2MB', mode = 'qio', speed = '40m' } = options;
  const scripts = scriptsOf(request);
  return [
    ...['-C', projectDirectory, '--no-print-directory', '-j', `${jobs}`, goal],
    `SDK_PATH=${sdk.path}`,
    `BUILD_DIR=${output}`,
    `FIRMWARE_DIR=${output}`,
    `FLASH_SIZE=${MEGABITS[flashSize]}`,
    `FLASH_MODE=${mode}`,
    `FLASH_SPEED=${speed.replace('m', '')}`,
    `CC=${scripts.gcc}`,
    `C++=${scripts.gxx}`,
    `LD=${toolPath(toolchain, 'gcc')}`,
    `AR=${toolPath(toolchain, 'ar')}`,
    `OBJCOPY=${toolPath(toolchain, 'objcopy')}`,
  ];
}

/**
 * A header that the program has itself: its sources would find it first, for it lies beside them, and the library not.
 */
async function ownConfig(
  { projectDirectory, configHeader }: SdkBuildRequest,
  { files }: SdkBuildContext,
): Promise<string | undefined> {
  for (const folder of ['.', 'include']) {
    const path = join(projectDirectory, folder, 'mbedtls/config.h');
    const text = await files.readText(path).catch(() => undefined);
    // What is built with may be that very header.
    if (text === undefined || (text.trim() !== '' && configHeader.includes(text.trim()))) continue;
    return `${path} and the derived configuration would both be used: remove it, or build with it by config: { header: ${relative(projectDirectory, path)} } in espaws.yaml`;
  }
  return undefined;
}

/** rBoot of the checkout, its blank configuration, and the program as rBoot wants it. */
async function regionsOf(
  { sdk, options, buildDirectory }: SdkBuildRequest,
  { elf, program }: { elf: ReturnType<typeof readElf>; program: string },
  { files, progress }: SdkBuildContext,
): Promise<FlashRegion[]> {
  const { flashSize = '2MB', mode = 'qio', speed = '40m' } = options;
  const map = await loadFlashMap(files, 'esp-open-rtos/rboot');
  const regions: FlashRegion[] = [];
  const own = async (address: number, ...paths: string[]) => {
    for (const path of paths.map((name) => join(sdk.path, 'bootloader', name))) {
      const data = await files.readBytes(path).catch(() => undefined);
      if (data === undefined) continue;
      regions.push({ address, data, name: path });
      return;
    }
  };
  // One that was compiled is preferred, as parameters.mk does.
  await own(0, 'firmware/rboot.bin', 'firmware_prebuilt/rboot.bin');
  await own(0x1000, 'firmware_prebuilt/blank_config.bin');
  for (const image of elfToImage(elf, { version: 2, flash: { mode, frequency: speed, size: flashSize } })) {
    for (const text of image.warnings) progress({ kind: 'warning', text });
    const path = join(buildDirectory, 'firmware', `${program}.bin`);
    // The program may hold a private key.
    await files.write(path, image.bytes, { mode: 0o600 });
    regions.push({ address: image.flashAddress, data: image.bytes, name: path });
  }
  checkLayout(regions, map.flashSizeBytes);
  return regions;
}
