import { isAbsolute, join } from 'node:path';
import type { FileReader, Processes } from '../../host.ts';
import { toolPath, type Toolchain } from '../../sdk/toolchain.ts';
import type { Diagnostic } from '../diagnostics.ts';

export interface LinkLine {
  /** As make would give it to the compiler. */
  words: readonly string[];
  projectDirectory: string;
  sdk: { path: string; version: string };
  toolchain: Toolchain;
  signal: AbortSignal;
}

/**
 * What the link would fail on after everything has been compiled: archives that are named and not there, and mbedTLS
 * that is not named.
 */
export async function checkLinkLine(
  { files, processes }: { files: FileReader; processes: Processes },
  { words, projectDirectory, sdk, toolchain, signal }: LinkLine,
): Promise<Diagnostic[]> {
  const folders = words
    .filter((word) => word.startsWith('-L'))
    .map((word) => word.slice(2))
    .map((folder) => (isAbsolute(folder) ? folder : join(projectDirectory, folder)));
  const names = [...new Set(words.filter((word) => /^-l./.test(word)).map((word) => word.slice(2)))];
  const missing: string[] = [];
  for (const name of names) {
    const file = `lib${name}.a`;
    const found = await Promise.all(folders.map((folder) => files.stat(join(folder, file))));
    if (found.some((entry) => entry !== undefined)) continue;
    const args = [`-print-file-name=${file}`];
    const { stdout } = await processes.run(toolPath(toolchain, 'gcc'), args, { signal });
    // The name alone is the answer of a compiler that has none.
    if (stdout.trim() === file || stdout.trim() === '') missing.push(file);
  }
  const diagnostics = missing.map((file): Diagnostic => ({ severity: 'error', message: absent(file, sdk) }));
  if (!names.includes('mbedtls')) {
    const minic = (await files.stat(join(sdk.path, 'lib/libminic.a'))) === undefined ? '' : ' and -lminic';
    diagnostics.push({
      severity: 'error',
      message: `the program is not linked with mbedTLS: add -lmbedtls${minic} to LINKFLAGS_eagle.app.v6 in ${join(projectDirectory, 'Makefile')}`,
    });
  }
  return diagnostics;
}

function absent(file: string, { path, version }: LinkLine['sdk']): string {
  const where = join(path, 'lib', file);
  const why = KNOWN[file];
  return why === undefined
    ? `${where} is not there: restore it with git checkout in the SDK, or leave it out of LINKFLAGS_eagle.app.v6`
    : `${where} is not there (SDK ${version}): ${why}`;
}

/** Archives that some releases name and do not have. */
const KNOWN: Readonly<Record<string, string>> = {
  'libcirom.a': 'the C library of the SDK; take the file of the same name of a release that has it',
};
