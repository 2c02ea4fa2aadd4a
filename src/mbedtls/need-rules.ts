import type { CurveName, HashName } from '../certificate/facts.ts';
import type { TlsVersion } from '../endpoint/facts.ts';
import { EspawsError } from '../errors.ts';
import type { Need } from '../needs/need.ts';
import { CLIENT_MODULES, TLS13_MODULES } from './data/client-modules.ts';
import { isAtLeast, type MbedtlsTree } from './tree.ts';

/** A macro without its prefix, its value where it has one, and why, where that is more than the need's reason. */
export interface Wanted {
  name: string;
  value?: string;
  because?: string;
}

/** What a rule must know beside the need itself. */
export interface RuleContext {
  tree: MbedtlsTree;
  tlsVersion: TlsVersion;
}

/**
 * The macros that a need asks for in this tree: the only place that knows mbedTLS's names for TLS's words. Throws
 * `config/unsatisfiable` where this version cannot do it.
 */
export function macrosFor(need: Need, context: RuleContext): readonly Wanted[] {
  const { tree, tlsVersion } = context;
  switch (need.kind) {
    case 'tls-version':
      return protocol(need.version, tree);
    case 'suite':
      return suite(need.suite, tree);
    case 'public-key':
      return need.key.kind === 'rsa' ? macros('RSA_C') : macros('ECP_C', curve(need.key.curve));
    case 'certificate-signature':
    case 'server-signature':
      return [...signature(need.algorithm), ...macros(hash(need.hash, tree))];
    case 'client-signature':
      return [
        ...signature(clientAlgorithm(need.algorithm, tlsVersion)),
        ...(need.hash === undefined ? [] : macros(hash(need.hash, tree))),
      ];
    case 'private-key':
      return [...macros(...privateKey(need.key)), ...encryption(need.encryption, tree)];
    case 'group':
      return macros('ECP_C', 'ECDH_C', curve(need.curve));
    case 'pem':
      return [{ name: 'PEM_PARSE_C' }, { name: 'BASE64_C', because: `PEM is base64: ${need.because}` }];
    case 'compressed-point':
      return compressedPoint(need.because, tree);
    case 'explicit-ec-parameters':
      return macros('PK_PARSE_EC_EXTENDED');
    case 'sni':
      return macros('SSL_SERVER_NAME_INDICATION');
    case 'alpn':
      return macros('SSL_ALPN');
    case 'client-certificate':
      return [];
    case 'record-size':
      return recordSize(need, tree);
    case 'rsa-modulus':
      return [{ name: 'MPI_MAX_SIZE', value: String(Math.ceil(need.bits / 8)) }];
    case 'intermediates':
      return need.count > DEFAULT_MAX_INTERMEDIATES
        ? [{ name: 'X509_MAX_INTERMEDIATE_CA', value: String(need.count) }]
        : [];
    case 'certificate-dates':
      return clock(tree);
  }
}

/** `MBEDTLS_X509_MAX_INTERMEDIATE_CA` where it is not defined (x509_crt.h). */
const DEFAULT_MAX_INTERMEDIATES = 8;

/**
 * An EC key on RSA suites needs ECDSA_C, and signing ASN1_WRITE_C: no rule of check_config.h says so, and the
 * handshake then ends in PK_TYPE_MISMATCH. The same modules let a certificate be parsed at all: `oid_sig_alg` of
 * oid.c knows no signature whose algorithm is not compiled in.
 */
const ECDSA = ['ECP_C', 'ECDSA_C', 'ASN1_WRITE_C'];
const RSA = ['RSA_C', 'PKCS1_V15'];
const RSA_PSS = ['RSA_C', 'PKCS1_V21', 'X509_RSASSA_PSS_SUPPORT'];

function protocol(version: TlsVersion, tree: MbedtlsTree): Wanted[] {
  const client = explained(CLIENT_MODULES);
  if (version === '1.2') return [{ name: 'SSL_PROTO_TLS1_2' }, ...client];
  if (tree.knows('MBEDTLS_SSL_PROTO_TLS1_3') && isAtLeast(tree.version, 3, 0)) {
    return [...explained(TLS13_MODULES), ...client];
  }
  throw new EspawsError(`mbedTLS ${tree.version.text} has no TLS 1.3 client.`, {
    code: 'config/unsatisfiable',
    hint: 'Use TLS 1.2 (tls: { version: "1.2" } in espaws.yaml), or mbedTLS 3.6.',
  });
}

function signature(algorithm: 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa'): Wanted[] {
  return macros(...{ ecdsa: ECDSA, 'rsa-pkcs1': RSA, 'rsa-pss': RSA_PSS }[algorithm]);
}

/** 3.x turns it on by itself with ECP_C and PK_PARSE_C; before 3.5 `mbedtls_ecp_point_read_binary` refuses. */
function compressedPoint(because: string, tree: MbedtlsTree): Wanted[] {
  if (tree.knows('MBEDTLS_PK_PARSE_EC_COMPRESSED')) return macros('PK_PARSE_EC_COMPRESSED');
  throw new EspawsError(`mbedTLS ${tree.version.text} cannot read a compressed EC point: ${because}.`, {
    code: 'config/unsatisfiable',
    hint: 'Write the key with its whole point (openssl ec -in FILE -conv_form uncompressed -out key.pem) and have the certificate issued for it, or use mbedTLS 3.6.',
  });
}

/** In TLS 1.3 RSA keys sign with RSASSA-PSS only (RFC 8446 4.2.3). */
function clientAlgorithm(algorithm: 'rsa' | 'ecdsa', version: TlsVersion) {
  if (algorithm === 'ecdsa') return algorithm;
  return version === '1.3' ? 'rsa-pss' : 'rsa-pkcs1';
}

function suite(name: string, tree: MbedtlsTree): Wanted[] {
  const [, exchange, bulk = name.replace(/^TLS_/, '')] = /^TLS_(.+)_WITH_(.+)$/.exec(name) ?? [];
  return macros(...keyExchange(exchange), ...cipher(bulk), prfHash(bulk, tree));
}

function keyExchange(exchange: string | undefined): string[] {
  if (exchange === 'ECDHE_ECDSA') return ['KEY_EXCHANGE_ECDHE_ECDSA_ENABLED', 'ECDH_C', ...ECDSA];
  if (exchange === 'ECDHE_RSA') return ['KEY_EXCHANGE_ECDHE_RSA_ENABLED', 'ECDH_C', 'ECP_C', ...RSA];
  return exchange === 'RSA' ? ['KEY_EXCHANGE_RSA_ENABLED', ...RSA] : [];
}

function cipher(bulk: string): string[] {
  if (bulk.startsWith('CHACHA20_POLY1305')) return ['CHACHA20_C', 'POLY1305_C', 'CHACHAPOLY_C'];
  if (bulk.includes('_GCM')) return ['AES_C', 'GCM_C'];
  if (bulk.includes('_CCM')) return ['AES_C', 'CCM_C'];
  return ['AES_C', 'CIPHER_MODE_CBC', ...(bulk.endsWith('_SHA') ? ['SHA1_C'] : [])];
}

/** The suite's hash is its PRF's; for the SHA-1 suites TLS 1.2 takes SHA-256 (RFC 5246, 5). */
function prfHash(bulk: string, tree: MbedtlsTree): string {
  return hash(bulk.endsWith('_SHA384') ? 'sha384' : 'sha256', tree);
}

/** 2.x compiles SHA-224 and SHA-384 with their longer siblings; 3.x has a macro for each. */
function hash(name: HashName, tree: MbedtlsTree): string {
  const own = `${name.toUpperCase()}_C`;
  if (tree.knows(`MBEDTLS_${own}`)) return own;
  return name === 'sha224' ? 'SHA256_C' : 'SHA512_C';
}

function curve(name: CurveName): string {
  return `ECP_DP_${name.toUpperCase()}_ENABLED`;
}

function privateKey(key: 'rsa' | 'ec' | 'unknown'): string[] {
  if (key === 'unknown') return [];
  return key === 'rsa' ? ['RSA_C'] : ['ECP_C'];
}

/** `scheme`: as in `PrivateKeyFacts`. Up to 2.28 `oid_cipher_alg` of oid.c names DES and 3DES only. */
function encryption(scheme: string | undefined, tree: MbedtlsTree): Wanted[] {
  if (scheme === undefined) return [];
  const block = scheme.includes('DES-') && !scheme.startsWith('DEK-Info AES') ? 'DES_C' : 'AES_C';
  if (scheme.startsWith('DEK-Info'))
    return macros(block, 'CIPHER_MODE_CBC', 'MD5_C', 'PEM_PARSE_C', 'BASE64_C');
  if (!scheme.startsWith('PBES2')) return macros('PKCS12_C', block, 'CIPHER_MODE_CBC', 'SHA1_C');
  if (block === 'AES_C' && !tree.readsAesKeys) {
    throw new EspawsError(
      `mbedTLS ${tree.version.text} cannot read a private key encrypted with ${scheme}.`,
      {
        code: 'config/unsatisfiable',
        hint: 'Decrypt the key (openssl pkey -in key.pem -out plain.pem), or use mbedTLS 3.6.',
      },
    );
  }
  const prf = /SHA-?(\d+)/.exec(scheme)?.[1] ?? '1';
  return macros('PKCS5_C', block, 'CIPHER_MODE_CBC', hash(`sha${prf}` as HashName, tree));
}

/** Up to 2.12 one length serves both directions. */
function recordSize(need: { in: number; out: number }, tree: MbedtlsTree): Wanted[] {
  if (!tree.knows('MBEDTLS_SSL_IN_CONTENT_LEN')) {
    return [{ name: 'SSL_MAX_CONTENT_LEN', value: String(Math.max(need.in, need.out)) }];
  }
  return [
    { name: 'SSL_IN_CONTENT_LEN', value: String(need.in) },
    { name: 'SSL_OUT_CONTENT_LEN', value: String(need.out) },
  ];
}

function clock(tree: MbedtlsTree): Wanted[] {
  const ms = { name: 'PLATFORM_MS_TIME_ALT', because: 'mbedTLS knows no millisecond clock of this platform' };
  return [
    { name: 'HAVE_TIME' },
    { name: 'HAVE_TIME_DATE' },
    ...(tree.knows('MBEDTLS_PLATFORM_MS_TIME_ALT') ? [ms] : []),
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

function macros(...names: readonly string[]): Wanted[] {
  return [...new Set(names)].map((name) => ({ name }));
}

function explained(modules: Readonly<Record<string, string>>): Wanted[] {
  return Object.entries(modules).map(([name, because]) => ({ name, because }));
}

/** Is this an mbedTLS 3.x tree? */
export function isThree(tree: MbedtlsTree): boolean {
  return isAtLeast(tree.version, 3, 0);
}
