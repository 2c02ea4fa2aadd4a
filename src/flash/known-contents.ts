import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Environment } from '../host.ts';
import { cacheDirectory } from '../sdk/cache.ts';
import type { FlashRegion } from '../image/flash-region.ts';
import type { FlashStores } from './flash-request.ts';
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
  { files, environment }: FlashStores,
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

/** So many boards are remembered; of more, those that were written longest ago are forgotten. */
const MOST_BOARDS = 256;

/** Undefined: forget. Only a convenience: a cache that cannot be written stops nothing. */
export async function remember(
  { files, environment }: FlashStores,
  identity: FlashIdentity,
  known: KnownContents | undefined,
): Promise<void> {
  const path = memoryPath(environment, identity);
  try {
    if (known === undefined) await files.remove(path);
    else {
      await files.write(path, JSON.stringify([...known]));
      await forgetOldest(files, memoryDirectory(environment));
    }
  } catch {
    // The next time, every sector is asked for.
  }
}

async function forgetOldest(files: FlashStores['files'], directory: string): Promise<void> {
  const names = await files.list(directory);
  if (names.length <= MOST_BOARDS) return;
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      return { path, mtimeMs: (await files.stat(path))?.mtimeMs ?? 0 };
    }),
  );
  const oldest = found.sort((a, b) => a.mtimeMs - b.mtimeMs).slice(0, names.length - MOST_BOARDS);
  for (const { path } of oldest) await files.remove(path);
}

function memoryDirectory(environment: Environment): string {
  return join(cacheDirectory(environment), 'flash');
}

function memoryPath(environment: Environment, { mac, flashId }: FlashIdentity): string {
  return join(memoryDirectory(environment), `${mac.replaceAll(':', '')}-${flashId}.json`);
}

function isEntry(entry: unknown): entry is [number, string] {
  return Array.isArray(entry) && typeof entry[0] === 'number' && typeof entry[1] === 'string';
}
