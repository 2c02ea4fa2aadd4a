import type { MqttRefusal } from '../event-terms.ts';
import { copyOf, type Rule } from '../rule.ts';
import { LOST } from './details.ts';
import {
  ASYNC_MQTT,
  isReasonCode,
  ofReasonName,
  ofState,
  ofWords,
  REFUSALS,
  refused,
  STATES,
} from './mqtt-codes.ts';
import { MQTT5_REFUSAL_RULE } from './mqtt5-reasons.ts';
import { MQTT_STATE_RULES } from './mqtt-states.ts';

/** Results of CONNACK, as Aliyun's SDK numbers them. */
const ALIYUN: Readonly<Record<string, MqttRefusal>> = {
  '-34': 'credentials',
  '-35': 'credentials',
  '-36': 'unavailable',
  '-37': 'client-id',
  '-38': 'protocol',
};

/** «Not» and «bad» as words of their own, or as such in a name: they begin others. */
const REFUSAL =
  /[Ff]ail|FAIL|[Rr]efus|REFUS|[Rr]eject|REJECT|[Dd]enied|DENIED|[Uu]naccept|UNACCEPT|[Ii]nvalid|INVALID|[Mm]alformed|MALFORMED|(?<![a-z])(?:[Nn]ot|[Bb]ad)(?![a-z])|(?<![A-Z])(?:NOT|BAD)(?![A-Z])/;
/** A program that shows what it is going to ask with. */
const SETTINGS =
  /^(?!.*\b(?:fail\w*|error|not auth\w*|refus\w*|denied|bad|invalid|reject\w*)\b.*\buser).*\bconnecting\b.*\buser(?: ?name)? ?[:=]/i;

/** MQTT behind TLS: PubSubClient, arduino-mqtt, esp-mqtt, coreMQTT, tuanpmt's esp_mqtt, Mongoose OS, ESPHome, Tasmota. */
export const MQTT_RULES: readonly Rule[] = [
  ...MQTT_STATE_RULES,
  {
    // «PubSubClient connecting to: HOST.-2», of an example for AWS; its dots go on with the number.
    mark: '.-',
    pattern: /^(?:PubSubClient connecting to: \S*)?\.+(-[2-4])$/,
    read: ([code]) => ofState(Number(code)),
  },
  {
    // The names of PubSubClient's states.
    mark: 'MQTT_CONNECT',
    pattern:
      /\bMQTT_CONNECT(?:ION_(TIMEOUT|LOST)|_(FAILED|BAD_PROTOCOL|BAD_CLIENT_ID|UNAVAILABLE|BAD_CREDENTIALS|UNAUTHORIZED))\b/,
    read: ([connection, connect]) =>
      ofState(STATES.indexOf(connection === undefined ? connect : `CONNECTION_${connection}`) - 4),
  },
  {
    // coreMQTT's loop, with the connection up.
    mark: 'MQTTRecvFailed',
    pattern: /^(?!.*\b(?:CONNACK|connection|MQTT_Connect|sess)\b).*\bMQTTRecvFailed\b/,
    read: () => ({ kind: 'connection-lost' }),
  },
  {
    // AWS IoT's own log (CloudWatch, AWSIotLogsV2).
    mark: 'authorization_failure',
    pattern: /^(?:.*"eventType": ?"(Subscribe|Publish-In|Publish-Out|Receive)")?.*\bAUTHORIZATION_FAILURE\b/i,
    read: ([request]) => refused(request === undefined ? 'unknown' : 'topic'),
  },
  {
    // mosquitto's log.
    mark: ['isconnected, not auth', 'isconnected: not auth'],
    pattern: /\bdisconnected[,:] not authori[sz]ed\b/,
    read: () => refused('credentials'),
  },
  {
    // The same: what came is no MQTT of a version that it knows, or no MQTT at all.
    mark: 'nvalid protocol',
    pattern: /\b[Ii]nvalid protocol\b.*\bin CONNECT\b/,
    read: () => refused('protocol'),
  },
  {
    mark: 'EVENT_DISCONNECTED',
    pattern: /\bMQTT_EVENT_DISCONNECTED/,
    read: () => refused('closed'),
  },
  {
    // Mongoose OS (mgos_mqtt.c): the transport is up, and CONNECT follows.
    mark: ['mqtt connect (1)', ' tcp connect ok ('],
    pattern: /\bMQTT Connect \(1\)$|\bMQTT\d? TCP connect ok \(0\)$/,
    read: () => ({ kind: 'application', what: 'mqtt-connect' }),
  },
  { mark: ' disconnect', pattern: /\bMQTT\d Disconnect(?:ed)?$/, read: () => refused('closed') },
  { mark: 'CONNACK recv', pattern: /CONNACK recv failed/, read: () => refused('no-answer') },
  {
    mark: ['CONNACK', 'onnack'],
    pattern:
      /\b(?:no|without|waiting for|missing|never (?:got|received))\b.{0,20}?\bCONNACK\b(?!\W{0,3}\d)|\bCONNACK\b.{0,20}?\b(?:time-?d? ?out|timeout|not received|missing|never)\b/i,
    read: () => refused('no-answer'),
  },
  {
    mark: 'ingle byte was not',
    pattern: /A single byte was not read from the transport/,
    read: () => refused('no-answer'),
  },
  MQTT5_REFUSAL_RULE,
  {
    // esp-mqtt: «Connection refused, not authorized»; tuanpmt's esp_mqtt: «Connection refuse, reason code: 5».
    mark: 'efuse',
    pattern:
      /\b(?:connect(?:ion|ed|)?|broker|mqtt|connack)\b.{0,80}?\brefused?\b\W*(?:.{0,40}?\b(?:(?:reason|return|error) ?code|rc|code|error)\W*(0x[\da-f]{1,2}|\d{1,3})\b|(.*))/i,
    read: ([code, words]) => {
      const number = Number(code);
      const why = code === undefined ? ofWords(words!) : REFUSALS[number];
      return why === undefined ? (isReasonCode(number) ? refused('unknown') : undefined) : refused(why);
    },
  },
  {
    // esp-mqtt: its words for a CONNACK with a code that it does not know.
    mark: 'connection refused, unk',
    pattern: /\bConnection refused, Unknow\w* reason\b/,
    read: () => refused('unknown'),
  },
  {
    // Aliyun's Arduino SDK, which prints PubSubClient's state.
    mark: 'connect err:',
    pattern: /\bMQTT Connect err: ?(-?\d)\b/,
    read: ([code]) => ofState(Number(code)),
  },
  {
    // Aliyun's SDK for C: MQTT_CONNACK_..._ERROR (iot_export_errno.h).
    mark: ['reject ack', 'recvconnackproc'],
    pattern: /\b(?:received reject ACK from MQTT server|recvConnackProc error)\b.*?(-3[4-8])\b/,
    read: ([code]) => refused(ALIYUN[code!] ?? 'unknown'),
  },
  {
    // esp-mqtt; the tag says MQTT already.
    mark: 'MQTT connect failed',
    pattern: /^(?:\w+: )?MQTT connect failed$/,
    read: () => refused('unknown'),
  },
  {
    mark: 'CONNACK',
    pattern: /\bCONNACK\W{1,3}(?:0x0?)?([0-5])$/,
    read: ([code]) =>
      code === '0'
        ? { kind: 'tls-connected', suite: undefined, durationMs: undefined }
        : refused(REFUSALS[Number(code)] ?? 'unknown'),
  },
  {
    mark: ['CONNACK', 'onnack'],
    pattern: /\bCONNACK\b.{0,40}?\b(?:code|rc|reason|status|returned)\W*(0x[\da-f]{1,2}|\d{1,3})\b/i,
    read: ([code]) =>
      Number(code) === 0
        ? { kind: 'tls-connected', suite: undefined, durationMs: undefined }
        : refused(REFUSALS[Number(code)] ?? 'unknown'),
  },
  {
    // AsyncMqttClientDisconnectReason, by number: «Disconnected from MQTT: 5».
    mark: ['isconnected from mqtt', 'mqtt disconnected, reason', 'from the broker, reason'],
    pattern:
      /\b(?:disconnected from MQTT\b\W{0,3}(?:reason\W{0,3})?|MQTT disconnected, reason: |disconnected from the broker, reason )([0-7])\b/i,
    read: ([number]) => copyOf(ASYNC_MQTT[Number(number)]),
  },
  {
    // lwIP's ERR_CONN to ERR_CLSD (lwip/err.h) in the place of a reason.
    mark: 'isconnected from mqtt',
    pattern: /\bdisconnected from MQTT\b.*?-1[1-5]\b/i,
    read: () => ({ kind: 'connection-lost' }),
  },
  {
    // Azure's SDK (mqtt_client.c, iothubtransport_mqtt_common.c).
    mark: 'onnection not accepted',
    pattern: /\bConnection Not Accepted: 0x0?([1-5])\b/i,
    read: ([code]) => ofState(Number(code)),
  },
  {
    // ESPHome: «MQTT Disconnected: Not Authorized.»
    mark: 'isconnected',
    pattern: /\bMQTT[ _](?:client )?[Dd]isconnected\b\W*(?:reason\W*)?(.*)/,
    read: ([words]) => {
      const reason = ofReasonName(words!);
      if (reason !== undefined) return reason;
      if (/fingerprint/i.test(words!)) return { kind: 'fingerprint-mismatch' };
      // EMS-ESP.
      if (/^TCP\W*$/i.test(words!)) return copyOf(LOST);
      return refused(ofWords(words!) ?? 'closed');
    },
  },
  // What MQTT's return codes 1 to 5 are called (MQTT 3.1.1, 3.2.2.3), where the line names MQTT.
  {
    mark: [
      'uthori',
      'redentials',
      'CREDENTIALS',
      'IDENTIFIER_',
      'sername',
      'user name',
      'dentifier',
      'client id',
      'rotocol version',
    ],
    pattern: /^(?=.*\b(?:mqtt|broker|connack)).*?\b(.+)/i,
    read: ([words]) => {
      const why = REFUSAL.test(words!) && !SETTINGS.test(words!) ? ofWords(words!) : undefined;
      return why === undefined ? undefined : refused(why);
    },
  },
  {
    mark: ['too big', 'too large', 'buffer'],
    pattern:
      /\b(?:mqtt|message|publish|packet|payload)\w*\b.{0,60}\b(?:too (?:big|large)|insufficient buffer|(?:larger|bigger) buffer|(?:exceeds?|larger than|longer than) (?:the )?\w* ?buffer|buffer (?:is )?(?:too small|overflow))\b/i,
    read: () => refused('too-large'),
  },
  {
    // esp-mqtt.
    mark: 'invalid header',
    pattern: /\bmessage with an invalid header=0x/,
    read: () => refused('malformed'),
  },
  {
    mark: 'nvalid message',
    pattern: /\binvalid message received as response to\b/i,
    read: () => refused('malformed'),
  },
  {
    mark: 'MSG_TYPE response',
    pattern: /\bInvalid MSG_TYPE response\b/,
    read: () => refused('malformed'),
  },
  {
    mark: 'PING_RESP',
    pattern: /\bNo PING_RESP\b/,
    read: () => refused('keep-alive'),
  },
  {
    mark: 'PINGRESP',
    pattern:
      /\b(?:no|missing|without)\b.{0,40}\bPINGRESP\b|\bPINGRESP\b.{0,40}\b(?:not|never|timeout|timed out)\b/i,
    read: () => refused('keep-alive'),
  },
  {
    mark: [
      'ing resp',
      'ong resp',
      'ing was',
      'ong was',
      'ing time',
      'ong time',
      'ing lost',
      'ong lost',
      'ing missing',
      'ong missing',
      'ing not',
      'ong not',
    ],
    pattern:
      /\b(?:mqtt\b.*)?\bp[io]ng (?:resp\w* )?(?:was )?(?:time-?d? ?out|timeout|missing|lost|not received)\b|\bno ping resp\w*/i,
    read: () => refused('keep-alive'),
  },
  {
    mark: 'eep',
    pattern: /\bkeep-? ?alive\b(?!: timeout=).{0,40}\b(?:timeout|timed out|expired|exceeded)\b/i,
    read: () => refused('keep-alive'),
  },
  {
    // Mongoose OS, and others: without a reason.
    mark: 'MQTT Disconnect',
    pattern: /\bMQTT Disconnect(?:ed)?$/,
    read: () => refused('closed'),
  },
  {
    // esp-mqtt.
    mark: 'message_receive',
    pattern: /\bmqtt_message_receive\(\) returned -?\d/,
    read: () => refused('closed'),
  },
];
