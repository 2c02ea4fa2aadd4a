import type { Host } from '../host.ts';
import { nodeClock } from './clock.ts';
import { nodeEnvironment } from './environment.ts';
import { nodeFiles } from './files.ts';
import { nodeNetwork } from './network.ts';
import { nodeProcesses } from './processes.ts';
import { nodePrompt } from './prompt.ts';
import { serialPorts } from './serial/serial-ports.ts';
import { virtualBoards } from './virtual-port.ts';

/** This machine, as Node.js gives it. */
export function nodeHost(): Host {
  return {
    files: nodeFiles,
    processes: nodeProcesses,
    network: nodeNetwork,
    boards: virtualBoards,
    ports: serialPorts,
    prompt: nodePrompt,
    clock: nodeClock,
    environment: nodeEnvironment(),
  };
}
