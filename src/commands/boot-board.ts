import { mergeRegions } from '../image/merge.ts';
import type { FlashRegion } from '../image/flash-region.ts';
import { resetBoard } from '../monitor/reset-board.ts';
import type { OpenLoader, Port } from '../port.ts';
import { flashFirmware } from './flash-firmware.ts';
import type { CommandContext } from './result.ts';

/** Not the board that other commands keep in the user's cache, but one made for this run. */
export const FRESH_BOARD = 'virtual:';

/** 4 MB, which most modules have. */
const FLASH_BYTES = 0x400000;

export interface BootOptions {
  /** Of `reachPort`. */
  port: string;
  regions: readonly FlashRegion[];
  /** Of the fresh board's random register. */
  seed: number;
  /** Of the firmware's log. */
  consoleBaudRate: number;
  /** For ports other than `virtual:`. */
  openLoader: OpenLoader;
  /** How long a port that goes away is waited for, in milliseconds. */
  reopenMs?: number;
  /** Of a fresh board: others run at the same time. */
  besideOthers?: boolean;
  /** Of a fresh board: see `VirtualBoards.openVirtual`. */
  lockStep?: boolean;
}

export interface BootedBoard {
  port: Port;
  /** Of the fresh virtual board. */
  instructions: () => number | undefined;
}

/**
 * Boots the firmware: `virtual:` is a fresh emulated board; on any other port it is flashed first. The open port is the
 * caller's. Throws `port/...` and `flash/...`.
 */
export function bootBoard(context: CommandContext, options: BootOptions): Promise<BootedBoard> {
  return options.port === FRESH_BOARD ? emulated(context, options) : flashed(context, options);
}

async function emulated({ host, progress }: CommandContext, options: BootOptions): Promise<BootedBoard> {
  const { regions, seed, besideOthers = false, lockStep = false } = options;
  progress({ kind: 'stage-start', stage: 'handshake', text: 'booting the virtual ESP8266' });
  const port = await host.boards.openVirtual({
    flash: mergeRegions(regions),
    flashSizeBytes: FLASH_BYTES,
    seed,
    besideOthers,
    lockStep,
  });
  return { port, instructions: () => port.instructions };
}

async function flashed(context: CommandContext, options: BootOptions): Promise<BootedBoard> {
  const { host, progress, signal } = context;
  const { port: url, openLoader, regions, consoleBaudRate, reopenMs } = options;
  await flashFirmware(context, { port: url, regions, openLoader, reopenMs });
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
