import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const CLI = join(import.meta.dirname, '../../dist/cli.js');

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Conditions {
  /** Added to the environment. */
  env?: Record<string, string>;
  /** Interrupts the command when its stderr shows this. */
  interruptAt?: RegExp;
  /** Interrupts it as soon as that resolves. */
  interruptWhen?: Promise<void>;
  /** Default: SIGINT. */
  signal?: 'SIGINT' | 'SIGTERM';
}

/** Runs the built command to its end. */
export function espaws(
  args: readonly string[],
  { env = {}, interruptAt, interruptWhen, signal = 'SIGINT' }: Conditions = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, NO_COLOR: '1', ...env } });
    let [stdout, stderr] = ['', ''];
    let interrupted = false;
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      if (interrupted || interruptAt?.test(stderr) !== true) return;
      interrupted = true;
      child.kill(signal);
    });
    void interruptWhen?.then(() => child.kill(signal));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

/** Everything below a folder that a finished or interrupted command must not leave there. */
export async function leftovers(directory: string): Promise<string[]> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  return names.filter((name) => /\.(?:tmp|partial)$/.test(name));
}

/** Command lines of running processes that name the folder. */
export async function processesOf(directory: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.includes(directory));
}

/** Changes a project that `testProject` has made. */
export async function editProject(
  directory: string,
  change: (project: Record<string, Record<string, unknown>>) => void,
): Promise<void> {
  const file = join(directory, 'espaws.yaml');
  const project = JSON.parse(await readFile(file, 'utf8')) as Record<string, Record<string, unknown>>;
  change(project);
  await writeFile(file, JSON.stringify(project));
}
