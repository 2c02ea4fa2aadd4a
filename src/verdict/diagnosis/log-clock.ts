import { hostTimeMs } from '../../monitor/log-line.ts';
import { keep } from './kept.ts';
import type { Witness } from './log-facts.ts';

/** A time in which the log stood still. */
export interface Pause {
  ms: number;
  before: Witness;
  after: Witness;
}

/** Shorter pauses tell nothing, in milliseconds. */
const MIN_PAUSE_MS = 3000;

/** When lines came: by the device's clock, or by the terminal's where the device's is not in the log. */
export class LogClock {
  /** In the order of the log. */
  readonly pauses: Pause[] = [];
  /** Of the last line with a time; the first has none before it. */
  #deviceMs = Infinity;
  #hostMs = Infinity;
  #line = '';
  #at = 0;

  /** The device's time of the newest line that has one; 0 where none has. */
  get lastMs(): number {
    return this.#deviceMs === Infinity ? 0 : this.#deviceMs;
  }

  add(line: string, at: number, deviceMs: number | undefined): void {
    if (deviceMs === undefined) {
      if (this.#deviceMs === Infinity) this.#addByHost(line, at);
      return;
    }
    this.#measure(deviceMs - this.#deviceMs, this.#deviceMs, { line, at, timeMs: deviceMs });
    this.#deviceMs = deviceMs;
  }

  #addByHost(line: string, at: number): void {
    const hostMs = hostTimeMs(line);
    if (hostMs === undefined) return;
    this.#measure(hostMs - this.#hostMs, undefined, { line, at, timeMs: undefined });
    this.#hostMs = hostMs;
  }

  #measure(ms: number, timeMs: number | undefined, after: Witness): void {
    if (ms >= MIN_PAUSE_MS)
      keep(this.pauses, { ms, before: { line: this.#line, at: this.#at, timeMs }, after });
    this.#line = after.line;
    this.#at = after.at;
  }
}
