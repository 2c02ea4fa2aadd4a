import { chmod, mkdir, mkdtemp, readdir, rm, symlink, watch, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { nodeProcesses } from '../../src/io/processes.ts';
import { testProject } from '../support/board-case.ts';
import { editProject, espaws, leftovers, processesOf } from '../support/command.ts';
import { testTree, treeTitle } from '../support/trees.ts';

const COMPILER = await nodeProcesses.find('xtensa-lx106-elf-gcc');
const APT = await nodeProcesses.find('apt-get');

async function temporaryFolder(prefix: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), prefix));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** The real toolchain, but for the calls whose arguments match `pattern` (of the shell's `case`): they never end. */
async function stallingToolchain(pattern: string): Promise<{ folder: string; stalled: Promise<void> }> {
  const folder = await temporaryFolder('espaws-toolchain-');
  const real = dirname(COMPILER!);
  await mkdir(join(folder, 'bin'));
  await mkdir(join(folder, 'stalled'));
  await symlink(join(real, '../lib'), join(folder, 'lib'));
  for (const name of (await readdir(real)).filter((tool) => tool.startsWith('xtensa-lx106-elf-'))) {
    if (name !== 'xtensa-lx106-elf-gcc') await symlink(join(real, name), join(folder, 'bin', name));
  }
  const wrapper = join(folder, 'bin/xtensa-lx106-elf-gcc');
  const stall = `: > "${folder}/stalled/$$"; exec tail -f "${folder}/stalled/$$"`;
  await writeFile(
    wrapper,
    `#!/bin/sh\ncase " $* " in ${pattern}) ${stall} ;; esac\nexec "${COMPILER!}" "$@"\n`,
  );
  await chmod(wrapper, 0o755);
  return { folder, stalled: firstChange(join(folder, 'stalled')) };
}

async function firstChange(directory: string): Promise<void> {
  const stop = new AbortController();
  onTestFinished(() => {
    stop.abort();
  });
  try {
    for await (const _ of watch(directory, { signal: stop.signal })) return;
  } catch {
    // Never came: the test says what did.
    await new Promise(() => undefined);
  }
}

/** A server that takes connections and says nothing. */
async function silentServer() {
  let open = 0;
  const waiting: (() => void)[] = [];
  const server = createServer((socket) => {
    open += 1;
    socket.on('error', () => undefined).on('close', () => (open -= 1));
    socket.resume();
    for (const resolve of waiting.splice(0)) resolve();
  });
  const connected = new Promise<void>((resolve) => waiting.push(resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const allClosed = () => expect.poll(() => open).toBe(0);
  return { port: (server.address() as AddressInfo).port, connected, allClosed };
}

const checkFolders = async () =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('espaws-check-')).sort();

describe.skipIf(testTree('2.28') === undefined)(`Ctrl-C, ${treeTitle('2.28')}`, () => {
  it.each([
    ['behind the derivation', /config\s+\d+ options/, { cold: true }],
    ['while it compiles', /compile\s+xtensa/, { cold: true }],
    ['before the board boots', /compile\s+\d+ files compiled/, { cold: false }],
    ['while the board runs', /uart\s.*mbedtls_ctr_drbg_seed/, { cold: false }],
  ])('%s leaves no process and no half file', async (_title, interruptAt, { cold }) => {
    const project = await testProject({ identity: { ca: 'rsa' } });
    const cache = await temporaryFolder('espaws-cache-');
    const ended = await espaws(['run', '--project', project, '--verbose'], {
      interruptAt,
      env: cold ? { ESPAWS_CACHE: cache } : {},
    });
    expect(ended.stderr).toMatch(interruptAt);
    expect(ended.code, ended.stderr).toBe(130);
    expect(await leftovers(project)).toEqual([]);
    expect(await leftovers(cache)).toEqual([]);
    expect(await processesOf(project)).toEqual([]);
  });

  const run = (project: string) => ['run', '--project', project];
  const config = (project: string) => ['config', '--project', project];
  const check = (project: string) => [...config(project), '--check', join(project, 'build/mbedtls_config.h')];
  it
    .skipIf(COMPILER === undefined)
    .each<[string, string, (project: string) => string[], 'SIGINT' | 'SIGTERM']>([
      [
        'doctor, while the compiler says its version',
        '*" --version "*',
        (p) => ['doctor', '--project', p],
        'SIGINT',
      ],
      ['config, in the preprocessor', '*" -dM "*', config, 'SIGINT'],
      ['config --check, in the preprocessor', '*" -dM "*', check, 'SIGTERM'],
      ['run, in the preprocessor', '*" -MD "*', run, 'SIGINT'],
      ['run, in the compiler', '*" -c "*', run, 'SIGTERM'],
      ['run, in the linker', '*firmware.elf.partial*', run, 'SIGINT'],
    ])('ends %s', async (_title, pattern, command, signal) => {
    const project = await testProject({ identity: { ca: 'rsa' } });
    expect((await espaws(config(project))).code).toBe(0);
    const { folder, stalled } = await stallingToolchain(pattern);
    const before = await checkFolders();
    const ended = await espaws(command(project), {
      signal,
      interruptWhen: stalled,
      env: { ESPAWS_TOOLCHAIN: join(folder, 'bin') },
    });
    expect(ended.code, ended.stderr).toBe(130);
    expect(ended.stderr).toMatch(/\(interrupted\)/);
    expect(await leftovers(project)).toEqual([]);
    expect(await processesOf(folder)).toEqual([]);
    expect((await checkFolders()).filter((name) => !before.includes(name))).toEqual([]);
  });

  it.each([
    ['endpoint probe', (port: number) => ['endpoint', 'probe', `localhost:${port}`]],
    ['config --probe', (_port: number, project: string) => ['config', '--probe', '--project', project]],
    ['run, which asks the endpoint first', (_port: number, project: string) => ['run', '--project', project]],
  ])('while a server is silent ends %s', async (_title, command) => {
    const project = await testProject({ identity: { ca: 'rsa' } });
    const { port, connected, allClosed } = await silentServer();
    await editProject(project, (file) => (file['endpoint']!['port'] = port));
    const ended = await espaws(command(port, project), { interruptWhen: connected });
    expect(ended.code, ended.stderr).toBe(130);
    expect(await processesOf(project)).toEqual([]);
    await allClosed();
  });

  it('while a board is silent closes its port', async () => {
    const project = await testProject({ identity: { ca: 'rsa' } });
    const { port, connected, allClosed } = await silentServer();
    const ended = await espaws(['run', '--project', project, '--port', `socket://127.0.0.1:${port}`], {
      interruptWhen: connected,
    });
    expect(ended.code, ended.stderr).toBe(130);
    await allClosed();
    expect(await leftovers(project)).toEqual([]);
  });

  it.skipIf(APT === undefined)('while a tree is fetched leaves nothing of it', async () => {
    const project = await testProject({ identity: { ca: 'rsa' } });
    await editProject(project, (file) => (file['mbedtls'] = { version: '2.28' }));
    const cache = await temporaryFolder('espaws-cache-');
    // A proxy that takes apt's request and never answers.
    const { port, connected } = await silentServer();
    const configuration = join(project, 'apt.conf');
    const proxies = ['http', 'https'].map(
      (scheme) => `Acquire::${scheme}::Proxy "http://127.0.0.1:${port}";\n`,
    );
    await writeFile(
      configuration,
      `Dir::Etc::Parts "/dev/null";\nDir::Etc::Main "/dev/null";\n${proxies.join('')}`,
    );
    const ended = await espaws(['run', '--project', project], {
      interruptWhen: connected,
      env: { ESPAWS_CACHE: cache, APT_CONFIG: configuration },
    });
    expect(ended.code, ended.stderr).toBe(130);
    expect(ended.stderr).toMatch(/getting the source package/);
    expect(await readdir(join(cache, 'mbedtls'))).toEqual([]);
    expect(await processesOf(cache)).toEqual([]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('%s ends the stand-in', async (signal) => {
    const directory = await temporaryFolder('espaws-serve-');
    const ready = join(directory, 'ready.json');
    const serve = ['endpoint', 'serve', '--issue', 'ec', '--directory', directory, '--port', '0'];
    const ended = await espaws([...serve, '--ready-file', ready], { signal, interruptAt: /Ctrl-C ends it/ });
    expect(ended.code, ended.stderr).toBe(130);
    expect(await leftovers(directory)).toEqual([]);
    expect(await readdir(directory)).not.toContain('ready.json');
  });
});
