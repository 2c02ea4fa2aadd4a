import { copyOf, type Rule } from '../rule.ts';
import { NO_MEMORY, NOT_MADE, NOTHING } from './details.ts';
import { NAMED_ERRNO, ofConnectErrno, ofErrno, ofErrnoText } from './errno.ts';

/** Of a connect(), by err_t of lwIP 2. */
const LWIP_ERRORS: Readonly<Record<number, 'memory' | 'timeout' | 'unreachable' | 'refused'>> = {
  1: 'memory',
  3: 'timeout',
  4: 'unreachable',
  13: 'timeout',
  14: 'refused',
};

/** ERR_INPROGRESS, ERR_WOULDBLOCK: a connect() that does not wait says so of every connection. */
const LWIP_BEGUN: ReadonlySet<number> = new Set([5, 7]);

/** Numbers and names of errno, and of lwIP's own errors, in the words of whoever prints them. */
export const CONNECT_ERRNO_RULES: readonly Rule[] = [
  {
    // esp_tls.c. lwIP answers a port where nobody listens with ECONNRESET.
    mark: 'nect to host',
    pattern: /\bFailed to connn?ect to host \(errno (\d{1,3})\)/,
    read: ([number]) => ofConnectErrno(Number(number)) ?? { kind: 'connect-failed', host: undefined },
  },
  {
    // Arduino-ESP32's older WiFiClient: of its TCP connection.
    mark: 'lwip_connect_r: ',
    pattern: /\blwip_connect_r: (\d{1,3})\b/,
    read: ([number]) => ofConnectErrno(Number(number)) ?? { kind: 'connect-failed', host: undefined },
  },
  {
    // WiFiClient.cpp and ssl_client.cpp of Arduino-ESP32 2 and later: SO_ERROR of the socket whose connection was waited for.
    mark: 'socket error on fd',
    pattern: /\bsocket error on fd -?\d+, errno: (\d{1,3})\b/,
    read: ([number]) => ofConnectErrno(Number(number)) ?? { kind: 'connect-failed', host: undefined },
  },
  {
    // Whatever number stands beside it.
    mark: 'no route to host',
    pattern: /\bno route to host\b/i,
    read: () => ({ kind: 'connect-failed', host: undefined, why: 'unreachable' }),
  },
  {
    // lwIP's own debug output: ERR_MEM, ERR_TIMEOUT, ERR_RTE, ERR_ABRT, ERR_RST (lwip/err.h).
    mark: 'lwip_connect(',
    pattern: /\blwip_connect\(\d+\) failed, err=-(\d{1,2})\b/,
    read: ([number]) =>
      LWIP_BEGUN.has(Number(number))
        ? copyOf(NOTHING)
        : { kind: 'connect-failed', host: undefined, why: LWIP_ERRORS[Number(number)] ?? 'any-layer' },
  },
  {
    // Zephyr, whose numbers are newlib's.
    mark: ['mqtt_connect', 'poll error'],
    pattern: /\b(?:mqtt_connect:? -|poll error:? -?)(\d{2,3})\b/,
    read: ([number]) => ofErrno(Number(number)),
  },
  {
    // Arduino-ESP32's WiFiClient, when it looks whether the connection is there still.
    mark: 'disconnected: res: -1, err: ',
    pattern: /\bDisconnected: RES: -1, ERR: (\d{1,3})$/,
    read: ([number]) => ofErrno(Number(number)),
  },
  {
    // esp-tls's transports (transport_ssl.c), which ask whether something is there to be read.
    mark: 'read select error ',
    pattern: /(?:\b|_)poll_read select error (\d{2,3})\b/i,
    read: ([number]) => ofErrno(Number(number)),
  },
  {
    // Mongoose 7 (mg_error of src/sock.c), and who prints its words behind the connection's address.
    mark: ' connect: ',
    pattern: /(?:\bmg_error\b.*|\b0x[\da-f]{1,8}) connect: (\d{1,3})$/,
    read: ([number]) => ofConnectErrno(Number(number)) ?? { kind: 'connect-failed', host: undefined },
  },
  {
    mark: 'net_tcp_connect:',
    pattern: /\bnet_tcp_connect: .*\bret=-(\d{2,3})$/,
    read: ([number]) => ofConnectErrno(Number(number)),
  },
  {
    mark: '<err> ',
    pattern: /<err> .*\b(?:err|error|ret)[ :=]{1,3}-?12$/,
    read: () => copyOf(NO_MEMORY),
  },
  {
    // Arduino-ESP32: a socket that is none any more.
    mark: 'setsocketoption(): ',
    pattern: /\bsetSocketOption\(\): (?:fail on -?\d+, errno: |\d+ : )9\b/,
    read: () => copyOf(NOT_MADE),
  },
  {
    // The same by the name of the call.
    mark: 'errno',
    pattern:
      /\b(?:connect ?\(\)[^a-z]{0,4}(?:(?:socket )?error(?: on fd \d+)?|fail\w*)?|socket connect failed|unable to connect)[^a-z]{0,4}\berrno[=: ]+104\b/i,
    read: () => ({ kind: 'connect-failed', host: undefined, why: 'refused' }),
  },
  {
    mark: 'errno',
    // ESP-IDF's examples print the text first.
    pattern: /\bconnect(?!ed\b).*\berrno[=: ]+(?:[a-z ]+\()?113\b/i,
    read: () => ofConnectErrno(113),
  },
  {
    // esp_http_client, esp-mqtt and others: the number is of errno.
    mark: 'errno',
    pattern:
      /\b(?:sock\w*|connect\w*|transport\w*|esp[-_]?tls\w*|errno|tcp\w*|host|send|recv|read|write)\b.*?\berrno[=: ]+(\d{1,3})\b/i,
    read: ([number]) => ofErrno(Number(number)),
  },
  {
    mark: 'errno',
    pattern: /\berrno[=: ]+(\d{1,3})\b|\berrno\W+"([A-Z][\w ]+)"/,
    read: ([number, text]) => (text === undefined ? ofErrno(Number(number)) : ofErrnoText(text)),
  },
  {
    mark: [
      'ECONNREFUSED',
      'ECONNRESET',
      'ECONNABORTED',
      'ETIMEDOUT',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'ENOTCONN',
      'EPIPE',
    ],
    pattern: /\b(E(?:CONN(?:REFUSED|RESET|ABORTED)|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTCONN|PIPE))\b/i,
    read: ([name]) => ofErrno(NAMED_ERRNO[name!.toUpperCase()] ?? 0),
  },
];
