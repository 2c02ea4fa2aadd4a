import type { Processes } from '../host.ts';

export interface BatchCommand {
  program: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** The next one is run all the same. */
  mayFail?: boolean;
}

export interface Ended {
  failed: boolean;
  stderr: string;
}

/** Ends what one command says on standard error: ASCII's record separator, which no compiler says. */
const SEPARATOR = '\x1e';

/**
 * Runs commands one after the other until one fails, all of them as one child of this process: to start one costs it
 * more than it costs a shell, for it is much larger. Returns how each ended, as far as they were started.
 */
export async function runBatch(
  { processes, signal }: { processes: Processes; signal: AbortSignal },
  commands: readonly BatchCommand[],
): Promise<Ended[]> {
  if (commands.length === 0) return [];
  const { stdout, stderr } = await processes.run('sh', ['-c', scriptOf(commands)], { signal });
  const said = stderr.split(SEPARATOR);
  const codes = stdout.split('\n').filter((line) => line !== '');
  return codes.map((code, index) => ({ failed: code !== '0', stderr: said[index] ?? '' }));
}

/**
 * Each in the background, so that a shell that is told to end hears it, and takes the command with it. It is told so
 * twice: one that the shell has only just forked hears a signal by the shell's own handler, and loses it.
 */
function scriptOf(commands: readonly BatchCommand[]): string {
  const lines = commands.map(({ program, args, env = {}, mayFail }) => {
    const settings = Object.entries(env).map(([name, value]) => `${name}=${shellWord(value)}`);
    const words = [...settings, ...[program, ...args].map(shellWord)].join(' ');
    return `${words} >/dev/null & wait $!; end $? ${mayFail === true ? 0 : 1}`;
  });
  return [
    // Not by a variable of its own: between the start and what is set behind it, the signal may come.
    `trap 'kill $!; sleep 0.1; kill $!; wait $!; exit 143' TERM`,
    `end() { echo $1; printf '\\036' >&2; [ $1 = 0 ] || [ $2 = 0 ] || exit 1; }`,
    ...lines,
  ].join('\n');
}

/** A word of a shell command line that means itself. */
export function shellWord(word: string): string {
  return /^[\w./=+,:@%-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
