import { describe, expect, test } from 'vitest';
import { endpointFactsFromJson, endpointFactsToJson } from '../../src/endpoint/facts-json.ts';
import type { EndpointFacts } from '../../src/endpoint/facts.ts';
import { endpointFacts, PROFILES } from '../../src/endpoint/profiles.ts';
import { suiteByName } from '../../src/endpoint/suites.ts';
import { startTestStandIn } from '../support/stand-in.ts';

describe('endpoint facts as JSON', () => {
  test.each(Object.keys(PROFILES))('of profile %s come back as they were', (profile) => {
    const facts = endpointFacts({ profile, host: 'a.example', port: 443 });
    const text = JSON.stringify(endpointFactsToJson(facts));
    expect(endpointFactsFromJson(JSON.parse(text), 'facts.json')).toEqual(facts);
  });

  test('of a stand-in keep both chains to the byte', async () => {
    const { facts } = (await startTestStandIn()).standIn;
    const text = JSON.stringify(endpointFactsToJson(facts));
    expect(endpointFactsFromJson(JSON.parse(text), 'facts.json')).toEqual(facts);
  });

  const valid = () => endpointFactsToJson(endpointFacts({ profile: 'local', host: 'localhost', port: 8883 }));
  test.each([
    ['no object', () => 7, /"facts.json"/],
    ['another format', () => ({ ...valid(), format: 'x' }), /format/],
    ['a port out of range', () => ({ ...valid(), port: 70_000 }), /port/],
    ['base64 that is none', () => ({ ...valid(), chains: { rsa: ['***'] } }), /chains\.rsa\.0/],
    ['an unknown version', () => ({ ...valid(), versions: ['1.1'] }), /versions\.0/],
  ])('%s is refused', (_name, json, message) => {
    const error = { code: 'project/invalid', message: expect.stringMatching(message) as string };
    expect(() => endpointFactsFromJson(json(), 'facts.json')).toThrow(
      expect.objectContaining(error) as Error,
    );
  });

  test('a certificate that is none is refused with the file’s name', () => {
    const json = { ...valid(), chains: { rsa: ['MAA='] } };
    expect(() => endpointFactsFromJson(json, 'facts.json')).toThrow(/facts.json/);
  });
});

describe('profiles', () => {
  test('aws-iot on 8883 and 443', () => {
    const host = 'example-ats.iot.eu-west-1.amazonaws.com';
    expect(endpointFacts({ profile: 'aws-iot', host, port: 8883 })).toMatchObject({
      alpn: [],
      requiresSni: true,
      clientCertificate: 'required',
      records: { in: 8192, out: 2048 },
    });
    expect(endpointFacts({ profile: 'aws-iot', host, port: 443 }).alpn).toEqual(['x-amzn-mqtt-ca']);
  });

  test('have 18 TLS 1.2 suites and 3 of TLS 1.3 for AWS, each known by its IANA name', () => {
    const { suites } = PROFILES['aws-iot'];
    expect(new Set(suites).size).toBe(21);
    expect(suites.filter((name) => name.includes('_WITH_'))).toHaveLength(18);
    for (const { suites: names } of Object.values(PROFILES)) {
      for (const name of names) expect(suiteByName(name), name).toBeDefined();
    }
  });

  test('an unknown one is an error that lists them', () => {
    expect(() => endpointFacts({ profile: 'azure', host: 'a', port: 1 })).toThrow(
      expect.objectContaining({
        code: 'endpoint/unknown-profile',
        hint: expect.stringContaining('aws-iot, local, generic') as string,
      }) as Error,
    );
    expect(() => endpointFacts({ profile: 'toString', host: 'a', port: 1 })).toThrow(/no endpoint profile/);
  });

  test('local is what a stand-in without faults is', async () => {
    const { facts } = (await startTestStandIn()).standIn;
    const local = endpointFacts({ profile: 'local', host: 'localhost', port: facts.port });
    const summary = (known: EndpointFacts) => ({
      ...{
        versions: known.versions,
        suites: [...known.suites].sort(),
        curves: known.curves,
        alpn: known.alpn,
      },
      ...{ prefersChain: known.prefersChain, clientCertificate: known.clientCertificate },
      ...{ requiresSni: known.requiresSni, preference: known.preference, in: known.records.in },
    });
    expect(summary(facts)).toEqual(summary(local));
  });
});
