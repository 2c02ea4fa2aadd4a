import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { espaws } from '../support/command.ts';

const run = promisify(execFile);

/** git refuses submodules by path unless it is told otherwise: for the processes that make them, not for espaws. */
const LOCAL = {
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'protocol.file.allow',
  GIT_CONFIG_VALUE_0: 'always',
};

describe('espaws sdk fetch', () => {
  let directory: string;
  let sdk: string;
  let url: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'espaws-fetch-'));
    env = { ESPAWS_CACHE: join(directory, 'cache') };
    const make = async (
      name: string,
      files: Record<string, string>,
      submodules: Readonly<Record<string, string>> = {},
    ) => {
      const path = join(directory, name);
      for (const [file, text] of Object.entries(files)) {
        await mkdir(join(path, file, '..'), { recursive: true });
        await writeFile(join(path, file), text);
      }
      const git = (...args: string[]) =>
        run('git', ['-C', path, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
          env: { ...process.env, ...LOCAL },
        });
      await git('init', '-q', '-b', 'main');
      await git('add', '-A');
      for (const [path, from] of Object.entries(submodules)) {
        await git('submodule', '--quiet', 'add', `file://${from}`, path);
      }
      await git('commit', '-qm', name);
      await git('tag', 'v3.4');
      return path;
    };
    const library = await make('mbedtls', { 'library/ssl_tls.c': '/* TLS */\n' });
    const coap = await make('libcoap', { 'coap.c': '' });
    sdk = await make(
      'sdk',
      { 'make/project.mk': '', 'components/mbedtls/port/x.c': '' },
      { 'components/coap/libcoap': coap, 'components/mbedtls/mbedtls': library },
    );
    url = `file://${sdk}`;
  });
  afterAll(() => rm(directory, { recursive: true }));

  const fetch = (release: string, ...options: string[]) =>
    espaws(['sdk', 'fetch', `rtos-sdk@${release}`, '--from', url, '--json', ...options], { env });

  it('gets a release with its submodules, once', async () => {
    const { code, stdout, stderr } = await fetch('v3.4');
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    const { path, version, name } = JSON.parse(stdout) as Record<string, string>;
    expect({ version, name }).toEqual({ version: 'v3.4', name: 'rtos-sdk-3.3' });
    expect(await readFile(join(path!, 'components/mbedtls/mbedtls/library/ssl_tls.c'), 'utf8')).toContain(
      'TLS',
    );
    const again = await espaws(['sdk', 'fetch', 'rtos-sdk@v3.4', '--from', 'file:///nonexistent'], { env });
    expect(again.code).toBe(0);
    const listed = await espaws(['sdk', 'list', '--json'], { env });
    expect(JSON.parse(listed.stdout)).toMatchObject({ fetched: [path] });
  });

  it('gets a branch', async () => {
    expect((await fetch('main')).code).toBe(0);
  });

  it('says that there is no such release, and leaves nothing that looks like one', async () => {
    const { code, stderr } = await fetch('v9.9');
    expect(code).toBe(3);
    expect(stderr).toMatch(/no tag or branch "v9\.9"[^]*git ls-remote/);
    expect(await readdir(join(directory, 'cache/sdk'))).not.toContain('rtos-sdk@v9.9');
  });

  it('goes on after an interruption', async () => {
    const sdks = join(directory, 'cache/sdk');
    await rm(join(sdks, 'rtos-sdk@v3.4'), { recursive: true });
    const interrupted = await espaws(['sdk', 'fetch', 'rtos-sdk@v3.4', '--from', url], {
      env,
      interruptAt: /getting submodule 2/,
    });
    if (interrupted.code !== 0) {
      expect(interrupted.code).toBe(130);
      expect(await readdir(sdks)).not.toContain('rtos-sdk@v3.4');
    }
    expect((await fetch('v3.4')).code).toBe(0);
    expect(await readdir(sdks)).toContain('rtos-sdk@v3.4');
  });

  it('goes on without a submodule that no build needs, and says so', async () => {
    await rename(join(directory, 'libcoap'), join(directory, 'gone'));
    const cache = join(directory, 'second');
    const { code, stdout, stderr } = await espaws(
      ['sdk', 'fetch', 'rtos-sdk@v3.4', '--from', relative('.', sdk), '--json'],
      { env: { ESPAWS_CACHE: cache } },
    );
    const path = join(cache, 'sdk/rtos-sdk@v3.4');
    expect({ code, path: (JSON.parse(stdout) as { path: string }).path }).toEqual({ code: 0, path });
    expect(stderr).toMatch(/warning: The submodule components\/coap\/libcoap does not come/);
    expect(stderr).toContain(`git -C ${path} submodule update --init components/coap/libcoap`);
    expect(await readdir(join(path, 'components/mbedtls/mbedtls'))).toContain('library');
  });

  it('is not done without one that every build needs, and goes on where it is there again', async () => {
    await rename(join(directory, 'mbedtls'), join(directory, 'away'));
    const cache = join(directory, 'third');
    const get = () =>
      espaws(['sdk', 'fetch', 'rtos-sdk@v3.4', '--from', url], { env: { ESPAWS_CACHE: cache } });
    const { code, stderr } = await get();
    expect(code).toBe(3);
    expect(stderr).toMatch(/The submodule components\/mbedtls\/mbedtls does not come: /);
    expect(await readdir(join(cache, 'sdk'))).toEqual(['rtos-sdk@v3.4.partial']);
    await rename(join(directory, 'away'), join(directory, 'mbedtls'));
    expect((await get()).code).toBe(0);
  });

  it.each(['rtos-sdk', 'arduino@1.0'])('says how an SDK is written: %s', async (name) => {
    const { code, stderr } = await espaws(['sdk', 'fetch', name], { env });
    expect(code).toBe(2);
    expect(stderr).toContain('rtos-sdk@v3.4');
  });
});
