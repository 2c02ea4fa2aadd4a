import { RunningBoard } from './running-board.ts';

/** See `VirtualBoards.openVirtual`. */
export interface FreshBoardOptions {
  flash: Uint8Array;
  flashSizeBytes: number;
  seed: number;
  lockStep?: boolean;
}

/** A board whose flash contents are gone when its port is closed. */
export function freshBoard(options: FreshBoardOptions): RunningBoard {
  return new RunningBoard({
    ...options,
    name: 'virtual:',
    timing: 'none',
    baudRate: undefined,
    faults: [],
    endsWhenHalted: true,
    onClose: () => Promise.resolve(),
  });
}
