import { join, resolve } from 'node:path';
import { macAddressFor } from '../board/mac-address.ts';
import type { Port, VirtualBoards, VirtualPort } from '../port.ts';
import { cacheDirectory } from '../sdk/cache.ts';
import { nodeEnvironment } from './environment.ts';
import { openFlashFile } from './virtual/flash-file.ts';
import { freshBoardOptions } from './virtual/fresh-board.ts';
import type { RunningBoardOptions } from './virtual/running-board-options.ts';
import { RunningBoard } from './virtual/running-board.ts';
import { parseVirtualUrl } from './virtual/virtual-url.ts';

/** The virtual ESP8266 with given flash contents, which are gone when its port is closed. */
export const virtualBoards: VirtualBoards = {
  openVirtual: ({ besideOthers = false, ...options }) => {
    const all = { ...freshBoardOptions(options), onClose: () => Promise.resolve() };
    return besideOthers ? threaded(all) : Promise.resolve(new RunningBoard(all));
  },
};

/** Boards with a flash file that are switched on in this process. */
let boardsOn = 0;
/** There were several at once: from then on each has a thread of its own. */
let areSeveral = false;

/**
 * The virtual board that `virtual:` names, with flash contents that stay: in the user's cache, or in the file that the
 * URL names. It is switched on when it is opened. Throws `port/unknown`, `port/busy`.
 */
export async function openVirtualPort(url: string, { baudRate }: { baudRate: number }): Promise<Port> {
  const { file, macAddress, flashId, ...target } = parseVirtualUrl(url);
  const path = resolve(file ?? join(cacheDirectory(nodeEnvironment()), 'virtual-board.bin'));
  const kept = await openFlashFile(path);
  const options: RunningBoardOptions = {
    ...{ ...target, name: url, flash: kept.contents, baudRate },
    macAddress: macAddress ?? macAddressFor(path),
    ...(flashId === undefined ? {} : { flashId }),
    endsWhenHalted: false,
    onClose: (flash, isChanged) => {
      boardsOn -= 1;
      return kept.close(flash, isChanged);
    },
  };
  boardsOn += 1;
  areSeveral ||= boardsOn > 1;
  return areSeveral ? threaded(options) : new RunningBoard(options);
}

/** A thread of its own, where there are threads. */
async function threaded(options: RunningBoardOptions): Promise<VirtualPort> {
  const { hasThreads, ThreadedBoard } = await import('./virtual/threaded-board.ts');
  return hasThreads() ? new ThreadedBoard(options) : new RunningBoard(options);
}
