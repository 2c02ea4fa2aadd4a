import { expect, it } from 'vitest';

import { benchCore } from '../../../scripts/bench/core.ts';
import { nodeProcesses } from '../../../src/io/processes.ts';
import { hasCommand } from './oracle.ts';

const hasCompiler = hasCommand('xtensa-lx106-elf-gcc');
if (!hasCompiler) process.stderr.write('SKIPPED: no C on the core, xtensa-lx106-elf-gcc is missing.\n');

it.skipIf(!hasCompiler)(
  'runs C to the results of Node’s SHA-256 and BigInt, the same count each time',
  async () => {
    const first = await benchCore(nodeProcesses, 2);
    const again = await benchCore(nodeProcesses, 2);
    expect(first.instructions).toBeGreaterThan(1_000_000);
    expect(again.instructions).toBe(first.instructions);
  },
);
