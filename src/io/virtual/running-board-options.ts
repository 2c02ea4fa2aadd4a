import type { BoardOptions } from '../../board/board.ts';
import { TYPICAL_TIME } from '../../board/nor-flash.ts';
import { baudRateError } from '../serial/baud-rate.ts';
import type { VirtualFault } from './faults.ts';

export interface RunningBoardOptions extends Pick<
  BoardOptions,
  'flash' | 'flashSizeBytes' | 'flashId' | 'seed' | 'macAddress'
> {
  name: string;
  /**
   * `real`: bytes take their time on the line, flash its time to erase and program, and the board's clock follows the
   * host's. `none`: everything as fast as it goes; asleep, the board's clock waits for the host's.
   */
  timing: 'none' | 'real';
  /** Of the host's end; undefined: every rate is right. */
  baudRate: number | undefined;
  faults: readonly VirtualFault[];
  /** See `VirtualBoards.openVirtual`; without real timing only. */
  lockStep?: boolean;
  /** The port ends with the program: nobody will press reset. */
  endsWhenHalted: boolean;
  /** Gets the flash contents when the port is closed or pulled. */
  onClose: (flash: Uint8Array, isChanged: boolean) => Promise<void>;
}

/** Those that another thread can be told. */
export type SeparateBoardOptions = Omit<RunningBoardOptions, 'onClose'>;

/** Throws `port/baud-rate` where a fault keeps the line from that rate. */
export function checkBaudRate(
  { name, faults }: Pick<RunningBoardOptions, 'name' | 'faults'>,
  baudRate: number,
  present: number | undefined,
): void {
  const limit = faults.find((fault) => fault.kind === 'baud-limit');
  if (limit === undefined || baudRate <= limit.baudRate) return;
  throw baudRateError(name, baudRate, `it stays at ${present ?? 115_200}`);
}

/** The part of the options that is the board's own; the rest is its line's. */
export function chipOptions(options: RunningBoardOptions): Omit<BoardOptions, 'onUart'> {
  const { faults, flashSizeBytes, timing } = options;
  const small = faults.find((fault) => fault.kind === 'small-flash');
  return {
    ...options,
    ...(timing === 'real' ? { flashTiming: TYPICAL_TIME } : {}),
    flashSizeBytes: small?.sizeBytes ?? flashSizeBytes,
    flashDefects: {
      claimedSizeBytes: flashSizeBytes,
      writeProtected: faults.some(({ kind }) => kind === 'write-protected'),
      wornSectors: faults.flatMap((fault) => (fault.kind === 'worn-sector' ? [fault.address] : [])),
    },
  };
}
