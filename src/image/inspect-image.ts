import { createHash } from 'node:crypto';
import { EspawsError } from '../errors.ts';
import { memoryAt } from './chip-memory.ts';
import { readFlashBytes, type ReadFlashParameters } from './flash-parameters.ts';
import { findingsOf, type ImageFinding } from './image-findings.ts';
import {
  checksumOf,
  checksumOffset,
  HEADER_BYTES,
  IMAGE_MAGIC,
  IMAGE_V2_COUNT,
  IMAGE_V2_MAGIC,
  imageCrc32,
  SEGMENT_HEADER_BYTES,
  SHA256_BYTES,
} from './image-format.ts';

export interface InspectedSegment {
  /** Load address; 0 for the flash-resident segment of a v2 image, which has none. */
  address: number;
  /** A view into the image. */
  data: Uint8Array;
  /** Of the data, from the image's first byte. */
  fileOffset: number;
  /** `resident`: runs from where it is in flash; `loaded`: copied into RAM. */
  placement: 'loaded' | 'resident';
}

/** A sum that is stored in the image, and what it should be. */
interface Checked<T> {
  stored: T;
  computed: T;
  valid: boolean;
}

/** An image as it is, sound or not. */
export interface InspectedImage {
  /**
   * 1: loaded by the boot ROM; 2: begins with a flash-resident segment, loaded by a boot loader; 3: an application of
   * ESP8266_RTOS_SDK 3.x, with flash segments or an appended SHA-256.
   */
  version: 1 | 2 | 3;
  entry: number;
  flash: ReadFlashParameters;
  segments: readonly InspectedSegment[];
  /** XOR of the segments' data. */
  checksum: Checked<number>;
  /** After a v2 image. */
  crc32: Checked<number> | undefined;
  /** After a v3 image; hexadecimal. */
  sha256: Checked<string> | undefined;
  /** Of the image, to the end of what is appended to it. */
  sizeBytes: number;
  /** Bytes behind the image. */
  trailingBytes: number;
  findings: readonly ImageFinding[];
}

/**
 * Reads a firmware image of any version, from the start of `bytes`. What is wrong in it is a finding; throws
 * `image/invalid` for what is no image, or is cut short. Sources: «Firmware Image Format» in esptool's documentation;
 * the linker scripts and image tool of ESP8266_RTOS_SDK.
 */
export function inspectImage(bytes: Uint8Array): InspectedImage {
  const magic = bytes[0];
  if (bytes.length < HEADER_BYTES) throw invalid(`it has ${bytes.length} bytes`);
  if (magic === IMAGE_V2_MAGIC) return inspectV2(bytes);
  if (magic === IMAGE_MAGIC) return inspectV1orV3(bytes);
  throw invalid(`it begins with 0x${hexByte(magic!)}, not with 0xe9 or 0xea`);
}

function inspectV1orV3(bytes: Uint8Array): InspectedImage {
  const { segments, end } = readSegments(bytes, HEADER_BYTES, bytes[1]!);
  const checksum = readChecksum(bytes, segments, end);
  const bodyEnd = checksumOffset(end) + 1;
  const hasFlash = segments.some(({ placement }) => placement === 'resident');
  const sha256 = readSha256(bytes, bodyEnd);
  const sizeBytes = bodyEnd + (sha256 === undefined ? 0 : SHA256_BYTES);
  return finish(bytes, {
    version: hasFlash || sha256 !== undefined ? 3 : 1,
    headerOffset: 0,
    segments,
    checksum,
    crc32: undefined,
    sha256,
    sizeBytes,
    findings: [],
  });
}

function inspectV2(bytes: Uint8Array): InspectedImage {
  const resident = readSegment(bytes, HEADER_BYTES);
  const second = resident.fileOffset + resident.data.length;
  if (second + HEADER_BYTES > bytes.length) throw invalid('it ends before its second header');
  if (bytes[second] !== IMAGE_MAGIC) {
    throw invalid(`its second header, at ${second}, begins with 0x${hexByte(bytes[second]!)}, not with 0xe9`);
  }
  const { segments, end } = readSegments(bytes, second + HEADER_BYTES, bytes[second + 1]!);
  const checksum = readChecksum(bytes, segments, end);
  const bodyEnd = checksumOffset(end) + 1;
  const crc = readCrc32(bytes, bodyEnd);
  return finish(bytes, {
    version: 2,
    headerOffset: second,
    segments: [{ ...resident, placement: 'resident' }, ...segments],
    checksum,
    crc32: crc,
    sha256: undefined,
    sizeBytes: bodyEnd + (crc === undefined ? 0 : 4),
    findings: headersDiffer(bytes, second),
  });
}

function readSegments(bytes: Uint8Array, start: number, count: number) {
  const segments: InspectedSegment[] = [];
  let end = start;
  for (let left = count; left > 0; left--) {
    const segment = readSegment(bytes, end);
    segments.push(segment);
    end = segment.fileOffset + segment.data.length;
  }
  return { segments, end };
}

function readSegment(bytes: Uint8Array, at: number): InspectedSegment {
  if (at + SEGMENT_HEADER_BYTES > bytes.length) throw invalid(`it ends within a segment header, at ${at}`);
  const view = viewOf(bytes);
  const [address, length] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
  const fileOffset = at + SEGMENT_HEADER_BYTES;
  if (fileOffset + length > bytes.length) {
    throw invalid(
      `its segment at ${hexWord(address)} has ${length} bytes; ${bytes.length - fileOffset} are there`,
    );
  }
  return {
    address,
    data: bytes.subarray(fileOffset, fileOffset + length),
    fileOffset,
    placement: memoryAt(address, 1)?.kind === 'flash' ? 'resident' : 'loaded',
  };
}

function readChecksum(
  bytes: Uint8Array,
  segments: readonly InspectedSegment[],
  end: number,
): Checked<number> {
  const stored = bytes[checksumOffset(end)];
  if (stored === undefined) throw invalid('it ends before its checksum');
  return checked(stored, checksumOf(segments));
}

/** Nothing says whether there is one: 32 bytes to the end are one, and so are any that are right. */
function readSha256(bytes: Uint8Array, at: number): Checked<string> | undefined {
  if (bytes.length < at + SHA256_BYTES) return undefined;
  const stored = Buffer.from(bytes.subarray(at, at + SHA256_BYTES)).toString('hex');
  const computed = createHash('sha256').update(bytes.subarray(0, at)).digest('hex');
  return stored === computed || bytes.length === at + SHA256_BYTES ? checked(stored, computed) : undefined;
}

function readCrc32(bytes: Uint8Array, at: number): Checked<number> | undefined {
  if (bytes.length < at + 4) return undefined;
  const stored = viewOf(bytes).getUint32(at, true);
  const computed = imageCrc32(bytes.subarray(0, at));
  return stored === computed || bytes.length === at + 4 ? checked(stored, computed) : undefined;
}

type Parts = Omit<InspectedImage, 'entry' | 'flash' | 'trailingBytes'> & { headerOffset: number };

function finish(bytes: Uint8Array, { headerOffset, ...parts }: Parts): InspectedImage {
  const image = {
    ...parts,
    entry: viewOf(bytes).getUint32(headerOffset + 4, true),
    flash: readFlashBytes(bytes[headerOffset + 2]!, bytes[headerOffset + 3]!),
    trailingBytes: bytes.length - parts.sizeBytes,
  };
  return { ...image, findings: [...parts.findings, ...findingsOf(image)] };
}

function headersDiffer(bytes: Uint8Array, second: number): ImageFinding[] {
  const findings: ImageFinding[] = [];
  if (bytes[1] !== IMAGE_V2_COUNT) {
    findings.push({
      severity: 'warning',
      message: `Its second byte is ${bytes[1]!}, not ${IMAGE_V2_COUNT}.`,
    });
  }
  // The SDK's tool has the number of the application in the fourth byte, esptool the flash size.
  const differs = [2, 4, 5, 6, 7].some((index) => bytes[index] !== bytes[second + index]);
  if (differs) {
    findings.push({
      severity: 'warning',
      message: 'Its two headers differ in flash mode or entry; the second counts.',
    });
  }
  return findings;
}

function checked<T>(stored: T, computed: T): Checked<T> {
  return { stored, computed, valid: stored === computed };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, '0');
}

function hexWord(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

function invalid(reason: string): EspawsError {
  return new EspawsError(`This is no firmware image for the ESP8266: ${reason}.`, {
    code: 'image/invalid',
    hint: 'Name the .bin file that the build or the SDK made for this flash address.',
  });
}
