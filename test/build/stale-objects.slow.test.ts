import {
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileUnits, type CompileContext } from '../../src/build/compile.ts';
import { ObjectCache } from '../../src/build/object-cache.ts';
import type { BuildPlan } from '../../src/build/plan.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { nodeProcesses } from '../../src/io/processes.ts';

/** The value that the object has in its data: what it was really compiled from. */
async function valueIn(object: string): Promise<number> {
  const data = `${object}.rodata`;
  await nodeProcesses.run('xtensa-lx106-elf-objcopy', ['-O', 'binary', '-j', '.rodata', object, data]);
  return (await readFile(data))[0]!;
}

describe('an object is made anew', () => {
  let directory: string;
  let compiler: string;
  let flags: string[];
  let build: string;
  let secret: boolean;

  const path = (name: string) => join(directory, name);
  const write = async (name: string, text: string) => {
    await mkdir(join(path(name), '..'), { recursive: true });
    await writeFile(path(name), text);
  };
  const script = async (behind: string) => {
    await writeFile(compiler, `#!/bin/sh\nxtensa-lx106-elf-gcc "$@" || exit\n${behind}\n`);
    await chmod(compiler, 0o755);
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'espaws-stale-'));
    compiler = path('gcc');
    build = 'build';
    secret = false;
    flags = ['-Os', '-DFLAG=0', `-I${path('first')}`, `-I${path('second')}`];
    await script('');
    await write('build/config.h', '#define CONFIGURED 0\n');
    await write('second/part.h', '#define PART 0\n');
    await write('own/near.h', '#include <part.h>\n#define NEAR 0\n');
    await write(
      'own/source.c',
      `#include CONFIG
#include "near.h"
#if __has_include("extra.h")
#include "extra.h"
#else
#define EXTRA 0
#endif
const char value = 1 + FLAG + CONFIGURED + NEAR + PART + EXTRA;
`,
    );
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function compiled() {
    const folder = path(build);
    const object = join(folder, 'objects/source.o');
    const plan: BuildPlan = {
      compiler,
      configHeader: join(folder, 'config.h'),
      buildDirectory: folder,
      privateDirectory: join(folder, 'private'),
      units: [
        {
          source: path('own/source.c'),
          object,
          flags: [...flags, `-DCONFIG="${join(folder, 'config.h')}"`],
          part: 'mbedtls',
          secret,
        },
      ],
      link: { arguments: [], elf: '', map: '' },
    };
    const context: CompileContext = {
      files: nodeFiles,
      processes: nodeProcesses,
      cache: new ObjectCache(nodeFiles, path('cache')),
      launcher: undefined,
      compilerIdentity: 'gcc',
      jobs: 2,
      signal: new AbortController().signal,
    };
    const { fresh, cached, diagnostics, keep } = await compileUnits(plan, context);
    await keep();
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    return {
      how: fresh === 1 ? 'fresh' : cached === 1 ? 'cached' : 'compiled',
      value: await valueIn(object),
    };
  }

  const changes: [string, () => Promise<unknown> | undefined, number][] = [
    ['the source changed', () => appendFile(path('own/source.c'), 'const char more = 1;\n'), 1],
    ['a header changed', () => write('second/part.h', '#define PART 3\n'), 4],
    ['the configuration changed', () => write('build/config.h', '#define CONFIGURED 3\n'), 4],
    ['a header came before another on the search path', () => write('first/part.h', '#define PART 3\n'), 4],
    ['a header came beside the file that includes it', () => write('own/extra.h', '#define EXTRA 3\n'), 4],
    ['a header is there that was asked for', () => write('first/extra.h', '#define EXTRA 3\n'), 4],
    ['a flag changed', () => void (flags[1] = '-DFLAG=3'), 4],
    [
      'the search path changed',
      () => write('third/part.h', '#define PART 3\n').then(() => flags.splice(2, 0, `-I${path('third')}`)),
      4,
    ],
    ['the compiler changed', () => script('# another one of the same version'), 1],
  ];

  describe.each(['its own folder', 'the cache'])('than that of %s', (place) => {
    it.each(changes)('where %s', async (_title, change, value) => {
      expect(await compiled()).toEqual({ how: 'compiled', value: 1 });
      expect(await compiled()).toEqual({ how: 'fresh', value: 1 });
      await change();
      if (place === 'the cache') await rm(path('build/objects'), { recursive: true });
      expect(await compiled()).toEqual({ how: 'compiled', value });
      expect(await compiled()).toEqual({ how: 'fresh', value });
    });
  });

  it('where a header changed while the compiler ran, though it is no other afterwards', async () => {
    // The compiler has read 0, and what is there when it ends is 3.
    await script(`case "$*" in *' -c '*) echo '#define PART 3' > '${path('second/part.h')}';; esac`);
    expect(await compiled()).toEqual({ how: 'compiled', value: 1 });
    await script('');
    expect(await compiled()).toEqual({ how: 'compiled', value: 4 });
  });

  it('where the configuration is included by its name too, which a copy of it has not', async () => {
    await write(
      'own/near.h',
      `#include "${path('build/config.h')}"\n#include <part.h>\n#define NEAR CONFIGURED\n`,
    );
    expect((await compiled()).value).toBe(1);
    await write('build/config.h', '#define CONFIGURED 3\n');
    expect(await compiled()).toEqual({ how: 'compiled', value: 7 });
  });

  it.each([
    {
      title: 'another header makes something of it',
      source: '#include CONFIG\n#include "derived.h"\nconst char value = 1 + DERIVED;\n',
      derived: '#define DERIVED CONFIGURED\n',
      configuration: '#define CONFIGURED 3\n',
    },
    {
      title: 'the source joins its name of two words',
      source: '#include CONFIG\n#include "derived.h"\nconst char value = 1 + JOINED(CONFI, GURED);\n',
      derived: '#define JOINED(a, b) a##b\n',
      configuration: '#define CONFIGURED 3\n',
    },
    {
      title: 'the configuration makes something of what the source has defined',
      source: '#define MODE\n#include CONFIG\nconst char value = 1 + CONFIGURED;\n',
      derived: '',
      configuration: '#ifdef MODE\n#define CONFIGURED 3\n#else\n#define CONFIGURED 0\n#endif\n',
    },
    {
      title: 'it takes back what the compiler was told',
      source: '#include CONFIG\n#ifdef FLAG\nconst char value = 1;\n#else\nconst char value = 4;\n#endif\n',
      derived: '',
      configuration: '#define CONFIGURED 0\n#undef FLAG\n',
    },
    {
      title: 'it has code of its own',
      source: '#include CONFIG\nconst char value = 1 + sizeof(part) - 1;\n',
      derived: '',
      configuration: '#define CONFIGURED 0\ntypedef int part;\n',
      before: '#define CONFIGURED 0\ntypedef char part;\n',
    },
  ])('where $title', async ({ source, derived, configuration, before }) => {
    await write('own/derived.h', derived);
    await write('own/source.c', source);
    if (before !== undefined) await write('build/config.h', before);
    expect(await compiled()).toEqual({ how: 'compiled', value: 1 });
    await write('build/config.h', configuration);
    expect(await compiled()).toEqual({ how: 'compiled', value: 4 });
  });

  it('where it tells the time, for every folder', async () => {
    await appendFile(path('own/source.c'), 'const char when[] = __TIME__;\n');
    await compiled();
    await rm(path('build/objects'), { recursive: true });
    expect(await compiled()).toMatchObject({ how: 'compiled' });
  });

  describe('and is not', () => {
    it('where only comments of the configuration changed, or what the source does not use', async () => {
      await compiled();
      await write('build/config.h', '/* words */\n#define CONFIGURED 0\n#define OTHER\n');
      expect(await compiled()).toEqual({ how: 'cached', value: 1 });
      await write('build/config.h', '#define CONFIGURED 5\n');
      expect(await compiled()).toEqual({ how: 'compiled', value: 6 });
      // Both configurations are known now.
      await write('build/config.h', '#define CONFIGURED 0\n');
      expect(await compiled()).toEqual({ how: 'cached', value: 1 });
      await write('build/config.h', '#define CONFIGURED 5\n#define ANOTHER\n');
      expect(await compiled()).toEqual({ how: 'cached', value: 6 });
      expect((await readdir(path('build'))).filter((name) => name.startsWith('config.h'))).toEqual([
        'config.h',
      ]);
    });

    it('where its source names nothing that changed: it need not even be read', async () => {
      await appendFile(path('own/source.c'), '/* OTHER */ _Static_assert(1, "OTHER");\n');
      await compiled();
      await script(`case "$*" in *' -dD '*) ;; *) echo "$*" >> '${path('log')}';; esac`);
      await write('build/config.h', '#define CONFIGURED 0\n#define OTHER 5\n');
      expect(await compiled()).toEqual({ how: 'compiled', value: 1 });
      await rm(path('log'));
      await write('build/config.h', '#define CONFIGURED 0\n#define OTHER 7\n');
      expect(await compiled()).toEqual({ how: 'cached', value: 1 });
      expect(await readFile(path('log'), 'utf8').catch(() => 'nothing')).toBe('nothing');
    });

    it('for another build folder with the same configuration, or one that is of no account', async () => {
      await compiled();
      await write('elsewhere/config.h', '#define CONFIGURED 0\n');
      await write('further/config.h', '#define CONFIGURED 0\n#define OTHER\n');
      build = 'elsewhere';
      expect(await compiled()).toEqual({ how: 'cached', value: 1 });
      build = 'further';
      expect(await compiled()).toEqual({ how: 'cached', value: 1 });
    });

    it('for a file that is newer and the same', async () => {
      await compiled();
      const later = new Date(Date.now() - 1000);
      await utimes(path('second/part.h'), later, later);
      expect(await compiled()).toEqual({ how: 'fresh', value: 1 });
    });
  });

  it('each time where it is secret, and leaves nothing in the cache', async () => {
    secret = true;
    await compiled();
    await write('build/config.h', '#define CONFIGURED 3\n');
    expect(await compiled()).toEqual({ how: 'compiled', value: 4 });
    await write('build/config.h', '#define CONFIGURED 0\n');
    expect(await compiled()).toEqual({ how: 'compiled', value: 1 });
    expect(await readdir(path('cache')).catch(() => [])).toEqual([]);
    expect(await readFile(path('build/objects/source.o.d'), 'utf8')).toContain('part.h');
  });
});
