import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elfToImage } from '../../src/image/elf-to-image.ts';
import { flashSizeBytes } from '../../src/image/flash-parameters.ts';
import { inspectImage } from '../../src/image/inspect-image.ts';
import { patchFlashParameters } from '../../src/image/patch-parameters.ts';
import { anyFlashParameters, soundElf } from '../support/images.ts';

const FLASH = { mode: 'dio', size: '4MB', frequency: '40m' } as const;

describe('flash parameters', () => {
  it.each([1, 3] as const)('are changed in the image at 0, and nothing else: version %i', (version) => {
    fc.assert(
      fc.property(soundElf, anyFlashParameters, anyFlashParameters, (elf, before, after) => {
        const image = elfToImage(elf, { version, flash: before })[0]!.bytes;
        const patched = patchFlashParameters(image, 0, after);
        expect(inspectImage(patched)).toMatchObject({
          flash: after,
          findings: [],
          checksum: { valid: true },
        });
        const rest = version === 3 ? -32 : undefined;
        expect(Buffer.compare(patched.subarray(4, rest), image.subarray(4, rest))).toBe(0);
      }),
    );
  });

  it('that are not named stay', () => {
    fc.assert(
      fc.property(soundElf, anyFlashParameters, anyFlashParameters, (elf, before, { mode, size }) => {
        const image = elfToImage(elf, { version: 1, flash: before })[0]!.bytes;
        expect(inspectImage(patchFlashParameters(image, 0, { mode })).flash).toMatchObject({
          ...before,
          mode,
        });
        expect(inspectImage(patchFlashParameters(image, 0, { size })).flash).toMatchObject({
          ...before,
          size,
        });
      }),
    );
  });

  it('change the SHA-256 with them, as of what comes before it', () => {
    const image = elfToImage(fc.sample(soundElf, 1)[0]!, { version: 3, flash: FLASH })[0]!.bytes;
    const patched = Buffer.from(patchFlashParameters(image, 0, { mode: 'qio' }));
    const digest = createHash('sha256').update(patched.subarray(0, -32)).digest();
    expect(patched.subarray(-32).equals(digest)).toBe(true);
    expect(Buffer.compare(patched, image)).not.toBe(0);
  });

  const elf = fc.sample(soundElf, 1)[0]!;
  const image = (version: 1 | 2) => elfToImage(elf, { version, flash: FLASH })[0]!.bytes;
  const corrupted = image(1).slice();
  corrupted[16]! ^= 1;
  it.each([
    ['elsewhere', image(1), 0x1000, /goes to 0x1000/],
    ['in a v2 application', image(2), 0, /v2 application/],
    ['in a damaged image', corrupted, 0, /checksum/],
    ['in what is no image', Buffer.from('hello, world'), 0, /no firmware image/],
  ])('are not changed %s', (_, bytes, address, message) => {
    expect(() => patchFlashParameters(bytes, address, { mode: 'qio' })).toThrow(
      expect.objectContaining({ code: 'image/invalid', message: expect.stringMatching(message) as string }),
    );
  });

  it.each([
    ['512KB', 0x80000],
    ['256KB', 0x40000],
    ['2MB-c1', 0x200000],
    ['16MB', 0x1000000],
  ] as const)('%s is a size in bytes', (name, bytes) => {
    expect(flashSizeBytes(name)).toBe(bytes);
  });
});
