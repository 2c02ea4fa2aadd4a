import type { MonitorEvent } from '../monitor/events.ts';
import { verifyFlagNames, verifyResult } from './verify-flags.ts';

/** What the board's log proves, before anything else that is known is brought in. */
export interface Observation {
  verdict: 'pass' | 'fail' | 'timeout' | 'lost';
  handshake?: { version: string; ciphersuite: string; durationMs: number };
  /** The call that failed, or the fault that ended the run. */
  failure?:
    | { kind: 'call'; call: string; code: number }
    | { kind: 'exception'; cause: number; registers: Readonly<Record<string, number>> }
    | { kind: 'reset'; resetCause: number }
    | { kind: 'image'; reason: string }
    | { kind: 'application'; connackCode: number | undefined };
  /** Undefined where the program never came to the handshake, or no verification took place in it. */
  verifyFlags: number | undefined;
  verifyFlagNames: string[];
  alert?: { direction: 'received' | 'sent'; description: number };
  heapPeakBytes: number | undefined;
  heapTotalBytes: number | undefined;
  stackPeakBytes: number | undefined;
  /** Last call that returned well, for a run that just stopped. */
  lastCall: string | undefined;
  /** The lines that decide, as they came. */
  evidence: string[];
}

/** How long a crashing firmware may go on printing its registers, in milliseconds. */
export const DUMP_MS = 500;

/** Lines kept in the evidence at most. */
const MAX_EVIDENCE = 40;

/** What the judge listens to; other lines decide nothing. */
const DECISIVE = [
  'boot',
  'image-refused',
  'hello',
  'call',
  'verify-flags',
  'alert',
  'handshake',
  'heap',
  'heap-peak',
  'stack-peak',
  'mqtt-connack',
  'exception',
  'registers',
  'done',
] as const;

type DecisiveEvent = Extract<MonitorEvent, { kind: (typeof DECISIVE)[number] }>;

function isDecisive(event: MonitorEvent): event is DecisiveEvent {
  return (DECISIVE as readonly string[]).includes(event.kind);
}

/**
 * Follows the log event by event. `ended` is the verdict once the log has decided; else `conclude` says what a
 * silent or vanished board means.
 */
export class Judge {
  readonly #observation: Observation = {
    verdict: 'timeout',
    verifyFlags: undefined,
    verifyFlagNames: [],
    heapPeakBytes: undefined,
    heapTotalBytes: undefined,
    stackPeakBytes: undefined,
    lastCall: undefined,
    evidence: [],
  };
  #boots = 0;
  #ended = false;
  #connack: number | undefined;

  get ended(): boolean {
    return this.#ended;
  }

  /** Ended by an exception, whose registers may still be printed. */
  get crashed(): boolean {
    return this.#observation.failure?.kind === 'exception';
  }

  /** True when this event decided the verdict. */
  push(event: MonitorEvent): boolean {
    if (this.#ended) {
      if (event.kind === 'registers') this.#addRegisters(event.values, event.line);
      return false;
    }
    if (!isDecisive(event)) return false;
    this.#keep(event.line);
    this.#apply(event);
    return this.#ended;
  }

  /** The observation so far; `how` says why there will be no more events. */
  conclude(how: 'decided' | 'timeout' | 'lost'): Observation {
    if (!this.#ended && how !== 'decided') this.#observation.verdict = how;
    return this.#observation;
  }

  #apply(event: DecisiveEvent): void {
    const seen = this.#observation;
    switch (event.kind) {
      case 'boot':
        this.#boots += 1;
        if (this.#boots > 1) this.#fail({ kind: 'reset', resetCause: event.resetCause });
        return;
      case 'image-refused':
        this.#fail({ kind: 'image', reason: event.reason });
        return;
      case 'call':
        if (event.code < 0) seen.failure ??= { kind: 'call', call: event.call, code: event.code };
        else seen.lastCall = event.call;
        return;
      case 'verify-flags':
        seen.verifyFlags = verifyResult(event.flags);
        seen.verifyFlagNames = verifyFlagNames(event.flags);
        return;
      case 'alert':
        if (event.isInferred !== true)
          seen.alert = { direction: event.direction, description: event.description };
        return;
      case 'handshake':
        seen.handshake = { version: event.version, ciphersuite: event.suite, durationMs: event.durationMs };
        return;
      case 'heap':
        seen.heapPeakBytes = Math.max(seen.heapPeakBytes ?? 0, event.peakBytes);
        return;
      case 'heap-peak':
        seen.heapPeakBytes = event.peakBytes;
        seen.heapTotalBytes = event.totalBytes;
        return;
      case 'stack-peak':
        seen.stackPeakBytes = event.peakBytes;
        return;
      case 'mqtt-connack':
        this.#connack = event.code;
        return;
      case 'exception':
        this.#fail({ kind: 'exception', cause: event.cause, registers: {} });
        return;
      case 'done':
        this.#finish(event.passed, event.call, event.code);
        return;
      case 'hello':
      case 'registers':
        return;
    }
  }

  /** A pass needs everything seen: the firmware's own word alone is not proof. */
  #finish(saysPass: boolean, call: string | undefined, code: number | undefined): void {
    const seen = this.#observation;
    this.#ended = true;
    const proved = seen.handshake !== undefined && seen.verifyFlags === 0 && this.#connack === 0;
    if (saysPass && proved && seen.failure === undefined) {
      seen.verdict = 'pass';
      return;
    }
    seen.verdict = 'fail';
    if (call !== undefined && code !== undefined && code < 0) seen.failure ??= { kind: 'call', call, code };
    seen.failure ??= { kind: 'application', connackCode: this.#connack };
  }

  #fail(failure: NonNullable<Observation['failure']>): void {
    this.#ended = true;
    this.#observation.verdict = 'fail';
    this.#observation.failure = failure;
  }

  #addRegisters(values: Readonly<Record<string, number>>, line: string): void {
    const { failure } = this.#observation;
    if (failure?.kind !== 'exception') return;
    failure.registers = { ...failure.registers, ...values };
    this.#keep(line);
  }

  #keep(line: string): void {
    const { evidence } = this.#observation;
    evidence.push(line);
    // The first line (boot) and the newest ones tell the most.
    if (evidence.length > MAX_EVIDENCE) evidence.splice(1, 1);
  }
}
