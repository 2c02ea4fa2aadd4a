import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/io/files.ts';
import { loadTestPlan, readTestPlan } from '../../src/test-plan/load.ts';
import { testPlanJsonSchema } from '../../src/test-plan/plan.ts';

const FILE = '/project/espaws.test.yaml';
const read = (text: string, variables: Record<string, string> = {}) => readTestPlan(text, FILE, variables);
const only = (text: string, variables?: Record<string, string>) => {
  const { cases } = read(text, variables);
  expect(cases).toHaveLength(1);
  return cases[0]!;
};

describe('loadTestPlan', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'espaws-plan-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('reads the file of a folder, and the file itself', async () => {
    const file = join(directory, 'espaws.test.yaml');
    await writeFile(file, 'name: rack\ncases: [{ name: a, config: own }]\nconfigs: { own: { header: c.h } }');
    for (const path of [directory, file]) {
      const plan = await loadTestPlan(nodeFiles, path, {});
      expect(plan).toMatchObject({ name: 'rack', file, flakyFails: false });
      expect(plan.cases[0]!.config).toEqual({ kind: 'header', path: join(directory, 'c.h') });
    }
  });

  it('says that there is none', async () => {
    await expect(loadTestPlan(nodeFiles, directory, {})).rejects.toMatchObject({ code: 'plan/missing' });
  });
});

describe('readTestPlan', () => {
  it.each([
    ['an unknown key', 'a: 1', '1:4', /"a"/],
    ['an unknown endpoint', 'matrix:\n  endpoint: [nope]', '2:13', /endpoint "nope"/],
    ['an unknown fault', 'endpoints:\n  x: { faults: [slo] }', '2:17', /faults\.0/],
    ['an unknown event', 'cases:\n- name: a\n  expect: { log: [{ event: helo }] }', '3:28', /event/],
    ['an unknown flag', 'cases:\n- name: a\n  expect: { verifyFlags: [CN] }', '3:27', /verifyFlags/],
    ['an unknown verdict', 'cases:\n- name: a\n  expect: { verdict: bad }', '3:22', /verdict/],
    ['a bad regular expression', 'cases:\n- name: a\n  expect: { log: [{ regex: "(" }] }', '3:28', /regular/],
    ['a duration without a unit', 'cases:\n- name: a\n  timeout: 5', '3:12', /unit/],
    ['a size that is none', 'cases:\n- name: a\n  expect: { heapPeak: 5x }', '3:23', /size/],
    ['a rule for no case', 'cases: [{ name: a }]\nrules: [{ when: { endpoint: slow } }]', '2:9', /no case/],
    [
      'a rule with an unknown name',
      'cases: [{ name: a }]\nrules: [{ when: { config: x } }]',
      '2:27',
      /config "x"/,
    ],
    ['an exclude of nothing', 'matrix:\n  identity: [ec]\n  exclude:\n  - identity: rsa', '4:5', /nothing/],
    ['an include of nothing', 'matrix:\n  include:\n  - retries: 1', '3:5', /no name/],
    ['two cases of one name', 'cases: [{ name: a }, { name: a }]', '1:22', /two cases "a"/],
    ['a contradiction', 'cases:\n- name: a\n  expect: { verdict: pass, error: -1 }', '2:3', /never pass/],
    ['no cases', '', '1:1', /no cases/],
    [
      'a duration in a step',
      'cases:\n- name: a\n  expect: { log: [{ text: a, within: 5 }] }',
      '3:38',
      /unit/,
    ],
    [
      'an unknown key in a step',
      'cases:\n- name: a\n  expect: { log: [{ text: a, withn: 5s }] }',
      '3:37',
      /withn/,
    ],
    [
      'a name with a slash',
      'boards: { a/b: { tags: [] } }\ncases: [{ name: a }]',
      '1:\\d+',
      /boards\.a\/b: .*name/,
    ],
    [
      'a name of every object',
      'cases: [{ name: a, identity: constructor }]',
      '1:30',
      /identity "constructor"/,
    ],
    ['half a variable', 'identities: { x: { certificate: a, key: "k${env:A}", ca: c } }', '1:41', /PEM text/],
    ['an alias of nothing', 'cases: *x', '1:\\d+', /alias/],
    ['a YAML error', 'cases: [', '1:9', /./],
  ])('refuses %s with its place', (_what, text, place, message) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        code: 'plan/invalid',
        message: expect.stringMatching(new RegExp(`^${FILE}:${place}: `)) as string,
        hint: expect.stringMatching(/./) as string,
      }) as Error,
    );
    expect(() => read(text)).toThrow(message);
  });

  it('names cases by what the matrix chooses, in the order of the axes', () => {
    const { cases } = read(`
matrix:
  endpoint: [stand-in, slow]
  identity: [ec, rsa]
  exclude: [{ identity: rsa, endpoint: slow }]
  include: [{ endpoint: expired }, { name: extra, identity: rsa, endpoint: slow }]
cases: [{ name: alone }]`);
    expect(cases.map(({ name }) => name)).toEqual([
      'ec / stand-in',
      'ec / slow',
      'rsa / stand-in',
      'expired',
      'extra',
      'alone',
    ]);
    expect(cases[0]!.labels).toEqual({
      identity: 'ec',
      endpoint: 'stand-in',
      config: 'derived',
      build: 'project',
      board: 'any',
    });
  });

  it('keeps the names of other cases where a value is added', () => {
    const names = (endpoints: string) =>
      read(`matrix: { identity: [ec, rsa], endpoint: [${endpoints}] }`).cases.map(({ name }) => name);
    expect(names('slow, expired')).toEqual(expect.arrayContaining(names('slow')));
  });

  it('lays defaults, matrix, rules and the case over each other', () => {
    const { cases } = read(`
defaults: { retries: 1, timeout: 1m, tags: [all], expect: { heapPeak: 48k } }
matrix:
  endpoint: [stand-in, expired]
  timeout: 90s
  tags: [tls]
  include: [{ endpoint: slow, retries: 0 }]
rules:
- when: { endpoint: [expired, slow] }
  retries: 3
  expect: { verifyFlags: [EXPIRED] }
- when: { tag: tls }
  soak: 500ms`);
    expect(cases.map(({ retries }) => retries)).toEqual([1, 3, 0]);
    expect(cases[1]).toMatchObject({ timeoutMs: 90_000, soakMs: 500, tags: ['all', 'tls'] });
    expect(cases[1]!.expect).toEqual({
      verdict: 'fail',
      verifyFlags: ['EXPIRED'],
      heapPeakBytes: 48 * 1024,
      log: [],
      forbid: [],
    });
  });

  it('gives every case of a matrix a name of its own', () => {
    const values = (...names: string[]) => fc.subarray(names, { minLength: 1 });
    const matrix = fc.record(
      {
        identity: values('ec', 'rsa', 'project'),
        endpoint: values('stand-in', 'slow', 'expired', 'wrong-host'),
        config: values('derived', 'tls1.2', 'tls1.3'),
        build: values('bench', 'project'),
        board: values('any', 'virtual'),
      },
      { requiredKeys: ['identity'] },
    );
    fc.assert(
      fc.property(matrix, (axes) => {
        const { cases } = read(JSON.stringify({ matrix: axes }));
        expect(cases).toHaveLength(Object.values(axes).reduce((count, names) => count * names.length, 1));
        expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
      }),
      { numRuns: 30 },
    );
  });

  it('repeats a case under numbered names', () => {
    const { cases } = read('cases: [{ name: a, repeat: 3 }]');
    expect(cases.map(({ name }) => name)).toEqual(['a #1', 'a #2', 'a #3']);
  });

  it.each([
    ['project', { kind: 'project', ca: 'own' }],
    ['{ from: project, ca: other }', { kind: 'project', ca: 'other' }],
    ['{ issue: ec, ca: ecdsa }', { kind: 'issued', key: 'ec', ca: 'ecdsa' }],
    ['{ issue: rsa }', { kind: 'issued', key: 'rsa', ca: 'rsa' }],
    [
      '{ certificate: c.pem, key: /k.pem, ca: "${env:CA}" }',
      {
        kind: 'files',
        certificate: { path: '/project/c.pem' },
        key: { path: '/k.pem' },
        ca: { variable: 'CA' },
      },
    ],
  ])('reads identity %s', (text, identity) => {
    expect(only(`identities: { x: ${text} }\ncases: [{ name: a, identity: x }]`).identity).toEqual(identity);
  });

  it.each([
    ['stand-in', { kind: 'stand-in', faults: [] }],
    ['{ faults: [slow, wrong-host] }', { kind: 'stand-in', faults: ['slow', 'wrong-host'] }],
    ['{ host: a.example }', { kind: 'live', host: 'a.example', port: 8883, profile: 'generic' }],
  ])('reads endpoint %s', (text, endpoint) => {
    expect(only(`endpoints: { x: ${text} }\ncases: [{ name: a, endpoint: x }]`).endpoint).toEqual(endpoint);
  });

  it.each([
    ['bench', { kind: 'bench' }],
    ['{ mbedtls: { version: "3.6" } }', { kind: 'bench', mbedtls: { version: '3.6' } }],
    ['{ mbedtls: { path: tree } }', { kind: 'bench', mbedtls: { path: '/project/tree' } }],
    ['{ sdk: { kind: rtos-sdk, path: sdk } }', { kind: 'sdk', sdk: 'rtos-sdk', path: '/project/sdk' }],
    [
      '{ regions: [{ address: 0x10000, file: a.bin }] }',
      { kind: 'regions', regions: [{ address: 0x10000, path: '/project/a.bin' }] },
    ],
  ])('reads build %s', (text, build) => {
    expect(only(`builds: { x: ${text} }\ncases: [{ name: a, build: x }]`).build).toEqual(build);
  });

  it.each([
    ['-9984', { code: -0x2700 }],
    ['0x2700', { code: -0x2700 }],
    ['-0x2700', { code: -0x2700 }],
    ['"9984"', { code: -0x2700 }],
    ['X509_CERT_VERIFY_FAILED', { name: 'X509_CERT_VERIFY_FAILED' }],
  ])('reads error %s, which means a verdict of fail', (text, error) => {
    const planned = only(`cases: [{ name: a, expect: { error: ${text} } }]`);
    expect(planned.expect).toMatchObject({ verdict: 'fail', error });
  });

  it.each([
    ['missing: skip', { skip: 'not set: HOST' }],
    ['missing: error', { blocked: 'not set: HOST' }],
    ['', { blocked: 'not set: HOST' }],
  ])('treats an absent variable as "%s" says', (missing, expected) => {
    const text = `endpoints: { live: { host: "\${env:HOST}", ${missing} } }\ncases: [{ name: a, endpoint: live }]`;
    expect(only(text)).toMatchObject(expected);
    expect(only(text, { HOST: '' })).toMatchObject(expected);
    const there = only(text, { HOST: 'secret.example' });
    expect(there).not.toHaveProperty('skip');
    expect(there).not.toHaveProperty('blocked');
    // The value is for the runner alone.
    expect(JSON.stringify(there)).not.toContain('secret.example');
  });
});

describe('testPlanJsonSchema', () => {
  it('describes the keys of the plan', () => {
    const schema = testPlanJsonSchema() as {
      properties: Record<string, unknown>;
      additionalProperties: boolean;
    };
    expect(schema.additionalProperties).toBe(false);
    expect(Object.keys(schema.properties)).toEqual(
      expect.arrayContaining(['matrix', 'rules', 'cases', 'boards']),
    );
  });
});
