import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWithEspOpenRtos } from '../../../src/build/sdk/esp-open-rtos.ts';
import type { SdkBuildOptions, SdkBuildResult } from '../../../src/build/sdk/sdk-build.ts';
import { readElf } from '../../../src/image/elf.ts';
import { nodeClock } from '../../../src/io/clock.ts';
import { nodeEnvironment } from '../../../src/io/environment.ts';
import { nodeFiles } from '../../../src/io/files.ts';
import { nodeProcesses } from '../../../src/io/processes.ts';
import { findToolchain, type Toolchain } from '../../../src/sdk/toolchain.ts';
import { testTree, treeTitle } from '../../support/trees.ts';
import { configHeader, WITH_EC } from './rtos-sdk-1-miniature.ts';
import { filesWithKey, secretSource } from './secret-files.ts';

const run = promisify(execFile);
const FIXTURE = join(import.meta.dirname, '../../fixtures/sdks/esp-open-rtos');

/** A configuration that can be told from others. */
const windowOf = (size: number) =>
  configHeader(WITH_EC).replace('#include', `#define MBEDTLS_ECP_WINDOW_SIZE ${size}\n#include`);

describe.skipIf(testTree('2.28') === undefined)(`a miniature esp-open-rtos, ${treeTitle('2.28')}`, () => {
  let directory: string;
  let sdk: string;
  let toolchain: Toolchain;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'espaws-eor-'));
    sdk = join(directory, 'sdk');
    toolchain = await findToolchain(nodeProcesses, nodeFiles, nodeEnvironment());
    await cp(FIXTURE, sdk, { recursive: true });
    await rm(join(sdk, 'program'), { recursive: true });
    const include = join(sdk, 'extras/mbedtls/mbedtls/include');
    await cp(join(testTree('2.28')!, 'include'), include, { recursive: true });
    const boot = join(sdk, 'bootloader/firmware_prebuilt');
    await mkdir(boot, { recursive: true });
    await writeFile(join(boot, 'rboot.bin'), new Uint8Array(64).fill(0x11));
    await writeFile(join(boot, 'blank_config.bin'), new Uint8Array(4096).fill(0xff));
    await run('git', ['-C', sdk, 'init', '-q']);
    await run('git', ['-C', sdk, 'add', '-A', '-f']);
    await run('git', ['-C', sdk, '-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qm', 'SDK']);
  });
  afterAll(() => rm(directory, { recursive: true }));

  interface Conditions {
    options?: SdkBuildOptions;
    header?: string;
    folder?: string;
    buildName?: string;
    edit?: (program: string) => Promise<void>;
  }

  async function build(conditions: Conditions = {}): Promise<SdkBuildResult & { program: string }> {
    const { options = {}, header = windowOf(2), buildName = 'build', edit } = conditions;
    // With capitals, as mkdtemp makes them: paths below the program alone are written in lower case.
    const program = conditions.folder ?? (await mkdtemp(join(directory, 'Program-')));
    if (conditions.folder === undefined) await cp(join(FIXTURE, 'program'), program, { recursive: true });
    await edit?.(program);
    const result = await buildWithEspOpenRtos(
      {
        sdk: { path: sdk, version: 'master' },
        toolchain,
        projectDirectory: program,
        buildDirectory: join(program, buildName),
        configHeader: header,
        macros: new Map(),
        options,
        jobs: 2,
      },
      {
        files: nodeFiles,
        processes: nodeProcesses,
        environment: nodeEnvironment(),
        progress: () => undefined,
        signal: new AbortController().signal,
        nowMs: () => nodeClock.monotonicMs(),
      },
    );
    const { stdout } = await run('git', ['-C', sdk, 'status', '--porcelain', '--ignored']);
    expect(stdout, 'the SDK stays as it is').toBe('');
    return { ...result, program };
  }

  async function seen({ elfPath }: SdkBuildResult): Promise<Record<string, number>> {
    const { symbols } = readElf(await readFile(elfPath!));
    const found = symbols.filter(({ name }) => /^(?:library|program)_/.test(name));
    return Object.fromEntries(found.map(({ name, sizeBytes }) => [name, sizeBytes]));
  }

  const compiled = async ({ compileCommandsPath }: SdkBuildResult) => {
    const entries = JSON.parse(await readFile(compileCommandsPath!, 'utf8')) as { file: string }[];
    return entries.map(({ file }) => file);
  };

  const errors = ({ diagnostics }: SdkBuildResult) =>
    diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);

  it('gives program and library the same configuration, and makes rBoot’s image', async () => {
    const result = await build();
    expect(errors(result)).toEqual([]);
    const sizes = await seen(result);
    expect(sizes).toMatchObject({ library_window: 2, program_window: 2 });
    expect(sizes['program_context']).toBe(sizes['library_context']);
    expect(result.regions.map(({ address }) => address)).toEqual([0, 0x1000, 0x2000]);
    expect(await compiled(result)).toContain(join(result.program, 'main.c'));
    const image = result.regions[2]!.data;
    expect((await stat(result.regions[2]!.name)).mode & 0o777).toBe(0o600);
    // esptool: 0xEA of version 2; mode qio, 2 MB at 40 MHz.
    expect([...image.subarray(0, 4)]).toEqual([0xea, 4, 0, 0x30]);
  });

  it.each([
    [{ flashSize: '4MB', mode: 'dio', speed: '80m' }, [2, 0x4f]],
    [{ flashSize: '512KB' }, [0, 0x00]],
  ] as const)('puts %j into the image’s header', async (options, header) => {
    const result = await build({ options });
    expect([...result.regions[2]!.data.subarray(2, 4)]).toEqual(header);
  });

  it('makes every file with the private key for its owner alone', async () => {
    const { ok, program } = await build({
      edit: async (folder) => {
        await writeFile(join(folder, secretSource.name), secretSource.text);
        await appendFile(
          join(folder, 'main.c'),
          '\nextern const char identity_key[];\nconst char *program_key = identity_key;\n',
        );
      },
    });
    expect(ok).toBe(true);
    const files = await filesWithKey([program]);
    expect(files.map(({ path }) => path).join(' ')).toMatch(/espaws_identity\.o/);
    expect(files.filter(({ isOpen }) => isOpen)).toEqual([]);
  });

  it('links headers that define variables, as gcc before 10 did', async () => {
    const { ok } = await build({
      edit: async (folder) => {
        await writeFile(join(folder, 'shared.h'), 'int shared_errors;\n');
        for (const name of ['main.c', 'early.c'])
          await appendFile(join(folder, name), '\n#include "shared.h"\n');
      },
    });
    expect(ok).toBe(true);
  });

  it('builds anew where the configuration changes, and nothing where it does not', async () => {
    const first = await build();
    const before = await stat(first.elfPath!);
    await build({ folder: first.program });
    expect((await stat(first.elfPath!)).mtimeMs).toBe(before.mtimeMs);
    const changed = await build({
      folder: first.program,
      header: windowOf(4),
    });
    expect(await seen(changed)).toMatchObject({ library_window: 4 });
  });

  it.each([
    [{ buildName: 'Build' }, /lower case/],
    [{ buildName: '../elsewhere' }, /below the project/],
    [
      { edit: (program: string) => writeFile(join(program, 'Makefile'), 'include $(SDK_PATH)/common.mk\n') },
      /PROGRAM=NAME/,
    ],
    [
      {
        edit: async (program: string) => {
          await mkdir(join(program, 'mbedtls'));
          await writeFile(join(program, 'mbedtls/config.h'), '');
        },
      },
      /mbedtls\/config\.h and the derived configuration would both be used/,
    ],
  ])('says before the build what its makefiles do not take: %j', async (conditions, message) => {
    const result = await build(conditions);
    expect(result).toMatchObject({ ok: false, failedAt: 'check' });
    expect(errors(result).join('\n')).toMatch(message);
  });

  it('says the first error of the program', async () => {
    const result = await build({
      edit: (program) => appendFile(join(program, 'main.c'), '\nint broken( void ) { return nothing; }\n'),
    });
    expect(result).toMatchObject({ ok: false, failedAt: 'compile' });
    expect(errors(result)[0]).toContain('nothing');
  });
});
