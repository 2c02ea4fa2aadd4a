import type { OpenLoader, Port } from '../port.ts';
import type { Project } from '../project/load.ts';
import type { FlashRegion } from '../image/flash-region.ts';
import { mergeRegions } from '../image/merge.ts';
import { resetBoard } from '../monitor/reset-board.ts';
import { observe } from '../verdict/observe.ts';
import type { Observation } from '../verdict/judge.ts';
import { resolvePort } from './auto-port.ts';
import { flashFirmware } from './flash-firmware.ts';
import { networkToward } from './monitored-port.ts';
import type { CommandContext } from './result.ts';

export interface ProveOptions {
  /** Of `reachPort`. */
  port: string;
  regions: readonly FlashRegion[];
  seed: number;
  timeoutMs: number;
  endpoint: Project['endpoint'];
  /** Of the firmware's log. */
  consoleBaudRate: number;
  /** For ports other than `virtual:`. */
  openLoader: OpenLoader;
}

/** Not the board that other commands keep in the user's cache, but one made for this run. */
const FRESH_BOARD = 'virtual:';

/** 4 MB, which most modules have. */
const FLASH_BYTES = 0x400000;

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
  const { timeoutMs } = options;
  const board =
    options.port === FRESH_BOARD ? await emulated(context, options) : await flashed(context, options);
  const startMs = host.clock.monotonicMs();
  try {
    const network = networkToward(host.network, options.endpoint);
    const seen = await observe({ port: board.port, network, clock: host.clock, progress, signal, timeoutMs });
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

interface Board {
  port: Port;
  instructions: () => number | undefined;
}

async function emulated({ host, progress }: CommandContext, options: ProveOptions): Promise<Board> {
  const { regions, seed } = options;
  progress({ kind: 'stage-start', stage: 'handshake', text: 'booting the virtual ESP8266' });
  const port = await host.boards.openVirtual({
    flash: mergeRegions(regions),
    flashSizeBytes: FLASH_BYTES,
    seed,
  });
  return { port, instructions: () => port.instructions };
}

async function flashed(context: CommandContext, options: ProveOptions): Promise<Board> {
  const { host, progress, signal } = context;
  const { port: url, openLoader, regions, consoleBaudRate } = options;
  await flashFirmware(context, { port: url, regions, openLoader });
  progress({ kind: 'stage-start', stage: 'handshake', text: `the board at ${url}` });
  const port = await host.ports.open(url, { baudRate: consoleBaudRate, signal });
  try {
    await resetBoard(port, host.clock, { to: 'program', signal });
  } catch (error) {
    await port.close();
    throw error;
  }
  return { port, instructions: () => undefined };
}
