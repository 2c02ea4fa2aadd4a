import type { MonitorEvent } from '../../monitor/event.ts';
import { trimmed } from '../../monitor/trimmed.ts';
import { readLoosely } from '../../monitor/senses/read-loosely.ts';
import { verifyFlagNames } from '../verify-flags.ts';
import { keep } from './kept.ts';
import { LogClock } from './log-clock.ts';
import { LogSubjects } from './log-subjects.ts';

/** A line of the log, for evidence, and the device's time of it. */
export interface Witness {
  line: string;
  /** Its number in the log. */
  at: number;
  timeMs: number | undefined;
}

/** mbedtls_ssl_handshake, ..._read and ..._write, as their debug output names them. */
type OuterCall = 'handshake' | 'read' | 'write';

type EventOf<Kind extends MonitorEvent['kind']> = Extract<MonitorEvent, { kind: Kind }>;

/** So many are kept of lines that no dialect knows: most of them say nothing. */
const MAX_UNREAD = 300;

/** Suites with ECDHE, and those of TLS 1.3 (IANA's TLS Cipher Suites, in hex). */
const WITH_ECDHE = /^(?:0x)?(?:c0|cc|13)|ECDHE/i;

/** wolfMQTT's callback, of what it found wrong with a certificate. */
const LET_PASS = /\bAllowing cert anyways?\b/;
const LET_PASS_LINES = 4;

/** Kinds of lines whose words may say more than their dialect reads. */
const UNREAD: ReadonlySet<MonitorEvent['kind']> = new Set([
  'text',
  'log',
  'application',
  'client-certificate',
  'connect-failed',
  'connection-lost',
] as const);

function isUnread(event: MonitorEvent): boolean {
  return event.kind === 'handshake-failed' ? event.reason === 'unknown' : UNREAD.has(event.kind);
}

/** What no rule asks for. */
const IGNORED: ReadonlySet<MonitorEvent['kind']> = new Set([
  'text',
  'segment',
  'partition',
  'stack',
  'offered-suite',
] as const);

/** MBEDTLS_ERR_SSL_WANT_READ, ..._WANT_WRITE, ..._ASYNC_IN_PROGRESS, ..._CRYPTO_IN_PROGRESS (ssl.h): no errors. */
const CALL_AGAIN: ReadonlySet<number> = new Set([-0x6900, -0x6880, -0x6500, -0x7000]);

/** What a log says that tells causes apart, in a bounded amount of memory however long the log is. */
export class LogFacts {
  /** Codes other than «call me again», in order; those inside mbedTLS are `inner`. */
  readonly codes: (Witness & {
    code: number;
    call: string | undefined;
    inner: boolean;
    /** Of an inner one, the call of the program that it was in, where a line before shows its beginning. */
    within: OuterCall | undefined;
  })[] = [];
  /** By name, in the order of the log; `isSure` is false where a cut sentence fits several. */
  readonly flags: (Witness & { flag: string; isSure: boolean })[] = [];
  readonly alerts: (Witness & { direction: 'received' | 'sent'; description: number })[] = [];
  /** Handshake steps as the debug output names them. */
  readonly steps: (Witness & { step: string })[] = [];
  /** The first call of the program that the debug output shows, and the newest one. */
  firstCall: OuterCall | undefined = undefined;
  lastCall: OuterCall | undefined = undefined;
  readonly clock = new LogClock();
  readonly subjects = new LogSubjects();
  /** Of the suites that the client offers one by one: whether any is with ECDHE; undefined where none is shown. */
  offered: 'ecdhe' | 'old' | undefined = undefined;
  /** A flag of which the program made nothing. */
  letPass: Witness | undefined = undefined;
  /** But for blank ones: pastes have them between any two lines. */
  lineCount = 0;
  /** Lines that no dialect knows, or that are steps of the program by theirs. */
  readonly #unread: Witness[] = [];
  readonly #seen = new Map<MonitorEvent['kind'], (Witness & { event: MonitorEvent })[]>();

  /** Adds what one line says. */
  add(event: MonitorEvent): void {
    const line = trimmed(event.line);
    if (line === '') return;
    this.lineCount += 1;
    const timeMs = event.prefix?.timeMs;
    this.clock.add(line, this.lineCount, timeMs);
    this.subjects.add(event);
    if (event.kind === 'dump') return;
    const flagAt = this.flags.at(-1)?.at ?? -Infinity;
    if (this.lineCount - flagAt <= LET_PASS_LINES && LET_PASS.test(line)) this.#letPass();
    if (isUnread(event)) keep(this.#unread, { line, at: this.lineCount, timeMs }, MAX_UNREAD);
    this.#keepEvent(event, { line, at: this.lineCount, timeMs });
  }

  /**
   * With what the lines that no dialect knows say by the sense of their words, from that line on; undefined where they
   * tell of nothing.
   */
  withLoose(since = 0): LogFacts | undefined {
    const read = this.#unread
      .filter(({ at }) => at > since)
      .flatMap(({ line, at, timeMs }) => {
        const detail = readLoosely(line);
        return detail === undefined ? [] : [{ event: { ...detail, line }, at, timeMs }];
      });
    if (read.length === 0) return undefined;
    const all = Object.assign(new LogFacts(), this, {
      codes: [...this.codes],
      flags: [...this.flags],
      alerts: [...this.alerts],
      steps: [...this.steps],
    });
    all.#unread.push(...this.#unread);
    for (const [kind, kept] of this.#seen) all.#seen.set(kind, [...kept]);
    for (const { event, at, timeMs } of read) all.#keepEvent(event, { line: event.line, at, timeMs });
    for (const kept of [all.codes, all.flags, all.alerts, all.steps, ...all.#seen.values()])
      kept.sort((a, b) => a.at - b.at);
    return all;
  }

  /** Of what the lines right before found wrong with a certificate, the program made nothing. */
  #letPass(): void {
    const found = this.flags.findIndex(
      ({ line, at }) => line.includes('PreVerify 0') && this.lineCount - at <= LET_PASS_LINES,
    );
    if (found >= 0) [this.letPass] = this.flags.splice(found);
  }

  /** Lines that no dialect knows, behind that one. */
  unreadSince(since: number): readonly Witness[] {
    return this.#unread.filter(({ at }) => at > since);
  }

  #keepEvent(event: MonitorEvent, { line, at, timeMs }: Witness): void {
    const { kind } = event;
    if (kind === 'offered-suite')
      this.offered = this.offered === 'ecdhe' || WITH_ECDHE.test(event.suite) ? 'ecdhe' : 'old';
    if (IGNORED.has(kind)) return;
    if (kind === 'call' || kind === 'inner-call' || kind === 'code') {
      const { code } = event;
      if (code >= 0 || CALL_AGAIN.has(code)) return;
      // A number that is printed again without its call is of the call that gave it.
      const call =
        kind === 'code'
          ? this.codes.findLast((known) => known.code === code && !known.inner)?.call
          : event.call;
      keep(this.codes, { line, at, timeMs, code, call, inner: kind === 'inner-call', within: this.lastCall });
    } else if (kind === 'verify-flags') {
      for (const flag of verifyFlagNames(event.flags))
        keep(this.flags, { line, at, timeMs, flag, isSure: true });
    } else if (kind === 'verify-reason') {
      const isSure = event.flags.length === 1;
      for (const flag of event.flags) keep(this.flags, { line, at, timeMs, flag, isSure });
    } else if (kind === 'alert') {
      keep(this.alerts, { line, at, timeMs, direction: event.direction, description: event.description });
    } else if (kind === 'handshake-step') {
      const { phase, step } = event;
      if (phase === 'begin' && (step === 'handshake' || step === 'read' || step === 'write')) {
        this.firstCall ??= step;
        this.lastCall = step;
      }
      // «<= handshake» is no new beginning of one.
      if (phase !== 'end' || step !== 'handshake') keep(this.steps, { line, at, timeMs, step });
    } else {
      let kept = this.#seen.get(kind);
      if (kept === undefined) this.#seen.set(kind, (kept = []));
      keep(kept, { line, at, timeMs, event });
    }
  }

  /** Lines of one of the other kinds. */
  seen<Kind extends MonitorEvent['kind']>(kind: Kind): (Witness & { event: EventOf<Kind> })[] {
    return (this.#seen.get(kind) ?? []) as (Witness & { event: EventOf<Kind> })[];
  }
}

/** The newest line that only a connection which is up has. */
export function lastSuccess(facts: LogFacts): Witness | undefined {
  const answered = facts.seen('http-status').filter(({ event }) => event.status >= 200 && event.status < 300);
  const accepted = facts.seen('mqtt-connack').filter(({ event }) => event.code === 0);
  const atWork = facts.seen('application').filter(({ event }) => event.what === 'mqtt-answer');
  return [facts.seen('handshake'), facts.seen('tls-connected'), answered, accepted, atWork]
    .flatMap((list: readonly Witness[]) => list.slice(-1))
    .sort((a, b) => b.at - a.at)[0];
}
