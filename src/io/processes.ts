import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { EspawsError } from '../errors.ts';
import type { ProcessOptions, Processes, ProcessResult } from '../host.ts';

/** How long a child may take to end after SIGTERM, in milliseconds, before it is killed. */
const KILL_DELAY_MS = 2000;

/** Programs of this machine. By Node's own means: a build starts hundreds, and starts with the first. */
export const nodeProcesses: Processes = {
  async run(command, args, options = {}) {
    const { signal, isPrivate } = options;
    signal?.throwIfAborted();
    // Where it is not there, to be started itself it says so.
    const path = isPrivate === true ? await nodeProcesses.find(command) : undefined;
    const result = await (path === undefined
      ? ended(command, args, options)
      : ended('sh', ['-c', 'umask 077 && exec "$@"', 'sh', path, ...args], options));
    signal?.throwIfAborted();
    return result;
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

function ended(
  command: string,
  args: readonly string[],
  { cwd, env, input, onStderr, signal }: ProcessOptions,
): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      // Nothing that espaws starts may wait for a person.
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env: { ...process.env, ...env } }),
    });
    const forget = remember(child, signal);
    const stdout = textOf(child.stdout);
    const stderr = textOf(child.stderr, onStderr);
    // One that ends before it has read everything says why by its exit code.
    child.stdin?.on('error', () => undefined).end(input);
    child.on('error', (cause: NodeJS.ErrnoException) => {
      forget();
      reject(notStarted(command, cause));
    });
    child.on('close', (code) => {
      forget();
      resolve({ exitCode: code ?? undefined, stdout: stdout(), stderr: stderr() });
    });
  });
}

function textOf(stream: ChildProcess['stdout'], listener?: (text: string) => void): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    listener?.(chunk);
  });
  return () => text;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill();
});

/** Ends the child with the signal, and with this process. Returns what forgets it. */
function remember(child: ChildProcess, signal: AbortSignal | undefined): () => void {
  running.add(child);
  let killer: NodeJS.Timeout | undefined;
  const end = () => {
    child.kill();
    killer = setTimeout(() => child.kill('SIGKILL'), KILL_DELAY_MS);
  };
  signal?.addEventListener('abort', end);
  return () => {
    running.delete(child);
    clearTimeout(killer);
    signal?.removeEventListener('abort', end);
  };
}

function notStarted(command: string, cause: NodeJS.ErrnoException): EspawsError {
  return new EspawsError(`The program "${command}" cannot be started: ${reasonOf(cause.code)}.`, {
    code: 'build/tool-missing',
    hint: `Install it, or check with: command -v ${command}`,
    cause,
  });
}

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
