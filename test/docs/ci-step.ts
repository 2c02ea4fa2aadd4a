import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';

export const ROOT = join(import.meta.dirname, '../..');

/** A folder with programs that stand first on the PATH and keep how they were called. */
export interface Step {
  directory: string;
  /** Runs a program with these variables, in the folder. */
  run: (
    command: readonly [string, ...string[]],
    env?: Readonly<Record<string, string>>,
  ) => Promise<{ exitCode?: number; stdout: string; stderr: string }>;
  /** Arguments of each call, oldest first. */
  calls: (program: string) => Promise<string[][]>;
  /** Text of a file in the folder; empty where there is none. */
  text: (name: string) => Promise<string>;
}

/** What a CI engine has about a step; `programs` give the exit code of each program that is put on the PATH. */
export async function ciStep(programs: Readonly<Record<string, number>>): Promise<Step> {
  const directory = await mkdtemp(join(tmpdir(), 'espaws-step-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const bin = join(directory, 'bin');
  await mkdir(bin);
  for (const [name, exitCode] of Object.entries(programs)) {
    // A call ends with an empty line: no argument of a call has one.
    const script = `#!/bin/sh\n{ printf '%s\\n' "$@"; echo; } >>"$CALLS/${name}.calls"\nexit ${exitCode}\n`;
    await writeFile(join(bin, name), script);
    await chmod(join(bin, name), 0o755);
  }
  const text = (name: string) => readFile(join(directory, name), 'utf8').catch(() => '');
  return {
    directory,
    run: async ([program, ...args], env = {}) =>
      execa(program, args, {
        cwd: directory,
        reject: false,
        env: {
          CALLS: directory,
          PATH: [bin, process.env['PATH']].join(delimiter),
          GITHUB_OUTPUT: join(directory, 'output'),
          GITHUB_PATH: join(directory, 'path'),
          RUNNER_TEMP: directory,
          ...env,
        },
      }),
    calls: async (program) =>
      (await text(`${program}.calls`))
        .split('\n\n')
        .slice(0, -1)
        .map((call) => call.split('\n')),
    text,
  };
}
