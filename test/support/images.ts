import fc from 'fast-check';
import {
  FLASH_FREQUENCIES,
  FLASH_MODES,
  FLASH_SIZES,
  type FlashParameters,
} from '../../src/image/flash-parameters.ts';
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
