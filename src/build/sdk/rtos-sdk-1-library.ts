import { dirname, join, relative } from 'node:path';
import { cacheDirectory } from '../../sdk/cache.ts';
import { toolPath } from '../../sdk/toolchain.ts';
import { compileUnits, type CompileResult } from '../compile.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { writeIfChanged } from '../generated.ts';
import { findLauncher } from '../launcher.ts';
import { hashOf, ObjectCache } from '../object-cache.ts';
import type { BuildPlan } from '../plan.ts';
import { absoluteIncludes, askMake } from './make-variables.ts';
import { repairLibrary } from './repair-tree.ts';
import { libraryFolder, libraryPlan, placesOf } from './rtos-sdk-1-plan.ts';
import type { SdkBuildContext, SdkBuildRequest } from './sdk-build.ts';
import { socketsRepair } from './sockets-repair.ts';

/** Flags from the SDK's own makefiles; copies of what is mended are written. */
export async function planLibrary(request: SdkBuildRequest, context: SdkBuildContext): Promise<BuildPlan> {
  const { files, processes, signal, progress } = context;
  const { sdk } = request;
  const { overlay } = placesOf(request);
  const { repaired, notes } = await repairLibrary(files, libraryFolder(request, 'library').directory);
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
  return libraryPlan(request, [...sources, { source: content, flags: sources[0]!.flags }], copies);
}

/** The C library's headers, where the compiler has none of its own. */
export function libcOf({ toolchain }: SdkBuildRequest): readonly string[] {
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

/** Compiles what changed. */
export async function compileLibrary(
  plan: BuildPlan,
  request: SdkBuildRequest,
  context: SdkBuildContext,
): Promise<CompileResult> {
  const { files, progress } = context;
  return compileUnits(plan, {
    ...context,
    launcher: await findLauncher(context),
    cache: new ObjectCache(files, join(cacheDirectory(context.environment), 'objects')),
    compilerIdentity: request.toolchain.identity,
    jobs: request.jobs,
    onUnit: (unit, done, total) => {
      progress({ kind: 'stage-progress', stage: 'compile', done, total, text: unit.source });
    },
  });
}

/** The archive is made again only where an object changed. Returns what failed. */
export async function archiveObjects(
  plan: BuildPlan,
  keys: readonly string[],
  { request, context }: { request: SdkBuildRequest; context: SdkBuildContext },
): Promise<Diagnostic[]> {
  const { files, processes, signal } = context;
  const { archive } = placesOf(request);
  const key = hashOf(...keys);
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
