import type { MonitorEvent } from '../monitor/events.ts';
import { timeText } from '../report/axis.ts';
import type { Expectations, LogStep } from './case.ts';
import { matcher, patternText } from './log-pattern.ts';

/** One thing expected, and what was found in its place or for it. */
export interface Finding {
  text: string;
  met: boolean;
  found?: string;
}

/** `waiting`: not all that must come has come. `failed`: what follows cannot mend it. */
export type FollowState = 'waiting' | 'met' | 'failed';

type LogExpectations = Pick<Expectations, 'log' | 'forbid' | 'resets'>;

interface Step extends LogStep {
  matches: (event: MonitorEvent) => boolean;
  /** The line that met it, and when. */
  met?: { line: string; timeMs: number };
}

/**
 * Holds the log of one attempt against what its case expects, line by line, so that the attempt can end as soon as
 * nothing more can change. Times are milliseconds since the attempt began.
 */
export class ExpectationFollower {
  readonly #steps: Step[];
  readonly #forbidden: { text: string; matches: (event: MonitorEvent) => boolean; line?: string }[];
  readonly #resets: LogExpectations['resets'];
  #next = 0;
  #sinceMs = 0;
  #boots = 0;
  #late = false;

  constructor({ log, forbid, resets }: LogExpectations) {
    this.#steps = log.map((step) => ({ ...step, matches: matcher(step.pattern) }));
    this.#forbidden = forbid.map((pattern) => ({ text: patternText(pattern), matches: matcher(pattern) }));
    this.#resets = resets;
  }

  get state(): FollowState {
    const { atLeast, atMost } = this.#resets ?? { atLeast: 0, atMost: undefined };
    const tooMany = atMost !== undefined && this.#countedResets > atMost;
    if (this.#late || tooMany || this.#forbidden.some(({ line }) => line !== undefined)) return 'failed';
    return this.#next === this.#steps.length && this.#countedResets >= atLeast ? 'met' : 'waiting';
  }

  /** When the next line must have come, where that is said: the time to call `tick`. */
  get deadlineMs(): number | undefined {
    const step = this.#steps[this.#next];
    return this.#late || step?.withinMs === undefined ? undefined : this.#sinceMs + step.withinMs;
  }

  push(event: MonitorEvent, timeMs: number): FollowState {
    this.tick(timeMs);
    if (event.kind === 'boot') this.#boots += 1;
    for (const forbidden of this.#forbidden) {
      if (forbidden.line === undefined && forbidden.matches(event)) forbidden.line = event.line;
    }
    const step = this.#steps[this.#next];
    if (step !== undefined && !this.#late && step.matches(event)) {
      step.met = { line: event.line, timeMs };
      this.#next += 1;
      this.#sinceMs = timeMs;
    }
    return this.state;
  }

  /** Time has passed without a line; what comes at the deadline itself is in time. */
  tick(timeMs: number): FollowState {
    const { deadlineMs } = this;
    if (deadlineMs !== undefined && timeMs > deadlineMs) this.#late = true;
    return this.state;
  }

  /** What was found; the attempt is over. */
  findings(): Finding[] {
    return [
      ...this.#steps.map((step, index) => this.#stepFinding(step, index)),
      ...this.#forbidden.map(({ text, line }) => ({
        text: `no line with ${text}`,
        met: line === undefined,
        ...(line === undefined ? {} : { found: line }),
      })),
      ...(this.#resets === undefined ? [] : [this.#resetFinding(this.#resets)]),
    ];
  }

  get #countedResets(): number {
    return Math.max(0, this.#boots - 1);
  }

  #stepFinding({ pattern, withinMs, met }: Step, index: number): Finding {
    const text = `line ${patternText(pattern)}${withinMs === undefined ? '' : ` within ${timeText(withinMs)}`}`;
    if (met !== undefined) return { text, met: true, found: `${met.line} (at ${timeText(met.timeMs)})` };
    if (index > this.#next) return { text, met: false, found: 'not reached' };
    return { text, met: false, found: this.#late ? 'not in time' : 'never came' };
  }

  #resetFinding({ atLeast, atMost }: NonNullable<LogExpectations['resets']>): Finding {
    const count = this.#countedResets;
    return {
      text: `resets: ${rangeText(atLeast, atMost)}`,
      met: count >= atLeast && (atMost === undefined || count <= atMost),
      found: String(count),
    };
  }
}

function rangeText(atLeast: number, atMost: number | undefined): string {
  if (atMost === undefined) return `at least ${atLeast}`;
  if (atLeast === atMost) return String(atLeast);
  return atLeast === 0 ? `at most ${atMost}` : `${atLeast} to ${atMost}`;
}
