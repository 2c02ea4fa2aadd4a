import { join } from 'node:path';
import type { FileReader, Processes } from '../host.ts';
import type { CheckoutDescription } from './schema.ts';
import { toolPath, type Toolchain } from './toolchain.ts';

/** What a build would fail on later, with the command that mends it. */
export interface MissingPart {
  text: string;
  hint: string;
}

/**
 * What a checkout, the toolchain and Python lack for building with it. `toolchain` undefined: there is none, which is
 * said elsewhere.
 */
export async function missingParts(
  tools: { files: FileReader; processes: Processes; signal: AbortSignal },
  sdk: { path: string; description: CheckoutDescription },
  toolchain: Toolchain | undefined,
): Promise<MissingPart[]> {
  return [
    ...(await missingFiles(tools, sdk)),
    ...(toolchain === undefined ? [] : await missingLibraries(tools, sdk, toolchain)),
    ...(sdk.description.mechanism === 'rtos-sdk-3' ? await missingPython(tools, sdk.path) : []),
  ];
}

async function missingFiles(
  { files }: { files: FileReader },
  { path: sdk, description }: { path: string; description: CheckoutDescription },
): Promise<MissingPart[]> {
  const parts: MissingPart[] = [];
  for (const { path, mend } of description.required) {
    if ((await files.stat(join(sdk, path))) !== undefined) continue;
    parts.push({ text: `${join(sdk, path)} is not there`, hint: mend.replaceAll('{sdk}', sdk) });
  }
  return parts;
}

/** By which a compiler is seen to have it; the others by their archive. */
const HEADERS: Readonly<Record<string, string>> = {
  // Of newlib alone: other C libraries have no such header.
  newlib: 'reent.h',
  'xtensa-headers': 'xtensa/config/core.h',
};

async function missingLibraries(
  { files, processes, signal }: { files: FileReader; processes: Processes; signal: AbortSignal },
  { path: sdk, description }: { path: string; description: CheckoutDescription },
  toolchain: Toolchain,
): Promise<MissingPart[]> {
  const gcc = toolPath(toolchain, 'gcc');
  const parts: MissingPart[] = [];
  const lacks = ({ library, or }: { library: string; or?: string | undefined }) => {
    const other = or === undefined ? '' : `; or ${or}`;
    parts.push({
      text: `${description.title} needs ${library}, and ${toolchain.identity} has none`,
      hint: `Put the toolchain that it is made for first on PATH: ${description.toolchain.expected}${other}`,
    });
  };
  for (const need of description.toolchain.needs) {
    const { library, unless } = need;
    if (unless !== undefined && (await files.stat(join(sdk, unless))) !== undefined) continue;
    const header = HEADERS[library];
    if (header !== undefined) {
      const args = ['-E', '-x', 'c', '-o', '/dev/null', '-'];
      const { exitCode } = await processes.run(gcc, args, { input: `#include <${header}>\n`, signal });
      if (exitCode !== 0) lacks(need);
      continue;
    }
    const { stdout } = await processes.run(gcc, [`-print-file-name=${library}.a`], { signal });
    // The name alone is the answer of a compiler that has none.
    if (stdout.trim() === `${library}.a`) lacks(need);
  }
  return parts;
}

/** The SDK's make calls `python`, by whatever version that is. */
async function missingPython(
  { files, processes, signal }: { files: FileReader; processes: Processes; signal: AbortSignal },
  sdk: string,
): Promise<MissingPart[]> {
  const python = await processes.find('python');
  if (python === undefined) {
    return [
      {
        text: 'There is no program "python", which the SDK’s make calls',
        hint: 'sudo apt-get install python-is-python3',
      },
    ];
  }
  // The SDK's own check, which its build begins with from 3.2 on.
  const [script, requirements] = ['tools/check_python_dependencies.py', 'requirements.txt'].map((name) =>
    join(sdk, name),
  ) as [string, string];
  const there = await Promise.all([script, requirements].map((path) => files.stat(path)));
  if (there.includes(undefined)) return [];
  const env = { IDF_PATH: sdk, PYTHONDONTWRITEBYTECODE: '1' };
  const { exitCode, stdout, stderr } = await processes.run(python, [script], { env, signal });
  if (exitCode === 0) return [];
  const unmet = /requirements are not satisfied:\n((?:\S+\n)*)/.exec(stdout)?.[1]?.trim();
  const said = unmet?.replaceAll('\n', ' and ') ?? `${stdout}${stderr}`.trim().split('\n').at(-1) ?? '';
  return [
    {
      text: `${python} lacks what the SDK's scripts ask for: ${said}`,
      hint: `${python} -m pip install -r ${requirements} (in a virtual environment, where the system's Python takes none)`,
    },
  ];
}
