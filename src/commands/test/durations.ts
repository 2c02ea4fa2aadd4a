import { join } from 'node:path';
import { z } from '../../zod.ts';
import type { Files } from '../../host.ts';
import type { CaseReport } from '../../report/report.ts';

/** In the folder of the test state. */
const FILE = 'durations.json';

const schema = z.record(z.string(), z.number());

/** What cases took when they last ran here, in milliseconds by name. A file that cannot be read is as good as none. */
export async function loadDurations(files: Files, directory: string): Promise<ReadonlyMap<string, number>> {
  const text = await files.readText(join(directory, FILE)).catch(() => '{}');
  try {
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
  const known = await loadDurations(files, directory);
  const ran = cases.filter(({ attempts, durationMs }) => attempts > 0 && durationMs > 0);
  const durations = { ...Object.fromEntries(known), ...Object.fromEntries(ran.map(nameAndMs)) };
  await files.write(join(directory, FILE), `${JSON.stringify(durations, undefined, 2)}\n`);
}

function nameAndMs({ name, durationMs }: CaseReport): [string, number] {
  return [name, durationMs];
}
