import { describe, expect, it } from 'vitest';

import { clientHello } from '../../src/predict/client-hello.ts';
import { serverAnswer } from '../../src/predict/server.ts';
import { plainLibrary } from '../support/plain-library.ts';
import { baseConfig, situationEndpoint, type SituationSpec } from './fixture.ts';

const RSA_GCM = 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256';
const EC_GCM = 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256';
const DUAL: SituationSpec = {
  client: 'c-rsa',
  key: 'pkcs8',
  ca: [],
  chains: { rsa: ['r-leaf', 'r-int'], ecdsa: ['e-leaf', 'e-int'] },
  suites: [RSA_GCM, EC_GCM],
};

function answer(
  spec: SituationSpec,
  {
    version = '2.28.3',
    off = [] as string[],
    on = [] as string[],
    alpn = [] as string[],
    knowsName = true,
  } = {},
) {
  const macros = new Map([...baseConfig('stock'), ...on.map((name) => [name, ''] as const)]);
  for (const name of off) macros.delete(name);
  return serverAnswer(situationEndpoint(spec), clientHello(plainLibrary(version, macros), alpn), knowsName);
}

describe('the suite and the chain', () => {
  it('follow the order of the client', () => {
    expect(answer(DUAL)).toMatchObject({ chain: 'ecdsa', suite: { name: EC_GCM } });
  });

  it('are what the server is known to prefer', () => {
    expect(answer({ ...DUAL, prefersChain: 'rsa' })).toMatchObject({
      chain: 'rsa',
      suite: { name: RSA_GCM },
    });
  });

  it.each([
    { off: ['KEY_EXCHANGE_ECDHE_ECDSA_ENABLED'] },
    { off: ['ECDSA_C'] },
    { off: ['ECP_DP_SECP256R1_ENABLED'] },
  ])('are of RSA without $off', ({ off }) => {
    expect(answer(DUAL, { off })).toMatchObject({ chain: 'rsa' });
  });

  it.each([
    { off: ['ECDH_C', 'KEY_EXCHANGE_ECDHE_ECDSA_ENABLED', 'KEY_EXCHANGE_ECDHE_RSA_ENABLED'] },
    { off: ['GCM_C'] },
    { off: ['AES_C'] },
    { off: ['SHA256_C'] },
  ])('are none without $off', ({ off }) => {
    expect(answer(DUAL, { off })).toEqual({ alert: 40, reason: 'suite' });
  });

  it('need a group in common', () => {
    expect(answer({ ...DUAL, curves: ['curve25519'] }, { off: ['ECP_DP_CURVE25519_ENABLED'] })).toEqual({
      alert: 40,
      reason: 'suite',
    });
  });
});

describe('refusals', () => {
  it('of the version', () => {
    expect(answer({ ...DUAL, versions: ['1.3'] })).toEqual({ alert: 70, reason: 'version' });
  });

  it('of the name', () => {
    expect(answer(DUAL, { knowsName: false })).toEqual({ alert: 112, reason: 'server-name' });
  });

  it('of the protocol, but not of a client that names none', () => {
    const spec = { ...DUAL, alpn: ['x-amzn-mqtt-ca'] };
    expect(answer(spec, { alpn: ['mqtt'] })).toEqual({ alert: 120, reason: 'alpn' });
    expect(answer(spec, { alpn: ['mqtt'], off: ['SSL_ALPN'] })).toMatchObject({ version: '1.2' });
  });
});

describe('TLS 1.3', () => {
  const spec: SituationSpec = {
    ...DUAL,
    versions: ['1.2', '1.3'],
    suites: ['TLS_AES_128_GCM_SHA256', ...DUAL.suites],
  };
  const on = ['SSL_PROTO_TLS1_3', 'SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ENABLED', 'SHA384_C'];
  const answer13 = (off: string[] = [], over: SituationSpec = spec) =>
    answer(over, { version: '3.6.6', on, off });

  it('wins where both have it', () => {
    expect(answer13()).toMatchObject({
      version: '1.3',
      chain: 'ecdsa',
      suite: { name: 'TLS_AES_128_GCM_SHA256' },
    });
  });

  it('is not known to 2.x', () => {
    expect(answer(spec, { on })).toMatchObject({ version: '1.2' });
  });

  it('takes an RSA certificate only with RSASSA-PSS', () => {
    const rsaOnly = { ...spec, chains: { rsa: ['r-leaf', 'r-int'] } };
    expect(answer13([], rsaOnly)).toMatchObject({ scheme: { algorithm: 'rsa-pss' } });
    expect(answer13(['X509_RSASSA_PSS_SUPPORT'], rsaOnly)).toEqual({ alert: 40, reason: 'signature' });
  });

  it('makes a server of TLS 1.2 sign with RSASSA-PSS', () => {
    const rsa12: SituationSpec = { ...spec, versions: ['1.2'], chains: { rsa: ['r-leaf', 'r-int'] } };
    expect(answer13([], rsa12)).toMatchObject({
      version: '1.2',
      scheme: { algorithm: 'rsa-pss', hash: 'sha512' },
    });
  });
});
