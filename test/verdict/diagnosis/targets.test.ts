import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../src/monitor/events.ts';
import { diagnose } from '../../../src/verdict/diagnosis/diagnose.ts';
import {
  describeCauses,
  describeHarmless,
  describeLogs,
  type LinesByCause,
  type LogsWithCause,
} from '../../support/first-cause.ts';

/** What the device was to reach, and who it is itself: names, ports, keys. */
const WORDS: LinesByCause = {
  'net.dns.bad_endpoint': [
    'hostByName(): DNS Failed for https://www.example.com',
    'hostByName(): DNS Failed for ',
  ],
  'net.dns': [
    'hostByName(): DNS Failed for www.example.com',
    "hostByName(): DNS Failed for 'www.example.com' with error '-54' and result '0'",
  ],
  'mqtt.limit': ['MQTT connection refused, reason code: 151'],
  'mqtt.credentials': ['MQTT connecting failed, not authorized, username: bob'],
  'net.sntp': ['NTP sync failed, reason: server unavailable'],
  'net.connect.refused': ['Error opening socket to 10.0.0.1:1883: Connection refused'],
  'net.connect.timeout': ['E (5123) sensor: connect failed, errno 113'],
  'ota.damaged': ['OTA: SHA mismatch, expected ab got cd'],
  'net.not_made': ['failure connecting to address [HostName].azure-devices.net'],
  'tls.ca_missing.or_connect': ['[E][WiFiClientSecure.cpp:127] connect(): start_ssl_client: -1'],
  'net.no_socket': ['[E][ssl_client.cpp:75] start_ssl_client(): ERROR opening socket'],
  'tls.fingerprint': ['cert FP: EE 50 48 0E 12 34'],
  'port.baud': ['c_⸮⸮rS⸮fj⸮CF⸮⸮JC⸮⸮⸮⸮⸮KBB⸮⸮'],
  'net.dhcp': ['IP address: (IP unset)'],
  'heap.exhausted': ['OSError: 16'],
  'net.timeout.or_buffer': [
    '(SSLClient)(SSL_ERROR)(m_run_until): SSL internals timed out! This could be an internal error, or data being discarded due to a buffer overflow.',
  ],
  'tls.validity_by_build': [
    '(SSLClient)(SSL_ERROR)(m_print_br_error): Certificate is expired or not yet valid.',
  ],
  'program.want_again': [
    '[E][ssl_client.cpp:36] _handle_error(): [send_ssl_data():294]: (-26752) SSL - Connection requires a write call',
  ],
  'tls.ca_wrong': [
    '[23:45:15][D][esp-idf:000][ann_read]: E (2819428) esp-x509-crt-bundle: Failed to verify certificate',
  ],
  // Negated, and printed as unsigned.
  'program.positive_result': ['mbedtls_ssl_get_record_expansion returned -0xffffffe3'],
  'build.curve_disabled': ['MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE (-0x3A00 / -14848)'],
  'tls.server_certificate.feature': ['esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2080'],
  'key.secure_element': [
    'E (4785) aws_iot: failed! could not load cert from ATECC608, tng_get_device_cert_def returned e1',
    'E (1) esp-tls-mbedtls: Failed to initialize atca device, returned [f0]',
    'ATCA: atcab_init() failed: 0xC0',
  ],
  'program.not_built': [
    "sketch:149:18: error: 'class BearSSL::WiFiClientSecure' has no member named 'loadCACert'",
    'src/main.c:3:10: fatal error: mbedtls/config.h: No such file or directory',
    'collect2: error: ld returned 1 exit status',
  ],
};

describeCauses(WORDS);

describeHarmless([
  'ATCA is not available (-20096), using sw ECDH',
  'ATECC608 found, serial 0123',
  'E (65) task_wdt: delete_entry(232): task not found',
  'E (947) task_wdt: esp_task_wdt_init(517): TWDT already initialized',
  'E (100) task_wdt: add_entry(180): task is already subscribed',
  'W: No entropy device on the system, TLS communication may be insecure!',
  'DNS1=192.168.1.1,DNS2=(IP unset)',
  'ESP-NOW send to 24:6f:28:11:22:33: error: no ack',
  'E (99) app: /data/log.txt:12:3: error: json parse',
  'E (100) sdcard: cannot log, reason: not enough space',
  'BLE disconnected, reason: identifier rejected',
  'I (1) atca: ATECC608 initialized without error',
  'ATECC508A: 0 failed, 3 ok',
  'Ping: Error sending ping to 8.8.8.8, seq 3',
  'if (code != HTTPC_ERROR_CONNECTION_REFUSED)',
  'W (1) app: Loopback detected',
  'private and not shared.  A MITM without the private key would not be',
  'Client socket: `<socket state=3 timeout=-1 incoming=0 off=0>',
]);

/** The server's certificate as mbedTLS prints it at level 3. */
function certificate(subject: string, ...more: readonly string[]): string[] {
  return [
    'peer certificate #1:',
    'issuer name       : O=Home, CN=RootCA',
    `subject name      : ${subject}`,
    ...more,
  ].map((text) => `mbedtls: ssl_tls.c:4588 ${text}`);
}

const REFUSED = 'E (9000) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2700';

const LOGS: LogsWithCause = [
  ['tls.cn_mismatch', ['D (1) esp-tls: host:192.0.2.7: strlen 9', ...certificate('O=Home, CN=Server')]],
  ['tls.cn_mismatch', ['D (1) TRANS_SSL: Connect to 192.0.2.7:8070', ...certificate('CN=Server'), REFUSED]],
  [
    'tls.cn_mismatch',
    [
      'D (1) esp-tls: host:b.example.com: strlen 13',
      ...certificate('CN=a.example.com', 'subject alt name  : a.example.com, c.example.com'),
      REFUSED,
    ],
  ],
  [
    'tls.cn_mismatch',
    [
      'D (1) esp-tls: host:b.example.com: strlen 13',
      ...certificate(
        'CN=a.example.com',
        'subject alt name  :',
        '    dNSName : a.example.com',
        '    dNSName : c.example.com',
      ),
      REFUSED,
    ],
  ],
  // An address that a name was resolved to.
  ['tls.ca_wrong.or_other', ['Connecting to 192.0.2.7:443', ...certificate('CN=www.example.com'), REFUSED]],
  [
    'tls.ca_wrong.or_other',
    [
      'Connecting to 192.0.2.7:443',
      ...certificate('CN=board', 'subject alt name  :', '    iPAddress : 192.0.2.7'),
      REFUSED,
    ],
  ],
  // The names fit, or not all of them are shown.
  [
    'tls.ca_wrong.or_other',
    ['D (1) TRANS_SSL: Connect to 192.0.2.7:8070', ...certificate('CN=192.0.2.7'), REFUSED],
  ],
  [
    'tls.ca_wrong.or_other',
    ['D (1) esp-tls: host:b.example.com: strlen 13', ...certificate('CN=a.example.com'), REFUSED],
  ],
  [
    'tls.ca_wrong.or_other',
    [
      'D (1) esp-tls: host:b.example.com: strlen 13',
      ...certificate('CN=a.example.com', 'subject alt name  : *.example.com'),
      REFUSED,
    ],
  ],
  // A suite was agreed on, however few were offered.
  [
    'info.phase',
    [
      'mbedtls: ssl_cli.c:905 client hello, got 4 ciphersuites (excluding SCSVs)',
      'mbedtls: ssl_tls.c:3146 handshake message: msglen = 801, type = 11, hslen = 801',
      'mbedtls: ssl_cli.c:3336 client state: 4',
    ],
  ],
  [
    'tls.ca_missing',
    [
      '[V][ssl_client.cpp:59] start_ssl_client(): Free internal heap before TLS 277628',
      '[E][WiFiClientSecure.cpp:127] connect(): start_ssl_client: -1',
    ],
  ],
  [
    'net.not_made',
    [
      '[V][ssl_client.cpp:59] start_ssl_client(): Free internal heap before TLS 277628',
      '[V][ssl_client.cpp:65] start_ssl_client(): Starting socket',
      '[E][WiFiClientSecure.cpp:127] connect(): start_ssl_client: -1',
    ],
  ],
  // At a port of somebody's choice in the own network, at once: what answers reads no ClientHello.
  ...(['net.plain_port', 'tls.peer_eof'] as const).map(
    (cause) =>
      [
        cause,
        [
          'I (3939613) WebSocket: Connecting to wss://192.168.1.9:8000/v1/',
          `E (${cause === 'tls.peer_eof' ? 3940913 : 3939653}) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x7280`,
        ],
      ] as const,
  ),
  // A read that fails at once each time waits for nothing.
  [
    'net.lost',
    [
      'E (80080) esp-tls: read error :-76:',
      'E (80090) esp-tls: read error :-76:',
      'E (80100) esp-tls: read error :-76:',
    ],
  ],
  ['net.timeout', ['E (80080) esp-tls: read error :-76:', 'E (90090) esp-tls: read error :-76:']],
  // Lost, and there again: it was lost.
  [
    'net.lost',
    [
      'E (17191377) esp-tls: read error :-76:',
      'E (17191377) TRANS_SSL: esp_tls_conn_read error, errno=Software caused connection abort',
      'I (17203587) MQTT_CLIENT: Sending MQTT CONNECT message, type: 1, id: 0000',
      'MQTT_EVENT_CONNECTED',
    ],
  ],
  // The caller of the read that failed tells where it was.
  [
    'mqtt.refused',
    [
      'E (75404) MQTT_CLIENT: mqtt_message_receive: transport_read() error: errno=0',
      'E (75404) MQTT_CLIENT: esp_mqtt_connect: mqtt_message_receive() returned -1',
    ],
  ],
  // The core's example, whose first try is to fail.
  [
    'ok',
    [
      'If there are no CAs or insecure options specified, BearSSL will not connect.',
      "Trying: a.example.com:443...*** Can't connect. ***",
      'Trying: a.example.com:443...Connected!',
    ],
  ],
  // Mongoose OS: behind the transport, and no CONNACK.
  [
    'aws.policy',
    [
      'MQTT connecting to x.iot.us-east-1.amazonaws.com:8883',
      'ev_handler           MQTT Connect (1)',
      'ev_handler           MQTT Disconnect',
    ],
  ],
];

describeLogs('targets and identities', LOGS);

describe('what is not known', () => {
  it('is not said beside what is', () => {
    const lines = [
      "E (1) esp-tls: couldn't get hostname for :x.example.com: getaddrinfo() returns 202, addrinfo=0x0",
      '[E][WiFiClientSecure.cpp:127] connect(): start_ssl_client: -1',
    ];
    const found = diagnose(lines.map(parseLine)).causes.map(({ id }) => id);
    expect(found).toContain('net.dns');
    expect(found).not.toContain('net.not_made');
  });
});
