import { readFile, stat } from 'node:fs/promises';
import { EspawsError } from '../../errors.ts';
import { baudRateError } from './baud-rate.ts';
import { portHolder, type PortHolder } from './port-holder.ts';

/** The texts of serialport's binding (strerror on Unix, its own on Windows), and what they mean. */
const OPEN_ERRORS = [
  { match: /No such (?:file|device)|File not found|Not a directory/i, reason: 'missing' },
  { match: /Cannot lock port|resource busy|EBUSY/i, reason: 'busy' },
  // Windows has one answer for a port that is held and one that is forbidden; ports are held.
  { match: /Access denied/i, reason: 'busy' },
  { match: /Permission denied|Operation not permitted/i, reason: 'permission' },
  // Also in a text about the baud rate: the first thing that is asked of the device.
  { match: /Inappropriate ioctl|Input\/output error/i, reason: 'not-serial' },
  { match: /baud rate/i, reason: 'baud-rate' },
] as const;

const NOT_OPENED = {
  code: 'port/missing',
  hint: 'To list the ports of this machine: espaws ports',
} as const;

/** What the failure of the binding's `open` means to the user. */
export async function nativeOpenError(path: string, baudRate: number, cause: Error): Promise<EspawsError> {
  switch (OPEN_ERRORS.find(({ match }) => match.test(cause.message))?.reason) {
    case 'busy':
      return busyError(path, await portHolder(path, { isLocked: true }), cause);
    case 'permission':
      return permissionError(path, await deviceGroup(path), cause);
    case 'baud-rate':
      return baudRateError(path, baudRate, cause.message, cause);
    case 'missing':
      return new EspawsError(`There is no port "${path}".`, { ...NOT_OPENED, cause });
    case 'not-serial':
      return new EspawsError(`"${path}" is not a serial port.`, { ...NOT_OPENED, cause });
    case undefined:
      return new EspawsError(`"${path}" cannot be opened: ${cause.message}.`, { ...NOT_OPENED, cause });
  }
}

/** `port/busy`, with the process that holds the port where it is known. */
export function busyError(path: string, holder: PortHolder | undefined, cause?: Error): EspawsError {
  const who = holder === undefined ? 'another program' : `${holder.name} (process ${holder.pid})`;
  return new EspawsError(`"${path}" is in use by ${who}.`, {
    code: 'port/busy',
    hint: 'End that program, a serial monitor perhaps, and run it again.',
    ...(holder === undefined ? {} : { details: { holder } }),
    cause,
  });
}

function permissionError(path: string, group: string | undefined, cause: Error): EspawsError {
  const members = group === undefined ? 'others only' : `members of the group "${group}"`;
  return new EspawsError(`This user may not open "${path}"; ${members} may.`, {
    code: 'port/permission',
    hint:
      group === undefined
        ? `See who may: ls -l ${path}`
        : `Run: sudo usermod -aG ${group} $USER, then log out and in again.`,
    ...(group === undefined ? {} : { details: { group } }),
    cause,
  });
}

/** The group that may read and write a device: `dialout` on Debian, `uucp` on Arch; undefined for root's own. */
async function deviceGroup(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.gid === 0 || (found.mode & 0o060) !== 0o060) return undefined;
  const groups = await readFile('/etc/group', 'utf8').catch(() => '');
  const line = groups.split('\n').find((entry) => entry.split(':')[2] === String(found.gid));
  return line?.split(':')[0] ?? String(found.gid);
}
