import { describe, expect, it } from 'vitest';
import {
  describeLogs,
  describeCauses,
  describeHarmless,
  firstCause,
  type LinesByCause,
  type LogsWithCause,
} from '../../support/first-cause.ts';

/** What clients of services say: brokers, mail, files, clouds, and the phone that sets the device up. */
const LINES: LinesByCause = {
  'mqtt.credentials': [
    'W (900) mqtt5_client: Not authorized',
    'Disconnect reason: NOT_AUTHORIZED',
    'Conectando ao broker MQTT...Falha na conexao ao broker - Estado: 5',
    '[FAILED] [ rc = 5 : retrying in 5 seconds]',
    'MQTT client connect attempt failed. Check host, deviceId, username and password. (state 5)',
    '[err] _mqtt_connect(793): received reject ACK from MQTT server! rc = -35',
    'MQTT Connect err:4',
    '[ERROR] Auth error with gateway',
    'I (1) mqtt5_example: Connection refused error: 0x87',
    'E (1) coreMQTT: Connection refused: Banned.',
    'E (1) coreMQTT: Connection refused: Bad authentication method.',
  ],
  'mqtt.client_id': [
    'W (900) mqtt5_client: Client Identifier not valid',
    'reason: Identified rejected',
    'MQTT Connect err:2',
    '[err] recvConnackProc error,result = -37',
  ],
  // By MQTT 5's reasons, which are no refusals of TCP.
  'mqtt.protocol': [
    'W (900) mqtt5_client: Unsupported protocol version',
    'Reason: MQTT_UNACCEPTABLE_PROTOCOL_VERSION',
    'I (1) mqtt5_example: Connection refused error: 0x84',
    'W (1) mqtt5_client: Unsupported Protocol Version',
  ],
  'mqtt.unavailable': [
    'W (900) mqtt5_client: Server busy',
    'Reason: MQTT_SERVER_UNAVAILABLE',
    'Disconnect reason: SERVER_UNAVAILABLE',
    'E (1) coreMQTT: Connection refused: Server busy.',
  ],
  'build.option_disabled': [
    'E (1) mqtt_client: Secure element not enabled for esp-tls in menuconfig',
    'E (1) mqtt_client: ECDSA peripheral not enabled for esp-tls in menuconfig',
  ],
  'ota.signature': ['E (1) esp_ota_ops: Secure Boot V2 verification failed.'],
  'tls.bad_signature': [
    'E (1) esp-x509-crt-bundle: Certificate matched with CN=Root but signature verification failed',
  ],
  'net.not_made': [
    'HTTPC_ERROR_CONNECTION_REFUSED',
    'MQTT client connect attempt failed. Check host, deviceId, username and password. (state -2)',
    'Token error: code: -4, message: connection lost',
    'REASON: not connected',
    'connection failed, error: connection refused',
    'handle_ConnectMqttBroker could not connect to broker.example.com:8884',
    'info        Request http://radio.example.com/5122 failed!',
    '[err] TCP or TLS Connection failed return -1',
    'ERROR new MQTT connection, error NETWORK ERROR.',
  ],
  'net.connect': [
    '(SSLClient)(SSL_ERROR)(m_print_ssl_error): SSL_CLIENT_CONNECT_FAIL',
    '(SSLClient)(SSL_ERROR)(connect): Failed to connect using m_client. Are you connected to the internet?',
    'fail to establish tcp',
  ],
  'net.connect.timeout': [
    'connect(): lwip_connect_r: 113',
    'lwip_connect(54) failed, err=-13',
    'connect() error: Software caused connection abort',
    'Failed to connnect to host (errno 113)',
  ],
  'net.connect.unreachable': ['errno 113 (no route to host) when connecting to 172.16.4.2'],
  'mqtt.refused': [
    'Connection refused, Unknow reason',
    'Failed to establish new MQTT connection, error SERVER REFUSED.',
  ],
  'mqtt.no_answer': ['MQTT connection status:257'],
  'mqtt.keep_alive': ['Ping failed! Reconnecting'],
  'mqtt.credentials_missing': [
    'AZ IOT: AzureIoTProvisioningClient_SetSymmetricKey failed: invalid argument',
    'Failed to initialise Node Id. Please perform "claiming" using RainMaker CLI.',
  ],
  'mail.credentials': [
    '#### Error, [AUTHENTICATIONFAILED] Invalid credentials (Failure)',
    '< S: 534-5.7.9 Application-specific password required.',
    'Error sending message: SMTP AUTH error',
  ],
  'http.body': [
    'E (900) HTTP_CLIENT: Incomplete chunked data received 512',
    '[WEATHER] JSON parse error: InvalidInput',
    'deserializeJson() failed: IncompleteInput',
    'Problem with access_token (too long or null): ',
  ],
  'http.bad_request': ['HTTP/1.1 400 Bad Request'],
  'net.bad_url': [
    'E (900) MQTT_CLIENT: Not support this mqtt scheme',
    '[WS-Client][sendHeader] handshake GET  HTTP/1.1',
    'beginInternal(): failed to parse protocol',
  ],
  'net.dns.bad_endpoint': [
    '[hostByName] request IP for: http://host.example.com',
    'hostByName(): DNS Failed for ',
  ],
  'net.sntp': ['Bogus NTP time from API, fallback to UDP method'],
  'key.unreadable': ['iotc_create_iotcore_jwt returned with error: 71'],
  'provisioning.failed': [
    'E (15516) security1: Key mismatch. Close connection',
    'E (21381) protocomm: Decryption of response failed for endpoint prov-scan',
    '!!! HomeKit: [Client 4] Invalid PIN code (code -10)',
  ],
  'ota.incomplete': [
    'E (10769) esp_https_ota: Complete headers were not received',
    '[esphome.ota:362] No data received for 90000 ms',
  ],
  'heap.fragmented': ['W (14534) wifi: alloc eb len=36 type=3 fail, heap:4115072'],
  'net.wifi.auth_expired': [
    '*wm:[2] [EVENT] WIFI_REASON:  2',
    'E (88493) event_handler: Disconnect reason : 2',
  ],
  'net.wifi.association': ['[W][WiFiGeneric.cpp:360] _eventCallback(): Reason: 203 - ASSOC_FAIL'],
  'net.wifi.enterprise': ["Disconnected ssid='home' reason='802.1x Authentication Failed'"],
  'net.wifi': ['00:00:15 WIF: Connect failed with AP timeout', '*wm:[1] AutoConnect: FAILED'],
  'net.dhcp': ['No DHCPOFFERS received.'],
  'net.modem': [
    'E (900) esp-netif_lwip-ppp: Failed authentication challenge',
    'E (900) esp-netif_lwip-ppp: Unable to open PPP session',
    'mgos_pppos_status_cb Error 6 (phase 0), reconnect',
  ],
  'net.no_socket': ['ERROR: Failed! mbedtls_ssl_handshake returned -0x7', 'lwip_connect(54) failed, err=-1'],
  'cert.file': ['SPIFFS_open: fd=-10002 path=/ca.crt err=-10002'],
  'cert.filesystem': ['SPIFFSImpl: mount rc=-10025'],
  'crash.abort': ['rtos assert FreeRTOS/Source/timers.c 811'],
  'net.lost': [
    '(SSLClient)(SSL_ERROR)(m_update_engine): Error reading bytes from m_client. Write Error: ',
    '(SSLClient)(SSL_ERROR)(m_update_engine): Error writing to m_client',
    '(SSLClient)(SSL_ERROR)(m_print_ssl_error): SSL_CLIENT_WRITE_FAIL',
    '(SSLClient)(SSL_ERROR)(write): Failed while waiting for the engine to enter BR_SSL_SENDAPP',
    '(SSLClient)(SSL_ERROR)(m_soft_connected): Socket was unexpectedly interrupted. m_client error: ',
    'E (900) MQTT_CLIENT: Error write data or timeout, written len = 0, errno=0',
    'E (900) mqtt_client: esp_mqtt_write: Error write data or timeout, written len = 0, errno=119',
    "E (900) MQTT_CLIENT: Can't send ping, disconnected",
    'E (900) MQTT_CLIENT: Error to public data to topic=plants/7, qos=1',
    'E (900) MQTT_CLIENT: Error to send subscribe message, first topic: plants/7, qos: 1',
    'E (900) HTTP_CLIENT: Error write request',
    'E (900) coreMQTT: sendMessageVector: Unable to send packet: Network Error.',
    'ERROR.mUpdateEngine: Error writing to basic client.',
  ],
  'ota.no_partition': ['HTTP_UPDATE_FAILED Error (-108): Partition Could Not be Found'],
  'net.ended': [
    '[mqtt] MQTT disconnected: TCP',
    'MQTT disconnected, reason: TCP disconnect',
    'Reason: TCP_DISCONNECTED',
    '[WSc] Disconnected!',
    'Disconnected from MQTT.',
  ],
  'mqtt.too_large': ['E (900) MQTT_CLIENT: Connect message cannot be created'],
  'mqtt.malformed': ['E (900) coreMQTT: Incorrect packet type 12 received while expecting CONNACK(32).'],
  'mqtt.limit': [
    'W (900) mqtt5_client: Message rate too high',
    'W (900) coreMQTT: Quota Exceeded.',
    'E (1) MQTT: Connection refused: Quota exceeded.',
  ],
  'mqtt.not_supported': ['W (900) mqtt5_client: QoS not supported', 'W (900) coreMQTT: Topic Name Invalid.'],
  'mqtt.rules_broken': ['W (900) mqtt5_client: Malformed Packet'],
  'mqtt.moved': [
    'W (900) mqtt5_client: Use another server',
    'E (1) coreMQTT: Connection refused: Use another server.',
  ],
  'tls.fingerprint': ['Reason: TLS_BAD_FINGERPRINT'],
  'heap.exhausted': [
    '(SSLClient)(SSL_ERROR)(m_print_ssl_error): SSL_OUT_OF_MEMORY',
    'Reason: ESP8266_NOT_ENOUGH_SPACE',
    'HTTPC_ERROR_TOO_LESS_RAM',
  ],
  'net.timeout': ['Token error: code: 408, message: request timed out', 'HTTPC_ERROR_READ_TIMEOUT'],
  'ota.too_large': ['OTA failed, reason: Not enough space'],
  'ota.not_an_image': [
    'E (900) esp_https_ota: Mismatch chip id, expected 9, found 27757',
    'E (900) esp_https_ota: Incorrect app descriptor magic',
  ],
  'ota.other_chip': [
    'E (900) esp_https_ota: Mismatch chip id, expected 9, found 0',
    'E (50) boot_comm: mismatch chip ID, expected 0, found 9',
  ],
  'ota.unconfirmed': [
    'E (900) app: esp_ota_begin failed (ESP_ERR_OTA_ROLLBACK_INVALID_STATE)',
    'E (900) esp_ota_ops: Running app has not confirmed state (ESP_OTA_IMG_PENDING_VERIFY)',
  ],
  'ota.too_old': [
    'E (900) esp_ota_ops: This a new partition can not be booted due to a secure version is lower than stored in efuse.',
    'E (900) esp_https_ota: New firmware security version is less than eFuse programmed, 1 < 2',
  ],
  'ota.flash_size': [
    'E (900) esp_ota_ops: SPI flash mode mismatch: running app has mode 0, new app has mode 2',
  ],
  'ota.no_length': ['E (900) esp_https_ota: Failed to get image length from http response'],
  'ota.flash': ["E (900) ota_pal: Couldn't flash at the offset 4096"],
  'http.denied': [
    'E (900) esp_https_ota: Client error (403)',
    'E (900) esp_https_ota: Reached max_authorization_retries (10)',
    'E (900) HTTP_CLIENT: This request requires authentication, but does not provide header information for that',
  ],
  'http.redirect': [
    'E (900) esp_https_ota: URL redirection Failed',
    'E (900) HTTP_CLIENT: HTTPS origin can only redirect to https:// targets',
  ],
  'http.status': ['HTTP/1.1 408 Request Timeout'],
  'tls.handshake_failed': ['(SSLClient)(SSL_ERROR)(m_print_ssl_error): SSL_BR_CONNECT_FAIL'],
};

describeCauses(LINES);

const LOGS: LogsWithCause = [
  // An address, and no TLS: neither the name nor the handshake is left.
  ['net.connect', ['Connect FAILED to 192.168.1.102:1883, rc -2. Retry in 10 seconds']],
  ['net.not_made', ['Connect FAILED to 192.168.1.102:8883, rc -2. Retry in 10 seconds']],
  // Tried again and again.
  ['net.not_made', Array.from({ length: 3 }, () => 'Connecting to blynk.example.com:8442')],
  [
    'net.connect',
    ['DNS: found ip 10.1.2.3', 'TCP: connecting...', 'TCP: Reconnect to broker.example.com:17478'],
  ],
  // Up, and gone, and up.
  [
    'mqtt.closed_again',
    ['Attempting MQTT connection...connected', 'hello world #1', 'Attempting MQTT connection...connected'],
  ],
  // What is up without a word of TLS.
  ['ok.plain', ['MQTT connected']],
  ['ok', ['TLS handshake done', 'MQTT connected']],
  // Behind the handshake.
  [
    'tls.closed_later',
    [
      'Connection established...',
      'Writing HTTP request...',
      'Reading HTTP response...',
      'connection closed',
      'https done',
    ],
  ],
  // Sming says so behind every handshake.
  [
    'tls.expired',
    [
      'SystemClock set: 01.10.2021 09:12:30',
      '[SSL] CLOSED, last error = 54 (Certificate is expired or not yet valid.), heap free = 18744',
      'SSL Handshake failed',
      'SSL: Handshake done',
    ],
  ],
  // Waiting for the time is not having it.
  [
    'tls.clock_unset',
    [
      'Waiting for system time to be set... (10/10)',
      'verification info:   ! The certificate validity starts in the future',
    ],
  ],
  ['heap.exhausted', ['mongoose_poll        New heap free LWM: 960', 'online: false']],
  ['tls.alert.handshake_failure', ['ssl_handshake_status:-40']],
  [
    'net.timeout',
    ['start_ssl_client(): Performing the SSL/TLS handshake...', 'connect(): start_ssl_client: -1'],
  ],
  // A keep-alive that is missed again and again is why the connection ends again and again.
  [
    'mqtt.keep_alive',
    Array.from({ length: 3 }, () => [
      'I MQTT: MQTT client connected',
      'E MQTT_CLIENT: No PING_RESP, disconnected',
    ]).flat(),
  ],
  [
    'http.no_websocket',
    ['Sending websocket upgrade headers', 'Invalid ANALYSE REQUEST', 'Handshake failed.'],
  ],
  [
    'net.not_made',
    [
      'Connect to default ThingSpeak: api.thingspeak.com:443...Failed.',
      'Problem updating channel. HTTP error code -301',
    ],
  ],
  ['net.not_made', Array.from({ length: 3 }, () => '↕ Attempting to connect to MQTT...')],
  ['net.dns.bad_endpoint', ['Attempting MQTT connection to \uFFFD\uFFFD\uFFFD\uFFFD\uFFFD']],
  // tuya-convert says of some that they are a phone's.
  [
    'tls.bad_mac',
    [
      'could not establish sslpsk socket: [SSL: NO_SHARED_CIPHER] no shared cipher',
      'could not establish sslpsk socket: [SSL: DECRYPTION_FAILED_OR_BAD_RECORD_MAC] decryption failed or bad record mac',
    ],
  ],
  // The broker's log: taken, and lost; taken, and gone by itself; not taken.
  [
    'mqtt.ended',
    [
      'New client connected from 10.0.0.7 as plant-7 (c1, k30).',
      'Socket error on client plant-7, disconnecting.',
    ],
  ],
  [
    'mqtt.refused',
    ['New connection from 10.0.0.7 on port 1883.', 'Socket error on client <unknown>, disconnecting.'],
  ],
  [
    'mqtt.client_leaves',
    Array.from({ length: 2 }, () => [
      'New client connected from 10.0.0.7 as plant-7 (c1, k15).',
      'Client plant-7 disconnected.',
    ]).flat(),
  ],
  [
    'mqtt.keep_alive',
    [
      'Client plant-7 has exceeded timeout, disconnecting.',
      'New client connected from 10.0.0.7 as plant-7 (c1, k10).',
    ],
  ],
  [
    'mqtt.credentials',
    ['level=warning msg="wrong password for user plant"', 'Sending CONNACK to plant-7 (0, 5)'],
  ],
  [
    'mqtt.closed_again',
    ['23:39:43 MQT: Connected', '23:39:45 MQT: Attempting connection...', '23:39:45 MQT: Connected'],
  ],
  // Tasmota joined after all.
  [
    'net.connect',
    [
      'WIF: Connect failed with AP timeout',
      'WIF: Connected',
      'MQT: Connect failed to 192.168.0.15:1883, rc -2. Retry in 10',
    ],
  ],
  ['tls.fingerprint', ['MQT: TLS fingerprint does not match', 'MQT: Connected']],
  // A limit of 120 s is the handshake's, not TCP's.
  [
    'net.timeout',
    [
      '[2085401][D][main.cpp:5] post(): begin',
      '[2205807][E][NetworkClientSecure.cpp:159] connect(): start_ssl_client: -1',
    ],
  ],
  // Data go out by TLS alone: what ends then is no handshake.
  [
    'mqtt.refused',
    [
      '[V][ssl_client.cpp:295] send_ssl_data(): Writing HTTP request with 305 bytes...',
      'not connected',
      'mqtt: failed',
    ],
  ],
  // Joined after all: what comes then counts.
  ['modem.silent', ['No such ssid', 'Connected.', '192.168.1.123', 'wifinina error: 0x01']],
];

describeLogs('logs of services', LOGS);

describeHarmless([
  'Estado: 1',
  'MQTT connection status: 1',
  'NimBLE: ble_gap_adv_start; rc = 2',
  'mqtt_connect: 12 ms',
  'MQTT connection to 阿里云服务器 ok',
  'Starting WiFiManager',
  'Retrying (5000 ms)',
  'GPS: No data received for 5000 ms',
  'Ping failed! gateway 192.168.1.1',
  'Failed to load /config.json: JSON parse error, using defaults',
  'Expected 3F but got 2A: sensor CRC, reading again',
  'LED_BUILTIN is not defined, using GPIO 2',
  'First attempt to call API, value=23',
  'chip[EM]: Failed to send message, will retry',
  'case AsyncMqttClientDisconnectReason::TCP_DISCONNECTED:',
  'if (code == HTTPC_ERROR_READ_TIMEOUT) retry();',
  'I (900) mqtt5_client: No matching subscribers',
  'INFO | 187 [Router] Connecting directly to MQTT server nottheurl, port: 443, username: admin, password: x',
  'MQTT notify user name changed, password unchanged',
  'E (1) mqtt: mqtt5_msg: mqtt5_msg_set_user_property fail',
  'W (1) HTTP_AUTH: "qop" directive not found. This may lead to attacks like chosen-plaintext attack',
  'I (500) app: TLS 1.2 supported, TLS 1.3 not enabled',
  'W (1) esp-tls-mbedtls: TLS 1.3 is not enabled in config, continuing with default TLS protocol',
  'I (1) app: certificate verify: not needed, plain mqtt',
  'I (500) app: notebook.local connected, handshake with plain sensor',
  // Links that are no network's.
  'E (1) i2c: handshake failed with sensor, no ack',
  'E (1) ble: connection refused by peripheral',
  'E (1) lora: packet too large, max 255',
  'E (1) display: out of range buffer too small',
  // Fuses, storage, sensors and links are no updates.
  'E (1) system_api: CRC8 error, efuse_crc = 0x12',
  'E (1) fast_boot: CRC32 error',
  'E (1) esp_psa_its: Invalid magic number',
  'E (1) app: SHA computation failed',
  'eppp_sdio_host: invalid magic a0',
  'E (1) secure_boot: Could not read the secure boot key digests from efuse. Aborting..',
  'E (1) coreMQTT: Update state for publish failed with status MQTTIllegalState. However PUBLISH packet was sent to the broker.',
  'E (1) mqtt_client: Failed to deliver suback message id=12',
  "W (1) platform: Soc doesn't provide MAC, client could be disconnected in case of device with same name",
  'E (1) mqtt_client: ECDSA peripheral not supported on this chip revision',
  // A connect() that does not wait.
  'lwip_connect(54) failed, err=-5',
  'I (2212) example: ... set socket receiving timeout success',
  'I (1) GATTS: update connection params status = 0, conn_int = 6, latency = 0, timeout = 400',
  'W (1) esp_rmaker_local: Failed to initialize mDNS: ESP_FAIL',
  'E (1) mdns_service: Failed to start the mDNS service task',
  // The name of its file is no word of the sentence.
  'W (1) mbedtls: ssl_tls12_client.c:1234 legacy renegotiation not allowed',
  'W (1) mbedtls: ssl_tls12_client.c:1234 skip PMS generation for opaque PSK',
  'W (1) mbedtls: ssl_tls13_server.c:1234 EarlyData: rejected, not a session resumption.',
  'W (1) mbedtls: ssl_tls12_client.c:1234 psk identity too long or SSL buffer too short',
  'tls: client state: 3',
  'server state: 3',
  '[src/tls1_task.cpp:120] not started yet',
]);

/** What reads like a fault, and is none by the lines round it. */
const OF_NOTHING: readonly (readonly string[])[] = [
  ['AT+SAPBR=1,1', 'ERROR', 'AT+HTTPACTION=0', 'OK', '+HTTPACTION: 0,200,512'],
  [
    'AT+NETOPEN',
    '+IP ERROR: Network is already opened',
    'ERROR',
    'AT+CIPOPEN=0,"TCP","1.2.3.4",80',
    'OK',
    '+CIPOPEN: 0,0',
  ],
  // A read that finds no data, again and again, of a connection that is up.
  Array.from({ length: 3 }, () => [
    'W (11) mbedtls: ssl_tls.c:8335 mbedtls_ssl_read_record() returned -26624 (-0x6800)',
    'I (12) mbedtls: ssl_tls.c:8270 => read',
    'I (13) mbedtls: ssl_tls.c:2722 ssl->f_recv(_timeout)() returned -26624 (-0x6800)',
  ]).flat(),
  ['D (1) TRANSPORT_BASE: poll_read: select - Timeout before any socket was ready!'],
  ['AT+NETOPEN?', '+NETOPEN: 1', 'OK'],
  [
    'New client connected from 10.0.0.2:50000 as a (c1).',
    'Client a disconnected.',
    'New client connected from 10.0.0.3:50001 as b (c1).',
    'Client b disconnected.',
  ],
  Array.from({ length: 3 }, () => [
    'Connecting to api.thingspeak.com:80',
    'Channel update successful.',
  ]).flat(),
];

describe('nothing is wrong', () => {
  it.each(OF_NOTHING.map((lines) => [lines]))('%j', (lines) => {
    expect([undefined, 'ok', 'ok.plain']).toContain(firstCause(lines));
  });
});

/** Errors about an answer, which is then none. */
const ABOUT_ANSWERS: readonly string[] = [
  'E (1) coreMQTT: Invalid reason code for PUBACK.',
  'E (1) coreMQTT: Input packet is not a SUBACK packet',
  'E (1) coreMQTT: Suback Packet Cannot have a remaining Length of less than 4.',
  'E (1) mqtt_client: Publish response message PUBACK or PUBREC cannot be created',
];

describe('no connection that is up', () => {
  it.each(ABOUT_ANSWERS)('%s', (line) => {
    expect(firstCause([line])).toBeUndefined();
  });
});

/** Where one reading is nearer than another. */ /** Where one reading is nearer than another. */
const NEARER: LogsWithCause = [
  ['tls.at_refused', ['AT+CIPSTART="SSL","a.example.com",443', 'OK', 'CLOSED']],
  ['tls.at_refused', ['AT+CIPSSL=1', 'OK', 'AT+CIPSTART="TCP","a.example.com","8883"', 'OK', '', 'CLOSED']],
  ['net.connect.timeout', ['+CIPOPEN: 0,10']],
  ['net.lost', ['transport: recv failed: errno 113']],
  ['http.too_many', ['esp_https_server: Starting server', 'weather: HTTP status 429']],
  ['net.wifi.no_ap', ['E (100) wifi: disconnected, reason=201', 'AP IP address: ', '192.168.4.1']],
  [
    'net.wifi.link',
    ['sta ip: 192.168.1.5, mask: 255.255.255.0, gw: 192.168.1.1', 'W (900000) wifi: disconnected, reason: 4'],
  ],
  [
    'crash.null_pointer',
    ['Exception (28):', 'epc1=0x40203a01 epc2=0x00000000 epc3=0x00000000 excvaddr=0x000001bc'],
  ],
  [
    'crash.wild_pointer',
    [
      'Exception (28):',
      'epc1=0x40203a01 epc2=0x00000000 epc3=0x00000000 excvaddr=0x12345678',
      '0x40203a01: block_read at /home/me/sd/card.c:20',
    ],
  ],
  // The header of an alert, and no more: no record is larger than the buffer.
  [
    'tls.alert.unknown',
    [
      '00> 0x2203d6bc: => read record',
      "00> 0x2203d6bc: dumping 'input record header' (5 bytes)",
      '00> 0x2203d6bc: 0000:  15 03 03 00 02                                   .....',
    ],
  ],
  // The same codes in the handshake, and the end of a connection that was read from.
  [
    'net.timeout',
    [
      'mbedtls: ssl_tls.c:8021 => handshake',
      'mbedtls: ssl_tls.c:2722 ssl->f_recv(_timeout)() returned -26624 (-0x6800)',
    ],
  ],
  [
    'tls.closed_later',
    [
      'W (10) mbedtls: ssl_tls.c:3875 mbedtls_ssl_fetch_input() returned -29312 (-0x7280)',
      'I (11) mbedtls: ssl_tls.c:6743 => read',
      'I (5011) mbedtls: ssl_tls.c:2391 ssl->f_recv(_timeout)() returned -26624 (-0x6800)',
    ],
  ],
  // Arduino-ESP32 names the call: in the handshake, and behind it.
  ['tls.peer_eof', ['[E][ssl_client.cpp:37] _handle_error(): [start_ssl_client():273]: (-29312) SSL - EOF']],
  ['tls.closed_later', ['[E][ssl_client.cpp:37] _handle_error(): [data_to_read():361]: (-29312) SSL - EOF']],
  ['tls.closed_later', ['[E][ssl_client.cpp:37] _handle_error(): [send_ssl_data():391]: (-29312) SSL - EOF']],
  // mbedTLS's ssl_server.c: it is the client that left.
  [
    'tls.server.client_left',
    ['. Waiting for a remote connection ... ok', '! mbedtls_ssl_handshake returned -29312'],
  ],
  ['tls.not_yet_valid', ['NTP: time set after waiting 3 s', 'The certificate validity starts in the future']],
  ['provisioning.failed', ['E (8990) chip[SC]: Failed during PASE session pairing request: 38']],
  [
    'mqtt.topic_denied',
    [
      'I (800) app: MQTT_EVENT_CONNECTED',
      'I (810) app: sent subscribe successful, msg_id=7',
      'W (900) mqtt5_client: Not authorized',
    ],
  ],
  [
    'tls.ca_missing.or_connect',
    [
      'E (900) esp-netif_lwip-ppp: Unable to open PPP session',
      'sta ip: 10.0.0.7, mask: 255.0.0.0, gw: 10.0.0.1',
      'connect(): start_ssl_client: -1',
    ],
  ],
];

describeLogs('the nearer reading', NEARER);
