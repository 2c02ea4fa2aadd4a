import type { Network, Servers } from '../host.ts';
import { connectTcp } from './tcp.ts';
import { dialTls } from './tls-client.ts';
import { nodeServers } from './tls-server.ts';

/** The network of this machine. */
export const nodeNetwork: Network & Servers = {
  connectTcp,
  dialTls,
  ...nodeServers,
};
