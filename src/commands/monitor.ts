import type { Keys, Output } from '../host.ts';
import { diagnoseFacts } from '../verdict/diagnosis/diagnose.ts';
import { diagnosisContext } from './diagnosis-context.ts';
import { codeNames } from './code-names.ts';
import { CrashDecoder } from './crash-decoder.ts';
import { endText, exitCodeOfEnd } from './monitor-end.ts';
import { jsonLine, MonitorScreen } from './monitor-screen.ts';
import { MonitorSession } from './monitor-session.ts';
import { networkToward, projectOf } from './monitored-port.ts';
import { resolvePort } from './auto-port.ts';
import type { CommandContext, CommandResult } from './result.ts';

export interface MonitorOptions {
  project: string;
  /** Over `port` of espaws.yaml; `auto` where there is neither. */
  port?: string;
  baudRate: number;
  /** Of the boot ROM: what the board says of a reset is read at it, then the program at `baudRate`. */
  bootRate?: number;
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
  /** Program whose addresses crashes show; the project's firmware where it is not named. */
  elf?: string;
  /** Newline-delimited events on stdout. */
  json: boolean;
}

/** `espaws monitor`: shows a board's log, decoded, until Ctrl-C, a verdict, a text, or the time is up. */
export async function monitorCommand(
  context: CommandContext,
  options: MonitorOptions,
  { output, keys }: { output: Output; keys: Keys },
): Promise<CommandResult> {
  const { host, progress, signal } = context;
  const { project: directory, baudRate, json, elf } = options;
  const project = await projectOf(context, directory);
  const url = options.port ?? project?.port ?? 'auto';
  const screen = new MonitorScreen({
    ...options,
    ...{ output, json, files: host.files, names: await codeNames(context, directory) },
    onLogFailure: (path, { message }) => {
      progress({ kind: 'warning', text: `${path} cannot be written: ${message}.` });
    },
  });
  const isVirtual = url.startsWith('virtual:');
  const { bootRate, ...others } = options;
  const isFollowed = bootRate !== undefined && isPaced(url);
  const openingRate = isFollowed && isVirtual ? bootRate : baudRate;
  if (bootRate !== undefined && !isFollowed) {
    progress({
      kind: 'warning',
      text: `${url} runs ahead of its line: --boot-baud does nothing without ?timing=real.`,
    });
  }
  const session = new MonitorSession(context, {
    ...others,
    ...(isFollowed ? { bootRate } : {}),
    ...{ screen, keys },
    open: async () =>
      host.ports.open(await resolvePort(host, url, signal), { baudRate: openingRate, signal }),
    network: networkToward(host.network, project?.endpoint),
    crashes: new CrashDecoder(context, { project: directory, ...(elf === undefined ? {} : { elf }) }),
    // The emulated board is switched on when it is opened.
    reset: options.reset && !isVirtual,
    startsWhenOpened: isVirtual,
  });
  const end = await session.run();
  const diagnosis = diagnoseFacts(session.facts, await diagnosisContext(context, directory));
  const exitCode = exitCodeOfEnd(end);
  if (json && end.because !== 'closed') {
    await screen.write(jsonLine({ kind: 'end', at: host.clock.now(), ...end, exitCode, diagnosis }));
  }
  await screen.close();
  return { exitCode, json: undefined, text: json ? '' : endText(end, diagnosis) };
}

/** False where a board's bytes have been read before a host could change the rate. */
function isPaced(url: string): boolean {
  return !url.startsWith('virtual:') || /[?&]timing=real\b/.test(url);
}
