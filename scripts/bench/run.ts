import { nodeProcesses } from '../../src/io/processes.ts';
import { benchCore } from './core.ts';
import { measureMonitor } from './monitor.ts';

/** Megabytes of log: some seconds. */
const LOG_MEGABYTES = 100;

// npm run bench: the virtual board's core on a compiled program, and QEMU on the same ELF where it is installed; how
// fast the monitor reads a log.
const core = await benchCore(nodeProcesses);
process.stdout.write(
  `${JSON.stringify({ ...core, monitor: measureMonitor(LOG_MEGABYTES) }, undefined, 2)}\n`,
);
