import type { Project } from '../project/load.ts';
import { observe } from '../verdict/observe.ts';
import type { Observation } from '../verdict/judge.ts';
import { resolvePort } from './auto-port.ts';
import { bootBoard, FRESH_BOARD, type BootOptions } from './boot-board.ts';
import type { ExactEndpoint } from './exact-endpoint.ts';
import { networkToward } from './monitored-port.ts';
import type { CommandContext } from './result.ts';

export interface ProveOptions extends BootOptions {
  timeoutMs: number;
  endpoint: Project['endpoint'];
  /** In place of `endpoint`, with the time that it is there; in lock-step. */
  exact?: Pick<ExactEndpoint, 'network' | 'deviceTime'>;
}

export interface Proof {
  observation: Observation;
  lines: string[];
  /** Of the virtual board. */
  instructions: number | undefined;
  durationMs: number;
}

/**
 * Boots the firmware and listens until there is a verdict; the port is closed whatever happens. `virtual:` is a fresh
 * emulated board; on any other port the firmware is flashed first. Throws `port/...` and `flash/...`.
 */
export async function prove(context: CommandContext, options: ProveOptions): Promise<Proof> {
  const { host, progress, signal } = context;
  const { timeoutMs, exact } = options;
  const board = await bootBoard(context, { ...options, lockStep: exact !== undefined });
  const startMs = host.clock.monotonicMs();
  try {
    const seen = await observe({
      ...{ port: board.port, clock: host.clock, progress, signal, timeoutMs },
      ...(exact ?? { network: networkToward(host.network, options.endpoint) }),
    });
    const { lines, ...observation } = seen;
    const durationMs = host.clock.monotonicMs() - startMs;
    return { observation, lines, instructions: board.instructions(), durationMs };
  } finally {
    await board.port.close();
  }
}

/**
 * The port that `--port` means, opened once: what is wrong with it is said before minutes go into a build. Throws
 * `port/...`.
 */
export async function reachPort(
  { host, signal }: CommandContext,
  wanted: string,
  baudRate: number,
): Promise<string> {
  if (wanted === FRESH_BOARD) return wanted;
  const url = await resolvePort(host, wanted, signal);
  const port = await host.ports.open(url, { baudRate, signal });
  await port.close();
  return url;
}
