import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endureFaults, endureKills } from './endurance.ts';

// npm run endurance -- [--runs 1000] [--kills 50] [--seed 1] [--boards 10]: one case on virtual boards with random serial faults, and
// with its runner killed at random moments. Ends with 1 where anything was not as it must be.
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    boards: { type: 'string', default: '10' },
  },
});
const directory = await mkdtemp(join(tmpdir(), 'espaws-endurance-'));
const onRun = (text: string) => process.stderr.write(`${text}\n`);
try {
  const common = { seed: Number(values.seed), boards: Number(values.boards), onRun };
  const faults = await endureFaults({
    ...{ ...common, directory: join(directory, 'faults'), runs: Number(values.runs) },
  });
  const kills = await endureKills({
    ...{ ...common, directory: join(directory, 'kills'), runs: Number(values.kills) },
  });
  process.stdout.write(`${JSON.stringify({ faults, kills }, undefined, 2)}\n`);
  process.exitCode = faults.wrong.length + kills.wrong.length === 0 ? 0 : 1;
} finally {
  await rm(directory, { recursive: true, force: true });
}
