import { describe, expect, it } from 'vitest';
import { explainCode, hexOf, type CodeNames } from '../../src/verdict/explain.ts';
import { KNOWLEDGE } from '../../src/verdict/knowledge.ts';
import { verifyFlagNames } from '../../src/verdict/verify-flags.ts';

// The names as mbedTLS's headers give them; test/verdict/names.slow.test.ts reads them from real trees.
const NAMES: CodeNames = {
  namesOf: (code) =>
    ({
      [-15488]: ['PK_UNKNOWN_PK_ALG'],
      [-9984]: ['X509_CERT_VERIFY_FAILED'],
      [-9774]: ['X509_UNKNOWN_SIG_ALG', 'OID_NOT_FOUND'],
      [-30592]: ['SSL_FATAL_ALERT_MESSAGE'],
    })[code] ?? [],
};

describe('explainCode', () => {
  it.each([
    [-15488, {}, 'MBEDTLS_ERR_PK_UNKNOWN_PK_ALG', /MBEDTLS_ECP_C/],
    [-9774, {}, 'MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG + MBEDTLS_ERR_OID_NOT_FOUND', /signed with an algorithm/],
    [-9984, { flags: ['NOT_TRUSTED'] }, 'MBEDTLS_ERR_X509_CERT_VERIFY_FAILED', /CA bundle/],
    [-9984, { flags: ['CN_MISMATCH'] }, 'MBEDTLS_ERR_X509_CERT_VERIFY_FAILED', /host name/],
    [-30592, { alert: 112 }, 'MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE', /host name/],
    [-30592, { alert: 40 }, 'MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE', /nothing in common/],
  ])('%i %o', (code, context, name, cause) => {
    const explained = explainCode(code, NAMES, context);
    expect(explained.name).toBe(name);
    expect(explained.cause).toMatch(cause);
  });

  it('never answers -9984 with an option to turn on, when no flags are known', () => {
    expect(explainCode(-9984, NAMES).fix).toMatch(/get_verify_result/);
  });

  it('says so for a code nobody knows', () => {
    expect(explainCode(-1, NAMES)).toMatchObject({ name: 'unknown', hex: '-0x0001' });
  });
});

describe('hexOf', () => {
  it.each([
    [-15488, '-0x3C80'],
    [-9984, '-0x2700'],
    [-68, '-0x0044'],
  ])('%i is %s', (code, hex) => {
    expect(hexOf(code)).toBe(hex);
  });
});

describe('verifyFlagNames', () => {
  it.each([
    [0x08, ['NOT_TRUSTED']],
    [0x0c, ['CN_MISMATCH', 'NOT_TRUSTED']],
    [0xffffffff, []],
    [-1, []],
    [0, []],
  ])('0x%s', (flags, names) => {
    expect(verifyFlagNames(flags)).toEqual(names);
  });
});

describe('KNOWLEDGE', () => {
  it('has no entry that an earlier one hides', () => {
    const hidden = KNOWLEDGE.filter((entry, index) =>
      KNOWLEDGE.slice(0, index).some(
        (earlier) =>
          earlier.call === undefined &&
          earlier.flag === undefined &&
          earlier.alert === undefined &&
          entry.names.every((name) => earlier.names.includes(name)),
      ),
    );
    expect(hidden).toEqual([]);
  });
});
