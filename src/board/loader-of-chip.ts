import type { Chip } from './chip.ts';
import { Raised } from './lx106/machine.ts';
import type { FlashTiming, NorFlash } from './nor-flash.ts';
import { RomLoader, type LoaderTarget } from './rom-loader.ts';
import { eraseArea } from './rom/flash-functions.ts';

/** The boot ROM programs so many bytes with one command of the flash chip. */
const PROGRAM_BYTES = 32;

interface BoardActions extends Pick<LoaderTarget, 'start' | 'boot'> {
  /** Lets so many microseconds pass. */
  advance(microseconds: number): void;
}

/** The serial loader, acting on a chip and its flash. */
export function loaderOf(
  { cpu, uart0 }: Chip,
  flash: NorFlash,
  timing: FlashTiming,
  board: BoardActions,
): RomLoader {
  const target: LoaderTarget = {
    read: (address) => attempt(() => cpu.load32(address)),
    write: (address, value) => {
      attempt(() => {
        cpu.store32(address, value);
      });
    },
    delay: (microseconds) => {
      board.advance(microseconds);
    },
    eraseArea: (address, sizeBytes) => {
      const us = eraseArea(flash, address, sizeBytes, timing);
      if (us !== undefined) board.advance(us);
      return us !== undefined;
    },
    program: (address, data) => {
      if (address + data.length > flash.sizeBytes) return undefined;
      flash.program(address, data);
      board.advance(Math.ceil(data.length / PROGRAM_BYTES) * timing.programUs);
      return flash.read(address, data.length);
    },
    start: (entry) => {
      board.start(entry);
    },
    boot: () => {
      board.boot();
    },
  };
  return new RomLoader(target, (bytes) => {
    for (const byte of bytes) uart0.transmit(byte);
  });
}

/** Undefined where the CPU would have raised an exception. */
function attempt<T>(access: () => T): T | undefined {
  try {
    return access();
  } catch (error) {
    if (error instanceof Raised) return undefined;
    throw error;
  }
}
