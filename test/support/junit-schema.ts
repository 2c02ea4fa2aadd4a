import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nodeEnvironment } from '../../src/io/environment.ts';
import { cacheDirectory } from '../../src/sdk/cache.ts';

const fetched = join(cacheDirectory(nodeEnvironment()), 'junit/junit-10.xsd');
const own = join(import.meta.dirname, '../report/junit.xsd');
const hasFetched = existsSync(fetched);
const hasXmllint = spawnSync('xmllint', ['--version']).status === 0;
if (!hasXmllint)
  process.stderr.write('SKIPPED: xmllint is not installed; no JUnit report is held to a schema.\n');
else if (!hasFetched) {
  process.stderr.write(
    'SKIPPED: JUnit reports are not held to junit-10.xsd of Jenkins, only to a schema of our own; run scripts/setup --tests.\n',
  );
}

/** What can judge: the schema of Jenkins's xUnit plugin, where scripts/setup --tests could get it, and our own. */
export const JUNIT_SCHEMAS = hasXmllint ? [...(hasFetched ? [fetched] : []), own] : [];

/** What xmllint has against the report, by any of the schemas; empty where it is valid. */
export function junitFaults(xml: string): string[] {
  return JUNIT_SCHEMAS.flatMap((schema) => {
    const { status, stderr } = spawnSync('xmllint', ['--noout', '--schema', schema, '-'], {
      input: xml,
      encoding: 'utf8',
    });
    return status === 0 ? [] : [`${schema}: ${stderr}`];
  });
}
