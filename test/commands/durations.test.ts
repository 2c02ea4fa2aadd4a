import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadDurations, saveDurations } from '../../src/commands/test/durations.ts';
import { nodeFiles } from '../../src/io/files.ts';
import type { CaseReport } from '../../src/report/report.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'espaws-durations-'));
});
afterEach(() => rm(directory, { recursive: true }));
const ran = (name: string, durationMs: number, attempts = 1) =>
  ({ name, durationMs, attempts }) as CaseReport;
const known = async () => Object.fromEntries(await loadDurations(nodeFiles, directory));

it('keeps what cases took, and what others took before', async () => {
  expect(await known()).toEqual({});
  await saveDurations(nodeFiles, directory, [ran('a', 100), ran('b', 200)]);
  await saveDurations(nodeFiles, directory, [ran('b', 300), ran('never ran', 5, 0)]);
  expect(await known()).toEqual({ a: 100, b: 300 });
});

it.each(['{"a": 1', '{"a": "long"}', '[]', ''])('takes %j as if it were not there', async (text) => {
  await writeFile(join(directory, 'durations.json'), text);
  expect(await known()).toEqual({});
  await saveDurations(nodeFiles, directory, [ran('b', 1)]);
  expect(await known()).toEqual({ b: 1 });
});
