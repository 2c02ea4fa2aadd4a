import { countOutcomes, type CaseReport, type TestReport } from './report.ts';

/** Lines of a case's log that are kept: CI servers hold the whole file in memory. */
const MAX_LOG_LINES = 2000;

/**
 * JUnit XML as Jenkins (junit-10.xsd of its xUnit plugin) and GitLab («Unit test report examples») read it: failures
 * are expectations that were not met, errors cases that could not be carried out. A case that passed at a later
 * attempt carries `flakyFailure`s, as Maven Surefire writes them.
 */
export function junitXml(report: TestReport): string {
  const { name, tool, startedAt, durationMs, cases } = report;
  const { failed, error, skipped } = countOutcomes(cases);
  const counts = { tests: cases.length, failures: failed, errors: error };
  const suite = {
    ...{ name, ...counts, skipped },
    time: seconds(durationMs),
    timestamp: startedAt.replace(/(?:\.\d+)?Z$/, ''),
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: tool, ...counts, time: seconds(durationMs) })}>`,
    `  <testsuite${attributes(suite)}>`,
    ...propertiesOf(report),
    ...cases.flatMap((one) => testCase(one, name)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function propertiesOf({ tool, lostBoards }: TestReport): string[] {
  const rows = [
    { name: 'tool', value: tool },
    ...lostBoards.map(({ board, because }) => ({ name: `lost board ${board}`, value: because })),
  ];
  return [
    '    <properties>',
    ...rows.map((row) => `      <property${attributes(row)}/>`),
    '    </properties>',
  ];
}

function testCase(one: CaseReport, suite: string): string[] {
  const { name, labels, durationMs, log } = one;
  const variant = Object.values(labels).join('.');
  const classname = variant === '' ? suite : `${suite}.${variant}`;
  const kept = log.slice(-MAX_LOG_LINES).map(({ text }) => text);
  const output = [
    ...Object.entries(one.labels).map(([label, value]) => `${label}: ${value}`),
    ...(one.board === undefined ? [] : [`board: ${one.board}`]),
    ...one.artefacts.map(({ path }) => `[[ATTACHMENT|${path}]]`),
    ...(kept.length < log.length
      ? [`(${log.length - kept.length} lines before this are in the log file)`]
      : []),
    ...kept,
  ];
  return [
    `    <testcase${attributes({ name, classname, time: seconds(durationMs) })}>`,
    ...outcomeElements(one).map((element) => `      ${element}`),
    ...(output.length === 0 ? [] : [`      <system-out>${escape(output.join('\n'))}</system-out>`]),
    '    </testcase>',
  ];
}

function outcomeElements(one: CaseReport): string[] {
  const { outcome, because, earlierFailures } = one;
  const again = outcome === 'flaky' ? 'flakyFailure' : 'rerunFailure';
  const earlier = earlierFailures.map((message) => `<${again}${attributes({ message, type: 'attempt' })}/>`);
  const type = one.verdict?.error?.name ?? outcome;
  switch (outcome) {
    case 'failed':
      return [element('failure', { message: because, type }, detail(one)), ...earlier];
    case 'error':
      return [element('error', { message: because, type }, detail(one)), ...earlier];
    case 'skipped':
      return [element('skipped', { message: because }, '')];
    case 'flaky':
    case 'passed':
      return earlier;
  }
}

function detail({ because, expectations, regressions, verdict }: CaseReport): string {
  const missed = expectations.filter(({ met }) => !met);
  return [
    because,
    ...missed.map(({ text, found }) => `expected: ${text}${found === undefined ? '' : `; found: ${found}`}`),
    ...regressions,
    ...(verdict?.error ? [`cause: ${verdict.error.cause}`, `fix: ${verdict.error.fix}`] : []),
    ...(verdict?.evidence ?? []),
  ].join('\n');
}

function element(name: string, given: Readonly<Record<string, string>>, text: string): string {
  return `<${name}${attributes(given)}>${escape(text)}</${name}>`;
}

function attributes(given: Readonly<Record<string, string | number>>): string {
  return Object.entries(given)
    .map(([name, value]) => ` ${name}="${escape(String(value)).replace(/[\t\n\r]/g, ' ')}"`)
    .join('');
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}

/** What XML 1.0 has no character for (section 2.2) is shown as U+FFFD. */
function escape(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
