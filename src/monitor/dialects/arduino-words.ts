import { ALERT } from '../../endpoint/alerts.ts';
import type { MonitorDetail } from '../event.ts';
import type { Rule } from '../rule.ts';
import { alert } from './alert.ts';
import {
  BAD_URL,
  BROKEN,
  failed,
  LOST,
  NO_LOGIN,
  NO_MEMORY,
  NO_NETWORK,
  NO_SECURE_ELEMENT,
  NO_SOCKET,
  NO_TCP,
  NO_UPGRADE,
  NOT_MADE,
  NOTHING,
  rulesOf,
  TIMED_OUT,
  verify,
  type Words,
} from './details.ts';
import { KEEP_ALIVE, refused } from './mqtt-codes.ts';

const NO_WIFI: MonitorDetail = { kind: 'wifi-failed' };
const UNAUTHORIZED: MonitorDetail = { kind: 'http-status', status: 401 };
const DAMAGED: MonitorDetail = { kind: 'update-failed', problem: 'damaged' };

/** Sentences of Arduino's cores and libraries, in the order in which they are tried. */
const SENTENCES: readonly Words[] = [
  // ESP8266 core (WiFiClientSecureBearSSL.cpp), and ESP_SSLClient, which is made from it.
  [
    ['fp too short', 'invalid char'],
    /\bsetFingerprint: (?:FP too short|Invalid char)\b/,
    { kind: 'fingerprint-malformed' },
  ],
  ["can't reset client", /\bCan't reset client\b/, failed('unknown')],
  ['from basic client', /\bError reading bytes from basic client\b/, BROKEN],
  // ClientContext.h: the time for a write, or the wait for the connection, came to its end.
  [':wtmo', /^:wtmo$/, TIMED_OUT],
  [':wustmo', /^:wustmo$/, TIMED_OUT],
  [':cabrt', /^:cabrt$/, NO_TCP],
  // ESP8266WiFiMulti.cpp, and WPS of the core: of the network alone.
  [
    '[wifim] co',
    /\[WIFIM\] Co(?:nnect(?:ing)? (?:failed|timeout)|uld not connect)\b(?!.*\bAP not found)/,
    NO_WIFI,
  ],
  ['wps ', /^wps (?:FAILED|TIMEOUT)$/, NO_WIFI],
  // Arduino-ESP32 (STA.cpp, WiFiSTA.cpp).
  [
    ['connect failed! 0x', 'sta enable failed', 'sta config failed'],
    /\bSTA (?:connect|enable|config) failed\b|^(?:begin|reconnect)\(\): connect failed! 0x/,
    NO_WIFI,
  ],
  ['passphrase too', /\b(?:begin|connect)\(\): passphrase too (?:long|short)!/, NO_WIFI],
  // Its NetworkClientSecure.cpp, NetworkClient.cpp and ssl_client.cpp, where the connection had been up, or TCP was not.
  ['closing connection on failed', /\bClosing connection on failed (?:write|read|available check)\b/, LOST],
  ['waiting for data on fd', /\breadBytes\(\): Timeout waiting for data on fd \d/, TIMED_OUT],
  ['key not valid hex', /\bpre-shared key not valid hex\b/i, { kind: 'unreadable', what: 'psk' }],
  ['lwip socket config of', /\bLWIP Socket config of \w+ failed\b/, NO_TCP],
  ['select on fd', /\bselect on fd -?\d+, errno: (?:4|9|22)\b/, NO_TCP],
  ["': not match", /\bCN '[^']*': not match\b/, verify('CN_MISMATCH')],
  // HTTPClient of both cores.
  [
    ['unknown protocol', 'unsupported protocol', 'failed to parse proto', 'unexpected protocol'],
    /\[begin\] (?:unknown protocol '|unsupported protocol: |failed to parse protocol\b)|\bbegin\(\): unknown protocol '|\bbeginInternal\(\): (?:failed to parse protocol|unexpected protocol: (?!https))/,
    BAD_URL,
  ],
  // InfluxDB's client of its begin(), which refuses the URL and nothing else.
  ['[e] begin failed', /\[E\] begin failed$/, BAD_URL],
  ['begin was not called', /\bHTTPClient::begin was not called or returned error\b/, BAD_URL],
  ['short write, asked', /\bshort write, asked for \d+ but got \d+ failed\b/, LOST],
  ['send payload failed!', /\bERROR SEND PAYLOAD FAILED!/, LOST],
  ['for redirection', /\bfailed setting URL for redirection\b/, { kind: 'http-status', status: 302 }],
  ['unexpectedly absent', /\bWiFiClient connection unexpectedly absent\b/, LOST],
  ['fail on fd', /\bfail on fd -?\d+, errno: (?:9|128)\b/, LOST],
  ['error on http request', /^Error on HTTP request$/, NOT_MADE],
  // AsyncTCP (AsyncTCP.cpp): what was sent was not acknowledged; nothing came.
  ['_poll(): ack timeout', /\b_poll\(\): ack timeout \d/, BROKEN],
  ['_poll(): rx timeout', /\b_poll\(\): rx timeout \d/, TIMED_OUT],
  // SSLClient (SSLClient.cpp) of BearSSL's 296: an alert, to which it adds a guess. And the one for any client of Arduino.
  [
    'denied access (did you',
    /\bServer denied access \(did you setup mTLS\b/,
    alert('received', ALERT.handshake_failure),
  ],
  ['is the signal good', /\bConnection to server failed, is the signal good\b/, NO_TCP],
  ['underlying network layer', /\bFailed to send data - underlying network layer error\b/, BROKEN],
  // links2004's WebSockets (WebSocketsClient.cpp, WebSockets.cpp), and Mongoose (ws.c), of the request for one. What
  // others say behind the words is of TLS, or of time.
  ['sec-websocket-accept is', /\bSec-WebSocket-Accept is wrong\b/, NO_UPGRADE],
  ['no websocket connection', /\[handleHeader\] no Websocket connection close\b/, NO_UPGRADE],
  [
    ['websocket handshake failed', 'ws handshake error'],
    /\bWeb[Ss]ocket handshake failed(?: - HTTP [12]\d\d)?[.!]?$|\bws handshake error$/,
    NO_UPGRADE,
  ],
  ['to less memory', /\bto less memory to handle payload\b/, NO_MEMORY],
  ['receive timeout!', /\[readCb\] receive TIMEOUT!/, TIMED_OUT],
  ['write timeout!', /\[write\] write TIMEOUT!/, TIMED_OUT],
  ['] not connected!', /\[(?:readCb|write)\] not connected!/, LOST],
  ['hb ping failed', /\bsending HB ping failed\b/, BROKEN],
  ['[hbtimeout] count=', /\[HBtimeout\] count=\d+, DISCONNECTING\b/, KEEP_ALIVE],
  // Adafruit's MQTT library (connectErrorString).
  ['level of the mqtt proto', /\bdoes not support the level of the MQTT protocol\b/, refused('protocol')],
  ['is correct utf-8 but', /\bidentifier is correct UTF-8 but not allowed\b/, refused('client-id')],
  ['mqtt service is unav', /\bMQTT service is unavailable\b/, refused('unavailable')],
  ['password is malformed', /\bdata in the user name or password is malformed\b/, refused('credentials')],
  ['authorized to connect', /^Not authorized to connect$/, refused('credentials')],
  ['reconnect rate limit', /\bExceeded reconnect rate limit\b/, refused('limit')],
  ['server unavailable', /^\W*MQTT\W{1,3}Server Unavailable\b/i, refused('unavailable')],
  // ESPEasy (Controller.cpp) of PubSubClient's -4 behind a connection: a ping went without an answer. Adafruit's examples.
  ['lost, state: connection ti', /\bMQTT : Connection lost, state: Connection timeout\b/i, KEEP_ALIVE],
  [['mqtt ping failed', 'mqtt ping resp'], /\bMQTT Ping failed\b|\bNo MQTT PING response\b/, KEEP_ALIVE],
  // gilmaimon's WebSockets, in its example's spelling; Espurna (SecureClientHelpers.h, ota_asynctcp.cpp).
  ['connnection closed', /^Connnection Closed\b/, LOST],
  ['cannot use ca valid', /\bTime not synced! Cannot use CA validation\b/, verify('FUTURE')],
  // The ESP8266 core's HTTPClient with a fingerprint, up to 2.4.
  ['level verify failed', /\btransport level verify failed\b/, { kind: 'fingerprint-mismatch' }],
  ['certificate fingerp', /\bcertificate fingerp(?:r?int) doesn't match\b/, { kind: 'fingerprint-mismatch' }],
  // espMqttClient (MqttClient.cpp). A packet that could not be made says nothing of the connection.
  ['expected connack', /\bexpected CONNACK - protocol error\b/, refused('malformed')],
  ['exceeded keepalive', /\bserver exceeded keepalive\b/, KEEP_ALIVE],
  ['create connect packet', /\bCould not create CONNECT packet\b/, NOTHING],
  // ThingsBoard's SDK (ThingsBoard.h, OTA_Handler.h).
  [
    ['internal mqtt buffer', 'for the jsondocument'],
    /\bAllocating memory for the (?:internal MQTT buffer|JsonDocument) failed\b/,
    NO_MEMORY,
  ],
  ['expected checksum', /\bCalculated checksum \(\w+\), not the same as expected checksum\b/, DAMAGED],
  [
    'flash updater, ensure',
    /\bFailed to initali?ze flash updater, ensure that the partition scheme\b/,
    { kind: 'update-failed', problem: 'no-partition' },
  ],
  // Arduino's IoT Cloud: the magic number in an update's head is the board's own (OTAInterfaceDefault.cpp).
  [
    'magic number mismatch',
    /\bOTA ERROR: Magic number mismatch\b/,
    { kind: 'update-failed', problem: 'other-chip' },
  ],
  ['otaupdate::', /\bOTAUpdate::\w+\(\) failed with -\d/, { kind: 'update-failed', problem: 'unknown' }],
  ['http client error conn', /\bOTA ERROR: http client error connecting\b/, NOT_MADE],
  ['http client timeout', /\bOTA ERROR: http client timeout\b/, TIMED_OUT],
  [
    '"contentlength" field',
    /\bOTA ERROR: the response header doesn't contain\b/,
    { kind: 'update-failed', problem: 'no-length' },
  ],
  [
    'download read error',
    /\bOTA ERROR: Download read error\b/,
    { kind: 'update-failed', problem: 'incomplete' },
  ],
  // Its ConnectionHandler, which puts the network's name into quotes; modems there, in Blynk, TinyGSM's and FONA's examples.
  ['connection to "', /^Connection to "(?!\S*(?:\/|\.\w+"))[^"]+" (?:failed|lost\.?)$/, NO_WIFI],
  ['register to the network', /\bnot able to register to the network\b/, NO_NETWORK],
  ['register in network failed', /\bRegister in network failed\b/, NO_NETWORK],
  ['sim not present or', /\bSIM not present or wrong PIN\b/, NO_NETWORK],
  ['sim is missing', /\bSIM is missing\b/, NO_NETWORK],
  [
    ['gprs attach failed', 'attachgprs() failed'],
    /\bGPRS attach failed\b|\battachGPRS\(\) failed\b/,
    NO_NETWORK,
  ],
  ['waiting for network...', /^Waiting for network\.\.\. ?fail(?:ed)?\b/, NO_NETWORK],
  [
    ['connect gprs', 'gprs connect', 'to gprs'],
    /\bConnect GPRS failed\b|\bGPRS connect(?:ion)? fail(?:ed|ure|s)?\b|\b(?:failed|unable) to connect to GPRS\b/i,
    NO_NETWORK,
  ],
  [
    'to configure ethernet, ch',
    /\bFailed to configure Ethernet, check cable\b/,
    { kind: 'dhcp', state: 'failed' },
  ],
  ['turn gprs on', /\bFailed to turn GPRS on\b/, NO_NETWORK],
  ['gprs status: not', /^GPRS status: not connected\b/, NO_NETWORK],
  ['gprs disconnected', /^GPRS disconnected!?$/, NO_NETWORK],
  // mobizt's Firebase libraries (Error.h, FirebaseCore.cpp) and its mail client (ESP_Mail_Const.h).
  ['tcp disconnected, code', /\bmsg: TCP disconnected, code: -/, LOST],
  ['tcp send failed', /\bTCP send failed\b/, BROKEN],
  ['tcp receive timed out', /\bTCP receive timed out\b/, TIMED_OUT],
  ['stream connection timed', /\bmsg: stream connection timed out\b/, TIMED_OUT],
  [['unauthenticate,', 'auth revoked'], /\bmsg: (?:unauthenticate|auth revoked), code: -/, UNAUTHORIZED],
  [
    'response read failed',
    /(?<!\w )(?:REASON|Token error: code: -?\d+, message): response read failed\b/,
    LOST,
  ],
  [
    'request timed out',
    /(?<!\w )(?:REASON|Token error: code: -?\d+, message): request timed out$/,
    TIMED_OUT,
  ],
  ['data sending failed', /! E: data sending failed\b/, BROKEN],
  ['incoming data failed', /\bERROR: reading incoming data failed\b/, BROKEN],
  ['alert ssl record', /\bthe alert SSL record received\b/, failed('unknown')],
  [
    'handshake was done bef',
    /\bmake sure the SSL\/TLS handshake was done before sending\b/,
    failed('unknown'),
  ],
  ['authenticat', /(?:! E:|#### Error,) (?:XOAuth2 )?authenticat(?:e|ion) failed\b/, NO_LOGIN],
  ['maximum redirection', /\bREASON: maximum Redirection reached\b/, { kind: 'http-status', status: 302 }],
  ['upload timed out', /\bREASON: upload timed out\b/, TIMED_OUT],
  // WiFiNINA; ArduinoECCX08's sketches, and what makes a certificate of its key.
  ['no socket available', /\bNo Socket available\b/, NO_SOCKET],
  [
    ['with ecc508', 'no eccx08', 'eccx08 board', 'ecc608 is not'],
    /\bFailed to communicate with ECC508\b|\bNo ECCX08 present\b|\bFailed to initialize ECCX08\b|\bECC608 is not locked\b/,
    NO_SECURE_ELEMENT,
  ],
  [
    'self signed cert',
    /\bError (?:starting self signed cert generation|generating self signed cert)\b/,
    NO_SECURE_ELEMENT,
  ],
  // SSLClient of the Renesas core, which is given the certificate of that key.
  [
    'seteccslot: client cert',
    /\bsetEccSlot: client certificate error\b/,
    { kind: 'unreadable', what: 'certificate' },
  ],
  // The example of an update from S3 for the ESP32.
  [
    'update not finished?',
    /\bUpdate not finished\? Something went wrong\b/,
    { kind: 'update-failed', problem: 'incomplete' },
  ],
  ['non 200 status code', /\bGot a non 200 status code from server\b/, { kind: 'http-status', status: 0 }],
  // The example for AWS IoT: the client is not connected behind its connect().
  ['aws iot timeout', /^\W*AWS IoT Timeout!?$/i, refused('no-answer')],
  // Meshtastic (MQTT.cpp).
  ['to contact mqtt server', /\bFailed to contact MQTT server\b/, NOT_MADE],
  // Sming (TcpConnection.cpp): nothing went over it for so long.
  ['closed by timeout', /\bconnection closed by timeout: \d+ \(from \d/, TIMED_OUT],
];

export const ARDUINO_WORD_RULES: readonly Rule[] = rulesOf(SENTENCES);
