import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Environment, Files, Processes } from '../host.ts';
import type { Progress } from '../progress.ts';
import { cacheDirectory } from './cache.ts';
import type { BenchDescription } from './schema.ts';
import { fetchSourcePackage, missingTree, type PackagePlace } from './source-package.ts';

/** Where an mbedTLS source tree is, and where it came from. */
export interface MbedtlsSource {
  path: string;
  /** In words: `espaws.yaml`, or the source package that it was unpacked from. */
  origin: string;
}

export interface FindTreeOptions {
  files: Files;
  processes: Processes;
  environment: Environment;
  progress: Progress;
  signal: AbortSignal;
  sdk: BenchDescription;
}

/**
 * The tree that the project names: a folder, or a version from the user's cache; one that is not there yet is
 * downloaded once, as the distribution's own source package, whose signature apt checks. Throws
 * `config/tree-missing`.
 */
export async function findMbedtls(
  wanted: { path: string } | { version: string },
  options: FindTreeOptions,
): Promise<MbedtlsSource> {
  if ('path' in wanted) {
    if ((await options.files.stat(wanted.path))?.kind !== 'directory') {
      throw missingTree(`There is no mbedTLS tree at "${wanted.path}".`, 'Mend mbedtls.path in espaws.yaml.');
    }
    return { path: wanted.path, origin: 'espaws.yaml' };
  }
  const path = join(cacheDirectory(options.environment), 'mbedtls', wanted.version);
  if ((await options.files.stat(path)) === undefined) await download(wanted.version, path, options);
  const note = await options.files.readText(join(path, ORIGIN_NOTE)).catch(() => "the user's cache");
  return { path, origin: note.trim() };
}

/** In the root of an unpacked tree: one line that says what it is. */
const ORIGIN_NOTE = 'espaws-origin.txt';

async function download(version: string, path: string, options: FindTreeOptions): Promise<void> {
  const { files, environment, progress } = options;
  const place = await placeOf(version, options);
  progress({ kind: 'note', text: `mbedTLS ${version}: getting the source package of ${place.suite}` });
  const parent = join(cacheDirectory(environment), 'mbedtls');
  const work = join(parent, `.${version}.${randomBytes(6).toString('hex')}`);
  try {
    const tree = join(work, 'tree');
    const name = await fetchSourcePackage({ name: 'mbedtls', place, work, tree }, options);
    await files.write(join(tree, ORIGIN_NOTE), `source package ${name} of ${place.suite}\n`);
    await publish(tree, path, options);
  } finally {
    await files.remove(work);
  }
}

async function placeOf(version: string, { files, sdk }: FindTreeOptions): Promise<PackagePlace> {
  const release = await files.readText('/etc/os-release').catch(() => '');
  const field = (name: string) => new RegExp(`^${name}="?([\\w.-]+)"?$`, 'm').exec(release)?.[1];
  const distribution = field('ID') ?? 'this system';
  const known = sdk.trees.filter((tree) => tree.distribution === distribution);
  const found = known.find((tree) => tree.version === version);
  if (found !== undefined) return { ...found, codename: field('VERSION_CODENAME') };
  throw missingTree(
    `mbedTLS ${version} is not in the user's cache, and ${distribution} has no source package of it that is known.`,
    `Name a folder with mbedTLS's sources: mbedtls: { path: ... } in espaws.yaml${
      known.length === 0 ? '' : `, or a version of: ${known.map((tree) => tree.version).join(', ')}`
    }.`,
  );
}

/** Another espaws may have been quicker: then its tree, which is the same, stays. */
async function publish(tree: string, path: string, { files }: FindTreeOptions): Promise<void> {
  try {
    await files.rename(tree, path);
  } catch (error) {
    if ((await files.stat(path)) === undefined) throw error;
  }
}
