import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { issueIdentity } from '../../src/endpoint/identity.ts';
import { loadAuthority, standInPaths } from '../../src/endpoint/state-files.ts';
import type { Processes } from '../../src/host.ts';
import { nodeEnvironment } from '../../src/io/environment.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { findToolchain, toolPath, type Toolchain } from '../../src/sdk/toolchain.ts';
import { makeRtosSdk1, PROGRAM } from '../../test/build/sdk/rtos-sdk-1-miniature.ts';
import { testTree } from '../../test/support/trees.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');
/** Of several, the fastest: what the machine does besides only adds. */
const RUNS = 5;

export interface SdkBenchmark {
  /** Seconds of the SDK's own make on a program that is up to date, and of `espaws build`. */
  noOp: { makeSeconds: number; espawsSeconds: number; overheadSeconds: number };
  /** Library and program from nothing: the SDK's make with the same configuration, and `espaws build`. */
  full: { makeSeconds: number; espawsSeconds: number; ratio: number };
}

/**
 * `espaws build` beside the SDK's own make, on the miniature RTOS_SDK 1.5 of the tests. Undefined where there is no
 * mbedTLS 2.28 to put into it.
 */
export async function benchSdk(processes: Processes): Promise<SdkBenchmark | undefined> {
  if (testTree('2.28') === undefined) return undefined;
  const directory = await mkdtemp(join(tmpdir(), 'espaws-bench-sdk-'));
  try {
    const toolchain = await findToolchain(processes, nodeFiles, nodeEnvironment());
    const sdk = join(directory, 'sdk');
    await makeRtosSdk1(sdk, toolchain);
    const project = await makeProject(directory);
    const bench = new SdkBench(processes, { directory, sdk, project, toolchain });
    return { full: await bench.full(), noOp: await bench.noOp() };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function makeProject(directory: string): Promise<string> {
  const project = join(directory, 'project');
  await cp(PROGRAM, project, { recursive: true });
  const now = new Date();
  const issued = await issueIdentity(await loadAuthority(nodeFiles, standInPaths(directory)), {
    key: 'ec-P-256',
    now,
    ca: 'both',
  });
  await writeFile(join(project, 'device.crt'), issued.certificate);
  await writeFile(join(project, 'device.key'), issued.privateKey ?? '');
  await writeFile(join(project, 'ca.pem'), issued.ca);
  await writeFile(
    join(project, 'espaws.yaml'),
    JSON.stringify({
      sdk: { kind: 'rtos-sdk', path: join(directory, 'sdk') },
      identity: { certificate: 'device.crt', key: 'device.key', ca: 'ca.pem' },
      endpoint: { profile: 'aws-iot', host: 'example-ats.iot.eu-west-1.amazonaws.com' },
    }),
  );
  return project;
}

interface Places {
  directory: string;
  sdk: string;
  project: string;
  toolchain: Toolchain;
}

class SdkBench {
  readonly #processes: Processes;
  readonly #places: Places;

  constructor(processes: Processes, places: Places) {
    this.#processes = processes;
    this.#places = places;
  }

  /** One after the other, several times: what the machine does besides then weighs on both. */
  async full(): Promise<SdkBenchmark['full']> {
    const { directory, sdk, project } = this.#places;
    const own = join(directory, 'own');
    await cp(sdk, own, { recursive: true });
    const program = join(directory, 'program');
    await cp(PROGRAM, program, { recursive: true });
    await this.#espaws();
    // Where its makefile names it.
    await cp(join(project, 'build/mbedtls_config.h'), join(own, 'include/mbedtls/config_esp.h'));
    const library = join(own, 'third_party/mbedtls/library');
    const makes: number[] = [];
    const builds: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      await this.#clean();
      makes.push((await this.#make(library, own, '-j2')) + (await this.#make(program, own)));
      builds.push(await this.#espaws());
    }
    const [makeSeconds, espawsSeconds] = [Math.min(...makes), Math.min(...builds)];
    return { makeSeconds, espawsSeconds, ratio: espawsSeconds / makeSeconds };
  }

  async #clean(): Promise<void> {
    const { directory, project } = this.#places;
    const made = ['cache', 'own/third_party/mbedtls/library/.output'].map((name) => join(directory, name));
    for (const folder of [join(directory, 'program'), project]) {
      made.push(...['build', '.output', 'user/.output'].map((name) => join(folder, name)));
    }
    for (const path of made) await rm(path, { recursive: true, force: true });
  }

  async noOp(): Promise<SdkBenchmark['noOp']> {
    const { directory } = this.#places;
    const make = () => this.#make(join(directory, 'program'), join(directory, 'own'));
    const makeSeconds = await fastest(make);
    const espawsSeconds = await fastest(() => this.#espaws());
    return { makeSeconds, espawsSeconds, overheadSeconds: espawsSeconds - makeSeconds };
  }

  /** The makefiles of programs are not for several jobs. */
  #make(folder: string, sdk: string, ...options: readonly string[]): Promise<number> {
    const { toolchain } = this.#places;
    const flags = [
      ...toolchain.libcFlags,
      ...['-Wno-error', '-fcommon'],
      `-I${sdk}/include/lwip`,
      `-DMBEDTLS_CONFIG_FILE='"config_esp.h"'`,
      `-I${sdk}/include/mbedtls`,
    ];
    const args = ['-s', ...options, '-C', folder, `SDK_PATH=${sdk}`, 'GEN_BINS='];
    const env = { EXTRA_CCFLAGS: flags.join(' '), CC: toolPath(toolchain, 'gcc') };
    return this.#timed('make', args, env);
  }

  #espaws(): Promise<number> {
    const { directory, project } = this.#places;
    return this.#timed(process.execPath, [CLI, 'build', '--project', project, '--json'], {
      ESPAWS_CACHE: join(directory, 'cache'),
    });
  }

  async #timed(command: string, args: readonly string[], env: Record<string, string>): Promise<number> {
    const start = performance.now();
    const { exitCode, stdout, stderr } = await this.#processes.run(command, args, { env });
    if (exitCode !== 0) throw new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`);
    return (performance.now() - start) / 1000;
  }
}

async function fastest(work: () => Promise<number>): Promise<number> {
  const seconds: number[] = [];
  for (let run = 0; run < RUNS; run++) seconds.push(await work());
  return Math.min(...seconds);
}
