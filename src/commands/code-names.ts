import { join } from 'node:path';
import { namesOfCode, type ErrorCodes } from '../mbedtls/error-codes.ts';
import { readTree, type MbedtlsTree } from '../mbedtls/tree.ts';
import { loadProject, type Project } from '../project/load.ts';
import { cacheDirectory } from '../sdk/cache.ts';
import type { CodeNames } from '../verdict/explain.ts';
import type { CommandContext } from './result.ts';

/**
 * Names of mbedTLS's codes: of the project's tree, else of each version in the user's cache. Where there is none, no
 * code has a name: nothing is downloaded to show a log.
 */
export async function codeNames(context: CommandContext, project: string): Promise<CodeNames> {
  const wanted = await loadProject(context.host.files, project).then(
    ({ mbedtls }) => mbedtls,
    // A log is shown, whatever is the matter with the project.
    () => undefined,
  );
  return namesOfTrees(await treesFor(context, await cachedTrees(context), wanted));
}

/** The tree that a project wants, where it is at hand; else all that are cached. */
export async function treesFor(
  { host }: CommandContext,
  cached: ReadonlyMap<string, string>,
  wanted: Project['mbedtls'] | undefined,
): Promise<MbedtlsTree[]> {
  const path = wanted === undefined ? undefined : 'path' in wanted ? wanted.path : cached.get(wanted.version);
  const paths = path === undefined ? [...cached.values()] : [path];
  return Promise.all(paths.map((one) => readTree(host.files, one)));
}

/** Folders of the trees in the user's cache, by their versions (`2.28`), the oldest first. */
export async function cachedTrees({ host }: CommandContext): Promise<ReadonlyMap<string, string>> {
  const folder = join(cacheDirectory(host.environment), 'mbedtls');
  const versions = (await host.files.list(folder)).filter((name) => /^\d/.test(name));
  return new Map(versions.map((version) => [version, join(folder, version)]));
}

/** The names that versions give a code: some numbers were given anew in mbedTLS 3. */
export function namesOfTrees(
  trees: readonly { version: { text: string }; errorCodes: ErrorCodes }[],
): CodeNames {
  const known = (code: number) =>
    trees
      .map(({ version, errorCodes }) => ({ version: version.text, names: namesOfCode(errorCodes, code) }))
      .filter(({ names }) => names.length > 0);
  return {
    namesOf: (code) => known(code)[0]?.names ?? [],
    versionsOf: (code) => {
      const all = known(code);
      return all.filter(
        ({ names }, index) => all.findIndex((other) => other.names.join() === names.join()) === index,
      );
    },
  };
}
