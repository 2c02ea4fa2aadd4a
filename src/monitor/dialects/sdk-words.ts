import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import {
  failed,
  LOST,
  NO_HOST,
  NO_MEMORY,
  NO_SOCKET,
  NO_TCP,
  NO_TLS,
  NOT_MADE,
  NOTHING,
  rulesOf,
  SMALL_BUFFER,
  TIMED_OUT,
  UNREADABLE_CERTIFICATE,
  verify,
  type Words,
} from './details.ts';
import { ofConnectErrno, ofErrno } from './errno.ts';
import { KEEP_ALIVE, NO_CREDENTIALS, refusalOfCode, refused } from './mqtt-codes.ts';
import { disconnected } from './wifi-reasons.ts';

const NO_ANSWER: MonitorDetail = { kind: 'mqtt-refused', why: 'request-unanswered' };

/** Sentences of SDKs that are at home on other chips, too, in the order in which they are tried. */
const SENTENCES: readonly Words[] = [
  // Amazon FreeRTOS's MQTT agent (iot_mqtt_agent.h), of a session that was up.
  ['gotdisconnected)', /\(eMQTTClientGotDisconnected\)$/, LOST],
  // AWS's SDK for Embedded C 4 (sockets_posix.c, openssl_posix.c), coreMQTT's demos, coreHTTP (core_http_client.c).
  ['resolved ip address', /\bconnect to (?:server using the|any) resolved IP address\b/, NO_TCP],
  ['socket send timeout fail', /\bSetting socket send timeout failed\b/, NOTHING],
  ['socket receive timeout f', /\bSetting socket receive timeout failed\b/, NOTHING],
  ['add root ca to certificate', /\bX509_STORE_add_cert failed to add root CA\b/, UNREADABLE_CERTIFICATE],
  ['to receive ack packet', /\bMQTT_ProcessLoop failed to receive ACK packet\b/, NO_ANSWER],
  [
    ['transport recv', 'response from transport re', 'transport send error'],
    /\bFailed to receive HTTP data: Transport recv\b|\bZero returned from transport recv\b|\bReceived partial response from transport\b|\bFailed to send data: Transport send error\b/,
    LOST,
  ],
  [
    ['response buffer is full', 'add header in buffer: '],
    /\bCannot receive complete response from transport\b.*\bbuffer is full\b|\bUnable to add header in buffer: Buffer has insufficient\b/,
    SMALL_BUFFER,
  ],
  [
    'response parsing error: ',
    /\bResponse parsing error: (?:Data received past|Invalid (?:character found|Status code)|Expected line-feed|A Content-Length)\b/,
    { kind: 'http-status', status: 0 },
  ],
  // Amazon FreeRTOS (iot_tls.c, iot_network_freertos.c): the key is in PKCS #11.
  ['failure in signing callb', /\bFailure in signing callback: \d+/, failed('unknown')],
  [
    ['establish mqtt session.', 'establish mqtt session with pro'],
    /\bFailed to establish MQTT session(?:\.| with provisioned certificate\b)/,
    NOT_MADE,
  ],
  [
    'from the pkcs #11 module',
    /\bFailed to generate random bytes from the PKCS #11/,
    { kind: 'code', code: -0x34 },
  ],
  // MQTTSendFailed, MQTTRecvFailed by number.
  ['subscribe to topic with err', /\bFailed to SUBSCRIBE to topic with error = [34]\b/, LOST],
  [
    'signature verification: -',
    /\bFailed to pass \S+ signature verification: -\d/,
    { kind: 'update-failed', problem: 'signature' },
  ],
  ['while sending data', /\[NET\] ?Error -\d+ while sending data\b/, LOST],
  ['private key not found', /\bPrivate key not found\b/, NO_CREDENTIALS],
  ['create new socket', /\bFailed to create new socket\b/, NO_SOCKET],
  // Azure's utilities for C (tlsio_*.c, socketio_berkeley.c, uws_client.c, httpapi_compact.c), and its device client.
  [
    'ssl channel closed in ',
    /\bSSL channel closed in (?:decode_ssl_received_bytes|tlsio_openssl_send)\b/,
    LOST,
  ],
  ['writing data through wolfs', /\bError writing data through WolfSSL\b/, LOST],
  ['wolfssl connect failed (-1', /\bWolfSSL connect failed \(-1\)/, failed('unknown')],
  ['ca decoding failed', /\bCA decoding failed with error \d+/, { kind: 'unreadable', what: 'ca' }],
  ['sni hostname to', /\bFailed to set SNI hostname to\b/, failed('unknown')],
  ['certificates to store', /\bFailed to add certificates to store\b/, { kind: 'unreadable', what: 'ca' }],
  ['failure calling parse_key', /\bfailure calling parse_key\b/, { kind: 'unreadable', what: 'key' }],
  ['no certificates found in s', /\bNo certificates found in string\b/, UNREADABLE_CERTIFICATE],
  ['for trust anchors failed', /\bMemory allocation for trust anchors failed\b/, NO_MEMORY],
  [
    ['underlying io open failed', 'the underlying io', 'by underlying io', 'underlying i/o.'],
    /\bUnderlying IO open failed\b|\b(?:Opening|Cannot open) the underlying IO\b|\bFailed opening the underlying I\/O\b/,
    NOT_MADE,
  ],
  ['_socket_connection failed', /\b(?:initiate|wait_for)_socket_connection failed\b/, NO_TCP],
  ['puback (', /\bDisconnecting MQTT connection because message PUBACK \(\d+\) timeout\b/, NO_ANSWER],
  [
    'sas token expired.',
    /\bDisconnecting MQTT connection because SAS token expired\b/,
    refused('credentials'),
  ],
  [
    'mqtt protocol error (',
    /\bDisconnecting MQTT connection because of an MQTT protocol error\b/,
    refused('malformed'),
  ],
  [
    ['timeout. the http request'],
    /\b(?:Open|Send|Receive) timeout\. The HTTP request is incomplete\b/,
    TIMED_OUT,
  ],
  // Its samples for Arduino (AzureIoT.cpp).
  ['failed generating mqtt p', /\bFailed generating MQTT password\b/, NO_CREDENTIALS],
  // esp_mqtt_client_start, whose ESP_FAIL says nothing of a broker.
  ['start mqtt client; error', /\bCould not start mqtt client; error code:-1\b/, NOTHING],
  // RT-Thread (webclient.c, whose log has the name «web»).
  ['resolve address error(', /\bconnect failed, resolve address error\(/, NO_HOST],
  [
    ['not enough header buffer', 'enough request header data', 'out of buffer size('],
    /\bnot enough (?:header buffer|request header data) size\(|\bline data length is out of buffer size\(/,
    SMALL_BUFFER,
  ],
  ['webclient https configure', /\bnot support https connect, please enable webclient https\b/, NO_TLS],
  ['receive data timeout.', /\[E\/web\] ?receive data timeout\.$/, TIMED_OUT],
  // Aliyun's SDK for C (TLS-mbedtls, mqtt), and its Link SDK in the words of its demos.
  ['error_certificate_expired', /! fail ! ERROR_CERTIFICATE_EXPIRED\b/, verify('EXPIRED')],
  ['connect ack is error', /\bconnect ack is error\b/, refused('unknown')],
  ['mqtt reconnect failed rc', /\bmqtt reconnect failed rc = -\d/, NOT_MADE],
  ['network is disconnected!', /^\[err\] .*\bnetwork is disconnected!$/, LOST],
  ['disconnect: network disc', /\bAIOT_MQTTEVT_DISCONNECT: network disconnect\b/, LOST],
  ['disconnect: heartbeat di', /\bAIOT_MQTTEVT_DISCONNECT: heartbeat disconnect\b/, KEEP_ALIVE],
  // Tencent's SDK for C (HAL_TLS_mbedtls.c, mqtt_client_yield.c, mqtt_client_common.c): the device's own secret is its PSK.
  [['psk is empty!', 'psk id is empty!'], /\bpsk (?:id )?is empty!/, NO_CREDENTIALS],
  [
    'something wrong with the',
    /\bMQTT msg\. Something wrong with the connection\b|\bPING request\. Something wrong with the connection\b/,
    LOST,
  ],
  ['recv buffer not enough', /\bMQTT Recv buffer not enough: \d+ < \d+/, refused('too-large')],
  ['exec at+cipdomain=', /\bexec AT\+CIPDOMAIN="[^"]*" fail/, NO_HOST],
  // Google's SDK for devices (iotc_mqtt_logic_layer_*.c).
  ['waiting for pingresp!', /\berror while waiting for pingresp!/, KEEP_ALIVE],
  ['timeout occured', /\](?:subscribe|publish q1) timeout occured\b/, NO_ANSWER],
  ['bsp tls initialization', /\bERROR: during BSP TLS initialization\b/, failed('unknown')],
  // Realtek's driver; Matter's secure channel, while a controller sets the device up.
  ['no beacon for a long time', /\bno beacon for a long time, disconnect\b/, disconnected(200)],
  // wpa_supplicant of ESP-IDF: SAE, and the EAP methods.
  ['parse sae commit', /\bfailed to parse SAE commit\b/, { kind: 'wifi-security-unfit' }],
  ['>wpa2 failed', />wpa2 FAILED\b/, { kind: 'wifi-enterprise-failed' }],
  // esp_psram.
  ['psram id read error', /\bPSRAM ID read error\b/, { kind: 'psram-failed' }],
  // ESP-IDF's simple_ble.c, over which provisioning goes.
  [
    'simple_ble_start',
    /\bsimple_ble_start (?:enable controller )?failed\b/,
    { kind: 'provisioning-failed', isStart: true },
  ],
  // The soft-AP of the ESP8266 core, and of libraries that copy it.
  [
    ['fail passphrase', '[ap] fail psk'],
    /\bfail passphrase to long or short\b|^\[AP\] fail psk length\b/,
    { kind: 'sdk-refused', why: 'bad-argument' },
  ],
  [
    ['case failed to match', 'case session est'],
    /\bCASE (?:failed to match destination ID|Session establishment failed)\b/i,
    { kind: 'provisioning-failed' },
  ],
  ['chip:sc: pasesession time', /\bCHIP:SC: PASESession timed out\b/, { kind: 'provisioning-failed' }],
];

/** What Zephyr connects besides a network, and what names that. */
const OTHER_LINK = /\b(?:bt\w*|ble|bluetooth|gatt|peripheral|central|usb\w*|i2c|spi|sensor)\b/i;
const OF_NETWORK = /mqtt|tls|http|tcp|socket|broker|server|cloud|\bhost/i;

/** What SDKs for other chips say in words of their own. */
export const SDK_WORD_RULES: readonly Rule[] = [
  ...rulesOf(SENTENCES),
  {
    // socketio_berkeley.c, and Secure Sockets of Amazon FreeRTOS over lwIP: errno of connect().
    mark: ['failure: connect failure ', 'lwip connect fail '],
    pattern: /\b(?:Failure: connect failure |LwIP connect fail -?\d+ )(\d{1,3})\b/,
    // 113 is newlib's ECONNABORTED, and EHOSTUNREACH of Linux and lwIP.
    read: ([number]) => (number === '113' ? undefined : ofConnectErrno(Number(number))) ?? copyOf(NO_TCP),
  },
  {
    // MQTT's «Hello» of Mbed OS, over paho's client for embedded C.
    mark: ['rc from tcp connect is', 'rc from mqtt connect is'],
    pattern: /\brc from (TCP|MQTT) connect is (-?[1-9]\d*)$/,
    read: ([layer, code]) =>
      layer === 'TCP' ? copyOf(NO_TCP) : (refusalOfCode(Number(code)) ?? refused('unknown')),
  },
  {
    // FreeRTOS+TCP, whose errno is numbered as newlib's.
    mark: 'freertos_connect failed',
    pattern: /\bFreeRTOS_Connect failed: ReturnCode=-(\d{1,3})\b/,
    read: ([number]) => ofConnectErrno(Number(number)) ?? copyOf(NO_TCP),
  },
  {
    mark: 'socket create failure ',
    pattern: /\bFailure: socket create failure -?\d+/,
    read: () => copyOf(NO_SOCKET),
  },
  {
    mark: 'unexpected send error: ',
    pattern: /\bUnexpected send error: (\d{1,3})$/,
    read: ([number]) => ofErrno(Number(number)),
  },
  {
    // Google's SDK; Azure's trace; mosquitto's clients with -d.
    mark: ['connack.return_code == ', 'return_code: 0x', 'received connack ('],
    pattern:
      /\bconnack\.return_code == ([1-5])\b|\bCONNACK \|.*\bRETURN_CODE: 0x([1-5])\b|\breceived CONNACK \(([1-5])\)/,
    read: (codes) => refusalOfCode(Number(codes.find((code) => code !== undefined))),
  },
  {
    // Zephyr's samples.
    mark: 'mqtt client disconnected -',
    pattern: /\bMQTT client disconnected -(\d{2,3})$/,
    read: ([number]) => ofErrno(Number(number)),
  },
  {
    // Zephyr: errno of newlib's numbering; a handshake that failed is ECONNABORTED there (sockets_tls.c).
    mark: '<err> ',
    pattern: /<err> (.*\b(?:mqtt_)?connect\b.*?)(?:: -|\(-|failed:? -|, error:? -)(\d{2,3})\b/i,
    read: ([before, number]) => {
      if (OTHER_LINK.test(before!) && !OF_NETWORK.test(before!)) return copyOf(NOTHING);
      return (number === '113' ? undefined : ofErrno(Number(number))) ?? copyOf(NOT_MADE);
    },
  },
  {
    mark: ['read mqtt input: -', 'live mqtt: -'],
    pattern: /\bFailed to (?:read|live) MQTT(?: input)?: -(\d{2,3})\b/,
    read: ([number]) => ofErrno(Number(number)),
  },
  {
    // Zephyr's getaddrinfo, whatever errno stands beside its own code (DNS_EAI_...).
    mark: ['resolve hostname err = ', 'getaddrinfo failed: -', 'getaddrinfo, error -'],
    pattern: /\b(?:failed to resolve hostname err = |getaddrinfo(?: failed:|, error) )(-\d{1,3})\b/i,
    read: ([code]) => ({ kind: 'dns-failed', host: undefined, code: Number(code) }),
  },
  {
    // An entropy source that fails, by whatever client's set-up (mbedtls of RT-Thread, webclient.c).
    mark: '-0x34',
    pattern: /\b(?:https client|MbedTLSClientInit)\b.*\breturn ?: -0x34\b/i,
    read: () => ({ kind: 'code', code: -0x34 }),
  },
];
