import tls from 'node:tls';
import type { Host, Network, Servers } from '../host.ts';
import type { SerialPorts, VirtualBoards } from '../port.ts';
import { nodeClock } from './clock.ts';
import { nodeEnvironment } from './environment.ts';
import { nodeFiles } from './files.ts';
import { nodeLeases } from './leases.ts';
import { nodeProcesses } from './processes.ts';
import { nodePrompt } from './prompt.ts';

/** This machine, as Node.js gives it. */
export function nodeHost(): Host {
  return {
    files: nodeFiles,
    processes: nodeProcesses,
    network: lazyNetwork,
    boards: lazyBoards,
    ports: lazyPorts,
    leases: nodeLeases,
    prompt: nodePrompt,
    clock: nodeClock,
    environment: nodeEnvironment(),
  };
}

/** What is below is loaded by the commands that need it: it was most of the program's start. */
const lazyBoards: VirtualBoards = {
  openVirtual: async (options) => (await import('./virtual-port.ts')).virtualBoards.openVirtual(options),
};

const lazyPorts: SerialPorts = {
  list: async () => (await import('./serial/serial-ports.ts')).serialPorts.list(),
  open: async (url, options) => (await import('./serial/serial-ports.ts')).serialPorts.open(url, options),
  serve: async (...args) => (await import('./serial/serial-ports.ts')).serialPorts.serve(...args),
};

const lazyNetwork: Network & Servers = {
  connectTcp: async (...args) => (await import('./network.ts')).nodeNetwork.connectTcp(...args),
  dialTls: async (options) => (await import('./network.ts')).nodeNetwork.dialTls(options),
  listenTcp: async (options) => (await import('./network.ts')).nodeNetwork.listenTcp(options),
  acceptTls: async (...args) => (await import('./network.ts')).nodeNetwork.acceptTls(...args),
  rootCertificates: () => tls.rootCertificates,
};
