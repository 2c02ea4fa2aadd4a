import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import {
  failed,
  LOST,
  NO_HOST,
  NO_MEMORY,
  NO_SOCKET,
  NO_TCP,
  NOT_MADE,
  NOTHING,
  SLOW_TCP,
  TIMED_OUT,
  UNREADABLE_CERTIFICATE,
  UNREADABLE_KEY,
} from './details.ts';
import { refusalOfCode, refused } from './mqtt-codes.ts';
import type { Codes } from './return-codes.ts';
import { disconnected } from './wifi-reasons.ts';

const HANDSHAKE = failed('unknown');

/** Tencent's QCLOUD_ERR_... (qcloud_iot_export_error.h). */
const QCLOUD: Codes = {
  [-3]: LOST,
  [-6]: NO_HOST,
  [-7]: { kind: 'url-refused' },
  [-8]: NOT_MADE,
  [-9]: { kind: 'http-status', status: 401 },
  [-10]: { kind: 'http-status', status: 404 },
  [-11]: TIMED_OUT,
  [-103]: LOST,
  [-108]: refused('topic'),
  [-111]: refused('no-answer'),
  [-112]: refused('unknown'),
  [-113]: refused('protocol'),
  [-114]: refused('client-id'),
  [-115]: refused('unavailable'),
  [-116]: refused('credentials'),
  [-117]: refused('credentials'),
  [-118]: refused('malformed'),
  [-119]: refused('too-large'),
  [-601]: NO_TCP,
  [-602]: NO_HOST,
  [-603]: NO_TCP,
  [-604]: TIMED_OUT,
  [-605]: TIMED_OUT,
  [-606]: LOST,
  [-607]: LOST,
  [-608]: LOST,
  [-701]: HANDSHAKE,
  [-702]: UNREADABLE_CERTIFICATE,
  [-703]: HANDSHAKE,
  [-704]: TIMED_OUT,
  [-705]: TIMED_OUT,
  [-706]: LOST,
  [-707]: TIMED_OUT,
  [-708]: LOST,
  [-1004]: NO_MEMORY,
};

/** Tuya's OPRT_MID_TLS_... and OPRT_LINK_CORE_... (tuya_error_code.h), printed as decimals: other numbers are mbedTLS's. */
const TUYA: Codes = {
  [-0xa00]: NO_SOCKET,
  [-0xa01]: NO_TCP,
  [-0xa02]: NO_HOST,
  [-0xa03]: HANDSHAKE,
  [-0xa05]: { kind: 'unreadable', what: 'ca' },
  [-0xa06]: UNREADABLE_CERTIFICATE,
  [-0xa08]: UNREADABLE_KEY,
  [-0x1e00]: NO_SOCKET,
  [-0x1e01]: NO_TCP,
  [-0x1e02]: NO_HOST,
  [-0x1e03]: HANDSHAKE,
  [-0x1e05]: { kind: 'unreadable', what: 'ca' },
  [-0x1e06]: UNREADABLE_CERTIFICATE,
  [-0x1e07]: UNREADABLE_KEY,
  [-0x1e09]: NOT_MADE,
  [-0x1e0c]: refused('credentials'),
};

/** Mbed OS (nsapi_types.h). A TLS socket gives AUTH_FAILURE for a handshake, the Wi-Fi interface for its access point. */
const NSAPI: Readonly<Record<string, readonly [number: number, means: MonitorDetail]>> = {
  NO_CONNECTION: [-3004, NO_TCP],
  NO_SOCKET: [-3005, NO_SOCKET],
  NO_MEMORY: [-3007, NO_MEMORY],
  NO_SSID: [-3008, disconnected(201)],
  DNS_FAILURE: [-3009, NO_HOST],
  DHCP_FAILURE: [-3010, { kind: 'dhcp', state: 'failed' }],
  AUTH_FAILURE: [-3011, { kind: 'wifi-failed' }],
  CONNECTION_LOST: [-3016, LOST],
  CONNECTION_TIMEOUT: [-3017, SLOW_TCP],
  TIMEOUT: [-3019, TIMED_OUT],
};
const NSAPI_CODES: Codes = Object.fromEntries(Object.values(NSAPI));

/** Secure Sockets of Amazon FreeRTOS (iot_secure_sockets.h). */
const SECURE_SOCKETS: Codes = {
  [-12]: NO_MEMORY,
  [-126]: LOST,
  [-128]: LOST,
  [-1001]: HANDSHAKE,
  [-1002]: HANDSHAKE,
  [-1003]: failed('bad certificate'),
  [-1004]: LOST,
  [-1005]: LOST,
};

/** PROV_DEVICE_RESULT_... and IOTHUB_CLIENT_CONFIRMATION_... of Azure's SDK for C. */
const AZURE = new Map<string, MonitorDetail>([
  ['MEMORY', NO_MEMORY],
  ['TRANSPORT', NOT_MADE],
  ['DEV_AUTH_ERROR', refused('credentials')],
  ['TIMEOUT', TIMED_OUT],
  ['KEY_ERROR', UNREADABLE_KEY],
  ['UNAUTHORIZED', refused('credentials')],
  ['DISABLED', refused('credentials')],
  ['MESSAGE_TIMEOUT', refused('request-unanswered')],
]);

/** MQTT-C (mqtt.h). */
const MQTT_C = new Map<string, MonitorDetail>([
  ['CONNECT_CLIENT_ID_REFUSED', refused('client-id')],
  ['CONNECTION_REFUSED', refused('unknown')],
  ['CONNECTION_CLOSED', LOST],
  ['SOCKET_ERROR', LOST],
  ['RECV_BUFFER_TOO_SMALL', refused('too-large')],
  ['SUBSCRIBE_FAILED', refused('topic')],
  ['MALFORMED_RESPONSE', refused('malformed')],
]);

/** HTTPStatus_t of coreHTTP (core_http_client.c). */
const CORE_HTTP = new Map<string, MonitorDetail>([
  ['NetworkError', LOST],
  ['PartialResponse', LOST],
  ['NoResponse', LOST],
  ['InsufficientMemory', { kind: 'http-buffer-small' }],
  ['ParserInternalError', { kind: 'http-status', status: 0 }],
  ['InvalidResponse', { kind: 'http-status', status: 0 }],
]);

/** err_t of lwIP 2 (lwip/err.h), which is what the Pico's SDK has: of a connection that ended, or was not made. */
const LWIP: Codes = {
  [-1]: NO_MEMORY,
  [-2]: NO_MEMORY,
  [-3]: SLOW_TCP,
  [-4]: { kind: 'connect-failed', host: undefined, why: 'unreachable' },
  [-13]: LOST,
  [-14]: { kind: 'connection-reset' },
  [-15]: LOST,
};

/** Numbers and names of the results of SDKs that are at home on other chips, too. */
export const SDK_CODE_RULES: readonly Rule[] = [
  {
    // esp-mqtt's error handle on one line, with CONNACK's code where nothing below it failed.
    mark: ' connack=',
    pattern: /\bsock_errno=0\b.*\bconnack=([1-5])\b/,
    read: ([code]) => refusalOfCode(Number(code)),
  },
  {
    // Its log has heads of its own: «ERR|2026-11-30 06:00:00|FILE|FUNCTION(LINE): ».
    mark: ['err|', 'wrn|'],
    pattern:
      /^(?:ERR|WRN)\|.*?\b(?:failed|error|errCode|rc|ret)\b(?:, (?:errCode|rc|ret))?\W{1,4}(-\d{1,4})\b/i,
    read: ([code]) => copyOf(QCLOUD[Number(code)]),
  },
  {
    mark: ['network_tls_', 'tuya', 'atop_', 'http active', 'http_request_send'],
    pattern:
      /\b(?:network_tls_(?:init|connect)|tuya[ _]\w+|atop_\w+|http active|http_request_send)\b.{0,24}?\b(?:fail|error):(-\d{4})\b/i,
    read: ([code]) => copyOf(TUYA[Number(code)]),
  },
  {
    mark: 'NSAPI_ERROR_',
    pattern: /^(?!.*(?:#define|\bcase\b|[=!]=|\breturn\b|;\s*$)).*\bNSAPI_ERROR_([A-Z_]+)\b/,
    read: ([name]) => copyOf(NSAPI[name!]?.[1]),
  },
  {
    mark: '-30',
    pattern:
      /\b((?:connect\w*|\w*socket\w*|dns|gethostbyname|resolv\w*|wi-?fi|network|tls|ssl|tcp)\b.{0,60}?\b(?:fail\w*|error|code|returned|status|ret|rc)\b\W{0,4})(?<![\w.])(-30[01]\d)\b(?!\.)/i,
    read: ([before, code]) =>
      Number(code) === NSAPI['AUTH_FAILURE']![0] && /sock|tls|ssl/i.test(before!)
        ? copyOf(HANDSHAKE)
        : copyOf(NSAPI_CODES[Number(code)]),
  },
  {
    mark: ['ocketstatus=', 'ocket status: '],
    pattern: /\b(?:secureSocketStatus=|Socket status: )(-\d+)/,
    read: ([code]) => copyOf(SECURE_SOCKETS[Number(code)]),
  },
  {
    mark: ['PROV_DEVICE_RESULT_', 'CLIENT_CONFIRMATION_'],
    pattern:
      /^(?!.*(?:\bcase\b|[=!]=|;\s*$)).*\b(?:PROV_DEVICE_RESULT|IOTHUB_CLIENT_CONFIRMATION)_([A-Z_]+)\b/,
    read: ([name]) => copyOf(AZURE.get(name!)),
  },
  {
    mark: 'MQTT_ERROR_',
    pattern: /^(?!.*(?:\bcase\b|[=!]=|;\s*$)).*(?<!\w)MQTT_ERROR_([A-Z_]+)\b/,
    read: ([name]) => copyOf(MQTT_C.get(name!)),
  },
  {
    mark: ['error=http', 'status=http', 'HTTPInsufficientMemory', 'HTTPNoResponse', 'HTTPSecurityAlert'],
    pattern:
      /\bHTTP(NetworkError|PartialResponse|NoResponse|InsufficientMemory|ParserInternalError|InvalidResponse|SecurityAlert)/,
    read: ([name]) => copyOf(CORE_HTTP.get(name!)) ?? { kind: 'http-status', status: 0 },
  },
  {
    // wolfMQTT's examples: of CONNECT, behind «MQTT Socket Connect».
    mark: 'mqtt connect: proto',
    pattern: /^MQTT Connect: Proto \(.*?\), Error\b( \(Timeout\))?/,
    read: ([timeout]) => refused(timeout === undefined ? 'unknown' : 'no-answer'),
  },
  {
    mark: 'mqtt message wait: e',
    pattern: /^MQTT Message Wait: Error \(Network\)/,
    read: () => copyOf(LOST),
  },
  {
    mark: 'connect ack: return',
    pattern: /\bMQTT Connect Ack: Return Code (\d+),/,
    read: ([code]) => refusalOfCode(Number(code)),
  },
  {
    mark: ['tls_client_err', 'tcp_client_err'],
    pattern: /\bt(?:ls|cp)_client_err(?:_fn)? (-\d{1,2})$/,
    read: ([code]) => copyOf(LWIP[Number(code)] ?? NOTHING),
  },
  {
    // lwIP's httpc_result_t (apps/http_client.h), as the Pico's examples print it.
    mark: ' server_response ',
    pattern: /^result (\d) len \d+ server_response (\d+) err -?\d+/,
    read: ([result, status]) => copyOf(HTTPC[Number(result)]) ?? ofStatus(Number(status)),
  },
  {
    // paho.mqtt.c's MQTTCLIENT_DISCONNECTED, MQTTASYNC_DISCONNECTED (MQTTClient.h, MQTTAsync.h).
    mark: [' return code -3', ', rc -3', ', rc disconnected'],
    pattern:
      /\b(?:Failed to (?:subscribe|publish message|unsubscribe)|Failed to start (?:subscribe|sendMessage)|(?:Subscribe|Publish) failed), (?:return code -3|rc (?:-3|Disconnected))$/,
    read: () => copyOf(LOST),
  },
  {
    // The same's SSL_NOT_SUPPORTED, as a number and as a text.
    mark: ['ssl is not supported', 'client object, return code -1'],
    pattern:
      /\b(?:rc|return code):? SSL is not supported\b|\bFailed to create client object, return code -10$/,
    read: () => ({ kind: 'not-built', what: 'tls' }),
  },
  {
    // Zephyr's samples and those made after them: CONNACK's code.
    mark: 'mqtt connect failed ',
    pattern: /\bMQTT connect failed ([1-5])$/,
    read: ([code]) => refusalOfCode(Number(code)),
  },
];

const HTTPC: Codes = {
  2: NOT_MADE,
  3: NO_HOST,
  4: LOST,
  5: TIMED_OUT,
  7: NO_MEMORY,
};

function ofStatus(status: number): MonitorDetail | undefined {
  return status >= 300 ? { kind: 'http-status', status } : undefined;
}
