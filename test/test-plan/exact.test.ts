import { describe, expect, it } from 'vitest';
import { readTestPlan } from '../../src/test-plan/load.ts';

const read = (text: string) => readTestPlan(text, '/project/espaws.test.yaml', {});

describe('exact cases', () => {
  it('are asked for like any other setting', () => {
    const { cases } = read(`
matrix: { identity: [ec, rsa], endpoint: [stand-in, cbc-only, slow] }
rules: [{ when: { endpoint: [stand-in, cbc-only] }, exact: true }]`);
    expect(cases.map(({ name, exact }) => `${name} ${exact}`)).toEqual([
      ...['ec / stand-in true', 'ec / cbc-only true', 'ec / slow false'],
      ...['rsa / stand-in true', 'rsa / cbc-only true', 'rsa / slow false'],
    ]);
  });

  it.each([
    ['{ identity: ec, endpoint: live }', 'what a live server sends differs each time'],
    ['{ identity: ec, endpoint: project }', 'what a live server sends differs each time'],
    ['{ identity: ec, endpoint: slow }', '"slow" is not to be had exactly'],
    ['{ identity: ec, endpoint: pss-chain }', 'RSASSA-PSS signs with random numbers'],
    ['{ identity: ec, endpoint: tls1.3-only }', 'only TLS 1.3 is spoken'],
    ['{ identity: ec, endpoint: stand-in, config: tls1.3 }', 'the exact stand-in speaks TLS 1.2'],
    ['{ identity: ec, endpoint: stand-in, build: sdk }', 'the virtual board has no Wi-Fi'],
    ['{ endpoint: stand-in }', 'the project trusts a CA that the exact stand-in has not'],
  ])('%s is none', (labels, because) => {
    const plan = `
endpoints: { live: { host: a.example } }
builds: { sdk: { sdk: { kind: rtos-sdk } } }
cases: [{ name: a, exact: true, ${labels.slice(2)}]`;
    expect(() => read(plan)).toThrow(
      expect.objectContaining({ code: 'plan/invalid', message: expect.stringContaining(because) as string }),
    );
  });
});
