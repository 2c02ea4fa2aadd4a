import { EspawsError } from '../../errors.ts';

/** What a port's URL names. */
export type PortTarget =
  | { kind: 'native'; path: string }
  | { kind: 'virtual' }
  | { kind: 'rfc2217'; host: string; port: number; token?: string }
  | { kind: 'socket'; host: string; port: number };

/** IANA gives telnet's port to RFC 2217 servers, too. */
const TELNET_PORT = 23;

/**
 * Reads a port's URL: a device's path or name, `rfc2217://[token@]host[:port]`, `socket://host:port`,
 * `virtual:`. Throws `port/unknown`.
 */
export function parsePortUrl(url: string): PortTarget {
  if (/^(?:\/|\\\\\.\\|COM\d+$)/i.test(url)) return { kind: 'native', path: url };
  if (/^virtual:/i.test(url)) return { kind: 'virtual' };
  const scheme = /^(rfc2217|socket):\/\//i.exec(url)?.[1]?.toLowerCase();
  const parsed = scheme === undefined ? undefined : networkParts(url);
  if (parsed === undefined) throw unknownPort(url);
  const { host, port, token } = parsed;
  if (scheme === 'rfc2217') {
    return { kind: 'rfc2217', host, port: port ?? TELNET_PORT, ...(token === undefined ? {} : { token }) };
  }
  if (port === undefined) throw unknownPort(url);
  return { kind: 'socket', host, port };
}

/** The URL without its token, for messages and logs. */
export function shownPortUrl(url: string): string {
  return url.replace(/^(rfc2217:\/\/)[^@/]*@/i, '$1');
}

function networkParts(url: string): { host: string; port?: number; token?: string } | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, port, username } = new URL(url);
  if (hostname === '') return undefined;
  return {
    // IPv6 comes in brackets, which no resolver takes.
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    ...(port === '' ? {} : { port: Number(port) }),
    ...(username === '' ? {} : { token: decodeURIComponent(username) }),
  };
}

function unknownPort(url: string): EspawsError {
  return new EspawsError(`"${shownPortUrl(url)}" is not a port.`, {
    code: 'port/unknown',
    hint: 'A port is /dev/ttyUSB0, COM3, rfc2217://HOST:PORT, socket://HOST:PORT or virtual:. To list those of this machine: espaws ports',
  });
}
