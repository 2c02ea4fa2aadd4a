import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';
import type { BuildResult } from '../../src/build/build.ts';
import { compileBench } from '../../src/commands/build-bench.ts';
import { configure, type Configured } from '../../src/commands/configure.ts';
import { prove } from '../../src/commands/prove.ts';
import type { CommandContext } from '../../src/commands/result.ts';
import { predictionOf } from '../../src/commands/run.ts';
import { endpointFactsToJson } from '../../src/endpoint/facts-json.ts';
import type { FaultName } from '../../src/endpoint/faults.ts';
import type { IdentityRequest } from '../../src/endpoint/identity.ts';
import type { StandInOptions } from '../../src/endpoint/stand-in-options.ts';
import { nodeClock } from '../../src/io/clock.ts';
import { nodeEnvironment } from '../../src/io/environment.ts';
import { espLoaders } from '../../src/io/esp-loader/esp-loader.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { nodeLeases } from '../../src/io/leases.ts';
import { nodeNetwork } from '../../src/io/network.ts';
import { nodeProcesses } from '../../src/io/processes.ts';
import { nodePrompt } from '../../src/io/prompt.ts';
import { serialPorts } from '../../src/io/serial/serial-ports.ts';
import { virtualBoards } from '../../src/io/virtual-port.ts';
import type { MbedtlsTree } from '../../src/mbedtls/tree.ts';
import type { Prediction } from '../../src/predict/prediction.ts';
import type { Observation } from '../../src/verdict/judge.ts';
import { startTestStandIn, testIdentity } from './stand-in.ts';
import { testTree, type TestVersion } from './trees.ts';

export interface BoardCase {
  identity?: Partial<IdentityRequest>;
  faults?: readonly FaultName[];
  overrides?: Partial<StandInOptions>;
  version?: TestVersion;
  tls?: '1.2' | '1.3';
  /** Macros (without prefix) that the derived configuration loses, with what depends on them. */
  drop?: readonly string[];
  /** Macros (without prefix) that the derived configuration gets, with their values. */
  set?: Readonly<Record<string, string>>;
  /** Header to use instead of the derived configuration. */
  header?: string;
  /** Linked as users' firmware is, which takes ten times as long. */
  lto?: boolean;
}

export interface BoardOutcome {
  prediction: Prediction;
  /** Undefined where it did not build. */
  observation: Observation | undefined;
  failedAt: 'compile' | 'link' | undefined;
  diagnostics: readonly string[];
  configured: Configured;
  sizes: { flashBytes: number; dramBytes: number; identityBytes: number } | undefined;
}

/** The real machine, and nobody listening. */
export function testContext(): CommandContext {
  return {
    host: {
      files: nodeFiles,
      processes: nodeProcesses,
      network: nodeNetwork,
      boards: virtualBoards,
      ports: serialPorts,
      leases: nodeLeases,
      prompt: nodePrompt,
      clock: nodeClock,
      environment: nodeEnvironment(),
    },
    progress: () => undefined,
    signal: new AbortController().signal,
  };
}

/** A project in a temporary folder, with an issued identity and a stand-in that is running. */
export async function testProject(boardCase: BoardCase): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'espaws-case-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await writeProject(directory, boardCase);
  return directory;
}

/** Folders in which one case after the other is built, by version and linking: most of its objects serve the next. */
const caseFolders = new Map<string, string>();
afterAll(async () => {
  for (const folder of caseFolders.values()) await rm(folder, { recursive: true, force: true });
  caseFolders.clear();
});

async function caseFolder(version: TestVersion, lto: boolean): Promise<string> {
  const key = `${version} ${lto}`;
  const known = caseFolders.get(key);
  if (known !== undefined) return known;
  const folder = await mkdtemp(join(tmpdir(), 'espaws-case-'));
  caseFolders.set(key, folder);
  return folder;
}

/**
 * The same machine, with a manifest of the firmware that asks for no link-time optimization: it is some 10 % larger,
 * and does the same.
 */
function withoutLto({ host, ...context }: CommandContext): CommandContext {
  const { files } = host;
  const readText: typeof files.readText = async (path) => {
    const text = await files.readText(path);
    return path.endsWith('firmware.yaml') ? text.replace(/^ *- -flto\b.*\n/gm, '') : text;
  };
  return { ...context, host: { ...host, files: { ...files, readText } } };
}

async function writeProject(
  directory: string,
  { identity, faults, overrides, version = '2.28' }: BoardCase,
): Promise<void> {
  const issued = await testIdentity(identity);
  const { standIn } = await startTestStandIn(faults, overrides);
  const write = (name: string, text: string) => nodeFiles.write(join(directory, name), text);
  await write('device.crt', issued.certificate);
  await write('device.key', issued.privateKey ?? '');
  await write('ca.pem', issued.ca);
  await write('endpoint.json', JSON.stringify(endpointFactsToJson(standIn.facts)));
  await write(
    'espaws.yaml',
    JSON.stringify({
      identity: { certificate: 'device.crt', key: 'device.key', ca: 'ca.pem' },
      endpoint: {
        profile: 'local',
        host: standIn.host,
        address: standIn.address,
        port: standIn.port,
        facts: 'endpoint.json',
      },
      mbedtls: { path: testTree(version) },
    }),
  );
}

/** Predicts the case, then builds it and runs it on the virtual board. */
export async function runBoardCase(boardCase: BoardCase): Promise<BoardOutcome> {
  const { tls, header, drop = [], set = {}, version = '2.28', lto = false } = boardCase;
  const context = lto ? testContext() : withoutLto(testContext());
  const project = await caseFolder(version, lto);
  await writeProject(project, boardCase);
  const derived = await configure(context, {
    project,
    allowUntrusted: true,
    ...(tls === undefined ? {} : { tlsVersion: tls }),
    ...(header === undefined ? {} : { header }),
  });
  const configured = changed(derived, drop, set);
  const prediction = predictionOf(context, configured, undefined);
  const built = await compileBench(context, configured);
  const outcome = {
    prediction,
    configured,
    failedAt: built.failedAt,
    diagnostics: built.diagnostics.map(({ message }) => message),
    sizes:
      built.image === undefined ? undefined : { ...built.image.sizes, identityBytes: identityBytes(built) },
  };
  if (!built.ok) return { ...outcome, observation: undefined };
  const { observation } = await prove(context, {
    port: 'virtual:',
    regions: [{ name: built.imagePath, address: 0, data: built.image!.flash }],
    seed: 1,
    timeoutMs: 60_000,
    endpoint: configured.project.endpoint,
    consoleBaudRate: configured.sdk.console.baud,
    openLoader: espLoaders(nodeClock),
  });
  return { ...outcome, observation };
}

/** Certificates and key in flash. */
function identityBytes({ modules }: BuildResult): number {
  const identity = modules.filter(({ module }) => module === 'identity');
  return identity.reduce((sum, { codeBytes, dataBytes }) => sum + codeBytes + dataBytes, 0);
}

/** Drops macros, and then those that check_config.h says cannot be there without them; sets others. */
function changed(
  configured: Configured,
  drop: readonly string[],
  set: Readonly<Record<string, string>>,
): Configured {
  if (drop.length === 0 && Object.keys(set).length === 0) return configured;
  const macros = new Map(configured.macros);
  for (const [name, value] of Object.entries(set)) macros.set(`MBEDTLS_${name}`, value);
  for (const name of drop) macros.delete(`MBEDTLS_${name}`);
  for (;;) {
    const about = configured.tree.configErrors(macros)[0]?.about;
    if (about === undefined || !macros.delete(about)) break;
  }
  const headerText = headerOf(configured.tree, macros);
  return { ...configured, headerText, macros: configured.tree.evaluate(headerText).macros };
}

function headerOf(tree: MbedtlsTree, macros: ReadonlyMap<string, string>): string {
  const lines = [...macros].map(([name, value]) => `#define ${name} ${value}`.trimEnd());
  const check = tree.version.major < 3 ? ['#include "mbedtls/check_config.h"'] : [];
  return ['#ifndef CASE_H', '#define CASE_H', ...lines, ...check, '#endif', ''].join('\n');
}

/** What was predicted, and what was seen, in the same words: equal where the prediction was right. */
export function predictedText(prediction: Prediction): string {
  switch (prediction.outcome) {
    case 'pass':
      return 'pass';
    case 'build-error':
      return 'does not build';
    case 'error':
      return errorText(prediction.call, prediction.code, prediction.verifyFlags);
  }
}

export function observedText({ observation, diagnostics }: BoardOutcome): string {
  if (observation === undefined) return 'does not build';
  if (observation.verdict === 'pass') return 'pass';
  const { failure, verifyFlags } = observation;
  if (failure?.kind === 'call') return errorText(failure.call, failure.code, verifyFlags ?? 0);
  return `${observation.verdict} ${JSON.stringify(failure)} ${diagnostics.join('; ')}`;
}

/** Flags count where they are the reason. */
function errorText(call: string, code: number, flags: number): string {
  return `${code} at ${call}${code === X509_CERT_VERIFY_FAILED ? ` flags 0x${flags.toString(16)}` : ''}`;
}

const X509_CERT_VERIFY_FAILED = -0x2700;
