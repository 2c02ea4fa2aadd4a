import { createHash } from 'node:crypto';
import type { Partition } from '../../src/image/partition-table.ts';

/** As «Partition Tables» of ESP-IDF's documentation says. */
export function tableOf(partitions: readonly Partition[], { hasMd5 = true } = {}): Buffer {
  const entries = Buffer.concat(
    partitions.map(({ name, type, subtype, address, sizeBytes }) => {
      const entry = Buffer.alloc(32);
      entry.set([0xaa, 0x50, type, subtype]);
      entry.writeUInt32LE(address, 4);
      entry.writeUInt32LE(sizeBytes, 8);
      entry.write(name, 12, 16, 'latin1');
      return entry;
    }),
  );
  const md5 = Buffer.alloc(32, 0xff);
  md5.set([0xeb, 0xeb]);
  md5.set(createHash('md5').update(entries).digest(), 16);
  const table = Buffer.alloc(0xc00, 0xff);
  table.set(Buffer.concat(hasMd5 ? [entries, md5] : [entries]));
  return table;
}
