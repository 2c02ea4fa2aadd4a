import { join } from 'node:path';
import type { Environment, Files } from '../../host.ts';
import { githubAnnotations, githubSummary } from '../../report/github.ts';
import { reportHtml } from '../../report/html.ts';
import { junitXml } from '../../report/junit.ts';
import type { TestReport } from '../../report/report.ts';

/** Names in a report's folder. */
export const REPORT_FILES = { json: 'report.json', junit: 'junit.xml', html: 'report.html' } as const;

/** Writes the report in every form, and tells GitHub of it where its runner runs this. */
export async function writeReport(
  files: Files,
  { variables }: Environment,
  { report, directory }: { report: TestReport; directory: string },
): Promise<{ annotations: string[] }> {
  await files.write(join(directory, REPORT_FILES.json), `${JSON.stringify(report, undefined, 1)}\n`);
  await files.write(join(directory, REPORT_FILES.junit), junitXml(report));
  await files.write(join(directory, REPORT_FILES.html), await reportHtml(files, report));
  if (variables['GITHUB_ACTIONS'] !== 'true') return { annotations: [] };
  const summary = variables['GITHUB_STEP_SUMMARY'];
  if (summary !== undefined && summary !== '') await files.append(summary, githubSummary(report));
  return { annotations: githubAnnotations(report) };
}

/** The report without what came from the environment. */
export function redacted<T>(value: T, redact: (text: string) => string): T {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => redacted(one, redact)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, redacted(one, redact)])) as T;
}
