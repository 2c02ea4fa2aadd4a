import { EspawsError } from '../errors.ts';
import { padTo } from './bytes.ts';
import type { Elf, ElfSection } from './elf.ts';
import type { FlashParameters } from './flash-parameters.ts';
import { writeImage } from './image-v1.ts';
import { mergeRegions } from './merge.ts';

/** A range of memory that firmware may be linked into. */
export interface MemoryRegion {
  name: string;
  base: number;
  sizeBytes: number;
  /** `ram`: loaded by the boot ROM from the image at flash 0; `flash`: mapped, raw in flash. */
  kind: 'ram' | 'flash';
}

export interface FlashLayout {
  /** Address at which flash offset 0 is mapped. */
  windowBase: number;
  /** Offset of the flash-resident part; the image at 0 must end before it. */
  residentOffset: number;
  parameters: FlashParameters;
}

/** What the firmware occupies, in bytes. */
export interface ImageSizes {
  /** Everything that is stored in flash: code, constants and the initial values of data. */
  flashBytes: number;
  iramBytes: number;
  /** .data and .bss. */
  dramBytes: number;
  regions: readonly { name: string; usedBytes: number; sizeBytes: number }[];
}

export interface FirmwareImage {
  /** Flash contents from address 0 to the end of the last part, gaps as erased flash (0xFF). */
  flash: Uint8Array;
  parts: readonly { name: string; offset: number; bytes: Uint8Array }[];
  sizes: ImageSizes;
}

/** Lays a linked bench firmware out in flash. Throws `image/invalid` where a section lies outside every region. */
export function buildBenchImage(
  elf: Elf,
  { regions, layout }: { regions: readonly MemoryRegion[]; layout: FlashLayout },
): FirmwareImage {
  const placed = elf.sections.map((section) => ({ section, region: regionOf(section, regions) }));
  const ram = placed.filter(({ region, section }) => region.kind === 'ram' && section.bytes !== undefined);
  const boot = writeImage({
    entry: elf.entry,
    flash: layout.parameters,
    segments: ram.map(({ section }) => ({ address: section.address, data: padTo(section.bytes!, 4) })),
  });
  if (boot.length > layout.residentOffset) {
    throw new EspawsError(
      `The RAM image has ${boot.length} bytes; the flash-resident part begins at ${layout.residentOffset}.`,
      { code: 'image/invalid', hint: 'Move code from IRAM to flash.' },
    );
  }
  const resident = placed.filter(
    ({ region, section }) => region.kind === 'flash' && section.bytes !== undefined,
  );
  const parts = [
    { name: 'boot', offset: 0, bytes: boot },
    ...resident.map(({ section }) => ({
      name: section.name,
      offset: section.address - layout.windowBase,
      bytes: section.bytes!,
    })),
  ];
  return {
    flash: mergeRegions(parts.map(({ name, offset, bytes }) => ({ name, address: offset, data: bytes }))),
    parts,
    sizes: sizesOf(placed, regions),
  };
}

interface Placed {
  section: ElfSection;
  region: MemoryRegion;
}

function regionOf({ name, address, sizeBytes }: ElfSection, regions: readonly MemoryRegion[]): MemoryRegion {
  const region = regions.find(
    ({ base, sizeBytes: size }) => address >= base && address + sizeBytes <= base + size,
  );
  if (region !== undefined) return region;
  throw new EspawsError(`Section ${name} at 0x${address.toString(16)} lies outside every memory region.`, {
    code: 'image/invalid',
    hint: `Regions: ${regions.map((one) => one.name).join(', ')}.`,
  });
}

function sizesOf(placed: readonly Placed[], regions: readonly MemoryRegion[]): ImageSizes {
  const used = (name: string) =>
    placed.reduce((sum, { section, region }) => sum + (region.name === name ? section.sizeBytes : 0), 0);
  return {
    flashBytes: placed.reduce((sum, { section }) => sum + (section.bytes?.length ?? 0), 0),
    iramBytes: used('iram'),
    dramBytes: used('dram'),
    regions: regions.map(({ name, sizeBytes }) => ({ name, usedBytes: used(name), sizeBytes })),
  };
}
