import type { CaseReport, TestReport } from '../report/report.ts';
import type { PlannedCase } from './case.ts';
import type { CaseJudgement } from './judge.ts';

/** True where the plan gives the case another attempt. */
export function hasAnotherAttempt(
  { retries }: Pick<PlannedCase, 'retries'>,
  judgements: readonly CaseJudgement[],
): boolean {
  const last = judgements.at(-1);
  if (last === undefined) return true;
  return last.outcome !== 'passed' && last.outcome !== 'skipped' && judgements.length <= retries;
}

/** What of a case's report is not its judgement; the lists are empty where nothing was kept. */
export type CaseRecord = Pick<CaseReport, 'durationMs'> & { startedAt: Date } & Partial<
    Pick<CaseReport, 'board' | 'verdict' | 'timeline' | 'heap' | 'log' | 'artefacts'>
  >;

/** The report of a case after its attempts, the oldest first. Of one that was not run, no attempt is counted. */
export function caseReport(
  { name, labels, skip, blocked }: Pick<PlannedCase, 'name' | 'labels' | 'skip' | 'blocked'>,
  judgements: readonly [CaseJudgement, ...CaseJudgement[]],
  { startedAt, ...record }: CaseRecord,
): CaseReport {
  const concluded = concludeAttempts(judgements);
  return {
    name,
    labels,
    ...concluded,
    ...(skip === undefined && blocked === undefined ? {} : { attempts: 0 }),
    ...{ timeline: [], heap: [], log: [], history: [], regressions: [], artefacts: [] },
    ...record,
    startedAt: startedAt.toISOString(),
  };
}

/** Cases for which the run fails. */
export function failingCases({ cases }: Pick<TestReport, 'cases'>, flakyFails: boolean): CaseReport[] {
  return cases.filter(
    ({ outcome }) => outcome === 'failed' || outcome === 'error' || (outcome === 'flaky' && flakyFails),
  );
}

/** What the attempts at a case, the oldest first, came to: one that passed after others did not is flaky. */
function concludeAttempts(
  judgements: readonly [CaseJudgement, ...CaseJudgement[]],
): Pick<CaseReport, 'outcome' | 'because' | 'attempts' | 'earlierFailures' | 'expectations'> {
  const last = judgements.at(-1)!;
  const earlierFailures = judgements.slice(0, -1).map(({ because }) => because);
  const isFlaky = last.outcome === 'passed' && earlierFailures.length > 0;
  return {
    outcome: isFlaky ? 'flaky' : last.outcome,
    because: isFlaky
      ? `passed at attempt ${judgements.length}; before: ${earlierFailures[0]!}`
      : last.because,
    attempts: judgements.length,
    earlierFailures,
    expectations: last.expectations,
  };
}
