import type { VerdictDocument } from '../verdict/document.ts';

/**
 * What a run of tests came to, as every report shows it: data only, so that it can be stored as JSON, joined with that
 * of another shard, and rendered later. Times are in milliseconds, sizes in bytes.
 */
export interface TestReport {
  format: 1;
  /** Of the plan. */
  name: string;
  /** `espaws 0.1.0` */
  tool: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  durationMs: number;
  cases: CaseReport[];
  /** Boards that went away. */
  lostBoards: { board: string; because: string }[];
}

/**
 * `failed`: an expectation was not met. `error`: the case could not be carried out (no build, no board). `flaky`: it
 * passed, but not at the first attempt.
 */
export type CaseOutcome = 'passed' | 'flaky' | 'failed' | 'error' | 'skipped';

export interface CaseReport {
  /** Unique in the report. */
  name: string;
  /** What the matrix varies: `{ identity: 'ec', endpoint: 'stand-in', config: 'derived' }`. */
  labels: Readonly<Record<string, string>>;
  /** The last one it ran on. */
  board?: string;
  outcome: CaseOutcome;
  /** One sentence. */
  because: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  durationMs: number;
  /** From 1 on; why the earlier ones did not pass. */
  attempts: number;
  earlierFailures: string[];
  expectations: { text: string; met: boolean; found?: string }[];
  /** Of the last attempt, where it came to one. */
  verdict?: VerdictDocument;
  timeline: TimelineMessage[];
  heap: HeapSample[];
  log: LogRow[];
  /** Earlier runs and this one, the oldest first: `--baseline` gives them. */
  history: MetricPoint[];
  /** What became worse than the baseline allows. */
  regressions: string[];
  /** Paths below the report's folder, with `/`. */
  artefacts: { name: string; path: string }[];
}

/** A message of the handshake, or a call of the client, by the device's clock. */
export interface TimelineMessage {
  timeMs: number;
  /** Absent: until the next one. */
  endMs?: number;
  text: string;
  from: 'device' | 'server';
}

export interface HeapSample {
  timeMs: number;
  usedBytes: number;
  /** The most that was in use so far. */
  peakBytes: number;
  /** What the program had just done. */
  after: string;
}

export interface LogRow {
  /** Since the case began, by the host's clock. */
  timeMs: number;
  text: string;
  /** Error, warning, information, debug, verbose; absent for other lines. */
  level?: 'E' | 'W' | 'I' | 'D' | 'V';
  /** What the numbers of the line mean. */
  means?: string;
}

/** What is compared between runs. */
export interface MetricPoint {
  /** `baseline`, a commit, a date. */
  label: string;
  heapPeakBytes?: number;
  flashBytes?: number;
  instructions?: number;
  durationMs?: number;
}

export type OutcomeCounts = Readonly<Record<CaseOutcome, number>>;

export function countOutcomes(cases: readonly CaseReport[]): OutcomeCounts {
  const counts = { passed: 0, flaky: 0, failed: 0, error: 0, skipped: 0 };
  for (const { outcome } of cases) counts[outcome] += 1;
  return counts;
}

/** `22 passed, 1 flaky, 1 failed` */
export function countsText(counts: OutcomeCounts): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return parts.map(([outcome, count]) => `${count} ${outcome}`).join(', ') || 'no cases';
}

/** The shards of one plan as one report: cases in the order given; the time is that of the longest shard. */
export function mergeReports([first, ...others]: readonly [TestReport, ...TestReport[]]): TestReport {
  const all = [first, ...others];
  return {
    ...first,
    startedAt: all.map(({ startedAt }) => startedAt).sort()[0]!,
    durationMs: Math.max(...all.map(({ durationMs }) => durationMs)),
    cases: all.flatMap(({ cases }) => cases),
    lostBoards: all.flatMap(({ lostBoards }) => lostBoards),
  };
}
