import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashOf, ObjectCache } from '../../src/build/object-cache.ts';
import { nodeFiles } from '../../src/io/files.ts';

const OBJECT_BYTES = 1000;
const keyOf = (index: number) => hashOf(`object ${index}`);
const objectOf = (index: number) => new Uint8Array(OBJECT_BYTES).fill(index);

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'espaws-objects-'));
});
afterEach(() => rm(directory, { recursive: true }));

const pathOf = (index: number) => join(directory, keyOf(index).slice(0, 2), `${keyOf(index).slice(2)}.o`);

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.includes('.o'));
}

/** Objects 0 to `count - 1`, the first used longest ago. */
async function filled(cache: ObjectCache, count: number, stderr = ''): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await cache.put(keyOf(index), objectOf(index), stderr);
    const used = new Date(Date.UTC(2026, 0, 1, 0, index));
    await utimes(pathOf(index), used, used);
  }
}

describe('ObjectCache', () => {
  it('gives back what was put, with its warnings', async () => {
    const cache = new ObjectCache(nodeFiles, directory);
    expect(await cache.get(keyOf(1))).toBeUndefined();
    await cache.put(keyOf(1), objectOf(1), 'a warning');
    expect(await cache.get(keyOf(1))).toMatchObject({ stderr: 'a warning' });
    expect(new Uint8Array((await cache.get(keyOf(1)))!.object)).toEqual(objectOf(1));
  });

  it('removes what was not used for longest, down to three quarters of what it may hold', async () => {
    const cache = new ObjectCache(nodeFiles, directory, 8 * OBJECT_BYTES);
    await filled(cache, 10, 'a warning');
    await cache.get(keyOf(0));
    await cache.prune();
    const left = [];
    for (let index = 0; index < 10; index += 1) {
      if ((await nodeFiles.stat(pathOf(index))) !== undefined) left.push(index);
    }
    expect(left).toEqual([0, 5, 6, 7, 8, 9]);
    expect(await filesIn(directory)).toHaveLength(2 * left.length);
  });

  it('keeps everything while there is room', async () => {
    const cache = new ObjectCache(nodeFiles, directory, 8 * OBJECT_BYTES);
    await filled(cache, 8);
    await cache.prune();
    expect(await filesIn(directory)).toHaveLength(8);
  });

  it('does not look through the cache where nothing was put', async () => {
    await filled(new ObjectCache(nodeFiles, directory), 10);
    await new ObjectCache(nodeFiles, directory, OBJECT_BYTES).prune();
    expect(await filesIn(directory)).toHaveLength(10);
  });

  it('removes in time what a killed process left half-written', async () => {
    const cache = new ObjectCache(nodeFiles, directory, 8 * OBJECT_BYTES);
    const partial = `${pathOf(77)}.4711.abcdef01.tmp`;
    await nodeFiles.write(partial, new Uint8Array(OBJECT_BYTES));
    await utimes(partial, new Date(0), new Date(0));
    await filled(cache, 8);
    await cache.prune();
    await expect(stat(partial)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('leaves what another process is writing now', async () => {
    const cache = new ObjectCache(nodeFiles, directory, 4 * OBJECT_BYTES);
    await filled(cache, 8);
    const partial = `${pathOf(77)}.4711.abcdef01.tmp`;
    await nodeFiles.write(partial, new Uint8Array(OBJECT_BYTES));
    const used = new Date(Date.UTC(2026, 0, 1, 0, 0));
    await utimes(partial, used, used);
    await cache.prune();
    expect((await stat(partial)).size).toBe(OBJECT_BYTES);
  });

  it('serves several processes that put, get and prune at once', async () => {
    const source = (path: string) =>
      JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../src', path)).href);
    const program = `
      const { hashOf, ObjectCache } = await import(${source('build/object-cache.ts')});
      const { nodeFiles } = await import(${source('io/files.ts')});
      let hits = 0;
      for (let round = 0; round < 300; round += 1) {
        const cache = new ObjectCache(nodeFiles, process.argv[1], 10 * ${OBJECT_BYTES});
        // Each object twice in a row: a process that runs alone would else go round more than the cache keeps, and find none.
        const index = (Math.floor(round / 2) * 7 + process.pid) % 20;
        const key = hashOf('object ' + index);
        const found = await cache.get(key);
        if (found === undefined) await cache.put(key, new Uint8Array(${OBJECT_BYTES}).fill(index), '');
        else if (found.object.length !== ${OBJECT_BYTES} || found.object.some((byte) => byte !== index)) {
          throw new Error('a foreign or half object');
        } else hits += 1;
        await cache.prune();
      }
      if (hits === 0) throw new Error('nothing was ever found');`;
    const run = promisify(execFile);
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program, directory];
    await Promise.all(Array.from({ length: 3 }, () => run(process.execPath, args)));
    const sizes = await Promise.all(
      (await filesIn(directory)).map(async (name) => (await stat(join(directory, name))).size),
    );
    expect(sizes.every((size) => size === OBJECT_BYTES)).toBe(true);
    expect(sizes.length).toBeLessThanOrEqual(12);
  });
});
