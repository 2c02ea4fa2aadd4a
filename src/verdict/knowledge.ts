/** What an error means in this field, and the next action. `when` narrows by the call and the verify flags. */
export interface Knowledge {
  /** Names as in mbedTLS's headers, without `MBEDTLS_ERR_`; a combined code matches by any of its parts. */
  names: readonly string[];
  call?: RegExp;
  /** Name of a verify flag that must be set. */
  flag?: string;
  /** Description of a TLS alert that came with it. */
  alert?: number;
  cause: string;
  fix: string;
}

/**
 * Most specific first: the first entry that fits is the answer. Facts: the sources of mbedTLS 2.2 to 3.6
 * (x509_crt.c, pkparse.c, ssl_tls.c, ssl_cli.c) and what each missing option gives when it is tried.
 */
export const KNOWLEDGE: readonly Knowledge[] = [
  {
    names: ['PK_UNKNOWN_PK_ALG'],
    call: /crt_parse/,
    cause:
      'The certificate carries a kind of key that this build cannot read: an EC key without MBEDTLS_ECP_C, or an RSA key without MBEDTLS_RSA_C.',
    fix: 'Build with the derived configuration (espaws config), which turns on MBEDTLS_ECP_C and the curve for an EC certificate.',
  },
  {
    names: ['PK_UNKNOWN_PK_ALG'],
    call: /pk_parse/,
    cause:
      'The private key is of a kind that this build cannot read: an EC key without MBEDTLS_ECP_C, or an RSA key without MBEDTLS_RSA_C.',
    fix: 'Build with the derived configuration: espaws config.',
  },
  {
    names: ['PK_UNKNOWN_PK_ALG'],
    cause:
      'A certificate, or the private key, has a key of a kind that this build cannot read: an EC one without MBEDTLS_ECP_C, which RTOS_SDK 1.5 and 2.x leave out, or an RSA one without MBEDTLS_RSA_C.',
    fix: 'Build with the derived configuration: espaws config. Whether your header is the reason says: espaws config --check FILE.',
  },
  {
    names: ['PK_KEY_INVALID_FORMAT'],
    cause:
      'The private key cannot be read: an EC key (BEGIN EC PRIVATE KEY) without MBEDTLS_ECP_C, a PEM key without MBEDTLS_PEM_PARSE_C, a heap that ran out, or a damaged file.',
    fix: 'Check the key and the configuration together: espaws config --check FILE.',
  },
  {
    names: ['PK_UNKNOWN_NAMED_CURVE'],
    cause: 'A key is on a curve that is not built.',
    fix: 'Turn on MBEDTLS_ECP_DP_<CURVE>_ENABLED for that curve: espaws config derives it from the certificates.',
  },
  {
    names: ['PK_TYPE_MISMATCH'],
    call: /handshake/,
    cause:
      'The client key cannot sign: an EC key without MBEDTLS_ECDSA_C (and MBEDTLS_ASN1_WRITE_C), which no rule of check_config.h asks for.',
    fix: 'Turn on MBEDTLS_ECDSA_C and MBEDTLS_ASN1_WRITE_C: espaws config derives them from the EC key.',
  },
  {
    names: ['PK_PASSWORD_REQUIRED'],
    cause: 'The private key is encrypted and the program gives no password.',
    fix: 'Store it unencrypted for the device: openssl pkey -in private.key -out private.pem',
  },
  {
    names: ['PK_INVALID_PUBKEY'],
    cause: 'A public key is larger than MBEDTLS_MPI_MAX_SIZE, or damaged.',
    fix: 'Raise MBEDTLS_MPI_MAX_SIZE to the bytes of the largest RSA modulus (512 for RSA-4096).',
  },
  {
    names: ['X509_UNKNOWN_SIG_ALG'],
    cause:
      'The certificate is signed with an algorithm that is not built: RSA without MBEDTLS_RSA_C, ECDSA without MBEDTLS_ECDSA_C, or a hash that is off.',
    fix: 'Turn on the algorithm and the hash of its signature: espaws config derives both. In RTOS_SDK 1.5 and 2.x the ECDSA signature OIDs are commented out in oid.c as well.',
  },
  {
    names: ['X509_INVALID_FORMAT'],
    cause:
      'The certificate is not what the parser expects: PEM without MBEDTLS_PEM_PARSE_C, a PEM length without its final NUL, or a damaged file.',
    fix: 'Pass the length of a PEM text including its NUL, and turn on MBEDTLS_PEM_PARSE_C and MBEDTLS_BASE64_C, or embed DER.',
  },
  {
    names: ['X509_CERT_VERIFY_FAILED'],
    flag: 'CN_MISMATCH',
    cause:
      'The server certificate is not for the host name that the program set; or its leaf could not be parsed and the next certificate was taken for it.',
    fix: 'Connect to a name in the certificate: espaws endpoint probe HOST shows them.',
  },
  {
    names: ['X509_CERT_VERIFY_FAILED'],
    flag: 'FUTURE',
    cause: 'By the device clock a certificate is not valid yet: the clock was never set (1970), or is wrong.',
    fix: 'Set the clock (SNTP) before the handshake, or turn off MBEDTLS_HAVE_TIME_DATE.',
  },
  {
    names: ['X509_CERT_VERIFY_FAILED'],
    flag: 'EXPIRED',
    cause: 'By the device clock a certificate of the server chain has expired.',
    fix: 'Check the server with: espaws endpoint probe HOST. Check the device clock.',
  },
  {
    names: ['X509_CERT_VERIFY_FAILED'],
    flag: 'BAD_MD',
    cause:
      'A certificate of the server chain is signed with a hash that is not built, or that the profile refuses (SHA-1).',
    fix: 'Turn on that hash: espaws config derives it; for SHA-1 replace the certificate.',
  },
  {
    names: ['X509_CERT_VERIFY_FAILED'],
    flag: 'BAD_KEY',
    cause: 'A key in the server chain is too short, or on a curve that is not accepted.',
    fix: 'Check the chain with: espaws endpoint probe HOST.',
  },
  {
    names: ['X509_CERT_VERIFY_FAILED'],
    flag: 'NOT_TRUSTED',
    cause:
      'The server chain does not lead to a certificate of the CA bundle. A heap that runs out during verification, or a certificate of the chain that cannot be parsed, looks the same.',
    fix: 'Compare the chain with the CA file: espaws endpoint probe HOST; for AWS IoT use Amazon Root CA 1 (RSA) or 3 (EC).',
  },
  {
    names: ['X509_CERT_VERIFY_FAILED'],
    cause: 'The server chain was not accepted; the verify flags say why.',
    fix: 'Print mbedtls_ssl_get_verify_result, then: espaws explain -9984 --flags 0x...',
  },
  {
    names: ['X509_FATAL_ERROR'],
    cause: 'The chain is longer than MBEDTLS_X509_MAX_INTERMEDIATE_CA, or the verify callback failed.',
    fix: 'Raise MBEDTLS_X509_MAX_INTERMEDIATE_CA.',
  },
  {
    names: ['X509_INVALID_ALG'],
    cause: 'The certificate is signed with RSASSA-PSS, which is not built.',
    fix: 'Turn on MBEDTLS_X509_RSASSA_PSS_SUPPORT and MBEDTLS_PKCS1_V21.',
  },
  {
    names: [
      'X509_ALLOC_FAILED',
      'PK_ALLOC_FAILED',
      'SSL_ALLOC_FAILED',
      'MPI_ALLOC_FAILED',
      'ECP_ALLOC_FAILED',
      'ASN1_ALLOC_FAILED',
      'PEM_ALLOC_FAILED',
      'MD_ALLOC_FAILED',
      'CIPHER_ALLOC_FAILED',
    ],
    cause: 'The heap ran out.',
    fix: 'Make the record buffers smaller (MBEDTLS_SSL_IN_CONTENT_LEN, MBEDTLS_SSL_OUT_CONTENT_LEN) or free memory before the handshake.',
  },
  {
    names: ['SSL_FATAL_ALERT_MESSAGE'],
    alert: 40,
    cause:
      'The server found nothing in common with this client (handshake_failure): no shared cipher suite, curve or signature algorithm, or no client certificate where it wants one.',
    fix: 'Compare both sides: espaws endpoint probe HOST, and espaws config --explain.',
  },
  {
    names: ['SSL_FATAL_ALERT_MESSAGE'],
    alert: 70,
    cause: 'The server does not accept any TLS version that this client offers (protocol_version).',
    fix: 'Turn on MBEDTLS_SSL_PROTO_TLS1_2 (or TLS1_3 with mbedTLS 3.x): espaws endpoint probe HOST shows the versions.',
  },
  {
    names: ['SSL_FATAL_ALERT_MESSAGE'],
    alert: 112,
    cause: 'The server does not serve this host name (unrecognized_name).',
    fix: 'Set the host name of the endpoint: mbedtls_ssl_set_hostname, with MBEDTLS_SSL_SERVER_NAME_INDICATION on.',
  },
  {
    names: ['SSL_FATAL_ALERT_MESSAGE'],
    alert: 120,
    cause: 'The server wants another ALPN protocol (no_application_protocol).',
    fix: 'Offer its protocol: AWS IoT on port 443 wants x-amzn-mqtt-ca, with MBEDTLS_SSL_ALPN on.',
  },
  {
    names: ['SSL_FATAL_ALERT_MESSAGE'],
    alert: 51,
    cause:
      'The server could not check the signature of the client (decrypt_error): the private key does not belong to the certificate.',
    fix: 'Use the key that the certificate was made with: espaws config checks the pair.',
  },
  {
    names: ['SSL_FATAL_ALERT_MESSAGE'],
    alert: 48,
    cause: 'The server does not know the CA of the client certificate (unknown_ca).',
    fix: 'Register the certificate (or its CA) with the server.',
  },
  {
    names: ['SSL_FATAL_ALERT_MESSAGE'],
    cause: 'The server ended the handshake with an alert.',
    fix: 'The alert number tells why; read it in the log of the firmware, or of the server.',
  },
  {
    names: ['SSL_INVALID_RECORD'],
    cause: 'A record is larger than MBEDTLS_SSL_IN_CONTENT_LEN, or the port does not speak TLS.',
    fix: 'Raise MBEDTLS_SSL_IN_CONTENT_LEN above the server’s largest record: espaws endpoint probe HOST.',
  },
  {
    names: ['SSL_BUFFER_TOO_SMALL'],
    cause: 'A message of the client does not fit MBEDTLS_SSL_OUT_CONTENT_LEN: its own certificate chain.',
    fix: 'Raise MBEDTLS_SSL_OUT_CONTENT_LEN.',
  },
  {
    names: ['SSL_FEATURE_UNAVAILABLE'],
    cause:
      'The handshake needs something that is not built: MBEDTLS_SSL_CLI_C, or reassembly of a fragmented handshake message, which mbedTLS before 3.6.3 has not.',
    fix: 'Do not send max_fragment_length, and give MBEDTLS_SSL_IN_CONTENT_LEN the room of the whole message.',
  },
  {
    names: ['SSL_CA_CHAIN_REQUIRED'],
    cause: 'The program verifies the server but gave no CA chain.',
    fix: 'Call mbedtls_ssl_conf_ca_chain with the parsed CA bundle.',
  },
  {
    names: ['SSL_CONN_EOF'],
    cause: 'The server closed the connection without an alert.',
    fix: 'Look at the server’s log; a load balancer that does not know the server name does this.',
  },
  {
    names: ['NET_CONN_RESET'],
    cause: 'The server reset the TCP connection.',
    fix: 'Look at the server’s log; check host and port.',
  },
  {
    names: ['NET_CONNECT_FAILED', 'NET_UNKNOWN_HOST', 'NET_SOCKET_FAILED'],
    cause: 'There is no TCP connection to the endpoint.',
    fix: 'Check host and port: espaws endpoint probe HOST:PORT.',
  },
  {
    names: ['CTR_DRBG_ENTROPY_SOURCE_FAILED', 'ENTROPY_NO_SOURCES_DEFINED', 'ENTROPY_SOURCE_FAILED'],
    cause: 'The random generator has no entropy source.',
    fix: 'Turn on MBEDTLS_ENTROPY_HARDWARE_ALT, which reads the ESP8266’s hardware random register.',
  },
];
