import { copyOf, type Rule } from '../rule.ts';
import type { MonitorDetail } from '../event.ts';
import {
  BAD_URL,
  failed,
  LOST,
  NO_HOST,
  NO_NETWORK,
  NO_SOCKET,
  NO_TCP,
  NO_TLS,
  rulesOf,
  type Words,
} from './details.ts';
import { refusalOfCode, refused } from './mqtt-codes.ts';

/** Sentences of ready-made firmware: Mongoose OS, Tasmota, ESPHome, OVMS. */
const WORDS: readonly Words[] = [
  // Mongoose OS (its libraries mqtt and gcp).
  [
    'requires server name',
    /\bMQTT requires server name\b/,
    { kind: 'dns-failed', host: '', code: undefined },
  ],
  ['invalid gcp.key', /\bInvalid gcp\.key \(0x/, { kind: 'unreadable', what: 'key' }],
  // HAA's installer.
  ['sign result: error', /\bSign result: ERROR\b/, { kind: 'update-failed', problem: 'signature' }],
  // Tasmota (xdrv_01_9_webserver.ino), behind the words that Update has.
  [
    '"upgrade":"failed',
    /"Upgrade":"Failed\b(?! HTTP error: connection (?:refused|failed))/i,
    { kind: 'update-failed', problem: 'unknown' },
  ],
  // ESPHome (components/mqtt, http_request).
  ['lost mqtt client', /\bLost MQTT Client connection!/, LOST],
  ['dns resolve error', /\bMQTT Disconnected: DNS Resolve Error\b/, NO_HOST],
  ['incorrect url prefix', /\bIncorrect URL prefix$/, BAD_URL],
  ['manifest does not', /\bManifest does not contain required fields\b/, { kind: 'body-unusable' }],
  // OVMS (components/ovms_server_v3, ovms_cellular).
  [
    'authentication error (',
    /\bAuthentication error \(wrong (?:user\/password\/client ID|ID\/password)\)/,
    refused('credentials'),
  ],
  ['ssl support disabled', /\bfailed: SSL support disabled\b|\(SSL support disabled\)/, NO_TLS],
  ['sim not inserted!', /\bSIM not inserted!/, NO_NETWORK],
  [
    'status_cb: ',
    /\bstatus_cb: (?:Failed authentication challenge|Failed to meet protocol|Loopback detected|Connection timeout|Connection lost)\b/,
    NO_NETWORK,
  ],
];

const STEPS: Readonly<Record<string, MonitorDetail>> = {
  DNS: NO_HOST,
  Socket: NO_SOCKET,
  Connect: NO_TCP,
  SSL: failed('unknown'),
};

/** What ready-made firmware prints of CONNACK's code, and in words. */
export const FIRMWARE_WORD_RULES: readonly Rule[] = [
  {
    // OVMS, and Mongoose OS's library for Azure: CONNACK's code.
    mark: ['got mqtt connection error: ', 'azure mqtt connection failed ('],
    pattern: /\b(?:Got MQTT connection error: |Azure MQTT connection failed \()([1-5])\b/,
    read: ([code]) => copyOf(refusalOfCode(Number(code))),
  },
  {
    // esp-open-rtos' examples of paho: what mqtt_connect gave, CONNACK's code or a failure of the read.
    mark: 'send mqtt connect ... err',
    pattern: /\bSend MQTT connect \.\.\. error: (-?\d+)/,
    read: ([code]) => refusalOfCode(Number(code)) ?? refused('no-answer'),
  },
  {
    // HAA's and LCM's downloads (esp-open-rtos) tell each step with «OK» or «!»; the last one with it failed.
    mark: ['dns..!', 'socket..!', 'connect..!', 'ssl..!'],
    pattern: /(?:^|OK )(DNS|Socket|Connect|SSL)\.\.!/,
    read: ([step]) => copyOf(STEPS[step!]),
  },
  ...rulesOf(WORDS),
];
