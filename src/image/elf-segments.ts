import { EspawsError } from '../errors.ts';
import { concatBytes, padTo } from './bytes.ts';
import { LARGEST_FLASH_BYTES } from './chip-memory.ts';
import type { Elf } from './elf.ts';

/** What of an ELF goes into an image as one piece. */
export interface ElfSegment {
  /** Of its first section. */
  name: string;
  address: number;
  /** A whole number of words. */
  data: Uint8Array;
}

/** Borders that sections are not merged across: the memory map of esptool's image tool for the ESP8266. */
const MERGE_RANGES: readonly (readonly [from: number, to: number])[] = [
  [0x3ff00000, 0x3ff00010],
  [0x3ffe8000, 0x40000000],
  [0x40100000, 0x40108000],
  [0x40201010, 0x402e1010],
];

/**
 * The sections that hold the program, in the ELF's order, each filled up to whole words; neighbours in one memory
 * become one piece. What has no address is not for the chip. Throws `image/invalid` for more than any flash holds.
 */
export function elfSegments({ sections }: Elf): ElfSegment[] {
  const totalBytes = sections.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
  if (totalBytes > LARGEST_FLASH_BYTES) {
    throw new EspawsError(
      `The ELF's sections have ${totalBytes} bytes; no flash has more than ${LARGEST_FLASH_BYTES}.`,
      {
        code: 'image/invalid',
        hint: 'Name a firmware ELF for the ESP8266.',
      },
    );
  }
  const segments: { name: string; address: number; parts: Uint8Array[]; end: number }[] = [];
  for (const { name, address, bytes, isProgram } of sections) {
    if (!isProgram || bytes === undefined || address === 0) continue;
    const data = padTo(bytes, 4);
    const last = segments.at(-1);
    if (last?.end === address && rangeOf(last.address) === rangeOf(address)) {
      last.parts.push(data);
      last.end += data.length;
    } else {
      segments.push({ name, address, parts: [data], end: address + data.length });
    }
  }
  return segments.map(({ name, address, parts }) => ({ name, address, data: concatBytes(parts) }));
}

/** Index of the memory an address is in; -1 outside of all. */
function rangeOf(address: number): number {
  return MERGE_RANGES.findIndex(([from, to]) => address >= from && address < to);
}
