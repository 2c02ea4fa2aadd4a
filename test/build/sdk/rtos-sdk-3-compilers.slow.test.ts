import { execFile } from 'node:child_process';
import { appendFile, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { toolPath } from '../../../src/sdk/toolchain.ts';
import { errors, hasTree, miniatureRtosSdk3, TITLE } from './rtos-sdk-3-miniature.ts';

const run = promisify(execFile);

describe.skipIf(!hasTree)(TITLE, () => {
  const { build, toolchain } = miniatureRtosSdk3();

  describe.each(['make', 'cmake'] as const)('by %s', (system) => {
    it('compiles anew where the flags change, which the SDK’s build does not look at', async () => {
      const first = await build({ options: { system }, edit: aligned });
      expect(first.ok).toBe(true);
      // Of this age, the compiler gets no -fcommon: objects of before would link.
      const older = await build({ options: { system }, folder: first.program, version: '8.4.0' });
      expect(errors(older).join('\n')).toMatch(/multiple definition/);
    });

    it('takes back the errors that a newer compiler than the SDK’s makes of warnings', async () => {
      const edit = async (program: string) => {
        await aligned(program);
        await appendFile(
          join(program, 'main/main.c'),
          '\nint sum( int a[2] );\nint sum( int a[3] ) { return( a[0] ); }\n',
        );
      };
      expect((await build({ options: { system }, edit })).ok).toBe(true);
      const without = await build({ options: { system }, edit, version: '8.4.0' });
      expect(without).toMatchObject({ ok: false, failedAt: 'compile' });
      expect(errors(without).join('\n')).toContain('array-parameter');
    });

    it('does not compile, and not link, with this compiler without what it needs', async () => {
      // As if it were of the SDK's age.
      const old = { options: { system }, version: '8.4.0' };
      expect(errors(await build(old)).join('\n')).toMatch(/not a multiple of its alignment/);
      const result = await build({ ...old, edit: aligned });
      expect(result).toMatchObject({ ok: false, failedAt: 'link' });
      expect(errors(result).join('\n')).toMatch(/multiple definition/);
    });
  });

  it.each([
    [
      'gcc',
      'c',
      `char *strncpy( char *, const char *, __SIZE_TYPE__ ); struct part { char label[17]; };
       void copy( char *to, const struct part *from ) { strncpy( to, from->label, sizeof( from->label ) ); }\n`,
    ],
    ['g++', 'cc', 'struct reent { int ( *( name ) )[1]; int ( other ); };\n'],
  ])('gives %s what it needs for the sources of 3.0 to 3.3', async (tool, ending, source) => {
    const compiled = async (version?: string) => {
      const { program } = await build(version === undefined ? {} : { version });
      const file = join(program, `source.${ending}`);
      await writeFile(file, source);
      const [folder] = (await readdir(join(program, 'build'))).filter((name) =>
        name.startsWith('compilers-'),
      );
      const compiler = join(program, 'build', folder!, `xtensa-lx106-elf-${tool}`);
      await run(compiler, ['-Wall', '-Werror=all', '-fsyntax-only', '-O2', file]);
    };
    await expect(compiled('5.2.0')).rejects.toThrow(/-Werror=(?:sizeof-pointer-memaccess|parentheses)/);
    await compiled();
  });

  it('says in a sentence that the toolchain has no libstdc++', async (test) => {
    const { stdout } = await run(toolPath(toolchain(), 'gcc'), ['-print-file-name=libstdc++.a']);
    test.skip(stdout.trim() !== 'libstdc++.a', 'this toolchain has one');
    const result = await build({
      options: { system: 'cmake' },
      edit: (program) =>
        appendFile(join(program, 'CMakeLists.txt'), 'target_link_libraries(mini.elf PRIVATE stdc++)\n'),
    });
    expect(result).toMatchObject({ ok: false, failedAt: 'check' });
    expect(errors(result)).toEqual([expect.stringMatching(/no libstdc\+\+: use esp-2020r3/)]);
  });
});

/** What libsodium needs from gcc 11 on, whatever age espaws takes the compiler to be of. */
async function aligned(program: string): Promise<void> {
  await prepend(join(program, 'Makefile'), "export EXTRA_CPPFLAGS := -D'CRYPTO_ALIGN(x)='\n");
  await prepend(join(program, 'CMakeLists.txt'), 'add_compile_options("-DCRYPTO_ALIGN(x)=")\n');
}

async function prepend(path: string, text: string): Promise<void> {
  await writeFile(path, text + (await readFile(path, 'utf8')));
}
