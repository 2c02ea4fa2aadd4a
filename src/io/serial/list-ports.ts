import { access, readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SerialPort } from 'serialport';
import type { PortInfo } from '../../port.ts';
import { usbBridge } from './usb-bridges.ts';

/** The serial ports of this machine, boards' bridges first. */
export async function listNativePorts(): Promise<PortInfo[]> {
  // serialport asks udevadm on Linux, which containers and small systems lack; sysfs is always there.
  const found = process.platform === 'linux' ? await listSysfsPorts() : await listBySerialport();
  const ports = found.map((info): PortInfo => {
    const bridge = usbBridge(info.vendorId, info.productId);
    return bridge === undefined ? info : { ...info, bridge };
  });
  const rank = ({ bridge, vendorId }: PortInfo) =>
    bridge !== undefined ? 0 : vendorId !== undefined ? 1 : 2;
  return ports.sort((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path, 'en', { numeric: true }));
}

/**
 * Ports by the kernel's device tree: `/sys/class/tty/<name>/device`, and `idVendor` in the USB device above it
 * (Documentation/ABI/stable/sysfs-class-tty and testing/sysfs-bus-usb of Linux). Both roots are for tests.
 */
export async function listSysfsPorts(sysfs = '/sys', devices = '/dev'): Promise<PortInfo[]> {
  const names = await readdir(join(sysfs, 'class/tty')).catch(() => []);
  const ports = await Promise.all(names.map((name) => sysfsPort(sysfs, devices, name)));
  return ports.filter((port) => port !== undefined);
}

async function sysfsPort(sysfs: string, devices: string, name: string): Promise<PortInfo | undefined> {
  const folder = join(sysfs, 'class/tty', name);
  const device = await realpath(join(folder, 'device')).catch(() => undefined);
  const path = join(devices, name);
  // Consoles and ptys have no device; a container may see the host's sysfs without its device nodes.
  if (device === undefined || !(await isThere(path))) return undefined;
  // The 8250 driver offers ports that are not populated: PORT_UNKNOWN of <linux/serial_core.h>.
  if ((await attribute(folder, 'type')) === '0') return undefined;
  const usb = await usbDevice(device);
  if (usb === undefined) return { path };
  const [vendorId, productId, manufacturer, serialNumber] = await Promise.all(
    ['idVendor', 'idProduct', 'manufacturer', 'serial'].map((key) => attribute(usb, key)),
  );
  return { path, ...defined({ vendorId, productId, manufacturer, serialNumber }) };
}

/** The nearest folder above that is a USB device. */
async function usbDevice(folder: string): Promise<string | undefined> {
  if (await isThere(join(folder, 'idVendor'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : usbDevice(parent);
}

async function listBySerialport(): Promise<PortInfo[]> {
  const ports = await SerialPort.list();
  return ports.map(({ path, vendorId, productId, manufacturer, serialNumber }) => ({
    path,
    ...defined({
      vendorId: vendorId?.toLowerCase(),
      productId: productId?.toLowerCase(),
      manufacturer,
      serialNumber,
    }),
  }));
}

type Details = Omit<PortInfo, 'path' | 'bridge'>;

function defined(details: { [K in keyof Details]: string | undefined }): Details {
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}

async function attribute(folder: string, name: string): Promise<string | undefined> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => '');
  return text.trim() === '' ? undefined : text.trim();
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
