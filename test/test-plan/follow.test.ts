import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine } from '../../src/monitor/events.ts';
import type { Expectations, LogPattern } from '../../src/test-plan/case.ts';
import { ExpectationFollower, type FollowState } from '../../src/test-plan/follow.ts';

type LogExpectations = Pick<Expectations, 'log' | 'forbid' | 'resets'>;
const text = (part: string): LogPattern => ({ kind: 'text', text: part });
const NOTHING: LogExpectations = { log: [], forbid: [] };
const BANNER = ' ets Jan  8 2013,rst cause:4, boot mode:(3,6)';

function follow(expected: LogExpectations, lines: readonly (readonly [number, string])[]) {
  const follower = new ExpectationFollower(expected);
  let state: FollowState = follower.state;
  for (const [timeMs, line] of lines) state = follower.push(parseLine(line), timeMs);
  return { follower, state };
}

describe('ExpectationFollower', () => {
  const steps: LogExpectations['log'] = [
    { pattern: text('one') },
    { pattern: { kind: 'regex', source: '^two \\d+$' }, withinMs: 100 },
  ];
  it.each<[string, LogExpectations, [number, string][], FollowState]>([
    ['nothing expected', NOTHING, [], 'met'],
    [
      'all in order',
      { ...NOTHING, log: steps },
      [
        [0, 'one'],
        [50, 'x'],
        [100, 'two 2'],
      ],
      'met',
    ],
    [
      'all, but in another order',
      { ...NOTHING, log: steps },
      [
        [0, 'two 2'],
        [1, 'one'],
      ],
      'waiting',
    ],
    ['one line for two steps', { ...NOTHING, log: [steps[0]!, steps[0]!] }, [[0, 'one one']], 'waiting'],
    [
      'too late',
      { ...NOTHING, log: steps },
      [
        [0, 'one'],
        [101, 'two 2'],
      ],
      'failed',
    ],
    [
      'late from the last step, not from the start',
      { ...NOTHING, log: steps },
      [
        [900, 'one'],
        [950, 'two 2'],
      ],
      'met',
    ],
    ['forbidden', { ...NOTHING, forbid: [text('bad')] }, [[0, 'a bad line']], 'failed'],
    [
      'forbidden after all is met',
      { log: [steps[0]!], forbid: [text('bad')] },
      [
        [0, 'one'],
        [9, 'bad'],
      ],
      'failed',
    ],
    ['no reset of one', { ...NOTHING, resets: { atLeast: 1, atMost: 1 } }, [[0, BANNER]], 'waiting'],
    [
      'one reset of one',
      { ...NOTHING, resets: { atLeast: 1, atMost: 1 } },
      [
        [0, BANNER],
        [1, BANNER],
      ],
      'met',
    ],
    [
      'one reset of none',
      { ...NOTHING, resets: { atLeast: 0, atMost: 0 } },
      [
        [0, BANNER],
        [1, BANNER],
      ],
      'failed',
    ],
  ])('%s', (_name, expected, lines, state) => {
    expect(follow(expected, lines).state).toBe(state);
  });

  it('knows events by their fields', () => {
    const boot = (resetCause: number): LogPattern => ({
      kind: 'event',
      event: 'boot',
      where: { resetCause },
    });
    expect(follow({ ...NOTHING, log: [{ pattern: boot(4) }] }, [[0, BANNER]]).state).toBe('met');
    expect(follow({ ...NOTHING, log: [{ pattern: boot(2) }] }, [[0, BANNER]]).state).toBe('waiting');
  });

  it('says until when the next line must come, and fails without one', () => {
    const { follower } = follow({ ...NOTHING, log: steps }, [[40, 'one']]);
    expect(follower.deadlineMs).toBe(140);
    expect(follower.tick(140)).toBe('waiting');
    expect(follower.tick(141)).toBe('failed');
    expect(follower.deadlineMs).toBeUndefined();
  });

  it('says what came and what did not', () => {
    const { follower } = follow({ log: [...steps, { pattern: text('three') }], forbid: [text('bad')] }, [
      [1500, 'one line'],
      [1501, 'bad'],
    ]);
    expect(follower.findings()).toEqual([
      { text: 'line "one"', met: true, found: 'one line (at 1.5 s)' },
      { text: 'line /^two \\d+$/ within 100 ms', met: false, found: 'never came' },
      { text: 'line "three"', met: false, found: 'not reached' },
      { text: 'no line with "bad"', met: false, found: 'bad' },
    ]);
  });

  it('is met exactly where all findings are, whatever comes', () => {
    const line = fc.constantFrom('a', 'b', 'ab', 'c', BANNER);
    const pattern = fc.constantFrom('a', 'b', 'c').map(text);
    const expected = fc.record({
      log: fc.array(fc.record({ pattern }), { maxLength: 3 }),
      forbid: fc.array(pattern, { maxLength: 1 }),
      resets: fc.constantFrom({ atLeast: 0, atMost: undefined }, { atLeast: 1, atMost: 2 }),
    });
    fc.assert(
      fc.property(expected, fc.array(line, { maxLength: 12 }), (expectations, lines) => {
        const { follower, state } = follow(
          expectations,
          lines.map((one, index) => [index, one] as const),
        );
        expect(state === 'met').toBe(follower.findings().every(({ met }) => met));
      }),
    );
  });
});
