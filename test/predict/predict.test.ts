import { describe, expect, it } from 'vitest';

import type { ConfigError, LibrarySource } from '../../src/predict/configuration.ts';
import { missingMacros, predictWithout } from '../../src/predict/missing.ts';
import { predict, runClient } from '../../src/predict/predict.ts';
import { plainLibrary } from '../support/plain-library.ts';
import { baseConfig, NOW, situationEndpoint, situationIdentity, type SituationSpec } from './fixture.ts';

const macros = baseConfig;

const FIELD_CASE: SituationSpec = {
  client: 'c-ec',
  key: 'pkcs8',
  ca: ['r-root'],
  chains: { rsa: ['r-leaf', 'r-int'] },
  suites: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_RSA_WITH_AES_128_CBC_SHA256'],
};
const task = (spec: SituationSpec) => ({
  identity: situationIdentity(spec),
  endpoint: situationEndpoint(spec),
  now: NOW,
});

describe('the field case: SDK 1.5 and an EC certificate that is signed with RSA', () => {
  const prediction = runClient(plainLibrary('2.2.1', macros('rtos-sdk-1.5.0')), task(FIELD_CASE));

  it('is -15488 at the parsing of the certificate', () => {
    expect(prediction).toMatchObject({
      outcome: 'error',
      call: 'mbedtls_x509_crt_parse(certificate)',
      code: -15488,
      name: 'MBEDTLS_ERR_PK_UNKNOWN_PK_ALG',
      verifyFlags: 0,
    });
  });

  it('names the macros and the reason', () => {
    expect(prediction).toMatchObject({
      missing: ['MBEDTLS_ECP_C', 'MBEDTLS_ECP_DP_SECP256R1_ENABLED'],
      because:
        'the certificate of CN=c-ec,O=prediction fixture carries an EC key on secp256r1, and MBEDTLS_ECP_C is off',
    });
  });
});

describe('a certificate with a compressed point', () => {
  const identity = situationIdentity({ ...FIELD_CASE });
  const certificates = identity.certificates.map((one) =>
    one.key.kind === 'ec' ? { ...one, key: { ...one.key, compressed: true } } : one,
  );
  const run = (version: '2.28.3' | '3.6.6') =>
    runClient(plainLibrary(version, macros('stock')), {
      ...task(FIELD_CASE),
      identity: { ...identity, certificates },
    });

  it('cannot be parsed by 2.x, whatever is on', () => {
    expect(run('2.28.3')).toMatchObject({
      call: 'mbedtls_x509_crt_parse(certificate)',
      name: 'MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE',
      code: -0x4e80,
      missing: [],
    });
  });
});

describe('-9984 is told apart by its flags', () => {
  const rsaClient: SituationSpec = { ...FIELD_CASE, client: 'c-rsa' };
  const stock = plainLibrary('2.28.3', macros('stock'));

  it.each([
    { what: 'a wrong CA', spec: { ...rsaClient, ca: ['o-root'] }, flags: 0x8, says: 'does not lead to' },
    {
      what: 'a missing intermediate',
      spec: { ...rsaClient, chains: { rsa: ['r-leaf'] } },
      flags: 0x8,
      says: 'does not lead to',
    },
  ])('$what', ({ spec, flags, says }) => {
    const prediction = runClient(stock, task(spec));
    expect(prediction).toMatchObject({ code: -9984, verifyFlags: flags });
    expect(prediction.because).toContain(says);
  });

  it('a wrong host', () => {
    const prediction = runClient(stock, { ...task(rsaClient), settings: { host: 'elsewhere.example' } });
    expect(prediction).toMatchObject({ code: -9984, verifyFlags: 0x4 });
    expect(prediction.because).toBe('the server certificate is not for elsewhere.example');
  });

  it('a hash that is off: the reason is the hash, not the CA', () => {
    const without = macros('stock');
    without.delete('SHA512_C');
    const spec = { ...rsaClient, chains: { rsa: ['m-leaf', 'm-int'] } };
    const prediction = runClient(plainLibrary('2.28.3', without), task(spec));
    expect(prediction).toMatchObject({ code: -9984, verifyFlags: 0x1c00d, missing: ['MBEDTLS_SHA512_C'] });
    expect(prediction.because).toContain('signed with RSA with SHA-384');
  });
});

describe('a server of which only the usual shape is known', () => {
  const endpoint = {
    ...situationEndpoint(FIELD_CASE),
    profile: 'aws-iot' as const,
    source: 'profile aws-iot',
    chains: {},
    chainsKnown: false,
    usualChains: [
      {
        kind: 'rsa' as const,
        rsaBits: [2048],
        curves: [],
        signatures: [{ algorithm: 'rsa-pkcs1' as const, hash: 'sha256' as const }],
        roots: ['r-root'],
      },
    ],
  };
  const run = (ca: string, off: readonly string[] = []) => {
    const configured = macros('stock');
    for (const name of off) configured.delete(name);
    const identity = situationIdentity({ ...FIELD_CASE, ca: [ca] });
    return runClient(plainLibrary('2.28.3', configured), { identity, endpoint, now: NOW });
  };

  it('connects when the bundle has its usual root', () => {
    expect(run('r-root')).toMatchObject({ outcome: 'pass', suite: FIELD_CASE.suites[0] });
  });

  it('is not trusted when the bundle has another', () => {
    const prediction = run('o-root');
    expect(prediction).toMatchObject({ code: -9984, verifyFlags: 0x8 });
    expect(prediction.because).toContain('usually ends in r-root (profile aws-iot)');
  });

  it('cannot be verified without its usual signature', () => {
    expect(run('r-root', ['PKCS1_V15', 'KEY_EXCHANGE_ECDHE_RSA_ENABLED'])).toMatchObject({
      outcome: 'error',
      code: -9984,
      missing: ['MBEDTLS_PKCS1_V15'],
    });
  });
});

describe('a whole configuration', () => {
  /** Two rules of check_config.h are enough to see them at work. */
  const RULES = [
    { about: 'MBEDTLS_ECDSA_C', needs: ['MBEDTLS_ECP_C', 'MBEDTLS_ASN1_WRITE_C'] },
    { about: 'MBEDTLS_KEY_EXCHANGE_ECDHE_RSA_ENABLED', needs: ['MBEDTLS_ECDH_C'] },
  ];
  const configErrors: LibrarySource['configErrors'] = (configured) =>
    RULES.flatMap(({ about, needs }): ConfigError[] => {
      const missing = needs.filter((name) => !configured.has(name));
      if (!configured.has(about) || missing.length === 0) return [];
      return [{ message: `${about} defined, but not all prerequisites`, about, missing }];
    });
  const viewOf = (configured: ReadonlyMap<string, string>) => {
    const plain = [...configured].map(([name, value]) => [name.replace('MBEDTLS_', ''), value] as const);
    return plainLibrary('2.28.3', new Map(plain));
  };
  const source: LibrarySource = {
    version: { major: 2, minor: 28, patch: 3, text: '2.28.3' },
    suitesOf: (configured) => viewOf(configured).suites,
    signatureAlgorithmsOf: (configured) =>
      (['sha1', 'sha256', 'sha512'] as const).flatMap((hash) =>
        (['rsa-pkcs1', 'ecdsa'] as const)
          .filter((algorithm) => viewOf(configured).knowsSignature(algorithm, hash))
          .map((algorithm) => ({ algorithm, hash })),
      ),
    curvesOf: (configured) => (viewOf(configured).knowsCurve('secp256r1') ? ['secp256r1'] : []),
    errorCode: (name) => viewOf(new Map()).errorCode(name),
    configErrors,
  };
  const prefixed = (name: string) =>
    new Map([...macros(name)].map(([macro, value]) => [`MBEDTLS_${macro}`, value]));

  it('is refused by check_config.h first', () => {
    const configured = prefixed('ec-on-rsa');
    configured.delete('MBEDTLS_ASN1_WRITE_C');
    expect(predict(source, configured, task(FIELD_CASE))).toMatchObject({
      outcome: 'build-error',
      stage: 'check_config',
      missing: ['MBEDTLS_ASN1_WRITE_C'],
    });
  });

  it('is known not to build where the library has a trap', () => {
    const configured = prefixed('ec-on-rsa');
    configured.delete('MBEDTLS_X509_CRT_PARSE_C');
    expect(predict(source, configured, task(FIELD_CASE))).toMatchObject({
      outcome: 'build-error',
      stage: 'compile',
      missing: ['MBEDTLS_X509_CRT_PARSE_C'],
    });
  });

  it('connects when it has all', () => {
    expect(predict(source, prefixed('ec-on-rsa'), task(FIELD_CASE))).toMatchObject({ outcome: 'pass' });
  });

  it('drops with a macro what check_config.h makes depend on it', () => {
    const { prediction, dependents } = predictWithout(
      source,
      prefixed('ec-on-rsa'),
      'MBEDTLS_ASN1_WRITE_C',
      task(FIELD_CASE),
    );
    expect(dependents).toEqual(['MBEDTLS_ECDSA_C']);
    expect(prediction).toMatchObject({ call: 'mbedtls_ssl_handshake', code: -0x3f00 });
  });

  it('tells for each missing macro what its absence alone would do', () => {
    const existing = prefixed('ec-on-rsa');
    for (const name of ['GCM_C', 'PEM_PARSE_C', 'ECP_DP_SECP256R1_ENABLED'])
      existing.delete(`MBEDTLS_${name}`);
    const derived = [...prefixed('ec-on-rsa').keys()].map((name) => ({
      name,
      value: undefined,
      because: 'needed',
    }));
    const missing = missingMacros(source, existing, derived, task(FIELD_CASE));
    expect(
      missing.map(({ name, prediction }) => [
        name,
        prediction.outcome === 'error' ? prediction.code : undefined,
      ]),
    ).toEqual([
      ['MBEDTLS_ECP_DP_SECP256R1_ENABLED', -0x3a00],
      ['MBEDTLS_GCM_C', -0x7780],
      ['MBEDTLS_PEM_PARSE_C', -0x2180],
    ]);
  });
});
