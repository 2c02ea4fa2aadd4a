import { flashOffset } from '../image/flash-region.ts';
import { APPLICATION_TYPE, type Partition, type PartitionTable } from '../image/partition-table.ts';
import { bytesText, table } from './table.ts';

export interface NamedTable extends PartitionTable {
  path: string;
}

/** A partition table of ESP8266_RTOS_SDK 3.x for a person. */
export function partitionText({ path, partitions, isMd5Valid }: NamedTable): string {
  const md5 = isMd5Valid === undefined ? 'none' : isMd5Valid ? 'valid' : 'INVALID';
  return [
    `${path}: partition table, MD5 ${md5}`,
    table(
      partitions.map((partition) => [
        flashOffset(partition.address),
        bytesText(partition.sizeBytes),
        partition.name,
        kindText(partition),
      ]),
    ),
  ].join('\n');
}

/** Names of ESP-IDF's documentation, «Partition Tables». */
const DATA_SUBTYPES: Readonly<Record<number, string>> = {
  0: 'ota',
  1: 'phy',
  2: 'nvs',
  3: 'coredump',
  0x82: 'spiffs',
};

function kindText({ type, subtype }: Partition): string {
  if (type === APPLICATION_TYPE) {
    if (subtype === 0) return 'app, factory';
    return subtype >= 0x10 && subtype < 0x20 ? `app, ota_${subtype - 0x10}` : `app, ${subtype}`;
  }
  return type === 1 ? `data, ${DATA_SUBTYPES[subtype] ?? subtype}` : `${type}, ${subtype}`;
}
