import { copyOf, type Rule } from '../rule.ts';
import { LOST } from './details.ts';
import { ofReasonName, ofState, refusalOfCode, refused } from './mqtt-codes.ts';

/** What a client's state or reason says, by its number or name: PubSubClient, AsyncMqttClient, Tasmota, lwIP. */
export const MQTT_STATE_RULES: readonly Rule[] = [
  {
    // AsyncMqttClient's example, copied everywhere, and espMqttClient's: «Reason: TCP_DISCONNECTED». Others have reasons, too.
    mark: 'reason: ',
    pattern: /^(?:.*\b(?:mqtt|broker)\b.*\b|\W*(?:disconnect )?)reason: ([a-z].*)/i,
    read: ([name]) => ofReasonName(name!),
  },
  {
    // Espurna (mqtt.cpp), of the same numbers.
    mark: '[mqtt] ',
    pattern: /^\[MQTT\] ((?:TCP|Identifier|Server|Malformed|Not|ESP8266|Bad|Unacceptable) [\w ]+)$/i,
    read: ([name]) => ofReasonName(name!),
  },
  {
    // The enumerator behind other words: no other library has these names.
    mark: [
      'tcp_disc',
      'mqtt_unacc',
      'mqtt_ident',
      'mqtt_server_un',
      'mqtt_malf',
      'mqtt_not_auth',
      'not_enough',
      'tls_bad',
    ],
    // Not in a program's source: «case AsyncMqttClientDisconnectReason::TCP_DISCONNECTED:».
    pattern:
      /(?<![:.\w])(TCP_DISCONNECTED|MQTT_(?:UNACCEPTABLE_PROTOCOL_VERSION|IDENTIFIER_REJECTED|SERVER_UNAVAILABLE|MALFORMED_CREDENTIALS|NOT_AUTHORIZED)|ESP8266_NOT_ENOUGH_SPACE|TLS_BAD_FINGERPRINT)\b/,
    read: ([name]) => ofReasonName(name!),
  },
  {
    // Tasmota: «Connect failed to HOST:PORT, rc -2»; older «connection failed due to».
    mark: 'onnect',
    pattern: /\b[Cc]onnect(?:ion)? failed (?:due )?to +([\w-]+(?:\.[\w-]+)+):(\d{1,5}), rc -2\b/,
    read: ([host, port]) => ({ kind: 'connecting', scheme: undefined, host: host!, port: Number(port) }),
  },
  {
    // Tasmota: MQTT_DNS_DISCONNECTED (xdrv_02_9_mqtt.ino).
    mark: ', rc -5',
    pattern: /\bConnect failed to \S+, rc -5\b/i,
    read: () => ({ kind: 'dns-failed', host: undefined, code: undefined }),
  },
  {
    // PubSubClient.state(): 1 to 5 are CONNACK's refusals, -4 and -3 no answer to CONNECT, -2 no connection.
    mark: 'rc',
    pattern: /^(.*)\brc( = |[=: ] ?)(-?\d+)\b/i,
    // Of others -1 is any failure, and «rc = 4» any call's.
    read: ([before, sign, code]) =>
      (code === '-1' && !/mqtt|broker|\bfailed,? $/i.test(before!)) ||
      (sign === ' = ' && !/mqtt|broker|fail/i.test(before!))
        ? undefined
        : ofState(Number(code)),
  },
  {
    // The same number in other words; a status of a web page has three digits. «client state: 2» is mbedTLS's step.
    mark: 'state',
    pattern:
      /^(?!.*<socket ).*\b(?:mqtt|client(?! state: \d)|pubsub)\w*\b.{0,30}?[ ._]state(?:\(\))?(?: code)? ?[:=]? ?(-?\d)\b/i,
    read: ([code]) => ofState(Number(code)),
  },
  {
    // PubSubClient's state in other languages.
    mark: ['estado', 'stato', 'tat ', 'tat:', 'tat=', 'zustand'],
    pattern:
      /^(?=.*(?:mqtt|broker|falha|fall[oó]|fehl|[ée]chec|erreur|error)).*(?<!\w)(?:estado|stato|[ée]tat|zustand)\b\W{1,3}(-?\d)(?!\d)/i,
    read: ([code]) => ofState(Number(code)),
  },
  {
    // Behind words that name everything that it may be.
    mark: '(state ',
    pattern: /\bfail\w*\b.*\(state (-?\d)\)/i,
    read: ([code]) => ofState(Number(code)),
  },
  {
    // «Connecting to Losant...-1», of Losant's examples, which print the state of each try.
    mark: 'connecting to ',
    pattern: /^Connecting to (?!Wi-?Fi)\w+\.\.\.(-[1-4])$/i,
    read: ([code]) => ofState(Number(code)),
  },
  {
    // lwIP's mqtt_connection_status_t: CONNACK's codes, MQTT_CONNECT_DISCONNECTED, ..._TIMEOUT (apps/mqtt.h).
    mark: ['status', 'fail, error code'],
    pattern:
      /\b(?:mqtt|broker)\w*\b.{0,24}?\b(?:connect(?:ion)? status ?:? ?(?=25[67])|connection cb: status |fail, error code ?:? ?)(25[67]|[1-5])\b(?!\d)/i,
    read: ([code]) =>
      code === '256' ? copyOf(LOST) : code === '257' ? refused('no-answer') : refusalOfCode(Number(code)),
  },
  {
    // «Failed, status code =-2 try again», «failed with state 5», of sketches made after its example.
    mark: ['status', 'state', 'code'],
    pattern:
      /^\W*(?:mqtt\b.{0,20})?\bfailed\b\W{0,3}(?:with )?(?:state|status(?: code)?|(?:return |error )?code)\b ?[:=]? ?(-[1-4]|[1-5])(?!\d)/i,
    read: ([code]) => ofState(Number(code)),
  },
  {
    // «Connecting to MQTT Broker HOST...failed (error 5)».
    mark: 'ail',
    pattern:
      /\b(?:mqtt|broker)\b.*\bfail\w*\b\W{0,3}(?:error|err|code|state|rc)\W{0,3}(-[2-4]|[1-5])\b(?![.\d])/i,
    read: ([code]) => ofState(Number(code)),
  },
  {
    mark: 'mqtt',
    pattern: /\bmqtt\b.*\b(?:code|erreur|fehler(?:code)?)\W{0,3}(-[2-4]|[1-5])\s*$/i,
    read: ([code]) => ofState(Number(code)),
  },
];
