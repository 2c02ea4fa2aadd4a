import { join } from 'node:path';
import { EspawsError } from '../errors.ts';
import { ownSources, privateApt, type AptTools as PackageTools } from './private-apt.ts';

/** Where a distribution has a version of a package. */
export interface PackagePlace {
  version: string;
  suite: string;
  /** Part of the archive: `main`, `universe`. */
  component: string;
  /** Of the release that this machine runs. */
  codename: string | undefined;
}

interface Wanted {
  name: string;
  place: PackagePlace;
  /** Folder for apt's lists and downloads. */
  work: string;
  /** Folder that gets the sources. */
  tree: string;
}

/**
 * Downloads and unpacks a source package of the distribution, without root and without touching the machine's own
 * lists; apt checks the archive's signature and the checksums. Gives its name with its version. Throws
 * `config/tree-missing`.
 */
export async function fetchSourcePackage(wanted: Wanted, tools: PackageTools): Promise<string> {
  await download(wanted, tools);
  return unpack(wanted, tools);
}

async function download({ name, place, work }: Wanted, tools: PackageTools): Promise<void> {
  const { suite, component, version } = place;
  if ((await tools.processes.find('apt-get')) === undefined) {
    throw missingTree(`${name} ${version} is not in the user's cache, and there is no apt-get.`, OTHERWISE);
  }
  const sources = await ownSources(tools.files, place.codename);
  if (sources.length === 0) {
    throw missingTree("apt's lists name no source of the distribution's main component.", OTHERWISE);
  }
  const apt = await privateApt(work, sources, [{ type: 'deb-src', suite, component }], tools);
  // A list that could not be had matters only if the package is then not found: one mirror of several may be down.
  const update = await apt('update');
  const source = await apt('source', '--download-only', `${name}/${suite}`);
  if (source.exitCode === 0) return;
  const complaints = [update, source].flatMap(({ stderr }) => stderr.match(/^[EW]: .*/gm) ?? []);
  // That apt works as root where its own user may not write is no reason.
  const reason = complaints.find((line) => !line.includes('unsandboxed')) ?? 'apt-get does not say why';
  throw missingTree(
    `The source package of ${name} ${version} could not be had: ${reason}`,
    OTHERWISE,
    update.stderr + source.stderr,
  );
}

const OTHERWISE =
  "Connect once to the distribution's package archive, or name a folder with mbedTLS's sources: mbedtls: { path: ... } in espaws.yaml.";

/** The upstream archive, without the distribution's patches. */
async function unpack({ work, tree }: Wanted, { files, processes, signal }: PackageTools): Promise<string> {
  const names = await files.list(work);
  const archive = names.find((name) => /\.orig\.tar\.\w+$/.test(name));
  if (archive === undefined) throw missingTree('The source package holds no upstream archive.', OTHERWISE);
  await files.makeDirectory(tree);
  const result = await processes.run(
    'tar',
    ['--extract', '--file', join(work, archive), '--directory', tree, '--strip-components=1'],
    { signal },
  );
  if (result.exitCode !== 0) {
    throw missingTree(`"${archive}" cannot be unpacked.`, 'Install tar, bzip2 and xz-utils.', result.stderr);
  }
  return (names.find((name) => name.endsWith('.dsc')) ?? archive).replace(/\.dsc$/, '');
}

/** There is no mbedTLS tree, and `hint` says how to come by one. */
export function missingTree(message: string, hint: string, cause?: unknown): EspawsError {
  return new EspawsError(message, { code: 'config/tree-missing', hint, cause });
}
