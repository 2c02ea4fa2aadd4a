import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingConnection } from '../../host.ts';
import type { Port, PortServer, PortServerOptions } from '../../port.ts';
import { nodeServers } from '../tls-server.ts';
import { accessRule } from './access.ts';
import { keptAlive } from './connect.ts';
import { Rfc2217Session } from './rfc2217-session.ts';

/** How long a client that is about to leave is waited for, in milliseconds. */
const LEAVING_MS = 1000;

/** Offers a port over RFC 2217, to one client at a time. See `SerialPorts.serve`. */
export async function serveRfc2217(port: Port, options: PortServerOptions): Promise<PortServer> {
  const { token, onEvent = () => undefined } = options;
  const mayConnect = accessRule(options);
  let holder: Rfc2217Session | undefined;

  const serve = ({ stream, peer }: IncomingConnection): void => {
    const session = new Rfc2217Session(port, keptAlive(stream), {
      ...{ token, peer, onEvent },
      claim: async () => {
        // The one before may have left a moment ago, and its end not been seen yet.
        if (holder !== undefined) await Promise.race([holder.left, sleep(LEAVING_MS)]);
        if (holder !== undefined) return holder.peer;
        holder = session;
        return undefined;
      },
      leave: () => {
        holder = undefined;
      },
    });
    void session.run();
  };

  const listener = await nodeServers.listenTcp({
    host: options.host,
    port: options.port,
    onConnection: (connection) => {
      if (mayConnect(connection.peer.replace(/:\d+$/, ''))) {
        serve(connection);
      } else {
        onEvent({ kind: 'refused', peer: connection.peer, because: 'its address is not allowed' });
        connection.reset();
      }
    },
  });

  let closing: Promise<void> | undefined;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const close = () => {
    closing ??= listener.close().then(end);
    return closing;
  };
  void forward(port, () => holder).then(close, close);
  return { host: listener.host, port: listener.port, ended, close };
}

/** What comes while there is no client is of no use to the next one. */
async function forward(port: Port, client: () => Rfc2217Session | undefined): Promise<void> {
  for await (const bytes of port.read()) await client()?.send(bytes);
}
