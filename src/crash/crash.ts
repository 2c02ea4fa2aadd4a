import type { MonitorEvent } from '../monitor/event.ts';

/** What a board has printed of one crash. */
export interface Crash {
  /** How it announced itself. */
  announced: 'exception' | 'panic' | 'abort' | 'watchdog' | 'stack-overflow';
  /** EXCCAUSE, where it is known. */
  exccause: number | undefined;
  /** In the board's own words: the reason of a panic, the task of a stack overflow, an assertion. */
  said: string | undefined;
  /** By small letters: `epc1`, `pc`, `a0`, `excvaddr`. */
  registers: Readonly<Record<string, number>>;
  /** Innermost first. */
  backtrace: readonly number[];
  /** From the lowest address up. */
  stack: readonly number[];
  /** `rst cause` of the boot that followed. */
  resetCause: number | undefined;
}

/** Words of stack that are kept: 16 KB is more than any stack of an ESP8266. */
const MAX_STACK_WORDS = 4096;
/** So many other lines end a dump. */
const MAX_OTHER_LINES = 24;

type Announcement = Extract<MonitorEvent, { kind: Crash['announced'] }>;

/** Puts the lines of a crash together; one at a time, with the reset that follows it. */
export class CrashCollector {
  #crash: { -readonly [Key in keyof Crash]: Crash[Key] } | undefined;
  #otherLines = 0;

  /** A crash that this line completes, or shows to be complete. */
  add(event: MonitorEvent): Crash | undefined {
    if (isAnnouncement(event)) return this.#announce(event);
    const crash = this.#crash;
    if (crash === undefined) return undefined;
    this.#otherLines = isDump(event) ? 0 : this.#otherLines + 1;
    if (event.kind === 'boot') {
      crash.resetCause = event.resetCause;
      return this.end();
    }
    if (event.kind === 'registers') crash.registers = { ...crash.registers, ...event.values };
    if (event.kind === 'backtrace') crash.backtrace = event.frames.map(({ pc }) => pc);
    if (event.kind === 'stack' && crash.stack.length < MAX_STACK_WORDS) {
      crash.stack = [...crash.stack, ...event.words];
    }
    return this.#otherLines > MAX_OTHER_LINES ? this.end() : undefined;
  }

  /** The crash so far, when nothing more comes. */
  end(): Crash | undefined {
    const crash = this.#crash;
    this.#crash = undefined;
    this.#otherLines = 0;
    return crash;
  }

  /** A watchdog's line and the panic behind it are one crash; after registers another one begins. */
  #announce(event: Announcement): Crash | undefined {
    const before = this.#crash;
    const isSame = before !== undefined && Object.keys(before.registers).length === 0;
    const complete = isSame ? undefined : this.end();
    // What came first tells why; the panic behind a watchdog knows no reason.
    const said = (isSame ? before.said : undefined) ?? saidBy(event);
    this.#crash = {
      announced: isSame ? before.announced : event.kind,
      exccause: event.kind === 'exception' ? event.cause : before?.exccause,
      said,
      registers: registersOf(event),
      backtrace: [],
      stack: [],
      resetCause: undefined,
    };
    this.#otherLines = 0;
    return complete;
  }
}

const ANNOUNCEMENTS: ReadonlySet<string> = new Set<Crash['announced']>([
  'exception',
  'panic',
  'abort',
  'watchdog',
  'stack-overflow',
]);

function isAnnouncement(event: MonitorEvent): event is MonitorEvent & Announcement {
  return ANNOUNCEMENTS.has(event.kind);
}

function isDump({ kind }: MonitorEvent): boolean {
  return kind === 'registers' || kind === 'backtrace' || kind === 'stack';
}

function registersOf(event: Announcement): Crash['registers'] {
  if (event.kind === 'exception') return event.registers;
  return event.kind === 'abort' && event.pc !== undefined ? { pc: event.pc } : {};
}

function saidBy(event: Announcement): string | undefined {
  switch (event.kind) {
    case 'panic':
      return event.reason;
    case 'abort':
      return event.because;
    case 'stack-overflow':
      return event.task === undefined ? undefined : `in task ${event.task}`;
    case 'watchdog':
      return `${event.which} watchdog`;
    case 'exception':
      return undefined;
  }
}
