import { describe, expect, it } from 'vitest';
import { nodeClock } from '../../src/io/clock.ts';
import { nodeNetwork } from '../../src/io/network.ts';
import type { Port } from '../../src/port.ts';
import { silent } from '../../src/progress.ts';
import { observe } from '../../src/verdict/observe.ts';
import { saidPort } from '../support/said-port.ts';

/** Far beyond what a test takes: nothing here waits for it. */
const LONG_MS = 600_000;

function board(...said: string[]) {
  const { port, queue } = saidPort();
  queue.push(Buffer.from(said.map((line) => `${line}\r\n`).join('')));
  return { port, queue };
}

function observing(port: Port, { timeoutMs = LONG_MS, signal = new AbortController().signal } = {}) {
  return observe({ port, timeoutMs, signal, network: nodeNetwork, clock: nodeClock, progress: silent });
}

describe('observe', () => {
  it('ends with what decides', async () => {
    const lines = [
      'I (5) tls: mbedtls_x509_crt_parse returned -0x3c80 (-15488)',
      'I (6) bench: done fail x -15488',
    ];
    const seen = await observing(board(...lines, 'never read').port);
    expect(seen).toMatchObject({ verdict: 'fail', failure: { kind: 'call', code: -15488 } });
    expect(seen.lines).toEqual([...lines, 'never read']);
  });

  it('waits for the registers of a crash, and no longer', async () => {
    const { port } = board('Fatal exception (28):', 'epc1=0x40210010, excvaddr=0x00000004');
    const registers = { epc1: 0x4021_0010, excvaddr: 4 };
    expect(await observing(port)).toMatchObject({ verdict: 'fail', failure: { cause: 28, registers } });
  });

  it('is lost where the port ends, with what came of a line', async () => {
    const { port, queue } = board('I (5) app: hello');
    queue.push(Buffer.from('half a'));
    queue.end();
    expect(await observing(port)).toMatchObject({ verdict: 'lost', lines: ['I (5) app: hello', 'half a'] });
  });

  it('ends when the time is up, or throws the reason for which it was aborted', async () => {
    expect(await observing(board('hello').port, { timeoutMs: 20 })).toMatchObject({ verdict: 'timeout' });
    const reason = new Error('enough');
    await expect(observing(board().port, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
