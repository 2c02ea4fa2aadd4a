import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endureFaults, endureKills } from '../../scripts/endurance/endurance.ts';
import { hasToolchain } from '../support/board-image.ts';
import { testTree } from '../support/trees.ts';

/** A few of what `npm run endurance` does a thousand times. */
describe.runIf(hasToolchain && testTree('2.28') !== undefined)('espaws test, again and again', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'espaws-endurance-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('says the truth about boards with faults, and leaves nothing', async () => {
    const { passed, wrong } = await endureFaults({
      ...{ directory: join(directory, 'faults'), runs: 6, seed: 4, boards: 2 },
    });
    expect(wrong).toEqual([]);
    expect(passed).toBeGreaterThan(0);
  });

  it('starts clean after it was killed', async () => {
    const { passed, wrong } = await endureKills({
      ...{ directory: join(directory, 'kills'), runs: 3, seed: 1, boards: 2 },
    });
    expect({ passed, wrong }).toEqual({ passed: 3, wrong: [] });
  });
});
