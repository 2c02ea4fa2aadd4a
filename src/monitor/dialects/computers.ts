import { ALERT } from '../../endpoint/alerts.ts';
import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import { alert, alertNamed, inferredAlert } from './alert.ts';
import { KEEP_ALIVE, refusalOfCode, refused } from './mqtt-codes.ts';
import { ofEitherSide } from './server-alerts.ts';
import {
  failed,
  LOST,
  NO_CERTIFICATE,
  NO_HOST,
  NO_MEMORY,
  NO_SOCKET,
  NO_TCP,
  NOT_MADE,
  NOT_TLS,
  NOT_TRUSTED,
  NOTHING,
  OTHER_VERSION,
  PLAIN_TO_TLS,
  rulesOf,
  verify,
  type Words,
} from './details.ts';

/**
 * A client on a computer: node.js (`write`), curl, openssl s_client and its library's client files, aiohttp. The alert
 * that it received is the server's, where a line of a server with the same text tells of the device's.
 */
const OF_CLIENT = String.raw`\bwrite EPROTO\b|\bcurl: \(|\bs(?:3|23)_clnt\b|GET_SERVER_(?:HELLO|CERTIFICATE)\b|\bCannot connect to host\b|\bssl:(?:default|True|False)\b`;

/** Names of OpenSSL's reasons as Python has them (Modules/_ssl_data.h), other than alerts. */
const PYTHON_REASONS: Readonly<Record<string, MonitorDetail>> = {
  HTTP_REQUEST: PLAIN_TO_TLS,
  UNKNOWN_PROTOCOL: NOT_TLS,
  WRONG_VERSION_NUMBER: NOT_TLS,
  UNSUPPORTED_PROTOCOL: OTHER_VERSION,
  NO_SHARED_CIPHER: { kind: 'no-shared-suite' },
  PEER_DID_NOT_RETURN_A_CERTIFICATE: NO_CERTIFICATE,
  UNEXPECTED_EOF_WHILE_READING: failed('client left'),
};

/** SSLV3_ALERT_... and TLSV1_ALERT_...: what is said of a certificate is a client's, as a rule. */
function ofPythonAlert(name: string): MonitorDetail | undefined {
  const alert = /^(?:SSLV3|TLSV1)_ALERT_(\w+)$/.exec(name)?.[1];
  return alert === undefined ? undefined : ofEitherSide(alert.replaceAll('_', ' ').toLowerCase());
}

/** WSAEMFILE to WSANO_DATA. */
const WINSOCK: Readonly<Record<number, MonitorDetail>> = {
  10024: NO_SOCKET,
  10050: { kind: 'connect-failed', host: undefined, why: 'unreachable' },
  10051: { kind: 'connect-failed', host: undefined, why: 'unreachable' },
  10053: { kind: 'connection-lost', isAborted: true },
  10054: { kind: 'connection-reset' },
  10055: { kind: 'allocation-failed', bytes: undefined },
  10060: { kind: 'connect-failed', host: undefined, why: 'timeout' },
  10061: { kind: 'connect-failed', host: undefined, why: 'refused' },
  10065: { kind: 'connect-failed', host: undefined, why: 'unreachable' },
  11001: NO_HOST,
  11002: NO_HOST,
  11003: NO_HOST,
  11004: NO_HOST,
};
const SOCKET_ERRORS: Readonly<Record<string, number>> = {
  HostNotFound: 11001,
  ConnectionRefused: 10061,
  TimedOut: 10060,
  ConnectionReset: 10054,
  HostUnreachable: 10065,
  NetworkUnreachable: 10051,
};

/** What a browser, or another client of the device, says of it (net/base/net_error_list.h, NSS's and mozilla::pkix's errors). */
const BROWSER_WORDS: readonly Words[] = [
  [
    ['err_cert_', 'sec_error_', 'mozilla_pkix'],
    /\bERR_CERT_(?:AUTHORITY_INVALID|COMMON_NAME_INVALID|DATE_INVALID|INVALID)\b|\bSEC_ERROR_(?:UNKNOWN_ISSUER|EXPIRED_CERTIFICATE|UNTRUSTED)\w*|\bMOZILLA_PKIX_ERROR_\w+/,
    inferredAlert(ALERT.certificate_unknown),
  ],
  [
    ['version_or_cipher', 'no_cypher_overlap'],
    /\bERR_SSL_VERSION_OR_CIPHER_MISMATCH\b|\bSSL_ERROR_NO_CYPHER_OVERLAP\b/,
    { kind: 'no-shared-suite' },
  ],
  [
    ['err_ssl_protocol', 'record_too_long'],
    /\bERR_SSL_PROTOCOL_ERROR\b|\bSSL_ERROR_RX_RECORD_TOO_LONG\b/,
    failed('unknown'),
  ],
  [
    ['err_connection_', 'pr_connect_reset', 'pr_end_of_file'],
    /\bERR_CONNECTION_(?:RESET|CLOSED)\b|\bPR_CONNECT_RESET_ERROR\b|\bPR_END_OF_FILE_ERROR\b/,
    LOST,
  ],
];

/** Programs on a computer that are a client of the same server, or of the device. */
const WORDS: readonly Words[] = [
  ...BROWSER_WORDS,
  // aiohttp.
  [
    '[errno 111] connect',
    /\[Errno 111\] Connect call failed/,
    { kind: 'connect-failed', host: undefined, why: 'refused' },
  ],
  [
    '[errno 113] connect',
    /\[Errno 113\] Connect call failed/,
    { kind: 'connect-failed', host: undefined, why: 'unreachable' },
  ],
  ['connect call failed', /\bConnect call failed \(/, NO_TCP],
  ['name or service', /\bName or service not known\b/, NO_HOST],
  ['sslcertverif', /\bSSLCertVerificationError\b.*\bself.signed\b/, NOT_TRUSTED],
  ['sslcertverif', /\bSSLCertVerificationError\b.*\bexpired\b/, verify('EXPIRED')],
  ['sslcertverif', /\bSSLCertVerificationError\b.*\bmismatch\b/i, verify('CN_MISMATCH')],
  [
    'ip address mismatch',
    /\bcertificate verify failed: (?:IP address|Hostname) mismatch\b/,
    verify('CN_MISMATCH'),
  ],
  // OpenSSL's readers of PEM, where a program loads its own files.
  [
    ['no start line', '[ssl] pem lib'],
    /\bPEM routines:.*\bno start line\b|\[SSL\] PEM lib\b/,
    { kind: 'unreadable', what: 'certificate' },
  ],
  [
    ['bad decrypt', 'bad_decrypt'],
    /\b(?:digital envelope|Provider) routines:.*\bbad decrypt\b|\[SSL: BAD_DECRYPT\]/i,
    { kind: 'code', code: -0x3b80 },
  ],
  // paho's MQTT_ERR_CONN_LOST and MQTT_ERR_KEEPALIVE, by the words of its examples.
  [
    'isconnect',
    /\b(?:Unexpected disconnection\W{1,3}|Disconnected with result code\W{1,3}|on_disconnect )(?:rc ?[=:] ?)?7$/,
    LOST,
  ],
  [
    'isconnect',
    /\b(?:Unexpected disconnection\W{1,3}|Disconnected with result code\W{1,3}|on_disconnect )(?:rc ?[=:] ?)?16$/,
    KEEP_ALIVE,
  ],
  ['not currently connected', /\bThe client is not currently connected\b/, LOST],
  [
    ['you subscription: ', 'replied with failure: '],
    /\bBroker (?:rejected you subscription|replied with failure): /,
    refused('topic'),
  ],
  // AWS's clients: aws-c-mqtt (error.c), AWSIoTPythonSDK.
  ['unexpected_hangup', /\bAWS_ERROR_MQTT_UNEXPECTED_HANGUP\b/, refused('closed')],
  [
    ['aws_error_mqtt_timeout', 'subscribetimeout', 'publishtimeout'],
    /\bAWS_ERROR_MQTT_TIMEOUT\b|\b(?:subscribe|publish)TimeoutException\b/,
    refused('request-unanswered'),
  ],
  // nanoFramework: its MQTT client, and the interpreter's own errors.
  [
    'connecting to the broker',
    /\bMqttConnectionException\b.*\bException connecting to the broker\b(?!: \d)/,
    NOT_MADE,
  ],
  ['mqttcommunication', /\bMqttCommunicationException\b/, LOST],
  ['clr_e_out_of_memory', /\bCLR_E_OUT_OF_MEMORY\b/, NO_MEMORY],
  ['call to sspi failed', /\bAuthenticationException: A call to SSPI failed\b/, failed('unknown')],
  // The other side of a connection that the device has left.
  [
    ['unexpected eof while'],
    /\b(?:Client connection from|OpenSSL Error)\b.*\bunexpected eof while reading\b/,
    failed('client left'),
  ],
  ['<unknown> closed its', /\bClient <unknown> closed its connection\b/, failed('client left')],
  ['<unknown> disconnected:', /\bClient <unknown> disconnected: Protocol error\b/i, failed('unknown')],
  ['peer closed connection', /\bpeer closed connection in SSL handshake\b/, failed('client left')],
  [
    'no suitable signature',
    /\bSSL routines:.*\bno suitable signature algorithm\b/,
    failed('unsupported signature algorithm'),
  ],
  // Apache's mod_ssl.
  [
    'name indication (sni)',
    /\bdid not provide a hostname using Server Name Indication\b/,
    failed('no server name'),
  ],
  ['hostname was provided via sni', /\bAH0203[23]\b.*\bvia SNI\b/, failed('no server name')],
  // mosquitto, which does not start then.
  [
    'unable to load server',
    /\bError: Unable to load (?:server (?:key|certificate) file|CA certificates)\b/,
    { kind: 'server-not-started' },
  ],
  // tuya-convert: of the phone beside the device, by its own words.
  [
    'sslpsk socket: [ssl: ',
    /\bsslpsk socket: \[SSL: (?:NO_SHARED_CIPHER|WRONG_SSL_VERSION|UNSUPPORTED_PROTOCOL)\]/,
    NOTHING,
  ],
  // Brokers whose plain listener is sent a ClientHello, and the reverse.
  ['<<22,3,', /<<22,3,[1-4],/, NOT_TLS],
  [String.raw`\x16\x03`, /\\x16\\x03\\x0[1-4]/, NOT_TLS],
  ['unsupported_record_type,1', /\bunsupported_record_type, ?16\b/, PLAIN_TO_TLS],
];

/** Clients and servers on a computer, where the side tells what the line means. */
export const COMPUTER_RULES: readonly Rule[] = [
  {
    // GCC with a column, of a file by its ending or an Arduino sketch by its name; its linker. What has an SDK's head ran.
    mark: [' error: ', 'ld returned '],
    pattern:
      /^(?:\S*\.(?:c|cc|cpp|cxx|h|hpp|ino|S):\d+:\d+: (?:fatal )?error: |[A-Za-z_][\w-]*:\d+:\d+: (?:fatal )?error: (?:['‘]|expected\b|no matching\b|\S+: No such file)|collect2(?:\.exe)?: error: ld returned \d)/,
    read: ([], prefix) => (prefix === undefined ? { kind: 'build-failed' } : undefined),
  },
  ...rulesOf(WORDS),
  {
    mark: 'ssl alert number ',
    pattern: new RegExp(`^(?=.*(?:${OF_CLIENT})).*\\bSSL alert number (\\d{1,3})\\b`),
    read: ([number]) => alert('received', Number(number)),
  },
  {
    mark: ' alert ',
    pattern: new RegExp(`^(?=.*(?:${OF_CLIENT})).*\\b(?:tlsv1|sslv3) alert ([a-z ]+?)(?: ?[:(]|$)`),
    read: ([name]) => alertNamed('received', name!),
  },
  {
    mark: '[ssl: ',
    pattern: /\[SSL: ([A-Z\d_]+)\]/,
    read: ([name]) => copyOf(PYTHON_REASONS[name!]) ?? ofPythonAlert(name!),
  },
  {
    // Examples of paho that are copied everywhere, of Python and of C (MQTTClient_connect): «Failed to connect, return code %d\\n 5».
    mark: ['to connect, return code', 'bad connection returned', 'connection failed with code'],
    pattern:
      /(?<!\b(?:wi-?fi|wlan|ble|bluetooth)\W{1,3})\bFailed to connect, return code (?:%d(?:\\n)? ?)?([1-5])\b|\bBad connection Returned code ?= ?([1-5])$|^(?:.*\bmqtt\b.*)?\bConnection failed with code (?:rc=)?([1-5])$/i,
    read: (codes) => refusalOfCode(Number(codes.find((code) => code !== undefined))),
  },
  {
    // Winsock's numbers (winsock2.h), which .NET has on all platforms as SocketError.
    mark: ['socket', 'winerror 1'],
    pattern:
      /\b(?:Socket ?(?:exception|error)\b(?:\W{1,3}|.{0,60}?\b(?:error|code)\w*\W{1,3})|WinError )(100[2-6]\d|1100[1-4])\b|\bSocketException: (HostNotFound|ConnectionRefused|TimedOut|ConnectionReset|HostUnreachable|NetworkUnreachable)\b/i,
    read: ([number, name]) => copyOf(WINSOCK[Number(number)] ?? WINSOCK[SOCKET_ERRORS[name ?? ''] ?? 0]),
  },
  {
    // Erlang's ssl of older releases: ssl_alert.erl reads the device's alerts; of others the broker itself ended it.
    mark: 'fatal error: ',
    pattern: /\bSSL: (\w+): (\w+)\.erl:\d+:Fatal error: ([a-z ]+)/,
    read: ([state, file, name]) => {
      if (file === 'ssl_alert') return alertNamed('sent', name!);
      if (state === 'certify' && name!.trim() === 'handshake failure') return copyOf(NO_CERTIFICATE);
      return name!.trim() === 'insufficient security'
        ? { kind: 'no-shared-suite' }
        : alertNamed('received', name!);
    },
  },
];
