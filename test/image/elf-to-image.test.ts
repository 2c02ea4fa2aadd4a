import { afterAll, describe, expect, it } from 'vitest';
import { elfToImage } from '../../src/image/elf-to-image.ts';
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

describe('an ELF that fits no image', () => {
  const section = (name: string, address: number) => ({
    name,
    address,
    sizeBytes: 4,
    bytes: new Uint8Array(4),
    isProgram: true,
  });
  const elfOf = (...sections: ReturnType<typeof section>[]) => ({ entry: 0x40100000, sections, symbols: [] });

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
