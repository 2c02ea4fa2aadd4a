import { dirname, isAbsolute, join, relative } from 'node:path';
import { EspawsError } from '../../errors.ts';
import type { Files } from '../../host.ts';
import { loadFlashMap } from '../../image/flash-maps.ts';
import { readTreeFiles } from '../../mbedtls/tree-files.ts';
import { cacheDirectory } from '../../sdk/cache.ts';
import { toolPath } from '../../sdk/toolchain.ts';
import { compileUnits } from '../compile.ts';
import { readDiagnostics, type Diagnostic } from '../diagnostics.ts';
import { writeIfChanged } from '../generated.ts';
import { findLauncher } from '../launcher.ts';
import { hashOf, ObjectCache } from '../object-cache.ts';
import { compileCommands, type BuildPlan } from '../plan.ts';
import { absoluteIncludes, askMake } from './make-variables.ts';
import { repairTree } from './repair-tree.ts';
import { checkLinkLine } from './rtos-sdk-1-check.ts';
import { imageOf } from './rtos-sdk-1-image.ts';
import { libraryFolder, libraryPlan, mapName, placesOf, programFolder } from './rtos-sdk-1-plan.ts';
import type { SdkBuildContext, SdkBuildRequest, SdkBuildResult } from './sdk-build.ts';
import { socketsRepair } from './sockets-repair.ts';
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
  const compiler = toolPath(request.toolchain, 'gcc');
  const failed = (failedAt: 'check' | 'compile' | 'link', diagnostics: Diagnostic[]): SdkBuildResult => ({
    ...{ ok: false, failedAt, diagnostics, logPath: places.logPath, regions: [], sizes: [] },
    timing: { libraryMs: nowMs() - start, programMs: 0 },
  });

  const [asked, plan, map] = await Promise.all([
    askMake(processes, program, ['LINKFLAGS_eagle.app.v6', 'OIMAGES', 'SUBDIRS'], signal),
    planLibrary(request, context),
    loadFlashMap(files, mapName(request.options)),
  ]);
  const words = asked['LINKFLAGS_eagle.app.v6'];
  const library = { name: 'the library', flags: plan.units[0]!.flags };
  // The compiler answers what the checks ask while it compiles; what they find ends that.
  const found = new AbortController();
  const checks = Promise.all([
    checkLinkLine(context, { ...request, words, signal }),
    programSides(request, asked.SUBDIRS, context).then((folders) =>
      compareContexts(processes, { compiler, library, program: folders, signal }),
    ),
  ]).then(([missing, unlike]) => {
    const faults = missing.length > 0 ? missing : unlike;
    if (faults.length > 0) found.abort();
    return faults;
  });
  // The makefiles of programs are not for several jobs: their folders are compiled beside the library.
  const args = ['-C', program.directory, ...program.variables];
  const make = (until: AbortSignal, ...goals: string[]) =>
    processes.run('make', [...args, ...goals], { env: program.env, signal: until, isPrivate: true });
  const until = AbortSignal.any([signal, found.signal]);
  const both = [buildLibrary(plan, request, { ...context, signal: until }), make(until, '.subdirs')] as const;
  // So that none still writes when another throws.
  await Promise.allSettled([checks, ...both]);
  const faults = await checks;
  if (faults.length > 0) return failed('check', faults);
  const [compiled, folders] = await Promise.all(both);
  if (compiled.some(({ severity }) => severity === 'error')) return failed('compile', compiled);
  const libraryMs = nowMs() - start;

  const elfPath = join(program.directory, asked.OIMAGES[0] ?? '');
  await removeStale(elfPath, places.archive, files);
  context.progress({ kind: 'note', text: `make in ${request.projectDirectory}` });
  const made = await make(signal);
  // What failed there fails here again.
  const before = folders.exitCode === 0 ? folders : { stdout: '', stderr: '' };
  const stderr = `${before.stderr}${made.stderr}`;
  await files.write(places.logPath, `${before.stdout}${made.stdout}${stderr}`);
  const timing = { libraryMs, programMs: nowMs() - start - libraryMs };
  if (made.exitCode !== 0) {
    const diagnostics = await placed(saidBy(stderr, places.logPath), request, context);
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    const failedAt = errors.some(({ file }) => file !== undefined) ? 'compile' : 'link';
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
    compileCommandsPath: join(request.buildDirectory, 'compile_commands.json'),
    elfPath,
    ...(await imageOf(request, { elfPath, map }, context)),
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

/** Flags from the SDK's own makefiles; copies of what is mended are written. */
async function planLibrary(request: SdkBuildRequest, context: SdkBuildContext): Promise<BuildPlan> {
  const { files, processes, signal, progress } = context;
  const { sdk, buildDirectory } = request;
  const { overlay } = placesOf(request);
  const { repaired, notes } = repairTree(await readTreeFiles(files, sdk.path));
  const copies = new Map<string, string>();
  for (const [path, text] of repaired) {
    const copy = join(overlay, relative(sdk.path, path));
    await writeIfChanged(files, copy, text, 0o644);
    copies.set(path, copy);
  }
  for (const text of [...notes, ...(await overlaySockets(request, context))])
    progress({ kind: 'note', text });
  const parts = await Promise.all(
    (['library', 'platform'] as const).map(async (part) => {
      const folder = libraryFolder(request, part);
      const names = (await files.list(folder.directory)).filter((name) => name.endsWith('.c'));
      if (names.length === 0) return [];
      const { CFLAGS } = await askMake(processes, folder, ['CFLAGS'], signal);
      const asked = absoluteIncludes(CFLAGS, folder.directory);
      const flags = [...asked, ...(await wordsOf(asked, context)), ...libcOf(request)];
      return names.map((name) => ({ source: join(folder.directory, name), flags }));
    }),
  );
  const sources = parts.flat();
  // A raw mbedTLS program has no OpenSSL layer that would define what config_esp.h refers to.
  const content = join(overlay, 'max_content_len.c');
  await writeIfChanged(files, content, MAX_CONTENT_LEN, 0o644);
  const plan = libraryPlan(request, [...sources, { source: content, flags: sources[0]!.flags }], copies);
  const commands = JSON.stringify(compileCommands(plan, buildDirectory), undefined, 2);
  await writeIfChanged(files, join(buildDirectory, 'compile_commands.json'), `${commands}\n`, 0o644);
  return plan;
}

/** The C library's headers, where the compiler has none of its own. */
function libcOf({ toolchain }: SdkBuildRequest): readonly string[] {
  return toolchain.libcFlags;
}

/**
 * Sources take words such as ICACHE_RODATA_ATTR from this header, which config_esp.h includes for them and a derived
 * configuration does not.
 */
async function wordsOf(flags: readonly string[], { files }: SdkBuildContext): Promise<string[]> {
  const folders = flags.filter((flag) => flag.startsWith('-I')).map((flag) => flag.slice(2));
  for (const folder of folders) {
    const path = join(folder, 'c_types.h');
    if ((await files.stat(path)) !== undefined) return ['-include', path];
  }
  return [];
}

const MAX_CONTENT_LEN = '__attribute__(( weak )) unsigned int max_content_len = 8192;\n';

/**
 * sockets.h includes the faulty header from its own folder, which comes before every `-I`: both are in the overlay.
 */
async function overlaySockets(request: SdkBuildRequest, { files }: SdkBuildContext): Promise<string[]> {
  const { sdk } = request;
  const name = 'include/lwip/lwip/multi-threads/sockets_mt.h';
  const path = join(sdk.path, name);
  if ((await files.stat(path)) === undefined) return [];
  const text = await files.readText(path);
  const mended = socketsRepair.apply(text, path);
  if (mended === text) return [];
  const { overlay } = placesOf(request);
  await writeIfChanged(files, join(overlay, name), mended, 0o644);
  const outer = 'include/lwip/lwip/sockets.h';
  await writeIfChanged(files, join(overlay, outer), await files.readText(join(sdk.path, outer)), 0o644);
  return [`${path}: a copy is compiled that mends ${socketsRepair.what}`];
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

/** Compiles and archives; the archive is made again only where an object changed. */
async function buildLibrary(
  plan: BuildPlan,
  request: SdkBuildRequest,
  context: SdkBuildContext,
): Promise<Diagnostic[]> {
  const { files, processes, progress, signal } = context;
  const { archive } = placesOf(request);
  const compiled = await compileUnits(plan, {
    ...context,
    launcher: await findLauncher(context),
    cache: new ObjectCache(files, join(cacheDirectory(context.environment), 'objects')),
    compilerIdentity: request.toolchain.identity,
    jobs: request.jobs,
    onUnit: (unit, done, total) => {
      progress({ kind: 'stage-progress', stage: 'compile', done, total, text: unit.source });
    },
  });
  const errors = compiled.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return errors;
  const key = hashOf(...compiled.keys);
  const keyPath = `${archive}.key`;
  const made = await files.readText(keyPath).catch(() => undefined);
  if (made === key && (await files.stat(archive)) !== undefined) return [];
  await files.makeDirectory(dirname(archive));
  await files.remove(archive);
  const args = ['rcs', archive, ...plan.units.map(({ object }) => object)];
  const { exitCode, stderr } = await processes.run(toolPath(request.toolchain, 'ar'), args, { signal });
  if (exitCode !== 0) return [{ severity: 'error', message: `ar failed: ${stderr.trim()}` }];
  await files.write(keyPath, key);
  return [];
}

/** What is worth showing of it; where it failed without a word that is known, its end. */
function saidBy(stderr: string, failedLog: string | undefined): Diagnostic[] {
  const diagnostics = readDiagnostics(stderr).filter(({ severity }) => severity !== 'note');
  if (failedLog === undefined || diagnostics.some(({ severity }) => severity === 'error')) return diagnostics;
  const end = stderr.trim().split('\n').slice(-3).join(' / ');
  return [...diagnostics, { severity: 'error', message: `make failed: ${end} (all of it: ${failedLog})` }];
}
