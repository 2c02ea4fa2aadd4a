import { EXIT, type EspawsError } from '../../errors.ts';
import { countOutcomes, countsText, type CaseReport, type TestReport } from '../../report/report.ts';
import { timeText } from '../../report/axis.ts';

/**
 * The exit code of a run by the cases for which it fails: a verdict that was not as expected weighs most, then time and
 * lost boards, then what kept cases from being run; `errors` are of those.
 */
export function exitCodeOf(failing: readonly CaseReport[], errors: ReadonlyMap<string, EspawsError>): number {
  if (failing.length === 0) return EXIT.success;
  const codes = failing.map((one) => codeOf(one, errors));
  const order = [EXIT.verdictFail, EXIT.verdictTimeout, EXIT.port, EXIT.build, EXIT.project];
  return order.find((code) => codes.includes(code)) ?? EXIT.project;
}

function codeOf({ name, outcome, verdict }: CaseReport, errors: ReadonlyMap<string, EspawsError>): number {
  if (outcome === 'error') return errors.get(name)?.exitCode ?? EXIT.project;
  return verdict?.verdict === 'timeout' || verdict?.verdict === 'lost'
    ? EXIT.verdictTimeout
    : EXIT.verdictFail;
}

const WORDS: Readonly<Record<CaseReport['outcome'], string>> = {
  passed: 'PASS ',
  flaky: 'FLAKY',
  failed: 'FAIL ',
  error: 'ERROR',
  skipped: 'SKIP ',
};

/** One line for a case that is over. */
export function caseLine({ outcome, name, board, durationMs, because }: CaseReport): string {
  const where = board === undefined ? '' : ` (${board}, ${timeText(durationMs)})`;
  const why = outcome === 'passed' ? '' : `: ${because}`;
  return `${WORDS[outcome]} ${name}${where}${why}`;
}

/** For a person, at the end. */
export function reportText(report: TestReport, failing: readonly CaseReport[], directory: string): string {
  const counts = countsText(countOutcomes(report.cases));
  return [
    ...failing.flatMap((one) => [caseLine(one), ...explanation(one)]),
    ...report.lostBoards.map(({ board, because }) => `LOST  ${board}: ${because}`),
    `${report.name}: ${counts} in ${timeText(report.durationMs)}`,
    `Report: ${directory}`,
  ].join('\n');
}

function explanation({ verdict, regressions, earlierFailures }: CaseReport): string[] {
  const error = verdict?.error;
  return [
    ...earlierFailures.map((text) => `      before: ${text}`),
    ...(regressions.length > 1 ? regressions.map((text) => `      ${text}`) : []),
    ...(error ? [`      cause: ${error.cause}`, `      fix:   ${error.fix}`] : []),
  ];
}
