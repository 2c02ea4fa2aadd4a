import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recall, remember } from '../../src/flash/known-contents.ts';
import { nodeEnvironment } from '../../src/io/environment.ts';
import { nodeFiles } from '../../src/io/files.ts';

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'espaws-known-'));
});
afterEach(() => rm(cache, { recursive: true }));
const stores = () => ({
  files: nodeFiles,
  environment: { ...nodeEnvironment(), variables: { ESPAWS_CACHE: cache } },
});
const identity = (number: number) => ({
  mac: `18:fe:34:00:0${number >> 8}:${(number & 0xff).toString(16).padStart(2, '0')}`,
  flashId: 'ef4016',
});

it('tells boards and flash chips apart, and forgets when told to', async () => {
  await remember(stores(), identity(1), new Map([[0x1000, 'one']]));
  await remember(stores(), identity(2), new Map([[0x1000, 'two']]));
  expect(await recall(stores(), identity(1))).toEqual(new Map([[0x1000, 'one']]));
  expect(await recall(stores(), { ...identity(1), flashId: 'c84016' })).toBeUndefined();
  await remember(stores(), identity(1), undefined);
  expect(await recall(stores(), identity(1))).toBeUndefined();
  expect(await recall(stores(), identity(2))).toEqual(new Map([[0x1000, 'two']]));
});

it('forgets the boards that were written longest ago', async () => {
  for (let number = 0; number < 257; number++) {
    await remember(stores(), identity(number), new Map());
    if (number === 7) for (const name of await readdir(join(cache, 'flash'))) await ageOf(name);
  }
  expect(await readdir(join(cache, 'flash'))).toHaveLength(256);
  expect(await recall(stores(), identity(256))).toBeDefined();
  const kept = await Promise.all(
    [0, 1, 2, 3, 4, 5, 6, 7].map((number) => recall(stores(), identity(number))),
  );
  expect(kept.filter((known) => known === undefined)).toHaveLength(1);
});

async function ageOf(name: string): Promise<void> {
  await utimes(join(cache, 'flash', name), 1000, 1000);
}
