import { z } from '../zod.ts';
import { EspawsError } from '../errors.ts';
import type { FileReader, FileWriter } from '../host.ts';
import { caseMetrics } from './metrics.ts';
import type { CaseReport } from '../report/report.ts';

const metric = z.number().nonnegative().optional();

const baselineSchema = z.strictObject({
  format: z.literal(1),
  /** By the name of the case; the newest point last, which is what later runs are held against. */
  cases: z.record(
    z.string(),
    z
      .array(
        z.strictObject({
          label: z.string(),
          heapPeakBytes: metric,
          flashBytes: metric,
          instructions: metric,
          durationMs: metric,
        }),
      )
      .min(1),
  ),
});

/** What cases took in earlier runs. */
export type Baseline = z.infer<typeof baselineSchema>;

/** Points that are kept of a case. */
const MAX_POINTS = 50;

/** Undefined where there is no file; throws `plan/invalid` where it holds something else. */
export async function readBaseline(files: FileReader, path: string): Promise<Baseline | undefined> {
  if ((await files.stat(path)) === undefined) return undefined;
  const text = await files.readText(path);
  const hint = 'Name a file that --update-baseline wrote, or write it anew with another name.';
  try {
    return baselineSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new EspawsError(`"${path}" is no baseline.`, { code: 'plan/invalid', hint, cause });
  }
}

/** Whole or not at all: `write` renames over the file. */
export async function writeBaseline(files: FileWriter, path: string, baseline: Baseline): Promise<void> {
  await files.write(path, `${JSON.stringify(baseline, undefined, 2)}\n`);
}

/**
 * The baseline with one more point of each case that passed; the others, and those of other shards, stay. `label` says
 * what was run: a commit, a date.
 */
export function updatedBaseline(
  baseline: Baseline | undefined,
  cases: readonly CaseReport[],
  label: string,
): Baseline {
  const updated = new Map(Object.entries(baseline?.cases ?? {}));
  for (const one of cases) {
    if (one.outcome !== 'passed' && one.outcome !== 'flaky') continue;
    const metrics = caseMetrics(one);
    if (Object.keys(metrics).length === 0) continue;
    updated.set(one.name, [...(updated.get(one.name) ?? []), { label, ...metrics }].slice(-MAX_POINTS));
  }
  const sorted = [...updated].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { format: 1, cases: Object.fromEntries(sorted) };
}
