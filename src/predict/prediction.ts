/** A call of the bench firmware's TLS client, in the order in which it makes them. */
export type DeviceCall =
  | 'psa_crypto_init'
  | 'mbedtls_ctr_drbg_seed'
  | 'mbedtls_x509_crt_parse(ca)'
  | 'mbedtls_x509_crt_parse(certificate)'
  | 'mbedtls_pk_parse_key'
  | 'mbedtls_ssl_config_defaults'
  | 'mbedtls_ssl_conf_own_cert'
  | 'mbedtls_ssl_conf_alpn_protocols'
  | 'mbedtls_ssl_setup'
  | 'mbedtls_ssl_set_hostname'
  | 'net_connect'
  | 'mbedtls_ssl_handshake'
  | 'mbedtls_ssl_write'
  | 'mbedtls_ssl_read';

/** What a configuration will do with this identity and endpoint, before any board is touched. */
export type Prediction =
  | { outcome: 'pass'; suite: string | undefined; because: string }
  /** The tree's check_config.h, the compiler or the linker refuses it. */
  | {
      outcome: 'build-error';
      stage: 'check_config' | 'compile' | 'link';
      message: string;
      because: string;
      missing: readonly string[];
    }
  | {
      outcome: 'error';
      call: DeviceCall;
      /** As mbedTLS returns it: negative. */
      code: number;
      /** `MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG + MBEDTLS_ERR_OID_NOT_FOUND`, from the tree's own headers. */
      name: string;
      /** `mbedtls_ssl_get_verify_result`, where the call is the handshake and the code a failed verification. */
      verifyFlags: number;
      /** TLS alert that goes with it, where one does. */
      alert?: number;
      because: string;
      /** Macros whose absence (or value) is the cause. */
      missing: readonly string[];
    };
