import { afterAll, describe, expect, it } from 'vitest';
import type { EndpointFacts } from '../../src/endpoint/facts.ts';
import { awsLikeEndpoint, knownEndpoint } from '../support/endpoints.ts';
import { openDerivation, valuesOf, type Name } from './derivation.ts';

describe('deriveNeeds', () => {
  const { facts, derive, close } = openDerivation();
  afterAll(close);

  it.each<[string, readonly Name[], readonly string[]]>([
    ['an RSA root', ['rsa-root'], ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256']],
    ['an EC root', ['ec-root'], ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256']],
    [
      'both roots',
      ['rsa-root', 'ec-root'],
      ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
    ],
  ])('offers a dual-certificate server only what %s verifies', async (_, ca, suites) => {
    const endpoint = knownEndpoint(
      { rsa: await facts('rsa-server'), ecdsa: await facts('ec-server') },
      { prefersChain: 'ecdsa' },
    );
    expect(valuesOf(await derive('ec-device', ca, endpoint), 'cipher suite')).toEqual(suites);
  });

  it('goes by the chain, not by the kind of the root', async () => {
    const byRsa = await derive(
      'ec-device',
      ['rsa-root'],
      knownEndpoint({ ecdsa: await facts('ec-server-by-rsa') }),
    );
    expect(valuesOf(byRsa, 'cipher suite')).toEqual(['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256']);
    expect(valuesOf(byRsa, 'certificate signature')).toEqual(['rsa-pkcs1 sha256, verified']);
    const byEc = await derive('ec-device', ['ec-root'], knownEndpoint({ rsa: await facts('rsa-by-ec') }));
    expect(valuesOf(byEc, 'cipher suite')).toEqual(['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256']);
    expect(valuesOf(byEc, 'certificate signature')).toContain('ecdsa sha256, verified');
  });

  it('goes by the kind of the root where nothing is known of the server', async () => {
    const generic = awsLikeEndpoint({
      profile: 'generic',
      source: 'profile generic',
      usualChains: [],
      suites: [],
      curves: [],
    });
    const rsa = await derive('ec-device', ['private-rsa-root'], generic);
    expect(valuesOf(rsa, 'cipher suite')).toEqual(['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256']);
    expect(valuesOf(rsa, 'certificate signature')).toEqual(['rsa-pkcs1 sha256, verified']);
    const ec = await derive('ec-ec-device', ['ec-root'], generic);
    expect(valuesOf(ec, 'cipher suite')).toEqual(['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256']);
    expect(valuesOf(ec, 'ECDHE group')).toEqual(['secp256r1']);
  });

  it.each<[string, Partial<EndpointFacts>, string, readonly string[]]>([
    [
      'takes CBC where there is no GCM',
      { suites: ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256'] },
      'cipher suite',
      ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256'],
    ],
    [
      'takes ECDHE with CBC before RSA key exchange with GCM',
      { suites: ['TLS_RSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'] },
      'cipher suite',
      ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'],
    ],
    [
      'takes RSA key exchange where there is nothing better',
      { suites: ['TLS_RSA_WITH_AES_128_CBC_SHA', 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256'] },
      'cipher suite',
      ['TLS_RSA_WITH_AES_128_CBC_SHA'],
    ],
    [
      'offers no group with RSA key exchange',
      { suites: ['TLS_RSA_WITH_AES_128_CBC_SHA'] },
      'ECDHE group',
      [],
    ],
    [
      'verifies no handshake signature with RSA key exchange',
      { suites: ['TLS_RSA_WITH_AES_128_CBC_SHA'] },
      'server signature',
      [],
    ],
    [
      'takes the group that the server has',
      { curves: ['curve25519', 'secp521r1'] },
      'ECDHE group',
      ['secp521r1'],
    ],
    ['offers ALPN', { alpn: ['x-amzn-mqtt-ca'] }, 'ALPN', ['x-amzn-mqtt-ca']],
    ['leaves SNI out where it is not required', { requiresSni: false }, 'server name (SNI)', []],
    [
      'presents no certificate to a server that never asks',
      { clientCertificate: 'none' },
      'client signature',
      [],
    ],
    ['presents it where nothing is known', { clientCertificate: 'unknown' }, 'client certificate', ['yes']],
    ['takes TLS 1.3 where there is no 1.2', { versions: ['1.3'] }, 'TLS version', ['1.3']],
  ])('%s', async (_, changes, what, values) => {
    expect(valuesOf(await derive('ec-device', ['rsa-root'], awsLikeEndpoint(changes)), what)).toEqual(values);
  });

  it('signs with RSA-PSS and by curve in TLS 1.3', async () => {
    const rsa = await derive('ec384-device', ['rsa-root', 'ec384-root'], awsLikeEndpoint(), {
      tlsVersion: '1.3',
    });
    expect(valuesOf(rsa, 'server signature')).toEqual(['rsa-pss sha256']);
    expect(valuesOf(rsa, 'client signature')).toEqual(['ecdsa sha384']);
    const ec = await derive(
      'ec-device',
      ['ec384-root'],
      knownEndpoint({ ecdsa: await facts('ec384-server') }),
      {
        tlsVersion: '1.3',
      },
    );
    expect(valuesOf(ec, 'server signature')).toEqual(['ecdsa sha384']);
    expect(valuesOf(ec, 'cipher suite')).toEqual(['TLS_AES_128_GCM_SHA256']);
  });

  it('takes the suites that the project names', async () => {
    const suites = ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'];
    const needs = await derive('ec-device', ['rsa-root'], awsLikeEndpoint(), { suites });
    expect(valuesOf(needs, 'cipher suite')).toEqual(suites);
    expect(valuesOf(needs, 'client signature')).toEqual(['ecdsa sha256', 'ecdsa sha384']);
  });

  it('counts intermediates and grows the buffers for known chains', async () => {
    const endpoint = knownEndpoint(
      { ecdsa: await facts('deep-ec-server', 'ec-intermediate') },
      { records: { in: 512, out: 512, because: 'small' } },
    );
    const needs = await derive('ec-device', ['ec-root'], endpoint);
    expect(valuesOf(needs, 'intermediates')).toEqual(['1']);
    const chain = await facts('deep-ec-server', 'ec-intermediate');
    const message = 7 + chain.reduce((sum, { der }) => sum + 3 + der.length, 0);
    const size = needs.find((need) => need.kind === 'record-size')!;
    expect(size.in).toBeGreaterThanOrEqual(message);
    expect(size.in - message).toBeLessThan(256);
    expect(size.out).toBeGreaterThan(512);
    expect(size.because).toMatch(/small; the server's Certificate message is \d+ bytes; the client's own/);
  });
});
