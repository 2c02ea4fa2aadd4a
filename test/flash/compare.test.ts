import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, compare, type CompareOptions } from '../../src/flash/compare.ts';
import { jobsFor } from '../../src/flash/jobs.ts';
import { withRegions } from '../../src/flash/known-contents.ts';
import { BLOCK_BYTES, cut, SECTOR_BYTES, type Span } from '../../src/flash/sectors.ts';
import type { FlashRegion } from '../../src/image/flash-region.ts';
import { firmware } from '../support/virtual-chip.ts';

const FLASH_BYTES = 16 * BLOCK_BYTES;

describe('what of an image the flash does not hold', () => {
  it('asks once for each 64 KB of an image that is there', () => {
    const regions = [region(0x10000, firmware(5 * BLOCK_BYTES))];
    const { asked, differing } = ask(flashOf(regions), regions, { thoroughness: 'sampled' });
    expect(differing).toEqual([]);
    expect(asked.map(({ sizeBytes }) => sizeBytes)).toEqual(Array(5).fill(BLOCK_BYTES));
  });

  it('finds one changed byte by its block and its sector', () => {
    const regions = [region(0x10000, firmware(5 * BLOCK_BYTES))];
    const flash = flashOf(regions);
    flash[0x23456] = flash[0x23456]! ^ 1;
    const { asked, differing } = ask(flash, regions, { thoroughness: 'sampled' });
    expect(differing).toEqual([{ address: 0x23000, sizeBytes: SECTOR_BYTES }]);
    expect(asked).toHaveLength(5 + 16);
  });

  it('asks for three blocks of an image that is another one', () => {
    const regions = [region(0, firmware(10 * BLOCK_BYTES))];
    const other = flashOf([region(0, firmware(10 * BLOCK_BYTES, 7))]);
    const { asked, differing } = ask(other, regions, { thoroughness: 'sampled' });
    expect(asked).toHaveLength(3);
    expect(differing).toHaveLength(160);
  });

  it('asks for the rest alone where it is known what was written last', () => {
    const old = [region(0x10000, firmware(5 * BLOCK_BYTES))];
    const changed = old[0]!.data.slice();
    changed[0x20000] = changed[0x20000]! ^ 1;
    const { asked, differing } = ask(flashOf(old), [region(0x10000, changed)], {
      thoroughness: 'sampled',
      known: withRegions(new Map(), old),
    });
    expect(differing).toEqual([{ address: 0x30000, sizeBytes: SECTOR_BYTES }]);
    expect(asked.some(({ address, sizeBytes }) => address <= 0x30000 && 0x30000 < address + sizeBytes)).toBe(
      false,
    );
  });

  it('is not deceived by a memory of another flash', () => {
    const regions = [region(0, firmware(3 * BLOCK_BYTES))];
    const blank = new Uint8Array(FLASH_BYTES).fill(0xff);
    const known = withRegions(new Map(), regions);
    expect(ask(blank, regions, { thoroughness: 'sampled', known }).differing).toHaveLength(48);
  });

  it('never takes for equal what differs, and finds no more where every sector is asked for', () => {
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom('sampled' as const, 'every-sector' as const),
        (one, thoroughness) => {
          const { flash, regions, known } = one;
          const { differing } = ask(flash, regions, {
            thoroughness,
            ...(known === undefined ? {} : { known }),
          });
          const truly = regions
            .flatMap(({ address, data }) => cut(address, data.length, SECTOR_BYTES))
            .filter((sector) => !isEqual(flash, regions, sector))
            .map(({ address }) => address);
          const found = differing.map(({ address }) => address);
          expect(found).toEqual(expect.arrayContaining(truly));
          expect(found).toEqual([...found].sort((left, right) => left - right));
          if (thoroughness === 'every-sector' && known === undefined) expect(found).toEqual(truly);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('the jobs', () => {
  it('make a NOR flash hold the regions, and touch no other sector', () => {
    fc.assert(
      fc.property(cases, fc.boolean(), fc.boolean(), ({ flash, regions }, canErase, compress) => {
        const before = flash.slice();
        const { differing } = ask(flash, regions, { thoroughness: 'every-sector' });
        for (const job of jobsFor(regions, differing, { canErase, compress })) {
          expect(job.kind === 'write' || canErase).toBe(true);
          // As the loader does: whole sectors are erased for what is written; programming only clears bits.
          const bytes = job.kind === 'write' ? job.data.length : job.sizeBytes;
          flash.fill(0xff, job.address, job.address + Math.ceil(bytes / SECTOR_BYTES) * SECTOR_BYTES);
          if (job.kind === 'write')
            for (const [at, byte] of job.data.entries()) flash[job.address + at]! &= byte;
        }
        for (const { address, data } of regions) {
          expect(Buffer.compare(flash.subarray(address, address + data.length), data)).toBe(0);
        }
        const touched = new Set(differing.map(({ address }) => Math.floor(address / SECTOR_BYTES)));
        for (let sector = 0; sector < FLASH_BYTES / SECTOR_BYTES; sector++) {
          if (touched.has(sector)) continue;
          const [from, to] = [sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES];
          expect(Buffer.compare(flash.subarray(from, to), before.subarray(from, to))).toBe(0);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('erase a long blank stretch, and do not send the blank end of a sector', () => {
    const data = firmware(12 * SECTOR_BYTES);
    data.fill(0xff, SECTOR_BYTES, 8 * SECTOR_BYTES);
    data.fill(0xff, 11 * SECTOR_BYTES + 9);
    const regions = [region(0, data)];
    const jobs = (compress: boolean) =>
      jobsFor(regions, cut(0, data.length, SECTOR_BYTES), { canErase: true, compress }).map((job) => [
        ...[job.kind, job.address, job.kind === 'write' ? job.data.length : job.sizeBytes],
      ]);
    expect(jobs(false)).toEqual([
      ['write', 0, SECTOR_BYTES],
      ['erase', SECTOR_BYTES, 7 * SECTOR_BYTES],
      ['write', 8 * SECTOR_BYTES, 3 * SECTOR_BYTES + 12],
    ]);
    // Compressed it costs nothing to write it along.
    expect(jobs(true)).toEqual([['write', 0, 11 * SECTOR_BYTES + 12]]);
  });
});

/** A flash that holds one or two regions in part, and what is remembered of it, rightly or not. */
const cases = fc
  .record({
    seed: fc.integer({ min: 1, max: 1e6 }),
    sizes: fc.array(fc.integer({ min: 1, max: 4 * BLOCK_BYTES }), { minLength: 1, maxLength: 2 }),
    blanks: fc.array(fc.tuple(fc.integer({ min: 0, max: 127 }), fc.integer({ min: 1, max: 20 })), {
      maxLength: 3,
    }),
    damage: fc.array(fc.integer({ min: 0, max: FLASH_BYTES - 1 }), { maxLength: 12 }),
    isOther: fc.boolean(),
    memory: fc.constantFrom('none', 'right', 'of-the-image'),
  })
  .map(({ seed, sizes, blanks, damage, isOther, memory }) => {
    const regions = sizes.map((size, index) => region(index * 8 * BLOCK_BYTES, firmware(size, seed + index)));
    for (const [sector, count] of blanks) {
      for (const { address, data } of regions) {
        const from = Math.max(0, sector * SECTOR_BYTES - address);
        if (from < data.length) data.fill(0xff, from, from + count * SECTOR_BYTES);
      }
    }
    const flash = isOther ? firmware(FLASH_BYTES, seed + 9) : flashOf(regions);
    const known = memory === 'none' ? undefined : withRegions(new Map(), regions);
    for (const at of damage) flash[at] = flash[at]! ^ 0x10;
    return { flash, regions, known: memory === 'right' && isOther ? undefined : known };
  });

function ask(flash: Uint8Array, regions: readonly FlashRegion[], options: CompareOptions) {
  const asked: Span[] = [];
  const comparison = compare(regions, options);
  let step = comparison.next();
  while (!step.done) {
    asked.push(step.value);
    step = comparison.next(isEqual(flash, regions, step.value));
  }
  return { asked, differing: step.value };
}

function isEqual(flash: Uint8Array, regions: readonly FlashRegion[], span: Span): boolean {
  return (
    digest(flash.subarray(span.address, span.address + span.sizeBytes)) === digest(bytesOf(regions, span))
  );
}

function digest(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

function flashOf(regions: readonly FlashRegion[]): Uint8Array {
  const flash = new Uint8Array(FLASH_BYTES).fill(0xff);
  for (const { address, data } of regions) flash.set(data, address);
  return flash;
}

function region(address: number, data: Uint8Array): FlashRegion {
  return { address, data, name: 'image' };
}
