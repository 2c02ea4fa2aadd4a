import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listSysfsPorts } from '../../../src/io/serial/list-ports.ts';

/** Files and links as Linux 6.1 shows a CP2102 (usb-serial) and an 8250 port; links are relative, as there. */
async function sysfs(): Promise<{ sys: string; dev: string }> {
  const root = await mkdtemp(join(tmpdir(), 'espaws-sysfs-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const usb = 'devices/pci0000:00/0000:00:14.0/usb1/1-2';
  const files: Record<string, string> = {
    [`sys/${usb}/idVendor`]: '10c4\n',
    [`sys/${usb}/idProduct`]: 'ea60\n',
    [`sys/${usb}/manufacturer`]: 'Silicon Labs\n',
    [`sys/${usb}/serial`]: '0001\n',
    [`sys/${usb}/1-2:1.0/ttyUSB0/tty/ttyUSB0/dev`]: '188:0\n',
    [`sys/${usb}/1-2:1.0/ttyUSB1/tty/ttyUSB1/dev`]: '188:1\n',
    'sys/devices/platform/serial8250/tty/ttyS0/type': '4\n',
    'sys/devices/platform/serial8250/tty/ttyS1/type': '0\n',
    'sys/devices/virtual/tty/tty0/dev': '4:0\n',
    'dev/ttyUSB0': '',
    'dev/ttyS0': '',
    'dev/ttyS1': '',
    'dev/tty0': '',
  };
  const links: Record<string, string> = {
    [`sys/${usb}/1-2:1.0/ttyUSB0/tty/ttyUSB0/device`]: '../../../ttyUSB0',
    [`sys/${usb}/1-2:1.0/ttyUSB1/tty/ttyUSB1/device`]: '../../../ttyUSB1',
    'sys/devices/platform/serial8250/tty/ttyS0/device': '../../../serial8250',
    'sys/devices/platform/serial8250/tty/ttyS1/device': '../../../serial8250',
    'sys/class/tty/ttyUSB0': `../../${usb}/1-2:1.0/ttyUSB0/tty/ttyUSB0`,
    'sys/class/tty/ttyUSB1': `../../${usb}/1-2:1.0/ttyUSB1/tty/ttyUSB1`,
    'sys/class/tty/ttyS0': '../../devices/platform/serial8250/tty/ttyS0',
    'sys/class/tty/ttyS1': '../../devices/platform/serial8250/tty/ttyS1',
    'sys/class/tty/tty0': '../../devices/virtual/tty/tty0',
  };
  for (const path of [...Object.keys(files), ...Object.keys(links)]) {
    await mkdir(dirname(join(root, path)), { recursive: true });
  }
  for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text);
  for (const [path, target] of Object.entries(links)) await symlink(target, join(root, path));
  return { sys: join(root, 'sys'), dev: join(root, 'dev') };
}

test('ports by sysfs: USB facts, no consoles, no empty 8250 slots, nothing without a device node', async () => {
  const { sys, dev } = await sysfs();
  expect(await listSysfsPorts(sys, dev)).toEqual([
    { path: join(dev, 'ttyS0') },
    {
      path: join(dev, 'ttyUSB0'),
      vendorId: '10c4',
      productId: 'ea60',
      manufacturer: 'Silicon Labs',
      serialNumber: '0001',
    },
  ]);
});

test('no sysfs, no ports', async () => {
  expect(await listSysfsPorts(join(tmpdir(), 'espaws-nothing-here'))).toEqual([]);
});
