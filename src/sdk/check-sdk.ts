import { join } from 'node:path';
import type { FileReader, Processes } from '../host.ts';
import type { CheckoutDescription } from './schema.ts';
import { toolPath, type Toolchain } from './toolchain.ts';

/** What a build would fail on later, with the command that mends it. */
export interface MissingPart {
  text: string;
  hint: string;
}

/** Modules that the SDK's scripts import (requirements.txt of ESP8266_RTOS_SDK 3.4), by the name of their package. */
const PYTHON_MODULES = {
  click: 'click',
  pyserial: 'serial',
  future: 'future',
  cryptography: 'cryptography',
  pyparsing: 'pyparsing',
  pyelftools: 'elftools',
} as const;

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

async function missingLibraries(
  { processes, signal }: { processes: Processes; signal: AbortSignal },
  { description }: { description: CheckoutDescription },
  toolchain: Toolchain,
): Promise<MissingPart[]> {
  const gcc = toolPath(toolchain, 'gcc');
  const parts: MissingPart[] = [];
  const lacks = (what: string) => {
    parts.push({
      text: `${description.title} needs ${what}, and ${toolchain.identity} has none`,
      hint: `Put the toolchain that it is made for first on PATH: ${description.toolchain.expected}`,
    });
  };
  const { needs } = description.toolchain;
  if (needs.includes('newlib')) {
    // Of newlib alone: other C libraries have no such header.
    const args = ['-E', '-x', 'c', '-o', '/dev/null', '-'];
    const { exitCode } = await processes.run(gcc, args, { input: '#include <reent.h>\n', signal });
    if (exitCode !== 0) lacks('newlib');
  }
  for (const library of ['libstdc++', 'libhal'] as const) {
    if (!needs.includes(library)) continue;
    const { stdout } = await processes.run(gcc, [`-print-file-name=${library}.a`], { signal });
    // The name alone is the answer of a compiler that has none.
    if (stdout.trim() === `${library}.a`) lacks(library);
  }
  return parts;
}

/** The SDK's make calls `python`, by whatever version that is. */
async function missingPython(
  { processes, signal }: { processes: Processes; signal: AbortSignal },
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
  const names = Object.values(PYTHON_MODULES);
  const script = `import importlib.util as u\nfor n in ${JSON.stringify(names)}:\n  if u.find_spec(n) is None: print(n)`;
  const { stdout } = await processes.run(python, ['-c', script], { signal });
  const missing = stdout.split('\n').filter((name) => name !== '');
  if (missing.length === 0) return [];
  const packages = Object.entries(PYTHON_MODULES)
    .filter(([, module]) => missing.includes(module))
    .map(([name]) => name);
  return [
    {
      text: `${python} lacks ${packages.join(', ')}, which the SDK’s scripts import`,
      hint: `${python} -m pip install -r ${join(sdk, 'requirements.txt')}`,
    },
  ];
}
