import { EspawsError } from '../errors.ts';

/**
 * The image that the ESP8266's boot ROM loads from flash address 0: magic 0xE9, segment count, flash parameters,
 * entry; then each segment as address, length and data; then zeros, so that the checksum is the last byte of a row of
 * 16. Source: the «Firmware Image Format» page of esptool's documentation.
 */
export interface ImageV1 {
  entry: number;
  flash: FlashParameters;
  segments: readonly Segment[];
}

export interface Segment {
  address: number;
  /** A whole number of words. */
  data: Uint8Array;
}

export interface FlashParameters {
  mode: keyof typeof FLASH_MODES;
  size: keyof typeof FLASH_SIZES;
  frequency: keyof typeof FLASH_FREQUENCIES;
}

export const FLASH_MODES = { qio: 0, qout: 1, dio: 2, dout: 3 } as const;
export const FLASH_SIZES = {
  '512KB': 0,
  '256KB': 1,
  '1MB': 2,
  '2MB': 3,
  '4MB': 4,
  '8MB': 8,
  '16MB': 9,
} as const;
export const FLASH_FREQUENCIES = { '40m': 0, '26m': 1, '20m': 2, '80m': 0xf } as const;

const MAGIC = 0xe9;
const HEADER_BYTES = 8;
const SEGMENT_HEADER_BYTES = 8;
const CHECKSUM_SEED = 0xef;
/** The ROM's loader refuses more. */
const MAX_SEGMENTS = 16;

/** Bytes of the image. Throws `image/invalid` for what the ROM could not load. */
export function writeImage({ entry, flash, segments }: ImageV1): Uint8Array {
  if (segments.length > MAX_SEGMENTS)
    throw invalid(`${segments.length} segments are more than ${MAX_SEGMENTS}`);
  const uneven = segments.find(({ data }) => data.length % 4 !== 0);
  if (uneven !== undefined)
    throw invalid(`the segment at ${hex(uneven.address)} is no whole number of words`);
  const used = segments.reduce((sum, { data }) => sum + SEGMENT_HEADER_BYTES + data.length, HEADER_BYTES);
  const image = new Uint8Array(Math.ceil((used + 1) / 16) * 16);
  const view = new DataView(image.buffer);
  const { mode, size, frequency } = flash;
  image.set([
    MAGIC,
    segments.length,
    FLASH_MODES[mode],
    (FLASH_SIZES[size] << 4) | FLASH_FREQUENCIES[frequency],
  ]);
  view.setUint32(4, entry, true);
  let at = HEADER_BYTES;
  for (const { address, data } of segments) {
    view.setUint32(at, address, true);
    view.setUint32(at + 4, data.length, true);
    image.set(data, at + SEGMENT_HEADER_BYTES);
    at += SEGMENT_HEADER_BYTES + data.length;
  }
  image[image.length - 1] = checksum(segments);
  return image;
}

/** Reads what `writeImage` writes, from the start of `bytes`. Throws `image/invalid`. */
export function readImage(bytes: Uint8Array): ImageV1 {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || bytes[0] !== MAGIC) throw invalid('it does not begin with 0xE9');
  const segments: Segment[] = [];
  let at = HEADER_BYTES;
  for (let left = bytes[1]!; left > 0; left--) {
    if (at + SEGMENT_HEADER_BYTES > bytes.length) throw invalid('it ends within a segment header');
    const [address, length] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    at += SEGMENT_HEADER_BYTES;
    if (at + length > bytes.length) throw invalid(`it ends within the segment at ${hex(address)}`);
    segments.push({ address, data: bytes.slice(at, at + length) });
    at += length;
  }
  const stored = bytes[Math.ceil((at + 1) / 16) * 16 - 1];
  if (stored !== checksum(segments)) throw invalid('its checksum is wrong');
  return {
    entry: view.getUint32(4, true),
    flash: {
      mode: nameOf(FLASH_MODES, bytes[2]!, 'flash mode'),
      size: nameOf(FLASH_SIZES, bytes[3]! >>> 4, 'flash size'),
      frequency: nameOf(FLASH_FREQUENCIES, bytes[3]! & 0xf, 'flash frequency'),
    },
    segments,
  };
}

/** XOR of all segment data, as the ROM computes it. */
function checksum(segments: readonly Segment[]): number {
  let sum = CHECKSUM_SEED;
  for (const { data } of segments) for (const byte of data) sum ^= byte;
  return sum;
}

function nameOf<T extends string>(values: Readonly<Record<T, number>>, value: number, what: string): T {
  for (const name of Object.keys(values) as T[]) if (values[name] === value) return name;
  throw invalid(`its ${what} ${value} is unknown`);
}

function hex(address: number): string {
  return `0x${address.toString(16).padStart(8, '0')}`;
}

function invalid(reason: string): EspawsError {
  return new EspawsError(`The firmware image is not valid: ${reason}.`, {
    code: 'image/invalid',
    hint: 'Build it again: espaws build',
  });
}
