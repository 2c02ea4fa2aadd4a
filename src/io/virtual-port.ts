import { join, resolve } from 'node:path';
import { macAddressFor } from '../board/mac-address.ts';
import type { Port, VirtualBoards } from '../port.ts';
import { cacheDirectory } from '../sdk/cache.ts';
import { nodeEnvironment } from './environment.ts';
import { openFlashFile } from './virtual/flash-file.ts';
import { freshBoard } from './virtual/fresh-board.ts';
import { RunningBoard } from './virtual/running-board.ts';
import { parseVirtualUrl } from './virtual/virtual-url.ts';

/** The virtual ESP8266 with given flash contents, which are gone when its port is closed. */
export const virtualBoards: VirtualBoards = {
  openVirtual: async ({ besideOthers = false, ...options }) => {
    if (!besideOthers) return freshBoard(options);
    const { ThreadedBoard } = await import('./virtual/threaded-board.ts');
    return new ThreadedBoard(options);
  },
};

/**
 * The virtual board that `virtual:` names, with flash contents that stay: in the user's cache, or in the file that the
 * URL names. It is switched on when it is opened. Throws `port/unknown`, `port/busy`.
 */
export async function openVirtualPort(url: string, { baudRate }: { baudRate: number }): Promise<Port> {
  const { file, macAddress, flashId, ...target } = parseVirtualUrl(url);
  const path = resolve(file ?? join(cacheDirectory(nodeEnvironment()), 'virtual-board.bin'));
  const kept = await openFlashFile(path);
  return new RunningBoard({
    ...{ ...target, name: url, flash: kept.contents, baudRate },
    macAddress: macAddress ?? macAddressFor(path),
    ...(flashId === undefined ? {} : { flashId }),
    endsWhenHalted: false,
    onClose: (flash, isChanged) => kept.close(flash, isChanged),
  });
}
