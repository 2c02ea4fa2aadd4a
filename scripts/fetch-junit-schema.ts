import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { nodeEnvironment } from '../src/io/environment.ts';
import { nodeFiles as files } from '../src/io/files.ts';
import { nodeProcesses as processes } from '../src/io/processes.ts';
import { cacheDirectory } from '../src/sdk/cache.ts';
import { fetchSourcePackage } from '../src/sdk/source-package.ts';

/**
 * Gets junit-10.xsd, the schema of Jenkins's xUnit plugin, into the user's cache: the tests hold reports against it.
 * It is in pytest's sources, which the machine's distribution has as a package. Prints where it is.
 */
const target = join(cacheDirectory(nodeEnvironment()), 'junit/junit-10.xsd');
if ((await files.stat(target)) === undefined) await fetchSchema();
process.stdout.write(`setup: JUnit's schema for the tests: ${target}\n`);

async function fetchSchema(): Promise<void> {
  const release = await files.readText('/etc/os-release');
  const codename = /^VERSION_CODENAME="?(\w+)/m.exec(release)?.[1];
  const component = /^ID="?ubuntu/m.test(release) ? 'universe' : 'main';
  const work = join(cacheDirectory(nodeEnvironment()), `.junit.${randomBytes(6).toString('hex')}`);
  const tree = join(work, 'tree');
  try {
    const suite = codename ?? 'stable';
    // Whichever version that is; the words are for messages.
    const place = { suite, component, codename, version: `of ${suite}` };
    await fetchSourcePackage(
      { name: 'pytest', place, work, tree },
      { files, processes, signal: new AbortController().signal },
    );
    await files.write(target, await files.readBytes(join(tree, 'testing/example_scripts/junit-10.xsd')));
  } finally {
    await files.remove(work);
  }
}
