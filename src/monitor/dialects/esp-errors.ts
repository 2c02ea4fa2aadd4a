import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import { BROKEN, NO_SOCKET } from './details.ts';

/** Errors of ESP-IDF's components (esp_err_t) by their numbers and names, as programs print them. */
export const ESP_ERROR_RULES: readonly Rule[] = [
  {
    // nvs.h and esp_wifi.h, of a program that goes on.
    mark: ['nvs_not_init', 'wifi_not_init', 'wifi_not_started', 'nvs_open fail', 'wifi not start'],
    pattern:
      /^(?!ESP_ERROR_CHECK).*(?:\bESP_ERR_(?:NVS_NOT_INITIALIZED|WIFI_NOT_INIT|WIFI_NOT_STARTED)\b|\bnvs_open fail ret=4353\b|\besp_wifi_connect \d+ wifi not start\b)/,
    read: () => ({ kind: 'sdk-refused', why: 'not-initialised' }),
  },
  {
    // By name, or 0x300a and 0x300b as decimal numbers.
    mark: ['wifi_ssid', 'wifi_password', '12298', '12299', '0x300a', '0x300b'],
    pattern:
      /^(?!ESP_ERROR_CHECK).*(?:\bESP_ERR_WIFI_(?:SSID|PASSWORD)\b|\bwi-?fi.*(?:ret|err|rc|code|failed)\b\D{0,4}(?:1229[89]|0x300[ab])\b)/i,
    read: () => ({ kind: 'sdk-refused', why: 'bad-argument' }),
  },
  {
    // esp_now_send.
    mark: 'not equal to the home channel',
    pattern: /\bPeer channel is not equal to the home channel\b/,
    read: () => ({ kind: 'sdk-refused', why: 'other-channel' }),
  },
  {
    // MicroPython's words for esp_wifi's errors (ports/esp32/network_common.c).
    mark: 'oserror: wifi',
    pattern:
      /\bOSError: Wifi (?:(Not (?:Initialized|Started))|(Internal (?:State )?Error)|Invalid (?:Interface|Mode|Password)|SSID Invalid)$/,
    read: ([unready, internal]) => ({
      kind: 'sdk-refused',
      why: unready !== undefined ? 'not-initialised' : internal !== undefined ? 'busy' : 'bad-argument',
    }),
  },
  {
    mark: 'ESOLVE_HOSTNAME',
    pattern: /CANNOT_RESOLVE_HOSTNAME/,
    read: () => ({ kind: 'dns-failed', host: undefined, code: undefined }),
  },
  {
    mark: '0x80',
    pattern:
      /(?:\besp(?:-tls|_tls| error)|ESP_ERR_(?:ESP_TLS|MBEDTLS|WOLFSSL)_).*?(?<!\bat )\b(0x80[01][0-9a-fA-F])\b|\b(0x80[01][0-9a-fA-F])\W+ESP_ERR_(?:ESP_TLS|MBEDTLS|WOLFSSL)_/i,
    read: ([code, named]) => ofEspTls(Number(code ?? named)),
  },
  {
    // The same as a decimal number: «Failed to open a new connection: 32774»; others are sizes, ports and times.
    mark: [' 327', ':327', '=327', '(327'],
    pattern:
      /\b(?:connection|transport\w*|tls\w*|\w*err\w*)\b(.{0,30}?)[:=(] ?(327(?:69|[789]\d))\b(?! ?(?:bytes|ms|us)\b)/i,
    read: ([between, code]) => (OF_SIZES.test(between!) ? undefined : ofEspTls(Number(code))),
  },
  {
    mark: 'ESP_ERR_',
    // «returned [0x8015] (ESP_ERR_...)» stands behind the code itself.
    pattern:
      /^(?!.*\breturned \[0x).*\bESP_ERR_(?:ESP_TLS_|HTTP_|(?=MBEDTLS_|TCP_TRANSPORT_|WIFI_NOT_CONNECT))([A-Z\d_]+)/,
    read: ([name]) => copyOf(NAMED[name!]),
  },
  {
    // esp_http_client.h and esp_transport.h by number: «esp_http_client_perform failed: 0x7002», «perform failed: 28674».
    // Without a word of a failure, or of a call, it is a size, a port or a time.
    mark: ['0x700', '0xe00', ' 286', ':286', '(286', '=286', ' 573', ':573', '(573', '=573'],
    pattern:
      /^(?!.*\bESP_ERR_)(?=.*(?:http|perform|transport|request|\bota\b)).*?\b(?:fail(?:ed|ure)?|err(?:or|no)?|esp_err_t|ret(?:urn(?:ed|s)?)?|rc|code|status|\w*perform|esp_http\w+)\b[^\d\n]{0,30}?[ :=(](?:(0x(?:700[1-9a-e]|e00[1-4]))|(286(?:7[3-9]|8[0-6])|5734[5-8]))\b/i,
    read: ([hex, decimal]) => copyOf(NAMED[NUMBERED[Number(hex ?? decimal)] ?? '']),
  },
];

/** What a number of that size is, where these words stand before it. */
const OF_SIZES = /\b(?:size|length|len|heap|free|id|port|time|offset|buffer|bytes|count\w*)\W*$/i;

/** ESP_ERR_ESP_TLS_TCP_CLOSED_FIN is a hang-up. */
function ofEspTls(code: number): MonitorDetail {
  return code === 0x8008 ? { kind: 'connection-lost' } : { kind: 'esp-tls-error', code };
}

/** By the names of esp_tls_errors.h and esp_http_client.h, where the line has no number. */
const NAMED: Readonly<Record<string, MonitorDetail>> = {
  CANNOT_RESOLVE_HOSTNAME: { kind: 'dns-failed', host: undefined, code: undefined },
  CANNOT_CREATE_SOCKET: NO_SOCKET,
  FAILED_CONNECT_TO_HOST: { kind: 'connect-failed', host: undefined },
  CONNECTION_TIMEOUT: { kind: 'connect-failed', host: undefined, why: 'timeout' },
  SERVER_HANDSHAKE_TIMEOUT: { kind: 'timed-out' },
  TCP_CLOSED_FIN: { kind: 'connection-lost' },
  CONNECTION_CLOSED: { kind: 'connection-lost' },
  // Of TLS, too.
  CONNECT: { kind: 'connect-failed', host: undefined, why: 'any-layer' },
  FETCH_HEADER: { kind: 'connection-lost' },
  WRITE_DATA: BROKEN,
  EAGAIN: { kind: 'timed-out' },
  UNSUPPORTED_PROTOCOL_FAMILY: { kind: 'connect-failed', host: undefined },
  SOCKET_SETOPT_FAILED: { kind: 'connect-failed', host: undefined },
  MAX_REDIRECT: { kind: 'http-status', status: 302 },
  WIFI_NOT_CONNECT: { kind: 'wifi-failed' },
  MBEDTLS_CERT_PARTLY_OK: { kind: 'unreadable', what: 'ca' },
  MBEDTLS_CTR_DRBG_SEED_FAILED: { kind: 'code', code: -0x34 },
  // These fail for want of memory alone (ssl_tls.c).
  MBEDTLS_SSL_SET_HOSTNAME_FAILED: { kind: 'allocation-failed', bytes: undefined },
  MBEDTLS_SSL_CONF_OWN_CERT_FAILED: { kind: 'allocation-failed', bytes: undefined },
  MBEDTLS_SSL_SETUP_FAILED: { kind: 'allocation-failed', bytes: undefined },
  MBEDTLS_X509_CRT_PARSE_FAILED: { kind: 'unreadable', what: 'certificate' },
  MBEDTLS_PK_PARSE_KEY_FAILED: { kind: 'unreadable', what: 'key' },
  MBEDTLS_SSL_HANDSHAKE_FAILED: { kind: 'handshake-failed', reason: 'unknown' },
  MBEDTLS_SSL_CONF_PSK_FAILED: { kind: 'handshake-failed', reason: 'unknown' },
  MBEDTLS_SSL_WRITE_FAILED: BROKEN,
  // esp_http_client.h of ESP-IDF 5, and esp_transport.h.
  INVALID_TRANSPORT: { kind: 'url-refused' },
  READ_TIMEOUT: { kind: 'timed-out' },
  RANGE_NOT_SATISFIABLE: { kind: 'http-status', status: 416 },
  INCOMPLETE_DATA: { kind: 'connection-lost' },
  REDIRECT_DOWNGRADE: { kind: 'http-status', status: 302 },
  HEADER_TOO_LONG: { kind: 'http-buffer-small' },
  TCP_TRANSPORT_CONNECTION_TIMEOUT: { kind: 'timed-out' },
  TCP_TRANSPORT_CONNECTION_CLOSED_BY_FIN: { kind: 'connection-lost' },
  TCP_TRANSPORT_CONNECTION_FAILED: { kind: 'connection-lost' },
  TCP_TRANSPORT_NO_MEM: { kind: 'allocation-failed', bytes: undefined },
};

/** The names of those whose numbers are printed alone. */
const NUMBERED: Readonly<Record<number, string>> = {
  0x7001: 'MAX_REDIRECT',
  0x7002: 'CONNECT',
  0x7003: 'WRITE_DATA',
  0x7004: 'FETCH_HEADER',
  0x7005: 'INVALID_TRANSPORT',
  0x7007: 'EAGAIN',
  0x7008: 'CONNECTION_CLOSED',
  0x700a: 'RANGE_NOT_SATISFIABLE',
  0x700b: 'READ_TIMEOUT',
  0x700c: 'INCOMPLETE_DATA',
  0x700d: 'REDIRECT_DOWNGRADE',
  0x700e: 'HEADER_TOO_LONG',
  0xe001: 'TCP_TRANSPORT_CONNECTION_TIMEOUT',
  0xe002: 'TCP_TRANSPORT_CONNECTION_CLOSED_BY_FIN',
  0xe003: 'TCP_TRANSPORT_CONNECTION_FAILED',
  0xe004: 'TCP_TRANSPORT_NO_MEM',
};
