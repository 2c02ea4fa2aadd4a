import { EspawsError } from '../errors.ts';
import type { Environment, Processes } from '../host.ts';

/** Programs that take a compiler and its arguments as theirs, as CMake's C_COMPILER_LAUNCHER does; the first found. */
const LAUNCHERS = ['ccache', 'sccache', 'distcc'] as const;

/** The source that holds the private key, in projects of an SDK: no launcher sees it, for launchers keep what they see. */
export const SECRET_SOURCE = 'espaws_identity.c';

/**
 * The compiler launcher to be used: the one that ESPAWS_COMPILER_LAUNCHER names (none where it is empty), else one that
 * is installed. Throws `build/tool-missing` for one that is named and not there.
 */
export async function findLauncher({
  processes,
  environment,
}: {
  processes: Processes;
  environment: Pick<Environment, 'variables'>;
}): Promise<string | undefined> {
  const wanted = environment.variables['ESPAWS_COMPILER_LAUNCHER'];
  if (wanted === '') return undefined;
  for (const name of wanted === undefined ? LAUNCHERS : [wanted]) {
    const path = await processes.find(name);
    if (path !== undefined) return path;
  }
  if (wanted === undefined) return undefined;
  throw new EspawsError(`The compiler launcher "${wanted}" is not there.`, {
    code: 'build/tool-missing',
    hint: 'Mend ESPAWS_COMPILER_LAUNCHER, or set it to nothing.',
  });
}

export interface CompilerWords {
  /** Shell words before and after those that the compiler is given. */
  before: readonly string[];
  after: readonly string[];
  launcher: string | undefined;
  /** Folder in which each compilation leaves what it was: `collectCommands`. */
  records: string;
}

/** Shell text that runs `compiler` with more words, by the launcher but where the secret is compiled. */
export function compilerScript(
  compiler: string,
  { before, after, launcher, records }: CompilerWords,
): string {
  const others =
    launcher === undefined
      ? ''
      : `  *${SECRET_SOURCE}*) ;;\n  *' -c '*) exec '${launcher}' '${compiler}' "$@" ;;\n`;
  return `#!/bin/sh
set -- ${[...before, '"$@"', ...after].join(' ')}
case " $* " in
  *' -c '*) { printf '%s\\n' "$PWD" '${compiler}' "$@" > '${records}/'$$; } 2>/dev/null || : ;;
esac
${others === '' ? '' : `case " $* " in\n${others}esac\n`}exec '${compiler}' "$@"
`;
}
