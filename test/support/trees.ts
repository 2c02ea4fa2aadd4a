import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nodeEnvironment } from '../../src/io/environment.ts';
import { cacheDirectory } from '../../src/sdk/cache.ts';

/** mbedTLS versions that tests can be run with, and the variable that names a tree of each. */
const VARIABLES = {
  '2.2': 'ESPAWS_TEST_MBEDTLS_2_2',
  '2.7': 'ESPAWS_TEST_MBEDTLS_2_7',
  '2.16': 'ESPAWS_TEST_MBEDTLS_2_16',
  '2.28': 'ESPAWS_TEST_MBEDTLS_2',
  '3.6': 'ESPAWS_TEST_MBEDTLS_3',
} as const;

export type TestVersion = keyof typeof VARIABLES;

/**
 * Folder of an mbedTLS tree: from its variable, else from the user's cache, which scripts/setup fills with 2.28 and
 * 3.6. Undefined where there is none: the test then skips, and its title says which variable would change that.
 */
export function testTree(version: TestVersion): string | undefined {
  const named = process.env[VARIABLES[version]];
  if (named !== undefined && named !== '') return named;
  const cached = join(cacheDirectory(nodeEnvironment()), 'mbedtls', version);
  return existsSync(cached) ? cached : undefined;
}

/** For the title of a test that needs the tree. */
export function treeTitle(version: TestVersion): string {
  return testTree(version) === undefined
    ? `mbedTLS ${version} (SKIPPED: set ${VARIABLES[version]})`
    : `mbedTLS ${version}`;
}
