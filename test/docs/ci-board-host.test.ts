import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { USB_BRIDGES } from '../../src/io/serial/usb-bridges.ts';
import { ciStep, ROOT } from './ci-step.ts';
import { applyUdevRules } from './udev-rules.ts';

const rules = await readFile(join(ROOT, 'ci/board-host/61-espaws.rules'), 'utf8');
const UNIT = join(ROOT, 'ci/board-host/espaws-serve@.service');
const unit = await readFile(UNIT, 'utf8');

/** A port of a bridge, as usb_id and path_id describe it. */
function device(ids: string, more: Readonly<Record<string, string>> = {}) {
  const [vendorId, modelId] = ids.split(':');
  return {
    ...{ ACTION: 'add', SUBSYSTEM: 'tty', ID_BUS: 'usb', ID_USB_INTERFACE_NUM: '00' },
    ...{ ID_VENDOR_ID: vendorId!, ID_MODEL_ID: modelId!, ID_PATH_TAG: 'platform-xhci-usb-0_1_2_1_0' },
    ...more,
  };
}

describe('ci/board-host/61-espaws.rules', () => {
  it.each(Object.entries(USB_BRIDGES))('name the port of %s (%s) by its serial number', (ids) => {
    const { links, group, mode, tags, properties } = applyUdevRules(
      rules,
      device(ids, { ID_SERIAL_SHORT: '0001A2B3' }),
    );
    expect({ links, group, mode, tags }).toEqual({
      links: ['espaws-0001A2B3'],
      group: 'dialout',
      mode: '0660',
      tags: ['systemd'],
    });
    expect(properties['ID_MM_PORT_IGNORE']).toBe('1');
  });

  it('name a second port of a bridge apart', () => {
    const second = device('10c4:ea70', { ID_SERIAL_SHORT: '00AB', ID_USB_INTERFACE_NUM: '01' });
    expect(applyUdevRules(rules, second).links).toEqual(['espaws-00AB-01']);
  });

  it('name a port without a serial number by its socket', () => {
    expect(applyUdevRules(rules, device('1a86:7523')).links).toEqual(['espaws-platform-xhci-usb-0_1_2_1_0']);
  });

  it.each([
    ['an unknown product', device('10c4:8a2a', { ID_SERIAL_SHORT: '1' })],
    ['the product of another vendor', device('1a86:ea60', { ID_SERIAL_SHORT: '1' })],
    ['no port', device('10c4:ea60', { SUBSYSTEM: 'usb', ID_SERIAL_SHORT: '1' })],
    ['a port that is not of USB', device('10c4:ea60', { ID_BUS: 'pci', ID_SERIAL_SHORT: '1' })],
    ['a port that goes', device('10c4:ea60', { ACTION: 'remove', ID_SERIAL_SHORT: '1' })],
  ])('leave alone %s', (_, one) => {
    expect(applyUdevRules(rules, one)).toEqual({ links: [], tags: [], properties: one });
  });

  it('name no bridge that espaws does not know', () => {
    const listed = [...rules.matchAll(/ID_VENDOR_ID\}=="(\w+)", ENV\{ID_MODEL_ID\}=="([\w|]+)"/g)];
    const ids = listed.flatMap(([, vendor, models]) => models!.split('|').map((model) => `${vendor}:${model}`));
    expect(ids.sort()).toEqual(Object.keys(USB_BRIDGES).sort());
  });
});

const analyzer = '/usr/bin/systemd-analyze';
const skipped = existsSync(analyzer) ? '' : ' (SKIPPED: install systemd)';

/** The template as the unit of a board, in a folder of its own. */
async function unitOf(board: string, text = unit): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'espaws-unit-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, `espaws-serve@${board}.service`);
  await (text === unit ? copyFile(UNIT, path) : writeFile(path, text));
  return path;
}

describe('ci/board-host/espaws-serve@.service', () => {
  it.skipIf(skipped !== '')(`is a unit for systemd${skipped}`, async () => {
    for (const board of ['0001A2B3', String.raw`platform\x2dxhci\x2dusb\x2d0_1_2_1_0`]) {
      const { stderr, exitCode } = await execa(analyzer, ['verify', await unitOf(board)], { reject: false });
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    }
    // That it would say what is wrong.
    const broken = await unitOf('0001A2B3', unit.replace('DynamicUser=yes', 'DynamicUsers=yes'));
    expect((await execa(analyzer, ['verify', broken], { reject: false })).stderr).toContain('DynamicUsers');
  });

  it.skipIf(skipped !== '')(`starts with its board${skipped}`, async () => {
    const root = await mkdtemp(join(tmpdir(), 'espaws-root-'));
    onTestFinished(() => rm(root, { recursive: true }));
    const units = join(root, 'etc/systemd/system');
    await mkdir(units, { recursive: true });
    await copyFile(UNIT, join(units, 'espaws-serve@.service'));
    for (const board of ['0001A2B3', 'platform-xhci-usb-0_1_2_1_0']) {
      const escaped = async (args: readonly string[]) => (await execa('systemd-escape', args)).stdout;
      const service = await escaped(['--template=espaws-serve@.service', board]);
      await execa('systemctl', [`--root=${root}`, 'enable', service]);
      const device = await escaped(['--path', '--suffix=device', `/dev/espaws-${board}`]);
      expect(await readdir(join(units, `${device}.wants`))).toEqual([service]);
    }
  });

  it.skipIf(skipped !== '')(`is exposed little${skipped}`, async () => {
    const { stdout } = await execa(analyzer, ['security', '--offline=true', '--no-pager', await unitOf('0001A2B3')]);
    const [, level] = /Overall exposure level for .*: (\d+\.\d+)/.exec(stdout) ?? [];
    expect(Number(level)).toBeLessThan(2.5);
  });

  it('hands the token over by the environment, not among the arguments', async () => {
    const command = /^ExecStart=(\/bin\/sh -c '.*')(.*)$/m.exec(unit)!;
    // As systemd.service(5) fills in a command line.
    const filled = `${command[1]}${command[2]}`
      .replaceAll('$$', '$')
      .replaceAll('%I', '0001A2B3')
      .replace('${ESPAWS_LISTEN}', '0.0.0.0:2217');
    const step = await ciStep({});
    const program = '#!/bin/sh\nprintf "%s\\n" "$ESPAWS_SERVE_TOKEN" "$@"\n';
    await writeFile(join(step.directory, 'bin/espaws'), program, { mode: 0o755 });
    await writeFile(join(step.directory, 'token'), 'of $(all) `the` "world"\n');
    const run = (directory: string) => step.run(['sh', '-c', filled], { CREDENTIALS_DIRECTORY: directory });
    expect((await run(step.directory)).stdout.split('\n')).toEqual([
      'of $(all) `the` "world"',
      ...['serve', '--port', '/dev/espaws-0001A2B3', '--listen', '0.0.0.0:2217'],
    ]);
    // Without a token it must not serve the whole network.
    expect(await run(join(step.directory, 'nowhere'))).toMatchObject({ exitCode: 1, stdout: '' });
  });
});
