import { join } from 'node:path';
import { namesOfCode } from '../mbedtls/error-codes.ts';
import { readTree } from '../mbedtls/tree.ts';
import { loadProject } from '../project/load.ts';
import { cacheDirectory } from '../sdk/cache.ts';
import type { CodeNames } from '../verdict/explain.ts';
import type { CommandContext } from './result.ts';

/**
 * Names of mbedTLS's codes: of the project's tree, else of the newest one in the user's cache. Where there is none,
 * no code has a name: nothing is downloaded to show a log.
 */
export async function codeNames(context: CommandContext, project: string): Promise<CodeNames> {
  const path = await treePath(context, project);
  if (path === undefined) return { namesOf: () => [] };
  const { errorCodes } = await readTree(context.host.files, path);
  return { namesOf: (code) => namesOfCode(errorCodes, code) };
}

async function treePath({ host }: CommandContext, directory: string): Promise<string | undefined> {
  const { files, environment } = host;
  const wanted = await loadProject(files, directory).then(
    ({ mbedtls }) => mbedtls,
    // A log is shown, whatever is the matter with the project.
    () => undefined,
  );
  if (wanted !== undefined && 'path' in wanted) return wanted.path;
  const folder = join(cacheDirectory(environment), 'mbedtls');
  const cached = (await files.list(folder)).filter((name) => /^\d/.test(name));
  const version = cached.find((name) => name === wanted?.version) ?? cached.at(-1);
  return version === undefined ? undefined : join(folder, version);
}
