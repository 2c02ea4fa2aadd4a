import type { IncomingConnection, Port, PortServer, PortServerOptions } from '../../host.ts';
import { nodeServers } from '../tls-server.ts';
import { accessRule } from './access.ts';
import { COM, encodeComPort, FROM_SERVER } from './com-port.ts';
import { keptAlive } from './connect.ts';
import { Rfc2217Session } from './rfc2217-session.ts';
import { encodeSignature } from './rfc2217-signature.ts';

/** Offers a port over RFC 2217, to one client at a time. See `SerialPorts.serve`. */
export async function serveRfc2217(port: Port, options: PortServerOptions): Promise<PortServer> {
  const { token, onEvent = () => undefined } = options;
  const mayConnect = accessRule(options);
  let session: Rfc2217Session | undefined;

  const refuse = ({ stream, peer }: IncomingConnection, word: string, because: string) => {
    onEvent({ kind: 'refused', peer, because });
    stream.end(encodeComPort(COM.signature + FROM_SERVER, encodeSignature({ refused: word })));
    stream.on('error', () => undefined).resume();
  };

  const serve = async (connection: IncomingConnection): Promise<void> => {
    const { stream, peer } = connection;
    const current = new Rfc2217Session(port, keptAlive(stream), { token, peer, onEvent });
    session = current;
    try {
      await current.run();
    } finally {
      session = undefined;
    }
  };

  const listener = await nodeServers.listenTcp({
    host: options.host,
    port: options.port,
    onConnection: (connection) => {
      const address = connection.peer.replace(/:\d+$/, '');
      if (!mayConnect(address)) refuse(connection, 'address', 'its address is not allowed');
      else if (session !== undefined) refuse(connection, 'busy', `${session.peer} uses the port`);
      else void serve(connection);
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
  void forward(port, () => session).then(close, close);
  return { host: listener.host, port: listener.port, ended, close };
}

/** What comes while there is no client is of no use to the next one. */
async function forward(port: Port, client: () => Rfc2217Session | undefined): Promise<void> {
  for await (const bytes of port.read()) await client()?.send(bytes);
}
