import { join } from 'node:path';
import type { FileReader, Files } from '../../host.ts';
import { writeIfChanged } from '../generated.ts';

/** Where the SDK's make compiles its `conf` up to 3.2; from 3.3 on that is a Python script. */
const FOLDER = 'tools/kconfig';

/** Programs that it is made with, by the package that has them. */
export const KCONFIG_PROGRAMS = ['flex', 'bison', 'gperf'] as const;

/** Whether `make defconfig` compiles a program, and into the checkout. */
export async function compilesKconfig(sdk: string, files: FileReader): Promise<boolean> {
  const text = await files.readText(join(sdk, 'make/project_config.mk')).catch(() => '');
  return /^defconfig:.*\$\(KCONFIG_TOOL_DIR\)/m.test(text);
}

/** A copy of its sources below `buildDirectory`, to be compiled there; gives what make is told of it. */
export async function copyKconfig(sdk: string, buildDirectory: string, files: Files): Promise<string> {
  const copy = join(buildDirectory, 'kconfig');
  const copyFolder = async (name: string): Promise<void> => {
    for (const entry of await files.list(join(sdk, FOLDER, name))) {
      const path = join(name, entry);
      const from = join(sdk, FOLDER, path);
      if ((await files.stat(from))?.kind === 'directory') await copyFolder(path);
      // What somebody's make has left there is not taken. Some are scripts.
      else if (!/\.[do]$/.test(entry))
        await writeIfChanged(files, join(copy, path), await files.readText(from), 0o755);
    }
  };
  await copyFolder('');
  return `KCONFIG_TOOL_DIR=${copy}`;
}
