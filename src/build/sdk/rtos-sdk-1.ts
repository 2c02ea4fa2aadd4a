import { isAbsolute, join } from 'node:path';
import { EspawsError } from '../../errors.ts';
import type { Files } from '../../host.ts';
import { loadFlashMap } from '../../image/flash-maps.ts';
import { toolPath } from '../../sdk/toolchain.ts';
import { besides } from '../compile.ts';
import { errorsIn, readDiagnostics, type Diagnostic } from '../diagnostics.ts';
import { writeCompileCommands, writeIfChanged } from '../generated.ts';
import { nextTurn } from '../next-turn.ts';
import type { BuildPlan } from '../plan.ts';
import { absoluteIncludes, askMake } from './make-variables.ts';
import { checkLinkLine } from './rtos-sdk-1-check.ts';
import { imageOf } from './rtos-sdk-1-image.ts';
import { archiveObjects, compileLibrary, libcOf, planLibrary } from './rtos-sdk-1-library.ts';
import { mapName, placesOf, programFolder } from './rtos-sdk-1-plan.ts';
import type { SdkBuildContext, SdkBuildRequest, SdkBuildResult } from './sdk-build.ts';
import { compareContexts } from './struct-sizes.ts';

/**
 * Builds a program with ESP8266_RTOS_SDK 1.5 or 2.x: the SDK's own mbedTLS, mended and compiled with the given
 * configuration, linked by the SDK's make ahead of its prebuilt archive. Everything is written into the build folder
 * and the program's `.output`. A build that fails is an answer; throws `config/tree-invalid` for an SDK file that is
 * not as it is known, and `build/tool-failed`.
 */
export async function buildWithRtosSdk1(
  request: SdkBuildRequest,
  context: SdkBuildContext,
): Promise<SdkBuildResult> {
  const { files, processes, signal, nowMs } = context;
  const places = placesOf(request);
  const start = nowMs();
  await writeIfChanged(files, places.configHeader, request.configHeader, 0o644);
  const program = programFolder(request, places);
  const failed = (failedAt: 'check' | 'compile' | 'link', diagnostics: Diagnostic[]): SdkBuildResult => ({
    ...{ ok: false, failedAt, diagnostics, logPath: places.logPath, regions: [], sizes: [] },
    timing: { libraryMs: nowMs() - start, programMs: 0 },
  });

  const [asked, plan] = await Promise.all([
    askMake(processes, program, ['LINKFLAGS_eagle.app.v6', 'OIMAGES', 'SUBDIRS'], signal),
    planLibrary(request, context),
  ]);
  // What the checks find ends the others.
  const found = new AbortController();
  const until = AbortSignal.any([signal, found.signal]);
  const args = ['-C', program.directory, ...program.variables];
  const make = (until: AbortSignal, ...goals: string[]) =>
    processes.run('make', [...args, ...goals], { env: program.env, signal: until, isPrivate: true });
  // First of all the compilers of the library, for which everything waits. The makefiles of programs are not for
  // several jobs: their folders are compiled beside it.
  const compiling = compileLibrary(plan, request, { ...context, signal: until });
  const begun = nextTurn();
  const both = [compiling, begun.then(() => make(until, '.subdirs'))] as const;
  const checks = begun
    .then(() => findFaults(asked['LINKFLAGS_eagle.app.v6'], asked.SUBDIRS, { plan, request, context }))
    .then((faults) => {
      if (faults.length > 0) found.abort();
      return faults;
    });
  const map = begun.then(() => loadFlashMap(files, mapName(request.options)));
  const commands = begun.then(() => writeCompileCommands(files, plan, request.buildDirectory));
  // So that none still writes when another throws.
  await Promise.allSettled([checks, map, commands, ...both]);
  const faults = await checks;
  if (faults.length > 0) return failed('check', faults);
  const [compiled, folders] = await Promise.all(both);
  const elfPath = join(program.directory, asked.OIMAGES[0] ?? '');
  let libraryMs = 0;
  const link = async () => {
    const errors = errorsIn(compiled.diagnostics);
    if (errors.length === 0)
      errors.push(...(await archiveObjects(plan, compiled.keys, { request, context })));
    libraryMs = nowMs() - start;
    if (errors.length > 0) return errors;
    await removeStale(elfPath, places.archive, files);
    context.progress({ kind: 'note', text: `make in ${request.projectDirectory}` });
    return make(signal);
  };
  const made = await besides(link(), compiled.keep());
  if (Array.isArray(made)) return failed('compile', made);
  // What failed there fails here again.
  const before = folders.exitCode === 0 ? folders : { stdout: '', stderr: '' };
  const stderr = `${before.stderr}${made.stderr}`;
  await files.write(places.logPath, `${before.stdout}${made.stdout}${stderr}`);
  const timing = { libraryMs, programMs: nowMs() - start - libraryMs };
  if (made.exitCode !== 0) {
    const diagnostics = await placed(saidBy(stderr, places.logPath), request, context);
    const failedAt = errorsIn(diagnostics).some(({ file }) => file !== undefined) ? 'compile' : 'link';
    return { ...failed(failedAt, diagnostics), timing };
  }
  if ((await files.stat(elfPath))?.kind !== 'file') {
    throw new EspawsError(`make ended well in "${program.directory}" and has made no ${elfPath}.`, {
      code: 'build/tool-failed',
      hint: `Its Makefile must have GEN_IMAGES= eagle.app.v6.out; see ${places.logPath}.`,
    });
  }
  return {
    ok: true,
    diagnostics: saidBy(stderr, undefined),
    logPath: places.logPath,
    compileCommandsPath: await commands,
    elfPath,
    ...(await imageOf(request, { elfPath, map: await map }, context)),
    timing,
    repeat: { command: 'make', args, env: program.env, watched: await watchedFiles(request, plan, context) },
  };
}

/** To make, the program depends on its own parts only: another library is to be linked all the same. */
async function removeStale(elfPath: string, archive: string, files: Files): Promise<void> {
  const [elf, library] = await Promise.all([files.stat(elfPath), files.stat(archive)]);
  if (elf?.kind === 'file' && library !== undefined && elf.mtimeMs <= library.mtimeMs)
    await files.remove(elfPath);
}

/** What the library is made of, and every makefile: to make, a program does not depend on these. */
async function watchedFiles(
  { sdk, projectDirectory, toolchain }: SdkBuildRequest,
  plan: BuildPlan,
  { files }: SdkBuildContext,
): Promise<string[]> {
  const names = async (folder: string, wanted: RegExp) =>
    (await files.list(folder)).filter((name) => wanted.test(name)).map((name) => join(folder, name));
  const program = [projectDirectory];
  for (const name of await files.list(projectDirectory)) {
    if ((await files.stat(join(projectDirectory, name)))?.kind === 'directory') {
      program.push(join(projectDirectory, name));
    }
  }
  const found = await Promise.all([
    names(join(sdk.path, 'include/mbedtls'), /\.h$/),
    names(join(sdk.path, 'third_party/mbedtls/library'), /\.c$|^Makefile$/),
    names(join(sdk.path, 'third_party/mbedtls/platform'), /\.c$|^Makefile$/),
    names(join(sdk.path, 'lib'), /\.a$/),
    names(join(sdk.path, 'bin'), /\.bin$/),
    names(join(sdk.path, 'ld'), /\.ld$/),
    ...program.map((folder) => names(folder, /^Makefile$|\.mk$/)),
  ]);
  return [
    toolPath(toolchain, 'gcc'),
    join(sdk.path, 'Makefile'),
    ...found.flat(),
    ...plan.units.map(({ object }) => object),
  ];
}

/** With whole paths: the compiler is started in a folder of the program, which it does not say. */
async function placed(
  diagnostics: readonly Diagnostic[],
  request: SdkBuildRequest,
  { files, processes, signal }: SdkBuildContext,
): Promise<Diagnostic[]> {
  const program = programFolder(request, placesOf(request));
  const { SUBDIRS } = await askMake(processes, program, ['SUBDIRS'], signal);
  const folders = ['.', ...SUBDIRS];
  return Promise.all(
    diagnostics.map(async (diagnostic) => {
      const { file } = diagnostic;
      if (file === undefined || isAbsolute(file)) return diagnostic;
      const paths = folders.map((folder) => join(program.directory, folder, file));
      const there = await Promise.all(paths.map(async (path) => (await files.stat(path)) !== undefined));
      const found = paths.filter((_, index) => there[index]);
      return found.length === 1 ? { ...diagnostic, file: found[0]! } : diagnostic;
    }),
  );
}

/** What would not link, or would not run: the link line's own faults first. */
async function findFaults(
  words: readonly string[],
  folders: readonly string[],
  { plan, request, context }: { plan: BuildPlan; request: SdkBuildRequest; context: SdkBuildContext },
): Promise<Diagnostic[]> {
  const { processes, signal } = context;
  const compiler = toolPath(request.toolchain, 'gcc');
  const library = { name: 'the library', flags: plan.units[0]!.flags };
  const [missing, unlike] = await Promise.all([
    checkLinkLine(context, { ...request, words, signal }),
    programSides(request, folders, context).then((program) =>
      compareContexts(processes, { compiler, library, program, signal }),
    ),
  ]);
  return missing.length > 0 ? missing : unlike;
}

/** How each folder of the program that has a makefile is compiled. */
async function programSides(
  request: SdkBuildRequest,
  folders: readonly string[],
  { processes, signal }: SdkBuildContext,
) {
  const program = programFolder(request, placesOf(request));
  return Promise.all(
    folders.map(async (name) => {
      const directory = join(program.directory, name);
      const { CFLAGS } = await askMake(processes, { ...program, directory }, ['CFLAGS'], signal);
      return { name: `${name}/`, flags: [...absoluteIncludes(CFLAGS, directory), ...libcOf(request)] };
    }),
  );
}

/** What is worth showing of it; where it failed without a word that is known, its end. */
function saidBy(stderr: string, failedLog: string | undefined): Diagnostic[] {
  const diagnostics = readDiagnostics(stderr).filter(({ severity }) => severity !== 'note');
  if (failedLog === undefined || errorsIn(diagnostics).length > 0) return diagnostics;
  const end = stderr.trim().split('\n').slice(-3).join(' / ');
  return [...diagnostics, { severity: 'error', message: `make failed: ${end} (all of it: ${failedLog})` }];
}
