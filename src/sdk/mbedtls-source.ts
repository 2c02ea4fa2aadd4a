import { join } from 'node:path';
import { EspawsError } from '../errors.ts';
import type { Environment, Files, Processes } from '../host.ts';
import type { Progress } from '../progress.ts';
import { readAptSources, type AptSource } from './apt-sources.ts';
import { cacheDirectory } from './cache.ts';
import type { SdkDescription } from './schema.ts';

/** Where an mbedTLS source tree is, and where it came from. */
export interface MbedtlsSource {
  path: string;
  origin: string;
}

export interface FindTreeOptions {
  files: Files;
  processes: Processes;
  environment: Environment;
  progress: Progress;
  signal: AbortSignal;
  sdk: SdkDescription;
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
      throw missing(`There is no mbedTLS tree at "${wanted.path}".`, 'Mend mbedtls.path in espaws.yaml.');
    }
    return { path: wanted.path, origin: 'espaws.yaml' };
  }
  const path = join(cacheDirectory(options.environment), 'mbedtls', wanted.version);
  if ((await options.files.stat(path)) === undefined) await download(wanted.version, path, options);
  return { path, origin: 'distribution source package' };
}

async function download(version: string, path: string, options: FindTreeOptions): Promise<void> {
  const { files, environment, progress } = options;
  const suite = await suiteFor(version, options);
  progress({ kind: 'note', text: `mbedTLS ${version}: getting the source package of ${suite}` });
  const parent = join(cacheDirectory(environment), 'mbedtls');
  const work = join(parent, `.${version}.${process.pid}`);
  try {
    await files.makeDirectory(join(work, 'lists/partial'));
    await fetchPackage(work, suite, version, options);
    await unpack(work, options);
    await publish(join(work, 'tree'), path, options);
  } finally {
    await files.remove(work);
  }
}

async function suiteFor(version: string, { files, sdk }: FindTreeOptions): Promise<string> {
  const release = await files.readText('/etc/os-release').catch(() => '');
  const distribution = /^ID="?(\w+)"?$/m.exec(release)?.[1] ?? 'unknown';
  const known = sdk.trees.filter((tree) => tree.distribution === distribution);
  const found = known.find((tree) => tree.version === version);
  if (found !== undefined) return found.suite;
  throw missing(
    `mbedTLS ${version} is not in the user's cache, and ${distribution} has no source package of it that is known.`,
    `Name a folder with mbedTLS's sources: mbedtls: { path: ... } in espaws.yaml${
      known.length === 0 ? '' : `, or a version of: ${known.map((tree) => tree.version).join(', ')}`
    }.`,
  );
}

async function fetchPackage(
  work: string,
  suite: string,
  version: string,
  { files, processes, signal }: FindTreeOptions,
): Promise<void> {
  if ((await processes.find('apt-get')) === undefined) {
    throw missing(`mbedTLS ${version} is not in the user's cache, and there is no apt-get.`, OTHERWISE);
  }
  const list = join(work, 'sources.list');
  await files.write(list, (await ownSources(files)).map((source) => sourceLine(source, suite)).join(''));
  const options = [
    `Dir::Etc::SourceList=${list}`,
    'Dir::Etc::SourceParts=/dev/null',
    `Dir::State::Lists=${join(work, 'lists')}`,
    `Dir::Cache=${work}`,
    'Acquire::Languages=none',
  ].flatMap((option) => ['-o', option]);
  const apt = async (...args: string[]) => {
    const result = await processes.run('apt-get', [...options, '-q', ...args], { cwd: work, signal });
    if (result.exitCode === 0) return;
    const reason = /^[EW]: .*/m.exec(result.stderr)?.[0] ?? `apt-get ${args[0]!} failed`;
    throw missing(
      `The source package of mbedTLS ${version} could not be had: ${reason}`,
      OTHERWISE,
      result.stderr,
    );
  };
  await apt('update');
  await apt('source', '--download-only', `mbedtls/${suite}`);
}

const OTHERWISE =
  "Connect once to the distribution's package archive, or name a folder with mbedTLS's sources: mbedtls: { path: ... } in espaws.yaml.";

async function ownSources(files: Files): Promise<AptSource[]> {
  const parts = '/etc/apt/sources.list.d';
  const paths = ['/etc/apt/sources.list', ...(await files.list(parts)).map((name) => join(parts, name))];
  const read: { name: string; text: string }[] = [];
  for (const path of paths) {
    if ((await files.stat(path))?.kind === 'file')
      read.push({ name: path, text: await files.readText(path) });
  }
  const sources = readAptSources(read);
  if (sources.length > 0) return sources;
  throw missing("apt's lists name no source of the distribution's main component.", OTHERWISE);
}

/**
 * The keyring of the machine's own entry may hold one release's key only, and the wanted suite may be another
 * release: the distribution's whole keyring, which apt trusts anyway, is used where there is one.
 */
function sourceLine({ uri, signedBy }: AptSource, suite: string): string {
  const options = signedBy?.startsWith('/') === true ? `[signed-by=${signedBy}] ` : '';
  return `deb-src ${options}${uri} ${suite} main\n`;
}

async function unpack(work: string, { files, processes, signal }: FindTreeOptions): Promise<void> {
  const archive = (await files.list(work)).find((name) => /\.orig\.tar\.\w+$/.test(name));
  if (archive === undefined) throw missing('The source package holds no upstream archive.', OTHERWISE);
  await files.makeDirectory(join(work, 'tree'));
  const result = await processes.run(
    'tar',
    ['--extract', '--file', join(work, archive), '--directory', join(work, 'tree'), '--strip-components=1'],
    { signal },
  );
  if (result.exitCode === 0) return;
  throw missing(`"${archive}" cannot be unpacked.`, 'Install tar, bzip2 and xz-utils.', result.stderr);
}

/** Another espaws may have been quicker: then its tree, which is the same, stays. */
async function publish(tree: string, path: string, { files }: FindTreeOptions): Promise<void> {
  try {
    await files.rename(tree, path);
  } catch (error) {
    if ((await files.stat(path)) === undefined) throw error;
  }
}

function missing(message: string, hint: string, cause?: unknown): EspawsError {
  return new EspawsError(message, { code: 'config/tree-missing', hint, cause });
}
