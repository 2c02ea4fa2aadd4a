import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import {
  BAD_URL,
  CUT_UPDATE,
  failed,
  LOST,
  NO_FILE,
  NO_HOST,
  NO_MEMORY,
  NO_NETWORK,
  NO_TCP,
  NOT_MADE,
  NOTHING,
  rulesOf,
  TIMED_OUT,
  UP,
  type Words,
} from './details.ts';
import { refused, KEEP_ALIVE, NO_CREDENTIALS } from './mqtt-codes.ts';
import { disconnected } from './wifi-reasons.ts';

/** iotc_state_t (iotc_error.h), where the reason is one of the connection. */
const IOTC: Readonly<Record<number, MonitorDetail>> = {
  1: TIMED_OUT,
  5: LOST,
  7: NO_MEMORY,
  9: NO_HOST,
  12: NO_TCP,
  14: LOST,
  15: LOST,
  16: LOST,
  17: LOST,
  19: failed('unknown'),
  20: { kind: 'unreadable', what: 'ca' },
  21: failed('unknown'),
  22: LOST,
  23: LOST,
  30: refused('protocol'),
  31: refused('client-id'),
  32: refused('unavailable'),
  33: refused('credentials'),
  34: refused('credentials'),
  35: refused('unknown'),
  37: refused('too-large'),
  38: refused('topic'),
  62: failed('bad certificate'),
};

/** Sentences of clouds' and services' clients (brokers, mail, files, set-up by a phone), in the order in which they are tried. */
const SENTENCES: readonly Words[] = [
  // Amazon FreeRTOS (iot_mqtt_api.c): what MQTT's CONNECT came to.
  ['error timeout', /\bnew MQTT connection, error TIMEOUT\b/, refused('no-answer')],
  ['error server refused', /\bnew MQTT connection, error SERVER REFUSED\b/, refused('unknown')],
  ['error network error', /\bnew MQTT connection, error NETWORK ERROR\b/, NOT_MADE],
  ['error no memory', /\bnew MQTT connection, error NO MEMORY\b/, NO_MEMORY],
  // esp32_https_server, on the device.
  ['ssl_new failed', /\bSSL_new failed\b/, NO_MEMORY],
  ['ssl setup failed', /\bSSL setup failed\b/, NO_MEMORY],
  ['low heap (', /\bLow heap \(\d+ bytes\), not accepting\b/, NO_MEMORY],
  ['close connection', /\bSSL_shutdown didn't close connection\b/, NOTHING],
  // Google's iotc; sketches that look for their files first.
  [
    'iotcore_jwt returned',
    /\biotc_create_iotcore_jwt returned with error\b/,
    { kind: 'unreadable', what: 'key' },
  ],
  ['file is not av', /\b(?:root|ca|cert|key) file is not av\w+/i, NO_FILE],
  ['fingerprint is outdated', /\bfingerprint is outdated\b/, { kind: 'fingerprint-mismatch' }],
  // Arduino's HTTPClient: without a host, and with one.
  ['connect to host', /\bconnect to Host ?, ?Port: ?\d/i, BAD_URL],
  ['failed to :', /\bconnect failed to :\d/i, BAD_URL],
  ['failed connect to', /(?:\[HTTP-Client\](?:\[\w+\])?|\bconnect\(\):) failed connect to \S/, NOT_MADE],
  // Adafruit's MQTT library; WiFiEsp's users.
  ['ping failed', /\bPing failed!(?: Reconnecting|$)/, KEEP_ALIVE],
  ['[failed]', /\[FAILED\] ?: ?retrying in\b/i, NOT_MADE],
  // mobizt's Firebase, whose codes are its own: the connection was not there, or not made.
  [
    ['token error: code: -', 'reason: '],
    /\b(?:Token error: code: -[1-4], message|REASON): (?:connection (?:lost|refused)|not connected|send request failed)\b/,
    NOT_MADE,
  ],
  ['payload read timed out', /\bpayload read timed out\b/, TIMED_OUT],
  ['permission denied', /\bREASON: Permission denied\b/i, { kind: 'http-status', status: 403 }],
  [
    ['invalid_email', 'email_not_found', 'invalid_password', 'token is not ready'],
    /\b(?:Token error: code: -?\d+, message|REASON): (?:INVALID_EMAIL|EMAIL_NOT_FOUND|INVALID_PASSWORD|token is not ready)/,
    { kind: 'http-status', status: 401 },
  ],
  // links2004's WebSockets in sketches made after its example.
  ['[wsc] ', /^\W*\[WSc\] (?:Disconnected\b|Webservice disconnected\b)/, LOST],
  ['get  http/1.', /\bGET {2}HTTP\/1\.\d/, BAD_URL],
  // Arduino's IoT Cloud.
  ['could not connect to', /\bhandle_ConnectMqttBroker could not connect to\b/, NOT_MADE],
  ['could not subscribe to', /\bhandle_Subscribe\w+ could not subscribe\b/, refused('topic')],
  ['client connection lost', /\bMQTT client connection lost\b/, LOST],
  ['using telegram hostname', /\bConnected using Telegram hostname\b/, UP],
  // EMS-ESP; ESPEasy's rules, of a station without a network.
  ['auth error with', /\bAuth error with \S/, refused('credentials')],
  ['/ssid,--', /\bPublish \S+\/SSID,--$/, { kind: 'wifi-failed' }],
  [
    'could not be found',
    /\bPartition Could Not be Found\b/,
    { kind: 'update-failed', problem: 'no-partition' },
  ],
  ['setupsslctx failed', /\bsetupSSLCTX failed\b/, NO_MEMORY],
  // Wi-Fi, DHCP and PPP by whoever has them: WiFiManager, the SDK's driver, dhclient, Mongoose OS, mDNS.
  ['autoconnect: failed', /\bAutoConnect: FAILED\b/, { kind: 'wifi-failed' }],
  ['suitable ap now', /\bHaven't to connect to a suitable AP now\b/, { kind: 'wifi-failed' }],
  ['err_wifi_conn', /\besp_wifi_connect\(\) failed: ESP_ERR_WIFI_CONN\b/, { kind: 'wifi-failed' }],
  ['no dhcpoffers', /\bNo DHCPOFFERS received\b|\budhcpc: no lease\b/, { kind: 'dhcp', state: 'failed' }],
  ['pppos_status_cb', /\bmgos_pppos_status_cb Error \d/, NO_NETWORK],
  [
    'send broadcast',
    /\bmDNS: Failed to send broadcast \(code 1\d\d\)/,
    { kind: 'connect-failed', host: undefined, why: 'unreachable' },
  ],
  // Tasmota, Homie, OpenMQTTGateway, Stratum miners, nanoFramework, WiFiEsp.
  ['mqt: connected', /\bMQT: Connected$/, UP],
  ['retrying (', /^Retrying \(\d+ms\)\.\.\.$/, NOT_MADE],
  ['failure_number', /^(?:W: )?failure_number/, NOT_MADE],
  ['"tlskey1":-1', /"TLSKey1":-1\b/, { kind: 'identity-incomplete' }],
  ['connecting to 0.0.0.0:', /\bconnecting to 0\.0\.0\.0:\d/, NO_HOST],
  ['sslnative::secure', /\bSslNative::Secure(?:Connect|Accept)\b/, failed('unknown')],
  ['invalid chip id', /\bimage has invalid chip ID\b/, { kind: 'update-failed', problem: 'damaged' }],
  ['802.1x authentication', /\breason='802\.1x Authentication Failed'/, disconnected(23)],
  // PangolinMQTT; a WebSocket library for ESP8266.
  ['srv gone?', /\bSRV GONE\? ka=\d/, KEEP_ALIVE],
  ['analyse request', /\bInvalid ANALYSE REQUEST\b/, { kind: 'upgrade-refused' }],
  // Bytes that are no text, where a host's name is to stand.
  [
    'connection to ',
    /\bconnection to [\uFFFD\u2E2E\u00FF\u0001-\u001F]{4,}/,
    { kind: 'dns-failed', host: '?', code: undefined },
  ],
  // ThingSpeak's client: ERR_CONNECT_FAILED, ERR_TIMEOUT (ThingSpeak.h).
  ['code -301', /\bHTTP error code -301\b/, NOT_MADE],
  ['code -304', /\bHTTP error code -304\b/, TIMED_OUT],
  ['...failed.', /\bConnect to \S.*\.\.\.Failed\.$/, NOT_MADE],
  ['bogus ntp', /\bBogus NTP time\b/, { kind: 'clock-sync-failed' }],
  // ArduinoJson, and what is built on it; Spotify's client.
  [
    [
      'deserializejson',
      'json parse error',
      'incompleteinput',
      'emptyinput',
      'invalidinput',
      'parsetokens failed',
      'access_token (too long',
    ],
    /^(?!.*(?:config|settings|\.json)).*(?:\bdeserializeJson\(\) failed\b|\bJSON parse error\b|\b(?:Incomplete|Empty|Invalid)Input\b|\bparseTokens failed\b|\baccess_token \(too long or null\))/i,
    { kind: 'body-unusable' },
  ],
  // Streams and files over HTTP (ESP32-audioI2S, esp-idf's FTP client); the SDK's own upgrade.
  ['request http', /\bRequest https?:\S+ failed!/, NOT_MADE],
  ['stream lost', /\bstream lost\b/i, LOST],
  [
    'client error: connect',
    /\bFTP Client Error: Connect, connect: Software caused connection abort\b/,
    NO_TCP,
  ],
  ['request timeout, close', /\bRequest timeout, close connection\b/, TIMED_OUT],
  ['complete headers', /\bComplete headers were not received\b/, CUT_UPDATE],
  // Aliyun's SDK for C: the layer, and the line behind it that names two.
  ['establish tcp', /\bfail to establish tcp\b/, NO_TCP],
  ['tcp or tls connection', /\bTCP or TLS Connection failed\b/, NOT_MADE],
  // Google's library for Arduino, in one line.
  ['not connected settings', /\bnot connected\W+Settings incorrect or missing a cyper\b/, NOT_MADE],
  // What the device lacks of an identity: Azure's middleware for FreeRTOS, ESP RainMaker.
  [
    ['setsymmetrickey failed', 'failed to get username', 'failed to get password'],
    /SetSymmetricKey failed\b|\bFailed to get (?:username|password): core error\b/,
    NO_CREDENTIALS,
  ],
  [
    ['initialise node id', 'claim init', 'hmac challenge failed'],
    /\bFailed to initialise Node Id\b|\bClaim Init (?:Request|Sequence) Failed\b|\bHMAC Challenge failed\b/,
    NO_CREDENTIALS,
  ],
  // Google's services answer a wrong key with status 400.
  ['api key not valid', /\bAPI key not valid\b/, { kind: 'http-status', status: 403 }],
  ['too small buffer for', /\[TB\] too small buffer for JSON data/, refused('too-large')],
  ['certificate not validated', /^(?:\[\d+\] )?Certificate not validated$/, failed('bad certificate')],
  ['parse auth token', /\bunauthorized, Could not parse auth token\b/, { kind: 'http-status', status: 401 }],
  // Google's APIs, of an error in their JSON (google.rpc.Code).
  ['"permission_denied"', /"status": ?"PERMISSION_DENIED"/, { kind: 'http-status', status: 403 }],
  ['"unauthenticated"', /"status": ?"UNAUTHENTICATED"/, { kind: 'http-status', status: 401 }],
  ['"invalid_argument"', /"status": ?"INVALID_ARGUMENT"/, { kind: 'http-status', status: 400 }],
  ['in esp_ds_start_sign', /\bError in esp_ds_start_sign\b/, { kind: 'unreadable', what: 'secure-element' }],
  // AWS's example for PubSubClient.
  ['rc=failed', /\bPublished, rc=FAILED\b/, LOST],
  ['smtp auth error', /\bSMTP AUTH error\b/, { kind: 'login-refused' }],
  // Bluetooth's reasons are not Wi-Fi's; the phone's session with a device that is set up.
  ['gatts_disconnect', /\bESP_GATTS_DISCONNECT_EVT\b/, NOTHING],
  [
    'homekit',
    /\bHomeKit: .*\b(?:Invalid PIN code|Failed to (?:verify peer's proof|decrypt payload))/,
    { kind: 'provisioning-failed' },
  ],
  // Mail servers (RFC 4954 6), and mobizt's client: no login, or none that is accepted.
  [
    ['530 ', '530-'],
    /\b530[ -](?:5\.[57]\.[01] )?(?:SMTP )?authentication (?:is )?required\b/i,
    { kind: 'login-wanted' },
  ],
  [
    ['authenticationfailed]', '5.7.9', 'login password is not', 'e: authentication failed'],
    /\[AUTHENTICATIONFAILED\]|\b534[ -]5\.7\.9\b|\blogin password is not valid\b|\bE: authentication failed\b/i,
    { kind: 'login-refused' },
  ],
  // ESP Mail Client for Arduino, and SMTP's refusal of a login (RFC 4954 6).
  ['ip from host', /\bcould not get ip from host\b/, NO_HOST],
  ['ssl/tls structure', /\bfail(?:ed)? to set up the SSL\/TLS structure\b/, failed('not set up')],
  ['unknown error code (0', /^(?:! )?E: UNKNOWN ERROR CODE \(0001\)/, failed('unknown')],
  ['smtp server connected', /\bINFO: smtp server connected\b/i, UP],
  ['smtp server response', /\bcould not handle SMTP server response\b/, TIMED_OUT],
  ['535', /\b535[ -]5\.7\.\d\b/, { kind: 'login-refused' }],
  ['password not accepted', /\bUsername and Password not accepted\b/i, { kind: 'login-refused' }],
  // Blynk; ThingsBoard's client.
  ['timeout while reading', /\bTimeout while reading input data\b/, TIMED_OUT],
  ['invalid auth token', /\bInvalid auth token\b/i, { kind: 'token-refused' }],
  ['login timeout', /\bLogin timeout\b(?! ?[:=]? ?\d)/, TIMED_OUT],
  ['heartbeat timeout', /\bHeartbeat timeout\b(?! ?[:=]? ?\d+ ?(?:ms|s)\b)/, KEEP_ALIVE],
  ['internal send buffer', /\binternal send buffer size\b.*\btoo small\b/, refused('too-large')],
];

/** What clients of services say in words of their own. */
export const SERVICE_WORD_RULES: readonly Rule[] = [
  ...rulesOf(SENTENCES),
  {
    // Google's SDK for devices.
    mark: ['connection closed - reason', 'connection has failed reason'],
    pattern: /\b(?:connection closed - |Connection has failed )reason (\d{1,2})\b/,
    // Of a reason without a meaning here nothing: the number is none of Wi-Fi's.
    read: ([reason]) => copyOf(IOTC[Number(reason)] ?? NOTHING),
  },
  {
    // ESPHome's, and others' that name the update.
    mark: 'no data received for',
    pattern: /^(.*)\bNo data received for \d+ ms\b/,
    read: ([before], prefix) =>
      /\bota\b/i.test(`${prefix?.tag ?? ''} ${before!}`) ? copyOf(CUT_UPDATE) : undefined,
  },
  {
    // Matter's sessions, by the tag of its secure channel.
    mark: ['pase', 'case session', 'commission'],
    pattern: /^(.*)\b(?:PASE|CASE [Ss]ession|[Cc]ommissioning)\b.*(?:\bfailed\b|: \d+$)/,
    read: ([before], prefix) =>
      /\bchip\[(?:SC|SVR)\]/.test(`${prefix?.tag ?? ''} ${before!}`)
        ? { kind: 'provisioning-failed' }
        : undefined,
  },
  {
    // ESP-IDF's protocomm: the session of a phone that sets the device up.
    mark: [
      'key mismatch',
      'failed at mbedtls',
      'handler failed',
      'response failed',
      'client proof',
      'invalid s',
      'session setup',
    ],
    pattern:
      /\b(?:Key mismatch|Failed at mbedtls|handler failed|response failed|client proof|[Ii]nvalid s(?:tate|ession)|[Ss]ession setup)/,
    read: ([], prefix) =>
      /^(?:security[0-2]|protocomm\w*)$/.test(prefix?.tag ?? '')
        ? { kind: 'provisioning-failed' }
        : undefined,
  },
];
