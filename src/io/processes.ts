import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { EspawsError } from '../errors.ts';
import type { Processes } from '../host.ts';

/** How long a child may take to end after SIGTERM, in milliseconds, before it is killed. */
const KILL_DELAY_MS = 2000;

/** Programs of this machine, run by execa. */
export const nodeProcesses: Processes = {
  async run(command, args, { cwd, env, input, onStderr, signal } = {}) {
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
    if (onStderr !== undefined)
      running.stderr.on('data', (chunk: Buffer) => {
        onStderr(chunk.toString());
      });
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
  },

  async find(command) {
    const candidates = isAbsolute(command)
      ? [command]
      : (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, command));
    for (const candidate of candidates) {
      if (await isExecutable(candidate)) return candidate;
    }
    return undefined;
  },
};

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
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
