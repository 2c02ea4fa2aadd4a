import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import { disconnected, wifiReasonOf } from './wifi-reasons.ts';
import { ASSOCIATED, reasonBehind } from './wifi-states.ts';

/**
 * Wi-Fi and DHCP: strings of the SDKs' libraries (libnet80211.a, libmain.a), RTOS_SDK 3.x's tcpip_adapter, and of what
 * is built on them: ESPHome, Tasmota, ESPEasy, WiFiManager, MicroPython, NodeMCU, Arduino-ESP32.
 */
export const WIFI_RULES: readonly Rule[] = [
  {
    mark: 'state: ',
    pattern: /^(?:wifi:)?state: (\d+) -> (\d+)(?: \(([\da-f]{1,4})\))?/,
    read: ([from, to, why]) =>
      (to === '0' ? reasonBehind(Number(from), why) : undefined) ?? {
        kind: 'wifi-state',
        from: Number(from),
        to: Number(to),
      },
  },
  {
    // The ESP32's library, with names for the states: «state: run -> init (fc0)».
    mark: '-> init (',
    pattern: /\bstate: (\w+) -> init \((?:0x)?([\da-f]{1,4})\)/,
    read: ([from, why]) =>
      reasonBehind(undefined, why) ??
      (from === 'run'
        ? { kind: 'wifi-state', from: ASSOCIATED, to: 0, ...(why === '0' ? { isOwn: true } : {}) }
        : undefined),
  },
  {
    mark: 'onnected with ',
    pattern: /^(?:wifi:)? ?connected with ([^,]+)(?:,.*?channel (\d+))?/,
    read: ([ssid, channel]) => ({
      kind: 'wifi-connected',
      ssid,
      channel: channel === undefined ? undefined : Number(channel),
    }),
  },
  {
    // Arduino-ESP32 3 (NetworkEvents.cpp), at the verbose level.
    mark: 'sta_connected',
    pattern: /\bEvent: \d+ - STA_CONNECTED\b/,
    read: () => ({ kind: 'wifi-connected', ssid: undefined, channel: undefined }),
  },
  {
    mark: 'eason',
    pattern: /^wifi:? ?reason:? ?(\d{1,3})\b|\bwi-?fi\b.{0,60}?\breason\W{0,3}(\d{1,3})\b(?!-way)/i,
    read: ([reason, other]) => disconnected(Number(reason ?? other)),
  },
  {
    mark: ['-way', '4way', '4 way'],
    pattern: /\b4[- ]?way[_ ]?handshake\W?\w*[_ ]?(?:time-?d?[_ ]?out|timeout|fail\w*)\b/i,
    read: () => disconnected(15),
  },
  {
    mark: 'eason',
    // Of a client of MQTT or a hub, it is a number of its library.
    pattern:
      /^(?!.*(?:mqtt|iothub|broker|connection status)).*(?:dis)?connect.*?\breason ?[:=]? ?'?\(?(\d{1,3})\b(?!-way)/i,
    read: ([reason]) => disconnected(Number(reason)),
  },
  {
    // ESPHome: «Disconnected ssid='home' bssid=... reason='Auth Expired'»; others without the quotes.
    mark: 'eason',
    pattern: /disconnect.*?\breason ?[:=]? ?['"(]?([A-Za-z\d][\w .-]+)/i,
    read: ([text]) => {
      const reason = wifiReasonOf(text!);
      return reason === undefined ? undefined : disconnected(reason);
    },
  },
  {
    // Handlers of NONOS's event, which print its fields; WiFiManager.
    mark: 'reason[',
    pattern: /\bbssid\b.*\breason\[(\d{1,3})\]/,
    read: ([reason]) => disconnected(Number(reason)),
  },
  {
    mark: 'WIFI_REASON',
    pattern: /\bWIFI_REASON: *(\d{1,3})\b/,
    read: ([reason]) => disconnected(Number(reason)),
  },
  // What the station's status is called: user_interface.h, WiFi.status(), MicroPython, NodeMCU.
  {
    mark: ['wrong_p', 'wrongp', 'no_ap_found', 'no_ssid_avail'],
    pattern: /(?<![A-Z])(?:STATION_|STAT_|STA_|WL_)*(WRONG_?(?:PASSWORD|PWD)|NO_AP_FOUND|NO_SSID_AVAIL)\b/,
    read: ([text]) => disconnected(text!.startsWith('WRONG') ? 202 : 201),
  },
  {
    // Tasmota says so behind DHCP.
    mark: 'wif: connected',
    pattern: /\bWIF: Connected$/,
    read: () => ({ kind: 'address', ip: undefined, gateway: undefined }),
  },
  {
    // Tasmota (support_wifi.ino).
    mark: 'Connect failed ',
    pattern: /\bWIF: Connect failed (?:as|with) (AP cannot be reached|AP incorrect password|AP timeout)/,
    read: ([text]) => copyOf(TASMOTA_REASONS[text!]),
  },
  {
    // Arduino-ESP32 (WiFiGeneric.cpp).
    mark: 'Reason: ',
    pattern: /\bReason: (\d{1,3}) - [0-9A-Z_]+$/,
    read: ([reason]) => disconnected(Number(reason)),
  },
  {
    mark: ' found, reconnect',
    pattern: /^no .+ found, reconnect/,
    read: () => disconnected(201),
  },
  {
    mark: ['bcn_timout', 'bcn_timeout,'],
    pattern: /\bbcn_timout|\bbcn_timeout,/,
    read: () => disconnected(200),
  },
  {
    // The driver throws away what is sent, and says that it is stopped: both by a call of the program.
    mark: ['stop, discard', 'nan wifi stop'],
    pattern: /\bhmac tx: ifx\d stop, discard$|\bNAN WiFi stop$/,
    read: () => disconnected(8),
  },
  {
    mark: 'STA disconnect',
    pattern: /^STA disconnect: (\d+)/,
    read: ([reason]) => disconnected(Number(reason)),
  },
  {
    mark: 'ip:',
    pattern: /(?:^\.*|sta |got )ip: ?(\d+\.\d+\.\d+\.\d+)(?:, ?mask: ?[\d.]+, ?gw: ?([\d.]+))?/,
    read: ([ip, gateway]) => ({ kind: 'address', ip: ip!, gateway }),
  },
  {
    // Arduino-ESP32's events; a sketch that prints WiFi.localIP() alone, of the usual private network (RFC 1918).
    mark: ['sta ip: ', '192.168.', 'ip address'],
    pattern:
      /\bSTA IP: (\d+\.\d+\.\d+\.\d+)\b(?!\/)|^(?!.*\b(?:broker|server|host|remote|resolv\w*|dns|gateway|client|AP)\b).*\bIP address\W{1,4}(\d+\.\d+\.\d+\.\d+)\b|^\W*(192\.168\.(?!4\.1\b)\d{1,3}\.\d{1,3})\W*$/,
    read: (found) => {
      const ip = found.find((one) => one !== undefined)!;
      // Link-local (RFC 3927): what a station gives itself that nobody gave an address.
      return ip.startsWith('169.254.') ? dhcpFailed() : { kind: 'address', ip, gateway: undefined };
    },
  },
];

/** What no rule for a firmware knows: a station that did not come to its network, in anybody's words. */
export const WIFI_WORD_RULES: readonly Rule[] = [
  {
    // WiFiManager, whose only connection is that of the station.
    mark: 'wm:',
    pattern: /^\*wm: ?(?:\[\d\] ?)?Failed to connect\b/i,
    read: () => ({ kind: 'wifi-failed' }),
  },
  {
    mark: ['sta.status', 'wlan.status', 'sta_if.status', 'station_get_connect_status'],
    pattern:
      /\b(?:sta|wlan|sta_if)\.status(?:\(\))?\W{1,5}(\d)$|\bstation_get_connect_status\b(?:\(\))?\W{1,5}(\d)$/,
    read: ([number, other]) => copyOf(STATION_STATUS[(number ?? other)!]),
  },
  {
    mark: ['tatus', 'STATUS'],
    pattern: /\b(?:wi-?fi|wl|wlan)\b.{0,24}?\bstatus\b(?:\(\))?(?: code| is)? ?(?:[:=]|->)? ?\(?(\d)\)?$/i,
    read: ([number]) => copyOf(WL_STATUS[number!]),
  },
  {
    mark: ['WL_CONNECT', 'WL_DISCONN'],
    pattern: /\bWL_(?:CONNECT_FAILED|CONNECTION_LOST|DISCONNECTED)\b/,
    read: () => ({ kind: 'wifi-failed' }),
  },
  {
    // wpa_supplicant of the SDKs (eap_peer).
    mark: ['private structure', 'EAP-', 'wpa2_ent'],
    pattern:
      /\bMethod private structure allocated? fail|\bEAP-(?:TLS|PEAP|TTLS)\b.*\b(?:fail\w*|error)\b|\bwpa2_ent\w*\b.*\b(?:fail\w*|error)\b/i,
    read: () => ({ kind: 'wifi-enterprise-failed' }),
  },
  {
    mark: 'dhcp client start',
    pattern: /\bdhcp client start/,
    read: () => ({ kind: 'dhcp', state: 'started' }),
  },
  {
    mark: 'dhcp',
    pattern:
      /\bDHCP\w*\b(?!.*\b(?:server|softap|stop)\b).{0,60}?\b(?:fail\w*|time-?d? ?out|timeout|no (?:offer|answer|response|reply|lease)|not (?:answer|respond)\w*|error|gave up|expired)\b|\bno DHCP\w* (?:offer|answer|response|reply|lease)\b/i,
    read: dhcpFailed,
  },
  {
    mark: ['IP', ' ip'],
    pattern:
      /\b(?:not?|never|fail\w*|unable|timed? ?out|could ?n[o']t|did ?n[o']t|can ?not)\b.{0,30}?\b(?:get\w*|got|obtain\w*|receiv\w*|acquir\w*|assign\w*|wait\w*)\b.{0,15}?\bIP\b|\bno IP(?:v4)?(?: address)?(?: (?:was )?(?:received|obtained|assigned|acquired)|[.!]?$)|\b(?:get\w*|wait\w*|obtain\w*) (?:an? |for )?IP(?: address)?\b.{0,20}\b(?:timed? ?out|timeout|fail\w*)|\bIP(?: address)?\b.{0,12}\b(?:not (?:obtained|received|assigned|acquired)|timeout)\b|(?<!\b(?:dns\d?|gateway|gw|mask)\W{1,3})\bIP\b.{0,12}\bunset\b/i,
    read: dhcpFailed,
  },
  {
    mark: '0.0.0.0',
    // But of the soft-AP, which AT+CIPAP asks for.
    pattern: /^(?!\+CIPAP).*\b(?:ip|address)\b\W{0,3}0\.0\.0\.0\b/i,
    read: dhcpFailed,
  },
  {
    mark: '169.254.',
    pattern: /\b(?:ip|address)\b.{0,20}\b169\.254\.\d/i,
    read: dhcpFailed,
  },
  {
    mark: [
      'assword',
      'redentials',
      'assphrase',
      'PSK',
      'rong key',
      'bad key',
      'invalid key',
      'incorrect key',
      'uthentication fail',
      'auth fail',
      'uth failed',
    ],
    pattern:
      /\b(?:wi-?fi|ap|ssid|station|wlan|network)\b.{0,60}?\b(?:(?:wrong|incorrect|bad|invalid) (?:password|credentials|passphrase|psk|key)|auth(?:entication)? fail\w*)|\b(?:wrong|incorrect) (?:wi-?fi )?(?:password|passphrase|psk)\b.{0,30}\b(?:wi-?fi|ap|ssid)\b|\bwrong (?:wi-?fi )?password\b/i,
    read: () => disconnected(202),
  },
  {
    mark: ['etwork', 'ssid', ' AP', 'ap not', 'ap can', 'ap un', 'aps ', 'ccess'],
    pattern:
      /\bno (?:matching )?(?:network|ap|ssid|access point)s? (?:was )?(?:found|available|in range)|\b(?:ap|ssid|access point)\b.{0,40}?\b(?:not found|not available|not in range|can(?:not|'t| not) be found|unreachable|cannot be reached)\b|\bnetwork\b.{0,40}?\b(?:not found|not in range|can(?:not|'t| not) be found)\b|\bcan(?:not|'t) find (?:the )?(?:ap|ssid|network|access point)\b/i,
    read: () => disconnected(201),
  },
  {
    mark: [
      'ifi',
      'ssid',
      ' ap',
      'ap fail',
      'ap time',
      'ap conn',
      'ap lost',
      'ap err',
      'ap not',
      'ap disc',
      'i-fi',
      'wlan',
      'etwork',
      'access point',
      'station',
    ],
    pattern:
      /\b(?:fail\w*|unable|could ?n[o']t|can(?:no|')t|timed? ?out|error|timeout|give up|gave up)\b.{0,40}?\b(?:wi-?fi|ap|ssid|access point|wlan)\b|\b(?:wi-?fi|ap|ssid|wlan)\b.{0,40}?\b(?:connect\w*|association|authentication|link)?\b.{0,10}?\b(?:fail\w*|timed? ?out(?!: \d)|lost|not connected|error while connecting|disconnected)\b|\bError while connecting to network\b|\b(?:wi-?fi|wlan|station)\b.{0,12}\b(?:could ?n[o']t|can(?:no|')t|can not|unable to|did ?n[o']t|failed to) (?:connect|join|associate)\b/i,
    read: () => ({ kind: 'wifi-failed' }),
  },
];

/** In dBm: no figure at all. */
const NO_SIGNAL = -127;

/** How strong the station's access point comes in, where a line says no more; other radios have such a figure, too. */
export const SIGNAL_RULE: Rule = {
  mark: 'rssi',
  pattern:
    /^(?!.*(?:\b(?:ble|bluetooth|lora|zigbee|packet|advert\w*|threshold)\b|_ble_|tracker)).*\brssi\b\W{0,6}(-\d{2,3})\b/i,
  read: ([dbm]) => (Number(dbm) <= NO_SIGNAL ? undefined : { kind: 'signal', dbm: Number(dbm) }),
};

/** WiFi.status() of Arduino by its numbers (wl_definitions.h); 6 is a wrong password since core 3.0, and before it no more than «disconnected». */
const WL_STATUS: Readonly<Record<string, MonitorDetail>> = {
  1: disconnected(201),
  4: { kind: 'wifi-failed' },
  5: { kind: 'wifi-failed' },
  6: { kind: 'wifi-failed' },
  7: { kind: 'wifi-failed' },
};

/** The station's status of user_interface.h, as NodeMCU and MicroPython give it: STATION_WRONG_PASSWORD to STATION_CONNECT_FAIL. */
const STATION_STATUS: Readonly<Record<string, MonitorDetail>> = {
  2: disconnected(202),
  3: disconnected(201),
  4: { kind: 'wifi-failed' },
};

const TASMOTA_REASONS: Readonly<Record<string, MonitorDetail>> = {
  'AP cannot be reached': disconnected(201),
  'AP incorrect password': disconnected(202),
  'AP timeout': { kind: 'wifi-failed' },
};

function dhcpFailed(): MonitorDetail {
  return { kind: 'dhcp', state: 'failed' };
}
