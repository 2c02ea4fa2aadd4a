import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import { NOT_MADE } from './details.ts';
import { refused } from './mqtt-codes.ts';

/** lwmqtt_err_t (lwmqtt.h), of arduino-mqtt, Google's library and 256dpi's esp-mqtt, by number and name. */
const LWMQTT: readonly (readonly [code: number, name: string, means: MonitorDetail])[] = [
  [-1, 'BUFFER_TOO_SHORT', refused('too-large')],
  [-2, 'VARNUM_OVERFLOW', refused('malformed')],
  [-3, 'NETWORK_FAILED_CONNECT', NOT_MADE],
  [-4, 'NETWORK_TIMEOUT', refused('no-answer')],
  [-5, 'NETWORK_FAILED_READ', refused('no-answer')],
  [-6, 'NETWORK_FAILED_WRITE', refused('no-answer')],
  [-7, 'REMAINING_LENGTH_OVERFLOW', refused('too-large')],
  [-8, 'REMAINING_LENGTH_MISMATCH', refused('malformed')],
  [-9, 'MISSING_OR_WRONG_PACKET', refused('no-answer')],
  [-10, 'CONNECTION_DENIED', refused('credentials')],
  [-11, 'FAILED_SUBSCRIPTION', refused('topic')],
  [-13, 'PONG_TIMEOUT', refused('keep-alive')],
];
const LWMQTT_CODES: Readonly<Record<number, MonitorDetail>> = Object.fromEntries(
  LWMQTT.map(([code, , means]) => [code, means]),
);
/** lwmqtt_return_code_t: what CONNACK said. */
const LWMQTT_CONNACK = new Map<string, MonitorDetail>([
  ['UNACCEPTABLE_PROTOCOL', refused('protocol')],
  ['IDENTIFIER_REJECTED', refused('client-id')],
  ['SERVER_UNAVAILABLE', refused('unavailable')],
  ['BAD_USERNAME_OR_PASSWORD', refused('credentials')],
  ['NOT_AUTHORIZED', refused('credentials')],
]);
const LWMQTT_NAMES = new Map(LWMQTT.map(([, name, means]) => [name, means]));

/** What arduino-mqtt and its kin return, as programs print it. */
export const LWMQTT_RULES: readonly Rule[] = [
  {
    // arduino-mqtt's lastError(), Google's library «lasterror :-5»; by the call: 256dpi's esp-mqtt.
    mark: ['asterror', 'ast error', 'lwmqtt'],
    pattern:
      /\b(?:last ?error(?:\(\))?(?: ?[=:]+| is)? ?:?|lwmqtt(?:_\w+)?\b\W{1,4}(?:error\W{1,3})?)(-\d{1,2})\b/i,
    read: ([code]) => copyOf(LWMQTT_CODES[Number(code)]),
  },
  {
    mark: 'LWMQTT_',
    pattern: /\bLWMQTT_([A-Z_]+)/,
    read: ([name]) => copyOf(LWMQTT_NAMES.get(name!) ?? LWMQTT_CONNACK.get(name!)),
  },
];
