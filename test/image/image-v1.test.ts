import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeImage } from '../../src/image/image-v1.ts';
import { inspectImage } from '../../src/image/inspect-image.ts';
import { anyImage } from '../support/images.ts';

describe('the image that the boot ROM loads', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(anyImage, (value) => {
        const read = inspectImage(writeImage(value));
        expect(read).toMatchObject({ version: 1, entry: value.entry, flash: value.flash, trailingBytes: 0 });
        expect(read.checksum.valid).toBe(true);
        expect(read.segments.map(({ address, data }) => ({ address, data: [...data] }))).toEqual(
          value.segments.map(({ address, data }) => ({ address, data: [...data] })),
        );
      }),
    );
  });

  it('is whole rows of 16 bytes with the checksum as the last', () => {
    const bytes = writeImage({
      entry: 0x40100000,
      flash: { mode: 'dio', size: '4MB', frequency: '40m' },
      segments: [{ address: 0x40100000, data: Uint8Array.of(1, 2, 3, 4) }],
    });
    expect(Buffer.from(bytes).toString('hex')).toBe(
      'e901024000001040' + '0000104004000000' + '01020304' + '00'.repeat(11) + 'eb',
    );
  });

  it.each([
    ['17 segments', Array.from({ length: 17 }, () => ({ address: 0x40100000, data: new Uint8Array(4) }))],
    ['a segment of 3 bytes', [{ address: 0x40100000, data: new Uint8Array(3) }]],
  ])('is not written with %s', (_, segments) => {
    const flash = { mode: 'dio', size: '4MB', frequency: '40m' } as const;
    expect(() => writeImage({ entry: 0x40100000, flash, segments })).toThrow(
      expect.objectContaining({ code: 'image/invalid' }),
    );
  });
});
