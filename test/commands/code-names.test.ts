import { describe, expect, it } from 'vitest';
import { namesOfTrees } from '../../src/commands/code-names.ts';
import { readErrorCodes } from '../../src/mbedtls/error-codes.ts';
import { nameOf } from '../../src/verdict/explain.ts';

function tree(text: string, ...definitions: string[]) {
  const header = definitions.map((line) => `#define MBEDTLS_ERR_${line}\n`).join('');
  return { version: { text }, errorCodes: readErrorCodes(new Map([['ssl.h', header]])) };
}

/** Lines as the headers of these versions have them. */
const TREES = [
  tree(
    '2.16.11',
    'SSL_BAD_HS_SERVER_KEY_EXCHANGE -0x7B00',
    'SSL_BAD_HS_CLIENT_HELLO -0x7900',
    'X509_CERT_VERIFY_FAILED -0x2700',
    'OID_NOT_FOUND -0x002E',
  ),
  tree(
    '2.28.3',
    'SSL_BAD_HS_SERVER_KEY_EXCHANGE -0x7B00',
    'X509_CERT_VERIFY_FAILED -0x2700',
    'OID_NOT_FOUND -0x002E',
  ),
  tree(
    '3.6.6',
    'SSL_RECEIVED_NEW_SESSION_TICKET -0x7B00',
    'X509_CERT_VERIFY_FAILED -0x2700',
    'OID_NOT_FOUND -0x002E',
  ),
];

describe('namesOfTrees', () => {
  const names = namesOfTrees(TREES);

  it.each([
    [-0x2700, 'MBEDTLS_ERR_X509_CERT_VERIFY_FAILED'],
    [-0x7900, 'MBEDTLS_ERR_SSL_BAD_HS_CLIENT_HELLO'],
    [
      -0x7b00,
      'MBEDTLS_ERR_SSL_BAD_HS_SERVER_KEY_EXCHANGE (mbedTLS 2.16.11) or MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET (mbedTLS 3.6.6)',
    ],
    [
      -0x7b2e,
      'MBEDTLS_ERR_SSL_BAD_HS_SERVER_KEY_EXCHANGE + MBEDTLS_ERR_OID_NOT_FOUND (mbedTLS 2.16.11) or MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET + MBEDTLS_ERR_OID_NOT_FOUND (mbedTLS 3.6.6)',
    ],
    [-0x1000, undefined],
  ])('%i: %s', (code, name) => {
    expect(nameOf(code, names)).toBe(name);
  });

  it('leaves the versions out where only one is known', () => {
    expect(nameOf(-0x7b00, namesOfTrees(TREES.slice(2)))).toBe('MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET');
    expect(nameOf(-0x7b00, namesOfTrees([]))).toBeUndefined();
  });
});
