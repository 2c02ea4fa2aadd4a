import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { nodeEnvironment } from '../../src/io/environment.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { nodeProcesses } from '../../src/io/processes.ts';
import { missingParts } from '../../src/sdk/check-sdk.ts';
import { detectSdk } from '../../src/sdk/detect.ts';
import { loadSdks, type CheckoutDescription, type KnownCheckout } from '../../src/sdk/schema.ts';
import { findToolchain, toolPath } from '../../src/sdk/toolchain.ts';

const run = promisify(execFile);

async function folder(paths: readonly string[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'espaws-detect-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const path of paths) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), '');
  }
  return directory;
}

/** A file in each of what may be a folder: nothing of a real checkout is needed to recognise it. */
const filesIn = (paths: readonly string[]) =>
  paths.map((path) => (path.includes('.') ? path : join(path, 'x')));
const nowhere = { environment: { variables: {} }, projectDirectory: '/nonexistent/project' };

describe('detectSdk', async () => {
  const checkouts = (await loadSdks(nodeFiles)).filter(
    (sdk): sdk is KnownCheckout => sdk.mechanism !== 'bench',
  );

  it.each(checkouts.map((sdk) => [sdk.name, sdk] as const))(
    'recognises %s, and nothing else',
    async (name, sdk) => {
      const path = await folder(filesIn(sdk.recognise.present));
      const found = await detectSdk(nodeFiles, { path, ...nowhere });
      expect(found).toMatchObject({ path, origin: 'sdk.path', description: { name } });
      expect(await detectSdk(nodeFiles, { path, kind: sdk.kind, ...nowhere })).toEqual(found);
      const matches = checkouts.filter(
        ({ recognise }) =>
          recognise.present.every((one) => sdk.recognise.present.includes(one)) &&
          !recognise.absent.some((one) => sdk.recognise.present.includes(one)),
      );
      expect(matches.map((one) => one.name)).toEqual([name]);
    },
  );

  it('looks at IDF_PATH, SDK_PATH and above the project, in this order', async () => {
    const [one, two, three] = await Promise.all([
      folder(['third_party/mbedtls/x']),
      folder(['third_party/mbedtls/x', 'VERSION']),
      folder(['extras/x', 'parameters.mk', 'common.mk', 'examples/mine/espaws.yaml']),
    ]);
    const projectDirectory = join(three, 'examples/mine');
    const at = (variables: Record<string, string>) =>
      detectSdk(nodeFiles, { environment: { variables }, projectDirectory });
    expect(await at({ IDF_PATH: one, SDK_PATH: two })).toMatchObject({ path: one, origin: 'IDF_PATH' });
    expect(await at({ IDF_PATH: '/nonexistent', SDK_PATH: two })).toMatchObject({ origin: 'SDK_PATH' });
    expect(await at({})).toMatchObject({ path: three, description: { name: 'esp-open-rtos' } });
    // Of another kind than the one that is wanted.
    const wanted = { environment: { variables: {} }, projectDirectory, kind: 'rtos-sdk' } as const;
    await expect(detectSdk(nodeFiles, wanted)).rejects.toMatchObject({ code: 'sdk/unknown' });
  });

  it('says the version: version.txt, else the tag that is checked out', async () => {
    const path = await folder(['components/mbedtls/port/x', 'make/project.mk']);
    const version = async () => (await detectSdk(nodeFiles, { path, ...nowhere })).version;
    expect(await version()).toBe('3.3 to 3.4, master');
    const git = (...args: string[]) =>
      run('git', ['-C', path, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args]);
    await git('init', '-q');
    await git('add', '-A');
    await git('commit', '-qm', 'SDK');
    const { stdout } = await git('rev-parse', 'HEAD');
    expect(await version()).toBe(stdout.slice(0, 8));
    await git('tag', 'v3.4');
    expect(await version()).toBe('v3.4');
    await git('tag', '-d', 'v3.4');
    await git('tag', '-a', 'v3.4-rc', '-m', 'annotated');
    await git('pack-refs', '--all');
    expect(await version()).toBe('v3.4-rc');
    const worktree = join(path, 'worktree');
    await git('worktree', 'add', '--detach', worktree);
    expect((await detectSdk(nodeFiles, { path: worktree, ...nowhere })).version).toBe('v3.4-rc');
    await writeFile(join(path, 'version.txt'), 'v3.4-dirty\n');
    expect(await version()).toBe('v3.4-dirty');
  });

  it('names what it looked at', async () => {
    await expect(detectSdk(nodeFiles, { path: '/nonexistent/sdk', ...nowhere })).rejects.toMatchObject({
      code: 'sdk/unknown',
      message: expect.stringContaining('"/nonexistent/sdk"') as string,
    });
  });
});

describe('missingParts', async () => {
  const python = await nodeProcesses.find('python');
  const toolchain = await findToolchain(nodeProcesses, nodeFiles, nodeEnvironment()).catch(() => undefined);
  const named = async (name: string) =>
    (await loadSdks(nodeFiles)).find((sdk) => sdk.name === name) as CheckoutDescription;
  const tools = { files: nodeFiles, processes: nodeProcesses, signal: new AbortController().signal };

  it('names files and the command that brings them', async () => {
    const path = await folder(['third_party/mbedtls/library/oid.c']);
    const parts = await missingParts(tools, { path, description: await named('rtos-sdk-1.5') }, toolchain);
    expect(parts).toContainEqual({
      text: `${path}/lib/libmain.a is not there`,
      hint: `git -C ${path} checkout -- lib`,
    });
  });

  it('names submodules', async () => {
    const path = await folder(['make/project.mk']);
    const parts = await missingParts(tools, { path, description: await named('rtos-sdk-3.3') }, undefined);
    expect(parts.map(({ hint }) => hint)).toContain(
      `git -C ${path} submodule update --init components/mbedtls/mbedtls`,
    );
  });

  it.skipIf(toolchain?.libc !== 'picolibc')(
    'says that a toolchain has no newlib, libstdc++ or libhal',
    async () => {
      const parts = await missingParts(
        tools,
        { path: '/nonexistent', description: await named('rtos-sdk-3.3') },
        toolchain,
      );
      const texts = parts.map(({ text }) => text).join('\n');
      expect(texts).toMatch(/needs newlib/);
      expect(texts).toMatch(/needs libstdc\+\+/);
      expect(parts.find(({ text }) => text.includes('newlib'))?.hint).toContain('esp-2020r3');
      const sdk = { path: '/nonexistent', description: await named('esp-open-rtos') };
      expect((await missingParts(tools, sdk, toolchain)).map(({ text }) => text).join('\n')).toMatch(
        /needs libhal/,
      );
    },
  );

  describe('what SDK and toolchain have between them', () => {
    const libc = toolchain?.libc;
    const texts = async (name: string, paths: readonly string[]) => {
      const path = await folder(paths);
      const parts = await missingParts(tools, { path, description: await named(name) }, toolchain);
      return parts.map(({ text, hint }) => `${text}: ${hint}`).join('\n');
    };

    it.skipIf(libc !== 'picolibc').each([
      ['rtos-sdk-3.3', 'components/newlib/newlib/include/reent.h', /needs newlib/],
      ['rtos-sdk-1.5', 'lib/libhal.a', /needs libhal.*or copy lib\/libhal\.a of release 2\.1/],
      ['rtos-sdk-2', 'lib/libhal.a', /needs libhal/],
      ['esp-open-rtos', undefined, /needs libhal[^]*needs xtensa-headers/],
    ])('%s needs nothing of the toolchain that is in %s', async (name, path, needs) => {
      expect(await texts(name, ['other'])).toMatch(needs);
      if (path !== undefined) expect(await texts(name, [path])).not.toMatch(needs);
    });

    it.skipIf(libc !== 'picolibc')('is asked of the compiler, whoever made it', async () => {
      const directory = await folder([
        'include/reent.h',
        'include/xtensa/config/core.h',
        'lib/libstdc++.a',
        'lib/libhal.a',
      ]);
      const gcc = join(directory, 'xtensa-lx106-elf-gcc');
      const own = `-B${join(directory, 'lib')}/ -isystem ${join(directory, 'include')}`;
      await writeFile(gcc, `#!/bin/sh\nexec ${toolPath(toolchain!, 'gcc')} ${own} "$@"\n`, { mode: 0o755 });
      const other = await findToolchain(nodeProcesses, nodeFiles, {
        ...nodeEnvironment(),
        variables: { ESPAWS_TOOLCHAIN: directory },
      });
      for (const name of ['rtos-sdk-3.3', 'esp-open-rtos']) {
        const parts = await missingParts(
          tools,
          { path: '/nonexistent', description: await named(name) },
          other,
        );
        expect(parts.map(({ text }) => text).join('\n')).not.toMatch(/needs/);
      }
    });
  });

  it.skipIf(python === undefined)(
    'asks the SDK’s own check for what its scripts want of Python',
    async () => {
      const path = await folder(['make/project.mk', 'requirements.txt']);
      const description = await named('rtos-sdk-3.3');
      const said = async (script: string) => {
        await mkdir(join(path, 'tools'), { recursive: true });
        await writeFile(join(path, 'tools/check_python_dependencies.py'), script);
        const parts = await missingParts(tools, { path, description }, undefined);
        return parts.filter(({ text }) => /python/i.test(text));
      };
      expect(await said('print("Python requirements are satisfied.")')).toEqual([]);
      // As that of the SDK says it.
      const unmet = ['print("The following Python requirements are not satisfied:")', 'print("tool>=2,<3")'];
      const [part] = await said([...unmet, 'print("Please refer to the guide.")', 'exit(1)'].join('\n'));
      expect(part?.text).toMatch(/lacks what the SDK's scripts ask for: tool>=2,<3$/);
      expect(part?.hint).toContain(`-m pip install -r ${path}/requirements.txt`);
      expect((await said('exit("pkg_resources cannot be imported")'))[0]?.text).toContain('pkg_resources');
    },
  );
});
