import { join } from 'node:path';
import type { Files, ProcessResult, Processes } from '../host.ts';
import { readAptSources, type AptSource } from './apt-sources.ts';

export interface AptTools {
  files: Files;
  processes: Processes;
  signal: AbortSignal;
}

/** A part of an archive, as a line of apt's list names it. */
export interface AptPlace {
  type: 'deb' | 'deb-src';
  suite: string;
  /** `main`, `universe` */
  component: string;
}

/** apt-get over lists of its own. */
export type Apt = (...args: string[]) => Promise<ProcessResult>;

/**
 * apt-get that knows only `places` of the archives in `sources`: without root, without touching the machine's lists,
 * never unsigned. Its lists and downloads are in the folder `work`, where it also runs.
 */
export async function privateApt(
  work: string,
  sources: readonly AptSource[],
  places: readonly AptPlace[],
  { files, processes, signal }: AptTools,
): Promise<Apt> {
  const list = join(work, 'sources.list');
  await files.makeDirectory(join(work, 'lists/partial'));
  await files.write(list, places.flatMap((place) => sources.map((source) => line(source, place))).join(''));
  const options = [
    `Dir::Etc::SourceList=${list}`,
    'Dir::Etc::SourceParts=/dev/null',
    `Dir::State::Lists=${join(work, 'lists')}`,
    `Dir::Cache=${work}`,
    'Acquire::Languages=none',
    'Acquire::AllowInsecureRepositories=false',
    'APT::Get::AllowUnauthenticated=false',
  ].flatMap((option) => ['-o', option]);
  return (...args) =>
    processes.run('apt-get', [...options, '-q', ...args], { cwd: work, env: { LC_ALL: 'C' }, signal });
}

/** The archives of the machine's own release; empty where its lists name none. */
export async function ownSources(files: Files, codename: string | undefined): Promise<AptSource[]> {
  const parts = '/etc/apt/sources.list.d';
  const paths = ['/etc/apt/sources.list', ...(await files.list(parts)).map((name) => join(parts, name))];
  const read: { name: string; text: string }[] = [];
  for (const path of paths) {
    if ((await files.stat(path))?.kind === 'file')
      read.push({ name: path, text: await files.readText(path) });
  }
  return readAptSources(read, codename);
}

/** With the keyring of the machine's own entry; without one, apt's trusted keys. */
function line({ uri, signedBy }: AptSource, { type, suite, component }: AptPlace): string {
  const options = signedBy?.startsWith('/') === true ? `[signed-by=${signedBy}] ` : '';
  return `${type} ${options}${uri} ${suite} ${component}\n`;
}
