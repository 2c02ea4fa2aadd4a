import { CrashCollector, type Crash } from '../crash/crash.ts';
import { EspawsError, isEspawsError } from '../errors.ts';
import type { Keys, Network } from '../host.ts';
import type { Port } from '../port.ts';
import { BootRate } from '../monitor/boot-rate.ts';
import { listen, type HeardLine } from '../monitor/listen.ts';
import { resetBoard } from '../monitor/reset-board.ts';
import { LogFacts } from '../verdict/diagnosis/log-facts.ts';
import { Judge } from '../verdict/judge.ts';
import type { CrashDecoder } from './crash-decoder.ts';
import type { MonitorEnd } from './monitor-end.ts';
import { KEY_HELP, obeyKeys } from './monitor-keys.ts';
import type { MonitorScreen } from './monitor-screen.ts';
import type { CommandContext } from './result.ts';

export interface SessionOptions {
  open: () => Promise<Port>;
  network: Network;
  screen: MonitorScreen;
  crashes: CrashDecoder;
  keys: Keys;
  reset: boolean;
  reconnect: boolean;
  expectText?: string;
  failText?: string;
  timeoutMs?: number;
  /** Of the program, at which the port reads. */
  baudRate: number;
  /** Of the boot ROM, where it is to be followed. */
  bootRate?: number;
  /** The board is being switched on when its port has been opened. */
  startsWhenOpened: boolean;
}

/** How often a port that went away is looked for, in milliseconds. */
const RETRY_MS = 500;
/** The longest that a timer of Node takes: 24 days. */
const FOREVER_MS = 0x7fff_ffff;

/** Listens to a board, over every loss of its port, until something ends it. */
export class MonitorSession {
  readonly facts = new LogFacts();
  readonly #context: CommandContext;
  readonly #options: SessionOptions;
  readonly #judge = new Judge();
  readonly #crash = new CrashCollector();
  /** Aborted by Ctrl-C, the time limit or the key. */
  readonly #stop = new AbortController();
  #stoppedBy: 'timeout' | 'interrupted' | 'quit' | undefined;
  #port: Port | undefined;
  #bootRate: BootRate | undefined;

  constructor(context: CommandContext, options: SessionOptions) {
    this.#context = context;
    this.#options = options;
  }

  async run(): Promise<MonitorEnd> {
    const { signal, host } = this.#context;
    const { timeoutMs, keys } = this.#options;
    const interrupt = () => {
      this.#end('interrupted');
    };
    signal.addEventListener('abort', interrupt, { once: true });
    if (signal.aborted) interrupt();
    // Also where there is no limit: an emulated board that is silent leaves Node nothing to wait for, and Node would end.
    void host.clock.sleep(timeoutMs ?? FOREVER_MS, this.#stop.signal).then(
      () => {
        this.#end('timeout');
      },
      () => undefined,
    );
    const obeying = keys.canRead ? this.#obey() : undefined;
    try {
      return await this.#listenToPorts();
    } catch (error) {
      if (isClosedPipe(error)) return { because: 'closed' };
      if (this.#stoppedBy !== undefined) return { because: this.#stoppedBy };
      throw error;
    } finally {
      signal.removeEventListener('abort', interrupt);
      this.#stop.abort();
      await obeying;
    }
  }

  #end(by: 'timeout' | 'interrupted' | 'quit'): void {
    this.#stoppedBy ??= by;
    this.#stop.abort();
  }

  /** The board's port, and after it went away the same again. */
  async #listenToPorts(): Promise<MonitorEnd> {
    const { open, reset, reconnect } = this.#options;
    let port = await open();
    await this.#followRate(port);
    if (reset) await this.#reset(port, 'program');
    for (;;) {
      this.#note(`listening to ${port.name}; Ctrl-C ends it`);
      const end = await this.#listenTo(port);
      if (end !== undefined) return end;
      if (!reconnect) return { because: 'lost' };
      this.#note(`${port.name} went away; waiting for it to come back`);
      port = await this.#reopen();
      await this.#followRate(port);
    }
  }

  /** Undefined where the port has ended by itself. */
  async #listenTo(port: Port): Promise<MonitorEnd | undefined> {
    const { network, screen, baudRate } = this.#options;
    const close = () => void port.close();
    this.#stop.signal.addEventListener('abort', close, { once: true });
    if (this.#stop.signal.aborted) close();
    this.#port = port;
    try {
      const heard = listen({
        ...{ port, network, baudRate, clock: this.#context.host.clock },
        ...(this.#bootRate === undefined ? {} : { bootRate: this.#bootRate }),
        onBytes: (bytes) => {
          screen.bytes(bytes);
        },
      });
      for await (const lines of heard) {
        const end = await this.#take(lines);
        if (end !== undefined) return end;
      }
      await this.#showCrash(this.#crash.end());
      this.#stop.signal.throwIfAborted();
      return undefined;
    } finally {
      this.#port = undefined;
      this.#stop.signal.removeEventListener('abort', close);
      await port.close();
    }
  }

  /** No lines: the board has paused, so that a dump is complete. */
  async #take(lines: readonly HeardLine[]): Promise<MonitorEnd | undefined> {
    const { screen } = this.#options;
    let end: MonitorEnd | undefined;
    let shown = 0;
    for (const [index, { event }] of lines.entries()) {
      this.facts.add(event);
      const crash = this.#crash.add(event);
      if (crash !== undefined) {
        await screen.lines(lines.slice(shown, index + 1));
        shown = index + 1;
        await this.#showCrash(crash);
      }
      end ??= this.#endBy(event);
      if (end !== undefined) {
        await screen.lines(lines.slice(shown, index + 1));
        return end;
      }
    }
    await screen.lines(lines.slice(shown));
    if (lines.length === 0) await this.#showCrash(this.#crash.end());
    return undefined;
  }

  async #showCrash(crash: Crash | undefined): Promise<void> {
    if (crash === undefined) return;
    const { crashes, screen } = this.#options;
    await screen.crash(this.#context.host.clock.now(), await crashes.decode(crash));
  }

  #endBy(event: HeardLine['event']): MonitorEnd | undefined {
    const { expectText, failText } = this.#options;
    const { line } = event;
    this.#judge.push(event);
    if (failText !== undefined && line.includes(failText)) return { because: 'failing-text', line };
    if (expectText !== undefined && line.includes(expectText)) return { because: 'expected-text', line };
    // Only bench firmware says when it is done; another goes on, and so does one that restarts.
    if (event.kind !== 'done') return undefined;
    return { because: 'verdict', observation: this.#judge.conclude('decided') };
  }

  async #reopen(): Promise<Port> {
    for (;;) {
      await this.#context.host.clock.sleep(RETRY_MS, this.#stop.signal);
      try {
        return await this.#options.open();
      } catch (error) {
        if (!isAway(error)) throw error;
      }
    }
  }

  async #followRate(port: Port): Promise<void> {
    const { baudRate, bootRate, startsWhenOpened } = this.#options;
    if (bootRate === undefined) return;
    this.#bootRate = new BootRate({
      ...{ port, clock: this.#context.host.clock, romRate: bootRate, programRate: baudRate },
      onLate: (ms) => {
        this.#note(
          `the port took ${ms.toFixed(0)} ms to change its rate: the program's first lines may be missing`,
        );
      },
    });
    if (port.hasBaudRate === false)
      this.#note(`${port.name} has no rate to change: --boot-baud does nothing`);
    if (startsWhenOpened) await this.#bootRate.expectRom();
  }

  async #reset(port: Port, to: 'program' | 'loader'): Promise<void> {
    if (!port.hasSignals) this.#note(`${port.name} has no reset lines: the board goes on as it is`);
    const whileInReset = async () => this.#bootRate?.expectRom();
    await resetBoard(port, this.#context.host.clock, { to, whileInReset, signal: this.#stop.signal });
  }

  async #obey(): Promise<void> {
    const { keys, screen } = this.#options;
    this.#note(KEY_HELP);
    await obeyKeys(
      keys,
      {
        reset: async (to) => {
          // A port that has just gone says so where it is read.
          if (this.#port !== undefined) await this.#reset(this.#port, to).catch(() => undefined);
        },
        pause: () => {
          screen.pause();
        },
        toggleLog: () => {
          const isOn = screen.toggleLogs();
          this.#note(
            isOn === undefined ? 'no log file: name one with --log' : `log file ${isOn ? 'on' : 'off'}`,
          );
        },
        echo: (text) => screen.write(text),
        quit: () => {
          this.#end('quit');
        },
        port: () => this.#port,
      },
      this.#stop.signal,
    );
  }

  #note(text: string): void {
    this.#context.progress({ kind: 'note', text });
  }
}

/** A port that is not there now, or still held by the one that was lost. */
const AWAY: readonly string[] = [
  'port/missing',
  'port/busy',
  'port/unreachable',
  'port/ambiguous',
  'port/permission',
];

function isAway(error: unknown): boolean {
  return isEspawsError(error) && AWAY.includes(error.code);
}

function isClosedPipe(error: unknown): boolean {
  return !(error instanceof EspawsError) && (error as { code?: unknown } | null)?.code === 'EPIPE';
}
