import fc from 'fast-check';
import {
  FLASH_FREQUENCIES,
  FLASH_MODES,
  FLASH_SIZES,
  type FlashParameters,
} from '../../src/image/flash-parameters.ts';
import { elfToImage } from '../../src/image/elf-to-image.ts';
import type { Elf } from '../../src/image/elf.ts';
import type { ImageV1, Segment } from '../../src/image/image-v1.ts';

const names = <T extends string>(table: Readonly<Record<T, number>>) =>
  fc.constantFrom(...(Object.keys(table) as T[]));

export const anyFlashParameters: fc.Arbitrary<FlashParameters> = fc.record({
  mode: names(FLASH_MODES),
  size: names(FLASH_SIZES),
  frequency: names(FLASH_FREQUENCIES),
});

const words = fc
  .array(fc.nat(0xffffffff), { maxLength: 20 })
  .map((values) => new Uint8Array(Uint32Array.from(values).buffer));

/** In RAM, or anywhere below the flash window: sound or not. */
const segment: fc.Arbitrary<Segment> = fc.record({ address: fc.nat(0x401fffff), data: words });

/** What the writer of v1 images takes. */
export const anyImage: fc.Arbitrary<ImageV1> = fc.record({
  entry: fc.nat(0xffffffff),
  flash: anyFlashParameters,
  segments: fc.array(segment, { maxLength: 16 }),
});

const section = (name: string, address: fc.Arbitrary<number>) =>
  fc.record({ address, bytes: words.filter(({ length }) => length > 0) }).map(({ address: at, bytes }) => ({
    name,
    address: at,
    sizeBytes: bytes.length,
    bytes,
    isProgram: true,
  }));

/** Linked for any version: IRAM with the entry, data, and code in flash 16 bytes behind a sector's start. */
export const soundElf: fc.Arbitrary<Elf> = fc
  .record({
    iram: section('.text', fc.constant(0x40100000)),
    data: section('.data', fc.constant(0x3ffe8000)),
    flash: section(
      '.irom0.text',
      fc.nat(0xe0).map((sector) => 0x40200010 + sector * 0x1000),
    ),
  })
  .map(({ iram, data, flash }) => ({ entry: 0x40100000, sections: [iram, data, flash], symbols: [] }));

/** Code that refers to itself a hundred times, linked at `link`, with a little of it in RAM. */
function program(link: number, length: number): Elf {
  const pointers = (bytes: Buffer, count: number) => {
    for (let index = 0; index < count; index++) {
      bytes.writeUInt32LE(link + ((index * 2741) % length), index * 16);
    }
    return bytes;
  };
  const placed = (name: string, address: number, data: Buffer) => ({
    name,
    address,
    sizeBytes: data.length,
    bytes: data,
    isProgram: true,
  });
  return {
    entry: 0x40100000,
    sections: [
      placed('.text', 0x40100000, pointers(Buffer.alloc(256), 16)),
      placed('.irom0.text', link, pointers(Buffer.alloc(length), 100)),
    ],
    symbols: [],
  };
}

const PROGRAM_FLASH = { mode: 'dio', size: '4MB', frequency: '40m' } as const;

/** An application image of a program linked at `link`. */
export function application(link: number, length: number, version: 2 | 3): Uint8Array {
  return elfToImage(program(link, length), { version, flash: PROGRAM_FLASH })[0]!.bytes;
}

/** A program linked at `link` as the image for the boot ROM, and its code in flash. */
export function imagePair(link: number, length: number): { ram: Uint8Array; resident: Uint8Array } {
  const [ram, resident] = elfToImage(program(link, length), { version: 1, flash: PROGRAM_FLASH });
  return { ram: ram!.bytes, resident: resident!.bytes };
}
