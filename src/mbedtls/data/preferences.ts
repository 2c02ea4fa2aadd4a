/**
 * How rather an option is defined where a rule of check_config.h leaves a choice: 10 unless said here. What the
 * ESP8266 pays for in flash costs more.
 */
export function optionCost(name: string, isDefined: (name: string) => boolean): number {
  // The two share their code.
  if (name === 'MBEDTLS_SHA512_C' && isDefined('MBEDTLS_SHA384_C')) return 4;
  const known = COSTS[name];
  if (known !== undefined) return known;
  return DEAR.test(name) ? 1000 : 10;
}

const COSTS: Readonly<Record<string, number>> = {
  // SHA-256 is what TLS 1.2 itself computes with; SHA-512 works in 64 bits, for which the LX106 has no instructions.
  MBEDTLS_SHA256_C: 5,
  MBEDTLS_SHA384_C: 11,
  MBEDTLS_SHA512_C: 12,
  MBEDTLS_SHA1_C: 14,
  MBEDTLS_MD5_C: 30,
  MBEDTLS_RIPEMD160_C: 30,
  MBEDTLS_SHA3_C: 40,
  // AES is the cipher of every suite that is derived.
  MBEDTLS_AES_C: 5,
  MBEDTLS_DES_C: 30,
  MBEDTLS_CAMELLIA_C: 30,
  MBEDTLS_ARIA_C: 30,
  MBEDTLS_CTR_DRBG_C: 5,
  MBEDTLS_HMAC_DRBG_C: 9,
  MBEDTLS_ECP_DP_SECP256R1_ENABLED: 5,
  MBEDTLS_PKCS1_V15: 5,
  MBEDTLS_GCM_C: 5,
  MBEDTLS_SSL_PROTO_TLS1_2: 5,
  MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA_ENABLED: 9,
  // Broken since POODLE (RFC 7568).
  MBEDTLS_SSL_PROTO_SSL3: 1000,
  MBEDTLS_CIPHER_C: 9,
};

/** Alternative implementations, drivers and PSA replacements: never to satisfy a rule. */
const DEAR =
  /_ALT$|_ACCEL_|USE_PSA_CRYPTO|PSA_CRYPTO_CONFIG|PSA_CRYPTO_CLIENT|_NULL_CIPHER|TEST_|_SPM$|EXTERNAL_RNG/;
