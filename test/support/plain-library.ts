import type { MbedtlsVersion } from '../../src/mbedtls/options.ts';
import { curveMacro, hashMacro, type Library } from '../../src/predict/library.ts';
import { missingForSuite, parseSuite } from '../../src/predict/suite.ts';

/** A library for tests that need no source tree: the tables of oid.c and ssl_ciphersuites.c as their guards have them. */
export function plainLibrary(version: string, macros: ReadonlyMap<string, string>): Library {
  const library: Library = {
    version: parseVersion(version),
    has: (name) => macros.has(name),
    number: (name, fallback) => {
      const text = macros.get(name);
      if (text === undefined) return fallback;
      return /^\d+$/.test(text) ? Number(text) : undefined;
    },
    suites: [],
    knowsSignature: (algorithm, hash) => {
      if (version.startsWith('2.2.')) return true;
      if (!macros.has(algorithm === 'ecdsa' ? 'ECDSA_C' : 'RSA_C')) return false;
      return algorithm === 'rsa-pss' || macros.has(hashMacro(library, hash));
    },
    knowsCurve: (curve) => version.startsWith('2.2.') || macros.has(curveMacro(curve)),
    errorCode: (name) => ERROR_CODES[name.replace('MBEDTLS_ERR_', '')],
  };
  const listed = macros
    .get('SSL_CIPHERSUITES')
    ?.split(',')
    .map((name) => name.trim().replace('MBEDTLS_', ''));
  const order = listed ?? SUITES;
  return {
    ...library,
    suites: order.filter((name) => missingForSuite(library, parseSuite(name)).length === 0),
  };
}

function parseVersion(text: string): MbedtlsVersion {
  const [major = 0, minor = 0, patch = 0] = text.split('.').map(Number);
  return { major, minor, patch, text };
}

/** In mbedTLS's order of preference. */
const SUITES = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_RSA_WITH_AES_256_CBC_SHA256',
  'TLS_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_RSA_WITH_AES_128_CBC_SHA256',
  'TLS_RSA_WITH_AES_128_CBC_SHA',
];

/** From include/mbedtls of 2.28.3 and, where 3.6.6 has another name, of that. */
const ERROR_CODES: Readonly<Record<string, number>> = {
  ASN1_UNEXPECTED_TAG: -0x62,
  CTR_DRBG_ENTROPY_SOURCE_FAILED: -0x34,
  ECP_FEATURE_UNAVAILABLE: -0x4e80,
  ERROR_CORRUPTION_DETECTED: -0x6e,
  OID_NOT_FOUND: -0x2e,
  PEM_FEATURE_UNAVAILABLE: -0x1400,
  PEM_UNKNOWN_ENC_ALG: -0x1280,
  PKCS12_FEATURE_UNAVAILABLE: -0x1f00,
  PKCS5_FEATURE_UNAVAILABLE: -0x2e80,
  PK_FEATURE_UNAVAILABLE: -0x3980,
  PK_INVALID_PUBKEY: -0x3b00,
  PK_KEY_INVALID_FORMAT: -0x3d00,
  PK_PASSWORD_MISMATCH: -0x3b80,
  PK_PASSWORD_REQUIRED: -0x3c00,
  PK_TYPE_MISMATCH: -0x3f00,
  PK_UNKNOWN_NAMED_CURVE: -0x3a00,
  PK_UNKNOWN_PK_ALG: -0x3c80,
  RSA_BAD_INPUT_DATA: -0x4080,
  RSA_INVALID_PADDING: -0x4100,
  RSA_KEY_CHECK_FAILED: -0x4200,
  SSL_BAD_CERTIFICATE: -0x7a00,
  SSL_BAD_HS_CERTIFICATE: -0x7a00,
  SSL_BAD_INPUT_DATA: -0x7100,
  SSL_BUFFER_TOO_SMALL: -0x6a00,
  SSL_CA_CHAIN_REQUIRED: -0x7680,
  SSL_CERTIFICATE_TOO_LARGE: -0x7500,
  SSL_FATAL_ALERT_MESSAGE: -0x7780,
  SSL_FEATURE_UNAVAILABLE: -0x7080,
  SSL_HANDSHAKE_FAILURE: -0x6e00,
  SSL_ILLEGAL_PARAMETER: -0x6600,
  SSL_INVALID_RECORD: -0x7200,
  X509_CERT_VERIFY_FAILED: -0x2700,
  X509_FATAL_ERROR: -0x3000,
  X509_INVALID_ALG: -0x2300,
  X509_INVALID_FORMAT: -0x2180,
  X509_UNKNOWN_SIG_ALG: -0x2600,
};
