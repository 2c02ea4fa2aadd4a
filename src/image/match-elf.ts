import { memoryAt } from './chip-memory.ts';
import type { Elf } from './elf.ts';
import type { InspectedImage } from './inspect-image.ts';

/**
 * Why an image was not made of this ELF; undefined where it was, as far as the two tell: the same entry, and the
 * same bytes in RAM. What runs from flash is not compared: a v2 image does not hold its address.
 */
export function elfMismatch(image: InspectedImage, elf: Elf): string | undefined {
  if (elf.entry !== image.entry)
    return `the ELF's entry is ${hex(elf.entry)}, the image's ${hex(image.entry)}`;
  for (const { name, address, bytes, isProgram } of elf.sections) {
    if (!isProgram || bytes === undefined || memoryAt(address, bytes.length)?.kind !== 'ram') continue;
    const segment = image.segments.find(
      (one) => address >= one.address && address + bytes.length <= one.address + one.data.length,
    );
    if (segment === undefined) return `the image has nothing for the ELF's ${name} at ${hex(address)}`;
    const start = address - segment.address;
    if (Buffer.compare(bytes, segment.data.subarray(start, start + bytes.length)) !== 0) {
      return `the image differs from the ELF's ${name}`;
    }
  }
  return undefined;
}

function hex(address: number): string {
  return `0x${address.toString(16).padStart(8, '0')}`;
}
