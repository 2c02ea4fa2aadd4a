import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { nodeEnvironment } from '../src/io/environment.ts';
import { nodeFiles as files } from '../src/io/files.ts';
import { nodeProcesses as processes } from '../src/io/processes.ts';
import { cacheDirectory } from '../src/sdk/cache.ts';
import { ownSources, privateApt, type Apt } from '../src/sdk/private-apt.ts';

/** Of the release that still has them, for Debian 12, which has no esptool. */
const FROM_TRIXIE = ['esptool', 'python3-reedsolo'];
/** What esptool imports, of the machine's own release: some have compiled parts. */
const OWN = 'serial bitstring bitarray ecdsa intelhex yaml cryptography cffi-backend six'
  .split(' ')
  .map((name) => `python3-${name}`);

/**
 * Gets esptool.py, as Debian packages it, into the user's cache: the tests ask it to judge what espaws does. Nothing
 * of the machine is changed. Prints the folder to put on PYTHONPATH.
 */
const target = join(cacheDirectory(nodeEnvironment()), 'esptool');
const signal = new AbortController().signal;
if ((await files.stat(target)) === undefined) await fetchEsptool();
process.stdout.write(`setup: esptool for the tests: ${target}\n`);

async function fetchEsptool(): Promise<void> {
  const work = `${target}.${randomBytes(6).toString('hex')}`;
  try {
    const release = await files.readText('/etc/os-release');
    const codename = /^VERSION_CODENAME="?(\w+)/m.exec(release)?.[1];
    const isUbuntu = /^ID="?ubuntu/m.test(release);
    const sources = await ownSources(files, codename);
    const own = codename ?? 'stable';
    const suites = isUbuntu || own === 'trixie' ? [own] : [own, 'trixie'];
    const places = suites.flatMap((suite) =>
      (isUbuntu ? ['main', 'universe'] : ['main']).map((component) => ({
        type: 'deb' as const,
        suite,
        component,
      })),
    );
    const apt = await privateApt(work, sources, places, { files, processes, signal });
    await must(apt, 'update');
    const late = suites.at(-1)!;
    await must(
      apt,
      'download',
      ...FROM_TRIXIE.map((name) => `${name}/${late}`),
      ...OWN.map((name) => `${name}/${own}`),
    );
    const root = join(work, 'root');
    for (const name of (await files.list(work)).filter((name) => name.endsWith('.deb'))) {
      const { exitCode, stderr } = await processes.run('dpkg', ['-x', join(work, name), root], { signal });
      if (exitCode !== 0) throw new Error(stderr);
    }
    await files.rename(join(root, 'usr/lib/python3/dist-packages'), target);
  } finally {
    await files.remove(work);
  }
}

async function must(apt: Apt, ...args: string[]): Promise<void> {
  const { exitCode, stderr } = await apt(...args);
  if (exitCode !== 0) throw new Error(`apt-get ${args[0]!}: ${stderr}`);
}
