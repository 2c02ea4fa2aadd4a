import { join } from 'node:path';
import { crashText } from '../crash/crash-text.ts';
import { CrashCollector, type Crash } from '../crash/crash.ts';
import type { DecodedCrash } from '../crash/decode-crash.ts';
import { EXIT, EspawsError } from '../errors.ts';
import type { OpenLoader } from '../port.ts';
import { probe } from '../endpoint/probe.ts';
import type { EndpointFacts } from '../endpoint/facts.ts';
import { parseLine } from '../monitor/events.ts';
import { namesOfCode } from '../mbedtls/error-codes.ts';
import { loadProject, type Project } from '../project/load.ts';
import { predict } from '../predict/predict.ts';
import type { Prediction } from '../predict/prediction.ts';
import { verdictDocument, verdictText, type VerdictDocument } from '../verdict/document.ts';
import { explainObservation } from '../verdict/explain.ts';
import { FRESH_BOARD } from './boot-board.ts';
import { build, failureReport } from './build.ts';
import { optionTable } from './config.ts';
import { CrashDecoder } from './crash-decoder.ts';
import { configureProject, type Configured, type ConfigureOptions } from './configure.ts';
import { prove, reachPort, type Proof } from './prove.ts';
import { refuseUnreachable } from './radio.ts';
import type { CommandContext, CommandResult } from './result.ts';

export interface RunOptions extends ConfigureOptions {
  /** Over `port` of espaws.yaml. */
  port?: string;
  /** Show the derived options first. */
  explain: boolean;
  timeoutMs: number;
  seed: number;
  /** Against the exact stand-in, in lock-step: the same instructions in every run. */
  exact?: boolean;
  openLoader: OpenLoader;
}

/** A proof wants no board; one that the project names by its port is taken all the same, but for an exact one. */
function portOf(port: string, { prove: proved, exact = false }: RunOptions): string {
  return exact || (proved !== undefined && port === 'auto') ? FRESH_BOARD : port;
}

/** With a server of its own, which no other run loads. */
async function exactly({ host }: CommandContext, project: Project, options: RunOptions) {
  const { exactProject } = await import('./exact-endpoint.ts');
  return exactProject(host, project, options);
}

/** `espaws run`: build, boot, handshake, verdict. */
export async function runCommand(context: CommandContext, options: RunOptions): Promise<CommandResult> {
  const { host, progress } = context;
  const startMs = host.clock.monotonicMs();
  // With a wrong CA the board is to show what it says; the verdict then names the cause.
  const own = await loadProject(host.files, options.project);
  const exact = options.exact === true ? await exactly(context, own, options) : undefined;
  const configured = await configureProject(context, exact?.project ?? own, {
    ...options,
    allowUntrusted: true,
  });
  const wantedPort = options.port ?? portOf(configured.project.port, options);
  refuseWithoutRadio(configured, wantedPort);
  if (configured.checkout !== undefined) refuseUnreachable(configured.project.endpoint);
  const served = await exact?.open(configured.identity);
  const live = served?.live ?? (await reach(context, configured));
  const port = await reachPort(context, wantedPort, configured.sdk.console.baud);
  const configMs = host.clock.monotonicMs() - startMs;
  progress({ kind: 'stage-end', stage: 'config', text: configText(configured), durationMs: configMs });
  if (options.explain && configured.givenHeader === undefined) {
    progress({ kind: 'note', text: optionTable(configured.derived) });
  }

  const built = await build(context, configured);
  if (!built.ok) {
    return {
      exitCode: EXIT.build,
      json: { verdict: null, build: built.json },
      text: failureReport(built),
    };
  }
  const proof = await prove(context, {
    port,
    regions: built.regions,
    seed: options.seed,
    timeoutMs: options.timeoutMs,
    endpoint: configured.project.endpoint,
    consoleBaudRate: configured.sdk.console.baud,
    openLoader: options.openLoader,
    ...(served === undefined ? {} : { exact: served }),
  });
  const document = documentOf(context, configured, {
    proof,
    live,
    image: built.image,
    configPath: built.configPath,
    timing: { config: configMs, ...built.timing, board: proof.durationMs },
  });
  const crash = await crashOf(context, configured, proof);
  return {
    exitCode: exitCodeOf(document),
    json: crash === undefined ? document : { ...document, crash },
    text: [verdictText(document), ...(crash === undefined ? [] : [crashText(crash)])].join('\n'),
  };
}

/** Where in the source the program crashed; undefined where it did not, or said nothing of it. */
async function crashOf(
  context: CommandContext,
  { project, checkout }: Configured,
  { observation, lines }: Proof,
): Promise<DecodedCrash | undefined> {
  // Where an SDK puts its program is for the user to say: espaws monitor --elf.
  if (observation.failure?.kind !== 'exception' || checkout !== undefined) return undefined;
  const collector = new CrashCollector();
  let crash: Crash | undefined;
  for (const line of lines) crash ??= collector.add(parseLine(line));
  crash ??= collector.end();
  if (crash === undefined) return undefined;
  const elf = join(project.buildDirectory, 'firmware.elf');
  return new CrashDecoder(context, { project: project.buildDirectory, elf }).decode(crash);
}

/** The virtual board has no radio: a program that wants Wi-Fi would wait there until the time is over. */
function refuseWithoutRadio({ checkout }: Configured, port: string): void {
  if (checkout === undefined || !port.startsWith('virtual:')) return;
  throw new EspawsError(
    `The virtual board has no Wi-Fi, which a program of ${checkout.description.title} needs.`,
    {
      code: 'usage/invalid',
      hint: "Prove the SDK's mbedTLS and its configuration there with: espaws run --prove; or name a board: --port auto",
    },
  );
}

function configText({ derived, givenHeader, tree }: Configured): string {
  return givenHeader === undefined
    ? `${derived.options.length} options derived for mbedTLS ${tree.version.text}`
    : `${givenHeader}, for mbedTLS ${tree.version.text}`;
}

/**
 * The live endpoint's facts, for the cause of a failure; an endpoint that nobody answers at is an error before
 * anything is built.
 */
async function reach(context: CommandContext, { project }: Configured): Promise<EndpointFacts | undefined> {
  const { host, signal } = context;
  const { host: name, port, address } = project.endpoint;
  try {
    return await probe(host.network, host.clock, { host: address ?? name, port, servername: name, signal });
  } catch (error) {
    // What speaks no TLS, or not well, the device is to meet: that is what the run is for.
    if (error instanceof EspawsError && error.code === 'endpoint/unreachable') throw error;
    signal.throwIfAborted();
    return undefined;
  }
}

interface Parts {
  proof: Proof;
  live: EndpointFacts | undefined;
  image: VerdictDocument['image'];
  configPath: string;
  timing: Record<string, number>;
}

function documentOf(context: CommandContext, configured: Configured, parts: Parts): VerdictDocument {
  const { proof, live, image, configPath, timing } = parts;
  const { observation, instructions } = proof;
  const prediction = observation.verdict === 'pass' ? undefined : predictionOf(context, configured, live);
  const names = { namesOf: (code: number) => namesOfCode(configured.tree.errorCodes, code) };
  return verdictDocument({
    observation,
    error: explainObservation(observation, { names, ...(prediction === undefined ? {} : { prediction }) }),
    instructions,
    config: { path: configPath, options: configured.macros.size },
    image,
    timing,
  });
}

/** What this configuration had to do here, by the facts of the live server where they are known. */
export function predictionOf(
  { host }: CommandContext,
  { tree, macros, identity, endpoint }: Pick<Configured, 'tree' | 'macros' | 'identity' | 'endpoint'>,
  live: EndpointFacts | undefined,
): Prediction {
  const facts = live === undefined ? endpoint : { ...live, host: endpoint.host, alpn: endpoint.alpn };
  return predict(tree, macros, { identity, endpoint: facts, now: host.clock.now() });
}

function exitCodeOf({ verdict }: VerdictDocument): number {
  switch (verdict) {
    case 'pass':
      return EXIT.success;
    case 'fail':
      return EXIT.verdictFail;
    case 'timeout':
    case 'lost':
      return EXIT.verdictTimeout;
  }
}
