import type { MonitorDetail } from '../event.ts';
import type { Rule } from '../rule.ts';
import { CONNECT_ERRNO_RULES } from './connect-errno.ts';
import { ESP_ERROR_RULES } from './esp-errors.ts';
import { ofErrnoText } from './errno.ts';

/** DNS and TCP: strings of liblwip.a, RTOS_SDK 3.x's esp-tls, and the aws_iot examples. */
export const NETWORK_RULES: readonly Rule[] = [
  {
    mark: 'get hostname for',
    pattern: /couldn't get hostname for ?:(.*?): getaddrinfo\(\) returns (-?\d+)/,
    read: ([host, code]) => ({ kind: 'dns-failed', host: host!, code: Number(code) }),
  },
  {
    // Arduino: a URL where a name is asked for.
    mark: 'ip for: http',
    pattern: /\brequest IP for: (https?:\S+)/,
    read: ([host]) => ({ kind: 'dns-failed', host: host!, code: undefined }),
  },
  {
    mark: 'get hostname for',
    pattern: /couldn't get hostname for ?:?( ?\S*)/,
    read: ([host]) => ({ kind: 'dns-failed', host: host!.replace(/^`|[:`]$/g, ''), code: undefined }),
  },
  {
    // The same, cut by the end of a paste: esp-tls has no other message that begins so.
    mark: "couldn't g",
    pattern: /^couldn't g(?:et? ?\w{0,8})?$/,
    read: ([], prefix) =>
      prefix?.tag === 'esp-tls' ? { kind: 'dns-failed', host: undefined, code: undefined } : undefined,
  },
  {
    mark: 'DNS',
    pattern: /\bDNS (?:lookup|resolve|resolution|query)?\W*(?:fail|error|timed? ?out)\w*(?:.*?err=(-?\d+))?/i,
    read: ([code]) => ({
      kind: 'dns-failed',
      host: undefined,
      code: code === undefined ? undefined : Number(code),
    }),
  },
  {
    // ESPHome: «Couldn't resolve IP address for 'HOST'!», and others.
    mark: ' resolve ',
    pattern:
      /\b(?:[Cc]ouldn't|[Cc]annot|[Cc]ould not|[Uu]nable to|[Ff]ailed to) resolve (?:\w+ )*'?([\w-]+(?:\.|:\/\/)[^\s'!]*)/,
    read: ([host]) => ({ kind: 'dns-failed', host: host!, code: undefined }),
  },
  {
    mark: 'hostByName',
    pattern: /^\[hostByName\] Host: (\S+) lookup error: (-?\d+)/,
    read: ([host, code]) => ({ kind: 'dns-failed', host: host!, code: Number(code) }),
  },
  {
    mark: 'etaddrinfo',
    pattern: /\bgetaddrinfo\b(?:\(\))?.*?(?:fail|error|returned?|:)\D{0,12}(-?\d+)?/i,
    read: ([code]) =>
      code === '0'
        ? undefined
        : { kind: 'dns-failed', host: undefined, code: code === undefined ? undefined : Number(code) },
  },
  ...ESP_ERROR_RULES,
  {
    // «ERROR opening socket» is Arduino-ESP32's (ssl_client.cpp), of the call socket().
    mark: ['create socket', 'reate a socket', 'opening socket', 'socket()', 'oo many'],
    pattern:
      /\b(?:fail\w*|unable|could ?n[o']t|can ?not|can't|error)\b.{0,12}?\bcreate (?:a )?socket\b|\bERROR opening socket$|\bsocket\(\) (?:failed|returned -1|error)|\btoo many (?:open )?(?:sockets|files)\b/i,
    read: () => ({ kind: 'connect-failed', host: undefined, why: 'memory' }),
  },
  ...CONNECT_ERRNO_RULES,
  {
    mark: 'onnect',
    pattern:
      /^(?:Failed to connect|Connect to [Ss]erver failed|[Cc]onnect(?:ion)? failed|failed to connect) ?(?:to|:)? ?(\S*)(.*)/,
    read: ([host, rest]) => {
      const why = ofErrnoText(`${host!}${rest!}`);
      return why?.kind === 'connect-failed' && why.why !== undefined
        ? why
        : { kind: 'connect-failed', host: /^[\w[]/.test(host!) ? host : undefined, why: 'any-layer' };
    },
  },
  // esp_tls.c of ESP-IDF 4 and later, with strerror's words.
  {
    mark: ['connect error: ', 'connect() error: '],
    pattern: /\b(?:delayed connect|connect\(\)) error: (.+)/,
    // lwIP gives up what nobody answers: there is no connection yet that could be aborted.
    read: ([text]) =>
      ofErrnoText(/reset/i.test(text!) ? 'refused' : /abort/i.test(text!) ? 'timed out' : text!) ?? {
        kind: 'connect-failed',
        host: undefined,
      },
  },
  // esp_tls.c: of the TCP connection, which is made without blocking.
  {
    mark: ['ect to host', 'delayed connect error', 'connect() error'],
    pattern: /\bFailed to connn?ect to host\b|\bdelayed connect error\b|\bconnect\(\) error\b/,
    read: () => ({ kind: 'connect-failed', host: undefined }),
  },
  {
    // espconn.h of NONOS: ESPCONN_MEM to ESPCONN_HANDSHAKE, in the reconnect callback; of a reconnection alone a number
    // may be a timer's.
    mark: ['espconn', 'recon', 'connect'],
    pattern:
      /\b(?:espconn\w*|(?<!\b(?:auto|ble|bt|wi-?fi) )(?:recon(?:nect)?(?=\w*\D{0,12}?(?:cb|callback|err))\w*|(?:dis)?connect\w* (?:cb|callback)))\b\D{0,40}?(-(?:1|3|4|7|8|9|1[01]|28|61))\b/i,
    read: ([code]) => ofEspconn(Number(code)),
  },
  {
    // Arduino's ClientContext.h with its debug output on: the connection did not come in time.
    mark: ':ctmo',
    pattern: /^:ctmo$/,
    read: () => ({ kind: 'connect-failed', host: undefined, why: 'timeout' }),
  },
  {
    // esp-tls selects while TCP is being made, mbedTLS's sockets while TLS is, too.
    mark: ['select() timeout', 'select() timed out'],
    pattern: /\bselect\(\) time(out|d out)/,
    read: ([form], prefix) =>
      form === 'out' || prefix?.tag.startsWith('esp-tls') === true
        ? { kind: 'connect-failed', host: undefined, why: 'timeout' }
        : undefined,
  },
  {
    // esp_tls.c: of TCP and handshake together.
    mark: 'specified timeout',
    pattern: /\bFailed to open new connection in specified timeout/,
    read: () => ({ kind: 'timed-out' }),
  },
  {
    mark: 'eset by peer',
    pattern: /\b[Cc]onnection reset by peer\b/,
    read: () => ({ kind: 'connection-reset' }),
  },
  {
    // In Portuguese, Spanish, German, French and Italian, too.
    mark: ['onnect', 'onecta', 'erbinde', 'onnexion'],
    pattern:
      /^(?!.*\b(?:timed out|timeout|refused|REFUSED|TIMEOUT)\b).*?\b(?:[Cc]onnect(?:ing|ed)?|[Cc]onectando|[Vv]erbinde|[Cc]onnexion|[Cc]onnessione)(?: tls| ssl)?(?: to| a| ao| al| à| mit)?(?: ip| server| host| broker| serveur| servidor)? +\/?([\w-]+(?:\.[\w-]+)+)[:/](\d{1,5})\b/,
    read: ([host, port]) => ({ kind: 'connecting', scheme: undefined, host: host!, port: Number(port) }),
  },
  {
    // The examples of coreMQTT and coreHTTP.
    mark: 'a tls session to',
    pattern: /\bEstablishing a TLS session to ([\w-]+(?:\.[\w-]+)+):(\d{1,5})\b/,
    read: ([host, port]) => ({ kind: 'connecting', scheme: undefined, host: host!, port: Number(port) }),
  },
  {
    // esp_tls.c at the debug level.
    mark: ': strlen ',
    pattern: /^host:([\w.-]+): strlen \d+$/,
    read: ([host]) => ({ kind: 'connecting', scheme: undefined, host: host!, port: 0 }),
  },
  {
    // Typed at MicroPython's prompt: TLS is asked for at that port.
    mark: ['ssl=true', 'ssl = true'],
    pattern: /\bport ?= ?(\d{2,5})\b.*\bssl ?= ?True\b/,
    read: ([port]) => ({ kind: 'connecting', scheme: undefined, host: 'broker', port: Number(port) }),
  },
  {
    // Homie and ESPHome, which do not say where to.
    mark: ['attempting to connect to', 'connecting to mqtt...'],
    pattern: /^\W*Attempting to connect to MQTT\.\.\.$|\[mqtt:\d+\]:?\s+Connecting to MQTT\.\.\.$/,
    read: () => ({ kind: 'connecting', scheme: undefined, host: 'broker', port: 0 }),
  },
  {
    mark: '://',
    pattern:
      /^(?!.*\b[Ff]ail).*?\b(?:[Cc]onnect\w*|ur[il]|UR[IL]|GET|POST|PUT)\b.*?\b(https?|wss?|mqtts?):\/\/([\w.-]+)(?::(\d{1,5}))?/,
    read: ([scheme, host, port]) => ({
      kind: 'connecting',
      scheme: scheme!,
      host: host!,
      port: Number(port ?? SCHEME_PORTS[scheme!]),
    }),
  },
];

function ofEspconn(code: number): MonitorDetail {
  switch (code) {
    case -1:
      return { kind: 'allocation-failed', bytes: undefined };
    case -3:
      return { kind: 'connect-failed', host: undefined, why: 'timeout' };
    case -4:
      return { kind: 'connect-failed', host: undefined, why: 'unreachable' };
    case -7:
      return { kind: 'connect-failed', host: undefined, why: 'memory' };
    case -9:
      return { kind: 'connection-reset' };
    case -28:
    case -61:
      return { kind: 'handshake-failed', reason: 'unknown' };
    case -11:
      return { kind: 'connect-failed', host: undefined };
    default:
      return { kind: 'connection-lost' };
  }
}

const SCHEME_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  mqtt: 1883,
  mqtts: 8883,
};
