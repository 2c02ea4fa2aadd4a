import { appendFile, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SdkBuildResult } from '../../../src/build/sdk/sdk-build.ts';
import type { Processes } from '../../../src/host.ts';
import { readElf } from '../../../src/image/elf.ts';
import { nodeProcesses } from '../../../src/io/processes.ts';
import { errors, hasTree, MACROS, miniatureRtosSdk3, TITLE } from './rtos-sdk-3-miniature.ts';
import { filesWithKey, secretSource } from './secret-files.ts';

describe.skipIf(!hasTree)(TITLE, () => {
  const { build } = miniatureRtosSdk3();

  describe.each(['make', 'cmake'] as const)('by %s', (system) => {
    it('builds with the configuration: by Kconfig where that goes, by the user file where not', async () => {
      const result = await build({ options: { system } });
      expect(errors(result)).toEqual([]);
      expect(result.ok).toBe(true);
      // 521 and the self-test are off, which are on in the SDK; 8 KB in, and a window of 2.
      expect(await probed(result)).toEqual({ probe_secp256r1: 4, probe_in_content: 8, probe_window: 2 });
      expect(result.regions.map(({ address }) => address)).toEqual([0, 0x8000, 0x10000]);
      expect(await compiled(result)).toContain(join(result.program, 'main/main.c'));
      expect(await readdir(result.program)).not.toContain('sdkconfig');
    });

    it('builds anew where the configuration changes, and nothing where it does not', async () => {
      const first = await build({ options: { system } });
      const before = await stat(first.elfPath!);
      await build({ options: { system }, folder: first.program });
      expect((await stat(first.elfPath!)).mtimeMs).toBe(before.mtimeMs);
      const macros = new Map([...MACROS, ['MBEDTLS_ECP_DP_SECP521R1_ENABLED', '']]);
      const more = await build({ options: { system }, folder: first.program, macros });
      expect(await probed(more)).toHaveProperty('probe_secp521r1');
      // Without it again: defconfig appends, and what it had said would stay.
      const less = await build({ options: { system }, folder: first.program });
      expect(await probed(less)).not.toHaveProperty('probe_secp521r1');
      const window = await build({
        options: { system },
        folder: first.program,
        macros: new Map([...MACROS, ['MBEDTLS_ECP_WINDOW_SIZE', '4']]),
      });
      expect(await probed(window)).toMatchObject({ probe_window: 4 });
    });

    it('makes every file with the private key for its owner alone', async () => {
      const { ok, program } = await build({
        options: { system },
        edit: async (folder) => {
          await writeFile(join(folder, 'main', secretSource.name), secretSource.text);
          const main = join(folder, 'main/main.c');
          const text = (await readFile(main, 'utf8')).replace('return( ', 'return( identity_key[0] + ');
          await writeFile(main, `extern const char identity_key[];\n${text}`);
        },
      });
      expect(ok).toBe(true);
      const files = await filesWithKey([program]);
      const paths = files.map(({ path }) => path).join('\n');
      expect(paths).toMatch(/identity.*\.o(?:bj)?$/m);
      expect(paths).toMatch(/mini\.elf$/m);
      expect(files.filter(({ isOpen }) => isOpen)).toEqual([]);
    });

    it('keeps the project’s own sdkconfig.defaults', async () => {
      const result = await build({
        options: { system },
        edit: (program) =>
          writeFile(
            join(program, 'sdkconfig.defaults'),
            'CONFIG_MBEDTLS_SSL_IN_CONTENT_LEN=4096\nCONFIG_MINE=y',
          ),
      });
      expect(await probed(result)).toMatchObject({ probe_in_content: 8 });
      const [folder] = (await readdir(join(result.program, 'build'))).filter((name) =>
        name.startsWith(`${system}-`),
      );
      expect(await readFile(join(result.program, 'build', folder!, 'sdkconfig'), 'utf8')).toContain(
        'CONFIG_MINE=y',
      );
    });

    it('says the first error of the program', async () => {
      const result = await build({
        options: { system },
        edit: (program) =>
          appendFile(join(program, 'main/main.c'), '\nint broken( void ) { return nothing; }\n'),
      });
      expect(result).toMatchObject({ ok: false, failedAt: 'compile' });
      expect(result.diagnostics[0]).toMatchObject({
        severity: 'error',
        message: expect.stringContaining('nothing') as string,
      });
      expect(await readFile(result.logPath, 'utf8')).toContain('nothing');
    });
  });

  it.each([
    ['make', 'Makefile'],
    ['cmake', 'CMakeLists.txt'],
  ] as const)('says that the project is not one for %s', async (system, name) => {
    const result = await build({ options: { system }, edit: (program) => rm(join(program, name)) });
    expect(result).toMatchObject({ ok: false, failedAt: 'check' });
    expect(errors(result).join('\n')).toContain(`there is no ${name}`);
  });

  it('says what submodule a component lacks, and does not fetch it into the SDK', async () => {
    const result = await build({
      edit: (program) => writeFile(join(program, 'sdkconfig.defaults'), 'CONFIG_ENABLE_COAP=y\n'),
    });
    expect(result).toMatchObject({ ok: false, failedAt: 'check' });
    expect(errors(result).join('\n')).toMatch(/lacks submodules: git submodule update --init/);
  });

  it('puts the partition table where sdkconfig has it', async () => {
    const result = await build({
      edit: (program) =>
        writeFile(join(program, 'sdkconfig.defaults'), 'CONFIG_PARTITION_TABLE_OFFSET=0x9000\n'),
    });
    expect(result.regions.map(({ address }) => address)).toEqual([0, 0x9000, 0x10000]);
  });

  it('leaves the SDK alone when it is interrupted', async () => {
    const controller = new AbortController();
    const interrupting: Processes = {
      ...nodeProcesses,
      run: (command, args, options) => {
        if (args.includes('all'))
          setImmediate(() => {
            controller.abort(new Error('stop'));
          });
        return nodeProcesses.run(command, args, options);
      },
    };
    await expect(build({ processes: interrupting, signal: controller.signal })).rejects.toThrow('stop');
  });
});

/** What the program came to know of its configuration: names of the probe, and sizes of its arrays. */
async function probed({ elfPath }: SdkBuildResult): Promise<Record<string, number>> {
  const { symbols } = readElf(await readFile(elfPath!));
  const found = symbols.filter(({ name }) => name.startsWith('probe_'));
  return Object.fromEntries(found.map(({ name, sizeBytes }) => [name, sizeBytes]));
}

const compiled = async ({ compileCommandsPath }: SdkBuildResult) => {
  const entries = JSON.parse(await readFile(compileCommandsPath!, 'utf8')) as { file: string }[];
  return entries.map(({ file }) => file);
};
