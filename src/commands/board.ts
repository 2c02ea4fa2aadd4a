import { join } from 'node:path';
import { EXIT, EspawsError } from '../errors.ts';
import type { Port, PortServer } from '../host.ts';
import { cacheDirectory } from '../sdk/cache.ts';
import { portServerEventText } from './port-server-log.ts';
import type { CommandContext, CommandResult } from './result.ts';
import { listening, parseListen } from './serve.ts';

export interface BoardOptions {
  /** `HOST:PORT` of the first board; the others follow. Port 0 takes free ones. */
  listen?: string;
  count: number;
  /** Files with the flash contents, one a board; boards without one keep theirs in the user's cache. */
  flash: readonly string[];
  /** `4MB` */
  flashSize: string;
  timing: 'none' | 'real';
  /** As in the URL of a virtual port: `drop-frame:7`. */
  faults: readonly string[];
  /** Gets the boards' URLs as JSON when all of them listen. */
  readyFile?: string;
}

interface ServedBoard {
  url: string;
  file: string;
  port: Port;
  server: PortServer;
}

/** Until the first client says otherwise. */
const FIRST_BAUD_RATE = 115_200;
/** Espressif's first vendor number; the last byte tells the boards apart. */
const MAC_PREFIX = '18:fe:34:00:82';

/**
 * `espaws board`: virtual ESP8266 boards, each on its own RFC 2217 port with its own flash, until the signal is
 * aborted; then their flash files are written. Throws `port/busy`, `port/unknown`, `port/unreachable`.
 */
export async function boardCommand(context: CommandContext, options: BoardOptions): Promise<CommandResult> {
  const { progress, signal } = context;
  const boards: ServedBoard[] = [];
  try {
    for (let index = 0; index < options.count; index++) {
      const board = await serveBoard(context, options, index);
      boards.push(board);
      progress({ kind: 'note', text: `board ${index + 1} at ${board.url}, flash in ${board.file}` });
    }
    if (options.readyFile !== undefined) {
      const urls = boards.map(({ url }) => url);
      await context.host.files.write(options.readyFile, `${JSON.stringify({ urls })}\n`);
    }
    progress({ kind: 'note', text: 'Ctrl-C switches off' });
    await aborted(signal);
  } finally {
    await Promise.all(
      boards.map(async ({ port, server }) => {
        await server.close();
        await port.close();
      }),
    );
  }
  const count = `${boards.length} ${boards.length === 1 ? 'board' : 'boards'}`;
  return {
    exitCode: EXIT.interrupted,
    json: { boards: boards.map(({ url, file }) => ({ url, flash: file })) },
    text: `${count} switched off; the flash files are written`,
  };
}

async function serveBoard(
  { host, progress, signal }: CommandContext,
  options: BoardOptions,
  index: number,
): Promise<ServedBoard> {
  const { flashSize, timing, faults } = options;
  const file = options.flash[index] ?? join(cacheDirectory(host.environment), defaultName(index));
  if (file.includes('?')) {
    throw new EspawsError(`"${file}" cannot be a flash file: it has a question mark.`, {
      code: 'usage/invalid',
      hint: 'Name it otherwise.',
    });
  }
  const query = new URLSearchParams({
    ...{ flash: flashSize, timing, seed: String(index + 1) },
    mac: `${MAC_PREFIX}:${(0x66 + index).toString(16).padStart(2, '0')}`,
  });
  for (const fault of faults) query.append('fault', fault);
  const port = await host.ports.open(`virtual:${file}?${query.toString()}`, {
    baudRate: FIRST_BAUD_RATE,
    signal,
  });
  try {
    const first = parseListen(options.listen);
    const address = { ...first, port: first.port === 0 ? 0 : first.port + index };
    const server = await listening(
      host.ports.serve(port, {
        ...address,
        onEvent: (event) => {
          progress({ kind: 'note', text: `board ${index + 1}: ${portServerEventText(event)}` });
        },
      }),
      address,
    );
    return { url: `rfc2217://${server.host}:${server.port}`, file, port, server };
  } catch (error) {
    await port.close();
    throw error;
  }
}

/** The first is the one that `virtual:` means. */
function defaultName(index: number): string {
  return index === 0 ? 'virtual-board.bin' : `virtual-board-${index + 1}.bin`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
}
