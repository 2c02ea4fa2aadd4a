import type { AgreementCase } from './cases.ts';

/** One change to the tree's own default configuration; the versions that have the macro. */
export interface ConfigChange {
  name: string;
  off?: readonly string[];
  set?: Readonly<Record<string, string>>;
  only?: RegExp;
}

const off = (...names: string[]): ConfigChange => ({ name: `without ${names.join(' ')}`, off: names });
const set = (name: string, value: string, only?: RegExp): ConfigChange => ({
  name: `${name}=${value}`,
  set: { [name]: value },
  ...(only === undefined ? {} : { only }),
});
const OLD = /^2\.(2|7)\./;
const NEW = /^(2\.16|2\.28|3)/;

export const CHANGES: readonly ConfigChange[] = [
  { name: 'stock' },
  off('ECP_C'),
  off('ECDSA_C'),
  off('ECP_DP_SECP256R1_ENABLED'),
  off('ECP_DP_SECP384R1_ENABLED'),
  off('ECP_DP_SECP521R1_ENABLED'),
  off('ECP_DP_SECP256K1_ENABLED'),
  off('ECP_DP_CURVE25519_ENABLED'),
  off('RSA_C'),
  off('PKCS1_V15'),
  off('PKCS1_V21'),
  off('X509_RSASSA_PSS_SUPPORT'),
  off('SHA1_C'),
  off('SHA256_C'),
  off('SHA512_C'),
  { ...off('SHA384_C'), only: /^3/ },
  { ...set('SHA512_NO_SHA384', ''), only: /^2\.28/ },
  off('PEM_PARSE_C'),
  off('BASE64_C'),
  off('GCM_C'),
  off('AES_C'),
  off('CIPHER_MODE_CBC'),
  off('ECDH_C'),
  off('KEY_EXCHANGE_ECDHE_RSA_ENABLED'),
  off('KEY_EXCHANGE_ECDHE_ECDSA_ENABLED'),
  off('KEY_EXCHANGE_RSA_ENABLED'),
  off('SSL_CLI_C'),
  off('SSL_SERVER_NAME_INDICATION'),
  off('SSL_ALPN'),
  off('HAVE_TIME_DATE'),
  off('X509_CHECK_KEY_USAGE'),
  off('X509_CHECK_EXTENDED_KEY_USAGE'),
  off('PKCS5_C'),
  off('PKCS12_C'),
  off('DES_C'),
  off('MD5_C'),
  off('PK_PARSE_EC_EXTENDED'),
  off('ENTROPY_HARDWARE_ALT'),
  off('ASN1_WRITE_C'),
  { ...off('SSL_PROTO_TLS1_3'), only: /^3/ },
  { ...off('SSL_PROTO_TLS1_2'), only: /^3/ },
  set('MPI_MAX_SIZE', '256'),
  set('MPI_MAX_SIZE', '128'),
  set('X509_MAX_INTERMEDIATE_CA', '0'),
  set('X509_MAX_INTERMEDIATE_CA', '1'),
  set('SSL_CIPHERSUITES', 'MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'),
  set('SSL_CIPHERSUITES', 'MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'),
  set('SSL_MAX_CONTENT_LEN', '512', OLD),
  set('SSL_MAX_CONTENT_LEN', '1024', OLD),
  set('SSL_MAX_CONTENT_LEN', '2048', OLD),
  set('SSL_IN_CONTENT_LEN', '1024', NEW),
  set('SSL_IN_CONTENT_LEN', '2048', NEW),
  set('SSL_OUT_CONTENT_LEN', '640', NEW),
  set('SSL_OUT_CONTENT_LEN', '1024', NEW),
];

/** `s_server` serves a client that sends no name, where the facts of the endpoint say otherwise. */
export function isComparable({ endpoint }: AgreementCase, change: ConfigChange): boolean {
  return !endpoint.startsWith('sni') || change.off?.includes('SSL_SERVER_NAME_INDICATION') !== true;
}

/** The change applied to a configuration. */
export function changeMacros(macros: ReadonlyMap<string, string>, change: ConfigChange): Map<string, string> {
  const changed = new Map(macros);
  for (const name of change.off ?? []) changed.delete(`MBEDTLS_${name}`);
  for (const [name, value] of Object.entries(change.set ?? {})) changed.set(`MBEDTLS_${name}`, value);
  return changed;
}
