import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import { alert } from './alert.ts';
import {
  BAD_URL,
  failed,
  LOST,
  NO_FILE,
  NO_HOST,
  NO_MEMORY,
  NO_SOCKET,
  NO_TCP,
  NO_TLS,
  NOT_MADE,
  rulesOf,
  TIMED_OUT,
  verify,
  type Words,
} from './details.ts';
import { ofConnectErrno } from './errno.ts';
import { refusalOfCode } from './mqtt-codes.ts';
import { disconnected } from './wifi-reasons.ts';

const BODY: MonitorDetail = { kind: 'body-unusable' };

/** NodeMCU and LuatOS (Lua), Espruino and Moddable (JavaScript), Toit: what their libraries say in words. */
const WORDS: readonly Words[] = [
  // NodeMCU's http (app/http/httpclient.c) and websocket (app/websocket/websocketclient.c).
  ['too many redirections', /\bHTTP client: Too many redirections$/, { kind: 'http-status', status: 302 }],
  ['response too long', /\bHTTP client: Response too long \(\d+\)/, BODY],
  ['invalid version in', /\bHTTP client: Invalid version in\b/, BODY],
  ['location header but was', /\bFound Location header but was incomplete\b/, BODY],
  ['http client: ', /\bHTTP client: (?:URL is not HTTP or HTTPS|hostname is too long|Port error)\b/, BAD_URL],
  ['not switching protocols', /\bServer is not switching protocols\b/, { kind: 'upgrade-refused' }],
  // LuatOS (components/network).
  [
    ['only http/https supp', 'url too short', 'url too long'],
    /\b[A-Z]\/http (?:only http\/https supported|url too (?:short|long)) ?\S/,
    BAD_URL,
  ],
  ['not support tls', /\bNOT SUPPORT TLS$/, NO_TLS],
  ['no more network ctrl', /\bno more network ctrl$/, NO_SOCKET],
  // Espruino (libs/network/network.c, socketserver.c, esp32/network_esp32.c).
  ['connected to the internet', /\bInternalError: Not connected to the internet\b/, { kind: 'wifi-failed' }],
  [
    ['locate host', 'server not found'],
    /\bInternalError: Unable to locate host\b|^WARNING: Server not found!$/,
    NO_HOST,
  ],
  ['allocate ssl socket', /\bNot enough memory to allocate SSL socket\b/, NO_MEMORY],
  ['cipstart failed', /^Uncaught (?:Internal)?Error: CIPSTART failed/, NOT_MADE],
  ['socket creation failed', /^ERROR: Socket creation failed$/, NO_SOCKET],
  ['process file', /^WARNING: Failed to process file "/, NO_FILE],
  ['mbedtls_pk_parse', /\bHTTPS init failed! mbedtls_pk_parse_key\b/, { kind: 'unreadable', what: 'key' }],
  [
    'mbedtls_x509_crt',
    /\bHTTPS init failed! mbedtls_x509_crt_parse of 'cert'/,
    { kind: 'unreadable', what: 'certificate' },
  ],
  [
    'mbedtls_x509_crt',
    /\bHTTPS init failed! mbedtls_x509_crt_parse of 'ca'/,
    { kind: 'unreadable', what: 'ca' },
  ],
  // Moddable (modules/crypt/ssl).
  ['date validation failed', /^date validation failed\b/, verify('VALIDITY')],
  ['subjectaltname match', /\bsubjectAltName match failed for\b/, verify('CN_MISMATCH')],
  ['protocolversion: not', /\bTLS: protocolVersion: not supported\b/, failed('invalid version')],
  ['to verify signature', /\bTLS: serverKeyExchange: failed to verify signature\b/, failed('bad signature')],
  ['recordprotocol', /\bTLS: recordProtocol:? auth failed\b/, failed('invalid mac')],
  // As it is spelt there.
  ['oorted cipher', /\bTLS: handshake: unsuppo+rted cipher\b/, { kind: 'no-shared-suite' }],
  ['unsupported curve', /\b(?:TLS|x509): unsupported curve\b/, failed('unsupported algorithm')],
  ['unsupported algorithm: ', /\bCert: unsupported algorithm: \d/, failed('unsupported signature algorithm')],
  // Toit (lib/net, src/resources).
  ['no_such_domain', /\bNO_SUCH_DOMAIN\b/, NO_HOST],
  ['bad authentication', /\[wifi[.\w]*\].*\breason: bad authentication\b/, disconnected(202)],
  [
    ['out_of_memory', 'allocation_failed'],
    /^(?:EXCEPTION error\. )?(?:OUT_OF_MEMORY|ALLOCATION_FAILED)\b(?: error)?\.?$/,
    NO_MEMORY,
  ],
];

/** SOCKET_ERR_CLOSED to ..._NO_RESP of Espruino (socketerrors.h), without their sign. */
const ESPRUINO: Readonly<Record<number, MonitorDetail>> = {
  1: LOST,
  2: NO_MEMORY,
  3: TIMED_OUT,
  4: { kind: 'connect-failed', host: undefined, why: 'unreachable' },
  6: NO_HOST,
  7: NO_SOCKET,
  9: { kind: 'connection-reset' },
  11: NO_TCP,
  13: failed('unknown'),
  14: failed('unknown'),
  15: TIMED_OUT,
};

/** Interpreters on a board: what they and their libraries print of a connection by a code, and in words. */
export const SCRIPT_ENGINE_RULES: readonly Rule[] = [
  {
    // NodeMCU's documentation of mqtt:connect() prints CONNACK's code so.
    mark: 'connection failed reason: ',
    pattern: /^Connection failed reason: ([1-5])$/,
    read: ([code]) => refusalOfCode(Number(code)),
  },
  {
    // NodeMCU's documentation of wifi.eventmon: a line for each field of the event, with a tab before it.
    mark: 'reason: ',
    pattern: /^\treason: (\d{1,3})$/,
    read: ([reason]) => disconnected(Number(reason)),
  },
  {
    // Espruino's object for the handler of errors, with socketErrorString's text (socketerrors.c): other services have
    // such objects, too.
    mark: '"code"',
    pattern:
      /\{ ?"code": ?-(\d{1,2}), ?"message": ?"(?:out of memory|timeout|no route|not found|max sockets|connection reset|no connection|SSL handshake failed|invalid SSL data|no response)"/,
    read: ([code]) => copyOf(ESPRUINO[Number(code)]),
  },
  {
    // Espruino, whose sockets give small codes of their own (socketerrors.h).
    mark: 'error: failed! mbedtls',
    pattern: /\bERROR: Failed! mbedtls_ssl_handshake returned -0x([\da-f])$/,
    read: ([code]) => copyOf(ESPRUINO[Number.parseInt(code!, 16)]),
  },
  {
    // Espruino on ESP32.
    mark: 'connect failed (err ',
    pattern: /^ERROR: Connect failed \(err (\d{1,3})\)/,
    read: ([number]) => ofConnectErrno(Number(number)) ?? copyOf(NOT_MADE),
  },
  {
    // Espruino has words for some codes (jswrap_crypto_error_to_str), and for the others the number.
    mark: 'mbedtls_ssl_handshake ret',
    pattern: /\bmbedtls_ssl_handshake returned (Not enough memory|(?!Success|Ok)[A-Z][a-z])/,
    read: ([words]) => copyOf(words === 'Not enough memory' ? NO_MEMORY : failed('unknown')),
  },
  {
    // LuatOS: «W/mqtt CONACK 0x05».
    mark: ' conack 0x0',
    pattern: /\bCONACK 0x0([1-5])\b/,
    read: ([code]) => refusalOfCode(Number(code)),
  },
  {
    // LuatOS (luat_network_adapter.c): mbedtls_ssl_write's code without its sign, and the state of TLS.
    mark: 'network_tx ',
    pattern: /\bnetwork_tx \d+:0x([\da-f]{2,4}), \d+$/,
    read: ([code]) => ({
      kind: 'call',
      call: 'ssl_write',
      code: -Number.parseInt(code!, 16),
      timeMs: undefined,
    }),
  },
  {
    // Moddable.
    mark: ['tls: alert: ', 'alert! ('],
    pattern: /(?:\bTLS: alert: |\bALERT! \()[12], (\d{1,3})\b/,
    read: ([description]) => alert('received', Number(description)),
  },
  ...rulesOf(WORDS),
];
