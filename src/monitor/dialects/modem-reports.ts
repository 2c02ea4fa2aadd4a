import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import {
  BAD_URL,
  failed,
  LOST,
  NO_HOST,
  NO_MEMORY,
  NO_NETWORK,
  NO_SOCKET,
  NO_TCP,
  NOT_MADE,
  rulesOf,
  TIMED_OUT,
  type Words,
} from './details.ts';
import { refused } from './mqtt-codes.ts';

// What modems report of HTTP and MQTT on their own, by their makers' manuals of AT commands.
/** Quectel's HTTP(S): err of +QHTTPGET, +QHTTPPOST, +QHTTPREAD, and of +CME ERROR behind them. */
const QHTTP: Readonly<Record<number, MonitorDetail>> = {
  702: TIMED_OUT,
  706: NO_NETWORK,
  707: NO_NETWORK,
  708: NO_NETWORK,
  709: NO_NETWORK,
  710: NO_NETWORK,
  711: BAD_URL,
  712: BAD_URL,
  714: NO_HOST,
  715: NO_SOCKET,
  716: NO_TCP,
  717: LOST,
  718: LOST,
  719: LOST,
  722: TIMED_OUT,
  723: LOST,
  727: TIMED_OUT,
  728: TIMED_OUT,
  729: NO_MEMORY,
};
/** SIM7000's, in the place of HTTP's status; its network failed, or its stack is busy. */
const SHREQ: Readonly<Record<number, MonitorDetail>> = {
  601: NOT_MADE,
  602: NO_MEMORY,
  603: NO_HOST,
  604: NOT_MADE,
};
/** Sierra's HL series: tcp_notif. */
const KTCP: Readonly<Record<number, MonitorDetail>> = {
  0: NO_NETWORK,
  1: NO_SOCKET,
  2: NO_MEMORY,
  3: NO_HOST,
  4: LOST,
  5: NO_TCP,
  6: NOT_MADE,
  11: NO_SOCKET,
  12: { kind: 'connect-failed', host: undefined, why: 'timeout' },
  13: failed('unknown'),
  14: failed('unknown'),
};
/** AT_MQTT_... of Espressif's AT firmware (MQTT_AT_Commands.rst): what of a connection's set-up failed. */
const ESP_MQTT: Readonly<Record<number, MonitorDetail>> = {
  0x6005: NO_MEMORY,
  0x6021: { kind: 'unreadable', what: 'ca' },
  0x6022: { kind: 'unreadable', what: 'ca' },
  0x6023: { kind: 'unreadable', what: 'certificate' },
  0x6024: { kind: 'unreadable', what: 'certificate' },
  0x6025: { kind: 'unreadable', what: 'key' },
  0x6026: { kind: 'unreadable', what: 'key' },
  0x600b: NOT_MADE,
};

const WORDS: readonly Words[] = [
  // SIMCom.
  ['smstate:', /^\+SMSTATE: ?0$/, LOST],
  [['cmqttsub: ', 'cmqttpub: '], /^\+CMQTT(?:SUB|PUB): ?\d, ?11\b/, LOST],
  [
    ['cipevent: ', '+pdp: deact', 'qind: pdp'],
    /^\+(?:CIPEVENT: NETWORK CLOSED|PDP: DEACT|QIND: PDP DEACT)/,
    NO_NETWORK,
  ],
  ['ipclose: ', /^\+IPCLOSE: ?\d, ?[1-9]/, LOST],
  ['cpin: not ins', /^\+CPIN: NOT INSERTED\b/, NO_NETWORK],
  // A clock that starts with the modem: 1970, or 1980 of GSM chips.
  ['cclk: "', /^\+CCLK: ?"(?:70|80)\/01\/0/, { kind: 'clock-unset', seconds: undefined }],
  // Quectel's MQTT: CONNECT was not sent; sending failed, or the link is gone; SUBACK's code.
  ['qmtconn:', /^\+QMTCONN: ?\d, ?2\b/, LOST],
  ['qmtstat:', /^\+QMTSTAT: ?\d, ?[67]\b/, LOST],
  ['qmtsub:', /^\+QMTSUB: ?\d, ?\d+, ?\d, ?128\b/, refused('topic')],
  [['qmtsub:', 'qmtpub:'], /^\+QMT(?:SUB|PUB\w*): ?\d, ?\d+, ?2\b/, LOST],
  ['dnsgip",', /^\+QIURC: "dnsgip", ?565\b/, NO_HOST],
  // u-blox.
  ['uuhttpcr:', /^\+UUHTTPCR: ?\d, ?\d+, ?0\b/, NOT_MADE],
  ['uumqttc:', /^\+UUMQTTC: ?1, ?0\b/, NOT_MADE],
  ['uupsdd:', /^\+UUPSDD: ?\d/, NO_NETWORK],
  ['udnsrn: err', /^\+UDNSRN: ERROR/, NO_HOST],
  // TinyGSM, of a URC of SIM7600.
  ['network error!', /^### Network error!$/, NO_NETWORK],
];

/** Notices and results that come without being asked for, or behind a command of HTTP or MQTT. */
export const MODEM_REPORT_RULES: readonly Rule[] = [
  {
    // An HTTP status stands behind the 0.
    mark: ['+qhttpget:', '+qhttppost:', '+qhttpread:', '+cme error: 7'],
    pattern: /^\+(?:QHTTP(?:GET|POST|READ)(?:EX)?|CME ERROR): ?(?:(7\d\d)|0, ?([2-5]\d\d)\b)/,
    read: ([error, status]) =>
      error === undefined ? { kind: 'http-status', status: Number(status) } : copyOf(QHTTP[Number(error)]),
  },
  {
    mark: '+shreq:',
    pattern: /^\+SHREQ: ?"\w+", ?([2-6]\d\d),/,
    read: ([text]) => {
      const number = Number(text);
      return number >= 600 ? copyOf(SHREQ[number]) : { kind: 'http-status', status: number };
    },
  },
  {
    mark: '+ktcp_notif:',
    pattern: /^\+KTCP_NOTIF: ?\d+, ?(\d+)/,
    read: ([code]) => copyOf(KTCP[Number(code)]),
  },
  {
    mark: 'err code:0x000060',
    pattern: /^ERR CODE:0x0000(60[\da-f]{2})$/i,
    read: ([code]) => copyOf(ESP_MQTT[Number.parseInt(code!, 16)]),
  },
  {
    // Espressif's AT firmware does not have the command.
    mark: 'err code:0x01090000',
    pattern: /^ERR CODE:0x01090000$/i,
    read: () => ({ kind: 'at-result', result: 'not-allowed' }),
  },
  ...rulesOf(WORDS),
];
