import { join } from 'node:path';
import { EspawsError } from '../../errors.ts';
import type { FlashRegion } from '../../image/flash-region.ts';
import { namesOfCode } from '../../mbedtls/error-codes.ts';
import type { Project } from '../../project/load.ts';
import type { PlannedCase } from '../../test-plan/case.ts';
import type { VerdictDocument } from '../../verdict/document.ts';
import type { CodeNames } from '../../verdict/explain.ts';
import { build, failureReport } from '../build.ts';
import { codeNames } from '../code-names.ts';
import { configureProject, type Configured } from '../configure.ts';
import type { CommandContext } from '../result.ts';
import { contentKey } from './content-key.ts';
import type { TestEndpoints } from './endpoints.ts';
import type { TestIdentities } from './identities.ts';
import type { TestState } from './state.ts';

/** Firmware for one case, or for several that are alike. */
export interface TestBuild {
  regions: readonly FlashRegion[];
  image: VerdictDocument['image'];
  config: { path: string; options: number };
  /** Undefined for images that were there already. */
  configured: Configured | undefined;
  names: CodeNames;
  consoleBaudRate: number;
}

/** Of SDKs of which nothing else is known. */
const USUAL_BAUD_RATE = 115_200;

/** Builds the firmware of a plan's cases, each once, one behind the other: a compiler takes every core. */
export class TestBuilds {
  readonly #context: CommandContext;
  readonly #state: TestState;
  readonly #identities: TestIdentities;
  readonly #endpoints: TestEndpoints;
  readonly #builds = new Map<string, Promise<TestBuild>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    context: CommandContext,
    state: TestState,
    { identities, endpoints }: { identities: TestIdentities; endpoints: TestEndpoints },
  ) {
    this.#context = context;
    this.#state = state;
    this.#identities = identities;
    this.#endpoints = endpoints;
  }

  /** Equal for cases whose firmware is the same. */
  key({ identity, endpoint, config, build: how, exact }: PlannedCase): string {
    // The faults of a stand-in are what the firmware meets, not what it is built for.
    const target = endpoint.kind === 'stand-in' ? { kind: endpoint.kind } : endpoint;
    return contentKey(
      how.kind === 'regions' ? [how] : [identity, target, config, how, ...(exact ? ['exact'] : [])],
    );
  }

  /** Throws `build/failed` with the first errors, and what configuring throws. */
  get(one: PlannedCase): Promise<TestBuild> {
    const key = this.key(one);
    const known = this.#builds.get(key);
    if (known !== undefined) return known;
    const made = this.#last.then(() => this.#make(one, key));
    this.#last = made.catch(() => undefined);
    this.#builds.set(key, made);
    return made;
  }

  async #make(one: PlannedCase, key: string): Promise<TestBuild> {
    const { host, signal } = this.#context;
    signal.throwIfAborted();
    if (one.build.kind === 'regions') return this.#ready(one.build.regions);
    const directory = join(this.#state.directory, 'builds', key);
    const lease = await host.leases.take(`build ${directory}`, { holder: 'espaws test', wait: true, signal });
    try {
      return await this.#built(await this.#project(one, directory), one);
    } finally {
      if ('release' in lease) await lease.release();
    }
  }

  async #built(project: Project, { config }: PlannedCase): Promise<TestBuild> {
    const configured = await configureProject(this.#context, project, {
      // What the device says of a server that it does not trust is what cases ask.
      allowUntrusted: true,
      ...(config.kind === 'header' ? { header: config.path } : { derive: true }),
      ...(config.kind === 'derived' && config.tlsVersion !== undefined
        ? { tlsVersion: config.tlsVersion }
        : {}),
    });
    const built = await build(this.#context, configured);
    if (!built.ok) {
      throw new EspawsError(failureReport(built), {
        code: 'build/failed',
        hint: `Mend it; the build is in ${project.buildDirectory}.`,
      });
    }
    const { errorCodes } = configured.tree;
    return {
      configured,
      regions: built.regions,
      image: built.image,
      config: { path: built.configPath, options: configured.macros.size },
      names: { namesOf: (code) => namesOfCode(errorCodes, code) },
      consoleBaudRate: configured.sdk.console.baud,
    };
  }

  async #project(one: PlannedCase, directory: string): Promise<Project> {
    const { config, build: how } = one;
    const base = this.#state.project;
    const tls =
      config.kind === 'derived'
        ? {
            ...base.tls,
            ...(config.suites === undefined ? {} : { suites: [...config.suites] }),
            ...(config.checkDates === undefined ? {} : { checkDates: config.checkDates }),
          }
        : base.tls;
    return {
      ...base,
      ...(how.kind === 'bench' ? { sdk: { kind: 'bench' } } : {}),
      ...(how.kind === 'bench' && how.mbedtls !== undefined ? { mbedtls: how.mbedtls } : {}),
      ...(how.kind === 'sdk'
        ? { sdk: how.path === undefined ? { kind: how.sdk } : { kind: how.sdk, path: how.path } }
        : {}),
      tls,
      identity: await this.#identities.paths(one),
      endpoint: this.#endpoints.settings(one),
      buildDirectory: directory,
    };
  }

  async #ready(regions: readonly { address: number; path: string }[]): Promise<TestBuild> {
    const read = await Promise.all(
      regions.map(async ({ address, path }) => ({ name: path, address, data: await this.#bytes(path) })),
    );
    return {
      regions: read,
      image: {
        flashBytes: read.reduce((sum, { data }) => sum + data.length, 0),
        ...{ iramBytes: 0, dramBytes: 0 },
      },
      config: { path: '', options: 0 },
      configured: undefined,
      names: await codeNames(this.#context, this.#state.project.directory),
      consoleBaudRate: USUAL_BAUD_RATE,
    };
  }

  async #bytes(path: string): Promise<Uint8Array> {
    try {
      return await this.#context.host.files.readBytes(path);
    } catch (cause) {
      throw new EspawsError(`The image "${path}" cannot be read.`, {
        code: 'plan/invalid',
        hint: 'Build it first, or mend `regions` of the plan.',
        cause,
      });
    }
  }
}
