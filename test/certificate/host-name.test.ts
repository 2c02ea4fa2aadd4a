import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CertificateFacts } from '../../src/certificate/facts.ts';
import { readCertificates } from '../../src/certificate/certificates.ts';
import { hostNamesOf, matchesHost } from '../../src/certificate/host-name.ts';
import { materialOf } from '../../src/certificate/material.ts';
import type { Workshop } from '../support/identities.ts';
import { openWorkshop, serverExtensions } from '../support/identities.ts';

describe('matchesHost', () => {
  let workshop: Workshop;
  let certificate: CertificateFacts;
  beforeAll(async () => {
    workshop = await openWorkshop();
    const names = ['DNS:*.Iot.eu-west-1.amazonaws.com', 'DNS:exact.example.com', 'DNS:*.x', 'IP:10.0.0.1'];
    const issued = await workshop.issue({ name: 'server', extensions: serverExtensions(...names) });
    certificate = readCertificates(materialOf('server', Buffer.from(issued.pem)))[0]!;
  });
  afterAll(() => workshop.close());

  it.each([
    ['abc.iot.eu-west-1.amazonaws.com', true],
    ['ABC.IOT.eu-west-1.AMAZONAWS.com', true],
    ['a.b.iot.eu-west-1.amazonaws.com', false],
    ['iot.eu-west-1.amazonaws.com', false],
    ['.iot.eu-west-1.amazonaws.com', false],
    ['exact.example.com', true],
    ['exact.example.com.', false],
    ['other.example.com', false],
    ['a.x', true],
    ['server', false],
    ['10.0.0.1', false],
    ['', false],
  ])('%s: %s', (host, expected) => {
    expect(matchesHost(certificate, host)).toBe(expected);
  });

  it('compares addresses only where told', () => {
    expect(matchesHost(certificate, '10.0.0.1', { ipAddresses: true })).toBe(true);
    expect(matchesHost(certificate, '10.0.0.2', { ipAddresses: true })).toBe(false);
  });

  it('lists the names', () => {
    expect(hostNamesOf(certificate)).toEqual(['*.Iot.eu-west-1.amazonaws.com', 'exact.example.com', '*.x']);
  });

  it('knows no other host', () => {
    fc.assert(
      fc.property(fc.domain(), (host) => {
        const labels = host.toLowerCase().split('.');
        const expected = labels.slice(1).join('.') === 'x' && labels[0] !== '';
        expect(matchesHost(certificate, host)).toBe(expected);
      }),
    );
  });
});
