import type { MonitorEvent } from '../../monitor/event.ts';
import { verifyFlagNames } from '../verify-flags.ts';

/** A line of the log, for evidence, and the device's time of it. */
export interface Witness {
  line: string;
  timeMs: number | undefined;
}

type EventOf<Kind extends MonitorEvent['kind']> = Extract<MonitorEvent, { kind: Kind }>;

/** What is kept of each kind. */
const MAX_KEPT = 64;

/** MBEDTLS_ERR_SSL_WANT_READ, ..._WANT_WRITE, ..._ASYNC_IN_PROGRESS, ..._CRYPTO_IN_PROGRESS (ssl.h): no errors. */
const CALL_AGAIN: ReadonlySet<number> = new Set([-0x6900, -0x6880, -0x6500, -0x7000]);

/** What a log says that tells causes apart, in a bounded amount of memory however long the log is. */
export class LogFacts {
  /** Codes other than «call me again», in order; those inside mbedTLS are `inner`. */
  readonly codes: (Witness & { code: number; call: string | undefined; inner: boolean })[] = [];
  /** By name, in the order of the log; `isSure` is false where a cut sentence fits several. */
  readonly flags: (Witness & { flag: string; isSure: boolean })[] = [];
  readonly alerts: (Witness & { direction: 'received' | 'sent'; description: number })[] = [];
  /** Handshake steps as the debug output names them. */
  readonly steps: (Witness & { step: string })[] = [];
  /** The longest time between two lines, by the device's clock. */
  longestGap: { ms: number; before: Witness; after: Witness } | undefined;
  lineCount = 0;
  readonly #seen = new Map<MonitorEvent['kind'], (Witness & { event: MonitorEvent })[]>();
  #last: Witness | undefined;

  /** Adds what one line says. */
  add(event: MonitorEvent): void {
    const witness = { line: event.line, timeMs: event.prefix?.timeMs };
    this.lineCount += 1;
    this.#measureGap(witness);
    if (event.kind === 'call' || event.kind === 'inner-call' || event.kind === 'code') {
      if (event.code >= 0 || CALL_AGAIN.has(event.code)) return;
      const call = event.kind === 'code' ? undefined : event.call;
      keep(this.codes, { ...witness, code: event.code, call, inner: event.kind === 'inner-call' });
    } else if (event.kind === 'verify-flags') {
      for (const flag of verifyFlagNames(event.flags)) keep(this.flags, { ...witness, flag, isSure: true });
    } else if (event.kind === 'verify-reason') {
      const isSure = event.flags.length === 1;
      for (const flag of event.flags) keep(this.flags, { ...witness, flag, isSure });
    } else if (event.kind === 'alert') {
      keep(this.alerts, { ...witness, direction: event.direction, description: event.description });
    } else if (event.kind === 'handshake-step') {
      keep(this.steps, { ...witness, step: event.step });
    } else {
      const kept = this.#seen.get(event.kind) ?? [];
      keep(kept, { ...witness, event });
      this.#seen.set(event.kind, kept);
    }
  }

  /** Lines of one of the other kinds. */
  seen<Kind extends MonitorEvent['kind']>(kind: Kind): (Witness & { event: EventOf<Kind> })[] {
    return (this.#seen.get(kind) ?? []) as (Witness & { event: EventOf<Kind> })[];
  }

  /** Times that run backwards are other tasks' lines, or a restart. */
  #measureGap(after: Witness): void {
    if (after.timeMs === undefined) return;
    const before = this.#last;
    const ms = before?.timeMs === undefined ? 0 : after.timeMs - before.timeMs;
    if (before !== undefined && ms > (this.longestGap?.ms ?? 0)) this.longestGap = { ms, before, after };
    this.#last = after;
  }
}

/** The first and the newest ones tell the most. */
function keep<T>(kept: T[], item: T): void {
  kept.push(item);
  if (kept.length > MAX_KEPT) kept.splice(MAX_KEPT / 2, 1);
}
