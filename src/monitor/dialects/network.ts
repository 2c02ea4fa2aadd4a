import type { MonitorDetail } from '../event.ts';
import type { Rule } from '../rule.ts';
import { wifiReasonName, wifiReasonOf } from './wifi-reasons.ts';

/**
 * Wi-Fi, DHCP, DNS and TCP: strings of the SDKs' libraries (libnet80211.a, libmain.a, liblwip.a), RTOS_SDK 3.x's
 * tcpip_adapter and esp-tls, and the aws_iot examples.
 */
export const NETWORK_RULES: readonly Rule[] = [
  {
    mark: 'state: ',
    pattern: /^(?:wifi:)?state: (\d+) -> (\d+)/,
    read: ([from, to]) => ({ kind: 'wifi-state', from: Number(from), to: Number(to) }),
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
    mark: 'eason',
    pattern: /(?:dis)?connect.*?\breason ?[:=]? ?'?\(?(\d{1,3})\b(?!-way)/i,
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
    pattern: /\bWIFI_REASON: ?(\d{1,3})\b/,
    read: ([reason]) => disconnected(Number(reason)),
  },
  // What the station's status is called: user_interface.h, WiFi.status(), MicroPython, NodeMCU.
  ...(['WRONG_PASSWORD', 'WRONGPWD', 'NO_AP_FOUND', 'NO_SSID_AVAIL'] as const).map((mark) => ({
    mark,
    pattern: /(?<![A-Z])(?:STATION_|STAT_|STA_|WL_)*(WRONG_?(?:PASSWORD|PWD)|NO_AP_FOUND|NO_SSID_AVAIL)\b/,
    read: ([text]: readonly (string | undefined)[]) => disconnected(text!.startsWith('WRONG') ? 202 : 201),
  })),
  {
    // Tasmota (support_wifi.ino).
    mark: 'Connect failed ',
    pattern: /\bWIF: Connect failed (?:as|with) (AP cannot be reached|AP incorrect password|AP timeout)/,
    read: ([text]) => disconnected(TASMOTA_REASONS[text!]!),
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
  { mark: 'bcn_timout', pattern: /\bbcn_timout/, read: () => disconnected(200) },
  {
    mark: 'STA disconnect',
    pattern: /^STA disconnect: (\d+)/,
    read: ([reason]) => disconnected(Number(reason)),
  },
  {
    // PubSubClient.state(): 1 to 5 are CONNACK's refusals, -4 and -3 no answer to CONNECT, -2 no connection.
    mark: 'rc=',
    pattern: /\b(rc=(-?\d+))\b/,
    read: ([text, code]) => {
      if (/^[1-5]$|^-[34]$/.test(code!)) return { kind: 'mqtt-refused', reason: text! };
      return code === '-2' ? { kind: 'connect-failed', host: undefined } : undefined;
    },
  },
  {
    mark: 'ip:',
    pattern: /(?:^|sta |got )ip: ?(\d+\.\d+\.\d+\.\d+)(?:, ?mask: ?[\d.]+, ?gw: ?([\d.]+))?/,
    read: ([ip, gateway]) => ({ kind: 'address', ip: ip!, gateway }),
  },
  {
    mark: 'get hostname for',
    pattern: /couldn't get hostname for ?:(.*?): getaddrinfo\(\) returns (-?\d+)/,
    read: ([host, code]) => ({ kind: 'dns-failed', host: host!, code: Number(code) }),
  },
  {
    mark: 'get hostname for',
    pattern: /couldn't get hostname for ?:?(\S*)/,
    read: ([host]) => ({ kind: 'dns-failed', host: host!.replace(/:$/, ''), code: undefined }),
  },
  {
    mark: 'DNS',
    pattern: /\bDNS (?:lookup|resolve|resolution|query)?\W*(?:fail|error|timed? ?out)\w*(?:.*?err=(-?\d+))?/i,
    read: ([code]) => ({
      kind: 'dns-failed',
      host: undefined,
      code: code === undefined ? undefined : Number(code),
    }),
  },
  {
    // ESPHome: «Couldn't resolve IP address for 'HOST'!», and others.
    mark: ' resolve ',
    pattern:
      /\b(?:[Cc]ouldn't|[Cc]annot|[Cc]ould not|[Uu]nable to|[Ff]ailed to) resolve (?:\w+ )*'?([\w-]+(?:\.|:\/\/)[^\s'!]*)/,
    read: ([host]) => ({ kind: 'dns-failed', host: host!, code: undefined }),
  },
  {
    mark: 'hostByName',
    pattern: /^\[hostByName\] Host: (\S+) lookup error: (-?\d+)/,
    read: ([host, code]) => ({ kind: 'dns-failed', host: host!, code: Number(code) }),
  },
  {
    mark: 'etaddrinfo',
    pattern: /\bgetaddrinfo\b(?:\(\))?.*?(?:fail|error|returned?|:)\D{0,12}(-?\d+)?/i,
    read: ([code]) =>
      code === '0'
        ? undefined
        : { kind: 'dns-failed', host: undefined, code: code === undefined ? undefined : Number(code) },
  },
  {
    mark: 'ESOLVE_HOSTNAME',
    pattern: /CANNOT_RESOLVE_HOSTNAME/,
    read: () => ({ kind: 'dns-failed', host: undefined, code: undefined }),
  },
  {
    mark: '0x80',
    pattern:
      /(?:\besp(?:-tls|_tls| error)|ESP_ERR_).*?\b(0x80[0-9a-fA-F]{2})\b|\b(0x80[0-9a-fA-F]{2})\W+ESP_ERR_/i,
    read: ([code, named]) => ({ kind: 'esp-tls-error', code: Number(code ?? named) }),
  },
  {
    mark: 'onnect',
    pattern:
      /^(?:Failed to connect|Connect to [Ss]erver failed|[Cc]onnect(?:ion)? failed|failed to connect) ?(?:to|:)? ?(\S*)/,
    read: ([host]) => ({ kind: 'connect-failed', host: host === '' ? undefined : host }),
  },
  // esp_tls.c: of the TCP connection, which is made without blocking.
  ...['ect to host', 'delayed connect error', 'connect() error'].map((mark) => ({
    mark,
    pattern: /\bFailed to connn?ect to host\b|\bdelayed connect error\b|\bconnect\(\) error\b/,
    read: (): MonitorDetail => ({ kind: 'connect-failed', host: undefined }),
  })),
  {
    mark: 'select() timeout',
    pattern: /\bselect\(\) timeout/,
    read: () => ({ kind: 'connect-failed', host: undefined }),
  },
  {
    mark: 'eset by peer',
    pattern: /\b[Cc]onnection reset by peer\b/,
    read: () => ({ kind: 'connection-reset' }),
  },
  {
    mark: 'sntp first',
    pattern: /please start sntp first/,
    read: () => ({ kind: 'clock-unset', seconds: undefined }),
  },
  {
    mark: 'ime is not set',
    pattern: /\b[Tt]ime is not set/,
    read: () => ({ kind: 'clock-unset', seconds: undefined }),
  },
  {
    mark: 'CONNACK',
    pattern: /(CONNACK recv failed.*)/,
    read: ([reason]) => ({ kind: 'mqtt-refused', reason: reason! }),
  },
  {
    mark: 'ransport',
    pattern: /(A single byte was not read from the transport.*)/,
    read: ([reason]) => ({ kind: 'mqtt-refused', reason: reason! }),
  },
  {
    // tuanpmt's esp_mqtt: «Connection refuse, reason code: 5».
    mark: 'refuse',
    pattern: /\b([Cc]onnection refused?, reason code: \d)/,
    read: ([reason]) => ({ kind: 'mqtt-refused', reason: reason! }),
  },
  {
    mark: 'efuse',
    pattern:
      /\b([Cc]onnection refused,? ?.*(?:authori|identifier|ID rejected|password|server unavailable).*)/,
    read: ([reason]) => ({ kind: 'mqtt-refused', reason: reason! }),
  },
  {
    mark: 'onnect',
    pattern: /\b[Cc]onnect(?:ing|ed)?(?: to)?(?: ip| server| host)? +\/?([\w-]+(?:\.[\w-]+)+)[:/](\d{1,5})\b/,
    read: ([host, port]) => ({ kind: 'connecting', scheme: undefined, host: host!, port: Number(port) }),
  },
  {
    // Tasmota: «Connect failed to HOST:PORT, rc -2»; older «connection failed due to».
    mark: 'onnect',
    pattern: /\b[Cc]onnect(?:ion)? failed (?:due )?to +([\w-]+(?:\.[\w-]+)+):(\d{1,5}), rc\b/,
    read: ([host, port]) => ({ kind: 'connecting', scheme: undefined, host: host!, port: Number(port) }),
  },
  {
    // arduino-mqtt's lastError(): lwmqtt_err_t (lwmqtt.h) NETWORK_FAILED_CONNECT and ..._READ.
    mark: 'astError',
    pattern: /\blastError(?:\(\))?(?: ?[=:]| is) ?(-[35])\b/,
    read: ([code]) =>
      code === '-3'
        ? { kind: 'connect-failed', host: undefined }
        : { kind: 'mqtt-refused', reason: `rc=${code}` },
  },
  {
    // Mongoose OS, and others: without a reason.
    mark: 'MQTT Disconnect',
    pattern: /\bMQTT Disconnect(?:ed)?$/,
    read: () => ({ kind: 'mqtt-refused', reason: 'closed' }),
  },
  {
    mark: '://',
    pattern: /\b[Cc]onnect\w*.*?\b(https?|wss?|mqtts?):\/\/([\w.-]+)(?::(\d{1,5}))?/,
    read: ([scheme, host, port]) => ({
      kind: 'connecting',
      scheme: scheme!,
      host: host!,
      port: Number(port ?? SCHEME_PORTS[scheme!]),
    }),
  },
];

const SCHEME_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  mqtt: 1883,
  mqtts: 8883,
};

const TASMOTA_REASONS: Readonly<Record<string, number>> = {
  'AP cannot be reached': 201,
  'AP incorrect password': 202,
  'AP timeout': 204,
};

function disconnected(reason: number): MonitorDetail {
  return { kind: 'wifi-disconnected', reason, name: wifiReasonName(reason) };
}
