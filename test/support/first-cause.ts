import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../src/monitor/lines.ts';
import { asPrinted } from '../../src/monitor/pasted-text.ts';
import { messagesIn } from '../../src/monitor/shared-lines.ts';
import { TornLines } from '../../src/monitor/torn-lines.ts';
import { unwrapper } from '../../src/monitor/wrapped-lines.ts';
import type { CauseId } from '../../src/verdict/diagnosis/causes.ts';
import { diagnose } from '../../src/verdict/diagnosis/diagnose.ts';

/** Logs by lines, and what each has for its first answer. */
export type LogsWithCause = readonly (readonly [cause: CauseId, lines: readonly string[]])[];

/** As a file of the log is read: in lines, by its bytes. */
export function firstCause(lines: readonly string[]): CauseId | undefined {
  const splitter = new LineSplitter();
  const torn = new TornLines();
  const printed = [...splitter.push(Buffer.from(lines.join('\r\n'))), ...splitter.end()].map(asPrinted);
  const read = printed.map(unwrapper(printed)).flatMap(messagesIn);
  return diagnose(read.map((line) => torn.read(line))).causes[0]?.id;
}

const HAS_TIME = /^\W{0,2}\d/;
/** What terminals and pastes put round a line, which says the same. */
const ROUND_LINES: Readonly<Record<string, (line: string) => string>> = {
  'blanks behind': (line) => `${line}  `,
  'blanks before': (line) => `  ${line}`,
  'a web page’s blanks': (line) => line.replaceAll(' ', '\u00A0'),
  'a word processor’s dashes': (line) => line.replaceAll(/-(?=\d)/g, '\u2013'),
  'Python’s bytes': (line) => `b'${line.replaceAll("'", String.raw`\'`)}${String.raw`\r\n`}'`,
  quoted: (line) => `> ${line}`,
  'PlatformIO’s time': (line) => (HAS_TIME.test(line) ? line : `12:34:56.789 > ${line}`),
  'a date': (line) => (HAS_TIME.test(line) ? line : `[2026-01-02 12:34:56.789] ${line}`),
};

/** Of each log the first answer. */
export function describeLogs(title: string, logs: LogsWithCause): void {
  describe(title, () => {
    it.each(logs)('%s: %j', (cause, lines) => {
      expect(firstCause(lines)).toBe(cause);
      for (const [round, decorated] of Object.entries(ROUND_LINES))
        expect([round, firstCause(lines.map(decorated))]).toEqual([round, cause]);
    });
  });
}

/** Lines by the cause that each tells alone. */
export type LinesByCause = Readonly<Record<string, readonly string[]>>;

export function describeCauses(table: LinesByCause): void {
  describe.each(Object.entries(table))('%s', (cause, lines) => {
    it.each(lines)('%s', (line) => {
      expect(firstCause([line])).toBe(cause);
    });
  });
}

/** Lines of normal operation: none of them tells of a fault. */
export function describeHarmless(lines: readonly string[]): void {
  describe('no cause', () => {
    it.each(lines)('%s', (line) => {
      expect([undefined, 'ok', 'ok.plain']).toContain(firstCause([line]));
    });
  });
}
