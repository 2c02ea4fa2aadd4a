import { describe, expect, it } from 'vitest';
import { watchCase } from '../../src/hil/watch-case.ts';
import { nodeClock } from '../../src/io/clock.ts';
import { nodeNetwork } from '../../src/io/network.ts';
import type { Expectations, PlannedCase } from '../../src/test-plan/case.ts';
import { saidPort } from '../support/said-port.ts';

/** Far beyond what a test takes: nothing here waits for it. */
const LONG_MS = 600_000;
const FAILURE = [
  'I (1) bench: hello espaws 0.1 mbedtls 2.28.3',
  'E (5) bench: mbedtls_x509_crt_parse -15488',
  'I (6) bench: done fail mbedtls_x509_crt_parse -15488',
];

function board() {
  const { port, queue } = saidPort();
  return {
    port,
    queue,
    say: (...lines: string[]) => {
      queue.push(Buffer.from(`${lines.join('\n')}\n`));
    },
  };
}

/** `onLine` hears each line, to say the next. */
function watching(
  expected: Partial<Expectations>,
  { port }: ReturnType<typeof board>,
  settings: Partial<Pick<PlannedCase, 'timeoutMs' | 'soakMs'>> & {
    signal?: AbortSignal;
    onLine?: (line: string) => void;
  } = {},
) {
  const { signal = new AbortController().signal, onLine = () => undefined, ...times } = settings;
  return watchCase(
    {
      ...{ timeoutMs: LONG_MS, soakMs: 0, ...times },
      expect: { verdict: 'pass', log: [], forbid: [], ...expected },
    },
    {
      ...{ port, network: nodeNetwork, clock: nodeClock, signal, onBytes: () => undefined },
      onLine: ({ event }) => {
        onLine(event.line);
      },
    },
  ).finally(() => port.close());
}

const text = (value: string) => ({ pattern: { kind: 'text', text: value } as const });

describe('watchCase', () => {
  it('ends with the verdict', async () => {
    const one = board();
    one.say(...FAILURE);
    const { observation } = await watching({}, one);
    expect(observation).toMatchObject({ verdict: 'fail', failure: { call: 'mbedtls_x509_crt_parse' } });
  });

  it('waits for what is expected behind the verdict', async () => {
    const one = board();
    one.say(...FAILURE);
    const { findings } = await watching({ log: [text('sleeping')] }, one, {
      onLine: (line) => {
        if (line.includes('done')) one.say('I (9) app: sleeping');
      },
    });
    expect(findings).toMatchObject([{ met: true }]);
  });

  it('ends where no verdict is asked and all has come', async () => {
    const one = board();
    one.say('hello');
    const { observation, findings } = await watching({ verdict: 'any', log: [text('hello')] }, one);
    expect(observation.verdict).toBe('timeout');
    expect(findings).toMatchObject([{ met: true }]);
  });

  it('ends as soon as something forbidden comes', async () => {
    const one = board();
    one.say('I (1) app: panic');
    const { findings } = await watching({ forbid: [text('panic').pattern] }, one);
    expect(findings).toMatchObject([{ met: false, found: 'I (1) app: panic' }]);
  });

  it('ends when a line is late', async () => {
    const { findings } = await watching({ log: [{ ...text('hello'), withinMs: 20 }] }, board());
    expect(findings).toMatchObject([{ met: false, found: 'not in time' }]);
  });

  it('hears what is forbidden while it soaks', async () => {
    const one = board();
    one.say(...FAILURE);
    const { findings } = await watching({ forbid: [text('panic').pattern] }, one, {
      soakMs: LONG_MS,
      onLine: (line) => {
        if (line.includes('done')) one.say('I (9) app: panic');
      },
    });
    expect(findings).toMatchObject([{ met: false }]);
  });

  it('says timeout of a board that says nothing, and lost of one that goes', async () => {
    const silent = await watching({}, board(), { timeoutMs: 20 });
    expect(silent.observation.verdict).toBe('timeout');
    const gone = board();
    gone.queue.end();
    expect((await watching({}, gone)).observation.verdict).toBe('lost');
  });

  it('ends when it is interrupted', async () => {
    const controller = new AbortController();
    const watched = watching({}, board(), { signal: controller.signal });
    controller.abort(new Error('Ctrl-C'));
    await expect(watched).rejects.toThrow('Ctrl-C');
  });
});
