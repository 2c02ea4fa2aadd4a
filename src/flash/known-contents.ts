import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Environment, Files } from '../host.ts';
import { cacheDirectory } from '../sdk/cache.ts';
import type { FlashRegion } from '../image/flash-region.ts';
import { cut, SECTOR_BYTES } from './sectors.ts';

/** What a flash was last seen to hold: the MD5 of a region's bytes in a sector, by the sector's address. */
export type KnownContents = ReadonlyMap<number, string>;

/** One flash chip on one board. */
export interface FlashIdentity {
  mac: string;
  flashId: string;
}

/** MD5, lower-case hexadecimal: what the stub answers. */
export function contentsDigest(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

/** `known`, with `regions` over it. */
export function withRegions(known: KnownContents, regions: readonly FlashRegion[]): KnownContents {
  const result = new Map(known);
  for (const { address, data } of regions) {
    for (const sector of cut(address, data.length, SECTOR_BYTES)) {
      const bytes = data.subarray(sector.address - address, sector.address - address + sector.sizeBytes);
      result.set(sector.address, contentsDigest(bytes));
    }
  }
  return result;
}

/** Undefined where nothing is remembered, or what is remembered cannot be read. */
export async function recall(
  { files, environment }: { files: Pick<Files, 'readText'>; environment: Environment },
  identity: FlashIdentity,
): Promise<KnownContents | undefined> {
  try {
    const entries: unknown = JSON.parse(await files.readText(memoryPath(environment, identity)));
    if (!Array.isArray(entries)) return undefined;
    return new Map(entries.filter(isEntry));
  } catch {
    return undefined;
  }
}

/** Undefined: forget. Only a convenience: a cache that cannot be written stops nothing. */
export async function remember(
  { files, environment }: { files: Pick<Files, 'write' | 'remove'>; environment: Environment },
  identity: FlashIdentity,
  known: KnownContents | undefined,
): Promise<void> {
  const path = memoryPath(environment, identity);
  const done = known === undefined ? files.remove(path) : files.write(path, JSON.stringify([...known]));
  await done.catch(() => undefined);
}

function memoryPath(environment: Environment, { mac, flashId }: FlashIdentity): string {
  return join(cacheDirectory(environment), 'flash', `${mac.replaceAll(':', '')}-${flashId}.json`);
}

function isEntry(entry: unknown): entry is [number, string] {
  return Array.isArray(entry) && typeof entry[0] === 'number' && typeof entry[1] === 'string';
}
