import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Clock, Network } from '../../src/host.ts';
import { listen } from '../../src/monitor/listen.ts';
import type { Port } from '../../src/port.ts';

/** A clock that goes on only where a test says so; what sleeps is woken by it. */
class SteppedClock implements Clock {
  #ms = 0;
  #sleepers: { until: number; wake: () => void }[] = [];
  /** Of the wall, which may be set. */
  wallMs = 1_700_000_000_000;

  now(): Date {
    return new Date(this.wallMs);
  }

  monotonicMs(): number {
    return this.#ms;
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#sleepers.push({ until: this.#ms + durationMs, wake: resolve });
      signal?.addEventListener('abort', () => {
        reject(new Error('aborted'));
      });
    });
  }

  pass(ms: number): void {
    this.#ms += ms;
    this.wallMs += ms;
    const due = this.#sleepers.filter(({ until }) => until <= this.#ms);
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#ms);
    for (const { wake } of due) wake();
  }
}

function portOf(chunks: AsyncIterable<string>): Port {
  return {
    name: 'test',
    write: () => Promise.resolve(),
    read: async function* () {
      for await (const text of chunks) yield Buffer.from(text);
    },
  } as unknown as Port;
}

/** Lines by the batches that they come in; between two of them `each` runs. */
async function heard(chunks: AsyncIterable<string>, clock: Clock, each: () => void): Promise<string[][]> {
  const batches: string[][] = [];
  for await (const lines of listen({ port: portOf(chunks), network: {} as Network, clock })) {
    batches.push(lines.map(({ raw }) => raw));
    each();
  }
  return batches;
}

describe('listening to a board', () => {
  it('takes no pause of its reader for one of the board', async () => {
    const clock = new SteppedClock();
    // eslint-disable-next-line @typescript-eslint/require-await
    async function* ready() {
      yield 'one\nhalf a ';
      yield 'line\n';
    }
    // A terminal that is held for five seconds.
    expect(
      await heard(ready(), clock, () => {
        clock.pass(5000);
      }),
    ).toEqual([['one'], ['half a line']]);
  });

  it.each([0, -3_600_000])(
    'shows what has no line end when the board has paused, the wall clock set by %d ms',
    async (set) => {
      const clock = new SteppedClock();
      async function* pausing() {
        yield 'first\n';
        clock.wallMs += set;
        yield 'login: ';
        // Let the listener ask for more, and wait.
        await turn();
        clock.pass(1500);
        await turn();
        clock.pass(1500);
        await turn();
        yield 'x\n';
      }
      expect(await heard(pausing(), clock, () => undefined)).toEqual([['first'], ['login: '], ['x']]);
    },
  );
});
