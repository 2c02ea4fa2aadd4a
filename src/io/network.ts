import { connect as connectSocket } from 'node:net';
import type { Network, Servers } from '../host.ts';
import { dialTls } from './tls-client.ts';
import { nodeServers } from './tls-server.ts';

/** The network of this machine. */
export const nodeNetwork: Network & Servers = {
  connectTcp: (host, port, signal) =>
    new Promise((resolve, reject) => {
      const socket = connectSocket({
        host,
        port,
        noDelay: true,
        ...(signal === undefined ? {} : { signal }),
      });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(socket);
      });
    }),
  dialTls,
  ...nodeServers,
};
