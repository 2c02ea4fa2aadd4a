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

/** What the attempts at a case, the oldest first, came to: one that passed after others did not is flaky. */
export function concludeAttempts(
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

/** A case that was not run: `skip` or `blocked` says why. */
export function unrunReport(
  { name, labels }: Pick<PlannedCase, 'name' | 'labels'>,
  judgement: CaseJudgement,
  startedAt: Date,
): CaseReport {
  return {
    name,
    labels,
    ...concludeAttempts([judgement]),
    attempts: 0,
    startedAt: startedAt.toISOString(),
    durationMs: 0,
    timeline: [],
    heap: [],
    log: [],
    history: [],
    regressions: [],
    artefacts: [],
  };
}

/** Cases for which the run fails. */
export function failingCases({ cases }: Pick<TestReport, 'cases'>, flakyFails: boolean): CaseReport[] {
  return cases.filter(
    ({ outcome }) => outcome === 'failed' || outcome === 'error' || (outcome === 'flaky' && flakyFails),
  );
}
