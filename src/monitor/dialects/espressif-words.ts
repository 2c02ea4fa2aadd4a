import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import {
  BAD_URL,
  BROKEN,
  CUT_UPDATE,
  failed,
  LOST,
  NO_ANCHOR,
  NO_FILE,
  NO_MEMORY,
  NO_NETWORK,
  NO_SECURE_ELEMENT,
  NO_SOCKET,
  NO_UPGRADE,
  NOT_MADE,
  rulesOf,
  SILENT_MODULE,
  SMALL_BUFFER,
  TIMED_OUT,
  type Words,
} from './details.ts';
import { ofErrno } from './errno.ts';
import { NO_CREDENTIALS, refusalOfCode, refused } from './mqtt-codes.ts';
import { disconnected } from './wifi-reasons.ts';

const OPTION: MonitorDetail = { kind: 'not-built', what: 'option' };
const INCOMPLETE: MonitorDetail = { kind: 'identity-incomplete' };
const NO_PARTITION: MonitorDetail = { kind: 'update-failed', problem: 'no-partition' };
const NO_IDENTITY: MonitorDetail = failed('unknown');

/** Sentences of Espressif's components that only they print, by component and in the order in which they are tried. */
const SENTENCES: readonly Words[] = [
  // esp_tls.c, esp_tls_mbedtls.c, esp_tls_wolfssl.c: the configuration.
  [
    ['clientkey_pem_buf', 'servercert_buf'],
    /\bprovide both (?:clientcert_pem_buf and clientkey_pem_buf|servercert_buf and serverkey_buf)\b/,
    INCOMPLETE,
  ],
  [
    ['no server certificate sup', 'no server key sup'],
    /\bNo Server (?:certificate|key) supplied(?! and)/,
    INCOMPLETE,
  ],
  [
    ['also required with the ds', 'certificate is required when using a psa'],
    /\bClient certificate is also required with the DS\b|\b(?:Client|Server) certificate is required when using a PSA-backed\b/,
    INCOMPLETE,
  ],
  [
    ['set client pki context', 'set server pki context'],
    /\bFailed to set (?:client|server) pki context\b/,
    NO_IDENTITY,
  ],
  [
    ['enable secure element support', 'enable the ds peripheral', 'signing using ecdsa peripheral'],
    /\bPlease enable (?:secure element support for|the (?:DS peripheral support|support for signing using ECDSA peripheral))/,
    OPTION,
  ],
  ['signature not enabled for', /\bDigital Signature not enabled for esp-tls in menuconfig\b/, OPTION],
  [
    'esp-tls in menuconfig',
    /\b(?:Secure element|ECDSA peripheral) not enabled for esp-tls in menuconfig\b/,
    { kind: 'not-built', what: 'secure-element' },
  ],
  ['esp_tls_server not enabled', /\bESP_TLS_SERVER Not enabled\b/, OPTION],
  ['1.3 is not enabled in config', /\bTLS 1\.3 is not enabled in config$/, OPTION],
  [
    'be enabled to use alpn',
    /\bCONFIG_MBEDTLS_SSL_ALPN must be enabled\b/,
    { kind: 'not-built', what: 'alpn' },
  ],
  ['no tls stack registered', /\bNo TLS stack registered\b(?!$)/, { kind: 'not-built', what: 'tls' }],
  [
    ['get device cert def', 'provided for trustcustom', 'parse key from device'],
    /\bFailed to (?:get device cert def|parse key from device)\b|\bmust be provided for TrustCustom\b/,
    NO_SECURE_ELEMENT,
  ],
  [
    ['set wolfssl ctx failed', 'create wolfssl failed'],
    // wolfSSL_CTX_new and wolfSSL_new give NULL for want of memory.
    /\b(?:Set wolfSSL ctx|Create wolfSSL) failed\b/,
    NO_MEMORY,
  ],
  [
    'handshake has not comp',
    /\bTLS handshake has not completed, (?:read|write) operation\b/,
    failed('misused'),
  ],
  // esp_tls_set_socket_options(): an interface that is not there, or is down.
  ['to interface', /^Bind \[sock=\d+\] to interface \S+ fail/, NOT_MADE],
  // transport_ssl.c, and transport_ws.c: TCP or TLS below it, the request, and the frames behind it.
  ['rror connect', /^Error connect(?:ing)? to host \S+:\d+$/, NOT_MADE],
  ['cannot allocate buffer for', /\bCannot allocate buffer for (?:connect|control frames)\b/, NO_MEMORY],
  ['request generation', /\bError in request generation\b.*\bbuffer size\b/, SMALL_BUFFER],
  ['exceeded buffer size', /^Header size exceeded buffer size\b/, SMALL_BUFFER],
  ['http upgrade failed', /^HTTP upgrade failed$/, NO_UPGRADE],
  ['invalid websocket key', /^Invalid websocket key$/, NO_UPGRADE],
  ['http header', /^HTTP Header (?:locate|walk) failed$/, NO_UPGRADE],
  ['rror write upgrade header', /^Error write Upgrade header\b/, BROKEN],
  [
    'exceeds caller buffer',
    /^Control frame payload \(\d+\) exceeds caller buffer\b/,
    { kind: 'body-unusable' },
  ],
  ['event_disconnected', /^(?!.*\bregist).*\bWEBSOCKET_EVENT_DISCONNECTED\b/, LOST],
  // esp_http_client.c and esp_https_ota.c.
  ['before data was ready', /^Connection timed out before data was ready\b/, TIMED_OUT],
  ['either url or host', /\bconfig should have either URL or host & path\b/, BAD_URL],
  ['transports valid, stop', /\bThere are no transports? valid, stop\b/, BAD_URL],
  [
    'authentication method is not',
    /\bThis authentication method is not supported\b/,
    { kind: 'http-status', status: 401 },
  ],
  ['http parser error', /\bHTTP parser error: (?!.*\bEOF\b)/, { kind: 'body-unusable' }],
  // The component writes it so.
  ['data received, ret=', /\bIncomp?lete? data received, ret=/i, LOST],
  ['complete data was received', /\bConnection closed before complete data was received\b/, CUT_UPDATE],
  [
    'staging partition or another',
    /\bGiven staging partition or another suitable Passive OTA\b/,
    NO_PARTITION,
  ],
  // aws-iot's PKCS #11, and RainMaker: what the device has not, or not yet, of an identity.
  ['from pkcs #11 module', /\bFailed to get certificate from PKCS #11 module\b/, NO_FILE],
  ['handling by pkcs #11', /\bFailed to setup key handling by PKCS #11\b/, NO_FILE],
  [
    'sign message using pkcs #11',
    /\bFailed to sign message using PKCS #11\b/,
    { kind: 'unreadable', what: 'key' },
  ],
  [
    ['claiming is needed', 'initialise mqtt params', 'initialise mqtt config after claiming'],
    /\b[Cc]laiming is needed because device certificates are not found\b|\bFailed to initialise MQTT (?:Params|Config after claiming)\b/,
    NO_CREDENTIALS,
  ],
  [
    ['get device certificate', 'get client cert', 'address of device cert'],
    /^Failed to (?:get (?:the )?(?:device certificate|client cert(?:\/key)?)|obtain flash address of device cert)\b/,
    NO_FILE,
  ],
  // The driver of the ESP-Hosted co-processor (rpc_core.c, transport_drv.c).
  ['waiting for resp for', /\bTimeout waiting for Resp for \[0x[\da-f]+\]\(/, SILENT_MODULE],
  ['reported: response timeout', /\bError reported: Response Timeout\b/, SILENT_MODULE],
  ['init event not received', /\bInit event not received within timeout, Resetting\b/, SILENT_MODULE],
  ['bus_ready failed', /\bensure_slave_bus_ready failed\b/, SILENT_MODULE],
  // RTOS_SDK 2 and 3.0: Paho's client, the OpenSSL examples; espconn (espconn_tcp.c).
  ['code from network connect', /\bReturn code from network connect(?: ssl)? is -[1-9]/, NOT_MADE],
  ['code from mqtt sub', /\bReturn code from MQTT subscribe is -[1-9]/, refused('request-unanswered')],
  ['code from mqtt pub', /\bReturn code from MQTT publish is -[1-9]/, refused('request-unanswered')],
  ['create socket ..', /^create socket \.+ ?failed/, NO_SOCKET],
  ['err in host connected', /\berr in host connected \(/, { kind: 'connect-failed', host: undefined }],
  // esp_http_server (httpd_main.c): ENFILE.
  ['error in accept (2', /\bhttpd_accept_conn: error in accept \(2[34]\)/, NO_SOCKET],
  // esp_websocket_client, whatever stands before it.
  ['transport_write() returned 0', /\besp_transport_write\(\) returned 0\b.*\berrno=0$/, TIMED_OUT],
  ['tcp_pcb memory', /\btcp_pcb memory is fail\b/, NO_MEMORY],
  // esp_crt_bundle.c: the attached bundle is none.
  ['nvalid certificate bundle', /\bInvalid certificate bundle\b/, { kind: 'unreadable', what: 'bundle' }],
];

/** Tags of one component, in every version's spelling. */
const OF_WEBSOCKET = /^(?:transport_ws|websocket_client)$/i;
const OF_PROVISIONING = /prov/i;

/** Sentences that others print of other things: Espressif's with the tag of the component alone. */
const TAGGED: readonly (readonly [tag: RegExp, ...words: Words])[] = [
  // transport_ssl.c: esp_tls_init() gives NULL for want of memory.
  [/^(?:TRANS_SSL|transport_base)$/i, 'failed to initialize tls', /^Failed to initialize TLS$/, NO_MEMORY],
  // transport_ws.c, esp_websocket_client.c: behind the connection alone.
  [
    OF_WEBSOCKET,
    ['rror read', 'rror receive', 'rror write', 'pong send'],
    /^(?:Error (?:read data|reading payload data|receive data|write header)\b|PONG send failed\b)/,
    LOST,
  ],
  [OF_WEBSOCKET, 'rror transport_poll', /^Error transport_poll_write\b/, TIMED_OUT],
  [OF_WEBSOCKET, 'protocol violation', / - protocol violation\b/, { kind: 'body-unusable' }],
  // esp_http_client.c, esp_https_ota.c, esp_crt_bundle.c.
  [/^HTTP_CLIENT$/, 'no transport found', /^No transport found$/, BAD_URL],
  [/ota/i, 'authorization failed', /^Authorization Failed$/, { kind: 'http-status', status: 401 }],
  [/crt-bundle/, 'failed to attach bundle', /^Failed to attach bundle$/, NO_ANCHOR],
  // RainMaker's claiming (esp_claim.c), which had no answer of HTTP.
  [/^esp_claim$/, 'status = -1', /^Status = -1, Data = None$/, NOT_MADE],
  // wifi_provisioning (manager.c).
  [OF_PROVISIONING, 'sta auth error', /^STA Auth Error$/, { kind: 'wifi-failed' }],
  [OF_PROVISIONING, 'sta disconnected', /^STA Disconnected$/, { kind: 'wifi-failed' }],
  // The accelerators' drivers: esp_aes.c, esp_bignum.c.
  [
    /^(?:esp-aes|AES|bignum)$/,
    ['timed out waiting for', 'dma_wait_complete failed'],
    /^(?:Timed out waiting for (?:completion of AES Interrupt|RSA operation)|esp_aes_dma_wait_complete failed)/,
    failed('accelerator'),
  ],
  // esp_netif_lwip_ppp.c.
  [
    /^esp-netif_lwip-ppp$/,
    ['onnection timeout', 'onnection lost', 'unable to open ppp', 'peer not respond'],
    /\b(?:Connection (?:timeout|lost)|Unable to open PPP session|Peer not responding)\b/i,
    NO_NETWORK,
  ],
  // tls_mbedtls.c of the supplicant: EAP's own TLS.
  [
    /^wpa$/,
    ['ssl handle', 'pki context', 'client configurations', 'cert bundle', 'read data', 'whole data'],
    /^(?:failed to create ssl handle|Failed to set (?:client (?:pki context|configurations)|default cert bundle))$|\bnot able to (?:read|write whole) data$/i,
    { kind: 'wifi-enterprise-failed' },
  ],
];

/** What Espressif's own components say in words that no other dialect reads. */
export const ESPRESSIF_WORD_RULES: readonly Rule[] = [
  {
    // esp_websocket_client.c: esp-tls's flags and code, of mbedTLS and positive, beside errors that say less.
    mark: 'tls_error_code=',
    pattern: /\btls_error_code=(-?\d+), tls_flags=(\d+)/,
    read: ([code, flags]) => {
      if (flags !== '0') return { kind: 'verify-flags', flags: Number(flags) };
      return code === '0' ? undefined : { kind: 'code', code: -Math.abs(Number(code)) };
    },
  },
  {
    // The same, where neither TLS nor HTTP says anything.
    mark: 'transport_connect() failed',
    pattern:
      /\besp_transport_connect\(\) failed with -\d(?=.*\berrno=(?:0|119)$)(?!.*ESP_ERR_)(?!.*status_code=[2-5])/,
    read: () => copyOf(NOT_MADE),
  },
  {
    // aws-iot's TLS with PKCS #11: what mbedtls_net_connect gave.
    mark: 'with error -',
    pattern: /\bFailed to connect to \S+ with error (-(?:6[68]|82))\b/,
    read: ([code]) => ({
      kind: 'call',
      call: 'mbedtls_net_connect',
      code: Number(code),
      timeMs: undefined,
    }),
  },
  {
    // httpd_main.c: the device's own server takes no more clients.
    mark: 'error in accept (',
    pattern: /\berror in accept \((\d{2,3})\)/,
    read: ([number], prefix) =>
      prefix?.tag === 'httpd' && /^(?:12|23|24|105)$/.test(number!) ? ofErrno(Number(number)) : undefined,
  },
  {
    // esp-mqtt's examples print every number of the error by one function, in hex: errno, too.
    mark: 'socket errno: 0x',
    pattern: /\btransport's socket errno: 0x([\da-f]{1,2})$/i,
    read: ([number]) => ofErrno(Number.parseInt(number!, 16)),
  },
  {
    // protocol_examples_common, net_connect.
    mark: ' disconnected ',
    pattern: /\bWi-?Fi disconnected (\d{1,3}), trying to reconnect/i,
    read: ([reason]) => disconnected(Number(reason)),
  },
  {
    // Paho's client in RTOS_SDK 2 and 3.0 (examples/protocols/mqtt/main/MQTTEcho.c): what its calls returned, other than 0.
    mark: 'return code from mqtt connect is',
    pattern: /\bReturn code from MQTT connect is (-?\d{1,3})$/,
    read: ([code]) => (code!.startsWith('-') ? refused('no-answer') : refusalOfCode(Number(code))),
  },
  ...TAGGED.map(([tag, mark, pattern, means]): Rule => ({
    mark,
    pattern,
    read: ([], prefix) => (tag.test(prefix?.tag ?? '') ? copyOf(means) : undefined),
  })),
  ...rulesOf(SENTENCES),
];
