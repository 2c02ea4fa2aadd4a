import type { SerialPortStream } from '@serialport/stream';
import { EspawsError } from '../../errors.ts';

/** How far a rate may be from the one that was asked for: what an 8N1 receiver stands, with its own error beside. */
const TOLERANCE = 0.02;

/** `port/baud-rate`. */
export function baudRateError(name: string, baudRate: number, reason: string, cause?: unknown): EspawsError {
  return new EspawsError(`"${name}" cannot do ${baudRate} baud: ${reason}.`, {
    code: 'port/baud-rate',
    hint: 'Take a lower one; 115200 works everywhere.',
    cause,
  });
}

/**
 * Throws `port/baud-rate` where the port runs at another rate than it was told to: a driver takes the nearest that its
 * bridge can do, and a server what it likes. Systems that do not tell the rate are believed.
 */
export async function checkBaudRate(stream: SerialPortStream, name: string, baudRate: number): Promise<void> {
  const actual = await stream.port?.getBaudRate().catch(() => undefined);
  if (actual === undefined || Math.abs(actual.baudRate / baudRate - 1) <= TOLERANCE) return;
  throw baudRateError(name, baudRate, `it stays at ${actual.baudRate}`);
}
