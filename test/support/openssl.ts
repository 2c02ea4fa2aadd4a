import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';

/** Output of the `openssl` program, both streams together; never rejects. */
export async function openssl(
  args: readonly string[],
  input = '',
): Promise<{ exitCode: number; text: string }> {
  const { exitCode = -1, all } = await execa('openssl', args, {
    reject: false,
    all: true,
    input,
    timeout: 20_000,
  });
  return { exitCode, text: all };
}

/** Files in a directory that goes away with the test; gives their paths. */
export async function writeTemporary<Name extends string>(
  files: Record<Name, string>,
): Promise<Record<Name, string>> {
  const directory = await mkdtemp(join(tmpdir(), 'espaws-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const paths: Partial<Record<Name, string>> = {};
  for (const name of Object.keys(files) as Name[]) {
    paths[name] = join(directory, name);
    await writeFile(paths[name], files[name]);
  }
  return paths as Record<Name, string>;
}
