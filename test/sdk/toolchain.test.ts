import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Environment, Processes } from '../../src/host.ts';
import { nodeEnvironment } from '../../src/io/environment.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { nodeProcesses } from '../../src/io/processes.ts';
import { findToolchain, toolPath } from '../../src/sdk/toolchain.ts';

const GCC = 'xtensa-lx106-elf-gcc';

/** The real programs, found at absolute paths only: a machine with nothing of ours on PATH. */
const withoutPath: Processes = {
  run: nodeProcesses.run.bind(nodeProcesses),
  find: (command) =>
    command.startsWith('/') ? nodeProcesses.find(command) : Promise.resolve<string | undefined>(undefined),
};

describe('findToolchain', () => {
  let home: string;
  let environment: Environment;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'espaws-home-'));
    environment = { ...nodeEnvironment(), homeDirectory: home, variables: {} };
  });
  afterEach(() => rm(home, { recursive: true }));
  /** A folder with the compiler of this machine in it, as an installer would make it. */
  const install = async (...folders: string[]) => {
    for (const folder of folders) {
      await mkdir(join(home, folder), { recursive: true });
      await symlink((await nodeProcesses.find(GCC))!, join(home, folder, GCC));
    }
  };
  const find = (processes: Processes = withoutPath) => findToolchain(processes, nodeFiles, environment);

  it('takes the one on PATH', async () => {
    const toolchain = await find(nodeProcesses);
    expect(toolchain).toMatchObject({
      origin: 'PATH',
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as unknown,
    });
    expect(await nodeProcesses.find(toolPath(toolchain, 'gcc-nm'))).toBeDefined();
    // Debian's compiler comes without a C library: picolibc stands beside it.
    const specs = join(dirname(toolchain.prefix), '../lib/xtensa-lx106-elf/picolibc.specs');
    const picolibc = (await nodeFiles.stat(specs)) !== undefined;
    expect(toolchain.libc).toBe(picolibc ? 'picolibc' : 'newlib');
    expect(toolchain.libcFlags).toEqual(picolibc ? [`-specs=${specs}`] : []);
  });

  it.each([
    ['.espressif/tools/xtensa-lx106-elf/esp-2020r3/xtensa-lx106-elf/bin', "Espressif's tools, esp-2020r3"],
    ['.platformio/packages/toolchain-xtensa/bin', 'PlatformIO'],
    ['esp-open-sdk/xtensa-lx106-elf/bin', 'esp-open-sdk'],
  ])('finds ~/%s', async (folder, origin) => {
    await install(folder);
    expect(await find()).toMatchObject({
      origin,
      libc: 'newlib',
      prefix: join(home, folder, 'xtensa-lx106-elf-'),
    });
  });

  it('prefers what ESPAWS_TOOLCHAIN names: a folder, or the compiler', async () => {
    await install('mine', '.platformio/packages/toolchain-xtensa/bin');
    for (const named of [join(home, 'mine'), join(home, 'mine', GCC)]) {
      environment = { ...environment, variables: { ESPAWS_TOOLCHAIN: named } };
      expect(await find()).toMatchObject({ origin: 'ESPAWS_TOOLCHAIN' });
    }
  });

  it('says how to get one', async () => {
    await expect(find()).rejects.toMatchObject({
      code: 'build/tool-missing',
      hint: expect.stringContaining('gcc-xtensa-lx106') as unknown,
    });
    environment = { ...environment, variables: { ESPAWS_TOOLCHAIN: join(home, 'none') } };
    await expect(find()).rejects.toMatchObject({
      code: 'build/tool-missing',
      message: expect.stringContaining('ESPAWS_TOOLCHAIN') as unknown,
    });
  });
});
