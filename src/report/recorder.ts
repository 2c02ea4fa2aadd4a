import type { HeardLine } from '../monitor/listen.ts';
import type { CodeNames } from '../verdict/explain.ts';
import { meaningOf } from '../verdict/diagnosis/meaning.ts';
import type { HeapSample, LogRow, TimelineMessage } from './report.ts';

/** Rows that are kept at most; those in the middle go, and the log's file has them all. */
const MAX_ROWS = 5000;

/** What a case's report shows of a board's lines: its log, its handshake and its heap. */
export class Recorder {
  readonly timeline: TimelineMessage[] = [];
  readonly heap: HeapSample[] = [];
  readonly log: LogRow[] = [];
  readonly #startedAtMs: number;
  readonly #names: CodeNames;
  /** By the device's clock, of the last line that had a time. */
  #timeMs = 0;
  /** When the last call returned: the next one began then, as far as the log shows. */
  #returnedMs: number | undefined;

  constructor(startedAt: Date, names: CodeNames) {
    this.#startedAtMs = startedAt.getTime();
    this.#names = names;
  }

  add({ at, event }: HeardLine): void {
    const { line, prefix } = event;
    const means = meaningOf(event, this.#names);
    keep(this.log, {
      timeMs: at.getTime() - this.#startedAtMs,
      text: line,
      ...(prefix === undefined ? {} : { level: prefix.level }),
      ...(means === undefined ? {} : { means }),
    });
    this.#timeMs = prefix?.timeMs ?? this.#timeMs;
    if (event.kind === 'heap') {
      const { usedBytes, peakBytes, after } = event;
      keep(this.heap, { timeMs: this.#timeMs, usedBytes, peakBytes, after });
    } else if (event.kind === 'handshake-step' && event.phase === 'begin') {
      this.#message(event.step, event.step.startsWith('parse') ? 'server' : 'device');
    } else if (event.kind === 'call') {
      this.#returned(event.call, event.code);
    } else if (event.kind === 'alert' && event.isInferred !== true) {
      const { direction, description } = event;
      this.#message(
        meaningOf(event, this.#names) ?? `alert ${description}`,
        direction === 'sent' ? 'device' : 'server',
      );
    } else if (event.kind === 'mqtt-connack') {
      this.#message(`MQTT CONNACK ${event.code}`, 'server');
    }
  }

  #message(text: string, from: TimelineMessage['from']): void {
    keep(this.timeline, { timeMs: this.#timeMs, text, from });
  }

  /** A call is logged when it returns. */
  #returned(call: string, code: number): void {
    const endMs = this.#timeMs;
    const timeMs = Math.min(this.#returnedMs ?? endMs, endMs);
    this.#returnedMs = endMs;
    const text = code < 0 ? `${call} ${code}` : call;
    keep(this.timeline, { timeMs, endMs, text, from: 'device' });
  }
}

function keep<T>(rows: T[], row: T): void {
  rows.push(row);
  if (rows.length > MAX_ROWS) rows.splice(MAX_ROWS / 5, MAX_ROWS / 5);
}
