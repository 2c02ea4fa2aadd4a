import { setMaxListeners } from 'node:events';
import { basename, join, resolve } from 'node:path';
import { EspawsError, type EspawsErrorOptions } from '../../errors.ts';
import { boardsOfPorts, loadBoards, type BoardSpec } from '../../hil/boards-file.ts';
import { leaseBoard, powerCycle } from '../../hil/pool.ts';
import { runCases, type Attempt } from '../../hil/run-cases.ts';
import type { OpenLoader } from '../../port.ts';
import { countOutcomes, type CaseReport, type TestReport } from '../../report/report.ts';
import { failingCases } from '../../test-plan/attempts.ts';
import { readBaseline, updatedBaseline, writeBaseline } from '../../test-plan/baseline.ts';
import type { PlannedCase } from '../../test-plan/case.ts';
import { defaultPlan } from '../../test-plan/default-plan.ts';
import { redactor } from '../../test-plan/environment.ts';
import { filterCases } from '../../test-plan/filter.ts';
import { loadTestPlan, type TestPlan } from '../../test-plan/load.ts';
import { TEST_PLAN_FILE } from '../../test-plan/plan.ts';
import { guardCases } from '../../test-plan/regression.ts';
import { parseShard, shardOf } from '../../test-plan/shard.ts';
import { FRESH_BOARD } from '../boot-board.ts';
import { needsRadio } from '../radio.ts';
import type { CommandContext, CommandResult } from '../result.ts';
import { attemptCase, type AttemptRig } from './attempt.ts';
import { TestBuilds } from './builds.ts';
import { loadDurations, saveDurations } from './durations.ts';
import { TestEndpoints } from './endpoints.ts';
import { TestIdentities } from './identities.ts';
import { caseLine, exitCodeOf, reportText } from './outcome.ts';
import { redacted, REPORT_FILES, writeReport } from './report-files.ts';
import { loadTestState, saveTestState, type TestState } from './state.ts';

export interface TestOptions {
  /** Folder of espaws.yaml. */
  project: string;
  /** A file, or the folder of espaws.test.yaml; undefined: that of the project, if it has one. */
  plan?: string;
  /** Of boards.yaml. */
  boards?: string;
  /** In place of boards.yaml. */
  ports: readonly string[];
  filter?: string;
  /** `2/4` */
  shard?: string;
  baseline?: string;
  updateBaseline: boolean;
  /**
   * `ADDRESS[:PORT]` of this machine, for boards with Wi-Fi; default: that of the plan, else its own address in its
   * network.
   */
  advertise?: string;
  /** Over those of the plan. */
  retries?: number;
  /** How long a board whose port went away is waited for, in milliseconds. */
  reopenMs: number;
  /** Folder; default: `test-report` in the build folder. */
  report?: string;
  /** Of the run in baselines and trends; default: the commit that CI names, else the date. */
  label?: string;
  version: string;
  openLoader: OpenLoader;
}

/** `espaws test`: every case of a plan on the boards that are there, and the report. */
export async function testCommand(context: CommandContext, options: TestOptions): Promise<CommandResult> {
  const { host, progress, signal } = context;
  const { files, clock, environment } = host;
  const startedAt = clock.now();
  const startMs = clock.monotonicMs();
  // Every board listens for the end.
  setMaxListeners(0, signal);
  if (options.updateBaseline && options.baseline === undefined)
    throw usage('--update-baseline has no file.', {
      hint: 'Name it with --baseline FILE.',
    });
  const state = await prepared(context, options.project);
  const plan = await planOf(context, options, state);
  const cases = chosen(plan, options);
  const boards = await boardsOf(context, options, state);
  // Before anything runs: what is wrong with it is said now.
  const baseline = options.baseline === undefined ? undefined : await readBaseline(files, options.baseline);
  const directory = resolve(options.report ?? join(state.project.buildDirectory, 'test-report'));
  progress({ kind: 'note', text: `${cases.length} cases on ${boards.map(({ name }) => name).join(', ')}` });

  const ran = await run(context, {
    ...{ options, state, cases, boards, directory },
    advertise: options.advertise ?? plan.advertise,
  });
  const label = options.label ?? labelOf(environment.variables, startedAt);
  const exact = new Set(cases.filter((one) => one.exact).map(({ name }) => name));
  const guarded =
    options.baseline === undefined
      ? ran.cases
      : guardCases(baseline, ran.cases, {
          ...{ limits: plan.limits, label, accept: options.updateBaseline },
          isExact: (name) => exact.has(name),
        });
  if (options.updateBaseline && options.baseline !== undefined) {
    await writeBaseline(files, options.baseline, updatedBaseline(baseline, guarded, label));
  }
  const report: TestReport = {
    ...{ format: 1, name: plan.name, tool: `espaws ${options.version}` },
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(clock.monotonicMs() - startMs),
    ...redacted({ cases: guarded, lostBoards: ran.lostBoards }, redactor(cases, environment.variables)),
  };
  const { annotations } = await writeReport(files, environment, { report, directory });
  signal.throwIfAborted();
  const failing = failingCases(report, plan.flakyFails);
  return {
    exitCode: exitCodeOf(failing, ran.errors),
    json: jsonOf(report, directory),
    text: [...annotations, reportText(report, failing, directory)].join('\n'),
  };
}

/** Only one process at a time makes what all of them share. */
async function prepared({ host, signal, progress }: CommandContext, directory: string): Promise<TestState> {
  const lease = await host.leases.take(`test state ${resolve(directory)}`, {
    ...{ holder: 'espaws test', wait: true, signal },
    onWait: (heldBy) => {
      progress({ kind: 'note', text: `waiting for ${heldBy}` });
    },
  });
  try {
    const state = await loadTestState(host.files, directory);
    await saveTestState(host.files, state);
    return state;
  } finally {
    if ('release' in lease) await lease.release();
  }
}

async function planOf(
  { host }: CommandContext,
  { plan, project }: TestOptions,
  state: TestState,
): Promise<TestPlan> {
  const { files, environment } = host;
  const own = join(state.project.directory, TEST_PLAN_FILE);
  if (plan !== undefined) return loadTestPlan(files, plan, environment.variables);
  if ((await files.stat(own)) !== undefined) return loadTestPlan(files, own, environment.variables);
  if (state.project.identity === undefined) throw state.projectProblem;
  const usual = defaultPlan(basename(resolve(project)));
  const { config } = state.project;
  if (config === undefined) return usual;
  // A project with a header of its own is tested as it is built.
  const header = { kind: 'header', path: config.header } as const;
  return { ...usual, cases: usual.cases.map((one) => ({ ...one, config: header })) };
}

function chosen(plan: TestPlan, { filter, shard, retries }: TestOptions): PlannedCase[] {
  const filtered = filter === undefined ? [...plan.cases] : filterCases(plan.cases, filter);
  if (filtered.length === 0) {
    throw usage(`No case of the plan fits the filter "${filter ?? ''}".`, {
      hint: `The first of ${plan.cases.length} is "${plan.cases[0]?.name ?? ''}".`,
    });
  }
  const part = shard === undefined ? filtered : shardOf(filtered, parseShard(shard));
  return retries === undefined ? part : part.map((one) => ({ ...one, retries }));
}

async function boardsOf(
  { host }: CommandContext,
  { boards, ports }: TestOptions,
  { project }: TestState,
): Promise<BoardSpec[]> {
  if (boards !== undefined && ports.length > 0) {
    throw usage('Both --boards and --port name boards.', { hint: 'Name them in one way.' });
  }
  if (boards !== undefined) return loadBoards(host.files, boards);
  return boardsOfPorts(ports.length > 0 ? ports : [project.port]);
}

interface RunParts {
  options: TestOptions;
  state: TestState;
  cases: readonly PlannedCase[];
  boards: readonly BoardSpec[];
  directory: string;
  advertise: string | undefined;
}

async function run(context: CommandContext, parts: RunParts) {
  const { options, state, cases, boards, directory, advertise } = parts;
  const { host, progress, signal } = context;
  const { variables } = host.environment;
  const identities = new TestIdentities({ files: host.files, clock: host.clock, variables }, state);
  const endpoints = new TestEndpoints(host, state, { signal, advertise });
  // Of many cases at once, the steps of each would say nothing.
  const quiet: CommandContext = {
    ...context,
    progress: (event) => {
      if (event.kind === 'warning' || event.kind === 'uart') progress(event);
    },
  };
  const builds = new TestBuilds(quiet, state, { identities, endpoints });
  const errors = new Map<string, EspawsError>();
  const rig: AttemptRig = {
    ...{ context: quiet, builds, endpoints, openLoader: options.openLoader, reportDirectory: directory },
    redact: redactor(cases, variables),
    reopenMs: options.reopenMs,
    besideOthers: boards.filter(({ tags }) => tags.includes('virtual')).length > 1,
    powerCycle: (board) => powerCycle(board, { ...host, signal }),
    onError: (one, error) => errors.set(one.name, error),
  };
  const durations = await loadDurations(host.files, state.directory);
  try {
    const ran = await runCases(cases, {
      boards,
      expectedMs: ({ name }) => durations.get(name),
      fits: (board, one) => fitsBoard(board, one, state),
      contentsOf: (one) => builds.key(one),
      attempt: (one, board, number) =>
        onLeasedBoard(context, board, () => attemptCase(rig, one, board, number)),
      onCase: (report) => {
        progress({ kind: 'note', text: rig.redact(caseLine(report)) });
      },
      onLost: ({ name }, because) => {
        progress({ kind: 'warning', text: `The board "${name}" is lost: ${because}` });
      },
      now: () => host.clock.now(),
      signal,
    });
    await saveDurations(host.files, state.directory, ran.cases);
    return { ...ran, errors };
  } finally {
    await identities.close();
  }
}

/** The virtual board has no radio: a program that wants Wi-Fi would wait there until the time is over. */
function fitsBoard(
  board: BoardSpec,
  { build, boardTags, exact }: PlannedCase,
  { project }: TestState,
): boolean {
  // Any other one holds what was before, and goes by the host's pace.
  if (exact && board.port !== FRESH_BOARD) return false;
  if (needsRadio({ build }, project) && board.tags.includes('virtual')) return false;
  return boardTags.every((tag) => board.tags.includes(tag));
}

async function onLeasedBoard(
  { host, progress, signal }: CommandContext,
  board: BoardSpec,
  work: () => Promise<Attempt>,
): Promise<Attempt> {
  const lease = await leaseBoard(board, host, {
    signal,
    onWait: (heldBy) => {
      progress({ kind: 'note', text: `${board.name}: waiting for ${heldBy}` });
    },
  });
  try {
    return await work();
  } finally {
    await lease?.release();
  }
}

/** What CI calls the state that is tested. */
function labelOf(variables: Readonly<Record<string, string | undefined>>, now: Date): string {
  const commit = variables['GITHUB_SHA'] ?? variables['CI_COMMIT_SHA'];
  return commit === undefined || commit === '' ? now.toISOString() : commit.slice(0, 12);
}

/** Without logs and charts, which are in the report's folder. */
function jsonOf({ name, durationMs, cases, lostBoards }: TestReport, directory: string) {
  return {
    name,
    counts: countOutcomes(cases),
    durationMs,
    report: {
      directory,
      json: join(directory, REPORT_FILES.json),
      junit: join(directory, REPORT_FILES.junit),
      html: join(directory, REPORT_FILES.html),
    },
    lostBoards,
    cases: cases.map((one) => withoutCharts(one)),
  };
}

function withoutCharts({ name, labels, board, outcome, because, ...rest }: CaseReport) {
  const { startedAt, durationMs, attempts, earlierFailures, expectations, verdict, regressions, artefacts } =
    rest;
  return {
    ...{ name, labels, board, outcome, because, startedAt, durationMs, attempts, earlierFailures },
    ...{ expectations, verdict, regressions, artefacts },
  };
}

function usage(message: string, { hint }: Pick<EspawsErrorOptions, 'hint'>): EspawsError {
  return new EspawsError(message, { code: 'usage/invalid', ...(hint === undefined ? {} : { hint }) });
}
