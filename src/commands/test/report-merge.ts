import { join, resolve } from 'node:path';
import { EspawsError } from '../../errors.ts';
import type { Files } from '../../host.ts';
import { countOutcomes, mergeReports, type TestReport } from '../../report/report.ts';
import { failingCases } from '../../test-plan/attempts.ts';
import type { CommandContext, CommandResult } from '../result.ts';
import { exitCodeOf, reportText } from './outcome.ts';
import { REPORT_FILES, writeReport } from './report-files.ts';

export interface ReportMergeOptions {
  /** Folders of reports. */
  directories: readonly string[];
  /** Folder of the joined report. */
  report: string;
}

/** `espaws report merge`: the reports of a plan's shards as one. Its exit code is that of the whole. */
export async function reportMergeCommand(
  { host }: CommandContext,
  { directories, report: target }: ReportMergeOptions,
): Promise<CommandResult> {
  const { files, environment } = host;
  const directory = resolve(target);
  const reports: TestReport[] = [];
  for (const folder of directories) reports.push(await readReport(files, resolve(folder)));
  const [first, ...others] = await Promise.all(
    reports.map(async (report, index) => ({
      ...report,
      cases: await withArtefacts(files, report.cases, { from: resolve(directories[index]!), to: directory }),
    })),
  );
  const merged = mergeReports([first!, ...others]);
  refuseTwice(merged);
  // The shards' own jobs have annotated their cases.
  await writeReport(files, environment, { report: merged, directory });
  // A flaky case that failed its shard has made that shard red already.
  const failing = failingCases(merged, false);
  return {
    exitCode: exitCodeOf(failing, new Map()),
    json: { name: merged.name, counts: countOutcomes(merged.cases), directory, shards: directories.length },
    text: reportText(merged, failing, directory),
  };
}

async function readReport(files: Files, directory: string): Promise<TestReport> {
  const path = join(directory, REPORT_FILES.json);
  try {
    const report = JSON.parse(await files.readText(path)) as Partial<TestReport>;
    if (report.format === 1 && Array.isArray(report.cases)) return report as TestReport;
  } catch (cause) {
    throw notAReport(path, cause);
  }
  throw notAReport(path, undefined);
}

function notAReport(path: string, cause: unknown): EspawsError {
  return new EspawsError(`"${path}" is no report of espaws test.`, {
    code: 'plan/invalid',
    hint: 'Name the folders that espaws test --report wrote.',
    cause,
  });
}

/** The cases with their files beside the joined report. */
async function withArtefacts(
  files: Files,
  cases: TestReport['cases'],
  { from, to }: { from: string; to: string },
): Promise<TestReport['cases']> {
  if (from === to) return cases;
  for (const { path } of cases.flatMap(({ artefacts }) => artefacts)) {
    const source = join(from, path);
    if ((await files.stat(source)) === undefined) continue;
    await files.write(join(to, path), await files.readBytes(source));
  }
  return cases;
}

/** The same shard given twice would count its cases twice. */
function refuseTwice({ cases }: TestReport): void {
  const names = new Set<string>();
  for (const { name } of cases) {
    if (names.has(name)) {
      throw new EspawsError(`The case "${name}" is in two of the reports.`, {
        code: 'usage/invalid',
        hint: 'Name each shard of one run once.',
      });
    }
    names.add(name);
  }
}
