import { createHash } from 'node:crypto';
import Handlebars from 'handlebars';
import type { FileReader } from '../host.ts';
import { packageFile } from '../package-files.ts';
import { bytesText, timeText } from './axis.ts';
import { heapChart } from './heap-chart.ts';
import { countOutcomes, type CaseOutcome, type CaseReport, type TestReport } from './report.ts';
import { timelineChart } from './timeline-chart.ts';
import { trends } from './trend.ts';

/** Lines of each case's log that the page holds: a browser stays quick with them. */
const MAX_LOG_ROWS = 1500;

const SYMBOLS: Readonly<Record<CaseOutcome, string>> = {
  passed: '✓',
  flaky: '≈',
  failed: '✗',
  error: '!',
  skipped: '–',
};

/**
 * The report as one HTML page that needs no network and can reach none: styles and script are inside, and its
 * Content-Security-Policy allows these two by their hashes and nothing else.
 */
export async function reportHtml(files: FileReader, report: TestReport): Promise<string> {
  const read = (name: string) => files.readText(packageFile(`templates/report/${name}`));
  const [page, styles, script] = await Promise.all([
    read('report.html.hbs'),
    read('report.css'),
    read('report.js'),
  ]);
  const handlebars = Handlebars.create();
  for (const name of ['case', 'timeline', 'heap']) {
    handlebars.registerPartial(name, await read(`${name}.hbs`));
  }
  const render = handlebars.compile(page, { strict: true, explicitPartialContext: false });
  return render({
    ...{ styles, script, stylesHash: sha256(styles), scriptHash: sha256(script) },
    ...viewOf(report),
  });
}

function viewOf({ name, tool, startedAt, durationMs, cases, lostBoards }: TestReport) {
  const counts = countOutcomes(cases);
  const labels = [...new Set(cases.flatMap((one) => Object.keys(one.labels)))];
  // A column in which every case says the same only takes room from the others.
  const columns = labels.filter((label) => new Set(cases.map((one) => one.labels[label])).size > 1);
  return {
    ...{ name, tool, lostBoards, columns },
    started: startedAt.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC'),
    duration: timeText(durationMs),
    total: cases.length,
    isGood: counts.failed + counts.error === 0,
    counts: Object.entries(counts).flatMap(([outcome, count]) =>
      count === 0 ? [] : [{ outcome, count, symbol: SYMBOLS[outcome as CaseOutcome] }],
    ),
    cases: cases.map((one, index) => caseView(one, { id: `case-${index + 1}`, labels, columns })),
  };
}

function caseView(
  one: CaseReport,
  { id, labels, columns }: { id: string; labels: readonly string[]; columns: readonly string[] },
) {
  const { verdict, outcome, log } = one;
  const handshake = verdict?.handshake;
  const rows = log.slice(-MAX_LOG_ROWS);
  return {
    ...{ id, outcome, symbol: SYMBOLS[outcome], name: one.name, because: one.because },
    labelValues: labels.map((label) => ({ label, value: one.labels[label] ?? '' })),
    columnValues: columns.map((label) => one.labels[label] ?? ''),
    board: one.board ?? '',
    attempts: one.attempts,
    isRepeated: one.attempts > 1,
    earlierFailures: one.earlierFailures,
    duration: timeText(one.durationMs),
    isOpen: outcome === 'failed' || outcome === 'error',
    suite: handshake ? `${handshake.version} ${handshake.ciphersuite}` : '',
    heapPeak: optional(handshake?.heapPeakBytes, bytesText),
    flash: optional(verdict?.image.flashBytes, bytesText),
    handshakeTime: optional(handshake?.durationMs, timeText),
    error: verdict?.error ?? undefined,
    verifyFlags: verdict?.verifyFlags.join(', ') ?? '',
    expectations: one.expectations.map(({ text, met, found }) => ({
      ...{ text, met, symbol: met ? SYMBOLS.passed : SYMBOLS.failed, found: found ?? '' },
    })),
    regressions: one.regressions,
    timeline: timelineChart(one.timeline),
    heap: heapChart(one.heap),
    trends: trends(one.history),
    artefacts: one.artefacts,
    logCount: `${rows.length} ${rows.length === 1 ? 'line' : 'lines'}`,
    cutLines: log.length - rows.length,
    log: rows.map(({ timeMs, text, level, means }) => ({
      ...{ time: (timeMs / 1000).toFixed(3), text, level: level ?? '', means: means ?? '' },
    })),
  };
}

function optional(value: number | undefined, text: (value: number) => string): string {
  return value === undefined ? '' : text(value);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
