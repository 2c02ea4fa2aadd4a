import type { CurveName, HashName } from '../certificate/facts.ts';
import type { Need } from '../needs/need.ts';
import { isAtLeast, type MbedtlsTree } from './tree.ts';

/** A macro without its prefix, and its value where it has one. */
export type Wanted = readonly [name: string, value?: string];

/** What every TLS client that authenticates by certificates is made of, in every version. */
const CLIENT: readonly Wanted[] = [
  ['SSL_CLI_C'],
  ['SSL_TLS_C'],
  ['X509_USE_C'],
  ['X509_CRT_PARSE_C'],
  ['PK_C'],
  ['PK_PARSE_C'],
  ['ASN1_PARSE_C'],
  ['OID_C'],
  ['BIGNUM_C'],
  ['MD_C'],
  ['CIPHER_C'],
  ['AES_C'],
  ['CTR_DRBG_C'],
  ['ENTROPY_C'],
];

/**
 * Signing needs ASN1_WRITE_C, and an EC key on RSA suites needs ECDSA_C: no rule of check_config.h says so, and
 * the handshake then ends in PK_TYPE_MISMATCH.
 */
const ECDSA: readonly Wanted[] = [['ECP_C'], ['ECDSA_C'], ['ASN1_WRITE_C']];
const RSA: readonly Wanted[] = [['RSA_C'], ['PKCS1_V15']];
const RSA_PSS: readonly Wanted[] = [['RSA_C'], ['PKCS1_V21'], ['X509_RSASSA_PSS_SUPPORT']];

/** The macros that a need asks for in this tree: the only place that knows mbedTLS's names for TLS's words. */
export function macrosFor(need: Need, tree: MbedtlsTree): readonly Wanted[] {
  switch (need.kind) {
    case 'tls-version':
      return need.version === '1.2' ? [['SSL_PROTO_TLS1_2'], ...CLIENT] : [...TLS13, ...CLIENT];
    case 'suite':
      return suite(need.suite, tree);
    case 'public-key':
      return need.key.kind === 'rsa' ? [['RSA_C']] : [['ECP_C'], curve(need.key.curve)];
    case 'certificate-signature':
    case 'server-signature':
      return [...signature(need.algorithm), hash(need.hash, tree)];
    case 'client-signature':
      return [
        ...(need.algorithm === 'ecdsa' ? ECDSA : RSA),
        ...(need.hash === undefined ? [] : [hash(need.hash, tree)]),
      ];
    case 'private-key':
      return [...privateKey(need.key), ...encryption(need.encryption, tree)];
    case 'group':
      return [['ECP_C'], ['ECDH_C'], curve(need.curve)];
    case 'pem':
      return [['PEM_PARSE_C'], ['BASE64_C']];
    case 'compressed-point':
      return tree.knows('MBEDTLS_PK_PARSE_EC_COMPRESSED') ? [['PK_PARSE_EC_COMPRESSED']] : [];
    case 'explicit-ec-parameters':
      return [['PK_PARSE_EC_EXTENDED']];
    case 'sni':
      return [['SSL_SERVER_NAME_INDICATION']];
    case 'alpn':
      return [['SSL_ALPN']];
    case 'client-certificate':
      return [];
    case 'record-size':
      return recordSize(need, tree);
    case 'rsa-modulus':
      return [['MPI_MAX_SIZE', String(Math.ceil(need.bits / 8))]];
    case 'intermediates':
      return need.count > DEFAULT_MAX_INTERMEDIATES ? [['X509_MAX_INTERMEDIATE_CA', String(need.count)]] : [];
    case 'certificate-dates':
      return [
        ['HAVE_TIME'],
        ['HAVE_TIME_DATE'],
        ...(tree.knows('MBEDTLS_PLATFORM_MS_TIME_ALT') ? [['PLATFORM_MS_TIME_ALT'] as const] : []),
      ];
  }
}

/** `MBEDTLS_X509_MAX_INTERMEDIATE_CA` where it is not defined (x509_crt.h). */
const DEFAULT_MAX_INTERMEDIATES = 8;

const TLS13: readonly Wanted[] = [
  ['SSL_PROTO_TLS1_3'],
  ['SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ENABLED'],
  ['SSL_KEEP_PEER_CERTIFICATE'],
  ['PSA_CRYPTO_C'],
  ['HKDF_C'],
  ['ECDH_C'],
];

function signature(algorithm: 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa'): readonly Wanted[] {
  return algorithm === 'ecdsa' ? ECDSA : algorithm === 'rsa-pkcs1' ? RSA : RSA_PSS;
}

function suite(name: string, tree: MbedtlsTree): readonly Wanted[] {
  const [, exchange, bulk = name.replace(/^TLS_/, '')] = /^TLS_(.+)_WITH_(.+)$/.exec(name) ?? [];
  return [...keyExchange(exchange), ...cipher(bulk), ...prf(bulk, tree)];
}

function keyExchange(exchange: string | undefined): readonly Wanted[] {
  switch (exchange) {
    case 'ECDHE_ECDSA':
      return [['KEY_EXCHANGE_ECDHE_ECDSA_ENABLED'], ['ECDH_C'], ...ECDSA];
    case 'ECDHE_RSA':
      return [['KEY_EXCHANGE_ECDHE_RSA_ENABLED'], ['ECDH_C'], ['ECP_C'], ...RSA];
    case 'RSA':
      return [['KEY_EXCHANGE_RSA_ENABLED'], ...RSA];
    case undefined:
    default:
      return [];
  }
}

function cipher(bulk: string): readonly Wanted[] {
  if (bulk.startsWith('CHACHA20_POLY1305')) return [['CHACHA20_C'], ['POLY1305_C'], ['CHACHAPOLY_C']];
  const block: readonly Wanted[] = bulk.startsWith('CAMELLIA')
    ? [['CAMELLIA_C']]
    : bulk.startsWith('ARIA')
      ? [['ARIA_C']]
      : [['AES_C']];
  if (bulk.includes('_GCM')) return [...block, ['GCM_C']];
  if (bulk.includes('_CCM')) return [...block, ['CCM_C']];
  return [...block, ['CIPHER_MODE_CBC'], ...(bulk.endsWith('_SHA') ? [['SHA1_C'] as const] : [])];
}

/** The suite's hash is its PRF's; for the SHA-1 suites TLS 1.2 takes SHA-256 (RFC 5246, 5). */
function prf(bulk: string, tree: MbedtlsTree): readonly Wanted[] {
  return [hash(bulk.endsWith('_SHA384') ? 'sha384' : 'sha256', tree)];
}

/** 2.x compiles SHA-224 and SHA-384 with their longer siblings; 3.x has a macro for each. */
function hash(name: HashName, tree: MbedtlsTree): Wanted {
  const own = `${name.toUpperCase()}_C`;
  if (tree.knows(`MBEDTLS_${own}`)) return [own];
  return [name === 'sha224' ? 'SHA256_C' : 'SHA512_C'];
}

function curve(name: CurveName): Wanted {
  return [`ECP_DP_${name.toUpperCase()}_ENABLED`];
}

function privateKey(key: 'rsa' | 'ec' | 'unknown'): readonly Wanted[] {
  return key === 'rsa' ? [['RSA_C']] : key === 'ec' ? [['ECP_C']] : [];
}

/** PBES2 with AES can be read by 3.x only: 2.x knows no OID for it. */
function encryption(scheme: string | undefined, tree: MbedtlsTree): readonly Wanted[] {
  if (scheme === undefined) return [];
  const block: Wanted = /DES/.test(scheme) && !/^DEK-Info AES/.test(scheme) ? ['DES_C'] : ['AES_C'];
  if (scheme.startsWith('DEK-Info')) return [block, ['CIPHER_MODE_CBC'], ['MD5_C']];
  if (scheme.startsWith('PBES2')) {
    const prfHash = /SHA-?(\d+)/.exec(scheme)?.[1] ?? '1';
    return [['PKCS5_C'], block, ['CIPHER_MODE_CBC'], hash(`sha${prfHash}` as HashName, tree)];
  }
  return [['PKCS12_C'], block, ['CIPHER_MODE_CBC'], ['SHA1_C']];
}

/** Up to 2.12 one length serves both directions. */
function recordSize(need: { in: number; out: number }, tree: MbedtlsTree): readonly Wanted[] {
  if (!tree.knows('MBEDTLS_SSL_IN_CONTENT_LEN')) {
    return [['SSL_MAX_CONTENT_LEN', String(Math.max(need.in, need.out))]];
  }
  return [
    ['SSL_IN_CONTENT_LEN', String(need.in)],
    ['SSL_OUT_CONTENT_LEN', String(need.out)],
  ];
}

/** Names the macros of suites as `MBEDTLS_SSL_CIPHERSUITES` lists them. */
export function suiteListValue(suites: readonly string[]): string {
  return suites
    .map((name) =>
      name.includes('_WITH_') ? `MBEDTLS_${name}` : `MBEDTLS_${name.replace('TLS_', 'TLS1_3_')}`,
    )
    .join(', ');
}

/** Is this an mbedTLS 3.x tree? */
export function isThree(tree: MbedtlsTree): boolean {
  return isAtLeast(tree.version, 3, 0);
}
