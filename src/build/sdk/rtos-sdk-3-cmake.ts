import { join } from 'node:path';
import { GENERATORS, PYTHON_CHECK, type RtosSdk3Places, type StepConditions } from './rtos-sdk-3-plan.ts';
import type { SdkBuildContext, SdkBuildRequest } from './sdk-build.ts';

/**
 * What `idf.py` finds out before it calls cmake: the generator (that of the build folder, else Ninja, else make), the
 * Python of the scripts, and whether cmake is to be run at all.
 */
export async function cmakeConditions(
  { sdk }: SdkBuildRequest,
  { output }: RtosSdk3Places,
  { isConfigured, context: { files, processes } }: { isConfigured: boolean; context: SdkBuildContext },
): Promise<StepConditions> {
  const cache = await files.readText(cachePath(output)).catch(() => '');
  const configured = /^CMAKE_GENERATOR:\w+=(.*)$/m.exec(cache)?.[1];
  const there: string[] = [];
  for (const { name, tool } of GENERATORS) {
    if ((await processes.find(tool)) !== undefined) there.push(name);
  }
  const isUsable = configured !== undefined && there.includes(configured);
  const generator = isUsable ? configured : there[0];
  // cmake takes no other generator than a folder was configured for.
  if (configured !== undefined && !isUsable) await forgetConfiguration(output, { files });
  const python = (await processes.find('python')) ?? (await processes.find('python3'));
  return {
    isConfigured: isConfigured && isUsable,
    ...(generator === undefined ? {} : { generator }),
    ...(python === undefined ? {} : { python }),
    checksPython: (await files.stat(join(sdk.path, PYTHON_CHECK))) !== undefined,
  };
}

/** After a configuration that failed: half a cache would count as a whole one. */
export async function forgetConfiguration(
  output: string,
  { files }: Pick<SdkBuildContext, 'files'>,
): Promise<void> {
  await files.remove(cachePath(output));
  await files.remove(join(output, 'CMakeFiles'));
}

function cachePath(output: string): string {
  return join(output, 'CMakeCache.txt');
}
