import { join, resolve } from 'node:path';
import { macAddressFor, macAddressText } from '../board/mac-address.ts';
import { EXIT, EspawsError } from '../errors.ts';
import type { Port, PortServer } from '../port.ts';
import { flashSizeBytes, type FLASH_SIZES } from '../image/flash-parameters.ts';
import { cacheDirectory } from '../sdk/cache.ts';
import { portServerEventText } from './port-server-log.ts';
import type { CommandContext, CommandResult } from './result.ts';
import { listening, parseListen } from './serve.ts';

export interface BoardOptions {
  /** `HOST:PORT` of the first board; the others follow. Port 0 takes free ones. */
  listen?: string;
  /** At least so many; there is one for each of `flash`. */
  count: number;
  /** Files with the flash contents, one a board; boards without one keep theirs in the user's cache. */
  flash: readonly string[];
  flashSize: keyof typeof FLASH_SIZES;
  timing: 'none' | 'real';
  /** As in the URL of a virtual port: `drop-frame:7`. */
  faults: readonly string[];
  /** Gets `BoardsReady` as JSON when all of them listen; removed at the end. */
  readyFile?: string;
}

/** What other programs need to know of a board. */
interface BoardFacts {
  url: string;
  /** File with the contents. */
  flash: string;
  flashSizeBytes: number;
  /** JEDEC id, manufacturer first: `ef4016`. */
  flashId: string;
  /** `18:fe:34:00:82:66` */
  mac: string;
}

interface BoardsReady {
  urls: string[];
  boards: BoardFacts[];
}

interface ServedBoard {
  facts: BoardFacts;
  port: Port;
  server: PortServer;
}

/** Until the first client says otherwise. */
const FIRST_BAUD_RATE = 115_200;
/** More would be a mistake: each takes memory, and a part of the processors. */
const MOST_BOARDS = 154;
/** Of a Winbond W25Q; behind it comes the size as a power of two. */
const FLASH_ID_PREFIX = 'ef40';

/**
 * `espaws board`: virtual ESP8266 boards, each on its own RFC 2217 port with its own flash, until the signal is
 * aborted; then their flash files are written. Throws `port/busy`, `port/unknown`, `port/unreachable`.
 */
export async function boardCommand(context: CommandContext, options: BoardOptions): Promise<CommandResult> {
  const { host, progress, signal } = context;
  const { readyFile } = options;
  const count = boardCount(options);
  const boards: ServedBoard[] = [];
  try {
    for (let index = 0; index < count; index++) {
      const board = await serveBoard(context, options, index);
      boards.push(board);
      progress({
        kind: 'note',
        text: `board ${index + 1} at ${board.facts.url}, flash in ${board.facts.flash}`,
      });
    }
    if (readyFile !== undefined) await host.files.write(readyFile, `${JSON.stringify(ready(boards))}\n`);
    progress({ kind: 'note', text: 'Ctrl-C switches off' });
    await aborted(signal);
  } finally {
    await Promise.all(
      boards.map(async ({ port, server }) => {
        await server.close();
        await port.close();
      }),
    );
    if (readyFile !== undefined) await host.files.remove(readyFile);
  }
  return {
    exitCode: EXIT.interrupted,
    json: { boards: ready(boards).boards },
    text: `${count} ${count === 1 ? 'board' : 'boards'} switched off; the flash files are written`,
  };
}

function boardCount({ count, flash }: BoardOptions): number {
  if (Number.isInteger(count) && count >= 1 && count <= MOST_BOARDS) return Math.max(count, flash.length);
  throw new EspawsError(`There cannot be ${count} boards.`, {
    code: 'usage/invalid',
    hint: `Take 1 to ${MOST_BOARDS}.`,
  });
}

function ready(boards: readonly ServedBoard[]): BoardsReady {
  return { urls: boards.map(({ facts }) => facts.url), boards: boards.map(({ facts }) => facts) };
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
  const sizeBytes = flashSizeBytes(flashSize);
  const flashId = `${FLASH_ID_PREFIX}${Math.log2(sizeBytes).toString(16)}`;
  const mac = macAddressText(macAddressFor(resolve(file)));
  const query = new URLSearchParams({ flash: flashSize, id: flashId, timing, seed: String(index + 1), mac });
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
    const url = `rfc2217://${server.host}:${server.port}`;
    return { facts: { url, flash: file, flashSizeBytes: sizeBytes, flashId, mac }, port, server };
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
