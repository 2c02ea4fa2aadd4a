import { ALERT } from '../../endpoint/alerts.ts';
import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import { alert, alertNamed } from './alert.ts';
import {
  failed,
  LOST,
  NO_CERTIFICATE,
  NO_HOST,
  NOT_TLS,
  NOT_TRUSTED,
  NOTHING,
  OTHER_VERSION,
  PLAIN_TO_TLS,
  rulesOf,
  verify,
  NO_TCP,
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

/** What a browser, or another client of the device, says of it (net/base/net_error_list.h, NSS's and mozilla::pkix's errors). */
const BROWSER_WORDS: readonly Words[] = [
  [
    ['err_cert_', 'sec_error_', 'mozilla_pkix'],
    /\bERR_CERT_(?:AUTHORITY_INVALID|COMMON_NAME_INVALID|DATE_INVALID|INVALID)\b|\bSEC_ERROR_(?:UNKNOWN_ISSUER|EXPIRED_CERTIFICATE|UNTRUSTED)\w*|\bMOZILLA_PKIX_ERROR_\w+/,
    alert('received', ALERT.certificate_unknown),
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
  // The other side of a connection that the device has left.
  [
    ['unexpected eof while'],
    /\b(?:Client connection from|OpenSSL Error)\b.*\bunexpected eof while reading\b/,
    failed('client left'),
  ],
  ['<unknown> closed its', /\bClient <unknown> closed its connection\b/, failed('client left')],
  ['<unknown> disconnected:', /\bClient <unknown> disconnected: Protocol error\b/i, failed('unknown')],
  ['peer closed connection', /\bpeer closed connection in SSL handshake\b/, failed('client left')],
  // OpenSSL 3, of a client that offers only what its own level forbids.
  [
    'no suitable signature',
    /\bSSL routines:.*\bno suitable signature algorithm\b/,
    { kind: 'no-shared-suite' },
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
    read: ([name]) => copyOf(PYTHON_REASONS[name!]),
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
