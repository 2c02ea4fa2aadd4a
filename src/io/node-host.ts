import type { Host } from '../host.ts';
import type { SerialPorts, VirtualBoards } from '../port.ts';
import { nodeClock } from './clock.ts';
import { nodeEnvironment } from './environment.ts';
import { nodeFiles } from './files.ts';
import { nodeNetwork } from './network.ts';
import { nodeProcesses } from './processes.ts';
import { nodePrompt } from './prompt.ts';

/** This machine, as Node.js gives it. */
export function nodeHost(): Host {
  return {
    files: nodeFiles,
    processes: nodeProcesses,
    network: nodeNetwork,
    boards: lazyBoards,
    ports: lazyPorts,
    prompt: nodePrompt,
    clock: nodeClock,
    environment: nodeEnvironment(),
  };
}

/** The virtual chip and the serial ports are loaded by the commands that need them: most of the program's start. */
const lazyBoards: VirtualBoards = {
  openVirtual: async (options) => (await import('./virtual-port.ts')).virtualBoards.openVirtual(options),
};

const lazyPorts: SerialPorts = {
  list: async () => (await import('./serial/serial-ports.ts')).serialPorts.list(),
  open: async (url, options) => (await import('./serial/serial-ports.ts')).serialPorts.open(url, options),
  serve: async (...args) => (await import('./serial/serial-ports.ts')).serialPorts.serve(...args),
};
