import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readImage, writeImage, type ImageV1 } from '../../src/image/image-v1.ts';

const segment = fc.record({
  address: fc.nat(0xffffffff),
  data: fc
    .array(fc.nat(0xffffffff), { maxLength: 20 })
    .map((words) => new Uint8Array(Uint32Array.from(words).buffer)),
});
const image: fc.Arbitrary<ImageV1> = fc.record({
  entry: fc.nat(0xffffffff),
  flash: fc.record({
    mode: fc.constantFrom('qio', 'qout', 'dio', 'dout'),
    size: fc.constantFrom('512KB', '256KB', '1MB', '2MB', '4MB', '8MB', '16MB'),
    frequency: fc.constantFrom('40m', '26m', '20m', '80m'),
  }),
  segments: fc.array(segment, { maxLength: 16 }),
});

describe('the ESP8266 image', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(image, (value) => {
        expect(readImage(writeImage(value))).toEqual(value);
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

  it('refuses bytes with a flipped bit in the data', () => {
    const bytes = writeImage({
      entry: 0,
      flash: { mode: 'qio', size: '1MB', frequency: '80m' },
      segments: [{ address: 0x3ffe8000, data: new Uint8Array(64).fill(7) }],
    });
    bytes[20]! ^= 1;
    expect(() => readImage(bytes)).toThrow(/checksum/);
  });

  it('never fails with anything but its own error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const data = Uint8Array.of(0xe9, ...bytes);
        try {
          readImage(data);
        } catch (error) {
          expect(error).toMatchObject({ code: 'image/invalid' });
        }
      }),
    );
  });
});
