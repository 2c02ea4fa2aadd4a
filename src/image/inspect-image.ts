import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { EspawsError } from '../errors.ts';
import { memoryAt } from './chip-memory.ts';
import { flashParametersText, readFlashBytes, type ReadFlashParameters } from './flash-parameters.ts';

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

export interface Verdict<T> {
  stored: T;
  computed: T;
  valid: boolean;
}

export interface ImageFinding {
  severity: 'error' | 'warning';
  message: string;
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
  checksum: Verdict<number>;
  /** After a v2 image. */
  crc32: Verdict<number> | undefined;
  /** After a v3 image; hexadecimal. */
  sha256: Verdict<string> | undefined;
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
): Verdict<number> {
  const stored = bytes[checksumOffset(end)];
  if (stored === undefined) throw invalid('it ends before its checksum');
  return verdict(stored, checksumOf(segments));
}

/** Nothing says whether there is one: 32 bytes to the end are one, and so are any that are right. */
function readSha256(bytes: Uint8Array, at: number): Verdict<string> | undefined {
  if (bytes.length < at + SHA256_BYTES) return undefined;
  const stored = Buffer.from(bytes.subarray(at, at + SHA256_BYTES)).toString('hex');
  const computed = createHash('sha256').update(bytes.subarray(0, at)).digest('hex');
  return stored === computed || bytes.length === at + SHA256_BYTES ? verdict(stored, computed) : undefined;
}

function readCrc32(bytes: Uint8Array, at: number): Verdict<number> | undefined {
  if (bytes.length < at + 4) return undefined;
  const stored = viewOf(bytes).getUint32(at, true);
  const computed = imageCrc32(bytes.subarray(0, at));
  return stored === computed || bytes.length === at + 4 ? verdict(stored, computed) : undefined;
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

function findingsOf(image: Omit<InspectedImage, 'findings'>): ImageFinding[] {
  const { segments, checksum, crc32: crc, sha256, flash } = image;
  const findings: ImageFinding[] = [];
  const error = (message: string) => findings.push({ severity: 'error', message });
  const warn = (message: string) => findings.push({ severity: 'warning', message });
  if (!checksum.valid) {
    error(`The checksum is 0x${hexByte(checksum.stored)}; the data give 0x${hexByte(checksum.computed)}.`);
  }
  if (crc?.valid === false)
    error(`The CRC-32 is ${hexWord(crc.stored)}; the bytes give ${hexWord(crc.computed)}.`);
  if (sha256?.valid === false) error(`The SHA-256 is ${sha256.stored}; the bytes give ${sha256.computed}.`);
  const loaded = segments.filter(({ placement }) => placement === 'loaded');
  if (loaded.length > MAX_SEGMENTS) {
    error(`It has ${loaded.length} segments; the boot ROM loads no more than ${MAX_SEGMENTS}.`);
  }
  for (const { address, data } of loaded) {
    if (memoryAt(address, data.length) === undefined) {
      error(`The segment of ${data.length} bytes at ${hexWord(address)} lies in no memory of the ESP8266.`);
    }
  }
  for (const [first, second] of overlaps(loaded)) {
    error(`The segments at ${hexWord(first.address)} and ${hexWord(second.address)} overlap in RAM.`);
  }
  if (!isEntry(image)) warn(`The entry ${hexWord(image.entry)} lies in no segment.`);
  const unknown = flashParametersText(flash).filter((text) => text.includes('unknown'));
  for (const text of unknown) warn(`The header's flash ${text}.`);
  return findings;
}

function overlaps(segments: readonly InspectedSegment[]): [InspectedSegment, InspectedSegment][] {
  const sorted = segments
    .filter(({ data }) => data.length > 0)
    .sort((left, right) => left.address - right.address);
  return sorted.flatMap((segment, index) => {
    const next = sorted[index + 1];
    return next !== undefined && segment.address + segment.data.length > next.address
      ? [[segment, next]]
      : [];
  });
}

/** The flash-resident segment of a v2 image may be anywhere in the window. */
function isEntry({ entry, segments, version }: Omit<InspectedImage, 'findings'>): boolean {
  if (version === 2 && memoryAt(entry, 1)?.kind === 'flash') return true;
  return segments.some(({ address, data }) => entry >= address && entry < address + data.length);
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

function verdict<T>(stored: T, computed: T): Verdict<T> {
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
