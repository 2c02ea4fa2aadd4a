import { describe, expect, it } from 'vitest';
import { firstCause, type LogsWithCause } from '../../support/first-cause.ts';

/** One cause each, in the words of the SDKs, of what is built on them, and of applications. */
const CASES: LogsWithCause = [
  [
    'ota.no_partition',
    [
      'I (5000) simple_ota_example: Starting OTA example...',
      'E (8000) esp_https_ota: Passive OTA partition not found',
      'E (8010) simple_ota_example: Firmware upgrade failed',
    ],
  ],
  [
    'ota.not_an_image',
    [
      'E (15034) esp_ota_ops: OTA image has invalid magic byte (expected 0xE9, saw 0x3c)',
      'E (15098) esp_https_ota: Error: esp_ota_write failed! err=0x1503',
    ],
  ],
  [
    'ota.damaged',
    [
      'E (99212) esp_image: Checksum failed. Calculated 0xd2 read 0x7f',
      'E (99220) esp_https_ota: Error: esp_ota_end failed! err=0x5379. Image is invalid',
    ],
  ],
  ['ota.damaged', ['E (99212) esp_image: Image hash failed - image is corrupt']],
  [
    'http.not_found',
    ['E (5120) esp_https_ota: File not found(404)', 'E (5125) simple_ota_example: Firmware upgrade failed'],
  ],
  ['http.not_found', ['HTTP_UPDATE_FAILD Error (-102): File Not Found (404)']],
  ['http.denied', ['[httpUpdate] HTTP Code is (403)', 'HTTP_UPDATE_FAILED Error (-103): Forbidden (403)']],
  ['ota.too_large', ['HTTP_UPDATE_FAILED Error (-100): Not Enough space']],
  ['ota.damaged', ['[updater] ERROR[7]: MD5 Failed: expected:abc, calculated:def']],
  ['ota.damaged', ['ERROR[7]: MD5 verification failed: expected: 1234, calculated: 5678']],
  ['ota.flash_size', ['ERROR[8]: Flash config wrong: real: 1048576, SDK: 4194304']],
  ['ota.flash', ['ERROR[1]: Flash Write Failed']],
  ['ota.incomplete', ['ERROR[6]: Stream Read Timeout']],
  ['ota.signature', ['ERROR[12]: Signature verification failed']],
  ['ota.password', ['[OTA] Error[0]: Auth Failed']],
  [
    'tls.ca_missing',
    [
      'E (4000) esp_https_ota: Server certificate not found in esp_http_client config',
      'E (4010) simple_ota_example: Firmware upgrade failed',
    ],
  ],
  [
    'net.dhcp',
    ['I (1000) wifi:connected with home, channel 6', 'E (12000) example_connect: no IP address received'],
  ],
  ['net.dhcp', ['connected with home, channel 1', 'dhcp client start...', 'DHCP timeout']],
  ['net.dhcp', ['[W][wifi_esp8266:500]: Event: Getting IP address timeout']],
  [
    'net.dhcp',
    ['state: 3 -> 5 (10)', 'add 0', 'connected with x, channel 4', 'dhcp client start...', 'got ip timeout'],
  ],
  [
    'tls.clock_unset',
    [
      'Waiting for NTP time sync: ..........',
      'NTP failed',
      "BSSL:Couldn't connect. Error = 'Certificate is expired or not yet valid.'",
    ],
  ],
  [
    'tls.expired',
    [
      'Current time: Tue Mar  5 10:11:12 2024',
      "BSSL:Couldn't connect. Error = 'Certificate is expired or not yet valid.'",
    ],
  ],
  ['tls.clock_unset', ['Current time: Thu Jan  1 08:00:05 1970', 'lastSSLError: 54']],
  ['tls.expired', ['Time synced: 2024-05-01 12:00:00', 'lastSSLError: 54']],
  ['tls.ca_wrong', ['lastSSLError: 62']],
  [
    'tls.in_len_too_small',
    [
      "BSSL:Couldn't connect. Error = 'Incoming record is too large to be processed, or buffer is too small for the handshake message to send.'",
    ],
  ],
  [
    'net.plain_port',
    ["BSSL:Couldn't connect. Error = 'Incoming protocol or record version is unsupported.'"],
  ],
  ['tls.peer_eof', ["BSSL:Couldn't connect. Error = 'I/O error or premature close on transport stream.'"]],
  ['heap.exhausted', ['E (5) esp-tls-mbedtls: mbedtls_ssl_setup returned -0x7f00']],
  ['heap.exhausted', ['mbedtls_ssl_handshake returned ffff8100']],
  ['tls.ca_wrong', ['mbedtls_ssl_handshake failed: ffffd900']],
  ['tls.ca_wrong', ['SSL handshake error: 9984']],
  ['tls.ca_wrong', ['mbedtls_ssl_handshake() = -9984']],
  ['tls.ca_wrong', ['ret = -0x2700']],
  ['tls.ca_wrong', ['ssl_client: handshake err=0x2700']],
  ['net.connect.refused', ['E (8000) esp-tls: [sock=54] connect() error: Connection refused']],
  ['net.not_made', ['[HTTP] GET... failed, error: connection refused']],
  [
    'net.connect.timeout',
    [
      'E (18000) TRANSPORT_BASE: Failed to open a new connection: 32774',
      'E (18000) esp-tls: [sock=54] select() timeout',
    ],
  ],
  ['net.dns', ['[HTTP] GET... failed', 'DNS Failed for api.example.com']],
  ['net.dns', ['WiFiGeneric hostByName(): DNS Failed for mqtt.example.com']],
  ['net.dns', ['E (8000) mqtt: getaddrinfo failed: EAI_FAIL']],
  ['net.dns', ['Error: -5 MDNS/host lookup failed']],
  ['net.dns', ['OSError: -2']],
  ['mqtt.credentials', ['CONNACK return code 4']],
  ['mqtt.credentials', ['MQTT: Connection refused: bad user name or password']],
  ['mqtt.client_id', ['Connection Refused, identifier rejected']],
  ['mqtt.unavailable', ['failed, rc=3 try again in 5 seconds']],
  ['mqtt.credentials', ['Failed to connect to MQTT broker, state: 5']],
  ['mqtt.no_answer', ['failed, rc=-4 try again in 5 seconds']],
  ['net.not_made', ['failed, rc=-2 try again in 5 seconds']],
  [
    'cpu.watchdog_crypto',
    [
      'mbedtls: ssl_cli.c:3092 => write client key exchange',
      ' ets Jan  8 2013,rst cause:4, boot mode:(3,6)',
      'wdt reset',
    ],
  ],
  ['cpu.watchdog', ['Soft WDT reset']],
  ['crash.stack_overflow', ['***ERROR*** A stack overflow in task tls_task has been detected.']],
  [
    'crash.abort',
    [
      'assertion "heap != NULL && "free() target pointer is outside heap areas"" failed: file "heap_caps.c", line 312',
    ],
  ],
  ['crash.abort', ['ESP_ERROR_CHECK failed: esp_err_t 0x102 (ESP_ERR_INVALID_ARG) at 0x40226d30']],
  ['power.brownout', ['Brownout detector was triggered']],
  ['boot.image', [' ets Jan  8 2013,rst cause:1, boot mode:(3,6)', 'csum err', 'ets_main.c']],
  ['boot.partitions', ['E (40) boot: No bootable app partitions in the partition table']],
  [
    'boot.partitions.beyond_flash',
    [
      'E (36) flash_parts: partition 3 invalid - offset 0x110000 size 0xf0000 exceeds flash chip size 0x100000',
      'E (40) boot: Failed to verify partition table',
    ],
  ],
  ['boot.flash_chip', ['E (31) boot: flash read err, 1000', 'ets_main.c 371']],
  [
    'net.wifi.password',
    [
      'I (3000) wifi: state: 3 -> 0 (f00)',
      'I (3100) wifi station: connect to the AP fail',
      'wifi:disconnect reason: 15',
    ],
  ],
  ['net.wifi.password', ['WiFi connect failed: wrong password']],
  ['net.wifi.no_ap', ['No AP found with SSID home']],
  [
    'net.wifi.signal',
    [
      'bcn_timout,ap_probe_send_start',
      'ap_probe_send over, rest wifi status to disassoc',
      'state: 5 -> 0 (1)',
      'rm 0',
    ],
  ],
  ['net.wifi', ['WiFi connection failed']],
  ['ok.plain', ['MQTT connected']],
  [
    'ok.plain',
    [
      'I (100) wifi: disconnect reason: 201',
      'I (3000) wifi:connected with home, channel 6',
      'I (4000) tcpip_adapter: sta ip: 192.168.1.20, mask: 255.255.255.0, gw: 192.168.1.1',
      'I (9000) MQTT_EXAMPLE: MQTT_EVENT_CONNECTED',
    ],
  ],
  [
    'ok',
    [
      'I (9000) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x7280',
      'I (19000) HTTP_CLIENT: HTTPS Status = 200, content_length = 120',
      'I (19100) HTTP_CLIENT: HTTP_EVENT_DISCONNECTED',
    ],
  ],
  ['tls.fingerprint', ["certificate doesn't match"]],
  [
    'tls.fingerprint',
    [
      "BSSL:insecure_end_chain: Received cert FP doesn't match",
      "BSSL:Couldn't connect. Error = 'Chain could not be linked to a trust anchor.'",
    ],
  ],
  ['tls.cn_mismatch', ['esp-tls: Failed to verify peer certificate! hostname mismatch']],
  ['key.cert_mismatch', ['mbedtls: ssl_tls.c:5177 is a fatal alert message (msg 51)']],
  ['tls.alert.protocol_version', ['received fatal alert: protocol_version']],
  ['tls.alert.client_certificate.unknown_ca', ['TLS alert received: unknown ca']],
  [
    'tls.ca_wrong',
    ['1621358243: OpenSSL Error: error:14094418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca'],
  ],
  [
    'tls.verify_failed',
    ['1621358243: OpenSSL Error: error:14094412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate'],
  ],
  ['tls.ca_wrong', ['wolfSSL_connect failed, error -188']],
  ['build.entropy', ['mbedtls_ctr_drbg_seed returned -52']],
  ['build.entropy', ['failed! mbedtls_ctr_drbg_seed returned -0x34']],
  ['cert.parse', ['E (3) esp-tls-mbedtls: mbedtls_x509_crt_parse returned -0x2180']],
  ['cert.parse', ['mbedtls_x509_crt_parse() returned 1']],
  ['build.no_shared_cipher', ['mbedtls_ssl_handshake returned -0x7380']],
  [
    'build.option_disabled',
    [
      'E (5) esp-tls: alpn_protos configured but not enabled in menuconfig: Please enable MBEDTLS_SSL_ALPN option',
    ],
  ],
  ['build.tls_disabled', ['E (5) MQTT_CLIENT: Please enable MQTT_ENABLE_SSL to use mqtts']],
  ['net.timeout', ['SSL handshake timeout']],
  ['net.timeout', ['E (15000) esp-tls: Failed to open new connection in specified timeout']],
  ['net.reset', ['E (6420) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x50']],
  ['net.reset', ['read: Connection reset by peer (104)']],
  ['heap.exhausted', ['esp-tls: low heap: 3400', 'E (5) MQTT_CLIENT: Error transport connect']],
  ['net.no_socket', ['E (60) esp-tls: Failed to create socket (family 2 socktype 1 protocol 0)']],
  ['heap.exhausted', ['User exception (panic/abort/assert)', 'Unhandled C++ exception: OOM']],
  ['heap.exhausted', ['E (5) HTTP_CLIENT: Error allocate memory']],
  ['http.server_error', ['[HTTP] GET... code: 503']],
  ['http.denied', ['HTTP response code: 401']],
  ['net.sntp', ['E (30000) app: SNTP: failed to obtain time']],
  [
    'net.dns.bad_endpoint',
    [
      "E (5) esp-tls: couldn't get hostname for :https://x.amazonaws.com: getaddrinfo() returns 202, addrinfo=0x0",
    ],
  ],
  ['tls.ca_wrong', ['E (5) esp-x509-crt-bundle: No matching trusted root certificate found']],
  [
    'tls.ca_wrong',
    [
      'E (5) esp-x509-crt-bundle: Failed to verify certificate',
      'E (5) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x3000',
    ],
  ],
  ['heap.exhausted', ['E (5) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2880']],
  ['heap.exhausted', ['E (9) TASK: xTaskCreate failed: not enough memory']],
  [
    'crash.illegal_instruction',
    ["Guru Meditation Error: Core  0 panic'ed (IllegalInstruction). Exception was unhandled."],
  ],
  [
    'crash.null_pointer',
    [
      "Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.",
      'Core 0 register dump:',
      'PC      : 0x40226d30  PS      : 0x00000030  A0      : 0x40226d2c  A1      : 0x3fff1a90',
      'A14     : 0x00000000  A15     : 0x00000000  SAR     : 0x0000001e  EXCCAUSE: 0x0000001c',
      'EXCVADDR: 0x00000004',
    ],
  ],
  [
    'crash.null_pointer',
    [
      'Exception (28):',
      'epc1=0x40203790 epc2=0x00000000 epc3=0x00000000 excvaddr=0x00000008 depc=0x00000000',
    ],
  ],
  [
    'crash.unaligned',
    ['Exception (9):', 'epc1=0x40203790 epc2=0x00000000 epc3=0x00000000 excvaddr=0x40001237 depc=0x00000000'],
  ],
  ['cpu.watchdog', ['Reset reason: Hardware Watchdog']],
  ['crash', ['Reset reason: Exception']],
  [
    'crash.stack_overflow',
    [
      'Fatal exception 0(IllegalInstructionCause):',
      '***ERROR*** A stack overflow in task main has been detected.',
    ],
  ],
  [
    'tls.alert.handshake_failure',
    ["BSSL:Couldn't connect. Error = 'SSL received fatal alert - Decoding error: extraneous element.'"],
  ],
  ['tls.alert.protocol_version', ['SSL error code: 326']],
  ['tls.alert.server_name', ['last SSL error: 368']],
  ['tls.clock_unset', ['MQT: TLS connection error: 54']],
  ['tls.fingerprint', ['MQT: TLS connection error: 62', 'MQT: Server fingerprint does not match']],
  ['heap.exhausted', ['WIFI: out of memory: cannot allocate 16709 bytes']],
  ['net.wifi.password', ['WIF: Connect failed with AP incorrect password']],
  [
    'net.wifi.password',
    [
      'E (3300) wifi station: Failed to connect to SSID:home, password:secret',
      'I (3300) wifi:state: auth -> init (0xf00)',
      'wifi:reason: 15',
    ],
  ],
  ['net.wifi.password', ['STA_WRONGPWD']],
  ['net.wifi.no_ap', ['wl status: WL_NO_SSID_AVAIL']],
  ['net.wifi.no_ap', ['reason=201 NO_AP_FOUND, Disconnected from AP']],
  ['net.wifi.association', ['WiFi disconnected, reason: 4']],
  ['net.wifi', ['[W][wifi:451]: Error while connecting to network.']],
  ['net.wifi.signal', ['wifi:bcn_timout,ap_probe_send_start']],
  ['net.reset', ['mbedtls_ssl_write returned -0x50']],
  ['net.timeout', ['mbedtls_ssl_handshake returned -0x6800']],
  ['tls.verify_policy.usage', ['verification info:   ! Usage does not match the extendedKeyUsage extension']],
  ['tls.peer_eof', ['MBEDTLS_ERR_SSL_CONN_EOF']],
  ['tls.ca_wrong', ['error: MBEDTLS_ERR_X509_CERT_VERIFY_FAILED']],
  ['build.no_shared_cipher', ['got no ciphersuites in common']],
  [
    'build.curve_disabled',
    [
      'mbedtls: ssl_cli.c:2000 bad server key exchange message (ECDHE curve)',
      'E (5) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x7b00',
    ],
  ],
  ['tls.in_len_too_small', ['E (5) esp-tls-mbedtls: mbedtls_ssl_read returned -0x7200']],
  [
    'tls.in_len_too_small',
    ['ssl_msg.c:3600: |1| requesting more data than fits', 'mbedtls_ssl_handshake returned -0x7100'],
  ],
  [
    'key.cert_mismatch',
    [
      'E (5) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x7780',
      'mbedtls: ssl_tls.c:5177 is a fatal alert message (msg 51)',
    ],
  ],
  ['cert.parse', ['Failed to parse CA certificate']],
  ['key.unreadable', ['Failed to parse private key']],
  ['cert.file', ['Failed to open file /spiffs/ca.pem']],
  ['cert.file', ['Failed to open cert file']],
  ['cert.file', ['mbedtls_x509_crt_parse_file returned -0x3e00']],
  ['aws.policy', ['E (5) coreMQTT: CONNACK recv failed with status = MQTTRecvFailed.']],
  ['mqtt.credentials', ['MQTT Connection failed: not authorized']],
  ['mqtt.credentials', ['mosquitto: Client esp8266 disconnected, not authorised.']],
  ['mqtt.keep_alive', ['E (90000) MQTT_CLIENT: No PING_RESP, disconnected']],
  [
    'mqtt.closed_again',
    ['MQTT_EVENT_CONNECTED', 'MQTT_EVENT_DISCONNECTED', 'MQTT_EVENT_CONNECTED', 'MQTT_EVENT_DISCONNECTED'],
  ],
  ['port.baud', ['����x��x�����']],
  ['boot.image', ['load 0x40100000, len 7872, room 16', 'csum err']],
  [
    'boot.partitions',
    [
      'E (100) esp_image: image at 0x10000 has invalid magic byte',
      'E (110) boot: Factory app partition is not bootable',
      'E (120) boot: No bootable app partitions in the partition table',
    ],
  ],
  ['boot.strapping', [' ets Jan  8 2013,rst cause:1, boot mode:(1,7)']],
  ['ota.no_partition', ['E (5) esp_ota_ops: not found ota data']],
  ['ota.too_large', ["E (5) esp_ota_ops: image doesn't fit in partition"]],
  ['ota.too_large', ['[update] Not Enough Space']],
  ['ota.flash', ['esp_ota_write failed (ESP_ERR_FLASH_OP_FAIL)']],
  ['http.denied', ['Server returned 403 Forbidden']],
  ['http.not_found', ['HTTP GET failed: 404']],
  ['http.server_error', ['POST returned 502']],
  ['http.redirect', ['[httpUpdate] HTTP Code is (302)']],
  [
    'net.plain_port',
    ['mqtt://broker:1883 connecting with TLS', 'W (6420) mbedtls: ssl_tls.c:3887 unknown record type 72'],
  ],
  ['net.connect.refused', ['OSError: [Errno 111] ECONNREFUSED']],
  ['net.reset', ['OSError: [Errno 104] ECONNRESET']],
  ['net.connect.timeout', ['OSError: [Errno 110] ETIMEDOUT']],
  ['net.connect.unreachable', ['OSError: [Errno 113] EHOSTUNREACH']],
  ['net.connect', ['espconn_connect failed: -11']],
  ['net.connect.refused', ['connection refused by 10.0.0.2:8883']],
  ['net.connect.timeout', ['connect to 10.0.0.2:8883 timed out']],
  ['ok', ['SSL handshake successful', 'HTTP/1.1 200 OK', 'connection closed']],
  ['ok', ['TLS handshake completed in 2300 ms, TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256']],
  ['ok.plain', ['Attempting MQTT connection...connected']],
  [
    'ok.plain',
    [
      'I (9) mqtt: MQTT_EVENT_CONNECTED',
      'I (9) mqtt: MQTT_EVENT_SUBSCRIBED, msg_id=1',
      'I (9) mqtt: free heap 6100',
    ],
  ],
];

describe('a log in anybody’s words', () => {
  it.each(CASES)('%s: %j', (cause, lines) => {
    expect(firstCause(lines)).toBe(cause);
  });
});
