import { appendFile, cp, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Processes } from '../../../src/host.ts';
import { nodeProcesses } from '../../../src/io/processes.ts';
import { errors, hasTree, miniatureRtosSdk3, PROGRAM, TITLE } from './rtos-sdk-3-miniature.ts';

describe.skipIf(!hasTree)(TITLE, () => {
  const { build, sdkWith } = miniatureRtosSdk3();

  describe('with cmake, as idf.py build does it', () => {
    const options = { system: 'cmake' } as const;
    const without = (...tools: string[]): Processes => ({
      ...nodeProcesses,
      find: (command) => (tools.includes(command) ? Promise.resolve(undefined) : nodeProcesses.find(command)),
    });
    const generator = async (program: string) => {
      const folders = await readdir(join(program, 'build'));
      const folder = folders.find((name) => name.startsWith('cmake-'))!;
      const cache = await readFile(join(program, 'build', folder, 'CMakeCache.txt'), 'utf8').catch(() => '');
      return /^CMAKE_GENERATOR:\w+=(.*)$/m.exec(cache)?.[1];
    };

    it('says before cmake is started what Python lacks', async () => {
      const sdk = await sdkWith('asks-for-more', (path) =>
        appendFile(join(path, 'requirements.txt'), 'no_such_module_of_python\n'),
      );
      const result = await build({ options, sdk });
      expect(result).toMatchObject({ ok: false, failedAt: 'check' });
      expect(errors(result).join('\n')).toContain('pip install -r');
      expect(await readFile(result.logPath, 'utf8')).not.toContain('$ cmake');
    });

    it('takes make where there is no Ninja, and stays with what a folder was configured for', async () => {
      const first = await build({ options, processes: without('ninja') });
      expect(errors(first)).toEqual([]);
      expect(await generator(first.program)).toBe('Unix Makefiles');
      expect((await build({ options, folder: first.program })).ok).toBe(true);
      expect(await generator(first.program)).toBe('Unix Makefiles');
      const gone = await build({ options });
      expect(await generator(gone.program)).toBe('Ninja');
      expect((await build({ options, folder: gone.program, processes: without('ninja') })).ok).toBe(true);
      expect(await generator(gone.program)).toBe('Unix Makefiles');
    });

    it('forgets a configuration that failed', async () => {
      const broken = await build({
        options,
        edit: (program) => appendFile(join(program, 'CMakeLists.txt'), 'message(FATAL_ERROR "not so")\n'),
      });
      expect(broken.ok).toBe(false);
      expect(await generator(broken.program)).toBeUndefined();
      await cp(join(PROGRAM, 'CMakeLists.txt'), join(broken.program, 'CMakeLists.txt'));
      expect((await build({ options, folder: broken.program })).ok).toBe(true);
    });

    it.each([
      ['cmake', ['cmake'], /cmake is not there/],
      ['Ninja and make', ['ninja', 'make'], /ninja or make is not there/],
    ])('says that there is no %s', async (_title, tools, message) => {
      const result = await build({ options, processes: without(...tools) });
      expect(result).toMatchObject({ ok: false, failedAt: 'check' });
      expect(errors(result).join('\n')).toMatch(message);
    });
  });
});
