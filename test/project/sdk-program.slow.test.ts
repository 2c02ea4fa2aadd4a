import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeProgramSources } from '../../src/build/generated.ts';
import { nodeEnvironment } from '../../src/io/environment.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { nodeProcesses } from '../../src/io/processes.ts';
import { readIdentity } from '../../src/certificate/identity.ts';
import { PROJECT_SDKS } from '../../src/project/sdk-files.ts';
import { readWifi } from '../../src/project/wifi.ts';
import { findToolchain, toolPath, type Toolchain } from '../../src/sdk/toolchain.ts';
import { configHeader, WITH_EC } from '../build/sdk/rtos-sdk-1-miniature.ts';
import { espaws } from '../support/command.ts';
import { testIdentity } from '../support/stand-in.ts';
import { testTree, treeTitle } from '../support/trees.ts';

const run = promisify(execFile);
const HEADERS = join(import.meta.dirname, '../fixtures/sdks/headers');

describe.skipIf(testTree('2.28') === undefined)(`init --sdk, ${treeTitle('2.28')}`, () => {
  let directory: string;
  let toolchain: Toolchain;
  let key: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'espaws-init-'));
    toolchain = await findToolchain(nodeProcesses, nodeFiles, nodeEnvironment());
    const issued = await testIdentity();
    key = issued.privateKey ?? '';
    await nodeFiles.write(join(directory, 'certs/device.pem.crt'), issued.certificate);
    await nodeFiles.write(join(directory, 'certs/private.pem.key'), key);
    await nodeFiles.write(join(directory, 'certs/ca.pem'), issued.ca);
  });
  afterAll(() => rm(directory, { recursive: true }));

  async function project(sdk: string, path = ''): Promise<string> {
    const folder = join(directory, `${sdk.replace(/\W/g, '-')}${path === '' ? '' : '-real'}`);
    const options = path === '' ? [] : ['--sdk-path', path];
    const { code, stderr } = await espaws(['init', folder, '--sdk', sdk, ...options]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await cp(join(directory, 'certs'), join(folder, 'certs'), { recursive: true });
    return folder;
  }

  it.each(PROJECT_SDKS.filter((sdk) => sdk !== 'bench'))(
    'writes a program for %s that compiles',
    async (sdk) => {
      const folder = await project(sdk);
      expect(await readFile(join(folder, '.gitignore'), 'utf8')).toMatch(/^wifi\.yaml$/m);
      const identity = await readIdentity(nodeFiles, {
        certificate: join(folder, 'certs/device.pem.crt'),
        key: join(folder, 'certs/private.pem.key'),
        ca: join(folder, 'certs/ca.pem'),
      });
      const generated = join(folder, 'build/generated');
      const wifi = await readWifi(nodeFiles, folder);
      await writeProgramSources(nodeFiles, generated, {
        ...{ identity, wifi },
        endpoint: {
          host: 'a.example',
          port: 8883,
          serverName: 'a.example',
          alpn: ['x-amzn-mqtt-ca'],
          mqttClientId: 'e',
        },
      });
      for (const secret of ['espaws_identity_data.h', 'espaws_wifi.h']) {
        expect((await stat(join(generated, secret))).mode & 0o777, secret).toBe(0o600);
      }
      const header = join(folder, 'build/mbedtls_config.h');
      await writeFile(header, configHeader(`${WITH_EC} SSL_ALPN`));
      const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.c'));
      expect(names.length).toBeGreaterThan(5);
      for (const name of names) {
        const includes = [HEADERS, generated, join(testTree('2.28')!, 'include')].map((path) => `-I${path}`);
        const flags = [
          '-Wall',
          '-Wextra',
          '-Werror',
          '-Wno-stringop-truncation',
          '-fsyntax-only',
          '-std=gnu99',
        ];
        await run(toolPath(toolchain, 'gcc'), [
          ...toolchain.libcFlags,
          ...flags,
          ...includes,
          `-DMBEDTLS_CONFIG_FILE="${header}"`,
          join(folder, name),
        ]);
      }
    },
  );

  it('says in the compiler’s words that there is no wifi.yaml', async () => {
    const generated = join(directory, 'without');
    const identity = await readIdentity(nodeFiles, {
      certificate: join(directory, 'certs/device.pem.crt'),
      key: join(directory, 'certs/private.pem.key'),
      ca: join(directory, 'certs/ca.pem'),
    });
    await writeProgramSources(nodeFiles, generated, {
      ...{ identity, wifi: undefined },
      endpoint: { host: 'a.example', port: 8883, serverName: 'a.example', alpn: [], mqttClientId: 'e' },
    });
    expect(await readFile(join(generated, 'espaws_wifi.h'), 'utf8')).toMatch(/^#error .*wifi\.yaml/);
  });

  it.each([
    ['ssid: a\npassword: b\n', { ssid: 'a', password: 'b' }],
    ['ssid: open\n', { ssid: 'open', password: '' }],
  ])('reads %j', async (text, wifi) => {
    await writeFile(join(directory, 'wifi.yaml'), text);
    expect(await readWifi(nodeFiles, directory)).toEqual(wifi);
  });

  it.each(['password: secret-word\n', 'ssid: [a\n', 'ssid: a\npassword: secret-word\nother: 1\n'])(
    'refuses %j without a word of it',
    async (text) => {
      await writeFile(join(directory, 'wifi.yaml'), text);
      const error = await readWifi(nodeFiles, directory).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'project/invalid' });
      expect(String(error)).not.toContain('secret-word');
    },
  );

  describe.each([
    ['ESPAWS_RTOS_SDK_1', 'rtos-sdk@1.5'],
    ['ESPAWS_RTOS_SDK_2', 'rtos-sdk@2'],
    ['ESPAWS_RTOS_SDK_3', 'rtos-sdk@3'],
    ['ESPAWS_ESP_OPEN_RTOS', 'esp-open-rtos'],
  ])('%s', (variable, sdk) => {
    const path = process.env[variable] ?? '';
    it.skipIf(path === '')(`builds without edits (skipped where ${variable} names no checkout)`, async () => {
      const folder = await project(sdk, path);
      const { code, stdout, stderr } = await espaws(['build', '--project', folder, '--json']);
      expect(stderr).not.toContain(key.split('\n')[1]);
      // What this machine's toolchain cannot finish is said before, with the way out.
      const { ok, failedAt, diagnostics } = JSON.parse(stdout) as Record<string, unknown>;
      if (code !== 0) expect({ ok, failedAt, diagnostics }).toMatchObject({ ok: false, failedAt: 'check' });
    });
  });
});
