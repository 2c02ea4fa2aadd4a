import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Processes } from '../../../src/host.ts';
import { nodeProcesses } from '../../../src/io/processes.ts';
import { errors, hasTree, miniatureRtosSdk3, TITLE } from './rtos-sdk-3-miniature.ts';

describe.skipIf(!hasTree)(TITLE, () => {
  const { build, sdkWith } = miniatureRtosSdk3();

  it('notices that make ended well and built nothing', async () => {
    // Without defconfig the SDK's make says that it cannot ask, and ends with 0.
    const lazy: Processes = {
      ...nodeProcesses,
      run: (command, args, options) =>
        args.includes('defconfig')
          ? Promise.resolve({ exitCode: 0, stdout: '', stderr: '' })
          : nodeProcesses.run(command, args, options),
    };
    const result = await build({ processes: lazy });
    expect(result.ok).toBe(false);
    expect(errors(result).join('\n')).toMatch(/ended well and has not made .*bootloader\.bin/);
    expect(await readFile(result.logPath, 'utf8')).toContain("Can't run interactive configuration");
  });

  describe('with a make that compiles its kconfig first, as up to 3.2', () => {
    let sdk: string;
    beforeAll(async () => {
      sdk = await sdkWith('sdk-3.1', async (path) => {
        await writeFile(
          join(path, 'make/project_config.mk'),
          'KCONFIG_TOOL_DIR=$(IDF_PATH)/tools/kconfig\n' +
            '$(KCONFIG_TOOL_DIR)/conf: $(KCONFIG_TOOL_DIR)/src/conf.c\n\tgcc -o $@ $<\n' +
            'defconfig: $(KCONFIG_TOOL_DIR)/conf\n',
        );
        await mkdir(join(path, 'tools/kconfig/src'), { recursive: true });
        await writeFile(join(path, 'tools/kconfig/src/conf.c'), 'int main( void ) { return( 0 ); }\n');
      });
    });
    const finding = (path: string | undefined): Processes => ({
      ...nodeProcesses,
      find: (name) =>
        /^(?:flex|bison|gperf)$/.test(name) ? Promise.resolve(path) : nodeProcesses.find(name),
    });

    it('compiles a copy of it, not in the SDK', async () => {
      const result = await build({ sdk, processes: finding('/usr/bin/true') });
      expect(errors(result)).toEqual([]);
      expect(await readdir(join(result.program, 'build/kconfig'))).toEqual(['conf', 'src']);
    });

    it('says before the build what that takes', async () => {
      const result = await build({ sdk, processes: finding(undefined) });
      expect(result.failedAt).toBe('check');
      expect(errors(result)).toContain(
        'flex is not there: sudo apt-get install flex bison gperf libncurses-dev',
      );
    });
  });

  it('refuses a path that the SDK’s make does not take', async () => {
    const result = await build({ sdk: await sdkWith('with:colon') });
    expect(result).toMatchObject({ ok: false, failedAt: 'check' });
    expect(errors(result).join('\n')).toContain('move it');
  });
});
