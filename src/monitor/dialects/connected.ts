import type { MonitorDetail } from '../event.ts';
import type { Rule } from '../rule.ts';

/** What tells that a connection is up. */
export const CONNECTED_RULES: readonly Rule[] = [
  {
    // The ESP8266 core's examples (BearSSL_Validation.ino).
    mark: '...connected!',
    pattern: /^Trying: \S+:\d+\.\.\.Connected!/,
    read: () => connected(undefined),
  },
  {
    // Blynk (BlynkProtocol.h): logged in.
    mark: 'ready (ping',
    pattern: /\bReady \(ping: \d+ ?ms\)/,
    read: () => connected(undefined),
  },
  {
    // Xiaomi's firmware, which has called the handshake again and again until then.
    mark: 'ots: connected.',
    pattern: /\bots: Connected\.$/,
    read: () => connected(undefined),
  },
  {
    mark: 'TLS connected in',
    pattern: /\bTLS connected in (\d+) ms/,
    read: ([duration]) => connected(undefined, Number(duration)),
  },
  {
    mark: 'handshake ok',
    pattern: /\bhandshake ok(?: suite=(\S+))?/,
    read: ([suite]) => connected(suite),
  },
  {
    mark: 'ipher',
    pattern: /\b[Cc]ipher ?suite is (TLS-\S+)/,
    read: ([suite]) => connected(suite),
  },
  {
    mark: ['onnected', 'onnection'],
    pattern:
      /^(?!.*\b(?:error|err|fail\w*|not|no|un\w+)\b.{0,12}\bconnect).*\b(?:mqtt|broker|tls|ssl)\b(?!.*\b(?:not|dis|failed|lost|fail)\b).{0,30}\b(?:connected|connection (?:ok|established|successful))\b(?!\W{0,3}0\b)|(?<!\bnot |n't )\bconnected to (?:the )?(?:mqtt|broker|aws)\b|^\W*AWS(?: IoT)? connected\b/i,
    read: () => connected(undefined),
  },
  {
    // Aliyun's SDK (HAL_TLS_mbedtls.c) behind the handshake, and Tencent's; wolfMQTT's examples.
    mark: [
      'verification result: 0x00',
      'connected with /',
      'mqtt connect success',
      'mqtt socket connect: success',
    ],
    pattern:
      /\bcertificate verification result: 0x0+$|\bHAL_TLS_Connect\(\d+\): connected with \/|\bmqtt connect success\b|^MQTT Socket Connect: Success\b/,
    read: () => connected(undefined),
  },
  {
    // The example of Arduino's WiFiClientSecure, which asks for the fingerprint behind the handshake.
    mark: 'certificate matches',
    pattern: /^certificate matches$/i,
    read: () => connected(undefined),
  },
  {
    // mosquitto's log, of the device.
    mark: ['new client connected from', 'sending connack to'],
    pattern: /\bNew client connected from\b|\bSending CONNACK to \S+ \(\d, 0\)/,
    read: () => connected(undefined),
  },
  {
    // Arduino-ESP32: data go out by TLS alone.
    mark: 'send_ssl_data(): writ',
    pattern: /\bsend_ssl_data\(\): Writing\b/,
    read: () => connected(undefined),
  },
  {
    // Sming, whose validators come behind the handshake.
    mark: 'SSL Validator: ',
    pattern: /\bSSL Validator: .*\ballow connection\b/,
    read: () => connected(undefined),
  },
  {
    // esp-mqtt: TLS is up, and MQTT is to come.
    mark: 'ransport connected',
    pattern: /\bTransport connected to (?:mqtts|wss):/,
    read: () => connected(undefined),
  },
  {
    // PubSubClient's examples, in one line.
    mark: ['...connected', '... connected'],
    pattern: /\bMQTT\b.*\.\.\. ?connected\b/,
    read: () => connected(undefined),
  },
  {
    mark: 'stablished',
    pattern:
      /\b(?:TLS|SSL|MQTT|HTTPS|secure)\b.{0,40}\bestablished\b(?<!\bnot .{0,20})|^(?:.*[\]:>] )?(?:successfully )?established (?:an? |the )?(?:TLS|SSL|MQTT|HTTPS|secure) connection\b/i,
    read: () => connected(undefined),
  },
  {
    mark: 'andshake',
    pattern:
      /^(?!\d* ?SSL: Handshake done$)(?!.*\b(?:before|closed|lost|until|never)\b.{0,20}\bhandshake\b).*(?:\bhandshake\b.{0,20}\b(?:done|complete\w*|succe\w+|finished|ok)\b|\bsuccessfully (?:completed|finished|performed|made) (?:the )?(?:\w+ )?handshake\b)(?!.*\b(?:fail|not)\b)/i,
    read: () => connected(undefined),
  },
  {
    mark: 'CONNECTED',
    pattern: /\bMQTT_EVENT_CONNECTED\b/,
    read: () => connected(undefined),
  },
];

function connected(suite: string | undefined, durationMs?: number): MonitorDetail {
  return { kind: 'tls-connected', suite, durationMs };
}
