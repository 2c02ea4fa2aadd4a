import { spawn, type ChildProcess } from 'node:child_process';
import { once, setMaxListeners } from 'node:events';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Lease } from '../../src/host.ts';
import { nodeLeases } from '../../src/io/leases.ts';

const signal = new AbortController().signal;
setMaxListeners(0, signal);
const options = { holder: 'a test', wait: true, signal };

async function taken(name: string): Promise<Lease> {
  const lease = await nodeLeases.take(name, options);
  if (!('release' in lease)) throw new Error('it is held');
  return lease;
}

describe('leases within a process', () => {
  it('are for one holder at a time', async () => {
    const name = randomUUID();
    const lease = await taken(name);
    const second = await nodeLeases.take(name, { ...options, wait: false });
    expect(second).toEqual({ heldBy: `a test (process ${process.pid})` });
    await lease.release();
    await (await taken(name)).release();
  });

  it('are handed on to who waits', async () => {
    const name = randomUUID();
    const first = await taken(name);
    const told: string[] = [];
    const waiting = nodeLeases.take(name, { ...options, onWait: (heldBy) => told.push(heldBy) });
    const other = await taken(randomUUID());
    await first.release();
    const second = await waiting;
    expect('release' in second).toBe(true);
    expect(told.length).toBeLessThanOrEqual(1);
    if ('release' in second) await second.release();
    await other.release();
  });

  it('are not waited for when it is interrupted', async () => {
    const name = randomUUID();
    const lease = await taken(name);
    const controller = new AbortController();
    const waiting = nodeLeases.take(name, {
      ...options,
      signal: controller.signal,
      onWait: () => {
        controller.abort(new Error('Ctrl-C'));
      },
    });
    await expect(waiting).rejects.toThrow('Ctrl-C');
    await lease.release();
  });

  it('never have two holders', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 12 }),
        async (turns) => {
          const name = randomUUID();
          let holders = 0;
          await Promise.all(
            turns.map(async (count) => {
              const lease = await taken(name);
              holders += 1;
              expect(holders).toBe(1);
              for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
              holders -= 1;
              await lease.release();
            }),
          );
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('leases between processes', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  /** A process that takes the lease, says so, and holds it until it is killed. */
  async function holder(name: string): Promise<ChildProcess> {
    const program = `
      import { nodeLeases } from ${JSON.stringify(join(import.meta.dirname, '../../src/io/leases.ts'))};
      setInterval(() => undefined, 1000);
      await nodeLeases.take(${JSON.stringify(name)}, { holder: 'another', wait: true, signal: new AbortController().signal });
      console.log('taken');`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    expect(line).toBe('taken');
    return child;
  }

  it('name the process that holds them, and are free when it is killed', async () => {
    const name = randomUUID();
    const child = await holder(name);
    const heldBy = `another (process ${child.pid ?? 0})`;
    expect(await nodeLeases.take(name, { ...options, wait: false })).toEqual({ heldBy });
    const waiting = nodeLeases.take(name, {
      ...options,
      onWait: () => {
        child.kill('SIGKILL');
      },
    });
    const lease = await waiting;
    expect('release' in lease).toBe(true);
    if ('release' in lease) await lease.release();
  });
});
