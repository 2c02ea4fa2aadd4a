import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import {
  BAD_MAC,
  failed,
  LOST,
  NO_CURVE,
  NO_HOST,
  NO_MEMORY,
  NO_SUITE,
  NO_TCP,
  NOT_MADE,
  NOT_TLS,
  NOT_TRUSTED,
  TIMED_OUT,
  TOO_LONG,
  UNREADABLE_CERTIFICATE,
  verify,
} from './details.ts';
import { refused } from './mqtt-codes.ts';

const NO_TIME: MonitorDetail = { kind: 'clock-sync-failed' };
const NO_SIGNATURE = failed('unsupported signature algorithm');

/**
 * Results of Azure RTOS (now Eclipse ThreadX) by number and name: NetX Secure (nx_secure_tls.h, nx_secure_x509.h), its
 * DNS, MQTT, SNTP and Azure clients (nxd_dns.h, nxd_mqtt_client.h, nxd_sntp_client.h, nx_azure_iot.h). What is left out
 * says no more than that a call failed.
 */
const RESULTS: readonly (readonly [number: number, name: string, means: MonitorDetail])[] = [
  [0x38, 'NX_NOT_CONNECTED', LOST],
  [0xa0, 'NX_DNS_ERROR', NO_HOST],
  [0xa1, 'NX_DNS_NO_SERVER', NO_HOST],
  [0xa2, 'NX_DNS_TIMEOUT', NO_HOST],
  [0xa3, 'NX_DNS_QUERY_FAILED', NO_HOST],
  [0xa4, 'NX_DNS_BAD_ADDRESS_ERROR', NO_HOST],
  [0xac, 'NX_DNS_SERVER_AUTH_ERROR', NO_HOST],
  [0x102, 'NX_SECURE_TLS_UNRECOGNIZED_MESSAGE_TYPE', NOT_TLS],
  [0x105, 'NX_SECURE_TLS_UNKNOWN_CIPHERSUITE', NO_SUITE],
  [0x106, 'NX_SECURE_TLS_UNSUPPORTED_CIPHER', NO_SUITE],
  [0x107, 'NX_SECURE_TLS_HANDSHAKE_FAILURE', failed('unknown')],
  [0x108, 'NX_SECURE_TLS_HASH_MAC_VERIFY_FAILURE', BAD_MAC],
  [0x109, 'NX_SECURE_TLS_TCP_SEND_FAILED', LOST],
  [0x10a, 'NX_SECURE_TLS_INCORRECT_MESSAGE_LENGTH', failed('damaged message')],
  [0x10c, 'NX_SECURE_TLS_INVALID_SERVER_CERT', failed('server certificate cannot be parsed')],
  [0x10d, 'NX_SECURE_TLS_UNSUPPORTED_PUBLIC_CIPHER', failed('unsupported algorithm')],
  [0x10e, 'NX_SECURE_TLS_NO_SUPPORTED_CIPHERS', NO_SUITE],
  [0x10f, 'NX_SECURE_TLS_UNKNOWN_TLS_VERSION', NOT_TLS],
  [0x110, 'NX_SECURE_TLS_UNSUPPORTED_TLS_VERSION', failed('invalid version')],
  [0x111, 'NX_SECURE_TLS_ALLOCATE_PACKET_FAILED', NO_MEMORY],
  [0x112, 'NX_SECURE_TLS_INVALID_CERTIFICATE', UNREADABLE_CERTIFICATE],
  // The alert's number is another call's.
  [0x114, 'NX_SECURE_TLS_ALERT_RECEIVED', failed('Unknown error')],
  [0x115, 'NX_SECURE_TLS_FINISHED_HASH_FAILURE', BAD_MAC],
  [0x116, 'NX_SECURE_TLS_UNKNOWN_CERT_SIG_ALGORITHM', NO_SIGNATURE],
  [0x117, 'NX_SECURE_TLS_CERTIFICATE_SIG_CHECK_FAILED', NOT_TRUSTED],
  [0x11a, 'NX_SECURE_TLS_INVALID_SELF_SIGNED_CERT', NOT_TRUSTED],
  [0x11b, 'NX_SECURE_TLS_ISSUER_CERTIFICATE_NOT_FOUND', NOT_TRUSTED],
  [0x127, 'NX_SECURE_TLS_CLOSE_NOTIFY_RECEIVED', LOST],
  [0x12a, 'NX_SECURE_TLS_PADDING_CHECK_FAILED', BAD_MAC],
  [0x12e, 'NX_SECURE_TLS_PROTOCOL_VERSION_CHANGED', failed('invalid version')],
  [0x132, 'NX_SECURE_TLS_EMPTY_REMOTE_CERTIFICATE_RECEIVED', verify('MISSING')],
  [0x135, 'NX_SECURE_TLS_PACKET_BUFFER_TOO_SMALL', TOO_LONG],
  [0x13b, 'NX_SECURE_TLS_MISSING_CRYPTO_ROUTINE', failed('unsupported algorithm')],
  [0x13c, 'NX_SECURE_TLS_EMPTY_EC_GROUP', NO_CURVE],
  [0x14b, 'NX_SECURE_TLS_UNSUPPORTED_ECC_CURVE', NO_CURVE],
  [0x14d, 'NX_SECURE_TLS_UNSUPPORTED_SIGNATURE_ALGORITHM', NO_SIGNATURE],
  [0x14e, 'NX_SECURE_TLS_SIGNATURE_VERIFICATION_ERROR', failed('bad signature')],
  [0x14f, 'NX_SECURE_TLS_UNEXPECTED_MESSAGE', failed('unexpected message type')],
  [0x150, 'NX_SECURE_TLS_AEAD_DECRYPT_FAIL', BAD_MAC],
  [0x151, 'NX_SECURE_TLS_RECORD_OVERFLOW', TOO_LONG],
  [0x181, 'NX_SECURE_X509_MULTIBYTE_TAG_UNSUPPORTED', UNREADABLE_CERTIFICATE],
  [0x182, 'NX_SECURE_X509_ASN1_LENGTH_TOO_LONG', UNREADABLE_CERTIFICATE],
  [0x183, 'NX_SECURE_X509_FOUND_NON_ZERO_PADDING', UNREADABLE_CERTIFICATE],
  [0x184, 'NX_SECURE_X509_MISSING_PUBLIC_KEY', UNREADABLE_CERTIFICATE],
  [0x185, 'NX_SECURE_X509_INVALID_PUBLIC_KEY', UNREADABLE_CERTIFICATE],
  [0x186, 'NX_SECURE_X509_INVALID_CERTIFICATE_SEQUENCE', UNREADABLE_CERTIFICATE],
  [0x187, 'NX_SECURE_X509_MISSING_SIGNATURE_ALGORITHM', UNREADABLE_CERTIFICATE],
  [0x188, 'NX_SECURE_X509_INVALID_CERTIFICATE_DATA', UNREADABLE_CERTIFICATE],
  [0x189, 'NX_SECURE_X509_UNEXPECTED_ASN1_TAG', UNREADABLE_CERTIFICATE],
  [0x18a, 'NX_SECURE_PKCS1_INVALID_PRIVATE_KEY', { kind: 'unreadable', what: 'key' }],
  [0x18c, 'NX_SECURE_X509_CHAIN_VERIFY_FAILURE', failed('bad certificate')],
  [0x193, 'NX_SECURE_X509_CERTIFICATE_EXPIRED', verify('EXPIRED')],
  [0x194, 'NX_SECURE_X509_CERTIFICATE_NOT_YET_VALID', verify('FUTURE')],
  [0x195, 'NX_SECURE_X509_CERTIFICATE_DNS_MISMATCH', verify('CN_MISMATCH')],
  [0x199, 'NX_SECURE_X509_CRL_CERTIFICATE_REVOKED', verify('REVOKED')],
  [0x19c, 'NX_SECURE_X509_ALT_NAME_NOT_FOUND', verify('CN_MISMATCH')],
  [0x19d, 'NX_SECURE_X509_INVALID_PRIVATE_KEY_TYPE', { kind: 'unreadable', what: 'key' }],
  [0x19f, 'NX_SECURE_X509_EXT_KEY_USAGE_NOT_FOUND', verify('EXT_KEY_USAGE')],
  [0x1a0, 'NX_SECURE_X509_KEY_USAGE_ERROR', verify('KEY_USAGE')],
  [0x1a2, 'NX_SECURE_X509_INVALID_CERTIFICATE', UNREADABLE_CERTIFICATE],
  [0x1a3, 'NX_SECURE_X509_UNKNOWN_CERT_SIG_ALGORITHM', NO_SIGNATURE],
  [0x1a4, 'NX_SECURE_X509_CERTIFICATE_SIG_CHECK_FAILED', NOT_TRUSTED],
  [0x1a5, 'NX_SECURE_X509_INVALID_SELF_SIGNED_CERT', NOT_TRUSTED],
  [0x1a6, 'NX_SECURE_X509_ISSUER_CERTIFICATE_NOT_FOUND', NOT_TRUSTED],
  [0xd04, 'NX_SNTP_NO_AVAILABLE_SERVERS', NO_TIME],
  [0xd10, 'NX_SNTP_SERVER_NOT_AVAILABLE', NO_TIME],
  [0xd11, 'NX_SNTP_NO_UNICAST_FROM_SERVER', NO_TIME],
  [0xd12, 'NX_SNTP_SERVER_CLOCK_NOT_SYNC', NO_TIME],
  [0xd13, 'NX_SNTP_KOD_SERVER_NOT_AVAILABLE', NO_TIME],
  [0xd44, 'NX_SNTP_TIMED_OUT_ON_SERVER', NO_TIME],
  [0xd45, 'NX_SNTP_MAX_TIME_LAPSE_EXCEEDED', NO_TIME],
  // TCP or TLS, whichever failed (nxd_mqtt_client.c).
  [0x10005, 'NXD_MQTT_CONNECT_FAILURE', NOT_MADE],
  [0x10006, 'NXD_MQTT_PACKET_POOL_FAILURE', NO_MEMORY],
  [0x10007, 'NXD_MQTT_COMMUNICATION_FAILURE', LOST],
  [0x10008, 'NXD_MQTT_SERVER_MESSAGE_FAILURE', refused('malformed')],
  [0x1000b, 'NXD_MQTT_PACKET_POOL_EMPTY', NO_MEMORY],
  [0x1000d, 'NXD_MQTT_INSUFFICIENT_BUFFER_SPACE', refused('too-large')],
  [0x10080, 'NXD_MQTT_ERROR_CONNECT_RETURN_CODE', refused('unknown')],
  [0x10081, 'NXD_MQTT_ERROR_UNACCEPTABLE_PROTOCOL', refused('protocol')],
  [0x10082, 'NXD_MQTT_ERROR_IDENTIFYIER_REJECTED', refused('client-id')],
  [0x10083, 'NXD_MQTT_ERROR_SERVER_UNAVAILABLE', refused('unavailable')],
  [0x10084, 'NXD_MQTT_ERROR_BAD_USERNAME_PASSWORD', refused('credentials')],
  [0x10085, 'NXD_MQTT_ERROR_NOT_AUTHORIZED', refused('credentials')],
  [0x2000c, 'NX_AZURE_IOT_DISCONNECTED', LOST],
  [0x20010, 'NX_AZURE_IOT_MESSAGE_TOO_LONG', refused('too-large')],
  [0x20014, 'NX_AZURE_IOT_NO_SUBSCRIBE_ACK', refused('request-unanswered')],
  [0x20015, 'NX_AZURE_IOT_THROTTLED', refused('limit')],
  [0x20017, 'NX_AZURE_IOT_SAS_TOKEN_EXPIRED', refused('credentials')],
  [0x30001, 'NX_WEB_HTTP_TIMEOUT', TIMED_OUT],
  [0x3002a, 'NX_WEB_HTTP_STATUS_CODE_UNAUTHORIZED', { kind: 'http-status', status: 401 }],
  [0x3002c, 'NX_WEB_HTTP_STATUS_CODE_FORBIDDEN', { kind: 'http-status', status: 403 }],
  [0x3002d, 'NX_WEB_HTTP_STATUS_CODE_NOT_FOUND', { kind: 'http-status', status: 404 }],
  [0x3003b, 'NX_WEB_HTTP_STATUS_CODE_INTERNAL_ERROR', { kind: 'http-status', status: 500 }],
  [0x3003e, 'NX_WEB_HTTP_STATUS_CODE_SERVICE_UNAVAILABLE', { kind: 'http-status', status: 503 }],
];

const BY_NUMBER: ReadonlyMap<number, MonitorDetail> = new Map(
  RESULTS.map(([number, , means]) => [number, means]),
);
const BY_NAME: ReadonlyMap<string, MonitorDetail> = new Map(RESULTS.map(([, name, means]) => [name, means]));

/** Azure RTOS: what its calls return, by name, in hex or decimal, and its Azure client's words without one. */
export const NETX_RULES: readonly Rule[] = [
  {
    // Not in a program's source.
    mark: ['NX_', 'NXD_'],
    pattern: /^(?!.*(?:#define|\bcase\b|[=!]=|\breturn\b|;\s*$)).*(?<!\w)(NXD?_[A-Z\d_]+)/,
    read: ([name]) => copyOf(BY_NAME.get(name!)),
  },
  {
    // nx_azure_iot.c and its samples.
    mark: 'did not match cn',
    pattern: /\bDNS name did not match CN\b/,
    read: () => verify('CN_MISMATCH'),
  },
  {
    // NX_SIZE_ERROR and its like: what the program gives TLS for its own data does not do.
    mark: 'create tls session status',
    pattern: /\bFailed to create TLS session status: \d+/,
    read: () => failed('misused'),
  },
  {
    mark: 'to session status',
    pattern: /\bFailed to add (trusted CA|device) certificate to session status: (\d+)/,
    read: ([whose, number]) =>
      ofNumber(Number(number)) ?? { kind: 'unreadable', what: whose === 'device' ? 'certificate' : 'ca' },
  },
  {
    mark: 'token generation failed st',
    pattern: /\bconnect fail: Token generation failed status: \d+/,
    read: () => refused('no-credentials'),
  },
  { mark: 'unixtime get failed', pattern: /\bunixtime get failed\b/, read: () => copyOf(NO_TIME) },
  {
    // Of the call that makes TCP, whatever it returned.
    mark: '_tcp_client_socket_connect',
    pattern: /\bnxd?_tcp_client_socket_connect\b.*(?:\bfail\w*|\berror\b|: 0x(?!0+\b))/i,
    read: () => copyOf(NO_TCP),
  },
  {
    // In decimal only what is beyond all statuses of HTTP, which have such numbers, too.
    mark: ['nx_', 'nxd_', 'IoTHub', 'iot hub', 'iotprovisioning', 'root ca certificate!'],
    pattern:
      /\b(?:nxd?_\w+.{0,80}?(?:\berror code = |\bstatus:? |\breturned |\bfailed:? |: )|(?:IoT ?Hub|IoTProvisioning|ROOT CA certificate!).{0,80}?(?:\berror code = |\bfail\w*\b.{0,40}?(?:\bstatus)?: ))(0x[\da-f]{1,8}|\d{5,6})\b/i,
    read: ([number]) => ofNumber(Number(number)),
  },
];

function ofNumber(number: number): MonitorDetail | undefined {
  return copyOf(BY_NUMBER.get(number));
}
