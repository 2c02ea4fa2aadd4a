import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeEnvironment } from '../../src/io/environment.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { nodeProcesses } from '../../src/io/processes.ts';
import { findToolchain, toolPath } from '../../src/sdk/toolchain.ts';
import { makeRtosSdk1 } from '../build/sdk/rtos-sdk-1-miniature.ts';
import { espaws } from '../support/command.ts';
import { testIdentity } from '../support/stand-in.ts';
import { testTree, treeTitle } from '../support/trees.ts';

const shell = promisify(execFile);
/** git takes submodules from a folder where it is told so. */
const GIT = {
  ...process.env,
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'protocol.file.allow',
  GIT_CONFIG_VALUE_0: 'always',
};
const MODULES = ['click', 'serial', 'future', 'cryptography', 'pyparsing', 'elftools'];

interface Finding {
  what: string;
  ok: boolean;
  text: string;
  hint?: string;
}

describe.skipIf(testTree('2.28') === undefined)(`doctor and SDKs, ${treeTitle('2.28')}`, () => {
  let directory: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'espaws-doctor-'));
    const issued = await testIdentity();
    await mkdir(join(directory, 'certs'));
    await writeFile(join(directory, 'certs/device.crt'), issued.certificate);
    await writeFile(join(directory, 'certs/device.key'), issued.privateKey ?? '');
    await writeFile(join(directory, 'certs/ca.pem'), issued.ca);
    env = {
      PATH: `${join(directory, 'bin')}:${process.env['PATH'] ?? ''}`,
      ESPAWS_TOOLCHAIN: join(directory, 'bin'),
    };
    await makeToolchain({ hasNewlib: true });
    await makePython(MODULES);
    await makeRtosSdk1(
      join(directory, 'sdk-1'),
      await findToolchain(nodeProcesses, nodeFiles, nodeEnvironment()),
    );
    await commit(join(directory, 'sdk-1'));
    await makeRtosSdk3();
  });
  afterAll(() => rm(directory, { recursive: true }));

  /** The real compiler, with or without what a toolchain for 3.x has besides. */
  async function makeToolchain({ hasNewlib }: { hasNewlib: boolean }): Promise<void> {
    const real = toolPath(await findToolchain(nodeProcesses, nodeFiles, nodeEnvironment()), 'gcc');
    const newlib = join(directory, 'newlib');
    await nodeFiles.write(join(newlib, 'reent.h'), '');
    const rest = hasNewlib
      ? `case "$*" in *-print-file-name=libstdc++.a*) echo '${newlib}/libstdc++.a';; *) exec '${real}' '-I${newlib}' "$@";; esac`
      : `exec '${real}' "$@"`;
    await program('xtensa-lx106-elf-gcc', rest);
  }

  /** The real Python, with these modules besides its own. */
  async function makePython(modules: readonly string[]): Promise<void> {
    const folder = join(directory, 'modules');
    await rm(folder, { recursive: true, force: true });
    for (const name of modules) await nodeFiles.write(join(folder, name, '__init__.py'), '');
    await program(
      'python',
      `PYTHONPATH='${folder}' exec python3 -I -c "import runpy, sys; sys.path = ['${folder}'] + [p for p in sys.path if 'site-packages' not in p and 'dist-packages' not in p]; del sys.argv[0]; runpy.run_path(sys.argv[0], run_name='__main__')" "$@"`,
    );
  }

  async function program(name: string, text: string): Promise<void> {
    const path = join(directory, 'bin', name);
    await nodeFiles.write(path, `#!/bin/sh\n${text}\n`);
    await chmod(path, 0o755);
  }

  async function commit(folder: string): Promise<void> {
    const git = (...args: string[]) =>
      shell('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { env: GIT });
    await git('init', '-q');
    await git('add', '-A', '-f');
    await git('commit', '-qm', 'SDK');
  }

  /** A checkout with a real submodule, as `git clone` leaves it: without what is in that. */
  async function makeRtosSdk3(): Promise<void> {
    const mbedtls = join(directory, 'mbedtls');
    for (const folder of ['include', 'library']) {
      await cp(join(testTree('2.28')!, folder), join(mbedtls, folder), { recursive: true });
    }
    await commit(mbedtls);
    const origin = join(directory, 'origin');
    for (const path of [
      ...['make/project.mk', 'components/mbedtls/port/include/mbedtls/esp_config.h'],
      ...['tools/kconfig_new/confgen.py', 'components/lwip/lwip/src/core/init.c'],
      ...['components/json/cJSON/cJSON.c', 'components/mqtt/esp-mqtt/mqtt_client.c'],
    ]) {
      await nodeFiles.write(join(origin, path), '');
    }
    await nodeFiles.write(join(origin, 'version.txt'), 'v3.4\n');
    await nodeFiles.write(join(origin, 'requirements.txt'), MODULES.map((name) => `${name}\n`).join(''));
    const check = 'tools/check_python_dependencies.py';
    await cp(join(import.meta.dirname, '../fixtures/sdks/rtos-sdk-3', check), join(origin, check));
    await commit(origin);
    const path = 'components/mbedtls/mbedtls';
    await shell('git', ['-C', origin, 'submodule', '--quiet', 'add', mbedtls, path], { env: GIT });
    await commit(origin);
    await shell('git', ['clone', '-q', origin, join(directory, 'sdk-3')], { env: GIT });
  }

  async function doctor(
    sdk: string,
    path?: string,
  ): Promise<{ code: number | null; text: string; faults: Finding[] }> {
    const project = join(directory, `project-of-${sdk}`);
    await cp(join(directory, 'certs'), project, { recursive: true });
    await writeFile(join(project, 'Makefile'), '');
    await writeFile(
      join(project, 'espaws.yaml'),
      JSON.stringify({
        sdk: { kind: 'rtos-sdk', path: join(directory, sdk) },
        identity: { certificate: 'device.crt', key: 'device.key', ca: 'ca.pem' },
        endpoint: { profile: 'aws-iot', host: 'example-ats.iot.eu-west-1.amazonaws.com' },
      }),
    );
    const asked = ['doctor', '--project', project];
    const used = path === undefined ? env : { ...env, PATH: path };
    const { code, stdout } = await espaws([...asked, '--json'], { env: used });
    const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Finding[] };
    const faults = findings.filter((finding) => !finding.ok);
    expect({ ok, code }).toEqual(faults.length === 0 ? { ok: true, code: 0 } : { ok: false, code: 3 });
    const { stdout: text, code: again } = await espaws(asked, { env: used });
    expect(again).toBe(code);
    for (const fault of faults) {
      expect(text).toContain(`MISSING  ${fault.what}`);
      expect(text).toContain(fault.hint);
    }
    return { code, text, faults };
  }

  /** What the doctor says to do. */
  const mend = (hint: string | undefined) => shell('sh', ['-c', hint!], { env: GIT });

  it('names a submodule that is missing, and the command that brings it', async () => {
    const { faults } = await doctor('sdk-3');
    const files = faults.filter(({ text }) => text.includes('is not there'));
    expect(files).toMatchObject([
      {
        what: 'SDK',
        text: `${join(directory, 'sdk-3/components/mbedtls/mbedtls/library/ssl_tls.c')} is not there`,
      },
    ]);
    await mend(files[0]!.hint);
    const mended = await doctor('sdk-3');
    expect(mended.faults).toEqual([]);
    expect(mended.text).toMatch(/SDK +ESP8266_RTOS_SDK 3\.3 and 3\.4, v3\.4, in /);
  });

  it('names a prebuilt archive that is missing, and the command that brings it', async () => {
    await rm(join(directory, 'sdk-1/lib/libmain.a'));
    const { faults } = await doctor('sdk-1');
    expect(faults).toMatchObject([{ what: 'SDK', text: expect.stringContaining('lib/libmain.a') as string }]);
    await mend(faults[0]!.hint);
    expect((await doctor('sdk-1')).faults).toEqual([]);
  });

  it('names what the toolchain lacks, and the one that the SDK is made for', async () => {
    await mend(`git -C '${join(directory, 'sdk-3')}' submodule --quiet update --init`);
    await makeToolchain({ hasNewlib: false });
    try {
      const { faults } = await doctor('sdk-3');
      expect(faults.map(({ text }) => /needs (\S+),/.exec(text)?.[1])).toEqual(['newlib', 'libstdc++']);
      for (const { hint } of faults) expect(hint).toContain('first on PATH: esp-2020r3 gcc 8.4.0');
      // 1.5 brings its own.
      expect((await doctor('sdk-1')).faults).toEqual([]);
    } finally {
      await makeToolchain({ hasNewlib: true });
    }
  });

  it('says that there is no toolchain where its variable names none', async () => {
    const usual = env;
    env = { ...env, ESPAWS_TOOLCHAIN: join(directory, 'certs') };
    const { faults } = await doctor('sdk-1').finally(() => (env = usual));
    expect(faults).toMatchObject([
      { what: 'toolchain', hint: expect.stringContaining('xtensa-lx106-elf-gcc') as string },
    ]);
  });

  it('names the packages that Python lacks, and the command that brings them', async () => {
    await mend(`git -C '${join(directory, 'sdk-3')}' submodule --quiet update --init`);
    await makePython(MODULES.filter((name) => name !== 'elftools' && name !== 'future'));
    try {
      const { faults } = await doctor('sdk-3');
      const python = join(directory, 'bin/python');
      expect(faults).toMatchObject([
        {
          text: `${python} lacks what the SDK's scripts ask for: future and elftools`,
          hint: expect.stringContaining(
            `${python} -m pip install -r ${join(directory, 'sdk-3/requirements.txt')}`,
          ) as string,
        },
      ]);
    } finally {
      await makePython(MODULES);
    }
  });

  it('names the programs that the kconfig of an old 3.x is made with', async () => {
    await cp(join(directory, 'sdk-3'), join(directory, 'sdk-3-old'), { recursive: true });
    await nodeFiles.write(
      join(directory, 'sdk-3-old/make/project_config.mk'),
      'defconfig: $(KCONFIG_TOOL_DIR)/conf\n',
    );
    const few = join(directory, 'few');
    for (const name of ['python3', 'make', 'gperf']) {
      const path = join(few, name);
      await nodeFiles.write(path, `#!/bin/sh\nPATH='${process.env['PATH'] ?? ''}' exec ${name} "$@"\n`);
      await chmod(path, 0o755);
    }
    const { faults } = await doctor('sdk-3-old', `${join(directory, 'bin')}:${few}`);
    const hint = 'sudo apt-get install flex bison gperf libncurses-dev';
    expect(faults).toEqual(
      ['flex', 'bison'].map((name) => ({ what: 'SDK', ok: false, text: `${name} is not there`, hint })),
    );
  });

  it('says what is at a path that is no SDK', async () => {
    await mkdir(join(directory, 'sdk-none'), { recursive: true });
    const { faults } = await doctor('sdk-none');
    expect(faults).toMatchObject([
      { what: 'SDK', hint: expect.stringContaining('espaws sdk fetch') as string },
    ]);
  });
});
