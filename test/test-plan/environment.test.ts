import { describe, expect, it } from 'vitest';
import type { PlannedEndpoint, PlannedIdentity } from '../../src/test-plan/case.ts';
import { fillIn, redactor, valueOf, variablesOf } from '../../src/test-plan/environment.ts';

const identity: PlannedIdentity = {
  kind: 'files',
  certificate: { variable: 'CERT' },
  key: { variable: 'KEY' },
  ca: { path: '/ca.pem' },
};
const endpoint: PlannedEndpoint = {
  kind: 'live',
  host: '${env:ACCOUNT}-ats.iot.${env:REGION}.amazonaws.com',
  port: 8883,
  profile: 'aws-iot',
};

describe('variables of a case', () => {
  it('are those of its identity and its endpoint', () => {
    expect(variablesOf({ identity, endpoint })).toEqual(['CERT', 'KEY', 'ACCOUNT', 'REGION']);
    expect(variablesOf({ identity: { kind: 'project', ca: 'own' }, endpoint: { kind: 'project' } })).toEqual(
      [],
    );
  });

  it('are put into a host name', () => {
    expect(fillIn(endpoint.host, { ACCOUNT: 'a1', REGION: 'eu' })).toBe('a1-ats.iot.eu.amazonaws.com');
  });

  it.each([{}, { ACCOUNT: '' }])('that are not set are named, and nothing else: %j', (variables) => {
    expect(() => valueOf('ACCOUNT', variables)).toThrow(
      expect.objectContaining({
        code: 'plan/variable',
        message: expect.stringContaining('ACCOUNT') as string,
      }) as Error,
    );
  });
});

describe('redactor', () => {
  const key =
    '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIsecretline1\nsecretline2==\n-----END EC PRIVATE KEY-----\n';
  const redact = redactor([{ identity, endpoint }], { KEY: key, ACCOUNT: 'a1b2c3', REGION: 'eu' });

  it.each([
    ['host a1b2c3-ats.iot.eu', 'host ***-ats.iot.eu'],
    ['line MHcCAQEEIsecretline1 of it', 'line *** of it'],
    ['-----BEGIN CERTIFICATE-----', '-----BEGIN CERTIFICATE-----'],
  ])('makes of "%s" "%s"', (text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });

  it('leaves nothing of a key', () => {
    expect(redact(`key: ${key}`)).not.toContain('secret');
  });
});
