import type { MonitorDetail } from '../event.ts';
import type { Rule } from '../rule.ts';
import {
  BAD_URL,
  BROKEN,
  ENCRYPTED,
  failed,
  LOST,
  NO_ANCHOR,
  NO_FILE,
  NO_HOST,
  NO_MEMORY,
  NO_SOCKET,
  NO_TCP,
  NO_TLS,
  NO_UPGRADE,
  NOT_MADE,
  NOT_TRUSTED,
  NOTHING,
  PLAIN_TO_TLS,
  rulesOf,
  TIMED_OUT,
  UNREADABLE_CERTIFICATE,
  verify,
  type Words,
} from './details.ts';
import { refused, KEEP_ALIVE, NO_CREDENTIALS } from './mqtt-codes.ts';

const NOT_DER: MonitorDetail = { kind: 'unreadable', what: 'der' };

/** Sentences of libraries that no other dialect reads, by library and in the order in which they are tried. */
const SENTENCES: readonly Words[] = [
  // Mongoose 7's own TLS (src/tls_builtin.c, tls_x509.c) and its use of mbedTLS (src/tls_mbed.c).
  ['no longer valid', /\bcert is no longer valid\b/, verify('EXPIRED')],
  ['not yet valid', /\bcert is not yet valid\b/, verify('FUTURE')],
  ['verify CA', /\bfailed to verify CA\b/, NOT_TRUSTED],
  ['verify certificate chain', /\bfailed to verify certificate chain\b/, NOT_TRUSTED],
  ['verify hostname', /\bfailed to verify hostname\b/, verify('CN_MISMATCH')],
  ['extract SAN', /\bfailed to extract SAN\b/, verify('CN_MISMATCH')],
  ['certverify)', /\bfailed to verify (?:EC|RSA) certificate \(certverify\)/, failed('bad signature')],
  [
    'certverify signature',
    /\bunsupported certverify signature scheme\b/,
    failed('unsupported signature algorithm'),
  ],
  ['parse CA bundle', /\bfailed to parse CA bundle\b/, UNREADABLE_CERTIFICATE],
  ['server hello', /^(?:.*\b)?(?:not a|bad) server hello(?: packet)?$/, failed('unacceptable server hello')],
  ['bad key exchange group', /\bbad key exchange group\b/, failed('unsupported algorithm')],
  [
    'without a private key',
    /\bCertificate provided without a private key\b/,
    { kind: 'identity-incomplete' },
  ],
  ['tls oom', /\btls oom\b/, NO_MEMORY],
  ['TLS is not enabled', /\bTLS is not enabled\b/, NO_TLS],
  // ESP8266 core and libraries of Arduino (WiFiClientSecureBearSSL.cpp, CertStoreBearSSL.cpp, ESP8266HTTPClient.cpp).
  ['run certs-from-moz', /\bNo certs found\. Did you run certs-from-moz/, NO_ANCHOR],
  ['No cert seen', /\binsecure_end_chain: No cert seen/, verify('MISSING')],
  [['x509 validator', 'serverx509check'], /\bCan't install (?:x509 validator|serverX509check)\b/, NO_MEMORY],
  ['BearSSL stack', /\bUnable to allocate BearSSL stack/, NO_MEMORY],
  ['stack smashing', /\bBSSL stack smashing detected/, { kind: 'stack-overflow', task: undefined }],
  // HTTPClient's -1, by its text alone: it says nothing of who refused.
  [
    'connection refused',
    /^\W*-1 [Cc]onnection [Rr]efused$|^(?!.*\b(?:TCP|tcp)\b).*\b(?:error: |HTTP request: |(?:Get|Set) \w+\.\.\. )connection refused\.?$/,
    NOT_MADE,
  ],
  // Arduino-ESP32 (ssl_client.cpp, WiFiClient.cpp, NetworkClient.cpp): of TCP, and of what verifies.
  [
    'select returned due to timeout',
    /\bstart_ssl_client\(\): select returned due to timeout\b/,
    { kind: 'connect-failed', host: undefined, why: 'timeout' },
  ],
  ['was not called!', /\buseRootCABundle is set, but attach_ssl_certificate_bundle\b/, NO_ANCHOR],
  ['socket: 2', /\bconnect\(\): socket: 2[34]\b/, NO_SOCKET],
  ['receiving headers', /\bTimeout receiving headers\b/, TIMED_OUT],
  ['not the same protocol', /\bnew URL not the same protocol\b/, { kind: 'http-status', status: 301 }],
  // axTLS (ssl/loader.c, x509.c, tls1.c), and the fingerprint of Arduino's WiFiClientSecure.
  ['certs added', /\bmaximum number of (?:CA )?certs added\b/, { kind: 'not-built', what: 'room-for-ca' }],
  ['valid ASN.1 file', /\bThis is not a valid ASN\.1 file\b/, NOT_DER],
  ['ASN.1 file', /\bInvalid (?:X509|p8|p12) ASN\.1 file\b/, NOT_DER],
  ['nvalid base64', /^Error: Invalid base64$/, UNREADABLE_CERTIFICATE],
  ['key not loaded', /\bCertificate or key not loaded\b/, { kind: 'identity-incomplete' }],
  ['password for this PEM', /\bNeed a password for this PEM file\b/, ENCRYPTED],
  ['invalid hex', /^pos:\d+ len:\d+ invalid hex sequence\b/, { kind: 'fingerprint-malformed' }],
  ['too short', /^pos:\d+ len:\d+ fingerprint too short\b/, { kind: 'fingerprint-malformed' }],
  // Tasmota (xdrv_02_9_mqtt.ino): the key that the command is given is the 32 bytes of P-256.
  ['Certificate must be', /^TLSKey: Certificate must be \d+ bytes\b/, { kind: 'unreadable', what: 'key' }],
  // SPIFFS (spiffs.h): no such file, no file system.
  ['-10002', /\bSPIFFS\w*\b.*-10002\b/, NO_FILE],
  ['-10025', /\bSPIFFS\w*\b.*-10025\b/, { kind: 'filesystem-failed' }],
  ['-100', /\bSPIFFS\w*\b.*-100\d\d\b/, NOTHING],
  // Sketches made after Arduino's example for AWS IoT, behind the file that was opened.
  ['not loaded', /^not loaded$/, UNREADABLE_CERTIFICATE],
  // ESPEasy (src/src/ESPEasyCore/Controller.cpp).
  ['No TLS root CA', /\bNo TLS root CA\b/, NO_ANCHOR],
  ['LoadCertificate error', /\bLoadCertificate error\b/, NO_FILE],
  ['fingerprint too small', /\bStored TLS fingerprint too small\b/, { kind: 'fingerprint-malformed' }],
  ['certificate format', /\bERROR, Invalid certificate format\b/, UNREADABLE_CERTIFICATE],
  ['bad credentials', /\bConnect bad credentials\b/, refused('credentials')],
  ['bad client_id', /\bConnect bad client_id\b/, refused('client-id')],
  ['bad protocol', /\bConnect bad protocol\b/, refused('protocol')],
  ['out of ram', /\bout of RAM\b/, NO_MEMORY],
  // esp_mqtt for NONOS (mqtt.c), and Sming.
  ['do not support ssl', /\bTCP: Do not support SSL\b/, NO_TLS],
  // With the number of mqtt_tcpclient_recon_cb shown: ESPCONN_TIMEOUT, ..._RST, ..._CLSD.
  ['tcp: reconnect to ', /^TCP: Reconnect to \S+ \[error -3\]/, TIMED_OUT],
  ['tcp: reconnect to ', /^TCP: Reconnect to \S+ \[error -9\]/, { kind: 'connection-reset' }],
  ['tcp: reconnect to ', /^TCP: Reconnect to \S+ \[error -10\]/, LOST],
  ['tcp: reconnect to ', /\bTCP: Reconnect to \S/, NO_TCP],
  ['but got no ip', /\bDNS: Found, but got no ip\b/, NO_HOST],
  [
    'key are not provided',
    /\bserver certificate and key are not provided\b/,
    { kind: 'identity-incomplete' },
  ],
  // NodeMCU (app/modules/mqtt.c, tls.c, net.c).
  ['MQTT_CONNECT timeout', /\bMQTT_CONNECT timeout\b/, refused('no-answer')],
  ['MQTT: msg too long', /\bMQTT: msg too long\b/, refused('too-large')],
  ['MQTT: Invalid packet', /\bMQTT: Invalid packet\b/, refused('malformed')],
  ['socket_dns_found f', /\bsocket_dns_found failure\b/, NO_HOST],
  ['ssl not available', /\bssl not available\b/, NO_TLS],
  // esp_http_client and its transports (components/esp_http_client, tcp_transport).
  [
    'to fit all the headers',
    /\bBuffer length is small to fit all the headers\b/,
    { kind: 'http-buffer-small' },
  ],
  ['out of buffer', /\bOut of buffer\b/, { kind: 'http-buffer-small' }],
  ['redirection_count', /\breach max_redirection_count\b/, { kind: 'http-status', status: 302 }],
  // What they say of an answer in words (esp_http_client.c, esp_https_ota.c).
  ['url redirection failed', /\bURL redirection Failed\b/, { kind: 'http-status', status: 302 }],
  ['can only redirect', /\bHTTPS origin can only redirect to https\b/, { kind: 'http-status', status: 302 }],
  ['authorization_retries', /\bmax_authorization_retries\b/, { kind: 'http-status', status: 401 }],
  [
    'requires authentication',
    /\bThis request requires authentication\b/,
    { kind: 'http-status', status: 401 },
  ],
  ['incomplete chunked', /\bIncomplete chunked data received\b/, { kind: 'body-unusable' }],
  ['edirect limit', /\bReach redirect limit\b/, { kind: 'http-status', status: 302 }],
  // ThingSpeak's library (ThingSpeak.h), of a program that asks for TLS and includes no client for it first.
  [
    "doesn't support ssl",
    /\bThis library doesn't support SSL connection to ThingSpeak\b/,
    { kind: 'tls-not-used' },
  ],
  [
    'SSL related configs',
    /\bSSL related configs set, but the (?:transport protocol|URI scheme)\b/,
    { kind: 'tls-not-used' },
  ],
  ['HAVE_ALPN not', /\bWOLFSSL_HAVE_ALPN not enabled\b/, { kind: 'not-built', what: 'alpn' }],
  ['PLN configured', /\bAPLN configured but not enabled\b/, { kind: 'not-built', what: 'alpn' }],
  [
    'bundle is not enabled',
    /\bCertificate bundle is not enabled for mbedTLS\b/,
    { kind: 'not-built', what: 'certificate-bundle' },
  ],
  // esp_crt_bundle.c.
  ['certificates in bundle', /\bNo certificates in bundle\b/, NO_ANCHOR],
  [
    ['max allowed cert', 'certs in the certificate bundle'],
    /\bNo\. of certs in the certificate bundle = \d+ exceeds\b|\bexceeds? max allowed certificates\b/i,
    { kind: 'not-built', what: 'room-for-ca' },
  ],
  ['aes context in invalid', /\bAES context in invalid state\b/, failed('misused')],
  // PKCS #11 of esp-aws-iot: ESP_ERR_NVS_NOT_FOUND of a certificate or key.
  ['nvs get file size 4354', /\bfailed nvs get file size 4354\b/, NO_FILE],
  [
    'not supported in wolfssl',
    /\buse_crt_bundle not supported in wolfssl\b/,
    { kind: 'not-built', what: 'certificate-bundle' },
  ],
  [
    'PSK authentication configured',
    /\bPSK authentication configured but not enabled\b/,
    { kind: 'not-built', what: 'psk' },
  ],
  // esp-mqtt (mqtt_client.c).
  ['annot malloc', /\bCannot malloc http receive buffer\b/, NO_MEMORY],
  ['partly successful', /\bmbedtls_x509_crt_parse was partly successful\b/, UNREADABLE_CERTIFICATE],
  ["didn't complete in", /\bWriting didn't complete in specified timeout\b/, TIMED_OUT],
  ['tls connection on tls', /\bnon-TLS connection on TLS port\b/i, PLAIN_TO_TLS],
  ['not an HTTP Server', /\bRemote host is not an HTTP Server\b/, PLAIN_TO_TLS],
  ['ailed to calloc', /\bFailed to calloc \d+\b/, NO_MEMORY],
  ['for server verification', /\bNo option for server verification is enabled\b/, NO_ANCHOR],
  ['poll timeout or error', /\bPoll timeout or error\b/, TIMED_OUT],
  [
    'caused connection abort',
    /^(?!.*\b(?:connect(?:\(\)| error|: errno)|socket error on fd)).*\bSoftware caused connection abort\b/,
    BROKEN,
  ],
  ['no scheme found', /\bNo scheme found\b/, BAD_URL],
  ['error parse ur', /\bError parse ur[il]\b/, BAD_URL],
  ['-accept not found', /\bSec-WebSocket-Accept not found\b/, NO_UPGRADE],
  ['for upgrade header', /\bError read response for Upgrade header\b/, NO_UPGRADE],
  ['no pong received', /\bno PONG received\b/, KEEP_ALIVE],
  ['header too long', /\brequest URI\/header too long\b/, { kind: 'http-status', status: 431 }],
  ['create_server_session', /\besp_tls_create_server_session failed\b/, failed('unknown')],
  ['sta is connecting', /\bsta is connecting, return error\b/, NOTHING],
  ['call timed out before', /\bcall timed out before data was ready\b/, NOTHING],
  // SSLClient's users for ESP32; Arduino's HTTPClient and WebSockets.
  ['error: upgrade conn', /\bError: upgrade connection, -\d/, failed('unknown')],
  ['header response timeo', /\b[Hh]eader response timeout\b/, TIMED_OUT],
  // Azure's SDK for C, and ESP RainMaker: what the device itself lacks.
  ['prior successful open', /send_async without a prior successful open\b/, BROKEN],
  ['base64 string', /\bInvalid length Base64 string\b/, NO_CREDENTIALS],
  ['generating the sas', /\bUnable to decode the key for generating the SAS\b/, NO_CREDENTIALS],
  ['getting sas token', /\bfailure getting sas token\b/, NO_CREDENTIALS],
  ['generating sas', /\bFailed generating SAS token\b/, NO_CREDENTIALS],
  ['credentials missing', /\bCredentials missing\b/, NO_CREDENTIALS],
  // NodeMCU's banner, and its global where the module is not built.
  ['ssl: false', /^\s*SSL: false$/, NO_TLS],
  ["global 'tls'", /\bindex global 'tls' \(a nil value\)/, NO_TLS],
  // Aliyun's SDK for C; esp-mqtt; transports of ESP-IDF; Espruino; AliOS; esp_mqtt for NONOS.
  // ESP-IDF before 4 (hwcrypto/bignum.c).
  ['rsa interrupt', /\bFailed to allocate RSA interrupt\b/, failed('accelerator')],
  ['to basic client', /\bError writing to basic client\b/, BROKEN],
  ['connect message cannot', /\bConnect message cannot be created\b/, refused('too-large')],
  ['this mqtt scheme', /\bNot support this mqtt scheme\b(?! (?:mqtts|wss)\b)/, BAD_URL],
  [
    'expecting connack',
    /\bIncorrect packet type \w+ received while expecting CONNACK\b/,
    refused('malformed'),
  ],
  ['wait connect ack', /\bwait connect ACK timeout\b/, refused('no-answer')],
  // Without its errno it may be the other side's doing; with it the write did not get through (application.ts).
  // A socket that fails gives -1.
  ['write data or timeout', /\bError write data or timeout, written len = 0$/, TIMED_OUT],
  ['write data or timeout', /\bError write data or timeout, written len = -1$/, BROKEN],
  ['invalid msg_type resp', /\bInvalid MSG_TYPE response: \d+, read_len: 0\b/, refused('no-answer')],
  ['no more processes', /\berrno=No more processes\b/, TIMED_OUT],
  [
    '(err113)',
    /\bConnect failed \(err113\)/,
    { kind: 'connect-failed', host: undefined, why: 'unreachable' },
  ],
  ['recv failed', /^\W*recv failed!?$/, LOST],
  ['disconnected callback', /\bTCP: Disconnected callback\b/, LOST],
  // Mongoose OS.
  ['invalid ssl ca cert', /\bInvalid SSL CA cert\b/, { kind: 'unreadable', what: 'ca' }],
  ['invalid ssl key', /\bInvalid SSL key\b/, { kind: 'unreadable', what: 'key' }],
  ['invalid ssl cert', /\bInvalid SSL cert\b/, UNREADABLE_CERTIFICATE],
  ['=> -1', /\bopen \S+\.(?:pem|crt|der|key)\b.*=> -1\b/, NO_FILE],
  ['mqtt0 disconnected', /\bMQTT0 disconnected\b/, LOST],
  // libwebsockets; tinydtls.
  ['random dev', /\bUnable to read from random dev\b/, { kind: 'code', code: -0x34 }],
  ['peer has been invalid', /\bpeer has been invalidated\b/, failed('unknown')],
];

/** What libraries say in words of their own. */
export const LIBRARY_WORD_RULES: readonly Rule[] = [
  {
    // Arduino-ESP32 (WiFiGeneric.cpp): what was looked up, which may be a URL, or nothing.
    mark: 'DNS Failed for',
    pattern: /\bDNS Failed for ?(\S*?)(?: with error '(-?\d+)'.*)?$/,
    read: ([host, code]) => ({
      kind: 'dns-failed',
      host: host!.replace(/^'|'$/g, ''),
      code: code === undefined ? undefined : Number(code),
    }),
  },
  ...rulesOf(SENTENCES),
];
