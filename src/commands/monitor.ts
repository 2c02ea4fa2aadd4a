import { EXIT, EspawsError, isEspawsError } from '../errors.ts';
import type { Keys, Output, Port } from '../host.ts';
import { parseFilter, type LineFilter } from '../monitor/filter.ts';
import { lineText } from '../monitor/line-text.ts';
import { listen, type HeardLine } from '../monitor/listen.ts';
import { resetBoard } from '../monitor/reset-board.ts';
import { meaningOf } from '../verdict/diagnosis/meaning.ts';
import type { CodeNames } from '../verdict/explain.ts';
import { Judge, type Observation } from '../verdict/judge.ts';
import { MonitorLog } from './monitor-log.ts';
import { networkToward, openMonitored, projectOf } from './monitored-port.ts';
import { codeNames } from './code-names.ts';
import type { CommandContext, CommandResult } from './result.ts';

export interface MonitorOptions {
  project: string;
  /** Over `port` of espaws.yaml; `auto` where there is neither. */
  port?: string;
  baudRate: number;
  reset: boolean;
  reconnect: boolean;
  /** Ends well with the first line that holds it. */
  expectText?: string;
  /** Ends badly with the first line that holds it. */
  failText?: string;
  /** Undefined: until something else ends it. */
  timeoutMs?: number;
  /** `wifi:W *:I` */
  filter?: string;
  /** File for the bytes as they come. */
  log?: string;
  /** File for the decoded lines. */
  decodedLog?: string;
  /** Newline-delimited events on stdout. */
  json: boolean;
  /** Of the virtual board's random register. */
  seed: number;
}

/** Why listening ended. */
type End =
  | { because: 'verdict'; observation: Observation }
  | { because: 'expected-text' | 'failing-text'; line: string }
  | { because: 'timeout' | 'lost' | 'interrupted' | 'closed' };

/** How often a port that went away is looked for, in milliseconds. */
const RETRY_MS = 500;

/** `espaws monitor`: shows a board's log, decoded, until Ctrl-C, a verdict, a text, or the time is up. */
export async function monitorCommand(
  context: CommandContext,
  options: MonitorOptions,
  { output }: { output: Output; keys: Keys },
): Promise<CommandResult> {
  const monitor = new Monitor(context, options, output, await codeNames(context, options.project));
  const end = await monitor.run();
  const exitCode = exitCodeOf(end);
  if (options.json) await monitor.tell({ kind: 'end', at: context.host.clock.now(), ...end, exitCode });
  return { exitCode, json: undefined, text: options.json ? '' : endText(end) };
}

class Monitor {
  readonly #context: CommandContext;
  readonly #options: MonitorOptions;
  readonly #output: Output;
  readonly #names: CodeNames;
  readonly #filter: LineFilter;
  readonly #judge = new Judge();
  readonly #rawLog: MonitorLog | undefined;
  readonly #decodedLog: MonitorLog | undefined;
  /** Aborted by Ctrl-C, or by the time limit. */
  readonly #stop = new AbortController();
  #timedOut = false;

  constructor(context: CommandContext, options: MonitorOptions, output: Output, names: CodeNames) {
    this.#context = context;
    this.#options = options;
    this.#output = output;
    this.#names = names;
    this.#filter = parseFilter(options.filter ?? '');
    this.#rawLog = this.#openLog(options.log);
    this.#decodedLog = this.#openLog(options.decodedLog);
  }

  async run(): Promise<End> {
    const { signal, host } = this.#context;
    const { timeoutMs } = this.#options;
    const interrupt = () => {
      this.#stop.abort(signal.reason);
    };
    signal.addEventListener('abort', interrupt, { once: true });
    if (signal.aborted) interrupt();
    if (timeoutMs !== undefined) {
      void host.clock.sleep(timeoutMs, this.#stop.signal).then(
        () => {
          this.#timedOut = true;
          this.#stop.abort();
        },
        () => undefined,
      );
    }
    try {
      return await this.#listenToPorts();
    } catch (error) {
      if (isClosedPipe(error)) return { because: 'closed' };
      if (this.#timedOut) return { because: 'timeout' };
      if (signal.aborted) return { because: 'interrupted' };
      throw error;
    } finally {
      signal.removeEventListener('abort', interrupt);
      this.#stop.abort();
      await Promise.all([this.#rawLog?.close(), this.#decodedLog?.close()]);
    }
  }

  /** One line of newline-delimited JSON. */
  tell(value: unknown): Promise<void> {
    return this.#output.write(`${JSON.stringify(value)}\n`);
  }

  /** The board's port, and after it went away the same again. */
  async #listenToPorts(): Promise<End> {
    const { progress, host } = this.#context;
    const project = await projectOf(this.#context, this.#options.project);
    const url = this.#options.port ?? project?.port ?? 'auto';
    const network = networkToward(host.network, project?.endpoint);
    let port = await this.#open(url);
    // An emulated board boots when it is opened.
    if (this.#options.reset && url !== 'virtual:') await this.#reset(port);
    for (;;) {
      progress({ kind: 'note', text: `listening to ${port.name}; Ctrl-C ends it` });
      const end = await this.#listenTo(port, network);
      if (end !== undefined) return end;
      if (!this.#options.reconnect || url === 'virtual:') return { because: 'lost' };
      progress({ kind: 'note', text: `${port.name} went away; waiting for it to come back` });
      port = await this.#reopen(url);
    }
  }

  /** Undefined where the port has ended. */
  async #listenTo(port: Port, network: Parameters<typeof listen>[0]['network']): Promise<End | undefined> {
    const close = () => void port.close();
    this.#stop.signal.addEventListener('abort', close, { once: true });
    if (this.#stop.signal.aborted) close();
    try {
      const lines = listen({
        ...{ port, network, clock: this.#context.host.clock },
        onBytes: (bytes) => this.#rawLog?.write(bytes),
      });
      for await (const heard of lines) {
        const end = await this.#take(heard);
        if (end !== undefined) return end;
      }
      this.#stop.signal.throwIfAborted();
      return undefined;
    } finally {
      this.#stop.signal.removeEventListener('abort', close);
      await port.close();
    }
  }

  async #take(lines: readonly HeardLine[]): Promise<End | undefined> {
    let shown = '';
    let end: End | undefined;
    for (const line of lines) {
      shown += this.#show(line);
      end = this.#endBy(line);
      if (end !== undefined) break;
    }
    if (shown !== '') await this.#output.write(shown);
    return end;
  }

  /** What goes to stdout for this line; the decoded log gets it without colours. */
  #show(line: HeardLine): string {
    if (!this.#filter(line.event)) return '';
    const meaning = meaningOf(line.event, this.#names);
    this.#decodedLog?.write(`${lineText(line, meaning, { colours: false })}\n`);
    if (this.#options.json) {
      return `${JSON.stringify({ at: line.at, ...line.event, ...(meaning === undefined ? {} : { meaning }) })}\n`;
    }
    return `${lineText(line, meaning, { colours: this.#output.hasColours })}\n`;
  }

  #endBy({ event }: HeardLine): End | undefined {
    const { expectText, failText } = this.#options;
    this.#judge.push(event);
    if (failText !== undefined && event.line.includes(failText)) {
      return { because: 'failing-text', line: event.line };
    }
    if (expectText !== undefined && event.line.includes(expectText)) {
      return { because: 'expected-text', line: event.line };
    }
    // Only bench firmware says when it is done; another goes on, and so does one that restarts.
    return event.kind === 'done'
      ? { because: 'verdict', observation: this.#judge.conclude('decided') }
      : undefined;
  }

  #open(url: string): Promise<Port> {
    const { baudRate, project, seed } = this.#options;
    return openMonitored(this.#context, { url, baudRate, project, seed });
  }

  async #reopen(url: string): Promise<Port> {
    const { clock } = this.#context.host;
    for (;;) {
      await clock.sleep(RETRY_MS, this.#stop.signal);
      try {
        return await this.#open(url);
      } catch (error) {
        if (!isAway(error)) throw error;
      }
    }
  }

  async #reset(port: Port): Promise<void> {
    if (!port.hasSignals) {
      this.#context.progress({
        kind: 'note',
        text: `${port.name} has no reset lines: the board goes on as it is`,
      });
    }
    await resetBoard(port, this.#context.host.clock, { to: 'program', signal: this.#stop.signal });
  }

  #openLog(path: string | undefined): MonitorLog | undefined {
    if (path === undefined) return undefined;
    return new MonitorLog(this.#context.host.files, path, ({ message }) => {
      this.#context.progress({ kind: 'warning', text: `${path} cannot be written: ${message}.` });
    });
  }
}

function exitCodeOf(end: End): number {
  switch (end.because) {
    case 'verdict':
      return end.observation.verdict === 'pass' ? EXIT.success : EXIT.verdictFail;
    case 'expected-text':
    case 'closed':
      return EXIT.success;
    case 'failing-text':
      return EXIT.verdictFail;
    case 'timeout':
    case 'lost':
      return EXIT.verdictTimeout;
    case 'interrupted':
      return EXIT.interrupted;
  }
}

function endText(end: End): string {
  switch (end.because) {
    case 'verdict':
      return end.observation.verdict.toUpperCase();
    case 'failing-text':
      return `FAIL  ${end.line}`;
    case 'timeout':
      return 'TIMEOUT  nothing ended it in time';
    case 'lost':
      return 'LOST  the port went away';
    case 'expected-text':
    case 'interrupted':
    case 'closed':
      return '';
  }
}

/** A port that is not there now, or still held by the one that was lost. */
function isAway(error: unknown): boolean {
  return (
    isEspawsError(error) &&
    ['port/missing', 'port/busy', 'port/unreachable', 'port/ambiguous', 'port/permission'].includes(
      error.code,
    )
  );
}

function isClosedPipe(error: unknown): boolean {
  return !(error instanceof EspawsError) && (error as { code?: unknown } | null)?.code === 'EPIPE';
}
