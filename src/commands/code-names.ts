import { join } from 'node:path';
import { namesOfCode, type ErrorCodes } from '../mbedtls/error-codes.ts';
import { readTree } from '../mbedtls/tree.ts';
import { loadProject } from '../project/load.ts';
import { cacheDirectory } from '../sdk/cache.ts';
import type { CodeNames } from '../verdict/explain.ts';
import type { CommandContext } from './result.ts';

/**
 * Names of mbedTLS's codes: of the project's tree, else of each version in the user's cache. Where there is none, no
 * code has a name: nothing is downloaded to show a log.
 */
export async function codeNames(context: CommandContext, project: string): Promise<CodeNames> {
  const { files } = context.host;
  const wanted = await loadProject(files, project).then(
    ({ mbedtls }) => mbedtls,
    // A log is shown, whatever is the matter with the project.
    () => undefined,
  );
  if (wanted !== undefined && 'path' in wanted) return namesOfTrees([await readTree(files, wanted.path)]);
  const cached = await cachedTrees(context);
  const chosen = cached.get(wanted?.version ?? '');
  const paths = chosen === undefined ? [...cached.values()] : [chosen];
  return namesOfTrees(await Promise.all(paths.map((path) => readTree(files, path))));
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
