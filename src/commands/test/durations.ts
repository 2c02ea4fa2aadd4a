import { join } from 'node:path';
import { z } from '../../zod.ts';
import type { Files } from '../../host.ts';
import type { CaseReport } from '../../report/report.ts';

/** In the folder of the test state. */
const FILE = 'durations.json';

const schema = z.record(z.string(), z.number());

/** What cases took when they last ran here, in milliseconds by name. A file that cannot be read is as good as none. */
export async function loadDurations(files: Files, directory: string): Promise<ReadonlyMap<string, number>> {
  try {
    const text = await files.readText(join(directory, FILE));
    return new Map(Object.entries(schema.parse(JSON.parse(text))));
  } catch {
    return new Map();
  }
}

/** Adds those of a run; cases that never ran keep what they had. */
export async function saveDurations(
  files: Files,
  directory: string,
  cases: readonly CaseReport[],
): Promise<void> {
  const durations = new Map(await loadDurations(files, directory));
  for (const { name, attempts, durationMs } of cases) {
    if (attempts > 0 && durationMs > 0) durations.set(name, durationMs);
  }
  await files.write(
    join(directory, FILE),
    `${JSON.stringify(Object.fromEntries(durations), undefined, 2)}\n`,
  );
}
