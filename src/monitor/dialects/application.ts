import type { ApplicationStep } from '../event-terms.ts';
import { copyOf, type Rule } from '../rule.ts';
import { BROKEN } from './details.ts';

type Step = readonly [mark: Rule['mark'], pattern: RegExp, what: ApplicationStep];

/** What a program says of its own steps, which tells where a connection stood when it ended. */
const STEPS: readonly Step[] = [
  // esp-mqtt's examples: «sent subscribe successful» is no answer.
  [
    ['sent subscribe', 'sent publish', 'sent unsub', 'sent unpub'],
    /\bsent (?:un)?(?:subscribe|publish)\b/,
    'mqtt-request',
  ],
  [
    ['ubscri', 'suback'],
    /^(?!.*(?:\b0x8\w\b|\b(?:return|code|granted|qos)\W+128\b|\bfailed\b|\bno PUBACK|\b(?:invalid|not an?)\b.{0,24}\bSUBACK\b|\bSUBACK\b.{0,16}\bcannot\b)).*(?:\b(?:subscribed|SUBACK)\b|\bSUBSCRIBED\b|\bsubscri\w+ (?:ok|done|success\w*)\b)/i,
    'mqtt-answer',
  ],
  [
    ['PUBACK', 'ublished'],
    /^(?!.*(?:\b0x8\w\b|\bno PUBACK|\b(?:invalid|not an?)\b.{0,24}\bPUBACK\b|\bPUBACK\b.{0,24}\b(?:cannot|not received)\b)).*\b(?:PUBACK|(?:MQTT_EVENT_)?published)\b/i,
    'mqtt-answer',
  ],
  [['ublish'], /\bpublish\w*\b.{0,20}\b(?:ok|done|success\w*|acked)\b/i, 'mqtt-answer'],
  [['CONNECT'], /\bmqtt\b.{0,12}(?:->|>>?|send\w*|sent|tx)\W{0,3}CONNECT\b/i, 'mqtt-connect'],
  [
    ['isconnecting', 'losing ', 'eep sleep', 'o close ', 'received disconnect'],
    /\bReceived DISCONNECT from\b|\bdisconnecting\b|\b(?:closing|about to close) (?:the )?(?:connection|socket|session)\b|\bdeep sleep\b/i,
    'goodbye',
  ],
  [
    ['ota', 'update', 'download', 'firmware'],
    /\b(?:ota|update|download|firmware)\w*\b.{0,20}\b\d{1,3} ?%/i,
    'download',
  ],
  [['mqtt0 ack'], /\bMQTT0 ack \d/, 'mqtt-answer'],
  [['mqtt0 sub', 'mqtt0 pub'], /\bMQTT0 (?:sub|pub) \S+ @ ?\d/, 'mqtt-request'],
  [['umqtt'], /\bumqtt\/simple\.py", line \d+, in connect$/, 'mqtt-connect'],
  [['sending, type: 1,', 'sending,type:1,'], /\bMQTT: ?Sending, ?type: ?1,/, 'mqtt-connect'],
  [['ubscrib'], /^(?!.*\bqueue).*\b(?:un)?subscrib(?:e|ing)\b/i, 'mqtt-request'],
  [
    ['reading http resp', 'writing http req'],
    /\bReading HTTP response\b|^Writing HTTP request\b/i,
    'http-request',
  ],
  [['ublish'], /^(?!.*\b(?:queu(?:e|ing)|schedul\w+)\b).*\bpublish(?:ing)?\b/i, 'mqtt-request'],
  [
    ['mage length', 'mage bytes', 'ownload', 'eceived', 'ota', 'ytes written'],
    /\bWritten image length\W*[1-9]|\bImage bytes read\W*[1-9]|\bdownload(?:ed|ing)\b|\bstarting download\b|\b\d{4,} bytes written\b|\breceived \d{3,}(?: bytes)? ?(?:of|\/) ?\d{4,}\b|\bota\b.{0,12}\b(?:progress|written|writing)\b/i,
    'download',
  ],
  [['GET /', 'POST /', 'PUT /'], /^\W*(?:\w+: )?(?:GET|POST|PUT) \/\S*/, 'http-request'],
];

/** Behind all rules that know an error: a step that failed is told by its error. */
export const APPLICATION_STEP_RULES: readonly Rule[] = STEPS.map(([mark, pattern, what]) => ({
  mark,
  pattern,
  // An error about an answer is none.
  read: ([], prefix) =>
    what === 'mqtt-answer' && prefix?.level === 'E' ? undefined : { kind: 'application', what },
}));

/** Ends of connections in the words of MQTT and HTTP libraries. */
export const APPLICATION_RULES: readonly Rule[] = [
  {
    // esp_http_client with its debug output on, and esp_https_ota: data came.
    mark: 'ritten image length',
    pattern: /\bWritten image length\W*[1-9]/,
    read: () => ({ kind: 'application', what: 'download' }),
  },
  {
    // esp-mqtt: TLS read nothing where an answer should have come.
    mark: ['network response', 'transport_read', 'oll read error', 'esp_transport_read'],
    pattern:
      /\bError network response\b|\bmqtt_message_receive: transport_read\(\)|\btransport_read\(\):? (?:EOF|error)|\bPoll read error\b/,
    read: () => ({ kind: 'connection-lost' }),
  },
  {
    // transport_ssl.c: only a session that is up reads and writes so.
    mark: 'esp_tls_conn_',
    pattern: /\besp_tls_conn_(?:read|write) error\b/,
    read: () => ({ kind: 'connection-lost' }),
  },
  {
    // esp-mqtt (mqtt_client.c), coreMQTT and esp_http_client: what was to be sent did not go out in time, or at all. An
    // errno of 0, or 119 (EINPROGRESS), beside it tells nothing more.
    mark: [
      'write data or timeout',
      'sending ping',
      't send ping',
      'public data to topic',
      'to send subscribe message',
      'to resend data',
      'write qos msg',
      'write request',
      'unable to send packet: ',
    ],
    pattern:
      /\bError write data or timeout\b|^(?:\w+: )?Error sending ping$|\bCan't send ping, disconnected\b|\bError to (?:public data to topic|send subscribe message|resend data)\b|\bError write (?:qos msg resp|request)|\bUnable to send packet: (?:Network Error|Timed out)\b/,
    read: () => copyOf(BROKEN),
  },
  {
    mark: ['FIN ', 'FIN,', ' EOF', 'HTTPNetworkError', 'HTTPPartialResponse'],
    pattern:
      /\bFIN (?:was )?(?:received|from)\b|\b(?:received|got|recv\w*)\b.{0,12}\bFIN\b|\bHTTP(?:NetworkError|PartialResponse)\b/,
    read: () => ({ kind: 'connection-lost' }),
  },
  { mark: 'ot connected', pattern: /^\W*not connected\W*$/i, read: () => ({ kind: 'connection-lost' }) },
  {
    // The suite in OpenSSL's or IANA's words: it is known behind ServerHello, and «up» behind the rest.
    mark: ['dhe-', 'dhe_', 'rsa-', 'rsa_', 'aes', 'chacha20'],
    pattern:
      /\b(?:tls|ssl)\b.{0,12}\b(?:up|ok|ready|done)\b.{0,12}\b((?:TLS[-_])?(?:ECDHE|DHE|RSA|AES(?:128|256)?|CHACHA20)[-_][\w-]+)/i,
    read: ([suite]) => ({ kind: 'tls-connected', suite, durationMs: undefined }),
  },
  {
    mark: ['hut down', 'hutdown'],
    pattern: /\b(?:peer|server|remote|broker|host)\b.{0,20}\bshut ?down\b/i,
    read: () => ({ kind: 'connection-lost' }),
  },
  {
    // Arduino-ESP32 (ssl_client.cpp). esp-tls prints the same behind a handshake that failed.
    mark: 'ertificate verified',
    pattern: /\bstart_ssl_client(?:\(\))?: Certificate verified\b/,
    read: () => ({ kind: 'tls-connected', suite: undefined, durationMs: undefined }),
  },
  {
    // Arduino's debug output: so many bytes came. An alert is a record of seven.
    mark: ':rn 7',
    pattern: /^:rn 7$/,
    read: () => ({ kind: 'record', type: 21, bytes: 2 }),
  },
  {
    mark: ['modem', 'PPP', 'GPRS', 'ellular', 'LTE'],
    pattern:
      /\b(?:modem|ppp|gprs|cellular|lte)\w*\b(?!.*\battached: ?(?:yes|1)\b).*\b(?:no sync|not attached|attached: ?(?:no|0)|no (?:network )?(?:registration|service|carrier|sim)|not registered|sim (?:card )?(?:not inserted|missing)|registration (?:denied|failed|timeout))\b/i,
    read: () => ({ kind: 'modem', attached: false }),
  },
  {
    mark: ['attached', 'egistered'],
    pattern: /\b(?:modem|ppp|gprs|cellular|lte)\w*\b.*\b(?:attached: ?(?:yes|1)|is attached|registered)\b/i,
    read: () => ({ kind: 'modem', attached: true }),
  },
];
