import type { Lx106 } from './lx106/cpu.ts';

/** `rst cause` of the boot ROM's banner. */
export const RESET_CAUSES = { 'power-on': 1, external: 2, watchdog: 4 } as const;

export type ResetCause = keyof typeof RESET_CAUSES;

const MAGIC = 0xe9;
const CHECKSUM_SEED = 0xef;
const ROW = 16;

/** `boot mode:(3,x)`: GPIO15 low, GPIO0 and GPIO2 high: from SPI flash. */
export const MODE_FLASH = 3;
/** GPIO0 low: the serial loader. */
export const MODE_UART = 1;

/** The line that the ROM begins with. */
export function banner(cause: ResetCause, mode: number): string {
  return `\r\n ets Jan  8 2013,rst cause:${RESET_CAUSES[cause]}, boot mode:(${mode},6)\r\n\r\n`;
}

/**
 * Loads the image at flash address 0 as the boot ROM does: header, segments into RAM, checksum; tells about it in the
 * ROM's words. False where the ROM would not start it.
 */
export function loadImage(flash: Uint8Array, cpu: Lx106, say: (text: string) => void): boolean {
  const view = new DataView(flash.buffer, flash.byteOffset, flash.byteLength);
  if (flash[0] !== MAGIC) {
    say('ets_main.c 181 \r\n');
    return false;
  }
  let at = 8;
  let checksum = CHECKSUM_SEED;
  for (let left = flash[1]!; left > 0; left--) {
    if (at + 8 > flash.length) return refused(say);
    const [address, length] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    at += 8;
    if (at + length > flash.length) return refused(say);
    for (let offset = 0; offset < length; offset += 4) {
      cpu.store32((address + offset) >>> 0, view.getInt32(at + offset, true));
    }
    for (let offset = 0; offset < length; offset++) checksum ^= flash[at + offset]!;
    at += length;
    say(`load 0x${address.toString(16).padStart(8, '0')}, len ${length}, room ${ROW - (at % ROW)} \r\n`);
  }
  const stored = flash[at - (at % ROW) + ROW - 1]!;
  say(`tail ${at % ROW}\r\nchksum 0x${stored.toString(16).padStart(2, '0')}\r\n`);
  if (stored !== checksum) return refused(say);
  say(`csum 0x${checksum.toString(16).padStart(2, '0')}\r\n`);
  cpu.pc = view.getUint32(4, true);
  return true;
}

function refused(say: (text: string) => void): false {
  say('csum err\r\nets_main.c 181 \r\n');
  return false;
}
