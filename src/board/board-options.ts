import type { UnknownAccesses } from './devices/bus.ts';
import type { Fault } from './fault.ts';
import type { FlashDefects, FlashTiming } from './nor-flash.ts';

export interface BoardOptions {
  /** Flash contents from address 0; the rest is erased. */
  flash: Uint8Array;
  flashSizeBytes: number;
  /** Of the random register; the same seed, image and bytes give the same run. */
  seed?: number;
  /** Six bytes. */
  macAddress?: readonly number[];
  /** How long the flash is busy; default: no time passes. */
  flashTiming?: FlashTiming;
  /** JEDEC identification, manufacturer in the highest of its three bytes (`0xef4016`); default: a Winbond of that size. */
  flashId?: number;
  flashDefects?: FlashDefects;
  /** Lets flash and instruction RAM take bytes and halfwords, which on the chip raise LoadStoreError. */
  allowByteAccessToFlash?: boolean;
  /** What UART0 sends; `baudRate` is what its divider gives at the clock of that time. */
  onUart: (bytes: Uint8Array, baudRate: number) => void;
}

export type RunStatus =
  | { kind: 'running' }
  /** WAITI: until a byte comes, or `advance` brings a timer or the watchdog. */
  | { kind: 'idle'; wakeInCycles?: number }
  /** RTS holds the chip in reset. */
  | { kind: 'held' }
  /** In the ROM's serial loader, until bytes come. */
  | { kind: 'download' }
  | { kind: 'fault'; fault: Fault }
  /** The ROM did not start the image. */
  | { kind: 'halted' };

export interface BoardStats {
  /** Accesses to registers that the board does not model, by address. */
  unknown: UnknownAccesses;
  /** Resets so far, power-on included. */
  resets: number;
}
