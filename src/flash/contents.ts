import type { FlashLoader } from '../port.ts';
import type { FlashRegion } from '../image/flash-region.ts';
import { bytesOf, compare } from './compare.ts';
import { contentsDigest } from './known-contents.ts';
import { joined, type Span } from './sectors.ts';

export interface CheckedRegion {
  name: string;
  address: number;
  sizeBytes: number;
  equal: boolean;
  differing: readonly Span[];
}

/** Whether the flash holds each of `regions`, by the stub's MD5 of every byte. */
export async function flashContents(
  loader: FlashLoader,
  regions: readonly FlashRegion[],
): Promise<CheckedRegion[]> {
  const checked: CheckedRegion[] = [];
  for (const region of regions) {
    const { name, address, data } = region;
    const differing = joined(await differences(loader, [region]));
    checked.push({ name, address, sizeBytes: data.length, equal: differing.length === 0, differing });
  }
  return checked;
}

async function differences(loader: FlashLoader, regions: readonly FlashRegion[]): Promise<Span[]> {
  const comparison = compare(regions, { thoroughness: 'every-sector' });
  let step = comparison.next();
  while (!step.done) {
    const { address, sizeBytes } = step.value;
    const digest = await loader.md5(address, sizeBytes);
    step = comparison.next(digest === contentsDigest(bytesOf(regions, step.value)));
  }
  return step.value;
}
