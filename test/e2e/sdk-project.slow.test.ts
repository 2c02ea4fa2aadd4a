import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, cp, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeEnvironment } from '../../src/io/environment.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { nodeProcesses } from '../../src/io/processes.ts';
import { findToolchain } from '../../src/sdk/toolchain.ts';
import { makeRtosSdk1, PROGRAM } from '../build/sdk/rtos-sdk-1-miniature.ts';
import { espaws, processesOf } from '../support/command.ts';
import { testIdentity } from '../support/stand-in.ts';
import { testTree, treeTitle } from '../support/trees.ts';

const run = promisify(execFile);
const { networkAddress } = nodeEnvironment();

describe.skipIf(testTree('2.28') === undefined)(
  `a project of a miniature RTOS_SDK 1.5, ${treeTitle('2.28')}`,
  () => {
    let directory: string;
    let sdk: string;
    let env: Record<string, string>;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'espaws-sdk-project-'));
      sdk = join(directory, 'sdk');
      await makeRtosSdk1(sdk, await findToolchain(nodeProcesses, nodeFiles, nodeEnvironment()));
      await run('git', ['-C', sdk, 'init', '-q']);
      await run('git', ['-C', sdk, 'add', '-A', '-f']);
      await run('git', ['-C', sdk, '-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qm', 'SDK']);
      env = { ESPAWS_CACHE: join(directory, 'cache') };
    });
    afterAll(() => rm(directory, { recursive: true }));

    async function project(name: string): Promise<string> {
      const folder = join(directory, name);
      await cp(PROGRAM, folder, { recursive: true });
      const issued = await testIdentity();
      await writeFile(join(folder, 'device.crt'), issued.certificate);
      await writeFile(join(folder, 'device.key'), issued.privateKey ?? '');
      await writeFile(join(folder, 'ca.pem'), issued.ca);
      await writeFile(
        join(folder, 'espaws.yaml'),
        JSON.stringify({
          sdk: { kind: 'rtos-sdk', path: '../sdk' },
          identity: { certificate: 'device.crt', key: 'device.key', ca: 'ca.pem' },
          endpoint: { profile: 'aws-iot', host: 'example-ats.iot.eu-west-1.amazonaws.com' },
        }),
      );
      return folder;
    }

    async function sdkIsClean(): Promise<void> {
      const { stdout } = await run('git', ['-C', sdk, 'status', '--porcelain', '--ignored']);
      expect(stdout, 'the SDK stays as it is').toBe('');
    }

    const build = async (folder: string, ...args: string[]) => {
      const { code, stdout, stderr } = await espaws(['build', '--project', folder, '--json', ...args], {
        env,
      });
      return { code, stderr, json: JSON.parse(stdout) as Record<string, unknown> };
    };

    it('builds, flashes the virtual board, and says that it is no board with Wi-Fi', async () => {
      const folder = await project('flashed');
      const { code, json, stderr } = await build(folder);
      expect(stderr).not.toContain('error');
      expect({ code, ok: json['ok'] }).toEqual({ code: 0, ok: true });
      expect(json['regions']).toMatchObject([{ address: 0 }, { address: 0x20000 }, { address: 0x3fc000 }]);
      const port = `virtual:${join(directory, 'flash.bin')}`;
      const flashed = await espaws(['flash', '--project', folder, '--port', port, '--json'], { env });
      expect(JSON.parse(flashed.stdout)).toMatchObject({ verified: true, verifiedBy: 'md5' });
      const ran = await espaws(['run', '--project', folder, '--port', 'virtual:'], { env });
      expect(ran.code).toBe(2);
      expect(ran.stderr).toMatch(/no Wi-Fi[^]*--prove/);
      await sdkIsClean();
    });

    it('asks the SDK’s make alone where nothing has changed, and only there', async () => {
      const folder = await project('unchanged');
      const first = await build(folder);
      const second = await build(folder);
      expect(second.stderr).toContain('make has nothing to do');
      expect(second.json).toEqual(first.json);
      // What make does not look at.
      for (const file of [
        'device.crt',
        'Makefile',
        'build/objects/library-oid.o',
        '../sdk/third_party/mbedtls/library/ecp.c',
      ]) {
        const now = new Date();
        await utimes(join(folder, file), now, now);
        expect((await build(folder)).stderr, file).not.toContain('nothing to do');
        expect((await build(folder)).stderr, file).toContain('nothing to do');
      }
      // What it does.
      await appendFile(join(folder, 'user/user_main.c'), '\nint user_more = 3;\n');
      const changed = await build(folder);
      expect(changed.stderr).not.toContain('nothing to do');
      expect(changed.code).toBe(0);
      // Another question.
      expect((await build(folder, '--tls', '1.2')).stderr).not.toContain('nothing to do');
      await sdkIsClean();
    });

    it('is told where a board with Wi-Fi finds the server', async () => {
      const folder = await project('network');
      const file = join(folder, 'espaws.yaml');
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace('"profile":"aws-iot"', '"profile":"aws-iot","address":"10.0.0.7"'));
      await build(folder);
      const header = await readFile(await endpointHeader(join(folder, 'build')), 'utf8');
      expect(header).toContain('#define ENDPOINT_HOST "10.0.0.7"');
      expect(header).toContain('#define ENDPOINT_SERVER_NAME "example-ats.iot.eu-west-1.amazonaws.com"');
    });

    it('is not run against a server that its board would look for in itself', async () => {
      const folder = await project('loopback');
      const file = join(folder, 'espaws.yaml');
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace('"profile":"aws-iot"', '"profile":"aws-iot","address":"127.0.0.1"'));
      const built = await build(folder);
      expect(built.code).toBe(0);
      expect(built.stderr).toContain('"127.0.0.1" looks for the server in itself');
      const ran = await espaws(['run', '--project', folder, '--port', '/dev/none'], { env });
      expect(ran.code).toBe(3);
      expect(ran.stderr).toMatch(/looks for the server in itself[^]*address: 192\.168/);
    });

    it.skipIf(networkAddress === undefined)(
      'is tested with a stand-in that its board can reach',
      async () => {
        const folder = await project('tested');
        await writeFile(
          join(folder, 'espaws.test.yaml'),
          JSON.stringify({
            identities: { ec: { issue: 'ec' } },
            endpoints: { aws: 'stand-in' },
            cases: [{ name: 'connects', identity: 'ec', endpoint: 'aws', timeout: '2s' }],
          }),
        );
        const boards = join(folder, 'boards.yaml');
        // No radio is here: the program is built and flashed, and then nothing comes of it.
        await using(
          ['board', '--listen', '127.0.0.1:0', '--flash', join(folder, 'flash.bin')],
          async (url) => {
            await writeFile(boards, JSON.stringify({ boards: [{ name: 'wifi', port: url }] }));
            const args = ['test', folder, '--project', folder, '--boards', boards, '--json'];
            const { stdout } = await espaws(args, { env });
            const [one] = (JSON.parse(stdout) as { cases: { outcome: string; because: string }[] }).cases;
            expect(one).toMatchObject({
              outcome: 'failed',
              because: expect.stringContaining('verdict') as string,
            });
            const local = await espaws([...args, '--advertise', '127.0.0.1'], { env });
            expect(local.code).toBe(3);
            const plan = await readFile(join(folder, 'espaws.test.yaml'), 'utf8');
            await writeFile(
              join(folder, 'espaws.test.yaml'),
              JSON.stringify({ ...(JSON.parse(plan) as object), advertise: '${env:RACK_ADDRESS}:8885' }),
            );
            const rack = await espaws(args, { env: { ...env, RACK_ADDRESS: '127.0.0.1' } });
            expect(rack.stdout).toContain('No board with Wi-Fi reaches a stand-in at 127.0.0.1');
          },
        );
        const header = await readFile(await endpointHeader(join(folder, 'build/test/builds')), 'utf8');
        expect(header).toContain(`#define ENDPOINT_HOST "${networkAddress!}"`);
        expect(header).toContain('#define ENDPOINT_SERVER_NAME "localhost"');
      },
    );

    async function endpointHeader(folder: string): Promise<string> {
      const names = await readdir(folder, { recursive: true });
      return join(
        folder,
        names.find((name) => basename(name) === 'endpoint.h')!,
      );
    }

    /** A served board, as a rack's machine shares one. */
    async function using(args: readonly string[], work: (url: string) => Promise<void>): Promise<void> {
      const ready = join(directory, 'ready.json');
      const done = new AbortController();
      const interrupted = new Promise<void>((resolve) => {
        done.signal.addEventListener('abort', () => {
          resolve();
        });
      });
      const board = espaws([...args, '--ready-file', ready, '--quiet'], { interruptWhen: interrupted });
      try {
        await expect.poll(() => existsSync(ready), { timeout: 30_000 }).toBe(true);
        await work((JSON.parse(await readFile(ready, 'utf8')) as { urls: string[] }).urls[0]!);
      } finally {
        done.abort();
        await board;
      }
    }

    it('has no good build to repeat after a bad one', async () => {
      const folder = await project('broken');
      await build(folder);
      const source = join(folder, 'user/user_main.c');
      const text = await readFile(source, 'utf8');
      await writeFile(
        source,
        text.replace('int user_init', 'int user_init( void ) { return 0; }\nint user_init'),
      );
      const broken = await build(folder);
      expect(broken.code).toBe(4);
      expect(broken.json).toMatchObject({ ok: false, failedAt: 'compile', diagnostics: [{ file: source }] });
      expect((await build(folder)).code).toBe(4);
      await writeFile(source, text);
      expect((await build(folder)).code).toBe(0);
      await sdkIsClean();
    });

    it.each([/mends the signature OIDs/, /make in/])(
      'leaves the SDK alone, and no process, when it is interrupted at %s',
      async (interruptAt) => {
        const folder = await project(`interrupted-${interruptAt.source.length}`);
        const { code } = await espaws(['build', '--project', folder], { env, interruptAt });
        expect([130, 0]).toContain(code);
        expect(await processesOf(folder)).toEqual([]);
        await sdkIsClean();
        expect((await build(folder)).code).toBe(0);
      },
    );

    it('refuses another mbedTLS than the SDK’s', async () => {
      const folder = await project('other-tree');
      const file = join(folder, 'espaws.yaml');
      const document = JSON.parse(await readFile(file, 'utf8')) as object;
      await writeFile(file, JSON.stringify({ ...document, mbedtls: { version: '2.28' } }));
      const { code, stderr } = await espaws(['build', '--project', folder], { env });
      expect(code).toBe(3);
      expect(stderr).toContain('--prove');
    });

    it('says where it looked for an SDK that is not there', async () => {
      const folder = await project('nowhere');
      await writeFile(
        join(folder, 'espaws.yaml'),
        (await readFile(join(folder, 'espaws.yaml'), 'utf8')).replace('../sdk', '../no-sdk'),
      );
      const { code, stderr } = await espaws(['build', '--project', folder], { env });
      expect(code).toBe(3);
      expect(stderr).toContain(join(directory, 'no-sdk'));
    });
  },
);
