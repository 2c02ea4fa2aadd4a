import { LineSplitter } from '../../src/monitor/lines.ts';
import { parseLine } from '../../src/monitor/events.ts';
import type { CauseId } from '../../src/verdict/diagnosis/causes.ts';
import { diagnose } from '../../src/verdict/diagnosis/diagnose.ts';

/** Logs by lines, and what each has for its first answer. */
export type LogsWithCause = readonly (readonly [cause: CauseId, lines: readonly string[]])[];

/** As a file of the log is read: in lines, by its bytes. */
export function firstCause(lines: readonly string[]): CauseId | undefined {
  const splitter = new LineSplitter();
  const read = [...splitter.push(Buffer.from(lines.join('\r\n'))), ...splitter.end()];
  return diagnose(read.map(parseLine)).causes[0]?.id;
}
