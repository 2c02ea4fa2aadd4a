import { createHash } from 'node:crypto';
import { EspawsError } from '../errors.ts';
import { concatBytes, padTo } from './bytes.ts';
import { FLASH_BANK_BYTES, FLASH_WINDOW } from './chip-memory.ts';
import { elfSegments, type ElfSegment } from './elf-segments.ts';
import type { Elf } from './elf.ts';
import { flashBytes, type FlashParameters } from './flash-parameters.ts';
import { writeImage } from './image-v1.ts';
import {
  HEADER_BYTES,
  imageCrc32,
  IMAGE_V2_COUNT,
  IMAGE_V2_MAGIC,
  SEGMENT_HEADER_BYTES,
} from './image-format.ts';

export interface ElfToImageOptions {
  version: 1 | 2 | 3;
  flash: FlashParameters;
}

export interface ImageFile {
  /** What it is: `ram` for the boot ROM, `resident` raw code of a v1 pair, `application` whole. */
  holds: 'ram' | 'resident' | 'application';
  /** Where its link says that it belongs. */
  flashAddress: number;
  bytes: Uint8Array;
  /** Why it would not run, for an ELF that was not linked for such an image. */
  warnings: readonly string[];
}

const SECTOR_BYTES = 0x1000;
/** The section that begins with room for its segment's header. */
const PLACEHOLDER_SECTION = '.flash.rodata';
/** In a v2 or v3 image the first flash-resident byte comes behind the header and its segment's. */
const RESIDENT_OFFSET = HEADER_BYTES + SEGMENT_HEADER_BYTES;

/**
 * A linked ELF as the files that are flashed. Throws `image/invalid` for an ELF that no such image can hold. Source:
 * «Firmware Image Format» and `elf2image` in esptool's documentation, whose layout this is.
 */
export function elfToImage(elf: Elf, { version, flash }: ElfToImageOptions): ImageFile[] {
  const segments = elfSegments(elf);
  if (segments.length === 0) throw invalid('it has no section with contents', 'Name a linked firmware ELF.');
  if (version === 1) return versionOne(elf.entry, segments, flash);
  return [version === 2 ? versionTwo(elf.entry, segments, flash) : versionThree(elf.entry, segments, flash)];
}

/** The RAM image for address 0, and what runs from flash as it is. */
function versionOne(entry: number, segments: readonly ElfSegment[], flash: FlashParameters): ImageFile[] {
  const resident = onlyResident(segments);
  const ram: ImageFile = {
    holds: 'ram',
    flashAddress: 0,
    bytes: writeImage({ entry, flash, segments: segments.filter((one) => one !== resident) }),
    warnings: [],
  };
  if (resident === undefined) return [ram];
  return [
    ram,
    { holds: 'resident', flashAddress: resident.address - FLASH_WINDOW, bytes: resident.data, warnings: [] },
  ];
}

/** Header and resident segment, with load address 0 and whole rows of 16; a v1 image; CRC-32 of all. */
function versionTwo(entry: number, segments: readonly ElfSegment[], flash: FlashParameters): ImageFile {
  const resident = onlyResident(segments);
  if (resident === undefined) {
    throw invalid(
      'nothing of it is linked into the flash window',
      'A v2 image begins with that: use --version 1.',
    );
  }
  const data = padTo(resident.data, 16);
  const head = new Uint8Array(RESIDENT_OFFSET);
  head.set([IMAGE_V2_MAGIC, IMAGE_V2_COUNT, ...flashBytes(flash)]);
  const view = new DataView(head.buffer);
  view.setUint32(4, entry, true);
  view.setUint32(HEADER_BYTES + 4, data.length, true);
  const ram = writeImage({ entry, flash, segments: segments.filter((one) => one !== resident) });
  const body = concatBytes([head, data, ram]);
  const crc = new Uint8Array(4);
  new DataView(crc.buffer).setUint32(0, imageCrc32(body), true);
  return {
    holds: 'application',
    flashAddress: sectorOf(resident.address - FLASH_WINDOW),
    bytes: concatBytes([body, crc]),
    warnings: linkWarnings([resident]),
  };
}

/** Flash segments by address, RAM segments by address, checksum, SHA-256 of all. */
function versionThree(entry: number, segments: readonly ElfSegment[], flash: FlashParameters): ImageFile {
  const sorted = [...segments].sort((left, right) => left.address - right.address);
  const resident = sorted.filter(isResident).map(withoutPlaceholder);
  const ram = sorted.filter((segment) => !isResident(segment));
  const body = writeImage({ entry, flash, segments: [...resident, ...ram] });
  const first = resident[0];
  return {
    holds: 'application',
    flashAddress: first === undefined ? 0 : sectorOf(first.address - FLASH_WINDOW),
    bytes: concatBytes([body, createHash('sha256').update(body).digest()]),
    warnings: linkWarnings(resident),
  };
}

/** The SDK's linker script keeps 8 bytes free at the start of .flash.rodata: the segment's header comes there. */
function withoutPlaceholder(segment: ElfSegment): ElfSegment {
  return segment.name === PLACEHOLDER_SECTION
    ? { ...segment, data: segment.data.subarray(SEGMENT_HEADER_BYTES) }
    : segment;
}

/** The cache maps flash as it is: each flash segment must be linked where it comes in the file. */
function linkWarnings(resident: readonly ElfSegment[]): string[] {
  const first = resident[0];
  if (first === undefined) return [];
  const warnings: string[] = [];
  if ((first.address - RESIDENT_OFFSET) % SECTOR_BYTES !== 0) {
    warnings.push(
      `${first.name} is linked at ${hex(first.address)}; it comes ${RESIDENT_OFFSET} bytes behind the start of a sector, where it does not run.`,
    );
  }
  let fileOffset = 0;
  for (const { name, address, data } of resident) {
    const seen = first.address + fileOffset - (name === PLACEHOLDER_SECTION ? SEGMENT_HEADER_BYTES : 0);
    if (address !== seen && address !== first.address) {
      warnings.push(
        `${name} is linked at ${hex(address)}; in the image it comes at ${hex(seen)}, where it does not run.`,
      );
    }
    fileOffset += data.length + SEGMENT_HEADER_BYTES;
  }
  return warnings;
}

function onlyResident(segments: readonly ElfSegment[]): ElfSegment | undefined {
  const resident = segments.filter(isResident);
  if (resident.length <= 1) return resident[0];
  const names = resident.map(({ name, address }) => `${name} at ${hex(address)}`);
  throw invalid(
    `${resident.length} separate pieces are linked into the flash window (${names.join(', ')})`,
    'Let the linker script put them next to each other.',
  );
}

function isResident({ address }: ElfSegment): boolean {
  return address >= FLASH_WINDOW && address < FLASH_WINDOW + FLASH_BANK_BYTES;
}

function hex(address: number): string {
  return `0x${address.toString(16)}`;
}

function sectorOf(flashAddress: number): number {
  return flashAddress - (flashAddress % SECTOR_BYTES);
}

function invalid(reason: string, hint: string): EspawsError {
  return new EspawsError(`The ELF cannot become an image: ${reason}.`, { code: 'image/invalid', hint });
}
