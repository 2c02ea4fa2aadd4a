import { describe, expect, it } from 'vitest';
import { caseReport, failingCases, hasAnotherAttempt } from '../../src/test-plan/attempts.ts';
import type { Expectations } from '../../src/test-plan/case.ts';
import { defaultPlan } from '../../src/test-plan/default-plan.ts';
import { judgeCase, type CaseJudgement } from '../../src/test-plan/judge.ts';
import type { VerdictDocument } from '../../src/verdict/document.ts';

const PASS: VerdictDocument = {
  verdict: 'pass',
  because: 'MQTT CONNACK received',
  handshake: {
    version: 'TLSv1.2',
    ciphersuite: 'TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256',
    durationMs: 1500,
    heapPeakBytes: 30_000,
    stackPeakBytes: undefined,
    instructions: 1e8,
  },
  error: null,
  verifyFlags: [],
  evidence: [],
  config: { path: 'config.h', options: 90 },
  image: { flashBytes: 300_000, iramBytes: 1, dramBytes: 1 },
  timing: {},
};
const WRONG_CA: VerdictDocument = {
  ...PASS,
  verdict: 'fail',
  because: 'The chain does not lead to a CA.',
  handshake: null,
  verifyFlags: ['NOT_TRUSTED'],
  error: {
    code: -0x2700,
    hex: '-0x2700',
    name: 'MBEDTLS_ERR_X509_CERT_VERIFY_FAILED',
    call: 'mbedtls_ssl_handshake',
    cause: '',
    fix: '',
  },
};
const SUM = {
  ...WRONG_CA,
  error: { ...WRONG_CA.error!, name: 'MBEDTLS_ERR_RSA_X + MBEDTLS_ERR_MPI_ALLOC_FAILED' },
};

const judge = (expected: Partial<Expectations>, verdict: VerdictDocument) =>
  judgeCase({ expect: { verdict: 'any', log: [], forbid: [], ...expected } }, { verdict });

describe('judgeCase', () => {
  it.each<[string, Partial<Expectations>, VerdictDocument, boolean]>([
    ['verdict', { verdict: 'pass' }, PASS, true],
    ['verdict, another', { verdict: 'pass' }, WRONG_CA, false],
    ['a pass where a failure is expected', { verdict: 'fail' }, PASS, false],
    ['any verdict', {}, WRONG_CA, true],
    ['code', { error: { code: -9984 } }, WRONG_CA, true],
    ['code, another', { error: { code: -9983 } }, WRONG_CA, false],
    ['code, none', { error: { code: -9984 } }, PASS, false],
    ['name', { error: { name: 'X509_CERT_VERIFY_FAILED' } }, WRONG_CA, true],
    ['name with its prefix', { error: { name: 'MBEDTLS_ERR_X509_CERT_VERIFY_FAILED' } }, WRONG_CA, true],
    ['name of a part', { error: { name: 'MPI_ALLOC_FAILED' } }, SUM, true],
    ['name, a piece of it', { error: { name: 'X509_CERT' } }, WRONG_CA, false],
    ['flags', { verifyFlags: ['NOT_TRUSTED'] }, WRONG_CA, true],
    ['flags, one more', { verifyFlags: ['CN_MISMATCH', 'NOT_TRUSTED'] }, WRONG_CA, false],
    ['no flags', { verifyFlags: [] }, WRONG_CA, false],
    ['no flags, none', { verifyFlags: [] }, PASS, true],
    ['suite', { suites: ['X', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'] }, PASS, true],
    ['suite, another', { suites: ['TLS_AES_128_GCM_SHA256'] }, PASS, false],
    [
      'suite of TLS 1.3',
      { suites: ['TLS_AES_128_GCM_SHA256'] },
      { ...PASS, handshake: { ...PASS.handshake!, ciphersuite: 'TLS1-3-AES-128-GCM-SHA256' } },
      true,
    ],
    ['version', { tlsVersion: '1.2' }, PASS, true],
    ['version, another', { tlsVersion: '1.3' }, PASS, false],
    ['heap at its limit', { heapPeakBytes: 30_000 }, PASS, true],
    ['heap over its limit', { heapPeakBytes: 29_999 }, PASS, false],
    ['heap not measured', { heapPeakBytes: 99_999 }, WRONG_CA, false],
    ['time', { handshakeMs: 1499 }, PASS, false],
    ['image', { imageBytes: 299_999 }, PASS, false],
  ])('%s', (_name, expected, verdict, met) => {
    const { outcome, expectations } = judge(expected, verdict);
    expect(outcome).toBe(met ? 'passed' : 'failed');
    expect(expectations.every((one) => one.met)).toBe(met);
  });

  it('says what was expected and what was found', () => {
    expect(judge({ verdict: 'pass', heapPeakBytes: 1 }, WRONG_CA).because).toBe(
      'expected verdict pass, found fail: The chain does not lead to a CA.; 1 more',
    );
  });

  it.each([
    ['a skipped case', { skip: 'later' }, { verdict: PASS }, 'skipped', 'later'],
    ['a blocked case', { blocked: 'not set: A' }, {}, 'error', 'not set: A'],
    ['a case without a board', {}, { problem: 'The board went away.' }, 'error', 'The board went away.'],
    ['a case without a verdict', {}, {}, 'error', 'there is no verdict'],
  ])('knows %s', (_name, planned, observed, outcome, because) => {
    const expected: Expectations = { verdict: 'any', log: [], forbid: [] };
    expect(judgeCase({ expect: expected, ...planned }, observed)).toMatchObject({ outcome, because });
  });

  it('fails for one line that did not come', () => {
    const findings = [{ text: 'line "x"', met: false, found: 'never came' }];
    const expected: Expectations = { verdict: 'pass', log: [], forbid: [] };
    expect(judgeCase({ expect: expected }, { verdict: PASS, findings })).toMatchObject({
      outcome: 'failed',
      because: 'expected line "x", found never came',
    });
  });
});

describe('the default plan', () => {
  it.each<[number, VerdictDocument, string]>([
    [0, PASS, 'passed'],
    [0, WRONG_CA, 'failed'],
    [1, WRONG_CA, 'passed'],
    [1, PASS, 'failed'],
    [2, { ...WRONG_CA, verifyFlags: ['CN_MISMATCH'] }, 'passed'],
    [2, WRONG_CA, 'failed'],
  ])('case %d is met by its verdict alone', (index, verdict, outcome) => {
    expect(judgeCase(defaultPlan('project').cases[index]!, { verdict })).toMatchObject({ outcome });
  });
});

describe('attempts', () => {
  const judgement = (outcome: CaseJudgement['outcome'], because: string = outcome): CaseJudgement => ({
    outcome,
    because,
    expectations: [],
  });
  it.each([
    [[], 0, true],
    [['failed'], 0, false],
    [['failed'], 1, true],
    [['error'], 1, true],
    [['failed', 'failed'], 1, false],
    [['passed'], 3, false],
    [['skipped'], 3, false],
  ] as const)('after %j with %d retries: another is %s', (outcomes, retries, another) => {
    expect(
      hasAnotherAttempt(
        { retries },
        outcomes.map((outcome) => judgement(outcome)),
      ),
    ).toBe(another);
  });

  const RECORD = { startedAt: new Date(0), durationMs: 5 };
  const planned = defaultPlan('project').cases[0]!;

  it('tell of a pass that was not the first', () => {
    const flaky = caseReport(planned, [judgement('failed', 'no CONNACK'), judgement('passed')], RECORD);
    expect(flaky).toMatchObject({
      name: 'project',
      outcome: 'flaky',
      because: 'passed at attempt 2; before: no CONNACK',
      attempts: 2,
      earlierFailures: ['no CONNACK'],
      startedAt: '1970-01-01T00:00:00.000Z',
      durationMs: 5,
      log: [],
    });
    expect(caseReport(planned, [judgement('passed')], RECORD)).toMatchObject({
      outcome: 'passed',
      attempts: 1,
    });
    const failed = caseReport(planned, [judgement('error'), judgement('failed')], RECORD);
    expect(failed).toMatchObject({ outcome: 'failed', because: 'failed', attempts: 2 });
  });

  it('are none of a case that was not run', () => {
    const skipped = caseReport({ ...planned, skip: 'later' }, [judgement('skipped', 'later')], RECORD);
    expect(skipped).toMatchObject({ outcome: 'skipped', attempts: 0, because: 'later' });
  });

  it.each([
    [false, 2],
    [true, 3],
  ])('fail the run; flaky ones too: %s', (flakyFails, count) => {
    const outcomes = ['passed', 'failed', 'error', 'flaky', 'skipped'] as const;
    const cases = outcomes.map((outcome) => ({ outcome })) as Parameters<typeof failingCases>[0]['cases'];
    expect(failingCases({ cases }, flakyFails)).toHaveLength(count);
  });
});
