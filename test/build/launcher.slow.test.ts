import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectCommands } from '../../src/build/compile-records.ts';
import { compilerScript, findLauncher, SECRET_SOURCE } from '../../src/build/launcher.ts';
import { nodeEnvironment } from '../../src/io/environment.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { nodeProcesses } from '../../src/io/processes.ts';
import { findToolchain, toolPath } from '../../src/sdk/toolchain.ts';

const run = promisify(execFile);

describe('a compiler launcher', () => {
  let directory: string;
  let launcher: string;
  let log: string;
  let gcc: string;

  // A real program that does what launchers do: it is called with the compiler and its arguments.
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'espaws-launcher-'));
    launcher = join(directory, 'ccache');
    log = join(directory, 'log');
    await writeFile(launcher, `#!/bin/sh\necho "$@" >> '${log}'\nexec "$@"\n`);
    await chmod(launcher, 0o755);
    gcc = toolPath(await findToolchain(nodeProcesses, nodeFiles, nodeEnvironment()), 'gcc');
    for (const name of ['plain.c', SECRET_SOURCE])
      await writeFile(join(directory, name), 'int value = SIZE;\n');
  });
  afterAll(() => rm(directory, { recursive: true }));

  const find = (variables: Record<string, string>) =>
    findLauncher({ processes: nodeProcesses, environment: { variables } });

  it('is the one that the environment names, or none', async () => {
    expect(await find({ ESPAWS_COMPILER_LAUNCHER: launcher })).toBe(launcher);
    expect(await find({ ESPAWS_COMPILER_LAUNCHER: '' })).toBeUndefined();
    await expect(find({ ESPAWS_COMPILER_LAUNCHER: join(directory, 'none') })).rejects.toMatchObject({
      code: 'build/tool-missing',
    });
  });

  it('is one that is installed', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = `${directory}:${path ?? ''}`;
    try {
      expect(await find({})).toBe(launcher);
    } finally {
      process.env['PATH'] = path;
    }
  });

  it('compiles what is no secret, and nothing else', async () => {
    const script = join(directory, 'gcc');
    const records = join(directory, 'compiled');
    await mkdir(records);
    await writeFile(script, compilerScript(gcc, { before: ['-DSIZE=3'], after: ['-Os'], launcher, records }));
    await chmod(script, 0o755);
    const compile = async (name: string) => {
      await run(script, ['-c', join(directory, name), '-o', join(directory, `${name}.o`)]);
      return readFile(join(directory, `${name}.o`));
    };
    const plain = await compile('plain.c');
    await compile(SECRET_SOURCE);
    await run(script, ['--version']);
    const seen = await readFile(log, 'utf8');
    expect(seen.trim().split('\n')).toEqual([expect.stringContaining('plain.c')]);
    await run(gcc, ['-DSIZE=3', '-Os', '-c', join(directory, 'plain.c'), '-o', join(directory, 'direct.o')]);
    expect(await readFile(join(directory, 'direct.o'))).toEqual(plain);
    const database = join(directory, 'compile_commands.json');
    await collectCommands(nodeFiles, records, database);
    const entries = JSON.parse(await readFile(database, 'utf8')) as { file: string; arguments: string[] }[];
    expect(entries.map(({ file }) => file)).toEqual(
      [SECRET_SOURCE, 'plain.c'].map((name) => join(directory, name)),
    );
    // Each is a whole command.
    for (const { arguments: words } of entries) await run(words[0]!, words.slice(1));
    // What is not compiled again stays.
    await mkdir(records);
    await compile('plain.c');
    await collectCommands(nodeFiles, records, database);
    expect(JSON.parse(await readFile(database, 'utf8'))).toHaveLength(2);
  });
});
