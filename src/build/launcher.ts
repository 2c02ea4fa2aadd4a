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

/**
 * Shell text that runs `compiler` with words `before` and `after` those it is given, by the launcher but where the
 * secret is compiled.
 */
export function compilerScript(
  compiler: string,
  { before, after }: { before: readonly string[]; after: readonly string[] },
  launcher: string | undefined,
): string {
  const command = [`'${compiler}'`, ...before, '"$@"', ...after].join(' ');
  if (launcher === undefined) return `#!/bin/sh\nexec ${command}\n`;
  return `#!/bin/sh
case "$*" in
  *-c*${SECRET_SOURCE}* | *${SECRET_SOURCE}*-c*) exec ${command} ;;
  *' -c '* | '-c '*) exec '${launcher}' ${command} ;;
  *) exec ${command} ;;
esac
`;
}
