import { describe, expect, it } from 'vitest';
import { alertName } from '../../src/endpoint/alerts.ts';
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
    [-15488, {}, 'MBEDTLS_ERR_PK_UNKNOWN_PK_ALG', /^A certificate, or the private key.*MBEDTLS_ECP_C/],
    [-15488, { call: 'mbedtls_x509_crt_parse' }, 'MBEDTLS_ERR_PK_UNKNOWN_PK_ALG', /^The certificate/],
    [-15488, { call: 'mbedtls_pk_parse_key' }, 'MBEDTLS_ERR_PK_UNKNOWN_PK_ALG', /^The private key/],
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

  it('has the cause that a log with the code alone has, where nothing more is known of it', () => {
    expect(explainCode(-0x3100, NAMES).cause).toMatch(/Diffie-Hellman/);
    expect(explainCode(-0x7100, NAMES, { call: 'mbedtls_ssl_write' }).cause).toMatch(/in a state/);
  });

  it('tells verify flags apart that have no entry of their own', () => {
    expect(explainCode(-0x2700, NAMES, { flags: ['CRL_EXPIRED'] }).cause).toMatch(/CRL.*expired/);
    expect(explainCode(-0x2700, NAMES, { flags: ['OTHER'] }).cause).toMatch(/callback/);
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

describe('alertName', () => {
  // RFC 8446 6.2, RFC 5246 7.2.2, RFC 6066 9, RFC 4279 6, RFC 7301 3.2, RFC 7507 3, RFC 9146 3.
  it.each([
    [0, 'close_notify'],
    [10, 'unexpected_message'],
    [20, 'bad_record_mac'],
    [22, 'record_overflow'],
    [40, 'handshake_failure'],
    [42, 'bad_certificate'],
    [43, 'unsupported_certificate'],
    [44, 'certificate_revoked'],
    [45, 'certificate_expired'],
    [46, 'certificate_unknown'],
    [47, 'illegal_parameter'],
    [48, 'unknown_ca'],
    [49, 'access_denied'],
    [50, 'decode_error'],
    [51, 'decrypt_error'],
    [52, 'too_many_cids_requested'],
    [70, 'protocol_version'],
    [71, 'insufficient_security'],
    [80, 'internal_error'],
    [86, 'inappropriate_fallback'],
    [90, 'user_canceled'],
    [100, 'no_renegotiation'],
    [109, 'missing_extension'],
    [110, 'unsupported_extension'],
    [111, 'certificate_unobtainable'],
    [112, 'unrecognized_name'],
    [113, 'bad_certificate_status_response'],
    [114, 'bad_certificate_hash_value'],
    [115, 'unknown_psk_identity'],
    [116, 'certificate_required'],
    [120, 'no_application_protocol'],
    [200, 'alert 200'],
  ])('%i is %s', (description, name) => {
    expect(alertName(description)).toBe(name);
  });
});
