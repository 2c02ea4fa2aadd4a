import { crc32 } from 'node:zlib';

/** The format of images for the ESP8266: «Firmware Image Format» in esptool's documentation. */
export const IMAGE_MAGIC = 0xe9;
export const IMAGE_V2_MAGIC = 0xea;
/** What a v2 header has in the place of a segment count. */
export const IMAGE_V2_COUNT = 4;
export const HEADER_BYTES = 8;
export const SEGMENT_HEADER_BYTES = 8;
export const SHA256_BYTES = 32;

const CHECKSUM_SEED = 0xef;
/** The boot ROM's loader refuses more. */
export const MAX_SEGMENTS = 16;

/** XOR of all segments' data over its seed, as the boot ROM computes it. */
export function checksumOf(segments: readonly { data: Uint8Array }[]): number {
  let sum = CHECKSUM_SEED;
  for (const { data } of segments) for (const byte of data) sum ^= byte;
  return sum;
}

/** Position of the checksum where data ends at `end`: the last byte of a row of 16. */
export function checksumOffset(end: number): number {
  return Math.floor(end / 16) * 16 + 15;
}

/** The CRC-32 behind a v2 image: zlib's, made its own complement or counted up by the sign, as the SDK's tool has it. */
export function imageCrc32(bytes: Uint8Array): number {
  const crc = crc32(bytes);
  return crc >= 0x80000000 ? (crc ^ 0xffffffff) >>> 0 : crc + 1;
}
