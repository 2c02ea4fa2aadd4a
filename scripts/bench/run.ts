import { nodeProcesses } from '../../src/io/processes.ts';
import { benchCore } from './core.ts';

// npm run bench: the virtual board's core on a compiled program, and QEMU on the same ELF where it is installed.
process.stdout.write(`${JSON.stringify(await benchCore(nodeProcesses), undefined, 2)}\n`);
