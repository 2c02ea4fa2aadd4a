import { flashOffset, layoutError, type FlashRegion } from './flash-region.ts';
import { APPLICATION_TYPE, readPartitionTable, type Partition } from './partition-table.ts';

/**
 * Where one of the regions is a partition table, holds the others to it: throws `flash/layout` where one crosses the
 * end of its partition, or an application does not begin where one of the table's does.
 */
export function checkPartitions(
  regions: readonly FlashRegion[],
  isApplication: (region: FlashRegion) => boolean,
): void {
  for (const table of regions) {
    const read = readPartitionTable(table.data);
    if (read === undefined) continue;
    if (read.isMd5Valid === false) {
      throw layoutError(`The partition table "${table.name}" does not fit its MD5.`, 'Build it again.');
    }
    for (const region of regions) {
      if (region === table) continue;
      checkEnd(region, read.partitions, table.name);
      if (isApplication(region)) checkBegin(region, read.partitions, table.name);
    }
  }
}

function checkEnd(
  { name, address, data }: FlashRegion,
  partitions: readonly Partition[],
  table: string,
): void {
  const own = partitions.find((one) => address >= one.address && address < one.address + one.sizeBytes);
  if (own === undefined || address + data.length <= own.address + own.sizeBytes) return;
  throw layoutError(
    `"${name}" ends at ${flashOffset(address + data.length)}, behind its partition "${own.name}" (${flashOffset(own.address)} to ${flashOffset(own.address + own.sizeBytes)}) of "${table}".`,
    'Make the build smaller, or the partition larger.',
  );
}

function checkBegin({ name, address }: FlashRegion, partitions: readonly Partition[], table: string): void {
  const applications = partitions.filter(({ type }) => type === APPLICATION_TYPE);
  if (applications.some((one) => one.address === address)) return;
  throw layoutError(
    `The application "${name}" is put at ${flashOffset(address)}, where "${table}" has none.`,
    applications.length === 0
      ? 'That table has no place for an application.'
      : `Its places: ${applications.map((one) => `${one.name} ${flashOffset(one.address)}`).join(', ')}.`,
  );
}
