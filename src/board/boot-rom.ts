import { isLoadable } from './memory-map.ts';

/** `rst cause` of the boot ROM's banner (RTOS_SDK: rtc_register.h). */
export const RESET_CAUSES = { 'power-on': 1, external: 2, software: 3, watchdog: 4 } as const;

export type ResetCause = keyof typeof RESET_CAUSES;

/** `boot mode:(3,x)`: GPIO15 low, GPIO0 and GPIO2 high: from SPI flash. */
export const MODE_FLASH = 3;
/** GPIO0 low: the serial loader. */
export const MODE_UART = 1;
/** `boot mode:(x,6)`: strapping of the SDIO pins, as modules have it. */
export const SDIO_MODE = 6;

const MAGIC = 0xe9;
const HEADER_BYTES = 8;
const SEGMENT_HEADER_BYTES = 8;
const CHECKSUM_SEED = 0xef;
/** The ROM reads flash by blocks of this size. */
const BLOCK = 16;

interface Segment {
  address: number;
  data: Uint8Array;
}

/** What the boot ROM makes of flash address 0. */
export interface BootPlan {
  /** To be copied in this order, also where the image is then refused. */
  segments: readonly Segment[];
  /** What it prints. */
  text: string;
  outcome: { kind: 'start'; entry: number } | { kind: 'refused' } | { kind: 'fault'; address: number };
}

/** The lines that the ROM begins with. */
export function banner(cause: ResetCause, mode: number): string {
  const first = `\r\n ets Jan  8 2013,rst cause:${RESET_CAUSES[cause]}, boot mode:(${mode},${SDIO_MODE})\r\n\r\n`;
  return cause === 'watchdog' ? `${first}wdt reset\r\n` : first;
}

/**
 * Reads the image at flash address 0 as the boot ROM does: header 0xE9, segments for RAM, then at the end of a row of
 * 16 bytes the XOR of all their bytes with 0xEF (esptool's documentation, «Firmware image format»).
 *
 * Its texts are those of boot logs in the field: `room` is what is left of the block of 16 bytes that the segment's
 * header was read with, `tail` what of the segment lies in its last block, the line `ho` comes where a segment's
 * header runs over two blocks. `chksum` counts up over the segments, and `csum` repeats it: both are what was
 * computed, not what is stored.
 */
export function planBoot(flash: Uint8Array): BootPlan {
  const view = new DataView(flash.buffer, flash.byteOffset, flash.byteLength);
  if (flash[0] !== MAGIC) return { segments: [], text: REFUSED, outcome: { kind: 'refused' } };
  const segments: Segment[] = [];
  const blocks = new BlockReader();
  let text = '';
  let checksum = CHECKSUM_SEED;
  let at = HEADER_BYTES;
  for (let left = flash[1]!; left > 0; left--) {
    if (at + SEGMENT_HEADER_BYTES > flash.length) return { segments, text, outcome: { kind: 'refused' } };
    const [address, length] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    at += SEGMENT_HEADER_BYTES;
    text += blocks.header(address, length);
    const data = flash.subarray(at, at + length);
    if (data.length < length || !isLoadable(address, length)) {
      if (length > 0) return { segments, text, outcome: { kind: 'fault', address } };
    } else segments.push({ address, data });
    for (const byte of data) checksum ^= byte;
    at += length;
    text += `${blocks.body(length)}chksum ${hex2(checksum)}\r\n`;
  }
  text += `csum ${hex2(checksum)}\r\n`;
  const stored = flash[at - (at % BLOCK) + BLOCK - 1];
  if (stored !== checksum)
    return { segments, text: `${text}csum err\r\n${REFUSED}`, outcome: { kind: 'refused' } };
  return { segments, text, outcome: { kind: 'start', entry: view.getUint32(4, true) } };
}

/** Copies segments word by word, as the ROM does: what stands behind the end of the last word is overwritten too. */
export function storeSegments(
  ram: { store32(address: number, word: number): void },
  segments: BootPlan['segments'],
): void {
  for (const { address, data } of segments) {
    const padded = new Uint8Array(data.length + 3);
    padded.set(data);
    const words = new DataView(padded.buffer);
    for (let at = 0; at < data.length; at += 4) ram.store32((address + at) >>> 0, words.getInt32(at, true));
  }
}

const REFUSED = 'ets_main.c \r\n';

/** Where the ROM's loader is within its blocks. */
class BlockReader {
  #offset = HEADER_BYTES;
  #room = BLOCK;
  #tail = 0;
  #isFirst = true;

  header(address: number, length: number): string {
    const before = BLOCK - this.#offset;
    const runsOver = before > 0 && before < SEGMENT_HEADER_BYTES;
    const over = runsOver ? `ho ${this.#offset - this.#tail} tail ${this.#tail} room ${before}\r\n` : '';
    this.#offset = ((this.#offset + SEGMENT_HEADER_BYTES - 1) % BLOCK) + 1;
    this.#room = this.#isFirst ? BLOCK : BLOCK - this.#offset;
    if (this.#isFirst) this.#offset = 0;
    this.#isFirst = false;
    return `${over}load 0x${address.toString(16).padStart(8, '0')}, len ${length}, room ${this.#room} \r\n`;
  }

  body(length: number): string {
    this.#tail = length > this.#room ? (length - this.#room) % BLOCK : 0;
    this.#offset = length > this.#room ? this.#tail : (this.#offset + length) % BLOCK;
    return `tail ${this.#tail}\r\n`;
  }
}

function hex2(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`;
}
