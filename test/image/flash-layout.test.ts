import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkLayout } from '../../src/image/flash-layout.ts';
import { layoutOf, loadFlashMaps } from '../../src/image/flash-maps.ts';
import { mergeRegions } from '../../src/image/merge.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { application, imagePair } from '../support/images.ts';

const MB = 0x100000;
const region = (name: string, address: number, length: number) => ({
  name,
  address,
  data: new Uint8Array(length).fill(address >> 12),
});
const refusal = (message: RegExp, hint = /./) =>
  expect.objectContaining({
    code: 'flash/layout',
    message: expect.stringMatching(message) as string,
    hint: expect.stringMatching(hint) as string,
  }) as Error;

describe('a layout', () => {
  it.each([
    ['is right', [region('a', 0, 0x1000), region('b', 0x1000, 0x1000)]],
    ['has empty files', [region('a', 0, 0x1000), region('b', 0x800, 0), region('c', 0x1000, 4)]],
    ['ends with the flash', [region('a', MB - 4, 4)]],
    ['is empty', []],
  ])('%s', (_, regions) => {
    expect(() => {
      checkLayout(regions, MB);
    }).not.toThrow();
  });

  it.each([
    [
      'overlap',
      [region('b', 0x1000, 4), region('a', 0, 0x1001)],
      /"a" \(0x00000 to 0x01001\) overlaps "b" at 0x01000/,
      /1 bytes too many/,
    ],
    ['one place', [region('a', 0, 4), region('b', 0, 4)], /overlaps/, /Leave one of them out/],
    [
      'beyond the flash',
      [region('a', MB - 4, 8)],
      /"a" ends at 0x100004, beyond the flash of 1 MB/,
      /4 too many/,
    ],
    ['behind the flash', [region('a', MB, 8)], /beyond the flash/, /below 0x100000/],
    ['before the flash', [region('a', -4, 8)], /beyond the flash/, /./],
  ])('is refused: %s', (_, regions, message, hint) => {
    expect(() => {
      checkLayout(regions, MB);
    }).toThrow(refusal(message, hint));
  });

  it('is refused exactly where two regions share a byte or one leaves the flash', () => {
    const spans = fc.array(fc.record({ address: fc.nat(200), length: fc.nat(60) }), { maxLength: 6 });
    fc.assert(
      fc.property(spans, (list) => {
        const bytes = list.flatMap(({ address, length }) =>
          Array.from({ length }, (_, index) => address + index),
        );
        const isRight =
          new Set(bytes).size === bytes.length &&
          list.every(({ address, length }) => address + length <= 220);
        const check = () => {
          checkLayout(
            list.map(({ address, length }, index) => region(`${index}`, address, length)),
            220,
          );
        };
        if (isRight) expect(check).not.toThrow();
        else expect(check).toThrow(refusal(/./));
      }),
    );
  });
});

describe.each([2, 3] as const)('an application, version %i', (version) => {
  const app = application(0x40210010, 0x8000, version);
  const at = (address: number) => [{ name: 'app.bin', address, data: app }];

  it.each([0x10000, 0x110000, 0x310000])('runs where its link says, in any bank: 0x%x', (address) => {
    expect(() => {
      checkLayout(at(address), 4 * MB);
    }).not.toThrow();
  });

  it.each([0x1000, 0x81000, 0x20000])('is refused elsewhere: 0x%x', (address) => {
    expect(() => {
      checkLayout(at(address), 4 * MB);
    }).toThrow(refusal(/"app.bin" was built for another place: .*0x4021.*, but at flash/));
  });

  it('is refused where the boot ROM would load it', () => {
    const first = application(0x40200010, 0x8000, version);
    expect(() => {
      checkLayout([{ name: 'app.bin', address: 0, data: first }], 4 * MB);
    }).toThrow(refusal(/boot ROM loads what is at 0x00000 into RAM, but "app.bin"/, /boot loader at 0/));
  });

  it('is refused across the end of its bank', () => {
    const large = application(0x402f0010, 0x11000, version);
    expect(() => {
      checkLayout([{ name: 'app.bin', address: 0xf0000, data: large }], 4 * MB);
    }).toThrow(refusal(/"app.bin" \(0xf0000 to 0x101\w{3}\) crosses the end of its 1 MB bank/));
  });
});

describe('an image for the boot ROM and code in a file of its own', () => {
  const { ram, resident } = imagePair(0x40220000, 0x8000);
  const boot = { name: 'eagle.flash.bin', address: 0, data: ram };
  const code = { name: 'eagle.irom0text.bin', data: resident };

  it('run where the code is linked', () => {
    expect(() => {
      checkLayout([boot, { ...code, address: 0x20000 }], MB);
    }).not.toThrow();
  });

  it.each([0x10000, 0x40000, 0x80000])('are refused with the code elsewhere: 0x%x', (address) => {
    expect(() => {
      checkLayout([{ ...code, address }, boot], MB);
    }).toThrow(
      refusal(/"eagle.flash.bin" and "eagle.irom0text.bin" refer to code at 0x4022/, /linker script/),
    );
  });

  it('are not taken for a pair where the code is of another program', () => {
    const other = { name: 'other.bin', address: 0x40000, data: imagePair(0x40260000, 0x8000).resident };
    expect(() => {
      checkLayout([boot, other], MB);
    }).not.toThrow();
  });

  it('may come with any data', () => {
    const anyData = fc.tuple(fc.nat(0xffffffff), fc.nat(0x90000)).map(([seed, length]) => {
      // A linear congruential generator: random bytes, as of a compressed file system.
      let state = seed;
      return new Uint8Array(length).map(
        () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24,
      );
    });
    fc.assert(
      fc.property(anyData, (data) => {
        checkLayout(
          [boot, { ...code, address: 0x20000 }, { name: 'data.bin', address: 2 * MB, data }],
          4 * MB,
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe('a flash map', async () => {
  const maps = await loadFlashMaps(nodeFiles);
  const check = (name: string, regions: Parameters<typeof checkLayout>[0], flashSizeBytes = 4 * MB) => {
    checkLayout(regions, flashSizeBytes, layoutOf(maps, name));
  };

  it('says where the build for the other slot belongs', () => {
    const user1 = { name: 'user1.bin', address: 0x81000, data: application(0x40201010, 0x8000, 2) };
    expect(() => {
      check('rtos-sdk/4', [user1]);
    }).toThrow(refusal(/another place/, /It is the build for user1, at 0x01000/));
  });

  it.each([
    ['rtos-sdk/4', 0x41000, /map rtos-sdk\/4 has nothing at 0x41000/, /user1 0x01000, user2 0x81000/],
    ['rtos-sdk/0', 0x81000, /has nothing at 0x81000/, /user2 0x41000/],
    ['rtos-sdk-3/two-ota', 0x100000, /has nothing at 0x100000/, /ota_1 0x110000/],
  ])('%s has no place at 0x%x', (name, address, message, hint) => {
    expect(() => {
      check(name, [region('app.bin', address, 16)]);
    }).toThrow(refusal(message, hint));
  });

  it('refuses what is too long for its place', () => {
    expect(() => {
      check('rtos-sdk-3/single-app', [region('partitions.bin', 0x8000, 0x1001)]);
    }).toThrow(refusal(/"partitions.bin" has 4097 bytes; partition-table .* has 4096/));
  });

  it('refuses the build for another map of the same place', () => {
    const user1 = { name: 'user1.bin', address: 0x1000, data: application(0x40201010, 0x8000, 2) };
    expect(() => {
      check('rtos-sdk/4', [user1]);
    }).not.toThrow();
    expect(() => {
      check('rtos-sdk/6', [user1]);
    }).toThrow(refusal(/flash map of 4MB; rtos-sdk\/6 is one of 4MB-c1/, /SPI_SIZE_MAP/));
  });

  it('refuses a smaller flash', () => {
    expect(() => {
      check('rtos-sdk/4', [region('boot', 0, 16)], MB);
    }).toThrow(refusal(/is for a flash of 4 MB; this one has 1 MB/));
  });
});

describe('merging', () => {
  it('leaves the gaps erased', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(20), { maxLength: 8 }), fc.nat(400), (slots, sizeBytes) => {
        const regions = slots.map((slot) => ({
          name: `${slot}`,
          address: slot * 16,
          data: new Uint8Array(slot % 17).fill(slot),
        }));
        const merged = mergeRegions(regions, { sizeBytes });
        const expected = new Map(
          regions.flatMap(({ address, data }) => [...data].map((byte, index) => [address + index, byte])),
        );
        expect(merged.length).toBe(
          Math.max(sizeBytes, 0, ...regions.map(({ address, data }) => address + data.length)),
        );
        for (const [index, byte] of merged.entries()) expect(byte).toBe(expected.get(index) ?? 0xff);
      }),
    );
  });

  it('refuses more than the chip can address, before it makes it', () => {
    expect(() => mergeRegions([region('far', 0x7fffffff, 4)])).toThrow(refusal(/beyond the flash of 16 MB/));
  });
});
