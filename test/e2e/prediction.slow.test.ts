import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { observedText, predictedText, runBoardCase, type BoardCase } from '../support/board-case.ts';
import { RUNS_ALL, share } from '../support/share.ts';
import { testTree, treeTitle } from '../support/trees.ts';

/** Prediction equals observation: each case is predicted, built with the real compiler, and run on the board. */
interface Row extends BoardCase {
  title: string;
  /** What must be seen, where it is the point of the row. */
  seen?: string;
  /** With the whole of mbedTLS to be compiled for it alone. */
  isLong?: true;
  /** A fault of the network: nothing in identity, endpoint or configuration tells of it beforehand. */
  isUnpredictable?: true;
}

const EC = { key: 'ec-P-256' } as const;
const RSA = { key: 'rsa-2048' } as const;
const VERIFY = '-9984 at mbedtls_ssl_handshake flags';

/** The host's client drops each of them, too: every second one is enough for the board. */
const drops = (
  identity: BoardCase['identity'],
  label: string,
  macros: readonly string[],
  rest: BoardCase = {},
): Row[] =>
  share(macros, 2).map((macro) => ({
    ...rest,
    ...(identity === undefined ? {} : { identity }),
    title: `${label} without ${macro}`,
    drop: [macro],
  }));

const ROWS: Row[] = [
  { title: 'EC, derived', identity: { ...EC, ca: 'rsa' }, seen: 'pass' },
  { title: 'EC, derived, both roots', identity: EC, seen: 'pass' },
  { title: 'RSA, derived', identity: { ...RSA, ca: 'rsa' }, seen: 'pass' },
  { title: 'EC in PKCS#8', identity: { ...EC, container: 'pkcs8' }, seen: 'pass' },
  { title: 'EC against an ECDSA-only server', identity: EC, faults: ['ecdsa-only'], seen: 'pass' },
  { title: 'RSA against CBC suites only', identity: RSA, faults: ['cbc-only'], seen: 'pass' },
  {
    title: 'RSA key exchange only',
    identity: { ...RSA, ca: 'rsa' },
    faults: ['rsa-key-exchange-only'],
    seen: 'pass',
  },
  { title: 'a wrong CA', identity: { ...EC, ca: 'rsa' }, faults: ['wrong-chain'], seen: `${VERIFY} 0x8` },
  {
    title: 'a wrong host name',
    identity: { ...EC, ca: 'rsa' },
    faults: ['wrong-host'],
    seen: `${VERIFY} 0x4`,
  },
  {
    title: 'a missing intermediate',
    identity: { ...EC, ca: 'rsa' },
    faults: ['missing-intermediate'],
    seen: `${VERIFY} 0x8`,
  },
  { title: 'a SHA-1 chain', identity: { ...EC, ca: 'rsa' }, faults: ['sha1-chain'] },
  {
    title: 'a SHA-384 chain, derived',
    identity: { ...EC, ca: 'rsa' },
    faults: ['sha384-chain'],
    seen: 'pass',
  },
  {
    title: 'a SHA-384 chain without SHA512_C',
    identity: { ...EC, ca: 'rsa' },
    faults: ['sha384-chain'],
    drop: ['SHA512_C'],
  },
  {
    title: 'a SHA-384 leaf without SHA512_C',
    identity: { ...EC, ca: 'rsa' },
    faults: ['sha384-leaf'],
    drop: ['SHA512_C'],
  },
  {
    title: 'a SHA-512 chain without SHA512_C',
    identity: { ...EC, ca: 'rsa' },
    faults: ['sha512-chain'],
    drop: ['SHA512_C'],
  },
  { title: 'an expired server, no clock', identity: { ...EC, ca: 'rsa' }, faults: ['expired'], seen: 'pass' },
  {
    title: 'TLS 1.3 only',
    identity: { ...EC, ca: 'rsa' },
    faults: ['tls1.3-only'],
    version: '3.6',
    seen: 'pass',
  },
  {
    title: 'RSASSA-PSS in TLS 1.2, which 3.x offers for TLS 1.3 alone: stock configuration',
    identity: { ...EC, ca: 'rsa' },
    faults: ['prefers-pss'],
    version: '3.6',
    header: join(testTree('3.6') ?? '', 'include/mbedtls/mbedtls_config.h'),
    isLong: true,
    seen: '-26112 at mbedtls_ssl_handshake',
  },
  {
    title: 'a reset after the ClientHello',
    identity: { ...EC, ca: 'rsa' },
    faults: ['reset-after-client-hello'],
    isUnpredictable: true,
    seen: '-80 at mbedtls_ssl_handshake',
  },
  {
    title: 'a close after the ClientHello',
    identity: { ...EC, ca: 'rsa' },
    faults: ['close-after-client-hello'],
    isUnpredictable: true,
    seen: '-29312 at mbedtls_ssl_handshake',
  },
  {
    title: 'plain HTTP',
    identity: { ...EC, ca: 'rsa' },
    faults: ['plain-http'],
    isUnpredictable: true,
    seen: '-29184 at mbedtls_ssl_handshake',
  },
  ...drops({ ...EC, ca: 'rsa' }, 'EC', [
    'ECP_C',
    'ECDSA_C',
    'ASN1_WRITE_C',
    'ECP_DP_SECP256R1_ENABLED',
    'ECDH_C',
    'RSA_C',
    'PKCS1_V15',
    'GCM_C',
    'SHA256_C',
    'PEM_PARSE_C',
    'BASE64_C',
    'SSL_SERVER_NAME_INDICATION',
    'SSL_CLI_C',
    'AES_C',
    'MD_C',
    'CTR_DRBG_C',
    'ENTROPY_C',
    'ENTROPY_HARDWARE_ALT',
    'X509_CRT_PARSE_C',
    'PK_PARSE_C',
    'SSL_PROTO_TLS1_2',
    'KEY_EXCHANGE_ECDHE_RSA_ENABLED',
    'SSL_EXTENDED_MASTER_SECRET',
    'X509_CHECK_KEY_USAGE',
    'ECP_NIST_OPTIM',
    'MPI_MAX_SIZE',
    'SSL_CIPHERSUITES',
  ]),
  ...drops({ ...RSA, ca: 'rsa' }, 'RSA', [
    'RSA_C',
    'PKCS1_V15',
    'ECP_C',
    'ECDH_C',
    'GCM_C',
    'SHA256_C',
    'PEM_PARSE_C',
    'SSL_SERVER_NAME_INDICATION',
    'ECP_DP_SECP256R1_ENABLED',
  ]),
  ...drops(EC, 'EC with both roots', [
    'ECDSA_C',
    'RSA_C',
    'KEY_EXCHANGE_ECDHE_ECDSA_ENABLED',
    'KEY_EXCHANGE_ECDHE_RSA_ENABLED',
    'ECP_C',
  ]),
  ...drops({ ...EC, container: 'pkcs8', ca: 'rsa' }, 'EC in PKCS#8', ['ECP_C', 'ECP_DP_SECP256R1_ENABLED']),
  ...drops(
    { ...EC, ca: 'rsa' },
    '3.6: EC',
    ['ECP_C', 'ECDSA_C', 'RSA_C', 'GCM_C', 'SHA256_C', 'SSL_SERVER_NAME_INDICATION', 'PEM_PARSE_C'],
    { version: '3.6' },
  ),
];

describe.skipIf(testTree('2.28') === undefined)(`prediction and board, ${treeTitle('2.28')}`, () => {
  const rows = ROWS.filter(({ isLong }) => RUNS_ALL || isLong === undefined);
  it.each(rows)('$title', async ({ seen, isUnpredictable, ...row }) => {
    const outcome = await runBoardCase(row);
    if (isUnpredictable === undefined) expect(observedText(outcome)).toBe(predictedText(outcome.prediction));
    if (seen !== undefined) expect(observedText(outcome)).toBe(seen);
  });
});
