import type { MqttRefusal } from '../event-terms.ts';
import type { Rule } from '../rule.ts';
import { refused } from './mqtt-codes.ts';

/** What a broker says with a reason code of MQTT 5 (table 2.4), by the code's name; read after a client's tag alone. */
const REASONS: Readonly<Record<string, MqttRefusal>> = {
  'unspecified error': 'unknown',
  'implementation specific error': 'unknown',
  'malformed packet': 'rules-broken',
  'protocol error': 'rules-broken',
  'unsupported protocol version': 'protocol',
  'client identifier not valid': 'client-id',
  'bad user name or password': 'credentials',
  'not authorized': 'credentials',
  'bad authentication method': 'credentials',
  'server unavailable': 'unavailable',
  'server busy': 'unavailable',
  banned: 'credentials',
  'server shutting down': 'unavailable',
  'use another server': 'moved',
  'server moved': 'moved',
  'keep alive timeout': 'keep-alive',
  'session taken over': 'taken-over',
  'quota exceeded': 'limit',
  'message rate too high': 'limit',
  'receive maximum exceeded': 'limit',
  'connection rate exceeded': 'limit',
  'maximum connect time': 'limit',
  'topic name invalid': 'not-supported',
  'topic filter invalid': 'not-supported',
  'topic alias invalid': 'not-supported',
  'payload format invalid': 'not-supported',
  'retain not supported': 'not-supported',
  'qos not supported': 'not-supported',
  'shared subscriptions not supported': 'not-supported',
  'subscription identifiers not supported': 'not-supported',
  'wildcard subscriptions not supported': 'not-supported',
};

/** Tags of esp-mqtt (mqtt5_client.c) and coreMQTT, whose lines name the reason and nothing else. */
export const MQTT5_TAGS = ['mqtt5_client', 'coreMQTT'] as const;

const NAMES = Object.keys(REASONS);
const ofReason = ([name]: readonly (string | undefined)[]) => refused(REASONS[name!.toLowerCase()]!);

export const MQTT5_REASON_RULES: readonly Rule[] = [
  { mark: NAMES, pattern: new RegExp(String.raw`^(${NAMES.join('|')})\.?$`, 'i'), read: ofReason },
];

/** CONNACK's (coreMQTT, core_mqtt_serializer.c; paho's examples for Python), whatever the tag; other links have such words, too. */
export const MQTT5_REFUSAL_RULE: Rule = {
  mark: [
    'connection refused: ',
    'with result code',
    'failed to connect: ',
    'connection failed: ',
    'connection result: ',
    'reason_code: ',
  ],
  pattern: new RegExp(
    String.raw`^(?!.*\b(?:ble|bluetooth|wi-?fi|wlan)\b).*\b(?:Connection refused: |connect\w* with result code:? |Failed to connect: |Connection (?:failed|result): |connect reason_code: )(${NAMES.join('|')})\b`,
    'i',
  ),
  read: ofReason,
};
