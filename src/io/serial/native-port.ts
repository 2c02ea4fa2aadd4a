import { realpath, stat } from 'node:fs/promises';
import type { SerialPortStream } from '@serialport/stream';
import type { Port } from '../../port.ts';
import { checkBaudRate } from './baud-rate.ts';
import { nativeBinding } from './native-binding.ts';
import { busyError, nativeOpenError } from './native-errors.ts';
import { portHolder } from './port-holder.ts';
import { openStream, StreamPort } from './stream-port.ts';

/** How often a port's device is looked for, in milliseconds. */
const PRESENCE_MS = 500;

/**
 * Opens a serial port of this machine, locked (`flock`, as esptool and pyserial do) and with DTR and RTS released.
 * Throws `port/missing`, `port/busy`, `port/permission`, `port/baud-rate`.
 */
export async function openNativePort(
  path: string,
  { baudRate, signal }: { baudRate: number; signal?: AbortSignal },
): Promise<Port> {
  signal?.throwIfAborted();
  let stream: SerialPortStream;
  try {
    // No HUPCL: the lines are left as they are when the port is closed, as far as the driver's own default allows.
    stream = await openStream(nativeBinding, { path, baudRate, hupcl: false });
  } catch (error) {
    throw await nativeOpenError(path, baudRate, error as Error);
  }
  try {
    signal?.throwIfAborted();
    const hasSignals = await hasModemLines(stream);
    // The lock binds only programs that ask for it; what another one reads is lost to us. A pty's maker may hold its
    // other end open.
    const holder = hasSignals ? await portHolder(path, { isLocked: false }) : undefined;
    if (holder !== undefined) throw busyError(path, holder);
    const port = new StreamPort(stream, {
      name: path,
      hasSignals,
      hasBaudRate: hasSignals,
      // An FTDI bridge holds what it received for 16 ms otherwise (latency timer).
      setOptions: { lowLatency: true },
    });
    if (hasSignals) {
      await checkBaudRate(stream, path, baudRate);
      await port.setSignals({ dtr: false, rts: false });
    }
    watchPresence(await realpath(path).catch(() => path), stream, port);
    return port;
  } catch (error) {
    await new Promise((resolve) => {
      stream.close(resolve);
    });
    throw error;
  }
}

/** A pty answers TIOCMGET with ENOTTY (`Inappropriate ioctl for device`). */
function hasModemLines(stream: SerialPortStream): Promise<boolean> {
  return new Promise((resolve) => {
    stream.get((error) => {
      resolve(error === null);
    });
  });
}

/**
 * Closes the port when its device is gone. A read of a hung-up terminal returns no bytes and no error, and serialport
 * would try again for ever.
 */
function watchPresence(device: string, stream: SerialPortStream, port: Port): void {
  if (!device.startsWith('/')) return;
  const timer = setInterval(() => {
    stat(device).catch(() => port.close());
  }, PRESENCE_MS).unref();
  stream.once('close', () => {
    clearInterval(timer);
  });
}
