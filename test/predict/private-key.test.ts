import { describe, expect, it } from 'vitest';

import type { KeyContainer, KeyFacts, PrivateKeyFacts } from '../../src/certificate/facts.ts';
import { parsePrivateKey, type KeyPassword } from '../../src/predict/private-key.ts';
import { plainLibrary } from '../support/plain-library.ts';
import { baseConfig } from './fixture.ts';

const EC: KeyFacts = { kind: 'ec', curve: 'secp256r1', compressed: false, explicitParameters: false };
const RSA: KeyFacts = { kind: 'rsa', bits: 2048 };
const key = (
  container: KeyContainer,
  facts: KeyFacts,
  more: Partial<PrivateKeyFacts> = {},
): PrivateKeyFacts => ({
  key: facts,
  container,
  encoding: 'pem',
  ...more,
});

function errors(
  facts: PrivateKeyFacts,
  {
    version = '2.28.3',
    off = [] as string[],
    set = {} as Record<string, string>,
    password = 'right' as KeyPassword,
  },
): readonly string[] {
  const macros = new Map([...baseConfig('stock'), ...Object.entries(set)]);
  for (const name of off) macros.delete(name);
  return parsePrivateKey(plainLibrary(version, macros), facts, password)?.errors ?? [];
}

const PBES2_AES = { encryption: 'PBES2 AES-256-CBC HMAC-SHA256' };
const PBES2_DES = { encryption: 'PBES2 3DES-CBC HMAC-SHA256' };

describe('mbedtls_pk_parse_key', () => {
  it.each([
    { facts: key('pkcs8', EC), off: [], gives: [] },
    { facts: key('pkcs8', EC), off: ['ECP_C'], gives: ['PK_UNKNOWN_PK_ALG'] },
    { facts: key('sec1', EC), off: ['ECP_C'], gives: ['PK_KEY_INVALID_FORMAT'] },
    { facts: key('pkcs8', RSA), off: ['RSA_C'], gives: ['PK_UNKNOWN_PK_ALG'] },
    { facts: key('pkcs1', RSA), off: ['RSA_C'], gives: ['PK_KEY_INVALID_FORMAT'] },
    { facts: key('pkcs8', EC), off: ['ECP_DP_SECP256R1_ENABLED'], gives: ['PK_UNKNOWN_NAMED_CURVE'] },
    {
      facts: key('pkcs8', EC, { encoding: 'der' }),
      off: ['ECP_DP_SECP256R1_ENABLED'],
      gives: ['PK_KEY_INVALID_FORMAT'],
    },
    { facts: key('pkcs8', EC), off: ['PEM_PARSE_C'], gives: ['PK_KEY_INVALID_FORMAT'] },
    { facts: key('pkcs8', EC, { encoding: 'der' }), off: ['PEM_PARSE_C'], gives: [] },
    { facts: key('encrypted-pkcs8', EC, PBES2_DES), off: ['DES_C'], gives: ['PKCS5_FEATURE_UNAVAILABLE'] },
    { facts: key('encrypted-pkcs8', EC, PBES2_DES), off: ['PKCS5_C'], gives: ['PK_FEATURE_UNAVAILABLE'] },
    {
      facts: key('encrypted-pkcs8', EC, PBES2_DES),
      off: ['PKCS5_C', 'PKCS12_C'],
      gives: ['PK_KEY_INVALID_FORMAT'],
    },
  ])('$facts.container $facts.encoding without $off: $gives', ({ facts, off, gives }) => {
    expect(errors(facts, { off })).toEqual(gives);
  });

  it.each([
    { version: '2.2.1', facts: PBES2_DES, gives: ['PKCS5_FEATURE_UNAVAILABLE'] },
    { version: '2.7.19', facts: PBES2_DES, gives: [] },
    { version: '2.28.3', facts: PBES2_AES, gives: ['PKCS5_FEATURE_UNAVAILABLE'] },
    { version: '3.6.6', facts: PBES2_AES, gives: [] },
  ])('$version opens $facts.encryption or not', ({ version, facts, gives }) => {
    expect(errors(key('encrypted-pkcs8', EC, facts), { version })).toEqual(gives);
  });

  it.each([
    { password: 'none' as const, gives: ['PK_PASSWORD_REQUIRED'] },
    { password: 'wrong' as const, gives: ['PK_PASSWORD_MISMATCH'] },
  ])('with the password $password', ({ password, gives }) => {
    expect(errors(key('encrypted-pkcs8', EC, PBES2_DES), { password })).toEqual(gives);
  });

  it.each([
    { version: '2.2.1', gives: ['RSA_KEY_CHECK_FAILED'] },
    { version: '2.28.3', gives: ['PK_KEY_INVALID_FORMAT'] },
    { version: '3.6.6', gives: ['RSA_BAD_INPUT_DATA'] },
  ])('an RSA key larger than MPI_MAX_SIZE on $version', ({ version, gives }) => {
    expect(errors(key('pkcs8', RSA), { version, set: { MPI_MAX_SIZE: '128' } })).toEqual(gives);
  });

  it.each([
    { version: '2.7.19', curve: 'secp256r1' as const, gives: ['ECP_FEATURE_UNAVAILABLE'] },
    { version: '2.7.19', curve: 'secp256k1' as const, gives: [] },
    { version: '2.28.3', curve: 'secp256r1' as const, gives: ['PK_KEY_INVALID_FORMAT'] },
  ])('explicit parameters of $curve on $version', ({ version, curve, gives }) => {
    expect(errors(key('sec1', { ...EC, curve, explicitParameters: true }), { version })).toEqual(gives);
  });
});
