import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { EspawsError } from '../errors.ts';
import type { ProcessOptions, Processes, ProcessResult } from '../host.ts';

/** How long a child may take to end after SIGTERM, in milliseconds, before it is killed. */
const KILL_DELAY_MS = 2000;

/** Programs of this machine, run by execa. */
export const nodeProcesses: Processes = {
  async run(command, args, options = {}) {
    // Where it is not there, to be started itself it says so.
    const path = options.isPrivate === true ? await nodeProcesses.find(command) : undefined;
    return path === undefined
      ? ended(command, args, options)
      : ended('sh', ['-c', 'umask 077 && exec "$@"', 'sh', path, ...args], options);
  },

  // eslint-disable-next-line @typescript-eslint/require-await -- a matter of microseconds, as the files are
  async find(command) {
    const candidates = isAbsolute(command)
      ? [command]
      : (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, command));
    return candidates.find(isExecutable);
  },
};

async function ended(
  command: string,
  args: readonly string[],
  { cwd, env, input, onStderr, signal }: ProcessOptions,
): Promise<ProcessResult> {
  // A hundred modules, which commands that start nothing need not wait for.
  const { execa } = await import('execa');
  const running = execa(command, args, {
    reject: false,
    stripFinalNewline: false,
    forceKillAfterDelay: KILL_DELAY_MS,
    // Nothing that espaws starts may wait for a person.
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  if (onStderr !== undefined) {
    const decoder = new StringDecoder('utf8');
    running.stderr.on('data', (chunk: Buffer) => {
      onStderr(decoder.write(chunk));
    });
  }
  const result = await running;
  signal?.throwIfAborted();
  if (result.failed && result.exitCode === undefined && result.signal === undefined) {
    throw new EspawsError(`The program "${command}" cannot be started: ${reasonOf(result.code)}.`, {
      code: 'build/tool-missing',
      hint: `Install it, or check with: command -v ${command}`,
      cause: result.cause ?? result,
    });
  }
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

function isExecutable(path: string): boolean {
  try {
    // To ask whether it is there costs less than the error that says that it is not.
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function reasonOf(code: string | undefined): string {
  if (code === 'ENOENT') return 'it is not there';
  if (code === 'EACCES') return 'it may not be executed';
  return code ?? 'unknown reason';
}
