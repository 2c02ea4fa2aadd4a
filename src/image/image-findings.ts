import { memoryAt } from './chip-memory.ts';
import { flashParametersText } from './flash-parameters.ts';
import { MAX_SEGMENTS } from './image-format.ts';
import type { InspectedImage, InspectedSegment } from './inspect-image.ts';

/** Something wrong with an image, or worth knowing. */
export interface ImageFinding {
  severity: 'error' | 'warning';
  message: string;
}

/** What is wrong with an image that could be read. */
export function findingsOf(image: Omit<InspectedImage, 'findings'>): ImageFinding[] {
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

function hexByte(value: number): string {
  return value.toString(16).padStart(2, '0');
}

function hexWord(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
