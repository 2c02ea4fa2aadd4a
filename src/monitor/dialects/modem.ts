import type { MonitorDetail } from '../event.ts';
import type { AtPurpose } from '../event-terms.ts';
import { copyOf, type Rule } from '../rule.ts';
import { MODEM_REPORT_RULES } from './modem-reports.ts';
import { disconnected } from './wifi-reasons.ts';
import {
  failed,
  LOST,
  NO_ANCHOR,
  NO_HOST,
  NO_MEMORY,
  NO_NETWORK,
  NO_SOCKET,
  NO_TCP,
  NO_TLS,
  NOT_MADE,
  rulesOf,
  SILENT_MODULE,
  TIMED_OUT,
  verify,
  type Words,
} from './details.ts';
import { refusalOfCode, refused, KEEP_ALIVE } from './mqtt-codes.ts';

/** A line's head: an arrow of who sends, and a tag of the program that shows it. */
const HEAD = String.raw`^(?:[<>*\-]+ ?|\[?\w{1,6}\]?:? ?[<>]{0,2} ?(?=at\+|\+))?\s*`;

/** What a command asks for; the answer, OK or ERROR, stands in a line behind it. */
const COMMANDS: readonly (readonly [command: string, purpose: AtPurpose])[] = [
  [String.raw`CIPSTART=(?:\d,)?"SSL"|CIPSTARTEX="SSL"|QSSLOPEN=|CCHOPEN=`, 'tls-connection'],
  [String.raw`CIPSTART=(?:\d,)?"TCP"`, 'tcp-connection'],
  [
    String.raw`(?:CIPSTART|CIPOPEN|QIOPEN|USOCO|CAOPEN|QMTOPEN|QMTCONN|CMQTTCONNECT|SMCONN|MQTTCONN|SHCONN|HTTPACTION|QHTTPGET|QHTTPPOST)(?:=|$)`,
    'connection',
  ],
  [String.raw`(?:HTTPSSL|CIPSSL)=1`, 'tls-setting'],
  [String.raw`CIPSSLSIZE=(?:409[7-9]|4[1-9]\d\d|[5-9]\d{3}|\d{5,})$`, 'tls-buffer'],
  [String.raw`(?:NETOPEN|CIICR)$|SAPBR=1,|QIACT=|CNACT=\d,1|CGACT=1`, 'network'],
];

// The numbers that come back from the commands above, as the makers' manuals of AT commands list them.
/** SIM7500 and SIM7600; its TLS has numbers of its own. */
const CIPOPEN: Readonly<Record<number, MonitorDetail>> = {
  2: NO_NETWORK,
  4: { kind: 'at-result', result: 'not-allowed' },
  5: NO_TCP,
  10: { kind: 'connect-failed', host: undefined, why: 'timeout' },
  11: NO_HOST,
};
const CCHOPEN: Readonly<Record<number, MonitorDetail>> = {
  4: LOST,
  5: TIMED_OUT,
  7: NO_MEMORY,
  9: NO_NETWORK,
  10: failed('unknown'),
  13: NO_HOST,
  14: NO_TCP,
  15: failed('unknown'),
  17: NO_NETWORK,
  19: NO_ANCHOR,
};
const CMQTT: Readonly<Record<number, MonitorDetail>> = {
  3: NO_TCP,
  7: NO_NETWORK,
  9: NO_NETWORK,
  17: TIMED_OUT,
  25: NO_HOST,
  26: LOST,
  27: refused('protocol'),
  28: refused('client-id'),
  29: refused('unavailable'),
  30: refused('credentials'),
  31: refused('credentials'),
  32: failed('unknown'),
  33: NO_ANCHOR,
  34: failed('unknown'),
};
/** SIM7000/SIM7070. */
const CAOPEN: Readonly<Record<number, MonitorDetail>> = {
  2: NO_MEMORY,
  3: NO_SOCKET,
  20: NO_HOST,
  21: NO_NETWORK,
  23: { kind: 'connect-failed', host: undefined, why: 'refused' },
  24: verify('EXPIRED'),
  25: verify('CN_MISMATCH'),
  26: verify('CN_MISMATCH'),
};
/** SIM800. */
const HTTP: Readonly<Record<number, MonitorDetail>> = {
  601: NO_TCP,
  602: NO_MEMORY,
  603: NO_HOST,
  604: NOT_MADE,
  605: failed('unknown'),
  606: failed('fatal alert'),
  704: LOST,
  705: TIMED_OUT,
  706: LOST,
  710: failed('unknown'),
  712: NO_TCP,
  713: NO_HOST,
  714: NO_TCP,
  715: failed('unknown'),
  717: NO_NETWORK,
  718: TIMED_OUT,
  719: NO_ANCHOR,
};
/** Quectel. */
const QMTOPEN: Readonly<Record<number, MonitorDetail>> = {
  3: NO_NETWORK,
  4: NO_HOST,
  5: NOT_MADE,
};
const QSOCKET: Readonly<Record<number, MonitorDetail>> = {
  553: NO_MEMORY,
  561: NO_NETWORK,
  565: NO_HOST,
  566: NO_TCP,
  567: LOST,
  569: TIMED_OUT,
  570: NO_NETWORK,
  573: NO_NETWORK,
};

const ANSWERS: readonly (readonly [name: string, meanings: Readonly<Record<number, MonitorDetail>>])[] = [
  ['CMQTTCONNECT', CMQTT],
  ['CAOPEN', CAOPEN],
  ['CIPOPEN', CIPOPEN],
  ['CCHOPEN', CCHOPEN],
  ['QMTOPEN', QMTOPEN],
  ['QSSLOPEN', QSOCKET],
  ['QIOPEN', QSOCKET],
];

/** 3GPP TS 27.007 9.2, by number and text: the SIM card, and the network. */
const NO_SERVICE =
  /^(?:10|1[1-8]|30|31|32|33|148)$|\b(?:not subscribed|no network|not registered|SIM not inserted|SIM failure)\b/i;

const WORDS: readonly Words[] = [
  ['cwjap:1', /^\+CWJAP:1$/, { kind: 'wifi-failed' }],
  ['cwjap:2', /^\+CWJAP:2$/, disconnected(202)],
  ['cwjap:3', /^\+CWJAP:3$/, disconnected(201)],
  ['cwjap:4', /^\+CWJAP:4$/, { kind: 'wifi-failed' }],
  [['mqttdisconnected:', 'castate:'], /^\+(?:MQTTDISCONNECTED:\d|CASTATE: ?\d, ?0)/, LOST],
  // Zephyr's driver of the ESP's AT firmware: ETIMEDOUT of a command.
  ['wifi_esp', /\bwifi_esp\w*: .*\bret -116$/, SILENT_MODULE],
  ['at firmware not responding', /\bAT firmware not responding\b/, SILENT_MODULE],
  ['status:5', /^STATUS:5$/, { kind: 'wifi-failed' }],
  ['cdnsgip:', /^\+CDNSGIP: ?0\b/, NO_HOST],
  ['cch_peer_closed', /^\+CCH_PEER_CLOSED: ?\d/, LOST],
  ['cmqttconnlost:', /^\+CMQTTCONNLOST: ?\d, ?\d/, LOST],
  ['qiurc: "closed"', /^\+QIURC: "closed"/, LOST],
  ['qiurc: "pdpdeact"', /^\+QIURC: "pdpdeact"/, NO_NETWORK],
  ['qmtstat:', /^\+QMTSTAT: ?\d, ?1\b/, LOST],
  ['qmtstat:', /^\+QMTSTAT: ?\d, ?2\b/, KEEP_ALIVE],
  ['qmtstat:', /^\+QMTSTAT: ?\d, ?[34]\b/, refused('no-answer')],
  ['uusocl:', /^\+UUSOCL: ?\d/, LOST],
  ['nw pdn deact', /^\+CGEV: (?:NW PDN DEACT|ME PDN DEACT)\b/, NO_NETWORK],
  ['create_ssl_handle failed', /\bcreate_ssl_handle failed$/, failed('unknown')],
  // The console of Espressif's AT firmware.
  ['ssl connect fail', /^\s*ssl connect fail$/, failed('unknown')],
  ['socket connect fail', /^\s*socket connect fail$/, NO_TCP],
  ['ssl ctx fail', /^\s*ssl ctx fail$/, NO_MEMORY],
  ['link type error', /^Link type ERROR$/, NO_TLS],
];

/** Commands, answers and notices of modems: Espressif's AT firmware, SIMCom, Quectel, u-blox. */
export const MODEM_RULES: readonly Rule[] = [
  // ESP-IDF's PPP (esp_netif_lwip_ppp.c), by lwIP's PPPERR_OPEN to PPPERR_LOOPBACK.
  {
    mark: ['authentication challenge', 'open ppp session', 'loopback detected', 'to meet protocol'],
    pattern:
      /^(?:Failed authentication challenge|Unable to open PPP session|Loopback detected|Failed to meet protocol)$/,
    read: ([], prefix) => (prefix?.tag === 'esp-netif_lwip-ppp' ? copyOf(NO_NETWORK) : undefined),
  },
  ...COMMANDS.map(([command, purpose]): Rule => ({
    mark: 'at+',
    pattern: new RegExp(`${HEAD}AT\\+(?:${command})`, 'i'),
    read: () => ({ kind: 'at-start', purpose }),
  })),
  {
    mark: 'at+',
    pattern: new RegExp(`${HEAD}AT\\+[A-Z]`, 'i'),
    read: () => ({ kind: 'at-start', purpose: 'other' }),
  },
  {
    // Already open, or open by the answer to a question.
    mark: ['already opened', '+cnact:', '+sapbr:'],
    pattern: /^\+IP ERROR: Network is already opened|^\+CNACT: ?\d, ?1,"\d|^\+SAPBR: ?\d, ?1,"\d/,
    read: () => ({ kind: 'modem', attached: true }),
  },
  ...ANSWERS.map(([name, meanings]): Rule => ({
    mark: `${name}:`,
    pattern: new RegExp(String.raw`^(?:.*<< ?)?\+${name}: ?\d{1,2}, ?(-?\d+)`, 'i'),
    read: ([code]) =>
      code === '0' ? { kind: 'at-result', result: 'connected' } : copyOf(meanings[Number(code)] ?? NOT_MADE),
  })),
  {
    // A program that prints the code of its command; LilyGo's puts the number behind it next to it.
    mark: ['httpaction:', 'http get ', 'http post '],
    pattern:
      /^(?:\+HTTPACTION: ?\d, ?|HTTP (?:GET|POST) (?:error |failed ! error code = ))([67]\d\d)(?:0?\b)/i,
    read: ([code]) => copyOf(HTTP[Number(code)] ?? NOT_MADE),
  },
  {
    // Quectel: CONNACK's code.
    mark: 'qmtconn:',
    pattern: /^\+QMTCONN: ?\d, ?0, ?([1-5])\b/,
    read: ([code]) => refusalOfCode(Number(code)),
  },
  {
    // What came is a web service's refusal.
    mark: '+ipd,',
    pattern: /^(?:[<>-]+ ?)?\+IPD,(?:\d,)?\d+:\{"status": ?([45]\d\d)\b/,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  {
    // Data of the server: the connection is up.
    mark: '+ipd,',
    pattern: /^(?:[<>-]+ ?)?\+IPD,\d(?!.*\bHTTP\/1)/,
    read: () => ({ kind: 'at-result', result: 'connected' }),
  },
  ...MODEM_REPORT_RULES,
  {
    mark: '+cme error: ',
    pattern: /^(?:.*<< ?)?\**\+CME ERROR: (.+)$/,
    read: ([text]) =>
      NO_SERVICE.test(text!)
        ? copyOf(NO_NETWORK)
        : { kind: 'at-result', result: /^(?:[34]\b|operation not)/.test(text!) ? 'not-allowed' : 'error' },
  },
  {
    // 3GPP TS 27.007: 1 and 5 are registered.
    mark: ['reg:', 'cgatt:'],
    pattern: /^(?:\[?\w+\]?:? )?\+(?:C(?:G|E)?REG: ?\d, ?(\d)|CGATT: ?(\d))/,
    read: ([registered, attached]) => ({
      kind: 'modem',
      attached: attached === undefined ? /[15]/.test(registered!) : attached === '1',
    }),
  },
  ...rulesOf(WORDS),
];

/** Their results in one word, which many lines hold: tried where others have read what they know. */
export const MODEM_RESULT_RULES: readonly Rule[] = [
  {
    mark: ['ERROR', 'CLOSED', 'CONNECT', 'FAIL', 'OK'],
    pattern:
      /^\s*(?:[<>-]+ ?)?(?:\d, ?)?(ERROR(?: ?, ?CLOSED)?|CLOSED|CONNECT|FAIL|OK|\+CIPSTART: ?(?:ERROR|FAIL))\s*$/,
    read: ([word]) => ({ kind: 'at-result', result: RESULTS[word!] ?? 'error' }),
  },
];

const RESULTS: Readonly<Record<string, 'connected' | 'closed' | 'done'>> = {
  CONNECT: 'connected',
  CLOSED: 'closed',
  OK: 'done',
};
