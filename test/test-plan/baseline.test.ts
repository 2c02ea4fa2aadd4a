import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/io/files.ts';
import type { CaseReport } from '../../src/report/report.ts';
import { readBaseline, updatedBaseline, writeBaseline } from '../../src/test-plan/baseline.ts';
import { readTestPlan } from '../../src/test-plan/load.ts';
import { DEFAULT_LIMITS, guardCases, type RiseLimits } from '../../src/test-plan/regression.ts';

interface Metrics {
  heap?: number;
  flash?: number;
  instructions?: number;
}

function report(name: string, { heap, flash = 1000, instructions }: Metrics, outcome = 'passed'): CaseReport {
  return {
    ...{
      name,
      labels: {},
      outcome: outcome as CaseReport['outcome'],
      because: '',
      startedAt: '',
      durationMs: 0,
    },
    ...{ attempts: 1, earlierFailures: [], expectations: [], timeline: [], heap: [], log: [], history: [] },
    ...{ regressions: [], artefacts: [] },
    verdict: {
      ...{ verdict: 'pass', because: '', error: null, verifyFlags: [], evidence: [], timing: {} },
      config: { path: '', options: 0 },
      image: { flashBytes: flash, iramBytes: 0, dramBytes: 0 },
      handshake: {
        ...{ version: 'TLSv1.2', ciphersuite: 'x', durationMs: 1, stackPeakBytes: undefined },
        heapPeakBytes: heap,
        instructions,
      },
    },
  };
}

const EXACT: RiseLimits = {
  heapPeakBytes: { amount: 0 },
  flashBytes: { amount: 0 },
  instructions: { amount: 0 },
  exactInstructions: { amount: 0 },
};
const BEFORE = updatedBaseline(undefined, [report('a', { heap: 1000, instructions: 100 })], 'v1');
const guard = (metrics: Metrics, limits: RiseLimits, outcome?: string) =>
  guardCases(BEFORE, [report('a', metrics, outcome)], { limits, label: 'v2' })[0]!;

describe('guardCases', () => {
  it('allows an exact case no instruction more, and others what they had', () => {
    const guarded = (isExact: boolean) =>
      guardCases(BEFORE, [report('a', { heap: 1000, instructions: 101 })], {
        ...{ limits: DEFAULT_LIMITS, label: 'v2', isExact: (name: string) => isExact && name === 'a' },
      })[0]!.regressions;
    expect(guarded(true)).toEqual(['instructions rose from 100 to 101, by 1']);
    expect(guarded(false)).toEqual([]);
  });

  it.each<[string, Metrics, RiseLimits, string[]]>([
    ['the same', { heap: 1000, instructions: 100 }, EXACT, []],
    ['less', { heap: 1, flash: 1, instructions: 1 }, EXACT, []],
    [
      'one instruction more',
      { heap: 1000, instructions: 101 },
      EXACT,
      ['instructions rose from 100 to 101, by 1'],
    ],
    ['within a per cent', { heap: 1010, flash: 1010, instructions: 101 }, DEFAULT_LIMITS, []],
    [
      'over a per cent',
      { heap: 1011 },
      DEFAULT_LIMITS,
      ['heap peak rose from 1,000 B to 1,011 B, more than 1 %'],
    ],
    ['within an amount', { flash: 1005 }, { ...EXACT, flashBytes: { amount: 5 } }, []],
    [
      'over an amount',
      { flash: 1006 },
      { ...EXACT, flashBytes: { amount: 5 } },
      ['flash rose from 1,000 B to 1,006 B, more than 5 B'],
    ],
    ['not measured now', {}, EXACT, []],
  ])('%s', (_name, metrics, limits, regressions) => {
    const one = guard(metrics, limits);
    expect(one.regressions).toEqual(regressions);
    expect(one.outcome).toBe(regressions.length === 0 ? 'passed' : 'failed');
    expect(one.history.map(({ label }) => label)).toEqual(['v1', 'v2']);
  });

  it('keeps the outcome of a case that failed anyway', () => {
    expect(guard({ heap: 9999 }, EXACT, 'error')).toMatchObject({ outcome: 'error', regressions: [] });
  });

  it.each(['b', 'toString', '__proto__'])(
    'takes a case that the baseline does not know, "%s", for no regression',
    (name) => {
      const [one] = guardCases(BEFORE, [report(name, { heap: 9999 })], { limits: EXACT, label: 'v2' });
      expect(one).toMatchObject({ outcome: 'passed', regressions: [] });
      expect(one!.history).toHaveLength(1);
    },
  );

  it('accepts what rose where the baseline is renewed', () => {
    const cases = [report('a', { heap: 9999 })];
    expect(guardCases(BEFORE, cases, { limits: EXACT, label: 'v2', accept: true })[0]!.outcome).toBe(
      'passed',
    );
  });

  it('finds a rise over the limit, and nothing else', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(100), (heap, percent) => {
        const one = guard({ heap }, { ...EXACT, heapPeakBytes: { percent } });
        expect(one.outcome === 'failed').toBe(heap > 1000 * (1 + percent / 100));
      }),
    );
  });
});

describe('the file of a baseline', () => {
  it('comes back as it was written, and is none where there is none', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'espaws-baseline-'));
    try {
      const path = join(directory, 'deep', 'baseline.json');
      expect(await readBaseline(nodeFiles, path)).toBeUndefined();
      await writeBaseline(nodeFiles, path, BEFORE);
      expect(await readBaseline(nodeFiles, path)).toEqual(BEFORE);
      for (const text of ['{', '{"format":2,"cases":{}}', '{"format":1,"cases":{"a":[]}}']) {
        await writeFile(path, text);
        await expect(readBaseline(nodeFiles, path)).rejects.toMatchObject({ code: 'plan/invalid' });
      }
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('takes a point of each case that passed, and keeps the others', () => {
    const cases = [
      report('b', { heap: 1 }),
      report('c', { heap: 1 }, 'failed'),
      report('a', { heap: 2 }, 'flaky'),
    ];
    const after = updatedBaseline(BEFORE, cases, 'v2');
    expect(Object.keys(after.cases)).toEqual(['a', 'b']);
    expect(after.cases['a']!.map(({ heapPeakBytes }) => heapPeakBytes)).toEqual([1000, 2]);
    expect(updatedBaseline(after, [], 'v3')).toEqual(after);
  });

  it('does not grow without end', () => {
    let baseline = BEFORE;
    for (let run = 0; run < 120; run += 1)
      baseline = updatedBaseline(baseline, [report('a', { heap: run })], `${run}`);
    expect(baseline.cases['a']).toHaveLength(50);
    expect(baseline.cases['a']!.at(-1)!.label).toBe('119');
  });
});

describe('limits in a plan', () => {
  it('are shares or amounts, and 1 % where nothing is said', () => {
    const { limits } = readTestPlan(
      'baseline: { heapPeak: 2.5%, instructions: 0, flash: 1k }\ncases: [{ name: a }]',
      '/espaws.test.yaml',
      {},
    );
    expect(limits).toEqual({
      heapPeakBytes: { percent: 2.5 },
      flashBytes: { amount: 1024 },
      instructions: { amount: 0 },
      exactInstructions: { amount: 0 },
    });
    expect(readTestPlan('cases: [{ name: a }]', '/espaws.test.yaml', {}).limits).toEqual(DEFAULT_LIMITS);
  });
});
