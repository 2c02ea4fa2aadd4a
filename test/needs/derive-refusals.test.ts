import { afterAll, describe, expect, it } from 'vitest';
import type { EndpointFacts } from '../../src/endpoint/facts.ts';
import type { DeriveOptions } from '../../src/needs/derive.ts';
import { awsLikeEndpoint, knownEndpoint } from '../support/endpoints.ts';
import { openDerivation, valuesOf, type Name } from './derivation.ts';

describe('deriveNeeds', () => {
  const { facts, derive, close } = openDerivation();
  afterAll(close);

  it.each<
    [
      string,
      Name,
      readonly Name[],
      () => EndpointFacts | Promise<EndpointFacts>,
      RegExp,
      RegExp,
      DeriveOptions,
    ]
  >([
    [
      'only RSA roots for an ECDSA chain',
      'ec-device',
      ['rsa-root'],
      async () => knownEndpoint({ ecdsa: await facts('ec-server') }),
      /No chain of abc-ats.* leads to a CA in "certs\/ca\.pem": "CN=ec-server" was issued by "CN=Amazon Root CA 3/,
      /CA bundle/,
      {},
    ],
    [
      'only an EC root where RSA is usual',
      'ec-device',
      ['ec384-root'],
      () => awsLikeEndpoint({ usualChains: awsLikeEndpoint().usualChains.slice(0, 1) }),
      /serves rsa chains only/,
      /Amazon Root CA 1/,
      {},
    ],
    [
      'a version that is not accepted',
      'ec-device',
      ['rsa-root'],
      () => awsLikeEndpoint({ versions: ['1.3'] }),
      /does not accept TLS 1\.2/,
      /It accepts TLS 1\.3/,
      { tlsVersion: '1.2' },
    ],
    [
      'no version at all',
      'ec-device',
      ['rsa-root'],
      () => awsLikeEndpoint({ versions: [] }),
      /does not accept TLS 1\.2/,
      /neither/,
      {},
    ],
    [
      'no common suite',
      'ec-device',
      ['rsa-root'],
      () => awsLikeEndpoint({ suites: ['TLS_DHE_RSA_WITH_AES_128_GCM_SHA256'] }),
      /accepts no TLS 1\.2 suite/,
      /It accepts: TLS_DHE/,
      {},
    ],
    [
      'a suite that the server does not take',
      'ec-device',
      ['rsa-root'],
      () => awsLikeEndpoint(),
      /TLS_ECDHE_RSA_WITH_AES_128_CCM cannot|AES_256_CBC_SHA384 cannot be used: abc/,
      /name others/,
      { suites: ['TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384'] },
    ],
    [
      'a suite that mbedTLS does not have',
      'ec-device',
      ['rsa-root'],
      () => awsLikeEndpoint(),
      /TLS_PSK_WITH_AES_128_GCM_SHA256 cannot/,
      /name others/,
      { suites: ['TLS_PSK_WITH_AES_128_GCM_SHA256'] },
    ],
    [
      'a DSA client key',
      'dsa-device',
      ['rsa-root'],
      () => awsLikeEndpoint(),
      /carries a DSA key/,
      /EC P-256/,
      {},
    ],
    [
      'an Ed25519 root',
      'ec-device',
      ['ed-root'],
      () => awsLikeEndpoint(),
      /No CA in "certs\/ca\.pem" has a key/,
      /RSA or EC/,
      {},
    ],
    [
      'secp256k1 in TLS 1.3',
      'k256-device',
      ['rsa-root'],
      () => awsLikeEndpoint(),
      /secp256k1 key, which cannot sign in TLS 1\.3/,
      /TLS 1\.2/,
      { tlsVersion: '1.3' },
    ],
    [
      'a chain that TLS 1.3 cannot steer away from',
      'ec-device',
      ['rsa-root'],
      async () =>
        knownEndpoint(
          { rsa: await facts('rsa-server'), ecdsa: await facts('ec-server') },
          { prefersChain: 'ecdsa' },
        ),
      /would present its ECDSA chain/,
      /Use TLS 1\.2/,
      { tlsVersion: '1.3' },
    ],
    [
      'a group that mbedTLS lacks',
      'ec-device',
      ['rsa-root'],
      () => awsLikeEndpoint({ curves: ['ffdhe2048' as never] }),
      /accepts no group/,
      /Enable secp256r1/,
      {},
    ],
  ])('refuses %s', async (_, device, ca, endpoint, message, hint, options) => {
    await expect(derive(device, ca, await endpoint(), options)).rejects.toMatchObject({
      code: 'needs/unsupported',
      message: expect.stringMatching(message) as string,
      hint: expect.stringMatching(hint) as string,
    });
  });

  it('derives for a wrong CA where told to', async () => {
    const endpoint = knownEndpoint({ ecdsa: await facts('ec-server') });
    const needs = await derive('ec-device', ['rsa-root'], endpoint, { allowUntrusted: true });
    expect(valuesOf(needs, 'cipher suite')).toEqual(['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256']);
  });
});
