import { createHash } from 'node:crypto';

export interface Partition {
  name: string;
  /** 0: application, 1: data. */
  type: number;
  subtype: number;
  address: number;
  sizeBytes: number;
}

export interface PartitionTable {
  partitions: readonly Partition[];
  /** Undefined where the table ends without one, as those of old SDKs do. */
  isMd5Valid: boolean | undefined;
}

export const APPLICATION_TYPE = 0;

const ENTRY_BYTES = 32;
/** The sector that a table lies in, less the signature behind it. */
const MAX_ENTRIES = 0xc00 / ENTRY_BYTES;

/**
 * The partition table that `bytes` begin with; undefined where they begin with none. Source: «Partition Tables» of
 * ESP-IDF's documentation, whose format ESP8266_RTOS_SDK 3.x has: entries of 32 bytes, then 0xEBEB and their MD5.
 */
export function readPartitionTable(bytes: Uint8Array): PartitionTable | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const partitions: Partition[] = [];
  let at = 0;
  while (isEntry(bytes, at) && partitions.length < MAX_ENTRIES) {
    partitions.push({
      name: labelOf(bytes.subarray(at + 12, at + 28)),
      type: bytes[at + 2]!,
      subtype: bytes[at + 3]!,
      address: view.getUint32(at + 4, true),
      sizeBytes: view.getUint32(at + 8, true),
    });
    at += ENTRY_BYTES;
  }
  return partitions.length === 0 ? undefined : { partitions, isMd5Valid: md5Verdict(bytes, at) };
}

function isEntry(bytes: Uint8Array, at: number): boolean {
  return at + ENTRY_BYTES <= bytes.length && bytes[at] === 0xaa && bytes[at + 1] === 0x50;
}

function md5Verdict(bytes: Uint8Array, at: number): boolean | undefined {
  if (at + ENTRY_BYTES > bytes.length || bytes[at] !== 0xeb || bytes[at + 1] !== 0xeb) return undefined;
  const computed = createHash('md5').update(bytes.subarray(0, at)).digest();
  return Buffer.compare(computed, bytes.subarray(at + 16, at + ENTRY_BYTES)) === 0;
}

function labelOf(field: Uint8Array): string {
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString('latin1');
}
