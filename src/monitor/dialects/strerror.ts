import type { Rule } from '../rule.ts';

/**
 * Starts of the texts that mbedtls_strerror gives (error.c of 2.2 to 3.6), by their codes, where a line has the text and
 * no call: Arduino-ESP32, Zephyr, applications.
 */
const TEXTS: readonly (readonly [start: string, code: number])[] = [
  ['X509 - Certificate verification failed', 0x2700],
  ['X509 - A fatal error occurred', 0x3000],
  ['X509 - Allocation of memory failed', 0x2880],
  ['X509 - Signature algorithm', 0x2600],
  ['X509 - The CRT/CRL/CSR format is invalid', 0x2180],
  ['X509 - Format not recognized', 0x2780],
  ['X509 - Read/write of file failed', 0x2900],
  ['PK - Memory allocation failed', 0x3f80],
  ['PK - Type mismatch', 0x3f00],
  ['PK - Read/write of file failed', 0x3e00],
  ['PK - Invalid key tag or value', 0x3d00],
  ['PK - Key algorithm is unsupported', 0x3c80],
  ['PK - Private key password', 0x3c00],
  ['PK - Given private key password', 0x3b80],
  ['PK - The pubkey tag or value is invalid', 0x3b00],
  ['PK - Elliptic curve is unsupported', 0x3a00],
  ['BIGNUM - Memory allocation failed', 0x0010],
  ['ECP - Memory allocation failed', 0x4d80],
  ['SSL - Memory allocation failed', 0x7f00],
  ['SSL - An invalid SSL record was received', 0x7200],
  ['SSL - The connection indicated an EOF', 0x7280],
  ['SSL - Verification of the message MAC failed', 0x7180],
  ['SSL - A fatal alert message was received', 0x7780],
  ['SSL - The peer notified us', 0x7880],
  ['SSL - No CA Chain is set', 0x7680],
  ['SSL - The own private key or pre-shared key is not set', 0x7600],
  ['SSL - The operation timed out', 0x6800],
  ['SSL - The requested feature is not available', 0x7080],
  ['SSL - A buffer is too small', 0x6a00],
  ['SSL - The server has no ciphersuites in common', 0x7380],
  ['SSL - Handshake protocol not within min/max', 0x6e80],
  ['NET - Connection was reset by peer', 0x0050],
  ['NET - Failed to get an IP address', 0x0052],
  ['NET - The connection to the given server', 0x0044],
  ['NET - Failed to open a socket', 0x0042],
  ['NET - Reading information from the socket failed', 0x004c],
  ['NET - Sending information through the socket failed', 0x004e],
  ['CTR_DRBG - The entropy source failed', 0x0034],
  ['ENTROPY - ', 0x003c],
];

/** Names of the headers, without MBEDTLS_ERR_, where a program prints them. */
const NAMES: Readonly<Record<string, number>> = {
  X509_CERT_VERIFY_FAILED: 0x2700,
  X509_FATAL_ERROR: 0x3000,
  X509_ALLOC_FAILED: 0x2880,
  X509_UNKNOWN_SIG_ALG: 0x2600,
  X509_INVALID_FORMAT: 0x2180,
  X509_FILE_IO_ERROR: 0x2900,
  PK_ALLOC_FAILED: 0x3f80,
  PK_KEY_INVALID_FORMAT: 0x3d00,
  PK_UNKNOWN_PK_ALG: 0x3c80,
  PK_PASSWORD_REQUIRED: 0x3c00,
  PK_PASSWORD_MISMATCH: 0x3b80,
  PK_FILE_IO_ERROR: 0x3e00,
  PEM_NO_HEADER_FOOTER_PRESENT: 0x1080,
  SSL_ALLOC_FAILED: 0x7f00,
  SSL_INVALID_RECORD: 0x7200,
  SSL_INVALID_MAC: 0x7180,
  SSL_CONN_EOF: 0x7280,
  SSL_FATAL_ALERT_MESSAGE: 0x7780,
  SSL_PEER_CLOSE_NOTIFY: 0x7880,
  SSL_CA_CHAIN_REQUIRED: 0x7680,
  SSL_TIMEOUT: 0x6800,
  SSL_BAD_INPUT_DATA: 0x7100,
  SSL_BUFFER_TOO_SMALL: 0x6a00,
  SSL_FEATURE_UNAVAILABLE: 0x7080,
  NET_CONN_RESET: 0x0050,
  NET_UNKNOWN_HOST: 0x0052,
  NET_CONNECT_FAILED: 0x0044,
  NET_SOCKET_FAILED: 0x0042,
  NET_RECV_FAILED: 0x004c,
  NET_SEND_FAILED: 0x004e,
  CTR_DRBG_ENTROPY_SOURCE_FAILED: 0x0034,
  MPI_ALLOC_FAILED: 0x0010,
};

/** Behind the rules for calls, which say more. */
export const STRERROR_RULES: readonly Rule[] = [
  {
    // Arduino-ESP32: «(-9984) X509 - Certificate verification failed».
    mark: [' - ', 'UNKNOWN ERROR'],
    pattern: /\((-\d{2,5})\) (?:[A-Z0-9_]+ - |UNKNOWN ERROR CODE)/,
    read: ([number]) => ({ kind: 'code', code: Number(number) }),
  },
  {
    mark: 'MBEDTLS_ERR_',
    // The number behind it has the helper's error, too.
    pattern: /\bMBEDTLS_ERR_([A-Z\d_]+)(?:.*-0x([\da-fA-F]{4})\b)?/,
    read: ([name, number]) => {
      const code = number === undefined ? undefined : Number.parseInt(number, 16);
      if (!Object.hasOwn(NAMES, name!)) return undefined;
      return { kind: 'code', code: -(code !== undefined && code > NAMES[name!]! ? code : NAMES[name!]!) };
    },
  },
  {
    // The same without it.
    mark: ['NET_', 'SSL_', 'X509_', 'PK_'],
    pattern: /(?<![A-Z_])((?:NET|SSL|X509|PK)_[A-Z_]+)\b/,
    read: ([name]) => (Object.hasOwn(NAMES, name!) ? { kind: 'code', code: -NAMES[name!]! } : undefined),
  },
  {
    mark: ' - ',
    pattern: /\b((?:X509|PK|BIGNUM|ECP|SSL|NET|CTR_DRBG|ENTROPY) - .*)/,
    read: ([text]) => {
      const code = TEXTS.find(([start]) => text!.startsWith(start))?.[1];
      return code === undefined ? undefined : { kind: 'code', code: -code };
    },
  },
];
