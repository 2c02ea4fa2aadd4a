import { EspawsError, isEspawsError, type ErrorCode } from '../../errors.ts';
import { caseFolder, writeAttempt } from '../../hil/case-folder.ts';
import type { BoardSpec } from '../../hil/boards-file.ts';
import type { Attempt } from '../../hil/run-cases.ts';
import { watchCase, type Watched } from '../../hil/watch-case.ts';
import { resetBoard } from '../../monitor/reset-board.ts';
import type { OpenLoader } from '../../port.ts';
import { Recorder } from '../../report/recorder.ts';
import type { PlannedCase } from '../../test-plan/case.ts';
import { hasAnotherAttempt, type CaseRecord } from '../../test-plan/attempts.ts';
import { judgeCase } from '../../test-plan/judge.ts';
import { verdictDocument, type VerdictDocument } from '../../verdict/document.ts';
import { explainObservation } from '../../verdict/explain.ts';
import { bootBoard } from '../boot-board.ts';
import type { CommandContext } from '../result.ts';
import { predictionOf } from '../run.ts';
import type { TestBuild, TestBuilds } from './builds.ts';
import type { OpenEndpoint, TestEndpoints } from './endpoints.ts';

export interface AttemptRig {
  context: CommandContext;
  builds: TestBuilds;
  endpoints: TestEndpoints;
  openLoader: OpenLoader;
  /** Folder of the report. */
  reportDirectory: string;
  redact: (text: string) => string;
  /** How long a port that went away is waited for, in milliseconds. */
  reopenMs: number;
  /** Several virtual boards run at the same time. */
  besideOthers: boolean;
  /** Brings a board back that does not answer; undefined where nothing is known to. */
  powerCycle: (board: BoardSpec) => Promise<boolean>;
  /** Hears what made a case an error, for the exit code. */
  onError: (one: PlannedCase, error: EspawsError) => void;
}

/** Beside the time that a case may take: for the flash, which may have to be written whole at a low rate. */
const FLASH_MS = 600_000;

/** One attempt at a case on one board. Whatever happens, ports are closed, and the board runs its program. */
export async function attemptCase(
  rig: AttemptRig,
  one: PlannedCase,
  board: BoardSpec,
  number: number,
): Promise<Attempt> {
  const { host, signal } = rig.context;
  let startedAt = host.clock.now();
  let startMs = host.clock.monotonicMs();
  const over = () => ({ startedAt, durationMs: Math.round(host.clock.monotonicMs() - startMs) });
  let endpoint: OpenEndpoint | undefined;
  try {
    const build = await rig.builds.get(one);
    // What is built is built for other cases, too.
    startedAt = host.clock.now();
    startMs = host.clock.monotonicMs();
    endpoint = await rig.endpoints.open(one, build.configured?.identity);
    return await withinLimit(rig, one, board, (limited) =>
      onBoard({ ...rig, context: limited }, { one, board, number, build, endpoint: endpoint!, over }),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (!isEspawsError(error)) throw error;
    const record: CaseRecord = over();
    if (isOfBoard(error)) {
      const because = `${board.name}: ${error.message}`;
      rig.onError(one, error);
      return { judgement: judgeCase(one, { problem: because }), record, boardLost: error.message };
    }
    rig.onError(one, error);
    return { judgement: judgeCase(one, { problem: rig.redact(firstLines(error.message)) }), record };
  } finally {
    await endpoint?.close();
  }
}

/** What says that the board, its port or its flash cannot be used; else the case is at fault. */
const OF_BOARD: ReadonlySet<ErrorCode> = new Set([
  ...(['port/unknown', 'port/missing', 'port/busy', 'port/permission', 'port/unreachable'] as const),
  ...(['port/ambiguous', 'port/baud-rate', 'port/lost'] as const),
  ...(['flash/no-sync', 'flash/lost', 'flash/verify', 'flash/failed'] as const),
]);

function isOfBoard({ code }: EspawsError): boolean {
  return OF_BOARD.has(code);
}

function firstLines(text: string): string {
  const lines = text.split('\n');
  return lines.slice(0, 3).join(' / ');
}

/** Nothing may hang: what is not over long after the case's own time is ended, and the board given up. */
async function withinLimit<T>(
  { context }: AttemptRig,
  { timeoutMs, soakMs }: PlannedCase,
  { name }: BoardSpec,
  work: (context: CommandContext) => Promise<T>,
): Promise<T> {
  const { clock } = context.host;
  const limit = new AbortController();
  const done = new AbortController();
  const limitMs = timeoutMs + soakMs + FLASH_MS;
  clock.sleep(limitMs, done.signal).then(
    () => {
      limit.abort(
        new EspawsError(`The board "${name}" was not done after ${Math.round(limitMs / 1000)} s.`, {
          code: 'port/lost',
          hint: 'Look at its cable and its power.',
        }),
      );
    },
    () => undefined,
  );
  try {
    return await work({ ...context, signal: AbortSignal.any([context.signal, limit.signal]) });
  } catch (error) {
    if (limit.signal.aborted && !context.signal.aborted) throw limit.signal.reason;
    throw error;
  } finally {
    done.abort();
  }
}

interface Trial {
  one: PlannedCase;
  board: BoardSpec;
  number: number;
  build: TestBuild;
  endpoint: OpenEndpoint;
  over: () => CaseRecord;
}

async function onBoard(rig: AttemptRig, trial: Trial): Promise<Attempt> {
  const { one, board, number, build, endpoint, over } = trial;
  const { host } = rig.context;
  const watched = await withPower(rig, board, () => watch(rig, trial));
  const { recorder, raw } = watched;
  const verdict = documentOf(rig, trial, watched);
  const judgement = judgeCase(one, { verdict, findings: watched.findings });
  const isLast = !hasAnotherAttempt(one, [...Array<typeof judgement>(number - 1).fill(judgement), judgement]);
  const folder = caseFolder(one.name);
  const artefacts = await writeAttempt(
    host.files,
    { base: rig.reportDirectory, folder: isLast ? folder : `${folder}/attempt-${number}` },
    {
      ...{ raw, log: recorder.log, serverLog: endpoint.log, verdict, regions: build.regions },
      configHeader: build.configured?.headerText,
      redact: rig.redact,
    },
  );
  const { timeline, heap, log } = recorder;
  const isLost = watched.observation.verdict === 'lost' && one.expect.verdict !== 'lost';
  return {
    judgement,
    record: { ...over(), verdict, timeline, heap, log, artefacts },
    ...(isLost ? { boardLost: 'its port went away while the case ran' } : {}),
  };
}

/** Once more after its power was switched, for a board that does not answer. */
async function withPower(rig: AttemptRig, board: BoardSpec, work: () => Promise<Heard>): Promise<Heard> {
  try {
    const watched = await work();
    if (watched.observation.verdict !== 'lost' || !(await rig.powerCycle(board))) return watched;
  } catch (error) {
    rig.context.signal.throwIfAborted();
    if (!isEspawsError(error) || !isOfBoard(error) || !(await rig.powerCycle(board))) throw error;
  }
  return work();
}

/** What a board said in one attempt. */
interface Heard extends Watched {
  recorder: Recorder;
  /** Bytes as they came. */
  raw: Uint8Array[];
  /** Of the virtual board. */
  instructions: number | undefined;
  boardMs: number;
}

async function watch(
  { context, openLoader, reopenMs, besideOthers }: AttemptRig,
  { one, board, build, endpoint }: Trial,
): Promise<Heard> {
  const { host, progress, signal } = context;
  const { regions, consoleBaudRate } = build;
  const booted = await bootBoard(context, {
    ...{ port: board.port, regions, seed: 1, consoleBaudRate, openLoader, reopenMs, besideOthers },
    lockStep: one.exact,
  });
  const startMs = host.clock.monotonicMs();
  const recorder = new Recorder(host.clock.now(), build.names);
  const raw: Uint8Array[] = [];
  try {
    const watched = await watchCase(one, {
      ...{ port: booted.port, network: endpoint.network, clock: host.clock, signal },
      ...(endpoint.deviceTime === undefined ? {} : { deviceTime: endpoint.deviceTime }),
      onBytes: (bytes) => raw.push(bytes.slice()),
      onLine: (line) => {
        recorder.add(line);
        progress({ kind: 'uart', text: line.event.line });
      },
    });
    const boardMs = host.clock.monotonicMs() - startMs;
    return { ...watched, recorder, raw, instructions: booted.instructions(), boardMs };
  } catch (error) {
    // Interrupted in its midst; a port that is gone cannot be reset, and need not be.
    await resetBoard(booted.port, host.clock, { to: 'program' }).catch(() => undefined);
    throw error;
  } finally {
    await booted.port.close();
  }
}

function documentOf(
  { context }: AttemptRig,
  { build, endpoint }: Trial,
  { observation, instructions, boardMs }: Heard,
): VerdictDocument {
  const { configured, names, config, image } = build;
  const prediction =
    observation.verdict === 'pass' || configured === undefined
      ? undefined
      : predictionOf(context, configured, endpoint.live);
  return verdictDocument({
    ...{ observation, instructions, config, image },
    error: explainObservation(observation, { names, ...(prediction === undefined ? {} : { prediction }) }),
    timing: { board: boardMs },
  });
}
