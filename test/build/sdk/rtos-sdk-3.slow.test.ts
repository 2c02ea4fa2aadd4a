import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWithRtosSdk3 } from '../../../src/build/sdk/rtos-sdk-3.ts';
import type { SdkBuildOptions, SdkBuildResult } from '../../../src/build/sdk/sdk-build.ts';
import type { Processes } from '../../../src/host.ts';
import { readElf } from '../../../src/image/elf.ts';
import { nodeClock } from '../../../src/io/clock.ts';
import { nodeEnvironment } from '../../../src/io/environment.ts';
import { nodeFiles } from '../../../src/io/files.ts';
import { nodeProcesses } from '../../../src/io/processes.ts';
import { findToolchain, toolPath, type Toolchain } from '../../../src/sdk/toolchain.ts';
import { testTree, treeTitle } from '../../support/trees.ts';
import { filesWithKey, secretSource } from './secret-files.ts';

const run = promisify(execFile);
const FIXTURE = join(import.meta.dirname, '../../fixtures/sdks/rtos-sdk-3');

const MACROS = new Map([
  ['MBEDTLS_ECP_DP_SECP256R1_ENABLED', ''],
  ['MBEDTLS_SSL_IN_CONTENT_LEN', '8192'],
  ['MBEDTLS_ECP_WINDOW_SIZE', '2'],
]);

describe.skipIf(testTree('2.28') === undefined)(`a miniature RTOS_SDK 3.4, ${treeTitle('2.28')}`, () => {
  let directory: string;
  let sdk: string;
  let toolchain: Toolchain;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'espaws-rtos-sdk-3-'));
    sdk = join(directory, 'sdk');
    toolchain = await findToolchain(nodeProcesses, nodeFiles, nodeEnvironment());
    await cp(FIXTURE, sdk, { recursive: true });
    await rm(join(sdk, 'program'), { recursive: true });
    const tree = join(sdk, 'components/mbedtls/mbedtls');
    await cp(join(testTree('2.28')!, 'include'), join(tree, 'include'), { recursive: true });
    const git = (...args: string[]) =>
      run('git', ['-C', sdk, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args]);
    await git('init', '-q');
    await git('add', '-A', '-f');
    // A submodule that nobody has fetched.
    const [path, commit] = ['components/coap/libcoap', '1'.repeat(40)];
    await mkdir(join(sdk, path), { recursive: true });
    await writeFile(
      join(sdk, '.gitmodules'),
      `[submodule "${path}"]\n\tpath = ${path}\n\turl = file:///nonexistent\n`,
    );
    await git('add', '.gitmodules');
    await git('update-index', '--add', '--cacheinfo', `160000,${commit},${path}`);
    await git('commit', '-qm', 'SDK');
  });
  afterAll(() => rm(directory, { recursive: true }));

  interface Conditions {
    options?: SdkBuildOptions;
    macros?: ReadonlyMap<string, string>;
    folder?: string;
    edit?: (program: string) => Promise<void>;
    processes?: Processes;
    signal?: AbortSignal;
    version?: string;
  }

  async function build(conditions: Conditions = {}): Promise<SdkBuildResult & { program: string }> {
    const { options = {}, macros = MACROS, edit, processes = nodeProcesses, signal } = conditions;
    const program = conditions.folder ?? (await mkdtemp(join(directory, 'program-')));
    if (conditions.folder === undefined) await cp(join(FIXTURE, 'program'), program, { recursive: true });
    await edit?.(program);
    try {
      const result = await buildWithRtosSdk3(
        {
          sdk: { path: sdk, version: 'v3.4' },
          toolchain: { ...toolchain, version: conditions.version ?? toolchain.version },
          projectDirectory: program,
          buildDirectory: join(program, 'build'),
          configHeader: '',
          macros,
          kconfig: await readFile(join(sdk, 'components/mbedtls/port/include/mbedtls/esp_config.h'), 'utf8'),
          options,
          jobs: 2,
        },
        {
          files: nodeFiles,
          processes,
          environment: nodeEnvironment(),
          progress: () => undefined,
          signal: signal ?? new AbortController().signal,
          nowMs: () => nodeClock.monotonicMs(),
        },
      );
      return { ...result, program };
    } finally {
      const { stdout } = await run('git', ['-C', sdk, 'status', '--porcelain', '--ignored']);
      expect(stdout, 'the SDK stays as it is').toBe('');
      expect(await readFile(join(sdk, '.git/config'), 'utf8')).not.toContain('submodule');
    }
  }

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

  const errors = ({ diagnostics }: SdkBuildResult) =>
    diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);

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

    it('compiles anew where the flags change, which the SDK’s build does not look at', async () => {
      const first = await build({ options: { system }, edit: aligned });
      expect(first.ok).toBe(true);
      // Of this age, the compiler gets no -fcommon: objects of before would link.
      const older = await build({ options: { system }, folder: first.program, version: '8.4.0' });
      expect(errors(older).join('\n')).toMatch(/multiple definition/);
    });

    it('takes back the errors that a newer compiler than the SDK’s makes of warnings', async () => {
      const edit = async (program: string) => {
        await aligned(program);
        await appendFile(
          join(program, 'main/main.c'),
          '\nint sum( int a[2] );\nint sum( int a[3] ) { return( a[0] ); }\n',
        );
      };
      expect((await build({ options: { system }, edit })).ok).toBe(true);
      const without = await build({ options: { system }, edit, version: '8.4.0' });
      expect(without).toMatchObject({ ok: false, failedAt: 'compile' });
      expect(errors(without).join('\n')).toContain('array-parameter');
    });

    it('does not compile, and not link, with this compiler without what it needs', async () => {
      // As if it were of the SDK's age.
      const old = { options: { system }, version: '8.4.0' };
      expect(errors(await build(old)).join('\n')).toMatch(/not a multiple of its alignment/);
      const result = await build({ ...old, edit: aligned });
      expect(result).toMatchObject({ ok: false, failedAt: 'link' });
      expect(errors(result).join('\n')).toMatch(/multiple definition/);
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
    [
      'gcc',
      'c',
      `char *strncpy( char *, const char *, __SIZE_TYPE__ ); struct part { char label[17]; };
       void copy( char *to, const struct part *from ) { strncpy( to, from->label, sizeof( from->label ) ); }\n`,
    ],
    ['g++', 'cc', 'struct reent { int ( *( name ) )[1]; int ( other ); };\n'],
  ])('gives %s what it needs for the sources of 3.0 to 3.3', async (tool, ending, source) => {
    const compiled = async (version?: string) => {
      const { program } = await build(version === undefined ? {} : { version });
      const file = join(program, `source.${ending}`);
      await writeFile(file, source);
      const [folder] = (await readdir(join(program, 'build'))).filter((name) =>
        name.startsWith('compilers-'),
      );
      const compiler = join(program, 'build', folder!, `xtensa-lx106-elf-${tool}`);
      await run(compiler, ['-Wall', '-Werror=all', '-fsyntax-only', '-O2', file]);
    };
    await expect(compiled('5.2.0')).rejects.toThrow(/-Werror=(?:sizeof-pointer-memaccess|parentheses)/);
    await compiled();
  });

  describe('with cmake, as idf.py build does it', () => {
    const options = { system: 'cmake' } as const;
    const without = (...tools: string[]): Processes => ({
      ...nodeProcesses,
      find: (command) => (tools.includes(command) ? Promise.resolve(undefined) : nodeProcesses.find(command)),
    });
    const generator = async (program: string) => {
      const folders = await readdir(join(program, 'build'));
      const folder = folders.find((name) => name.startsWith('cmake-'))!;
      const cache = await readFile(join(program, 'build', folder, 'CMakeCache.txt'), 'utf8').catch(() => '');
      return /^CMAKE_GENERATOR:\w+=(.*)$/m.exec(cache)?.[1];
    };

    it('says before cmake is started what Python lacks', async () => {
      const moved = join(directory, 'asks-for-more');
      await cp(sdk, moved, { recursive: true });
      await appendFile(join(moved, 'requirements.txt'), 'no_such_module_of_python\n');
      await run('git', ['-C', moved, '-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qam', 'More']);
      const usual = sdk;
      sdk = moved;
      const result = await build({ options }).finally(() => (sdk = usual));
      expect(result).toMatchObject({ ok: false, failedAt: 'check' });
      expect(errors(result).join('\n')).toContain('pip install -r');
      expect(await readFile(result.logPath, 'utf8')).not.toContain('$ cmake');
    });

    it('takes make where there is no Ninja, and stays with what a folder was configured for', async () => {
      const first = await build({ options, processes: without('ninja') });
      expect(errors(first)).toEqual([]);
      expect(await generator(first.program)).toBe('Unix Makefiles');
      expect((await build({ options, folder: first.program })).ok).toBe(true);
      expect(await generator(first.program)).toBe('Unix Makefiles');
      const gone = await build({ options });
      expect(await generator(gone.program)).toBe('Ninja');
      expect((await build({ options, folder: gone.program, processes: without('ninja') })).ok).toBe(true);
      expect(await generator(gone.program)).toBe('Unix Makefiles');
    });

    it('forgets a configuration that failed', async () => {
      const broken = await build({
        options,
        edit: (program) => appendFile(join(program, 'CMakeLists.txt'), 'message(FATAL_ERROR "not so")\n'),
      });
      expect(broken.ok).toBe(false);
      expect(await generator(broken.program)).toBeUndefined();
      await cp(join(FIXTURE, 'program/CMakeLists.txt'), join(broken.program, 'CMakeLists.txt'));
      expect((await build({ options, folder: broken.program })).ok).toBe(true);
    });

    it.each([
      ['cmake', ['cmake'], /cmake is not there/],
      ['Ninja and make', ['ninja', 'make'], /ninja or make is not there/],
    ])('says that there is no %s', async (_title, tools, message) => {
      const result = await build({ options, processes: without(...tools) });
      expect(result).toMatchObject({ ok: false, failedAt: 'check' });
      expect(errors(result).join('\n')).toMatch(message);
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

  it('notices that make ended well and built nothing', async () => {
    // Without defconfig the SDK's make says that it cannot ask, and ends with 0.
    const lazy: Processes = {
      ...nodeProcesses,
      run: (command, args, options) =>
        args.includes('defconfig')
          ? Promise.resolve({ exitCode: 0, stdout: '', stderr: '' })
          : nodeProcesses.run(command, args, options),
    };
    const result = await build({ processes: lazy });
    expect(result.ok).toBe(false);
    expect(errors(result).join('\n')).toMatch(/ended well and has not made .*bootloader\.bin/);
    expect(await readFile(result.logPath, 'utf8')).toContain("Can't run interactive configuration");
  });

  it('says what submodule a component lacks, and does not fetch it into the SDK', async () => {
    const result = await build({
      edit: (program) => writeFile(join(program, 'sdkconfig.defaults'), 'CONFIG_ENABLE_COAP=y\n'),
    });
    expect(result).toMatchObject({ ok: false, failedAt: 'check' });
    expect(errors(result).join('\n')).toMatch(/lacks submodules: git submodule update --init/);
  });

  describe('with a make that compiles its kconfig first, as up to 3.2', () => {
    let modern: string;
    beforeAll(async () => {
      modern = sdk;
      sdk = join(directory, 'sdk-3.1');
      await cp(modern, sdk, { recursive: true });
      await writeFile(
        join(sdk, 'make/project_config.mk'),
        'KCONFIG_TOOL_DIR=$(IDF_PATH)/tools/kconfig\n' +
          '$(KCONFIG_TOOL_DIR)/conf: $(KCONFIG_TOOL_DIR)/src/conf.c\n\tgcc -o $@ $<\n' +
          'defconfig: $(KCONFIG_TOOL_DIR)/conf\n',
      );
      await mkdir(join(sdk, 'tools/kconfig/src'), { recursive: true });
      await writeFile(join(sdk, 'tools/kconfig/src/conf.c'), 'int main( void ) { return( 0 ); }\n');
      await run('git', ['-C', sdk, 'add', '-A']);
      await run('git', ['-C', sdk, '-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qm', 'old']);
    });
    afterAll(() => {
      sdk = modern;
    });
    const finding = (path: string | undefined): Processes => ({
      ...nodeProcesses,
      find: (name) =>
        /^(?:flex|bison|gperf)$/.test(name) ? Promise.resolve(path) : nodeProcesses.find(name),
    });

    it('compiles a copy of it, not in the SDK', async () => {
      const result = await build({ processes: finding('/usr/bin/true') });
      expect(errors(result)).toEqual([]);
      expect(await readdir(join(result.program, 'build/kconfig'))).toEqual(['conf', 'src']);
    });

    it('says before the build what that takes', async () => {
      const result = await build({ processes: finding(undefined) });
      expect(result.failedAt).toBe('check');
      expect(errors(result)).toContain(
        'flex is not there: sudo apt-get install flex bison gperf libncurses-dev',
      );
    });
  });

  it('puts the partition table where sdkconfig has it', async () => {
    const result = await build({
      edit: (program) =>
        writeFile(join(program, 'sdkconfig.defaults'), 'CONFIG_PARTITION_TABLE_OFFSET=0x9000\n'),
    });
    expect(result.regions.map(({ address }) => address)).toEqual([0, 0x9000, 0x10000]);
  });

  it('says in a sentence that the toolchain has no libstdc++', async (test) => {
    const { stdout } = await run(toolPath(toolchain, 'gcc'), ['-print-file-name=libstdc++.a']);
    test.skip(stdout.trim() !== 'libstdc++.a', 'this toolchain has one');
    const result = await build({
      options: { system: 'cmake' },
      edit: (program) =>
        appendFile(join(program, 'CMakeLists.txt'), 'target_link_libraries(mini.elf PRIVATE stdc++)\n'),
    });
    expect(result).toMatchObject({ ok: false, failedAt: 'check' });
    expect(errors(result)).toEqual([expect.stringMatching(/no libstdc\+\+: use esp-2020r3/)]);
  });

  it('refuses a path that the SDK’s make does not take', async () => {
    const moved = join(directory, 'with:colon');
    await cp(sdk, moved, { recursive: true });
    const usual = sdk;
    sdk = moved;
    const result = await build().finally(() => (sdk = usual));
    expect(result).toMatchObject({ ok: false, failedAt: 'check' });
    expect(errors(result).join('\n')).toContain('move it');
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

/** What libsodium needs from gcc 11 on, whatever age espaws takes the compiler to be of. */
async function aligned(program: string): Promise<void> {
  await prepend(join(program, 'Makefile'), "export EXTRA_CPPFLAGS := -D'CRYPTO_ALIGN(x)='\n");
  await prepend(join(program, 'CMakeLists.txt'), 'add_compile_options("-DCRYPTO_ALIGN(x)=")\n');
}

async function prepend(path: string, text: string): Promise<void> {
  await writeFile(path, text + (await readFile(path, 'utf8')));
}
