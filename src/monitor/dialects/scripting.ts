import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import { alert } from './alert.ts';
import {
  BAD_URL,
  failed,
  LOST,
  NO_ANCHOR,
  NO_HOST,
  NO_MEMORY,
  NO_SOCKET,
  NO_TCP,
  NO_TLS,
  NOT_MADE,
  NOT_TRUSTED,
  PLAIN_TO_TLS,
  rulesOf,
  SILENT_MODULE,
  TIMED_OUT,
  type Words,
} from './details.ts';
import { NAMED_ERRNO, ofErrno } from './errno.ts';
import { refusalOfCode, refused } from './mqtt-codes.ts';
import { disconnected } from './wifi-reasons.ts';

/**
 * MicroPython and CircuitPython with the modules that they are given (adafruit_esp32spi, adafruit_minimqtt), TinyGo's
 * wifinina, Toit, Moddable: errors that a language raises.
 */
const WORDS: readonly Words[] = [
  // umqtt's answer that is empty first.
  ['index out of range', /^IndexError: bytes index out of range/, LOST],
  ['currently supported', /\bSSL\/TLS is not currently supported\b/, NO_TLS],
  ['request failed', /^RuntimeError: Sending request failed/, NOT_MADE],
  ['repeated socket failures', /\bRepeated socket failures\b/, NOT_MADE],
  ['socket for tls', /\bInvalid socket for TLS\b/, failed('misused')],
  ['oserror: -11', /^OSError: -1(?:10|16)$/, TIMED_OUT],
  ['oserror: -104', /^OSError: -104$/, { kind: 'connection-reset' }],
  ['no module named', /\bno module named '(?:u?ssl|tls)'/, NO_TLS],
  // A library that is older than the program, or was not given TLS yet.
  [
    'keyword argument',
    /^TypeError: .*?\bunexpected keyword argument '(?:ssl|tls)'$/,
    { kind: 'raised', error: 'TypeError' },
  ],
  // umqtt's own word for a read that came to the end of the stream; where, the frames before it tell.
  ['oserror: -1', /^OSError: -1$/, { kind: 'raised', error: 'OSError' }],
  // Calls within calls: of CircuitPython's own stack for them, and of MicroPython's.
  [
    ['pystack exhausted', 'recursion depth'],
    /\bpystack exhausted\b|\bmaximum recursion depth exceeded\b/,
    { kind: 'raised', error: 'depth' },
  ],
  ['no such ssid', /\bNo such ssid\b/i, disconnected(201)],
  ['network with that ssid', /\bNo network with that ssid\b/i, disconnected(201)],
  ['authentication failure', /^ConnectionError: Authentication failure/, disconnected(202)],
  // adafruit_minimqtt.
  ['received from broker', /\bNo data received from broker for \d+ seconds\b/, refused('no-answer')],
  // A TLS alert's record, read as an MQTT packet.
  ['packet type: 0x15', /\bUnexpected packet type: 0x15\b/i, PLAIN_TO_TLS],
  [
    ['ssl_context must be'],
    /\bssl_context must be (?:set|provided)\b/,
    { kind: 'raised', error: 'ssl_context' },
  ],
  ['insecure connection to', /\bINSECURE connection to \S+:(?:8883|443)\b/, PLAIN_TO_TLS],
  ['socket_pool must be set', /\bsocket_pool must be set\b/, { kind: 'raised', error: 'RuntimeError' }],
  ['invalid broker address', /\bInvalid broker address defined\b/, NO_HOST],
  // adafruit_esp32spi, and TinyGo's wifinina: the host and the ESP32 that it has for Wi-Fi.
  ['esp32 not responding', /\bESP32 not responding\b/, SILENT_MODULE],
  ['esp32 timed out', /\bESP32 timed out\b/, SILENT_MODULE],
  ['waiting for spi char', /\bTimed out waiting for SPI char\b/, SILENT_MODULE],
  ['but got', /^(?:BrokenPipe|Runtime)Error: Expected [\dA-F]{2} but got [\dA-F]{2}\b/, SILENT_MODULE],
  ['failed to send', /\bFailed to send \d+ bytes \(sent \d+\)/, LOST],
  ['wifinina error: 0xf1', /\bwifinina error: 0xF1\b/i, NO_HOST],
  ['wifinina error: 0xf3', /\bwifinina error: 0xF3\b/i, TIMED_OUT],
  ['wifinina error: 0xf5', /\bwifinina error: 0xF5\b/i, LOST],
  ['wifinina error: 0x0', /\bwifinina error: 0x0[1-4]\b/i, SILENT_MODULE],
  // WiFiEsp, a library for boards beside an ESP8266 with AT firmware.
  [['>>> timeout >>>', 'no tag found'], /\[WiFiEsp\] (?:>>> TIMEOUT >>>|No tag found)/, SILENT_MODULE],
  ['initialize esp module', /\bCannot initialize ESP module\b/, SILENT_MODULE],
  ['packet send error', /\bData packet send error\b/, SILENT_MODULE],
  ['failed connecting to', /\[WiFiEsp\] Failed connecting to (?!.*\.\w{2,}$)\S+$/, { kind: 'wifi-failed' }],
  [
    ['shield not present', 'wifi module failed'],
    /\bWiFi shield not present\b|\bCommunication with WiFi module failed\b/i,
    SILENT_MODULE,
  ],
  // CircuitPython's socketpool; adafruit_esp32spi, of the one that an ESP32 has for TLS.
  [
    ['out of sockets', 'one open ssl connection'],
    /\bRuntimeError: Out of sockets\b|\bOnly one open SSL connection allowed\b/,
    NO_SOCKET,
  ],
  ['support tls/https', /\bThis radio does not support TLS\/HTTPS\b/, NO_TLS],
  [
    ['verify data sent', 'failed to write '],
    /\bConnectionError: Failed to (?:verify data sent|write \d+ chunks \(sent \d+\))/,
    LOST,
  ],
  // adafruit_requests, where the answer has no first byte.
  ['no data from socket', /\bRuntimeError: no data from socket\b/, LOST],
  [
    ['socket not managed', 'socketpool not managed', 'already connected to'],
    /\bRuntimeError: (?:Socket(?:Pool)? not managed|An existing socket is already connected to)\b/,
    { kind: 'raised', error: 'RuntimeError' },
  ],
  ['invalid suback', /\binvalid SUBACK received from broker\b/, refused('malformed')],
  ['remaining length', /\bMMQTTException: invalid remaining length\b/, refused('malformed')],
  ['suback failure', /\bSUBACK Failure (?:Return Code|code)\b/i, refused('topic')],
  ['_get_time returned', /\b_GET_TIME returned 0\b/, { kind: 'clock-sync-failed' }],
  ['before obtaining ntp', /\bconnected to WiFi before obtaining NTP\b/, { kind: 'wifi-failed' }],
  [
    ['begin certificate', 'begin rsa'],
    /\.PEM must start with -----BEGIN CERTIFICATE\b/,
    { kind: 'unreadable', what: 'certificate' },
  ],
  ['begin rsa', /\.PEM must start with -----BEGIN RSA\b/, { kind: 'unreadable', what: 'key' }],
  // The station's state, of adafruit_esp32spi's connect_AP().
  ['unknown error 0x', /^OSError: Unknown error 0x[\dA-Fa-f]{2}$/, { kind: 'wifi-failed' }],
  // MicroPython: the station is off.
  ['sta must be active', /^OSError: STA must be active$/, { kind: 'sdk-refused', why: 'not-initialised' }],
  // mqtt_as, whose Wi-Fi went within its first seconds.
  ['connection unstable', /^OSError: Connection Unstable$/, { kind: 'wifi-failed' }],
  // MicroPython's ntptime, whose socket waits for the answer.
  [
    ['errno 110] etimedout', 'errno 116] etimedout'],
    /\b(?:ntp\w*|sync\w* time|settime)\b.*\[Errno 11[06]\] ETIMEDOUT/i,
    { kind: 'clock-sync-failed' },
  ],
  ['timeout on socket', /\bTimeout on socket (?:read|write)\b/, TIMED_OUT],
  ['invalid connack', /\bInvalid CONNACK packet\b/, refused('malformed')],
  // MicroPython's ssl, since 1.22; requests, mip, urequest, aiohttp of micropython-lib.
  [
    'requires server_hostname',
    /\bCERT_REQUIRED requires server_hostname\b/,
    { kind: 'raised', error: 'ValueError' },
  ],
  ['unsupported protocol: ', /^(?:.*\b)?ValueError: Unsupported protocol: /, BAD_URL],
  ['package not found: ', /^Package not found: https?:/, { kind: 'http-status', status: 404 }],
  ['badstatusline', /\bHTTP error: BadStatusLine\b/, { kind: 'body-unusable' }],
  ['before body complete', /\bConnection closed before body complete\b/, LOST],
  ['not yet supported', /\bRedirects? (?:30\d )?not yet supported$/, { kind: 'http-status', status: 302 }],
  // Toit.
  ['unknown root cert', /\bunknown root certificate\b/i, NOT_TRUSTED],
  ['malloc_failed', /\bMALLOC_FAILED\b/, NO_MEMORY],
  ['deadline_exceeded', /\bDEADLINE_EXCEEDED\b/, TIMED_OUT],
  // Moddable: what comes from the server is unpacked.
  ['resource not found', /\bResource not found: ca\d+\.der\b/, NO_ANCHOR],
  ['alert.unpacketize', /\balert\.unpacketize\b/, failed('fatal alert')],
  ['auth err', /\bTLS: certificate: auth err/, NOT_TRUSTED],
];

/** ESPCONN_TIMEOUT, ..._ABRT, ..._RST, ..._CLSD, ..._CONN, ..._HANDSHAKE, ..._SSL_INVALID_DATA. */
const ESPCONN: Readonly<Record<number, MonitorDetail>> = {
  [-3]: TIMED_OUT,
  [-8]: { kind: 'connection-lost', isAborted: true },
  [-9]: { kind: 'connection-reset' },
  [-10]: LOST,
  [-11]: NO_TCP,
  [-28]: { kind: 'handshake-ended' },
  [-61]: { kind: 'handshake-ended' },
};

/** EAI_NONAME of newlib's and lwIP's netdb.h, and EAI_FAIL. */
const NO_NAME: ReadonlySet<string> = new Set(['-2', '-200', '-202']);

/** Errors of Python that are the program's, or a library's that does not fit it: no connection gives them. */
const FAULTS = 'Attribute|Type|Name|Import|Key|Syntax|Indentation|NotImplemented|Index';

/** Errors that languages raise, and where. */
export const SCRIPTING_RULES: readonly Rule[] = [
  ...rulesOf(WORDS),
  {
    // An errno by its number and name, which is the same on all ports, or as robust.py of umqtt shows it: «OSError(104,)».
    mark: ['oserror: [errno ', 'oserror('],
    pattern: /\bOSError(?:: \[Errno |\()(-?\d{1,3})(?:\] ?([A-Z]{4,})?$|,? ?\)|, '([A-Z]{4,})?)/,
    read: ([number, ...names]) => {
      if (NO_NAME.has(number!)) return copyOf(NO_HOST);
      const name = names.find((text) => text !== undefined);
      return ofErrno(NAMED_ERRNO[name ?? ''] ?? Number(number));
    },
  },
  {
    // MicroPython's station on an ESP32 (network.STAT_...).
    mark: 'status',
    pattern: /\b(?:wlan|sta|sta_if|wifi)[. ]status(?:\(\))? ?[:=]? ?(20[0-4])$/i,
    read: ([reason]) => disconnected(Number(reason)),
  },
  {
    // mqtt_as with MQTT 5.
    mark: 'disconnect reason code 0x',
    pattern: /\bDISCONNECT reason code (0x[\da-f]{1,2})\b/,
    read: ([code]) => refusalOfCode(Number(code)) ?? copyOf(LOST),
  },
  {
    // A program that looks for the devices of its network.
    mark: '.local ip resolution failed',
    pattern: /([\w-]+\.local) IP resolution failed\b/,
    read: ([host]) => ({ kind: 'dns-failed', host, code: undefined }),
  },
  {
    // Reasons of the SDK's station.
    mark: 'unknown failure ',
    pattern: /\bConnection ?Error: Unknown failure (\d{1,3})\b/,
    read: ([reason]) => disconnected(Number(reason)),
  },
  {
    mark: 'ssl: alert: ',
    pattern: /\bSSL: alert: [12], (\d{1,3})\b/,
    read: ([description]) => alert('received', Number(description)),
  },
  {
    mark: 'error: ',
    pattern: new RegExp(String.raw`^(?:\w+\.)?((?:${FAULTS})Error): (?!.*\b(?:ssl|tls|wrap_socket)'?$)`),
    read: ([error]) => ({ kind: 'raised', error: error! }),
  },
  {
    mark: ['requests.py', 'umqtt'],
    // In umqtt's connect() it is a step of the program.
    pattern: /\b(\w*requests\.py|umqtt\/\w+\.py)", line \d+, in (?!connect$)\w+$/,
    read: ([file]) => ({ kind: 'frame', file: file! }),
  },
  {
    // CircuitPython: esp-tls's own code.
    mark: 'unhandled esp tls error',
    pattern: /\bUnhandled ESP TLS error \d+ \d+ (80[\da-f]{2})\b/,
    read: ([code]) => ({ kind: 'esp-tls-error', code: Number(`0x${code!}`) }),
  },
  {
    // NodeMCU's http module: numbers of espconn.h.
    mark: 'disconnected with error',
    pattern: /\bHTTP client: Disconnected with error: (-\d{1,2})\b/,
    read: ([code]) => copyOf(ESPCONN[Number(code)]),
  },
  {
    // Lua.
    mark: ['attempt to ', 'bad argument #'],
    pattern:
      /^(?!.*\bglobal 'tls').*(?:\bbad argument #\d to '|\battempt to (?:call|index|concatenate|perform arithmetic on|compare)\b.{0,12}(?:\ba \w+ value\b|\b(?:local|global|field|upvalue|method) '|\btwo \w+ values\b))/,
    read: () => ({ kind: 'raised', error: 'attempt' }),
  },
  {
    // JavaScript (Espruino, Moddable).
    mark: ['is not a function', 'property of', 'is not defined'],
    pattern:
      /^(?:Uncaught |\w*Error: ).*(?:\bis not a function\b|\bCannot read property\b|\bis not defined\b)/,
    read: () => ({ kind: 'raised', error: 'TypeError' }),
  },
];
