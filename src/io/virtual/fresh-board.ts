import type { SeparateBoardOptions } from './running-board-options.ts';

/** See `VirtualBoards.openVirtual`. */
export interface FreshBoardOptions {
  flash: Uint8Array;
  flashSizeBytes: number;
  seed: number;
  lockStep?: boolean;
}

/** A board whose flash contents are gone when its port is closed. */
export function freshBoardOptions(options: FreshBoardOptions): SeparateBoardOptions {
  return {
    ...options,
    name: 'virtual:',
    timing: 'none',
    baudRate: undefined,
    faults: [],
    endsWhenHalted: true,
  };
}
