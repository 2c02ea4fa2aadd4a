import { EXIT, EspawsError } from '../errors.ts';
import type { PortServer, PortServerEvent } from '../port.ts';
import { resolvePort } from './auto-port.ts';
import { portServerEventText } from './port-server-log.ts';
import type { CommandContext, CommandResult } from './result.ts';

export interface ServePortOptions {
  /** URL of the port, or `auto`. */
  port: string;
  /** `HOST:PORT`, `:PORT` or `HOST`; port 0 takes a free one. */
  listen?: string;
  /** Default: `ESPAWS_SERVE_TOKEN` of the environment, which other users' `ps` does not show. */
  token?: string;
  allow?: readonly string[];
}

/** Of esptool's own RFC 2217 server. */
const DEFAULT_TCP_PORT = 2217;
/** Until the first client says otherwise. */
const FIRST_BAUD_RATE = 115_200;

/**
 * `espaws serve`: offers a port over RFC 2217 until the signal is aborted, then frees it and resolves. Throws
 * `usage/invalid`, what opening the port throws, and `port/lost` when it goes away.
 */
export async function servePortCommand(
  context: CommandContext,
  options: ServePortOptions,
): Promise<CommandResult> {
  const { host, progress, signal } = context;
  const { allow } = options;
  const token = options.token ?? host.environment.variables['ESPAWS_SERVE_TOKEN'];
  const address = parseListen(options.listen);
  const url = await resolvePort(host, options.port, signal);
  const port = await host.ports.open(url, { baudRate: FIRST_BAUD_RATE, signal });
  let clients = 0;
  const onEvent = (event: PortServerEvent) => {
    if (event.kind === 'connected') clients += 1;
    progress({ kind: 'note', text: portServerEventText(event) });
  };
  try {
    const server = await listening(
      host.ports.serve(port, {
        ...{ ...address, onEvent },
        ...(token === undefined ? {} : { token }),
        ...(allow === undefined ? {} : { allow }),
      }),
      address,
    );
    const served = `rfc2217://${token === undefined ? '' : 'TOKEN@'}${hostInUrl(server.host)}:${server.port}`;
    progress({ kind: 'note', text: `serving ${port.name} at ${served}; Ctrl-C ends it` });
    await untilEnd(server, signal, port.name);
    return {
      exitCode: EXIT.interrupted,
      json: { port: port.name, url: served, clients },
      text: `${clients} ${clients === 1 ? 'client' : 'clients'}`,
    };
  } finally {
    await port.close();
  }
}

/** Reads `HOST:PORT`, `:PORT` or `HOST`. Throws `usage/invalid`. */
export function parseListen(listen = ''): { host: string; port: number } {
  const match = /^(?:\[(?<ipv6>[^\]]+)\]|(?<name>[^:]*))(?::(?<port>\d{1,5}))?$/.exec(listen)?.groups;
  const port = Number(match?.['port'] ?? DEFAULT_TCP_PORT);
  if (match === undefined || port > 65_535) {
    throw new EspawsError(`"${listen}" is not an address to listen on.`, {
      code: 'usage/invalid',
      hint: 'For example: 127.0.0.1:2217, :2217, or [::1]:2217',
    });
  }
  const host = match['ipv6'] ?? match['name'] ?? '';
  return { host: host === '' ? '127.0.0.1' : host, port };
}

/** The server once it listens. Throws `port/unreachable` where it cannot. */
export async function listening(
  server: Promise<PortServer>,
  { host, port }: { host: string; port: number },
): Promise<PortServer> {
  try {
    return await server;
  } catch (error) {
    if (error instanceof EspawsError) throw error;
    throw new EspawsError(`Cannot listen on ${host}:${port}: ${(error as Error).message}.`, {
      code: 'port/unreachable',
      hint: 'Choose another address with --listen; port 0 takes a free one.',
      cause: error,
    });
  }
}

async function untilEnd(server: PortServer, signal: AbortSignal, name: string): Promise<void> {
  const close = () => void server.close();
  if (signal.aborted) close();
  signal.addEventListener('abort', close, { once: true });
  await server.ended;
  signal.removeEventListener('abort', close);
  if (signal.aborted) return;
  throw new EspawsError(`The port "${name}" went away.`, {
    code: 'port/lost',
    hint: 'Connect the board again, and start anew.',
  });
}

function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
