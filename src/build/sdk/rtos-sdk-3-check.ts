import { join } from 'node:path';
import type { FileReader, Processes } from '../../host.ts';
import type { MissingPart } from '../../sdk/check-sdk.ts';
import { compilesKconfig, KCONFIG_PROGRAMS } from './kconfig-tools.ts';
import { GENERATORS, systemOf } from './rtos-sdk-3-plan.ts';
import type { SdkBuildRequest } from './sdk-build.ts';

/** Debian's packages for the SDK's kconfig; the menus come with the same make. */
const KCONFIG_PACKAGES = 'flex bison gperf libncurses-dev';

/** What neither make nor cmake would say in one sentence: files of the project, and programs of this machine. */
export async function missingTools(
  { sdk, options, projectDirectory }: Pick<SdkBuildRequest, 'sdk' | 'options' | 'projectDirectory'>,
  { files, processes }: { files: FileReader; processes: Processes },
): Promise<MissingPart[]> {
  const parts: MissingPart[] = [];
  if (/[:\s]/.test(sdk.path)) {
    parts.push({
      text: `the SDK's make takes no path with a colon or a blank, and it is in "${sdk.path}"`,
      hint: 'move it',
    });
  }
  const isCmake = systemOf(options) === 'cmake';
  const [project, other] = isCmake ? ['CMakeLists.txt', 'make'] : ['Makefile', 'cmake'];
  if ((await files.stat(join(projectDirectory, project))) === undefined) {
    parts.push({
      text: `there is no ${project} in "${projectDirectory}"`,
      hint: `write one, or set system: ${other} in espaws.yaml`,
    });
  }
  const lacks = async (tool: string) => (await processes.find(tool)) === undefined;
  const absent = (tool: string, packages: string) => {
    parts.push({ text: `${tool} is not there`, hint: `sudo apt-get install ${packages}` });
  };
  if (!isCmake) {
    if (await lacks('make')) absent('make', 'make');
    for (const tool of (await compilesKconfig(sdk.path, files)) ? KCONFIG_PROGRAMS : []) {
      if (await lacks(tool)) absent(tool, KCONFIG_PACKAGES);
    }
    return parts;
  }
  if (await lacks('cmake')) absent('cmake', 'cmake');
  const generators = await Promise.all(GENERATORS.map(({ tool }) => lacks(tool)));
  if (generators.every(Boolean)) absent(GENERATORS.map(({ tool }) => tool).join(' or '), 'ninja-build');
  return parts;
}
