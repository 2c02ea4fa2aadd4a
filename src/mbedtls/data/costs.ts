/** What one option adds to a firmware that does not need it. */
interface Cost {
  flashBytes: number;
  /** Static RAM; none where it is not given. */
  ramBytes?: number;
  /** Options that it requires, whose cost is in it. */
  with?: readonly string[];
}

/** What an option costs though nothing needs it, in words; undefined where that was not measured. */
export function costText(name: string): string | undefined {
  const short = name.replace(/^MBEDTLS_/, '');
  const heap = HEAP[short];
  if (heap !== undefined) return heap;
  const cost = COSTS[short];
  if (cost === undefined) return undefined;
  const { flashBytes, ramBytes = 0, with: others = [] } = cost;
  if (flashBytes < LEAST_BYTES && ramBytes === 0) return 'nothing: the linker leaves it out';
  const ram = ramBytes === 0 ? '' : ` and ${sizeText(ramBytes)} of static RAM`;
  const including = others.length === 0 ? '' : ` (with ${others.map((one) => `MBEDTLS_${one}`).join(', ')})`;
  return `${sizeText(flashBytes)} of flash${ram}${including}`;
}

function sizeText(bytes: number): string {
  return bytes < 1000 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KB`;
}

/** Less is the noise of link-time optimization. */
const LEAST_BYTES = 16;

/** Peak heap in a handshake of a 32-bit build of 2.28.3, with and without. */
const HEAP: Readonly<Record<string, string>> = {
  SSL_KEEP_PEER_CERTIFICATE: "2.4 KB of heap at the handshake's peak, 4.8 KB afterwards",
};

/**
 * The bench firmware of mbedTLS 2.28.3, -Os and link-time optimized by xtensa gcc 12.2, with the configuration derived
 * for an EC key on an RSA chain, without MBEDTLS_SSL_CIPHERSUITES: the image with the option less the image without.
 */
const COSTS: Readonly<Record<string, Cost>> = {
  ARC4_C: { flashBytes: 2152 },
  BLOWFISH_C: { flashBytes: 4912 },
  CAMELLIA_C: { flashBytes: 4152 },
  CCM_C: { flashBytes: 1420 },
  CERTS_C: { flashBytes: 0 },
  CHACHA20_C: { flashBytes: 1276 },
  CHACHAPOLY_C: { flashBytes: 4208, with: ['CHACHA20_C', 'POLY1305_C'] },
  CIPHER_MODE_CBC: { flashBytes: 3248 },
  CIPHER_MODE_CFB: { flashBytes: 384 },
  CIPHER_MODE_CTR: { flashBytes: 368 },
  CIPHER_MODE_OFB: { flashBytes: 280 },
  CIPHER_MODE_XTS: { flashBytes: 1136 },
  CIPHER_PADDING_ONE_AND_ZEROS: { flashBytes: 0 },
  CIPHER_PADDING_PKCS7: { flashBytes: 0 },
  CIPHER_PADDING_ZEROS: { flashBytes: 0 },
  CIPHER_PADDING_ZEROS_AND_LEN: { flashBytes: 0 },
  DEBUG_C: { flashBytes: 2260 },
  DES_C: { flashBytes: 5832 },
  DHM_C: { flashBytes: 256, ramBytes: 24 },
  ECDSA_DETERMINISTIC: { flashBytes: 992, with: ['HMAC_DRBG_C'] },
  ECP_DP_BP256R1_ENABLED: { flashBytes: 348 },
  ECP_DP_BP384R1_ENABLED: { flashBytes: 484 },
  ECP_DP_BP512R1_ENABLED: { flashBytes: 604 },
  ECP_DP_CURVE25519_ENABLED: { flashBytes: 2568 },
  ECP_DP_CURVE448_ENABLED: { flashBytes: 2676 },
  ECP_DP_SECP192K1_ENABLED: { flashBytes: 524, ramBytes: 8 },
  ECP_DP_SECP192R1_ENABLED: { flashBytes: 512 },
  ECP_DP_SECP224K1_ENABLED: { flashBytes: 544, ramBytes: 8 },
  ECP_DP_SECP224R1_ENABLED: { flashBytes: 888 },
  ECP_DP_SECP256K1_ENABLED: { flashBytes: 564, ramBytes: 8 },
  ECP_DP_SECP384R1_ENABLED: { flashBytes: 1728 },
  ECP_DP_SECP521R1_ENABLED: { flashBytes: 696 },
  ERROR_C: { flashBytes: 0 },
  GENPRIME: { flashBytes: 0 },
  HAVE_ASM: { flashBytes: 0 },
  HKDF_C: { flashBytes: 0 },
  HMAC_DRBG_C: { flashBytes: 512 },
  KEY_EXCHANGE_DHE_PSK_ENABLED: { flashBytes: 1904, ramBytes: 56, with: ['DHM_C'] },
  KEY_EXCHANGE_DHE_RSA_ENABLED: { flashBytes: 1488, ramBytes: 32, with: ['DHM_C'] },
  KEY_EXCHANGE_ECDHE_ECDSA_ENABLED: { flashBytes: 80 },
  KEY_EXCHANGE_ECDHE_PSK_ENABLED: { flashBytes: 552, ramBytes: 24 },
  KEY_EXCHANGE_ECDH_ECDSA_ENABLED: { flashBytes: 240 },
  KEY_EXCHANGE_ECDH_RSA_ENABLED: { flashBytes: 240 },
  KEY_EXCHANGE_PSK_ENABLED: { flashBytes: 432, ramBytes: 24 },
  KEY_EXCHANGE_RSA_ENABLED: { flashBytes: 272 },
  KEY_EXCHANGE_RSA_PSK_ENABLED: { flashBytes: 664, ramBytes: 24 },
  MD5_C: { flashBytes: 3612 },
  PEM_WRITE_C: { flashBytes: 0 },
  PKCS12_C: { flashBytes: 440 },
  PKCS1_V21: { flashBytes: 2116 },
  PKCS5_C: { flashBytes: 440 },
  PK_PARSE_EC_EXTENDED: { flashBytes: 868 },
  PK_RSA_ALT_SUPPORT: { flashBytes: 0 },
  PK_WRITE_C: { flashBytes: 0 },
  PLATFORM_C: { flashBytes: 0 },
  POLY1305_C: { flashBytes: 0 },
  PSA_CRYPTO_C: { flashBytes: 0, with: ['PK_WRITE_C'] },
  REMOVE_3DES_CIPHERSUITES: { flashBytes: 8 },
  REMOVE_ARC4_CIPHERSUITES: { flashBytes: 8 },
  RIPEMD160_C: { flashBytes: 7316 },
  SELF_TEST: { flashBytes: 24, ramBytes: 16 },
  SHA1_C: { flashBytes: 5764 },
  SHA512_C: { flashBytes: 6792, ramBytes: 128 },
  SSL_ALL_ALERT_MESSAGES: { flashBytes: 24 },
  SSL_ALPN: { flashBytes: 424, ramBytes: 8 },
  SSL_CACHE_C: { flashBytes: 0 },
  SSL_CBC_RECORD_SPLITTING: {
    flashBytes: 10944,
    with: ['MD5_C', 'SHA1_C', 'SSL_PROTO_TLS1', 'SSL_PROTO_TLS1_1'],
  },
  SSL_CONTEXT_SERIALIZATION: { flashBytes: 8 },
  SSL_COOKIE_C: { flashBytes: 0 },
  SSL_DTLS_ANTI_REPLAY: { flashBytes: 5552, ramBytes: 40, with: ['SSL_PROTO_DTLS'] },
  SSL_DTLS_BADMAC_LIMIT: { flashBytes: 5144, ramBytes: 32, with: ['SSL_PROTO_DTLS'] },
  SSL_DTLS_CLIENT_PORT_REUSE: {
    flashBytes: 5104,
    ramBytes: 24,
    with: ['SSL_DTLS_HELLO_VERIFY', 'SSL_PROTO_DTLS'],
  },
  SSL_DTLS_HELLO_VERIFY: { flashBytes: 5104, ramBytes: 24, with: ['SSL_PROTO_DTLS'] },
  SSL_ENCRYPT_THEN_MAC: { flashBytes: 144 },
  SSL_EXPORT_KEYS: { flashBytes: 88, ramBytes: 8 },
  SSL_FALLBACK_SCSV: { flashBytes: 72 },
  SSL_MAX_FRAGMENT_LENGTH: { flashBytes: 304 },
  SSL_PROTO_DTLS: { flashBytes: 5056, ramBytes: 24 },
  SSL_PROTO_TLS1: { flashBytes: 10816, with: ['MD5_C', 'SHA1_C', 'SSL_PROTO_TLS1_1'] },
  SSL_PROTO_TLS1_1: { flashBytes: 10816, with: ['MD5_C', 'SHA1_C'] },
  SSL_RECORD_CHECKING: { flashBytes: 0 },
  SSL_RENEGOTIATION: { flashBytes: 864, ramBytes: 48 },
  SSL_SESSION_TICKETS: { flashBytes: 536 },
  SSL_SRV_C: { flashBytes: 5248 },
  SSL_TICKET_C: { flashBytes: 0 },
  SSL_TRUNCATED_HMAC: { flashBytes: 152 },
  VERSION_C: { flashBytes: 0 },
  VERSION_FEATURES: { flashBytes: 0, with: ['VERSION_C'] },
  X509_CREATE_C: { flashBytes: 0, with: ['PK_WRITE_C'] },
  X509_CRL_PARSE_C: { flashBytes: 468 },
  X509_CRT_WRITE_C: { flashBytes: 0, with: ['PK_WRITE_C', 'X509_CREATE_C'] },
  X509_CSR_PARSE_C: { flashBytes: 0 },
  X509_CSR_WRITE_C: { flashBytes: 0, with: ['PK_WRITE_C', 'X509_CREATE_C'] },
  X509_RSASSA_PSS_SUPPORT: { flashBytes: 2812, with: ['PKCS1_V21'] },
  XTEA_C: { flashBytes: 0 },
};
