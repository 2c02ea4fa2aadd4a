import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect } from 'vitest';
import { buildWithRtosSdk3 } from '../../../src/build/sdk/rtos-sdk-3.ts';
import type { SdkBuildOptions, SdkBuildResult } from '../../../src/build/sdk/sdk-build.ts';
import type { Processes } from '../../../src/host.ts';
import { nodeClock } from '../../../src/io/clock.ts';
import { nodeEnvironment } from '../../../src/io/environment.ts';
import { nodeFiles } from '../../../src/io/files.ts';
import { nodeProcesses } from '../../../src/io/processes.ts';
import { findToolchain, type Toolchain } from '../../../src/sdk/toolchain.ts';
import { testTree, treeTitle } from '../../support/trees.ts';

const run = promisify(execFile);
const FIXTURE = join(import.meta.dirname, '../../fixtures/sdks/rtos-sdk-3');

/** A program for it. */
export const PROGRAM = join(FIXTURE, 'program');

/** The configuration that programs are built with unless a test says otherwise. */
export const MACROS: ReadonlyMap<string, string> = new Map([
  ['MBEDTLS_ECP_DP_SECP256R1_ENABLED', ''],
  ['MBEDTLS_SSL_IN_CONTENT_LEN', '8192'],
  ['MBEDTLS_ECP_WINDOW_SIZE', '2'],
]);

/** Whether it can be made here, and the title of its tests. */
export const hasTree = testTree('2.28') !== undefined;
export const TITLE = `a miniature RTOS_SDK 3.4, ${treeTitle('2.28')}`;

interface Conditions {
  options?: SdkBuildOptions;
  macros?: ReadonlyMap<string, string>;
  /** A program that was built before. Default: a new copy of `PROGRAM`. */
  folder?: string;
  edit?: (program: string) => Promise<void>;
  processes?: Processes;
  signal?: AbortSignal;
  /** What espaws takes the compiler's version to be. */
  version?: string;
  /** What `sdkWith` gave. Default: the miniature itself. */
  sdk?: string;
}

interface Miniature {
  toolchain: () => Toolchain;
  /** Builds a program, and holds the build to leaving the SDK as it is. */
  build: (conditions?: Conditions) => Promise<SdkBuildResult & { program: string }>;
  /** A copy of the SDK in a folder of that name, with a change committed. */
  sdkWith: (name: string, change?: (sdk: string) => Promise<void>) => Promise<string>;
}

/** A miniature of ESP8266_RTOS_SDK 3.4 for the tests of a `describe`: gone with them. */
export function miniatureRtosSdk3(): Miniature {
  let directory: string;
  let usual: string;
  let toolchain: Toolchain;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'espaws-rtos-sdk-3-'));
    usual = join(directory, 'sdk');
    toolchain = await findToolchain(nodeProcesses, nodeFiles, nodeEnvironment());
    await makeSdk(usual);
  });
  afterAll(() => rm(directory, { recursive: true }));

  return {
    toolchain: () => toolchain,

    async build(conditions = {}) {
      const { options = {}, macros = MACROS, edit, processes = nodeProcesses, signal } = conditions;
      const { sdk = usual, version = toolchain.version } = conditions;
      const program = conditions.folder ?? (await mkdtemp(join(directory, 'program-')));
      if (conditions.folder === undefined) await cp(PROGRAM, program, { recursive: true });
      await edit?.(program);
      try {
        const result = await buildWithRtosSdk3(
          {
            sdk: { path: sdk, version: 'v3.4' },
            toolchain: { ...toolchain, version },
            projectDirectory: program,
            buildDirectory: join(program, 'build'),
            configHeader: '',
            macros,
            kconfig: await readFile(
              join(sdk, 'components/mbedtls/port/include/mbedtls/esp_config.h'),
              'utf8',
            ),
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
        const { stdout } = await git(sdk, 'status', '--porcelain', '--ignored');
        expect(stdout, 'the SDK stays as it is').toBe('');
        expect(await readFile(join(sdk, '.git/config'), 'utf8')).not.toContain('submodule');
      }
    },

    async sdkWith(name, change) {
      const sdk = join(directory, name);
      await cp(usual, sdk, { recursive: true });
      if (change === undefined) return sdk;
      await change(sdk);
      await git(sdk, 'add', '-A');
      await git(sdk, 'commit', '-qm', 'Change');
      return sdk;
    },
  };
}

async function makeSdk(sdk: string): Promise<void> {
  await cp(FIXTURE, sdk, { recursive: true });
  await rm(join(sdk, 'program'), { recursive: true });
  const tree = join(sdk, 'components/mbedtls/mbedtls');
  await cp(join(testTree('2.28')!, 'include'), join(tree, 'include'), { recursive: true });
  await git(sdk, 'init', '-q');
  await git(sdk, 'add', '-A', '-f');
  // A submodule that nobody has fetched.
  const [path, commit] = ['components/coap/libcoap', '1'.repeat(40)];
  await mkdir(join(sdk, path), { recursive: true });
  await writeFile(
    join(sdk, '.gitmodules'),
    `[submodule "${path}"]\n\tpath = ${path}\n\turl = file:///nonexistent\n`,
  );
  await git(sdk, 'add', '.gitmodules');
  await git(sdk, 'update-index', '--add', '--cacheinfo', `160000,${commit},${path}`);
  await git(sdk, 'commit', '-qm', 'SDK');
}

const git = (sdk: string, ...args: string[]) =>
  run('git', ['-C', sdk, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args]);

/** The messages of a build's errors. */
export const errors = ({ diagnostics }: SdkBuildResult) =>
  diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
