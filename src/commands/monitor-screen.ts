import type { FileWriter, Output } from '../host.ts';
import { crashText } from '../crash/crash-text.ts';
import type { DecodedCrash } from '../crash/decode-crash.ts';
import { parseFilter, type LineFilter } from '../monitor/filter.ts';
import { lineText } from '../monitor/line-text.ts';
import type { HeardLine } from '../monitor/listen.ts';
import { meaningOf } from '../verdict/diagnosis/meaning.ts';
import type { CodeNames } from '../verdict/explain.ts';
import { MonitorLog } from './monitor-log.ts';

export interface ScreenOptions {
  output: Output;
  files: FileWriter;
  names: CodeNames;
  /** Newline-delimited events instead of text. */
  json: boolean;
  filter?: string;
  /** File for the bytes as they come. */
  log?: string;
  /** File for the decoded lines. */
  decodedLog?: string;
  /** Told once for a file that cannot be written. */
  onLogFailure: (path: string, error: Error) => void;
}

/** Characters that wait while the output is paused. */
const MAX_HELD = 4 << 20;

/** Where the lines of a board go: standard output, and the log files. */
export class MonitorScreen {
  readonly #options: ScreenOptions;
  readonly #filter: LineFilter;
  readonly #rawLog: MonitorLog | undefined;
  readonly #decodedLog: MonitorLog | undefined;
  #held: string | undefined;

  /** Throws `usage/invalid` for the filter. */
  constructor(options: ScreenOptions) {
    this.#options = options;
    this.#filter = parseFilter(options.filter ?? '');
    this.#rawLog = this.#open(options.log);
    this.#decodedLog = this.#open(options.decodedLog);
  }

  bytes(bytes: Uint8Array): void {
    this.#rawLog?.write(bytes);
  }

  async lines(lines: readonly HeardLine[]): Promise<void> {
    let text = '';
    for (const line of lines) if (this.#isShown(line)) text += this.#lineText(line);
    await this.write(text);
  }

  async crash(at: Date, crash: DecodedCrash): Promise<void> {
    const text = crashText(crash);
    this.#decodedLog?.write(`${text}\n`);
    await this.write(this.#options.json ? jsonLine({ kind: 'crash', at, ...crash }) : `${text}\n`);
  }

  /** To standard output, now or when it is no longer paused. Rejects with `EPIPE` where nobody reads any more. */
  async write(text: string): Promise<void> {
    if (text === '') return;
    if (this.#held === undefined) await this.#options.output.write(text);
    // The newest is what is wanted after a long pause.
    else this.#held = (this.#held + text).slice(-MAX_HELD);
  }

  /** On or off. */
  pause(): void {
    const held = this.#held;
    this.#held = held === undefined ? '' : undefined;
    if (held !== undefined) void this.write(held);
  }

  /** Undefined where no log file was named. */
  toggleLogs(): boolean | undefined {
    const logs = [this.#rawLog, this.#decodedLog].filter((log) => log !== undefined);
    const isOn = logs[0] === undefined ? undefined : !logs[0].isOn;
    for (const log of logs) log.isOn = isOn ?? true;
    return isOn;
  }

  /** Resolves when all is written. */
  async close(): Promise<void> {
    await Promise.all([this.#rawLog?.close(), this.#decodedLog?.close()]);
  }

  /** mbedTLS's debug output and the boot ROM leave every other line empty: that is for the raw log. */
  #isShown({ event }: HeardLine): boolean {
    return event.line.trim() !== '' && this.#filter(event);
  }

  #lineText(line: HeardLine): string {
    const { names, json, output } = this.#options;
    const meaning = meaningOf(line.event, names);
    this.#decodedLog?.write(`${lineText(line, meaning, { colours: false })}\n`);
    if (!json) return `${lineText(line, meaning, { colours: output.hasColours })}\n`;
    return jsonLine({ at: line.at, ...line.event, ...(meaning === undefined ? {} : { meaning }) });
  }

  #open(path: string | undefined): MonitorLog | undefined {
    const { files, onLogFailure } = this.#options;
    if (path === undefined) return undefined;
    return new MonitorLog(files, path, (error) => {
      onLogFailure(path, error);
    });
  }
}

/** One line of newline-delimited JSON. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
