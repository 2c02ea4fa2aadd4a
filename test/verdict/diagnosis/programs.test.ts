import { describe, expect, it } from 'vitest';
import { describeLogs, firstCause, type LogsWithCause } from '../../support/first-cause.ts';

/** In the plain words of whoever wrote the program. */
const PLAIN: LogsWithCause = [
  ['tls.expired', ['[TLS] peer certificate rejected: expired on 2021-09-30']],
  ['tls.ca_wrong', ['TLS: issuer not found in trust store', 'handshake aborted']],
  [
    'tls.cn_mismatch',
    ['Server certificate is for "*.example.org", expected "mqtt.example.com" -> name mismatch'],
  ],
  ['tls.clock_unset', ['RTC not set, year=1970', 'TLS handshake failed: certificate validity check failed']],
  ['tls.peer_eof', ['ClientHello sent', 'peer closed the socket (FIN) before ServerHello']],
  ['net.reset', ['ClientHello sent', 'RST received from peer']],
  ['net.timeout', ['waiting for ServerHello...', 'handshake timed out after 15000 ms']],
  ['heap.exhausted', ['largest free block 9216, need 16717 for TLS buffer', 'out of mem']],
  ['heap.exhausted', ['ssl_ctx_new failed: no mem']],
  ['tls.in_len_too_small', ['TLS record of 16384 bytes exceeds input buffer (4096)']],
  ['tls.alert.protocol_version', ['server does not support TLS 1.2', 'handshake failure']],
  ['tls.alert.client_certificate.missing', ['alert 116 (certificate_required) received from broker']],
  ['tls.alert.server_name', ['fatal alert: unrecognized_name(112)']],
  ['tls.alert.internal_error', ['TLS fatal alert 80 internal_error']],
  ['key.cert_mismatch', ['TLS alert: decrypt error (51)']],
  ['build.ec_disabled', ['E pk: EC key given but ECP not compiled in (-0x3C80)']],
  ['build.curve_disabled', ['mbedtls_ecp_group_load: -0x4E80 FEATURE_UNAVAILABLE', 'handshake: -0x4e80']],
  ['build.no_shared_cipher', ['No common cipher suites with server, handshake aborted']],
  ['mqtt.credentials', ['mqtt: CONNACK rc=0x05 (not authorized)']],
  ['mqtt.credentials', ['MQTT v5 CONNACK reason code 135 Not authorized']],
  ['mqtt.client_id', ['mqtt connect refused: client identifier not valid (0x85)']],
  ['mqtt.unavailable', ['Broker answered: 3 - server unavailable', 'mqtt connect failed, code 3']],
  ['mqtt.refused', ['MQTT CONNECT sent', 'connection closed by remote host']],
  [
    'mqtt.closed_again',
    [
      'MQTT connected',
      'MQTT disconnected (remote closed)',
      'MQTT connected',
      'MQTT disconnected (remote closed)',
      'MQTT connected',
    ],
  ],
  ['mqtt.keep_alive', ['mqtt: no PINGRESP within 30 s, closing']],
  ['mqtt.too_large', ['PubSubClient: packet (1300) exceeds buffer size 256']],
  ['net.dns', ['DNS: no answer from 192.168.1.1 for mqtt.example.com']],
  ['net.dns', ['[NET] host lookup failed: mqtt.example.com']],
  [
    'net.dns.bad_endpoint',
    [
      "E (5) esp-tls: couldn't get hostname for :https://a.example.com/x: getaddrinfo() returns 202, addrinfo=0x0",
    ],
  ],
  ['net.connect.refused', ['tcp: connect to 192.168.1.10:8883: ECONNREFUSED']],
  ['net.connect.timeout', ['tcp: SYN timeout, no route answer from 10.1.2.3:8883 (ETIMEDOUT)']],
  ['net.connect.unreachable', ['connect: Network is unreachable']],
  ['net.no_socket', ['socket() failed: errno 105 too many sockets']],
  ['net.dhcp', ['STA associated', 'DHCP DISCOVER timeout x5, no address']],
  ['net.wifi.password', ['wpa: 4-Way Handshake failed - pre-shared key may be incorrect']],
  ['net.wifi.no_ap', ['SSID "office" not found in scan results']],
  ['net.wifi.signal', ['beacon timeout, RSSI -91']],
  ['http.denied', ['GET /fw.bin -> 403']],
  ['http.not_found', ['OTA: server replied 404 Not Found']],
  ['ota.not_an_image', ['OTA: first byte is 0x3C, expected 0xE9']],
  ['ota.damaged', ['OTA: sha256 differs from manifest']],
  ['ota.too_large', ['OTA: image 612 kB larger than slot 480 kB']],
  ['ota.incomplete', ['OTA: got 120000 of 480000 bytes, connection lost']],
  ['ota.signature', ['OTA: signature invalid, update rejected']],
  ['ota.no_partition', ['OTA: no free ota slot in partition table']],
  [
    'crash.null_pointer',
    [
      'Fatal exception (28):',
      'epc1=0x40201a2b, epc2=0x00000000, epc3=0x00000000, excvaddr=0x00000010, depc=0x00000000',
    ],
  ],
  ['cpu.watchdog', ['ets Jan  8 2013,rst cause:4, boot mode:(3,7)', 'wdt reset']],
  ['boot.strapping', [' ets Jan  8 2013,rst cause:2, boot mode:(1,6)', 'waiting for host']],
  ['net.plain_port', ['server answered "HTTP/1.0 400 Bad Request" to ClientHello']],
  ['net.plain_port', ['Connecting with TLS to broker:1883', 'mbedtls_ssl_handshake returned -0x7200']],
  ['build.entropy', ['seeding RNG failed: entropy source']],
  ['cert.parse', ['CA certificate: PEM parse error, missing END line']],
  ['key.encrypted', ['private key is encrypted, passphrase required']],
  ['tls.ca_missing', ['No CA certificate set, refusing to connect']],
  ['cert.file', ['/certs/client.crt: No such file or directory']],
  ['tls.fingerprint', ['SHA1 fingerprint of server does not match pinned one']],
  ['tls.verify_policy.hash', ['certificate uses SHA-1 signature, not accepted']],
  ['tls.verify_policy.key', ['RSA key too short (1024 bits) in server certificate']],
  ['tls.revoked', ['server certificate has been revoked']],
  ['power.brownout', ['brownout reset, vdd=2.4V']],
];

/** As short as firmware prints: a name and a number. */
const TERSE: LogsWithCause = [
  [
    'tls.ca_wrong',
    ['I (5200) net_tls: connecting mqtt.example.com:8883', 'E (7410) net_tls: handshake: -0x2700 flags=0x8'],
  ],
  ['tls.cn_mismatch', ['E (7410) tls: x509 verify result 0x4', 'E (7411) tls: handshake err 0x2700']],
  ['tls.expired', ['mbedtls_ssl_get_verify_result() = 0x00000001']],
  ['heap.exhausted', ['[E] ssl_setup ret 0x8100', 'Free heap 11 KB']],
  ['tls.peer_eof', ['[ 4521] tls_connect(): err=-29312']],
  ['tls.alert.handshake_failure', ['BR_ERR_RECV_FATAL_ALERT+40']],
  ['net.plain_port.or_version', ['br_ssl_engine_last_error: 3']],
  ['tls.ca_wrong', ['br_ssl_engine_last_error = 62 (BR_ERR_X509_NOT_TRUSTED)']],
  ['mqtt.credentials', ['[MQTT] Connect error 5 : Connection Refused, not authorized']],
  ['mqtt.credentials', ['MQTT connect failed, return code = 4']],
  ['net.not_made', ['MQTT connect failed, return code = -2']],
  ['mqtt.no_answer', ['[mqtt] state: -4 MQTT_CONNECTION_TIMEOUT']],
  ['net.dns', ['WiFi.hostByName() returned 0 for mqtt.example.com']],
  ['net.wifi.no_ap', ['WiFi: NO SSID AVAILABLE']],
  ['net.wifi.password', ['[WiFi] Event 5: disconnected (reason 15 4WAY_HANDSHAKE_TIMEOUT)']],
  ['net.wifi', ['Wi-Fi could not connect after 20 attempts']],
  ['net.dhcp', ['Got no IP: 0.0.0.0']],
  ['tls.clock_unset', ['NTP not synced, epoch = 21', 'TLS verify: FUTURE']],
  ['ota.damaged', ['[OTA] Update.end() error 7: MD5 Check Failed']],
  ['ota.too_large', ['Update.printError: ERROR[4]: Not Enough Space']],
  ['ota.flash', ['OTA: flash erase error at 0x100000']],
  ['http.server_error', ['HTTP/1.1 500 Internal Server Error']],
  ['http.denied', ['httpCode = 401']],
  ['net.not_made', ['httpCode = -1']],
  ['net.timeout', ['HTTP POST code: -11']],
  [
    'crash.null_pointer',
    [
      "Guru Meditation Error: Core  0 panic'ed (StoreProhibited). Exception was unhandled.",
      'Core 0 register dump:',
      'PC      : 0x40226d30  PS      : 0x00000030  A0      : 0x40226d2c  A1      : 0x3fff1a90',
      'EXCVADDR: 0x00000000',
    ],
  ],
  [
    'crash.illegal_instruction',
    ['Exception (0):', 'epc1=0x40100000 epc2=0x00000000 epc3=0x00000000 excvaddr=0x00000000 depc=0x00000000'],
  ],
  ['heap.exhausted', ['abort: operator new failed', 'std::bad_alloc']],
  ['boot.image', [' ets Jan  8 2013,rst cause:2, boot mode:(3,6)', 'ets_main.c']],
  ['boot.flash_chip', ['SPI flash id = 0xffffff, flash not detected']],
  ['build.ec_disabled.or_key', ['load client key: -0x3d00']],
  ['cert.parse', ['load client cert: -0x2180']],
  ['key.cert_mismatch', ['TLS alert 51 from server after CertificateVerify']],
  ['tls.alert.client_certificate.unknown_ca', ['fatal alert from server: 48']],
  ['tls.alert.handshake_failure', ['fatal alert 40 in ServerHello']],
  ['net.reset', ['tls: read: ECONNRESET']],
  ['tls.peer_eof', ['tls: write: EPIPE']],
  ['net.connect.timeout', ['E (9) tcp: connect ETIMEDOUT 3.121.4.5:8883']],
  [
    'build.tls13',
    [
      'psa_crypto_init not called: -135',
      'mbedtls: ssl_tls13_client.c:1000 psa_generate_key() returned -137 (-0x0089)',
    ],
  ],
  ['tls.in_len_too_small.or_other', ['-0x7200']],
  ['mqtt.protocol', ['CONNACK code 1']],
  ['tls.fingerprint', ['TLS: pinned key mismatch']],
  ['tls.in_len_too_small', ['BearSSL: MFLN 512 not honoured; record overflow']],
];

/** What looks like an error and is none, and sketches that name a state. */
const BENIGN: LogsWithCause = [
  [
    'ok.plain',
    [
      'state: 5 -> 0 (2)',
      'reconnect',
      'state: 3 -> 5 (10)',
      'connected with home, channel 6',
      'ip:192.168.1.20,mask:255.255.255.0,gw:192.168.1.1',
      'Attempting MQTT connection...connected',
      'publish ok',
    ],
  ],
  [
    'ok.plain',
    [
      '[HTTP] GET... code: 200',
      'Update available: 1.2.3',
      'Updating firmware: 100%',
      'Update successful, rebooting',
      ' ets Jan  8 2013,rst cause:2, boot mode:(3,6)',
    ],
  ],
  [
    'ok',
    [
      'SNTP: time set to Fri Mar  1 12:00:00 2024',
      'TLS: session established, TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256',
      'MQTT: CONNACK 0',
      'MQTT: SUBACK',
      'heap: 21000',
      'ping',
      'pong',
    ],
  ],
  [
    'net.not_made',
    ['[BOT]Connecting to server', '[BOT]Conection error', 'Received empty string in response!'],
  ],
  ['net.not_made', ['Failed, status code =-2 try again in 5 seconds']],
  ['mqtt.credentials', ['Failed with state 5']],
  ['net.not_made', ['failed with state -2']],
  [
    'tls.ca_wrong',
    [
      '(SSLClient)(SSL_WARN)(m_run_until): Terminating because the ssl engine closed',
      '(SSLClient)(SSL_ERROR)(m_start_ssl): Failed to initlalize the SSL layer',
      '(SSLClient)(SSL_ERROR)(m_print_br_error): Chain could not be linked to a trust anchor.',
      '[MQTT](KO!): -2',
    ],
  ],
  [
    'tls.ca_missing',
    [
      'BSSL: Connection *will* fail, no authentication method is setup:wr 221 0',
      ':wrc 221 221 0',
      '[BOT]Conection error',
    ],
  ],
  [
    'tls.clock_unset',
    [
      'mbedtls: ssl_cli.c:706 client hello, current time: 4',
      'E (5200) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2700',
      'I (5201) esp-tls-mbedtls: verification info:   ! The certificate validity starts in the future',
    ],
  ],
];

/** Numbers and names that libraries have of their own: AWS, Arduino, lwmqtt, NodeMCU, MicroPython, Mongoose, Tencent, Aliyun. */
const NUMBERS: LogsWithCause = [
  [
    'tls.ca_wrong.or_other',
    [
      'ERR|2020-05-01 10:00:06|HAL_TLS_mbedtls.c|HAL_TLS_Connect(256): mbedtls_ssl_handshake failed returned 0x2700',
      'ERR|2020-05-01 10:00:06|mqtt_client.c|IOT_MQTT_Construct(121): mqtt connect with id:  failed: -1001',
    ],
  ],
  [
    'tls.alert.unknown',
    [
      'ERR|2020-05-06 12:00:06|HAL_TLS_mbedtls.c|HAL_TLS_Connect(256): mbedtls_ssl_handshake failed returned 0x7780(s)',
      'ERR|2020-05-06 12:00:06|mqtt_client.c|IOT_MQTT_Construct(121): mqtt connect with id:  failed: -1001',
    ],
  ],
  [
    'tls.ca_wrong.or_other',
    [
      '[err] _TLSConnectNetwork(298): failed  ! mbedtls_ssl_handshake returned -0x2700',
      '[err] iotx_mc_connect(2123): TCP or TLS Connection failed',
    ],
  ],
  ['tls.ca_wrong.or_other', ['[1599012345.123][LK-0317] mbedtls_ssl_handshake error, res: -0x2700']],
  ['net.dns', ['AWS_IOT: Error(-23) connecting to x.iot.us-east-1.amazonaws.com:8883']],
  [
    'aws.policy',
    [
      'AWS_IOT: Error(-28) connecting to example-ats.iot.eu-central-1.amazonaws.com:8883,',
      'Trying to reconnect',
    ],
  ],
  [
    'mqtt.credentials',
    ['E (9) subpub: Error(-41) connecting to example-ats.iot.eu-central-1.amazonaws.com:8883'],
  ],
  [
    'mqtt.closed_on_request',
    ['I (36688) subpub: Subscribing...', 'E (41690) subpub: Error subscribing : -28'],
  ],
  ['cert.parse', ['ERROR: aws_iot_mqtt_connect returned -20']],
  ['key.unreadable', ['aws_iot_mqtt_connect failed rc = -21']],
  ['net.connect', ['E (5000) AWS: Error(-24) connecting to 10.0.0.1:8883']],
  ['tls.handshake_failed', ['E (5000) AWS: Error(-4) connecting to 10.0.0.1:8883']],
  [
    'tls.alert.handshake_failure',
    [
      '00:00:12.345 MQT: Attempting connection...',
      '00:00:15.345 MQT: TLS connection error: 296',
      '00:00:15.350 MQT: Connect failed to x.iot.eu-west-1.amazonaws.com:8883, rc -2. Retry in 10 sec',
    ],
  ],
  [
    'aws.policy',
    [
      '06:28:47.266 MQT: Attempting connection...',
      '06:28:52.547 MQT: TLS connection error: 0',
      '06:28:52.549 MQT: Connect failed to example-ats.iot.us-west-2.amazonaws.com:443, rc -4. Retry in 30 sec',
    ],
  ],
  [
    'mqtt.credentials',
    [
      '06:28:52.547 MQT: TLS connection error: 0',
      '06:28:52.549 MQT: Connect failed to mqtt.example.com:8883, rc 5. Retry in 30 sec',
    ],
  ],
  [
    'tls.peer_eof',
    [
      '21:21:25.013 MQT: TLS connection error: 0',
      '21:21:25.013 MQT: Connect failed to mqtt.example.com:8883, rc -2. Retry in 10 sec',
    ],
  ],
  [
    'tls.axtls_limits',
    [
      'client handshake start.',
      'client handshake failed',
      'Error: invalid protocol message',
      'HTTP client: Disconnected with error: -28',
      'HTTP client: Connection timeout',
    ],
  ],
  [
    'heap.exhausted',
    ['E:M 544', 'HTTP client: Disconnected with error: 46', 'HTTP client: Connection timeout'],
  ],
  [
    'heap.exhausted',
    [
      'E:M 1592E:M 1592E:M 1592HTTP client: Disconnected with error: -1HTTP client: Connection timeoutHTTP request failed',
    ],
  ],
  ['net.dns', ['mqtt failed reason: -3']],
  ['net.dns', ['HTTP client: DNS failed for broker.example.com']],
  ['mqtt.credentials', ['failed reason: 5']],
  [
    'tls.alert.handshake_failure',
    [
      '>>> s = ssl.wrap_socket(s)',
      'Traceback (most recent call last):',
      '  File "<stdin>", line 1, in <module>',
      'OSError: -40',
    ],
  ],
  [
    'heap.exhausted',
    [
      '  File "main.py", line 12, in <module>',
      '  File "umqtt/simple.py", line 71, in connect',
      'OSError: [Errno 12] ENOMEM',
    ],
  ],
  [
    'tls.ca_wrong',
    [
      'Traceback (most recent call last):',
      '  File "umqtt/simple.py", line 74, in connect',
      'ValueError: The certificate is not correctly signed by the trusted CA',
    ],
  ],
  ['tls.ca_wrong.or_other', ["OSError: (-9984, 'MBEDTLS_ERR_X509_CERT_VERIFY_FAILED')"]],
  ['tls.alert.unknown', ["OSError: (-30592, 'MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE')"]],
  ['mqtt.credentials', ['  File "umqtt/simple.py", line 99, in connect', 'MQTTException: 5']],
  ['mqtt.client_id', ['umqtt.simple.MQTTException: 2']],
  ['net.connect.unreachable', ['OSError: [Errno 118] EHOSTUNREACH']],
  ['net.dns', ['OSError: -202']],
  ['net.dns', ['OSError: -2']],
  ['net.lost', ['OSError: [Errno 103] ECONNABORTED']],
  [
    'tls.ca_wrong.or_other',
    [
      '[Nov 16 01:57:42.001] mg_ssl_if_mbed_err   0x3fff0000 SSL error: -9984',
      '[Nov 16 01:57:42.007] mgos_mqtt_ev         MQTT TCP connect error (-3)',
      '[Nov 16 01:57:42.013] mgos_mqtt_ev         MQTT Disconnect',
    ],
  ],
  [
    'mqtt.credentials',
    [
      '[Jan  3 10:00:00.001] mgos_mqtt_conn.c:184  MQTT0 CONNACK 5',
      '[Jan  3 10:00:00.001] mgos_mqtt_conn.c:215  MQTT0 Disconnect',
    ],
  ],
  ['tls.ca_wrong.or_other', ['2a1    1 mg_mgr_poll error 5 TLS hs: rc -0x2700, err 1']],
  ['tls.peer_eof', ['1 2 tls_mbed.c:163:mg_tls_handshake 2 TLS hs err -0x7280']],
  [
    'net.connect.timeout',
    [
      '[E][mqtt.idf:166]: MQTT_EVENT_ERROR',
      '[E][mqtt.idf:168]: Last error code reported from esp-tls: 0x8006',
      'Last tls stack error number: 0x0',
      'Last captured errno : 0 (Success)',
    ],
  ],
  [
    'net.connect.timeout',
    [
      'E (30738) transport_base: Failed to open a new connection: 32774',
      'E (30738) mqtt_client: Error transport connect',
    ],
  ],
  [
    'tls.ca_wrong.or_other',
    [
      'I (9) MQTT: MQTT_EVENT_ERROR',
      'I (9) MQTT: Last error code reported from esp-tls: 0x801a',
      'I (9) MQTT: Last tls stack error number: 0x2700',
    ],
  ],
  ['mqtt.credentials', ['I (9) MQTT: MQTT_EVENT_ERROR', 'I (9) MQTT: Connection refused error: 0x5']],
  [
    'mqtt.refused',
    [
      'E (33429) MQTT_CLIENT: mqtt_message_receive: transport_read() error: errno=128',
      'E (33430) MQTT_CLIENT: esp_mqtt_connect: mqtt_message_receive() returned -1',
      'E (33434) MQTT_CLIENT: MQTT connect failed',
    ],
  ],
  [
    'mqtt.ended',
    [
      'E (1468095) MQTT_CLIENT: mqtt_message_receive: transport_read() error: errno=119',
      'E (1468097) MQTT_CLIENT: [mqtt_task] esp_mqtt_client_dispatch_transport_error: esp_tls_last_esp_err=32776 (ERROR 0x8008(32776))',
    ],
  ],
  [
    'tls.bad_mac',
    [
      'E (17:37:11.861) esp-tls-mbedtls: read error :-0x7180',
      'E (17:37:11.862) transport_base: esp_tls_conn_read error, errno=Connection already in progress',
    ],
  ],
  [
    'net.lost',
    ['E (5) esp-tls: mbedtls_ssl_handshake returned -0x4e', 'E (6) esp-tls: Failed to open new connection'],
  ],
  ['ota.incomplete', ['HTTP_UPDATE_FAILED Error (6): Update error: Stream Read Timeout.']],
  ['net.not_made', ['HTTP_UPDATE_FAILD Error (-1): HTTP error: connection refused']],
  ['net.not_made', ['HTTP_UPDATE_FAILED Error (-1): HTTP error: connection failed']],
  ['net.ended', ['HTTP_UPDATE_FAILD Error (-5): HTTP error: connection lost']],
  ['net.timeout', ['[HTTP] GET... failed, error: read Timeout']],
  ['net.timeout', ['Error code: -11']],
  ['net.not_made', ['HTTP Response code: -1']],
  ['net.not_made', ['Error on HTTP request: -1']],
  ['tls.peer_eof', ['HTTPS POST failed: -5']],
  ['net.timeout', ['[HTTPS] GET... failed, error: -11']],
  ['heap.exhausted', ['[HTTP] POST... failed, error: not enough ram']],
  [
    'http.bad_request',
    [
      "[HTTP-Client][handleHeaderResponse] RX: 'HTTP/1.1 400 Bad Request'",
      '[HTTP-Client][handleHeaderResponse] code: 400',
      '[update] Update failed.',
    ],
  ],
  [
    'net.not_made',
    [
      '[22:38:40][W][http_request.arduino:112]: HTTP Request failed; URL: https://a.example.com/api; Error: connection refused',
    ],
  ],
  ['tls.peer_eof', ['[W][http_request]: HTTP Request failed; URL: https://x.y; Error: not connected']],
  [
    'mqtt.credentials',
    [
      '[21:37:48][I][mqtt:162]: Connecting to MQTT...',
      '[21:37:53][W][mqtt:247]: MQTT Disconnected: Malformed Credentials.',
    ],
  ],
  ['tls.fingerprint', ['[W][mqtt:247]: MQTT Disconnected: TLS Bad Fingerprint.']],
  [
    'net.ended',
    [
      '[21:37:48][I][mqtt:162]: Connecting to MQTT...',
      '[21:37:48][W][mqtt:247]: MQTT Disconnected: TCP disconnected.',
    ],
  ],
  ['mqtt.client_id', ['[W][mqtt:247]: MQTT Disconnected: Identifier Rejected.']],
  [
    'net.tls_port',
    [
      '1588672284: New connection from 172.17.0.1 on port 8883.',
      '1588672284: OpenSSL Error[0]: error:140260FC:SSL routines:ACCEPT_SR_CLNT_HELLO:unknown protocol',
      '1588672284: Socket error on client <unknown>, disconnecting.',
    ],
  ],
  [
    'build.no_shared_cipher',
    [
      '1588672284: OpenSSL Error[0]: error:1417A0C1:SSL routines:tls_post_process_client_hello:no shared cipher',
    ],
  ],
  ['tls.call_failed', ['ssl_handshake_status: -1']],
  [
    'tls.alert.handshake_failure',
    [
      'State:\tsending Client Hello (1)',
      'Alert: handshake failure',
      'Error: SSL error 40',
      'Alert: unexpected message',
      'Error: SSL error 40',
      'Alert: close notify',
      'Connection failed',
    ],
  ],
  [
    'net.wifi.password',
    [
      'state: 3 -> 5 (10)',
      'add 0',
      'aid 3',
      'state: 5 -> 0 (f)',
      'rm 0',
      'reconnect',
      'state: 3 -> 5 (10)',
      'state: 5 -> 0 (f)',
    ],
  ],
  ['net.wifi.password', ['I (3300) wifi:state: run -> init (fc0)', 'I (3300) wifi:new:<1,0>, old:<1,0>']],
  ['net.wifi.auth_expired', ['I (3300) wifi:state: auth -> init (200)']],
  [
    'net.wifi.association',
    ['scandone', 'state: 0 -> 2 (b0)', 'state: 2 -> 3 (0)', 'state: 3 -> 0 (4)', 'reconnect'],
  ],
  ['net.wifi.no_ap', ['scandone', 'no MyNet found, reconnect after 1s', 'reconnect']],
  ['net.wifi.no_ap', ['WiFi status: 1', 'WiFi connection failed']],
  ['net.wifi.password', ['Connecting to home......', 'Connection Failed! status = WL_WRONG_PASSWORD']],
  ['net.wifi', ['wifi status: WL_CONNECT_FAILED']],
  ['net.wifi', ['WiFi.status() = 4']],
  ['net.wifi', ['WiFi.status(): 6']],
  ['net.wifi.password', ['WiFi connect failed: wrong password (code 6)']],
  ['net.wifi.no_ap', ['[WiFi] station status: STATION_NO_AP_FOUND']],
  ['net.wifi.password', ['wifi.sta.status: 2', 'WIFI: STA_WRONGPWD']],
  ['net.wifi.password', ['network.STAT_WRONG_PASSWORD', 'wlan.status() -> -3']],
  ['net.dns', ['espconn_gethostbyname: -5']],
  ['net.dns', ['E (9) example: DNS lookup failed err=200 res=0x0']],
  ['net.dns', ['getaddrinfo: EAI_FAIL']],
  ['net.dns', ['getaddrinfo failed: Temporary failure in name resolution']],
  ['net.dns', ['DNS Failed for x.amazonaws.com, error -5 and result 0']],
  ['net.dns', ['hostByName failed: 0']],
  ['tls.in_len_too_small', ['BearSSL error 6']],
  ['tls.ca_wrong', ['SSL error: -1 lastError=62 Chain could not be linked to a trust anchor.']],
  ['tls.cn_mismatch', ['getLastSSLError(): 56']],
  ['net.plain_port.or_version', ['lastError: 3 Incoming protocol or record version is unsupported.']],
  [
    'net.plain_port',
    [
      'Connecting 192.168.1.10:1883 with TLS',
      "BSSL:Couldn't connect. Error = 'Incoming record version does not match expected version'",
    ],
  ],
  ['tls.alert.client_certificate', ['TLS error 298']],
  ['tls.alert.client_certificate.unknown_ca', ['ssl err=304']],
  ['key.cert_mismatch', ['WiFiClientSecure error code 307']],
  ['tls.clock_unset', ['Thu Jan  1 00:00:18 1970', 'Connecting to AWS IoT... failed, SSL error 54']],
];

/** What terminals and CI make of lines, odd forms of numbers, and crashes, boots and updates in other words. */
const TERMINALS: LogsWithCause = [
  [
    'tls.ca_wrong.or_other',
    ['[12:33:01.222] \x1B[0;31mE (5200) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2700\x1B[0m'],
  ],
  [
    'tls.ca_wrong.or_other',
    ['12:33:01.222 -> E (5200) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2700'],
  ],
  ['tls.ca_wrong.or_other', ['12:33:01.222 → mbedtls_ssl_handshake failed: -0x2700']],
  [
    'tls.ca_wrong',
    [
      '2024-05-01T10:11:12.1234567Z E (5200) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2700',
      '2024-05-01T10:11:12.1234567Z I (5200) esp-tls-mbedtls: verification info:   ! The certificate is not correctly signed by the trusted CA',
    ],
  ],
  [
    'tls.cn_mismatch',
    [
      'esp-test_1  | I (5200) esp-tls-mbedtls: verification info:   ! The certificate Common Name (CN) does not match with the expected CN',
      'esp-test_1  | E (5200) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2700',
    ],
  ],
  ['net.reset', ['[2024-05-01T10:11:12.123Z] E (5200) esp-tls: mbedtls_ssl_handshake returned -0x50']],
  [
    'tls.ca_wrong.or_other',
    ['[2024-05-01 10:11:12.123] E (5200) esp-tls: mbedtls_ssl_handshake returned -0x2700'],
  ],
  [
    'tls.ca_wrong.or_other',
    ['[Wed May  1 10:11:12 2024] E (5200) esp-tls: mbedtls_ssl_handshake returned -0x2700'],
  ],
  ['tls.ca_wrong.or_other', ['E (5200) esp-tls: mbedtls_ssl_handshake returned', '-0x2700']],
  ['tls.ca_wrong.or_other', ['mbedtls_ssl_handshake failed:', '-9984']],
  [
    'tls.ca_wrong',
    [
      'E (5200) esp-tls-mbedtls: verification info:   ! The certificate is not correct',
      'ly signed by the trusted CA',
    ],
  ],
  ['tls.ca_wrong.or_other', ['-0x2700']],
  ['tls.ca_wrong.or_other', ['-9984']],
  ['heap.exhausted', ['TLS init: -32512']],
  ['heap.exhausted', ['ret=0xffff8100']],
  ['tls.ca_wrong.or_other', ['ERROR: Handshake returned 0XFFFFD900']],
  ['tls.ca_wrong.or_other', ['mbedtls_ssl_handshake returned 4294957312']],
  ['tls.alert.unknown', ['ssl handshake ret -7780']],
  ['tls.peer_eof', ['mbedtls_ssl_handshake returned 0x-7280']],
  ['tls.ca_wrong.or_other', ['��E (5200) esp-tls: mbedtls_ssl_handshake returned -0x2700']],
  [
    'tls.ca_wrong.or_other',
    [
      '[ERROR] [tls_client] handshake failed, code=-9984 (X509 - Certificate verification failed, e.g. CRL, CA or signature check failed)',
    ],
  ],
  ['tls.ca_wrong.or_other', ['{"level":"error","msg":"tls handshake failed","err":-9984}']],
  ['tls.cn_mismatch', ['ERROR esp_mbedtls: TLS error: MbedTlsError(-9984) flags: 0x4']],
  ['tls.clock_unset', ['verify failed, flags = 0x0200']],
  ['tls.expired', ['Certificate verify failed: certificate has expired']],
  ['tls.clock_unset', ['TLS: certificate not yet valid (device time 1970-01-01T00:00:12Z)']],
  ['tls.ca_wrong', ['x509: certificate signed by unknown authority']],
  [
    'tls.ca_wrong',
    [
      'error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed:self signed certificate in certificate chain',
    ],
  ],
  ['tls.alert.handshake_failure', ['Received alert: level 2 description 40']],
  ['tls.alert.client_certificate.unknown_ca', ['Got fatal alert 48 from server']],
  ['tls.alert.protocol_version', ['TLS alert: fatal, protocol version']],
  ['tls.alert.client_certificate', ['ssl: received TLS alert 42 (bad certificate)']],
  ['tls.alert.alpn', ['fatal alert: no_application_protocol (120)']],
  [
    'crash.null_pointer',
    [
      'Exception (28):',
      'epc1=0x40201234 epc2=0x00000000 epc3=0x00000000 excvaddr=0x00000000 depc=0x00000000',
      '>>>stack>>>',
    ],
  ],
  [
    'crash.unaligned',
    ['Exception 9: epc1=0x402073e2, epc2=0x00000000, epc3=0x00000000, excvaddr=0x3fff1a35, depc=0x00000000'],
  ],
  ['cpu.watchdog', ['Soft WDT reset', '>>>stack>>>']],
  ['cpu.watchdog', ['--------------- CUT HERE FOR EXCEPTION DECODER ---------------', 'Soft WDT reset']],
  [
    'heap.exhausted',
    [
      '--------------- CUT HERE FOR EXCEPTION DECODER ---------------',
      'User exception (panic/abort/assert)',
      'Unhandled C++ exception: OOM',
      'last failed alloc call: 40213F44(16709)',
    ],
  ],
  [
    'heap.exhausted',
    ['last failed alloc caller: 0x40213f44', 'User exception (panic/abort/assert)', 'Abort called'],
  ],
  ['crash.stack_overflow', ['Stack smashing detected.', 'Exception (0):']],
  ['crash.stack_overflow', ['Stack overflow detected.', 'User exception (panic/abort/assert)']],
  ['crash.abort', ['assertion "pcb != NULL" failed: file "/home/x/tcp.c", line 123, function: tcp_close']],
  ['crash.abort', ['Assertion failed: conn != NULL, function netconn_close, file api_lib.c, line 200.']],
  ['crash.heap_corrupted', ['CORRUPT HEAP: multi_heap.c:432 detected at 0x3fff1c2c']],
  ['crash.heap_corrupted', ['umm_malloc: heap corrupted, block 123']],
  ['heap.exhausted', ['E (1234) app: malloc(4096) failed']],
  ['heap.exhausted', ['pbuf_alloc: Out of memory']],
  ['heap.exhausted', ["terminate called after throwing an instance of 'std::bad_alloc'"]],
  ['heap.exhausted', ['Free heap: 18200, max block: 3104', "BSSL: can't allocate 16709"]],
  ['heap.exhausted', ['tls: iobuf_in malloc returned NULL']],
  ['heap.exhausted', ['Error creating mqtttask: no memory for stack']],
  ['power.brownout', ['Brownout detector was triggered']],
  ['boot.flash_chip', ['Fatal error: Failed to read flash ID ffffff']],
  ['boot.image', ['error magic!', 'error magic!']],
  ['boot.image', ['ets_main.c 181', ' ets Jan  8 2013,rst cause:2, boot mode:(3,6)']],
  [
    'boot.image',
    ['load 0x40100000, len 27584, room 16', 'tail 0', 'chksum 0x2c', 'csum 0x2c', 'csum err', 'ets_main.c'],
  ],
  ['boot.partitions', ["E (66) boot: ota data partition invalid and no factory, can't boot"]],
  ['net.dhcp', ['E (12000) wifi: DHCP: no lease offered, giving up']],
  ['net.wifi', ['*WM: Connection result: WL_CONNECT_FAILED']],
  ['net.wifi.no_ap', ['*WM: Connection result: WL_NO_SSID_AVAIL']],
  ['net.wifi.password', ['wifi: 4-way handshake timeout, reason 15']],
  ['net.wifi.no_ap', ['Cannot find AP "Home"']],
  [
    'net.wifi',
    [
      'E (20000) wifi station: Failed to connect to SSID:home, password:xxxx',
      'I (20001) wifi station: connect to the AP fail',
    ],
  ],
  ['mqtt.credentials', ['Attempting MQTT connection...failed, rc=5 try again in 5 seconds']],
  ['net.not_made', ['Attempting MQTT connection...failed, rc=-2 try again in 5 seconds']],
  ['mqtt.credentials', ['MQTT connect failed: MQTT_CONNECT_BAD_CREDENTIALS (4)']],
  ['mqtt.keep_alive', ['MQTT keepalive timeout, reconnecting']],
  ['net.dns', ["Couldn't connect to MQTT: DNS failure"]],
  [
    'mqtt.credentials',
    ['MQTT: Unable to connect to broker: code 5, The client is not authorized to connect'],
  ],
  ['mqtt.too_large', ['MQTT publish failed: payload too large for buffer (1024 > 256)']],
  ['mqtt.client_id', ['CONNACK return code 0x02: identifier rejected']],
  ['ok.plain', ['[MQTT] Connected to broker, session present: 0']],
  ['ok', ['[HTTPS] GET... code: 200']],
  ['ok', ['[HTTPS] GET... failed, error: connection failed', '[HTTPS] GET... code: 200']],
  ['http.not_found', ['[OTA] HTTP GET returned 404', '[OTA] update failed']],
  ['ota.too_large', ['[E][ota]: Error: not enough space, update aborted']],
  ['ota.flash_size', ['UPG: Program flash size is larger than real flash size']],
  ['ota.not_an_image', ['UPL: Magic byte is not 0xE9']],
  ['ota.damaged', ['Update failed: MD5 Check Failed']],
  ['ota.too_large', ['Update.begin failed: Not Enough Space']],
  ['ota.password', ['OTA: Authentication Failed']],
  ['ota.incomplete', ['Update.end failed, 123456 of 345678 bytes written']],
  ['ota.no_length', ['Error[1]: no Content-Length header']],
  ['ota.signature', ['Update error: Signature verification failed']],
];

/** The same faults in words, of SDKs and of programs. */
const WORDS: LogsWithCause = [
  ['mqtt.credentials', ['checking wifi...connecting... last error :-10  return code : 5']],
  ['mqtt.refused', ['Success to open ca file', 'connecting...lasterror :-5', 'return code : 6']],
  ['net.not_made', ['LWMQTT_NETWORK_FAILED_CONNECT', 'Settings incorrect or missing a cyper for SSL']],
  ['mqtt.credentials', ['Config: LWMQTT_CONNECTION_DENIED LWMQTT_NOT_AUTHORIZED']],
  [
    'tls.clock_unset',
    [
      'Fetched NTP epoch time is: 28812.',
      'TLS failed to start the connection process.',
      "BSSL:Couldn't connect. Error = 'Certificate is expired or not yet valid.'",
    ],
  ],
  [
    'net.dns',
    [
      "E (802632) esp-tls: couldn't get hostname for :hub.azure-devices.net:",
      'Error: Time:Mon Apr 27 15:56:35 2020 File:/x/iothubtransport_mqtt_common.c Func:InitializeConnection Line:2355 mqtt_client timed out waiting for CONNACK',
    ],
  ],
  [
    'mqtt.no_answer',
    [
      'Error: Time:Mon Apr 27 15:56:35 2020 File:/x/iothubtransport_mqtt_common.c Func:InitializeConnection Line:2355 mqtt_client timed out waiting for CONNACK',
    ],
  ],
  [
    'mqtt.credentials',
    [
      'IoTHubClient connection status: IOTHUB_CLIENT_CONNECTION_UNAUTHENTICATED reason IOTHUB_CLIENT_CONNECTION_BAD_CREDENTIAL',
    ],
  ],
  ['net.connect', ['Connection status: UNAUTHENTICATED, reason: IOTHUB_CLIENT_CONNECTION_NO_NETWORK']],
  ['mqtt.token_expired', ['IOTHUB_CLIENT_CONNECTION_EXPIRED_SAS_TOKEN']],
  ['cert.parse', ['Loaded nothing', "Didn't load ca cert"]],
  ['cert.parse', ["Couldn't load client cert"]],
  ['cert.file', ['Failed to open cert file']],
  ['cert.file', ['/ca.crt: file does not exist', 'E (100) tls: could not read CA certificate']],
  ['key.unreadable', ['private key not loaded']],
  [
    'crash.stack_overflow',
    [
      '--------------- CUT HERE FOR EXCEPTION DECODER ---------------',
      'Stack overflow detected',
      '>>>stack>>>',
      'ctx: bearssl',
      'sp: 3fff1158 end: 3fff1d60 offset: 0000',
    ],
  ],
  [
    'net.timeout',
    [
      'MQTT connecting BSSL:_connectSSL: start connection',
      'BSSL:_run_until: Timeout',
      'BSSL:_wait_for_handshake: failed',
      "BSSL:Couldn't connect. Error = 'Unknown error code.'",
      'SSL Error Code: 0',
      'failed, reason -> Connection Accepted < try again in 5 seconds',
    ],
  ],
  [
    'crash.null_pointer',
    [
      'Fatal exception 28(LoadProhibitedCause):',
      'epc1=0x4022451e, epc2=0x00000000, epc3=0x00000000, excvaddr=0x0000000c, depc=0x00000000',
    ],
  ],
  [
    'crash.flash_access',
    ['Exception (3):', 'epc1=0x40219919 epc2=0x00000000 epc3=0x00000000 excvaddr=0x4010209a depc=0x00000000'],
  ],
  ['boot.flash_chip', ['flash read err, 1000', 'ets_main.c 371']],
  [
    'net.wifi.auth_expired',
    ['D (36157) event: SYSTEM_EVENT_STA_DISCONNECTED, ssid:home, ssid_len:17, bssid:[redacted], reason:2'],
  ],
  [
    'net.wifi.no_ap',
    [
      'D (1777794) system_event: SYSTEM_EVENT_STA_DISCONNECTED, ssid:home, ssid_len:9, bssid:00:00:00:00:00:00, reason:201 (no ap found)',
    ],
  ],
  [
    'net.wifi.password',
    [
      "21435 : WIFI : Disconnected! Reason: '(202) Auth fail' Connected for 9779 ms",
      '21436 : WIFI : Disconnected: WiFi.status() = 0',
    ],
  ],
  ['net.wifi.auth_expired', ['[W][WiFiGeneric.cpp:360] _eventCallback(): Reason: 2 - AUTH_EXPIRE']],
  [
    'ota.damaged',
    [
      'E (123) esp_ota_ops: Image validation failed, image is corrupted',
      'E (124) ota: esp_ota_end failed (ESP_ERR_OTA_VALIDATE_FAILED)!',
    ],
  ],
  [
    'tls.fingerprint',
    [
      '06:15:52.088 MQT: Authenticating with an Azure IoT Hub Token',
      '06:15:52.201 MQT: TLS connection error: 1',
      '06:15:52.204 MQT: Connect failed to hub.azure-devices.net:8883, rc -2. Retry in 70 sec',
    ],
  ],
  [
    'ok',
    [
      'E (5) esp-tls: mbedtls_ssl_handshake returned -0x7280',
      'I (9) MQTT_CLIENT: Reconnect',
      'I (10) MQTT: MQTT_EVENT_CONNECTED',
      'I (11) MQTT: sent subscribe successful, msg_id=5',
    ],
  ],
  ['ok', ['Connecting to AWS IoT...', 'AWS IoT Connected!', 'Incoming message']],
  [
    'ok',
    [
      'MQTT connecting connected!',
      'Sending  [$aws/things/WelcomeTest/shadow/update]: {"state":{"reported":{"value":97}}}',
    ],
  ],
  ['heap.exhausted', ['[MEM] free heap 9832 max block 6120', 'TLS connect failed']],
  ['heap.exhausted', ['pvPortMalloc failed, size 16717', 'mbedtls_ssl_setup failed']],
  ['heap.exhausted', ['mem_malloc: could not allocate 1520 bytes']],
  ['heap.exhausted', ['E (4) lwip: ERR_MEM', 'connect error -1 ERR_MEM']],
  ['tls.in_len_too_small', ['SSL: record too large (16401 > 4096)']],
  [
    'tls.in_len_too_small.or_other',
    ['SSL - Bad input parameters? mbedtls_ssl_read: MBEDTLS_ERR_SSL_INVALID_RECORD'],
  ],
  ['tls.fingerprint', ['Fingerprint verification failed!']],
  ['tls.fingerprint', ['Certificate mis-match']],
  ['tls.cn_mismatch', ['Hostname verification failed: certificate CN=foo does not match bar']],
  [
    'tls.alert.client_certificate.missing',
    [
      'OpenSSL Error[0]: error:1417C0C7:SSL routines:tls_process_client_certificate:peer did not return a certificate',
    ],
  ],
  ['build.no_shared_cipher', ['TLS: no ciphersuite in common with server']],
  ['net.plain_port', ['mbedtls_ssl_handshake returned -0x7200', 'ssl_msg.c:3907: unknown record type 72']],
  ['net.dns', ['dns_gethostbyname returned -5 (ERR_INPROGRESS) then timeout', 'DNS lookup timed out']],
  ['net.dns', ['Hostname could not be resolved']],
  ['net.dns', ['Name or service not known: mqtt.example.com']],
  ['net.dns', ['getaddrinfo ENOTFOUND mqtt.example.com']],
  ['net.connect.refused', ['connect() failed: errno 111']],
  ['net.connect.timeout', ['TCP connect to 10.1.1.1:8883 timed out after 10000 ms']],
  ['net.connect.unreachable', ['connect failed: Host is unreachable (118)']],
  ['net.reset', ['recv: connection reset (errno 104)']],
  ['net.reset', ['lwip: tcp err -14 (ERR_RST)']],
  ['tls.peer_eof', ['server closed connection during TLS handshake']],
  ['mqtt.refused', ['MQTT: connection closed by server after CONNECT, no CONNACK']],
  ['mqtt.keep_alive', ['mqtt: ping response timeout, disconnecting']],
  ['mqtt.unavailable', ['MQTT broker: server unavailable (rc 3)']],
  ['mqtt.protocol', ['CONNACK refused: unacceptable protocol version']],
  ['http.denied', ['HTTP/1.1 403 Forbidden']],
  ['http.server_error', ['< HTTP/1.1 503 Service Unavailable']],
  ['http.not_found', ['Response status: 404']],
  ['http.redirect', ['HTTP code 302, Location: https://other.example.com']],
  ['build.entropy', ['mbedtls_ctr_drbg_seed() failed: -0x0034 (CTR_DRBG - The entropy source failed)']],
  [
    'build.tls_disabled',
    ['E (300) HTTP_CLIENT: Error initialize transport, please enable SSL/TLS in menuconfig'],
  ],
  ['key.encrypted', ["mbedtls_pk_parse_key failed -0x3c00 : PK - Private key password can't be empty"]],
  ['key.password', ['PK - Given private key password does not allow for correct decryption']],
  ['key.not_a_key', ['-----BEGIN CERTIFICATE-----', 'mbedtls_pk_parse_key returned -0x3d00']],
  ['cert.parse', ['mbedtls_x509_crt_parse returned -8576']],
  [
    'cert.parse',
    ['Error parsing CA cert: X509 - The CRT/CRL/CSR format is invalid, e.g. different type expected'],
  ],
  ['build.signature_algorithm', ['X509 - Signature algorithm (oid) is unsupported']],
  [
    'tls.verify_policy.key',
    ['The certificate is signed with an unacceptable key (eg bad curve, RSA too short).'],
  ],
  ['power.brownout', ['Vcc 2.61 V, brown-out reset']],
];

/** Logs of several lines, in which an early error or a symptom is not the answer. */
const STORIES: LogsWithCause = [
  [
    'tls.ca_wrong',
    [
      'I (3000) wifi:connected with home, channel 6',
      'I (4000) tcpip_adapter: sta ip: 192.168.1.20, mask: 255.255.255.0, gw: 192.168.1.1',
      "E (5000) esp-tls: couldn't get hostname for :a.example.com: getaddrinfo() returns 202, addrinfo=0x0",
      'E (5001) esp-tls: Failed to open new connection',
      'I (15000) MQTT_CLIENT: Reconnect after 10000 ms',
      'E (25200) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2700',
      'I (25201) esp-tls-mbedtls: Failed to verify peer certificate!',
      'I (25202) esp-tls-mbedtls: verification info:   ! The certificate is not correctly signed by the trusted CA',
      'E (25203) esp-tls: Failed to open new connection',
      'E (25204) MQTT_CLIENT: Error transport connect',
    ],
  ],
  [
    'net.dns',
    [
      'I (4000) tcpip_adapter: sta ip: 192.168.1.20, mask: 255.255.255.0, gw: 192.168.1.1',
      'I (9000) MQTT_EXAMPLE: MQTT_EVENT_CONNECTED',
      'E (90000) MQTT_CLIENT: mqtt_message_receive() returned -1',
      'I (90001) MQTT_EXAMPLE: MQTT_EVENT_DISCONNECTED',
      "E (100000) esp-tls: couldn't get hostname for :a.example.com: getaddrinfo() returns 202, addrinfo=0x0",
      "E (110000) esp-tls: couldn't get hostname for :a.example.com: getaddrinfo() returns 202, addrinfo=0x0",
    ],
  ],
  [
    'net.wifi.signal',
    [
      'I (4000) tcpip_adapter: sta ip: 192.168.1.20, mask: 255.255.255.0, gw: 192.168.1.1',
      'I (9000) MQTT_EXAMPLE: MQTT_EVENT_CONNECTED',
      'I (64150) wifi:bcn_timout,ap_probe_send_start',
      'I (66661) wifi:state: 5 -> 0 (1)',
      'E (66706) MQTT_CLIENT: Error write data or timeout, written len = -1, errno=113',
      'I (66710) MQTT_EXAMPLE: MQTT_EVENT_DISCONNECTED',
    ],
  ],
  [
    'tls.clock_unset',
    [
      'Waiting for NTP time sync: ................',
      'Current time: Thu Jan  1 08:00:33 1970',
      'Attempting MQTT connection...failed, rc=-2 try again in 5 seconds',
      "BSSL:Couldn't connect. Error = 'Certificate is expired or not yet valid.'",
    ],
  ],
  [
    'heap.exhausted',
    [
      'Free heap: 14120',
      'Connecting to 10.0.0.2:8883',
      'BSSL:_connectSSL: start connection',
      'BSSL:_connectSSL: OOM error',
      'failed, rc=-2 try again in 5 seconds',
    ],
  ],
  [
    'tls.ca_missing',
    [
      'BSSL:Connection *will* fail, no authentication method is setup',
      'BSSL:_wait_for_handshake: failed',
      "BSSL:Couldn't connect. Error = 'Unknown error code.'",
      '[HTTPS] GET... failed, error: connection failed',
    ],
  ],
  [
    'tls.handshake_failed',
    ['BSSL:_wait_for_handshake: failed', "BSSL:Couldn't connect. Error = 'Unknown error code.'"],
  ],
  [
    'tls.alert.handshake_failure',
    [
      "BSSL:Couldn't connect. Error = 'SSL received fatal alert - Decoding error: extraneous element.'",
      '[HTTPS] GET... failed, error: connection failed',
    ],
  ],
  [
    'mqtt.no_answer',
    ['Attempting MQTT connection...', 'BSSL:Connected!', 'failed, rc=-4 try again in 5 seconds'],
  ],
  [
    'mqtt.refused',
    [
      'D (8000) TRANS_SSL: connected',
      'I (8001) MQTT_CLIENT: Sending MQTT CONNECT message, type: 1, id: 0000',
      'E (8200) TRANS_SSL: esp_tls_conn_read error, errno=Success',
      'E (8201) MQTT_CLIENT: mqtt_message_receive: transport_read() error: errno=0',
      'E (8202) MQTT_CLIENT: esp_mqtt_connect: mqtt_message_receive() returned -1',
      'E (8203) MQTT_CLIENT: MQTT connect failed',
    ],
  ],
  [
    'aws.policy',
    [
      'D (5200) aws_iot: ok',
      'D (5201) aws_iot:  [ Protocol is TLSv1.2 ] [ Ciphersuite is TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256 ]',
      'E (5800) aws_iot: mbedtls_ssl_read returned -0x7880',
      'E (5900) subpub: Error(-28) connecting to x.example.com:8883',
    ],
  ],
  [
    'build.ec_disabled',
    [
      '  . Loading the client cert. and key... failed',
      '  !  mbedtls_pk_parse_key returned -0x3c80',
      'Error: -15488',
    ],
  ],
  ['build.ec_disabled', ['Error: -15488']],
  [
    'tls.ca_wrong.or_other',
    [
      '  . Performing the SSL/TLS handshake... failed',
      '  ! mbedtls_ssl_handshake returned -0x2700',
      'Error: -9984',
    ],
  ],
  [
    'crash.stack_overflow',
    [
      'I (5000) esp-tls: connecting',
      '***ERROR*** A stack overflow in task tls_task has been detected.',
      'abort() was called at PC 0x40226d30',
    ],
  ],
  ['cpu.watchdog_crypto', ['State:\tsending Client Key Exchange (16)', 'Soft WDT reset']],
  ['tls.axtls_limits', ['State:\tsending Client Hello (1)', 'Error: invalid handshake', 'Connection failed']],
  ['heap.exhausted', ['please start sntp first !', 'failed to grow plain buffer', 'ssl_error']],
  ['tls.peer_eof', ['State:\tsending Client Hello (1)', 'Error: connection dead']],
  [
    'tls.in_len_too_small',
    [
      'MQTT connecting',
      "BSSL:Couldn't connect. Error = 'Incoming record is too large to be processed, or buffer is too small for the handshake message to send.'",
    ],
  ],
  ['boot.strapping', [' ets Jan  8 2013,rst cause:1, boot mode:(1,7)', 'waiting for host']],
  [
    'boot.partitions.beyond_flash',
    [
      'E (57) flash_parts: partition 3 invalid - offset 0x110000 size 0xf0000 exceeds flash chip size 0x100000',
      'E (64) boot: Failed to verify partition table',
      'E (69) boot: load partition table error!',
    ],
  ],
  [
    'ota.incomplete',
    [
      'I (5000) esp_https_ota: Starting OTA...',
      'E (15000) TRANS_SSL: ssl_poll_read error',
      'E (15001) HTTP_CLIENT: transport_read: error - -1 | ESP_FAIL',
      'E (15002) esp_https_ota: Error: SSL data read error',
      'E (15003) ota: Firmware upgrade failed',
    ],
  ],
  [
    'http.not_found',
    [
      'I (5000) esp_https_ota: Starting OTA...',
      'E (6000) esp_https_ota: Received incorrect http status 404',
      'E (6001) ota: Firmware upgrade failed',
    ],
  ],
  [
    'tls.ca_wrong.or_other',
    [
      'E (5000) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2700',
      'E (5001) esp-tls: Failed to open new connection',
      'E (5002) TRANS_SSL: Failed to open a new connection',
      'E (5003) HTTP_CLIENT: Connection failed, sock < 0',
      'E (5004) esp_https_ota: Failed to open HTTP connection: ESP_ERR_HTTP_CONNECT',
      'E (5005) simple_ota_example: Firmware upgrade failed',
    ],
  ],
  [
    'net.connect.refused',
    [
      'E (5000) esp-tls: [sock=54] delayed connect error: Connection reset by peer',
      'E (5001) esp-tls: Failed to open new connection',
      'E (5004) esp_https_ota: Failed to open HTTP connection: ESP_ERR_HTTP_CONNECT',
    ],
  ],
  ['ota.damaged', ['E (5004) esp_ota_ops: New image failed verification']],
  ['net.dns', ['W (30000) MQTT: dns: host a.example.com not found']],
  ['net.no_socket', ['E (5000) lwip: socket: errno 23 (too many open files)']],
  [
    'net.connect.timeout',
    [
      'E (5000) esp-tls: [sock=54] delayed connect error: Connection timed out',
      'E (5001) transport: errno=116',
    ],
  ],
  [
    'net.reset',
    ['E (5000) esp-tls-mbedtls: write error :-0x0050:', 'E (5001) MQTT_CLIENT: Writing failed: errno=104'],
  ],
  ['mqtt.too_large', ['E (5000) MQTT_CLIENT: message truncated, need larger buffer']],
  ['mqtt.malformed', ['E (5000) coreMQTT: MQTTBadResponse']],
  ['aws.policy', ['E (5000) coreMQTT: MQTT connection failed with status = MQTTServerRefused.']],
  ['aws.policy', ['E (5000) coreMQTT: CONNACK recv failed with status = MQTTNoDataAvailable.']],
  [
    'net.dns',
    [
      "E (5000) esp-tls: couldn't get hostname for :x: getaddrinfo() returns 202, addrinfo=0x0",
      'E (5001) coreMQTT: Failed to connect to MQTT broker',
    ],
  ],
  [
    'build.ec_disabled.or_key',
    [
      'E (3207) esp-tls-mbedtls: mbedtls_pk_parse_keyfile returned -0x3D00',
      'E (3207) esp-tls-mbedtls: Failed to set client pki context',
      'E (3207) esp-tls: create_ssl_handle failed',
      'E (3217) esp-tls: Failed to open new connection',
    ],
  ],
  [
    'cert.parse',
    [
      'E (3207) esp-tls-mbedtls: mbedtls_x509_crt_parse returned -0x2180',
      'E (3207) esp-tls-mbedtls: Failed to set client configurations, returned [0x8015] (ESP_ERR_MBEDTLS_X509_CRT_PARSE_FAILED)',
      'E (3217) esp-tls: create_ssl_handle failed',
    ],
  ],
  [
    'heap.exhausted',
    [
      'E (3207) esp-tls-mbedtls: mbedtls_ssl_setup returned -0x7F00',
      'E (3207) esp-tls: create_ssl_handle failed',
      'E (3217) esp-tls: Failed to open new connection',
    ],
  ],
  ['heap.exhausted', ['E (3207) app: esp_http_client_init: ESP_ERR_NO_MEM']],
  ['net.dhcp', ['wifi: connected, waiting for ip...', 'wifi: timeout waiting for IP address']],
  ['net.wifi.password', ['WiFi: authentication failed (wrong key?)']],
  ['net.wifi', ['wifi: association refused temporarily, comeback time 1000', 'WiFi connect timeout']],
  ['net.wifi.no_ap', ['I (5000) wifi: STA disconnected, reason: NO_AP_FOUND (201)']],
  ['net.wifi.password', ['OSError: Wifi Internal Error', 'network status: WRONG_PASSWORD']],
  ['tls.cn_mismatch', ["E (5000) esp-tls: hostname a.example.com doesn't match certificate CN"]],
  ['tls.bad_mac', ['ssl: bad record mac']],
  ['key.cert_mismatch', ['private key does not match certificate']],
  ['key.cert_mismatch', ['mbedtls_pk_check_pair returned -0x4200']],
  ['tls.alert.client_certificate', ['AWS rejected the client certificate (alert 42 bad_certificate)']],
  ['tls.alert.client_certificate.revoked', ['TLS alert received: certificate revoked']],
  ['build.no_shared_cipher', ['mbedtls_ssl_handshake returned -0x7380']],
  ['tls.alert.protocol_version', ['handshake failed: -28288']],
  ['tls.peer_eof', ['SSL - The connection indicated an EOF']],
  ['tls.mfln_fragmentation', ['mbedtls: ssl_msg.c:3200: TLS handshake fragmentation not supported']],
  ['tls.hostname_unset', ['mbedtls_ssl_handshake returned -0x5d80']],
  [
    'cpu.watchdog',
    ['Task watchdog got triggered. The following tasks did not reset the watchdog in time:', ' - IDLE'],
  ],
  ['power.brownout', ['Brownout detector was triggered', 'ets Jan  8 2013,rst cause:4, boot mode:(3,6)']],
  [
    'crash.abort',
    [
      'ESP_ERROR_CHECK failed: esp_err_t 0xffffffff (ESP_FAIL) at 0x40226d30',
      'file: "main.c" line 50',
      'func: app_main',
    ],
  ],
  ['heap.exhausted', ['ESP_ERROR_CHECK failed: esp_err_t 0x101 (ESP_ERR_NO_MEM) at 0x40226d30']],
  ['net.sntp', ['SNTP sync failed after 10 retries']],
  ['ok', ['Connected to WiFi', 'Time synchronised', 'TLS handshake completed', 'HTTP/1.1 200 OK']],
  [
    'ok',
    [
      'mgos_mqtt_conn.c:118    MQTT0 connecting to a.example.com:8883',
      'mgos_mqtt_conn.c:180    MQTT0 CONNACK 0',
    ],
  ],
  ['ok.plain', ['mqtt connected', 'sent']],
];

/** Logs without any fault, and without a connection. */
const NOTHING: readonly (readonly string[])[] = [
  [
    'WiFi.status() = 3',
    'WiFi connected',
    'IP address: 192.168.1.20',
    'TLS error 0',
    'lwip: ERR_OK',
    'mqtt rc=0',
    'last ssl error: 0',
  ],
  ['RSSI: -72 dBm', 'temperature: -12.5', 'offset = -1234', 'altitude error -1200 m', 'humidity: 45'],
  [
    'I (100) boot: partition table ok',
    'flash size: 4194304',
    '[12:00:01] sensor: error code: 0',
    'free heap: 42120',
  ],
  ['Loading certificate... ok', 'CA cert loaded', 'private key loaded', 'certificate and key match'],
  ['HTTP server started on port 80', 'GET /index.html 200', 'POST /api -> 201'],
  ['adc: -4021', '-1523', 'gyro: x=-1234 y=-3210 z=16384'],
  ['mqtt: buffer size 1024', 'MQTT client id: esp-1234', 'user name: test', 'DHCP started'],
  ['Memory: 12 % used', 'stack high water mark: 1200', 'alert level: 2'],
  ['GPIO 12 status: 1', 'wifi scan: 4 networks', 'power status: 4'],
];

for (const [name, logs] of Object.entries({ PLAIN, TERSE, BENIGN, NUMBERS, TERMINALS, WORDS, STORIES }))
  describeLogs(`the first answer, ${name}`, logs);

describe('the first answer', () => {
  it.each(NOTHING.map((lines) => [lines]))('none: %j', (lines) => {
    expect(firstCause(lines)).toBeUndefined();
  });
});
