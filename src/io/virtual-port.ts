import type { VirtualBoards } from '../host.ts';
import { RunningBoard } from './virtual/running-board.ts';

/** The virtual ESP8266 with given flash contents, which are gone when its port is closed. */
export const virtualBoards: VirtualBoards = {
  openVirtual: (options) =>
    new RunningBoard({
      ...options,
      name: 'virtual:',
      timing: 'none',
      baudRate: undefined,
      faults: [],
      endsWhenHalted: true,
      onClose: () => Promise.resolve(),
    }),
};
