import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileUnits, type CompileContext } from '../../src/build/compile.ts';
import { ObjectCache } from '../../src/build/object-cache.ts';
import type { BuildPlan } from '../../src/build/plan.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { nodeProcesses } from '../../src/io/processes.ts';

describe('compiling with the real xtensa compiler', () => {
  let directory: string;
  let plan: BuildPlan;
  let context: CompileContext;
  const write = (name: string, text: string) => writeFile(join(directory, name), text);
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'espaws-compile-'));
    await write('config.h', '#define ONE 1\n');
    await write('a.c', '#include CONFIG\nint a(void) { return ONE; }\n');
    await write('b.c', '#include CONFIG\n#ifdef TWO\nint b2;\n#endif\nint b;\n');
    plan = {
      compiler: 'xtensa-lx106-elf-gcc',
      configHeader: join(directory, 'config.h'),
      buildDirectory: join(directory, 'out'),
      units: ['a', 'b'].map((name) => ({
        source: join(directory, `${name}.c`),
        object: join(directory, 'out', `${name}.o`),
        flags: ['-Os', `-DCONFIG="${join(directory, 'config.h')}"`, `-I${directory}`],
        part: 'mbedtls' as const,
        secret: false,
      })),
      link: { arguments: [], elf: '', map: '' },
      privateDirectory: join(directory, 'out', 'private'),
    };
    context = {
      files: nodeFiles,
      processes: nodeProcesses,
      cache: new ObjectCache(nodeFiles, join(directory, 'cache')),
      launcher: undefined,
      compilerIdentity: 'gcc',
      jobs: 2,
      signal: new AbortController().signal,
    };
  });
  afterEach(() => rm(directory, { recursive: true }));
  const counts = async () => {
    const { fresh, cached, compiled, diagnostics, keep } = await compileUnits(plan, context);
    await keep();
    return { fresh, cached, compiled, errors: diagnostics.length };
  };

  it('compiles once, and only what a change touches', async () => {
    expect(await counts()).toEqual({ fresh: 0, cached: 0, compiled: 2, errors: 0 });
    expect(await counts()).toEqual({ fresh: 2, cached: 0, compiled: 0, errors: 0 });
    await write('config.h', '#define ONE 1\n#define TWO\n');
    expect(await counts()).toEqual({ fresh: 0, cached: 1, compiled: 1, errors: 0 });
    await write('config.h', '#define ONE 1\n');
    expect(await counts()).toEqual({ fresh: 0, cached: 2, compiled: 0, errors: 0 });
    await write('config.h', '/* only a comment */\n#define ONE 1\n');
    expect(await counts()).toEqual({ fresh: 0, cached: 2, compiled: 0, errors: 0 });
  });

  it('compiles code anew that stands at another line: crashes are led to it', async () => {
    await counts();
    await write('a.c', '\n\n#include "config.h"\nint a(void) { return ONE; }\n');
    expect(await counts()).toEqual({ fresh: 1, cached: 0, compiled: 1, errors: 0 });
  });

  it('takes an object of another build folder from the cache', async () => {
    await counts();
    await rm(join(directory, 'out'), { recursive: true });
    expect(await counts()).toMatchObject({ cached: 2, compiled: 0 });
  });

  it('compiles anew with a new compiler', async () => {
    await counts();
    context.compilerIdentity = 'gcc 2';
    expect(await counts()).toMatchObject({ compiled: 2 });
  });

  it('gives a launcher all but the secret', async () => {
    await write('launcher', `#!/bin/sh\necho "$@" >> '${join(directory, 'log')}'\nexec "$@"\n`);
    await chmod(join(directory, 'launcher'), 0o755);
    context.launcher = join(directory, 'launcher');
    plan.units = plan.units.map((unit) => ({ ...unit, secret: unit.source.endsWith('b.c') }));
    expect(await counts()).toMatchObject({ compiled: 2, errors: 0 });
    const log = await readFile(join(directory, 'log'), 'utf8');
    expect(log).toContain('a.c');
    expect(log).not.toContain('b.c');
  });

  it('says what is wrong, and leaves no half object', async () => {
    await write('a.c', 'int a(void) { return missing; }\n');
    const { diagnostics } = await compileUnits(plan, context);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toMatchObject([
      { severity: 'error', line: 1, file: join(directory, 'a.c') },
    ]);
    expect((await readdir(join(directory, 'out'))).filter((name) => /partial|tmp|a\.o$/.test(name))).toEqual(
      [],
    );
  });

  it('ends at once when aborted, and leaves no half object', async () => {
    const controller = new AbortController();
    context.signal = controller.signal;
    context.onUnit = () => {
      controller.abort(new Error('stop'));
    };
    context.jobs = 1;
    await expect(compileUnits(plan, context)).rejects.toThrow('stop');
    expect((await readdir(join(directory, 'out'))).filter((name) => /partial|tmp/.test(name))).toEqual([]);
  });
});
