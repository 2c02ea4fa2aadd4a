import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { elfToImage } from '../../src/image/elf-to-image.ts';
import { readElf } from '../../src/image/elf.ts';
import { inspectImage } from '../../src/image/inspect-image.ts';
import { LAYOUT_NAMES, linkedElf, removeLinkedElves } from '../support/linked-elf.ts';

const FLASH = { mode: 'dio', size: '2MB', frequency: '40m' } as const;

afterAll(removeLinkedElves);

describe.each(LAYOUT_NAMES)('an ELF of the real linker: %s', (name) => {
  const { elf } = linkedElf(name);
  const isForSector = name === 'no data, at a sector';

  it.each([1, 2, 3] as const)('is sound as version %i', (version) => {
    for (const { holds, bytes } of elfToImage(elf, { version, flash: FLASH })) {
      if (holds === 'resident') continue;
      const read = inspectImage(bytes);
      expect(read).toMatchObject({ version, flash: FLASH, trailingBytes: 0, findings: [] });
      expect([read.crc32?.valid, read.sha256?.valid]).toEqual([
        version === 2 ? true : undefined,
        version === 3 ? true : undefined,
      ]);
    }
  });

  it('belongs where its link says', () => {
    const places = ([1, 2, 3] as const).map((version) =>
      elfToImage(elf, { version, flash: FLASH }).map(({ holds, flashAddress }) => [holds, flashAddress]),
    );
    const resident = isForSector ? 0x10000 : 0x10010;
    expect(places).toEqual([
      [
        ['ram', 0],
        ['resident', resident],
      ],
      [['application', 0x10000]],
      [['application', 0x10000]],
    ]);
  });

  it('is warned of where it would not run', () => {
    const warnings = ([1, 2, 3] as const).map((version) =>
      elfToImage(elf, { version, flash: FLASH }).flatMap((file) => file.warnings),
    );
    const expected = isForSector ? [expect.stringContaining('linked at 0x40210000')] : [];
    expect(warnings).toEqual([[], expected, expected]);
  });
});

describe('a damaged ELF', () => {
  const bytes = readFileSync(linkedElf('flash before RAM, and in two parts').path);
  const interesting = fc.constantFrom(0, 1, 0x7fffffff, 0xfffffff0, 0xffffffff, 0x40200000, 0x1000000);
  /** Header, section headers: where sizes, counts and offsets are. */
  const place = fc.oneof(
    fc.nat(51),
    fc.integer({ min: bytes.readUInt32LE(32), max: bytes.length - 4 }),
    fc.nat(bytes.length - 4),
  );

  it('becomes an image or is refused', () => {
    const changes = fc.array(fc.tuple(place, fc.oneof(interesting, fc.nat())), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(changes, fc.constantFrom(1, 2, 3), (list, version) => {
        const damaged = Buffer.from(bytes);
        for (const [at, value] of list) damaged.writeUInt32LE(value, at);
        try {
          const files = elfToImage(readElf(damaged), { version: version, flash: FLASH });
          for (const file of files) expect(file.bytes.length).toBeLessThan(2 * bytes.length);
        } catch (error) {
          expect(error).toMatchObject({ code: 'image/invalid' });
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('whose sections are many views of one is refused before they are copied', () => {
    const whole = {
      name: 'a',
      address: 0x40200010,
      sizeBytes: 2 ** 20,
      bytes: new Uint8Array(2 ** 20),
      isProgram: true,
    };
    const elf = { entry: 0, sections: Array.from({ length: 60_000 }, () => whole), symbols: [] };
    expect(() => elfToImage(elf, { version: 1, flash: FLASH })).toThrow(
      expect.objectContaining({
        code: 'image/invalid',
        message: expect.stringContaining('no flash has more') as string,
      }),
    );
  });
});

describe('an ELF by hand', () => {
  const section = (name: string, address: number) => ({
    name,
    address,
    sizeBytes: 4,
    bytes: new Uint8Array(4),
    isProgram: true,
  });
  const elfOf = (...sections: ReturnType<typeof section>[]) => ({ entry: 0x40100000, sections, symbols: [] });

  it('but one that keeps room for a segment header has it there', () => {
    // .flash.rodata begins with 8 free bytes; at the border of two ranges the two are not merged.
    const text = {
      ...section('.flash.text', 0x40200010),
      sizeBytes: 0x1000,
      bytes: new Uint8Array(0x1000).fill(1),
    };
    const rodata = {
      ...section('.flash.rodata', 0x40201010),
      sizeBytes: 12,
      bytes: new Uint8Array(12).fill(2, 8),
    };
    const [file] = elfToImage(elfOf(text, rodata), { version: 3, flash: FLASH });
    const { segments } = inspectImage(file!.bytes);
    expect(file!.warnings).toEqual([]);
    expect(segments.map(({ fileOffset, data }) => [fileOffset, data.length, data.at(-1)])).toEqual([
      [0x10, 0x1000, 1],
      [0x1018, 4, 2],
    ]);
  });

  it.each([
    ['nothing in it', elfOf(), 1, /no section/],
    [
      'two pieces in flash',
      elfOf(section('a', 0x40210000), section('b', 0x40220000)),
      1,
      /a at 0x40210000, b at/,
    ],
    ['nothing in flash, as v2', elfOf(section('a', 0x40100000)), 2, /nothing of it is linked into the flash/],
  ] as const)('is refused: %s', (_, elf, version, message) => {
    expect(() => elfToImage(elf, { version, flash: FLASH })).toThrow(
      expect.objectContaining({ code: 'image/invalid', message: expect.stringMatching(message) as string }),
    );
  });
});
