import { execFile } from 'node:child_process';
import { appendFile, chmod, cp, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWithRtosSdk1 } from '../../../src/build/sdk/rtos-sdk-1.ts';
import type { SdkBuildOptions, SdkBuildResult } from '../../../src/build/sdk/sdk-build.ts';
import { readElf } from '../../../src/image/elf.ts';
import { nodeClock } from '../../../src/io/clock.ts';
import { nodeEnvironment } from '../../../src/io/environment.ts';
import { nodeFiles } from '../../../src/io/files.ts';
import { nodeProcesses } from '../../../src/io/processes.ts';
import { findToolchain, toolPath, type Toolchain } from '../../../src/sdk/toolchain.ts';
import { testTree, treeTitle } from '../../support/trees.ts';
import { filesWithKey, secretSource } from './secret-files.ts';
import { configHeader as header, makeRtosSdk1, PROGRAM, RSA_ONLY, WITH_EC } from './rtos-sdk-1-miniature.ts';

const run = promisify(execFile);
describe.skipIf(testTree('2.28') === undefined)(
  `a program for a miniature RTOS_SDK 1.5, ${treeTitle('2.28')}`,
  () => {
    let directory: string;
    let sdk: string;
    let toolchain: Toolchain;
    let notes: string[];

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'espaws-rtos-sdk-1-'));
      sdk = join(directory, 'sdk');
      toolchain = await findToolchain(nodeProcesses, nodeFiles, nodeEnvironment());
      await makeRtosSdk1(sdk, toolchain);
      await run('git', ['-C', sdk, 'init', '-q']);
      await run('git', ['-C', sdk, 'add', '-A', '-f']);
      await run('git', ['-C', sdk, '-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qm', 'SDK']);
      await setWritable(sdk, false);
    });
    afterAll(async () => {
      await setWritable(sdk, true);
      await rm(directory, { recursive: true });
    });

    async function build({
      options = {},
      configHeader = header(WITH_EC),
      edit,
      folder,
    }: {
      options?: SdkBuildOptions;
      configHeader?: string;
      edit?: (program: string) => Promise<void>;
      folder?: string;
    } = {}): Promise<SdkBuildResult & { program: string }> {
      const work = folder ?? (await mkdtemp(join(directory, 'work ')));
      const program = join(work, 'program').replace(' ', '-');
      if ((await stat(program).catch(() => undefined)) === undefined) {
        await cp(PROGRAM, program, { recursive: true });
      }
      await edit?.(program);
      notes = [];
      const result = await buildWithRtosSdk1(
        {
          sdk: { path: sdk, version: '1.5.0' },
          toolchain,
          projectDirectory: program,
          buildDirectory: join(work, 'build').replace(' ', '-'),
          configHeader,
          macros: new Map(),
          options,
          jobs: 2,
        },
        {
          files: nodeFiles,
          processes: nodeProcesses,
          environment: { ...nodeEnvironment(), variables: { ESPAWS_CACHE: join(directory, 'cache') } },
          progress: (event) => {
            if (event.kind === 'note') notes.push(event.text);
          },
          signal: new AbortController().signal,
          nowMs: () => nodeClock.monotonicMs(),
        },
      );
      const { stdout } = await run('git', ['-C', sdk, 'status', '--porcelain', '--ignored']);
      expect(stdout, 'the SDK stays as it is').toBe('');
      return { ...result, program };
    }

    it('links the library with the derived configuration, and leaves the SDK alone', async () => {
      const result = await build();
      expect(result.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(result.ok).toBe(true);
      const symbols = readElf(await readFile(result.elfPath!)).symbols.map(({ name }) => name);
      // The prebuilt archive has them not.
      expect(symbols).toContain('mbedtls_ecp_group_load');
      expect(notes.join('\n')).toMatch(/oid\.c: a copy .* OIDs of ECDSA/);
      expect(notes.join('\n')).toMatch(/sockets_mt\.h: a copy .* semicolons/);
      const log = await readFile(result.logPath, 'utf8');
      expect(log).not.toContain('python2');
      expect((await stat(result.regions[0]!.name)).mode & 0o777).toBe(0o600);
    });

    it('links what is there where nothing is done about it: the prebuilt archive', async () => {
      const program = join(directory, 'plain');
      await cp(PROGRAM, program, { recursive: true });
      const flags = `-fcommon -Wno-error -DMBEDTLS_CONFIG_FILE='"config_esp.h"' -I${sdk}/include/mbedtls`;
      await run('make', ['-C', program, `SDK_PATH=${sdk}`, 'GEN_BINS=', `CC=${toolPath(toolchain, 'gcc')}`], {
        env: { ...process.env, EXTRA_CCFLAGS: flags },
      });
      const elf = readElf(await readFile(join(program, '.output/eagle/debug/image/eagle.app.v6.out')));
      expect(elf.symbols.map(({ name }) => name)).not.toContain('mbedtls_ecp_group_load');
    });

    it.each<[SdkBuildOptions, [number, string][], string]>([
      [
        {},
        [
          [0, 'eagle.flash.bin'],
          [0x20000, 'eagle.irom0text.bin'],
        ],
        'e9',
      ],
      [{ boot: 'new', map: 4 }, [[0x1000, 'user1.bin']], 'ea'],
      [{ boot: 'new', app: 2, map: 4, speed: '80m', mode: 'dio' }, [[0x81000, 'user2.bin']], 'ea'],
    ])('makes the images itself: %j', async (options, expected, magic) => {
      const { regions } = await build({ options });
      const own = regions.filter(({ name }) => !name.startsWith(sdk));
      expect(own.map(({ address, name }) => [address, name.split('/').at(-1)])).toEqual(expected);
      const image = own[0]!.data;
      expect(image[0]!.toString(16)).toBe(magic);
      // Mode and size with frequency: maps 4 is 4 MB.
      expect([image[2], image[3]]).toEqual(options.mode === 'dio' ? [2, 0x4f] : [0, 0x40]);
    });

    it('refuses a program that is larger than its place in the map', async () => {
      const filler =
        'const char user_filler[270000] __attribute__(( section( ".irom0.text" ) )) = { 1 };\n' +
        'const char *volatile user_filled = user_filler;\n';
      const edit = async (program: string) => {
        const main = join(program, 'user/user_main.c');
        await replace(main, 'int user_init', `${filler}int user_init`);
        await replace(main, 'return( user_socket_errors()', 'return( user_filled[0] + user_socket_errors()');
      };
      expect((await build({ options: { boot: 'new', map: 4 }, edit })).ok).toBe(true);
      await expect(build({ options: { boot: 'new', map: 0 }, edit })).rejects.toMatchObject({
        code: 'flash/layout',
      });
    });

    it('makes every file with the private key for its owner alone', async () => {
      const { ok, program } = await build({
        edit: async (folder) => {
          await writeFile(join(folder, 'user', secretSource.name), secretSource.text);
          const main = join(folder, 'user/user_main.c');
          await replace(
            main,
            'extern int user_socket_errors',
            'extern const char identity_key[];\nextern int user_socket_errors',
          );
          await replace(
            main,
            'return( user_socket_errors()',
            'return( identity_key[0] + user_socket_errors()',
          );
        },
      });
      expect(ok).toBe(true);
      const files = await filesWithKey([program, program.replace('program', 'build')]);
      expect(files.map(({ path }) => path.replace(/^.*(?=\.\w+$)/, ''))).toEqual(
        expect.arrayContaining(['.o', '.a', '.out', '.bin']),
      );
      expect(files.filter(({ isOpen }) => isOpen)).toEqual([]);
    });

    it('puts the initial data of the SDK where the map has it', async () => {
      const { regions } = await build();
      expect(regions.map(({ address }) => address)).toContain(0x3fc000);
    });

    it('builds again only what changed, and follows the configuration', async () => {
      const folder = await mkdtemp(join(directory, 'again-'));
      const first = await build({ folder });
      const made = await stat(first.elfPath!);
      const second = await build({ folder });
      expect((await stat(second.elfPath!)).mtimeMs).toBe(made.mtimeMs);
      const third = await build({ folder, configHeader: header(RSA_ONLY) });
      const symbols = readElf(await readFile(third.elfPath!)).symbols.map(({ name }) => name);
      expect(symbols).not.toContain('mbedtls_ecp_group_load');
    });

    it('links another library into a program that does not see its configuration', async () => {
      const folder = await mkdtemp(join(directory, 'blind-'));
      const edit = (program: string) =>
        writeFile(
          join(program, 'user/user_main.c'),
          'extern int mbedtls_x509_crt_parse( void *, const unsigned char *, unsigned );\n' +
            'int user_init( void ) { return( mbedtls_x509_crt_parse( 0, 0, 0 ) ); }\n',
        );
      const symbols = async ({ elfPath }: SdkBuildResult) =>
        readElf(await readFile(elfPath!)).symbols.map(({ name }) => name);
      expect(await symbols(await build({ folder, edit, configHeader: header(RSA_ONLY) }))).not.toContain(
        'mbedtls_ecp_group_load',
      );
      expect(await symbols(await build({ folder }))).toContain('mbedtls_ecp_group_load');
    });

    describe('is refused before anything is compiled', () => {
      it.each<[string, string, string, RegExp]>([
        ['an archive that is not there', '-lmain', '-lmain -lssl', /lib\/libssl\.a is not there: restore it/],
        ['a program without mbedTLS', '-lmbedtls', '', /add -lmbedtls/],
      ])('%s', async (_title, from, to, message) => {
        const result = await build({ edit: (program) => replace(join(program, 'Makefile'), from, to) });
        expect(result).toMatchObject({ ok: false, failedAt: 'check' });
        expect(result.diagnostics.map((one) => one.message).join('\n')).toMatch(message);
        expect(await readdir(result.program)).not.toContain('.output');
      });

      it('a folder of the program that is compiled with another configuration', async () => {
        const { failedAt, diagnostics } = await build({
          edit: async (program) => {
            const makefile = join(program, 'user/Makefile');
            const own = `EXTRA_CCFLAGS = -fcommon -DMBEDTLS_CONFIG_FILE='"config_esp.h"' -I${sdk}/include/mbedtls\n`;
            await writeFile(makefile, own + (await readFile(makefile, 'utf8')));
          },
        });
        expect(failedAt).toBe('check');
        expect(diagnostics[0]!.message).toMatch(
          /^mbedtls_ssl_config has \d+ bytes in user\/ and \d+ in the library:/,
        );
      });
    });

    it('shows where the program does not compile', async () => {
      const { ok, failedAt, diagnostics, program } = await build({
        edit: (folder) =>
          appendFile(join(folder, 'user/user_main.c'), 'int broken( void ) { return nothing; }\n'),
      });
      expect({ ok, failedAt }).toEqual({ ok: false, failedAt: 'compile' });
      expect(diagnostics).toContainEqual(
        expect.objectContaining({
          severity: 'error',
          file: expect.stringMatching(/^\/.*\/user\/user_main\.c$/) as string,
          line: 16,
        }),
      );
      expect(program).not.toBe('');
    });

    it('says of a link that it failed, whatever the compiler warned of before', async () => {
      const { failedAt, diagnostics } = await build({
        // Not declared either: that is the warning.
        edit: (folder) =>
          replace(
            join(folder, 'user/user_main.c'),
            'mbedtls_x509_crt_init',
            'if( not_there() ) mbedtls_x509_crt_init',
          ),
      });
      expect(diagnostics.map(({ severity }) => severity)).toContain('warning');
      expect(diagnostics).toContainEqual(expect.objectContaining({ symbol: 'not_there' }));
      expect(failedAt).toBe('link');
    });

    it('defines what config_esp.h refers to, for a program that does not', async () => {
      const configHeader = header(WITH_EC).replace(
        '#include "mbedtls/check',
        'extern unsigned int max_content_len;\n#define MBEDTLS_SSL_MAX_CONTENT_LEN max_content_len\n#include "mbedtls/check',
      );
      const { ok, diagnostics } = await build({
        configHeader,
        edit: (program) =>
          replace(
            join(program, 'user/user_main.c'),
            'mbedtls_x509_crt_init',
            'if( max_content_len > 1 ) mbedtls_x509_crt_init',
          ),
      });
      expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(ok).toBe(true);
    });
  },
);

async function replace(path: string, from: string, to: string): Promise<void> {
  await writeFile(path, (await readFile(path, 'utf8')).replace(from, to));
}

/** A checkout that a build could not write into. The superuser could: `git status` is what is held against it. */
async function setWritable(directory: string, isWritable: boolean): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await setWritable(path, isWritable);
  }
  await chmod(directory, isWritable ? 0o755 : 0o555);
}
