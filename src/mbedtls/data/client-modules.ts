/**
 * What every TLS client that authenticates by certificates is made of, in every version: names without prefix, and
 * what each is for. check_config.h asks for some of them only; without the others the library does not link
 * (measured by leaving each out of 2.28.3, 2.16.12, 2.7.19 and 3.6.6).
 */
export const CLIENT_MODULES: Readonly<Record<string, string>> = {
  SSL_CLI_C: 'the client side of TLS: without it the handshake ends in MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE',
  SSL_TLS_C: 'TLS itself',
  X509_USE_C: 'certificates: what parsing and verification share',
  X509_CRT_PARSE_C: 'parses and verifies certificates',
  PK_C: 'keys, whatever their kind',
  PK_PARSE_C: 'parses the private key and the keys in certificates',
  ASN1_PARSE_C: 'certificates and keys are written in ASN.1',
  OID_C: 'names the algorithms and curves in certificates',
  BIGNUM_C: 'big numbers, which RSA and elliptic curves compute with',
  MD_C: 'hashes, whatever their kind: the PRF and all signatures use it',
  CIPHER_C: 'ciphers, whatever their kind: TLS records use it',
  AES_C: 'the block cipher of the suite and of the random generator',
  CTR_DRBG_C: 'the random generator that the firmware seeds',
  ENTROPY_C: 'gathers what seeds the random generator',
};

/** On top of them, for TLS 1.3 (mbedTLS 3.x computes it by PSA). */
export const TLS13_MODULES: Readonly<Record<string, string>> = {
  SSL_PROTO_TLS1_3: 'TLS 1.3',
  SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ENABLED: 'TLS 1.3 with certificates and ephemeral keys (RFC 8446 2)',
  SSL_KEEP_PEER_CERTIFICATE: 'TLS 1.3 verifies the CertificateVerify with the kept certificate',
  PSA_CRYPTO_C: 'mbedTLS computes TLS 1.3 by PSA',
  HKDF_C: 'the key schedule of TLS 1.3 (RFC 8446 7.1)',
  ECDH_C: 'the ephemeral key exchange of TLS 1.3',
};
