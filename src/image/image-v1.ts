import { EspawsError } from '../errors.ts';
import { flashBytes, type FlashParameters } from './flash-parameters.ts';
import {
  checksumOf,
  checksumOffset,
  HEADER_BYTES,
  IMAGE_MAGIC,
  MAX_SEGMENTS,
  SEGMENT_HEADER_BYTES,
} from './image-format.ts';

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

/** Bytes of the image. Throws `image/invalid` for what the ROM could not load. */
export function writeImage({ entry, flash, segments }: ImageV1): Uint8Array {
  if (segments.length > MAX_SEGMENTS)
    throw invalid(`${segments.length} segments are more than ${MAX_SEGMENTS}`);
  const uneven = segments.find(({ data }) => data.length % 4 !== 0);
  if (uneven !== undefined)
    throw invalid(`the segment at ${hex(uneven.address)} is no whole number of words`);
  const used = segments.reduce((sum, { data }) => sum + SEGMENT_HEADER_BYTES + data.length, HEADER_BYTES);
  const image = new Uint8Array(checksumOffset(used) + 1);
  const view = new DataView(image.buffer);
  image.set([IMAGE_MAGIC, segments.length, ...flashBytes(flash)]);
  view.setUint32(4, entry, true);
  let at = HEADER_BYTES;
  for (const { address, data } of segments) {
    view.setUint32(at, address, true);
    view.setUint32(at + 4, data.length, true);
    image.set(data, at + SEGMENT_HEADER_BYTES);
    at += SEGMENT_HEADER_BYTES + data.length;
  }
  image[image.length - 1] = checksumOf(segments);
  return image;
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
