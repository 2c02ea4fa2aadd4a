import { describe } from 'vitest';
import {
  describeCauses,
  describeHarmless,
  describeLogs,
  type LinesByCause,
  type LogsWithCause,
} from '../../support/first-cause.ts';

/** Espressif's components and their examples: esp-tls, its transports, HTTP, WebSockets, MQTT, updates and Wi-Fi. */
const CAUSES: LinesByCause = {
  'key.incomplete': [
    'E (5) esp-tls: You have to provide both clientcert_pem_buf and clientkey_pem_buf for mutual authentication',
    'E (5) esp-tls-mbedtls: Client certificate is also required with the DS parameters',
    'E (5) esp-tls-mbedtls: Client certificate is required when using a PSA-backed client key',
    'E (5) esp_https_server: No Server key supplied',
  ],
  'build.option_disabled': [
    'E (5) esp-tls-mbedtls: Please enable secure element support for ESP-TLS in menuconfig',
    'E (5) esp-tls-mbedtls: Please enable the support for signing using ECDSA peripheral in menuconfig.',
    'E (5) esp-tls-mbedtls: ESP_TLS_SERVER Not enabled in Kconfig',
    'E (5) esp-tls-mbedtls: TLS 1.3 is not enabled in config',
    'E (5) mqtt_client: Digital Signature not enabled for esp-tls in menuconfig',
    'E (5) ssl_pm: CONFIG_MBEDTLS_SSL_ALPN must be enabled to use ALPN',
  ],
  'build.tls_disabled': [
    'E (5) esp_tls_custom_stack: No TLS stack registered. Call esp_tls_register_stack() first.',
  ],
  'key.secure_element': [
    'E (5) esp-tls-mbedtls: Failed to get device cert def',
    'E (5) esp-tls-mbedtls: Failed to parse key from device',
  ],
  'heap.exhausted': [
    'E (5) esp-tls-wolfssl: Set wolfSSL ctx failed',
    'E (5) transport_base: Failed to initialize TLS',
    'E (5) TRANS_SSL: Failed to initialize TLS',
    'tcp_pcb memory is fail',
    'E (5) transport_ws: Cannot allocate buffer for connect, need-1024',
    'E (5) HTTP_CLIENT: transport_read: error - 57348 | ESP_ERR_TCP_TRANSPORT_NO_MEM',
  ],
  'tls.misused': [
    'E (5) esp-tls: TLS handshake has not completed, write operation not permitted',
    'I (5) mbedtls: ssl_tls.c:1234 Optional verify auth mode is not available for TLS 1.3 client',
    'I (5) mbedtls: ssl_tls.c:1234 The SSL configuration is invalid.',
  ],
  'tls.handshake_failed': [
    'E (5) esp-tls-mbedtls: Failed to set client pki context',
    'E (5) esp-tls-mbedtls: Failed to set server pki context',
    'I (5) mbedtls: ssl_cli.c:1234 bad server key exchange message',
  ],
  'net.not_made': [
    'Return code from network connect ssl is -1',
    'E (5) esp-tls: Bind [sock=54] to interface en0 fail',
    'E (5) transport_ws: Error connecting to host broker.example.com:443',
    'E (5) websocket_client: esp_transport_connect() failed with -1, transport_error=ESP_OK, tls_error_code=0, tls_flags=0, errno=119',
    'E (5) esp_https_ota: ESP HTTP client perform failed: 28674',
    'E (5) app: esp_http_client_open failed: 0x7002',
  ],
  'net.ended': [
    'E (5) transport_ws: Error read data',
    'E (5) transport_ws: Error receive data during initial connection',
    'E (5) websocket_client: Error receive data',
    'I (5) websocket: WEBSOCKET_EVENT_DISCONNECTED',
    'E (5) HTTP_CLIENT: Incomlete data received, ret=0, 100/200 bytes',
    'E (5) HTTP_CLIENT: HTTP POST request failed: ESP_ERR_HTTP_INCOMPLETE_DATA',
  ],
  'net.lost': [
    'E (5) transport_ws: Error write Upgrade header GET / HTTP/1.1',
    "E (5) mqtt_example: Last error captured as transport's socket errno: 0x71",
  ],
  'net.reset': ["E (5) mqtt_example: Last error captured as transport's socket errno: 0x68"],
  'net.timeout': [
    'E (5) transport_ws: Error transport_poll_write(0)',
    'W (5) HTTP_CLIENT: Connection timed out before data was ready!',
    'E (5) tport_https: esp_http_client_perform failed err:0x7007',
    'E (5) HTTP_CLIENT: transport_read: error - 57345 | ESP_ERR_TCP_TRANSPORT_CONNECTION_TIMEOUT',
  ],
  'net.bad_url': [
    'E (5) HTTP_CLIENT: No transport found',
    'E (5) HTTP_CLIENT: config should have either URL or host & path',
    'E (5) websocket_client: There are no transports valid, stop websocket client',
    'E (5) HTTP_CLIENT: HTTP GET request failed: ESP_ERR_HTTP_INVALID_TRANSPORT',
  ],
  'net.connect.refused': [
    'E (5) example: ... socket connect failed errno=104',
    'E (5) tcp_client: Socket unable to connect: errno 104',
  ],
  'net.dns': [
    'E (5) mbedtls_pkcs11_posix: Failed to connect to broker.example.com with error -82.',
    "E (5) app: couldn't get hostname for `broker.example.com` getaddrinfo() returns 202, addrinfo=0x0",
  ],
  'net.connect': ['E (5) mbedtls_pkcs11_posix: Failed to connect to broker.example.com with error -68.'],
  'mqtt.refused': ['Return code from MQTT connect is -1'],
  'mqtt.closed_on_request': ['Return code from MQTT subscribe is -1', 'Return code from MQTT publish is -1'],
  'mqtt.credentials': ['Return code from MQTT connect is 5'],
  'net.no_socket': ['create socket ......failed', 'W (5) httpd: httpd_accept_conn: error in accept (23)'],
  'net.modem': ['E (5) esp-netif_lwip-ppp: Connection timeout', 'I (5) esp-netif_lwip-ppp: Connection lost'],
  'net.wifi.no_ap': ['I (5) example_connect: Wi-Fi disconnected 201, trying to reconnect...'],
  'net.wifi.password': ['I (5) example_connect: Wi-Fi disconnected 15, trying to reconnect...'],
  'net.wifi': ['E (5) wifi_prov_mgr: STA Auth Error', 'E (5) network_prov_mgr: STA Disconnected'],
  'net.wifi.enterprise': [
    'E (5) wpa: Failed to set client configurations',
    'E (5) wpa: failed to create ssl handle',
  ],
  'tls.ca_wrong': [
    'E (5) websocket_client: esp_transport_connect() failed with -1, transport_error=ESP_ERR_MBEDTLS_SSL_HANDSHAKE_FAILED, tls_error_code=9984, tls_flags=8, errno=0',
  ],
  'tls.alert.unknown': [
    'E (5) websocket_client: esp_transport_connect() failed with -1, transport_error=ESP_ERR_MBEDTLS_SSL_HANDSHAKE_FAILED, tls_error_code=30592, tls_flags=0, errno=0',
  ],
  'http.buffer': [
    'E (5) transport_ws: Error in request generation, desired request len: 1200, buffer size: 1024',
    'E (5) transport_ws: Header size exceeded buffer size (need=1100, max=1024)',
  ],
  'http.no_websocket': [
    'E (5) transport_ws: HTTP upgrade failed',
    'E (5) transport_ws: Invalid websocket key',
    'E (5) transport_ws: HTTP Header locate failed',
  ],
  'http.body': [
    'E (5) transport_ws: Control frame payload (200) exceeds caller buffer (125)',
    'E (5) transport_ws: Reserved opcode detected (opcode=0x0b) - protocol violation',
    'E (5) HTTP_CLIENT: HTTP parser error: invalid HTTP version',
  ],
  'http.denied': [
    'E (5) HTTP_CLIENT: This authentication method is not supported: NTLM',
    'E (5) esp_https_ota: Authorization Failed',
    'E (5) ota_demo_core_http: Unhandled http response code: =403.',
  ],
  'http.own_limit': ['W (5) httpd_parse: parse_block: request URI/header too long'],
  'ota.incomplete': ['E (5) esp_https_ota: Connection closed before complete data was received!'],
  'ota.no_partition': [
    'E (5) esp_https_ota: Given staging partition or another suitable Passive OTA partition could not be found',
  ],
  'boot.nvs': ['ESP_ERROR_CHECK failed: esp_err_t 0x110d (ESP_ERR_NVS_NO_FREE_PAGES) at 0x40082c3f'],
  'mqtt.credentials_missing': [
    'E (5) esp_rmaker_core: Self claiming is needed because device certificates are not found or device is not claimed yet.',
  ],
  'cert.file': [
    'E (5) mbedtls_pkcs11_posix: Failed to get certificate from PKCS #11 module.',
    'E (5) mbedtls_pkcs11_posix: Failed to setup key handling by PKCS #11.',
    'E (5) esp_rmaker_client_data: Failed to obtain flash address of device cert',
  ],
  'key.unreadable': ['E (5) pkcs11_operations: Failed to sign message using PKCS #11 with error code 48.'],
  'cert.bundle': ['E (5) esp-x509-crt-bundle: Invalid certificate bundle'],
  'tls.ca_missing': ['E (5) esp-x509-crt-bundle: Failed to attach bundle'],
  'modem.silent': [
    'W (5) rpc_core: Timeout waiting for Resp for [0x116](Req_WifiConnect)',
    'E (5) RPC_WRAP: Error reported: Response Timeout',
    'E (5) transport: Init event not received within timeout, Resetting myself',
    'E (5) transport: ensure_slave_bus_ready failed',
  ],
  // mbedTLS at debug level 1.
  'tls.mfln_answer': ['I (5) mbedtls: ssl_cli.c:1234 non-matching max fragment length extension'],
  'tls.server_hello': [
    'I (5) mbedtls: ssl_tls12_client.c:1234 legacy renegotiation, breaking off handshake',
    'I (5) mbedtls: ssl_tls13_client.c:1234 ciphersuite(1303) not found or not offered',
    'I (5) mbedtls: ssl_tls13_client.c:1234 Invalid key share in HRR',
  ],
  'tls.damaged_message': [
    'I (5) mbedtls: ssl_cli.c:1234 bad server hello done message',
    'I (5) mbedtls: ssl_msg.c:1234 handshake message too short: 2',
    'I (5) mbedtls: ssl_msg.c:1234 invalid CCS message, len: 3',
  ],
  'tls.bad_mac': ['I (5) mbedtls: ssl_msg.c:1234 msglen (10) < taglen (16)'],
  'build.curve_disabled': ['I (5) mbedtls: ssl_client.c:1234 No group available.'],
  'build.no_shared_cipher': ['I (5) mbedtls: ssl_cli.c:1234 certificate key type mismatch'],
  'build.signature_algorithm': [
    'I (5) mbedtls: ssl_cli.c:1234 server used HashAlgorithm that was not offered',
  ],
  'tls.out_len_too_small': ['I (5) mbedtls: ssl_msg.c:1234 Record content 20000 too large, maximum 16384'],
  'tls.internal_error': ['I (5) mbedtls: ssl_msg.c:1234 f_recv returned 100 bytes but only 5 were requested'],
};

/** Lines that come together. */
const LOGS: LogsWithCause = [
  // What was chosen is finer than the code beside it.
  [
    'tls.server_hello',
    [
      'I (5) mbedtls: ssl_tls13_client.c:1234 ciphersuite(1303) not found or not offered',
      'E (9) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x6600',
    ],
  ],
  // A request that did not go out was not refused, and is behind the handshake, as the client's loop is.
  ['mqtt.ended', ['W (5) mqtt_demo: MQTT_ProcessLoop returned with status = MQTTRecvFailed.']],
  ['mqtt.ended', ['E (5) mqtt_demo: Failed to send SUBSCRIBE packet to broker with error = MQTTSendFailed.']],
];

/** Words of failures, in lines that tell of none. */
const HARMLESS: readonly string[] = [
  'E (5) app: mdns_hostname_set failed',
  'I (5) mbedtls: ssl_tls.c:1234 Certificate verification without CN verification',
  'W (5) transport_ws: Connection cannot be terminated gracefully within timeout=1000',
  'W (5) transport_ws: esp_transport_ws_poll_connection_closed: unexpected data readable on socket=54',
  'W (5) HTTP_CLIENT: Response header limit (20) exceeded',
  'I (5) esp_https_ota: Connection closed',
  'I (5) native_ota_example: Connection closed,all data received',
  'E (5) example: ... failed to set socket receiving timeout',
  'I (5) time_sync: Time not found in NVS. Syncing time from SNTP server.',
  'W (5) mqtt_demo: PINGRESP should not be handled by the application callback when using MQTT_ProcessLoop.',
  'E (5) mqtt_subscription_manager: Failed to register callback: Record for topic filter already exists: TopicFilter=a/b',
  'E (5) phy_init: esp_phy_load_cal_data_from_nvs: calibration data MAC check failed: expected 00:00:00:00:00:01',
  'W (5) httpd_txrx: httpd_resp_send_err: 404 Not Found - This URI does not exist',
  'W (5) httpd_uri: httpd_uri: no handler found for URI /x',
  'I (5) wifi softAP: station 00:00:00:00:00:01 leave, AID=1, reason=8',
  'I (5) ROAM: Could not find a better AP with the threshold set to -70',
  'E (5) esp_rmaker_connectivity: Failed to register MQTT disconnected event handler',
  'E (5) wifi_prov_handlers: Invalid command handler lookup',
  'W (5) RTC_STORE: RTC Store not initialized yet. Cannot discard data.',
  'E (5) esp.emac: invalid EMAC RMII clock mode',
  'W (5) wifi_init: WiFi AMSDU TX should be disabled when initialize SPIRAM failed',
  'E (5) esp_netif_lwip: esp_netif_set_dns_info_api: dns_info cannot be NULL',
  'I (5) secure_boot_v2: Revoking empty key digest slot (1)...',
  'I (5) esp_rmaker_ota: Delaying OTA by 60 seconds (1 min) as it is not valid yet.',
  'E (5) nvs_store: NVS open failed with error 4354',
  // What Espressif says of TLS, said of something else: without the tag, the word of a failure, or the name of an error.
  'E (5) ble_gap: Authorization Failed',
  'I (5) app: No transport found',
  'E (5) app: Failed to initialize TLS',
  'E (5) usb: Bad descriptor - protocol violation',
  'I (5) mesh: STA Disconnected',
  'I (5) app: registered for WEBSOCKET_EVENT_DISCONNECTED',
  'E (5) zigbee: Init event not received within timeout',
  'Timeout waiting for Resp for [0x03] of the meter',
  'I (5) app: HTTP request took: 28674 us',
  'request id: 28674',
  'Connected to http server, source port (57345)',
  'OTA image at 0x700a written',
  'transport buffer size: 32769',
  'connection id = 32775',
  'Connection time: 32774',
  'E (5) app: errors counter (32769)',
  'partition table at 0x8000: ESP_ERR_NOT_FOUND',
  '0x8008 ESP_ERR_INVALID_ARG',
  'snmp: Requested OID is unknown',
  'Destination buffer is too small',
];

describe('Espressif’s components', () => {
  describeCauses(CAUSES);
  describeLogs('together', LOGS);
  describeHarmless(HARMLESS);
});
