import { isAbsolute, join } from 'node:path';
import { EspawsError } from '../../errors.ts';
import type { Processes } from '../../host.ts';

/** A folder with one of ESP8266_RTOS_SDK 1.x's makefiles, and what it is made with. */
export interface MakeFolder {
  directory: string;
  /** `NAME=value` for the command line, over what the makefiles say. */
  variables: readonly string[];
  env: Readonly<Record<string, string>>;
}

/**
 * The words of variables in a folder, as the shell that make starts would see them: compiled is what the makefiles
 * really say. Nothing is made: `DEPS=` keeps the makefile from writing dependency files for its own inclusion. Throws
 * `build/tool-failed`.
 */
export async function askMake<const Name extends string>(
  processes: Processes,
  { directory, variables, env }: MakeFolder,
  names: readonly Name[],
  signal: AbortSignal,
): Promise<Record<Name, string[]>> {
  const said = names.map((name) => `for word in $(${name}); do printf '%s\\n' "$$word"; done; echo`);
  const rule = `espaws-ask: ; @${said.join('; ')}`;
  const args = [
    '-s',
    '-C',
    directory,
    '--no-print-directory',
    ...variables,
    'DEPS=',
    `--eval=${rule}`,
    'espaws-ask',
  ];
  const { exitCode, stdout, stderr } = await processes.run('make', args, { env, signal });
  if (exitCode === 0) {
    const parts = stdout.split(/^\n/m).map((part) => part.split('\n').filter((word) => word !== ''));
    return Object.fromEntries(names.map((name, index) => [name, parts[index] ?? []])) as Record<
      Name,
      string[]
    >;
  }
  throw new EspawsError(`The makefile in "${directory}" cannot be read: ${lastLine(stderr)}`, {
    code: 'build/tool-failed',
    hint: `Try it: make -C ${directory} -n`,
  });
}

/** Compiler flags with the folders of `-I` absolute and in one word: they then hold from any folder. */
export function absoluteIncludes(flags: readonly string[], directory: string): string[] {
  const joined: string[] = [];
  for (let index = 0; index < flags.length; index += 1) {
    const flag = flags[index]!;
    const folder = flag === '-I' ? flags[(index += 1)] : /^-I(.+)$/.exec(flag)?.[1];
    if (folder === undefined) joined.push(flag);
    else joined.push(`-I${isAbsolute(folder) ? folder : join(directory, folder)}`);
  }
  return joined;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
