import { countOutcomes, countsText, type CaseOutcome, type CaseReport, type TestReport } from './report.ts';

/** GitHub shows no more of one step (docs: «Workflow commands», limit of annotations); the summary has them all. */
const MAX_ANNOTATIONS = 10;
/** A job summary of a step may be 1 MiB. */
const MAX_SUMMARY_BYTES = 1_000_000;

/**
 * Workflow commands for the standard output of a step when GITHUB_ACTIONS is set: an error for each case that failed
 * or could not be carried out, a warning for each flaky one.
 */
export function githubAnnotations({ cases, lostBoards }: TestReport): string[] {
  const of = (command: string, outcomes: readonly CaseOutcome[]) =>
    cases
      .filter(({ outcome }) => outcomes.includes(outcome))
      .slice(0, MAX_ANNOTATIONS)
      .map((one) => `::${command} title=${property(one.name)}::${data(annotation(one))}`);
  return [
    ...of('error', ['failed', 'error']),
    ...of('warning', ['flaky']),
    ...lostBoards.map(
      ({ board, because }) => `::warning title=${property(`board ${board} lost`)}::${data(because)}`,
    ),
  ];
}

/** Markdown for the file that GITHUB_STEP_SUMMARY names. */
export function githubSummary(report: TestReport): string {
  const { name, cases, durationMs, lostBoards } = report;
  const counts = countOutcomes(cases);
  const head = [
    `## ${cell(name)}: ${countsText(counts)}`,
    '',
    `${cases.length} cases in ${(durationMs / 1000).toFixed(1)} s.`,
    ...lostBoards.map(({ board, because }) => `Board ${code(board)} was lost: ${cell(because)}.`),
    '',
    '| | case | board | result | heap peak | flash | handshake |',
    '| --- | --- | --- | --- | ---: | ---: | ---: |',
  ];
  const order: readonly CaseOutcome[] = ['failed', 'error', 'flaky', 'skipped', 'passed'];
  const rows = [...cases]
    .sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome))
    .map((one) => row(one));
  const kept: string[] = [];
  let bytes = Buffer.byteLength(head.join('\n'));
  for (const text of rows) {
    bytes += Buffer.byteLength(text) + 1;
    if (bytes > MAX_SUMMARY_BYTES) break;
    kept.push(text);
  }
  const left = rows.length - kept.length;
  return [...head, ...kept, ...(left > 0 ? ['', `${left} more cases are in the report.`] : []), ''].join(
    '\n',
  );
}

const SYMBOLS: Readonly<Record<CaseOutcome, string>> = {
  passed: '✅',
  flaky: '⚠️',
  failed: '❌',
  error: '💥',
  skipped: '⏭️',
};

function row({ outcome, name, board, because, verdict }: CaseReport): string {
  const { handshake, image } = verdict ?? {};
  return `| ${[
    `${SYMBOLS[outcome]} ${outcome}`,
    cell(name),
    board === undefined ? '' : code(board),
    cell(because),
    size(handshake?.heapPeakBytes),
    size(image?.flashBytes),
    handshake ? `${handshake.durationMs} ms` : '',
  ].join(' | ')} |`;
}

function annotation({ outcome, because, earlierFailures, regressions, verdict }: CaseReport): string {
  if (outcome === 'flaky') return ['passed only when it was tried again', ...earlierFailures].join('\n');
  const error = verdict?.error;
  return [because, ...regressions, ...(error ? [`cause: ${error.cause}`, `fix: ${error.fix}`] : [])].join(
    '\n',
  );
}

function size(bytes: number | undefined): string {
  return bytes === undefined ? '' : `${bytes.toLocaleString('en-US')} B`;
}

function cell(text: string): string {
  return text.replace(/[\\`*_[\]<>|~#]/g, String.raw`\$&`).replace(/\s+/g, ' ');
}

function code(text: string): string {
  return `\`${text.replace(/[`|\s]+/g, ' ')}\``;
}

/** Escapes of the runner's command syntax (github.com/actions/toolkit, packages/core). */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
