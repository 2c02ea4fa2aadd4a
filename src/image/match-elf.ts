import { memoryAt } from './chip-memory.ts';
import type { Elf } from './elf.ts';
import type { InspectedImage, InspectedSegment } from './inspect-image.ts';

/**
 * Why an image was not made of this ELF; undefined where it was, as far as the two tell: the same entry and the same
 * bytes. What runs from flash is in a file of its own beside a v1 image, and is not compared then.
 */
export function elfMismatch(image: InspectedImage, elf: Elf): string | undefined {
  if (elf.entry !== image.entry)
    return `the ELF's entry is ${hex(elf.entry)}, the image's ${hex(image.entry)}`;
  const segments = placedSegments(image, elf);
  for (const { name, address, bytes, isProgram } of elf.sections) {
    const memory = memoryAt(address, bytes?.length ?? 0);
    if (!isProgram || bytes === undefined || memory === undefined) continue;
    const segment = segments.find(
      (one) => address >= one.address && address + bytes.length <= one.address + one.data.length,
    );
    if (segment === undefined) {
      if (memory.kind === 'ram') return `the image has nothing for the ELF's ${name} at ${hex(address)}`;
      continue;
    }
    const start = address - segment.address;
    if (Buffer.compare(bytes, segment.data.subarray(start, start + bytes.length)) !== 0) {
      return `the image differs from the ELF's ${name}`;
    }
  }
  return undefined;
}

/** The resident segment of a v2 image has no address: it begins with the first that the ELF has in flash. */
function placedSegments({ segments }: InspectedImage, { sections }: Elf): readonly InspectedSegment[] {
  const inFlash = sections.filter(
    ({ address, isProgram }) => isProgram && memoryAt(address, 1)?.kind === 'flash',
  );
  const base = Math.min(...inFlash.map(({ address }) => address));
  return segments.map((segment) =>
    segment.placement === 'resident' && segment.address === 0 ? { ...segment, address: base } : segment,
  );
}

function hex(address: number): string {
  return `0x${address.toString(16).padStart(8, '0')}`;
}
