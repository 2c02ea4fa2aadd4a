import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runCases, type Attempt, type CaseRunner, type RunnerBoard } from '../../src/hil/run-cases.ts';
import type { PlannedCase } from '../../src/test-plan/case.ts';
import { defaultPlan } from '../../src/test-plan/default-plan.ts';
import type { CaseJudgement } from '../../src/test-plan/judge.ts';

const [TEMPLATE] = defaultPlan('plan').cases;
const cases = (...names: readonly string[]): PlannedCase[] => names.map((name) => ({ ...TEMPLATE!, name }));
const boards = (...names: readonly string[]): RunnerBoard[] => names.map((name) => ({ name }));
const record = { startedAt: new Date(0), durationMs: 1 };
const passed: Attempt = { judgement: { outcome: 'passed', because: 'it did', expectations: [] }, record };
const judged = (outcome: CaseJudgement['outcome'], because: string): Attempt => ({
  judgement: { outcome, because, expectations: [] },
  record,
});
const lost = (because: string): Attempt => ({ ...judged('error', because), boardLost: because });

function run(
  planned: readonly PlannedCase[],
  runner: Partial<CaseRunner<RunnerBoard>> & Pick<CaseRunner<RunnerBoard>, 'boards' | 'attempt'>,
) {
  return runCases(planned, {
    fits: () => true,
    contentsOf: () => '',
    expectedMs: () => undefined,
    onCase: () => undefined,
    onLost: () => undefined,
    now: () => new Date(0),
    signal: new AbortController().signal,
    ...runner,
  });
}
const outcomes = ({ cases: reports }: Awaited<ReturnType<typeof run>>) =>
  Object.fromEntries(reports.map(({ name, outcome, board }) => [name, `${outcome} ${board ?? '-'}`]));

describe('runCases', () => {
  it('runs the cases of a board one behind the other, and boards beside each other', async () => {
    const running = new Map<string, number>();
    let most = 0;
    const { cases: reports } = await run(cases('a', 'b', 'c', 'd', 'e', 'f'), {
      boards: boards('one', 'two'),
      attempt: async (_, { name }) => {
        running.set(name, (running.get(name) ?? 0) + 1);
        expect(running.get(name)).toBe(1);
        most = Math.max(
          most,
          [...running.values()].reduce((sum, count) => sum + count, 0),
        );
        await new Promise(setImmediate);
        running.set(name, 0);
        return passed;
      },
    });
    expect(most).toBe(2);
    expect(reports.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('prefers what the board holds already', async () => {
    const order: string[] = [];
    await run(cases('a1', 'b1', 'a2', 'b2'), {
      boards: boards('one'),
      contentsOf: ({ name }) => name[0]!,
      attempt: (one) => {
        order.push(one.name);
        return Promise.resolve(passed);
      },
    });
    expect(order).toEqual(['a1', 'a2', 'b1', 'b2']);
  });

  it('shares programs out over boards, so that few are written', async () => {
    const written: string[] = [];
    const held = new Map<string, string>();
    await run(cases('a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'b3', 'b4'), {
      boards: boards('one', 'two'),
      contentsOf: ({ name }) => name[0]!,
      attempt: async (one, { name }) => {
        if (held.get(name) !== one.name[0]) written.push(`${name} ${one.name[0]!}`);
        held.set(name, one.name[0]!);
        await new Promise(setImmediate);
        return passed;
      },
    });
    expect(written).toEqual(['one a', 'two b']);
  });

  it('begins with what took longest the last time, and takes what is new for as long as the others', async () => {
    const took = new Map([
      ['short', 100],
      ['long', 900],
      ['as long', 900],
    ]);
    const order: string[] = [];
    const planned = cases('short', 'new', 'long', 'as long');
    const { cases: reports } = await run(planned, {
      boards: boards('one'),
      expectedMs: ({ name }) => took.get(name),
      attempt: (one) => {
        order.push(one.name);
        return Promise.resolve(passed);
      },
    });
    expect(order).toEqual(['long', 'as long', 'new', 'short']);
    expect(reports.map(({ name }) => name)).toEqual(planned.map(({ name }) => name));
  });

  it('gives a program of few long cases as many boards as one of many short ones', async () => {
    const order: string[] = [];
    await run(cases('a1', 'a2', 'a3', 'b1'), {
      boards: boards('one', 'two'),
      contentsOf: ({ name }) => name[0]!,
      expectedMs: ({ name }) => (name === 'b1' ? 1000 : 10),
      attempt: (one, { name }) => {
        order.push(`${name} ${one.name}`);
        return Promise.resolve(passed);
      },
    });
    expect(order[0]).toBe('one b1');
  });

  it('tries again as often as the plan says, and calls flaky what passes then', async () => {
    const planned = cases('sometimes', 'never').map((one) => ({ ...one, retries: 1 }));
    const { cases: reports } = await run(planned, {
      boards: boards('one'),
      attempt: ({ name }, _, number) =>
        Promise.resolve(name === 'sometimes' && number === 2 ? passed : judged('failed', `no ${number}`)),
    });
    expect(reports).toMatchObject([
      { outcome: 'flaky', attempts: 2, earlierFailures: ['no 1'] },
      { outcome: 'failed', attempts: 2, because: 'no 2', earlierFailures: ['no 1'] },
    ]);
  });

  it('moves the case of a board that goes away to another one', async () => {
    const result = await run(cases('a', 'b', 'c'), {
      boards: boards('bad', 'good'),
      attempt: async (_, { name }) => {
        // The good one is busy meanwhile: its case ends later.
        if (name === 'good') await new Promise(setImmediate);
        return name === 'bad' ? lost('unplugged') : passed;
      },
    });
    expect(outcomes(result)).toEqual({ a: 'passed good', b: 'passed good', c: 'passed good' });
    expect(result.lostBoards).toEqual([{ board: 'bad', because: 'unplugged' }]);
  });

  it('says so where no board is left', async () => {
    const result = await run(cases('a', 'b', 'c'), {
      boards: boards('one', 'two'),
      attempt: () => Promise.resolve(lost('unplugged')),
    });
    expect(result.cases.map(({ outcome }) => outcome)).toEqual(['error', 'error', 'error']);
    expect(result.lostBoards).toHaveLength(2);
    expect(result.cases.at(-1)!.because).toBe('every board that fits was lost: one, two');
  });

  it('gives a case that two boards were lost with no third one', async () => {
    const result = await run(cases('killer', 'a', 'b', 'c', 'd'), {
      boards: boards('one', 'two', 'three'),
      attempt: async ({ name }) => {
        await new Promise(setImmediate);
        return name === 'killer' ? lost('gone') : passed;
      },
    });
    expect(result.lostBoards).toHaveLength(2);
    expect(result.cases.map(({ outcome }) => outcome)).toEqual([
      'error',
      ...['passed', 'passed', 'passed', 'passed'],
    ]);
  });

  it('runs nothing that is skipped, blocked, or fits no board', async () => {
    const [skipped, blocked, unfit] = cases('skipped', 'blocked', 'unfit');
    const result = await run(
      [
        { ...skipped!, skip: 'not today' },
        { ...blocked!, blocked: 'no secret' },
        { ...unfit!, boardTags: ['8MB'] },
      ],
      {
        boards: boards('one'),
        fits: (_, { boardTags }) => boardTags.length === 0,
        attempt: () => Promise.reject(new Error('it was run')),
      },
    );
    expect(result.cases).toMatchObject([
      { outcome: 'skipped', because: 'not today', attempts: 0 },
      { outcome: 'error', because: 'no secret', attempts: 0 },
      { outcome: 'error', because: 'no board fits, which must be: 8MB', attempts: 0 },
    ]);
  });

  it('throws what an attempt throws when the other boards have ended, and begins nothing more', async () => {
    let ended = 0;
    const begun: string[] = [];
    const running = run(cases('bug', 'slow', 'later'), {
      boards: boards('one', 'two'),
      attempt: async ({ name }) => {
        begun.push(name);
        if (name === 'bug') throw new Error('a bug');
        await new Promise(setImmediate);
        ended += 1;
        return passed;
      },
    });
    await expect(running).rejects.toThrow('a bug');
    expect({ ended, begun }).toEqual({ ended: 1, begun: ['bug', 'slow'] });
  });

  it('ends when it is interrupted', async () => {
    const controller = new AbortController();
    const running = run(cases('a', 'b'), {
      boards: boards('one'),
      signal: controller.signal,
      attempt: () => {
        controller.abort(new Error('Ctrl-C'));
        return Promise.reject(controller.signal.reason as Error);
      },
    });
    await expect(running).rejects.toThrow('Ctrl-C');
  });

  it('reports each case once, whatever boards and attempts do', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.constantFrom('pass', 'fail', 'lose'), { minLength: 1, maxLength: 40 }),
        async (caseCount, boardCount, script) => {
          let at = 0;
          const planned = cases(...Array.from({ length: caseCount }, (_, index) => `case ${index}`));
          const reported: string[] = [];
          const result = await run(planned, {
            boards: boards(...Array.from({ length: boardCount }, (_, index) => `board ${index}`)),
            onCase: ({ name }) => reported.push(name),
            attempt: async () => {
              await Promise.resolve();
              const what = script[at++ % script.length];
              return what === 'pass' ? passed : what === 'fail' ? judged('failed', 'no') : lost('gone');
            },
          });
          expect(result.cases.map(({ name }) => name)).toEqual(planned.map(({ name }) => name));
          expect(reported.sort()).toEqual(planned.map(({ name }) => name).sort());
        },
      ),
      { numRuns: 200 },
    );
  });
});
