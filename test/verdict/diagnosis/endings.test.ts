import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../src/monitor/events.ts';
import { diagnose } from '../../../src/verdict/diagnosis/diagnose.ts';
import { firstCause, type LogsWithCause } from '../../support/first-cause.ts';

/**
 * Where a connection stood when it ended, what the clock, files, sums of codes and verify flags say of it, and what is
 * no error: in the words of many programs.
 */
const CASES: LogsWithCause = [
  [
    'cpu.slow_rsa',
    [
      'cpu 80 MHz, client key RSA 4096',
      'rsa sign took 14563 ms',
      'send failed: -80 (-0x50) connection was reset by peer',
    ],
  ],
  ['cpu.slow_rsa', ['Signature with the private key took 11.4 s', 'mbedtls_ssl_handshake returned -0x7280']],
  ['net.reset', ['rsa sign took 812 ms', 'send failed: -80 (-0x50) connection was reset by peer']],
  [
    'cert.filesystem',
    ['Failed to mount file system', 'Failed to open ca file', 'mbedtls_ssl_handshake returned -0x2700'],
  ],
  ['ok', ['SPIFFS: mount failed, formatting', 'TLS connected, MQTT connected']],
  // What a failed connection was, by the lines round its words.
  [
    'tls.clock_unset',
    [
      'Error: Time:Thu Jan  1 00:01:01 1970 File:/x/iothubtransport_mqtt_common.c Func:mqtt_operation_complete_callback Line:1552 Connection Not Accepted: 0x5: Not Authorized',
    ],
  ],
  [
    'build.entropy',
    [
      'ERR: Unable to read from random dev /dev/urandom',
      'ERR: Failed to generate handshake for client',
      'abort() was called at PC 0x4008376c',
    ],
  ],
  ['mqtt.no_answer', ['E (611272) MQTT_CLIENT: Invalid MSG_TYPE response: 6, read_len: 0']],
  [
    'net.connect.unreachable',
    [
      'ERROR:Connect failed (err113)',
      'Uncaught InternalError: Unable to create socket at line 4 in function "connect" called from system',
    ],
  ],
  // esp-azure goes on in the connection of before.
  [
    'net.wifi.link',
    [
      'I (561108) wifi:state: init -> auth (b0)',
      'I (561248) wifi:connected with gl-esp1, aid = 1, channel 9, BW20, bssid = 94:83:c4:17:0c:40',
      'Error: Time:Thu Apr 14 19:27:35 2022 File:../port/src/tlsio_esp_tls.c Func:tlsio_esp_tls_send_async Line:552 tlsio_esp_tls_send_async without a prior successful open',
    ],
  ],
  ['net.not_made', ['ERROR: Socket error -1 while sending', 'Uncaught Error: CIPSTART failed']],
  ['crypto.accelerator', ['Failed to allocate RSA interrupt 261']],
  ['mqtt.protocol', ['invalid protocol MQTT in CONNECT']],
  ['mqtt.refused', ['failed rc=-1']],
  ['http.denied', ['Access Denied', 'You don’t have permission to access “” on this server.']],
  [
    'mail.starttls',
    [
      '< S: 454 Command not permitted when TLS active',
      'Error, SMTP server greeting failed',
      'assertion "heap != NULL && "free() target pointer is outside heap areas"" failed: file "heap_caps.c", line 267, function: heap_caps_free',
      'abort() was called at PC 0x4015bbd7 on core 1',
    ],
  ],
  [
    'mail.starttls',
    [
      '>  send STARTTLS command',
      'STARTTLS BAD Error in IMAP command received by server.',
      '> E: connection closed',
    ],
  ],
  ['cpu.watchdog_crypto', ['HTTPS server started', 'Soft WDT reset']],
  [
    'net.timeout',
    ['[DEBUG] - INFO: certificate verified', '[DEBUG] - ERROR: could not handle SMTP server response'],
  ],
  [
    'net.timeout',
    [
      '[12:56:02][I][mqtt:162]: Connecting to MQTT...',
      '[12:57:02][D][mqtt:136]: Resolved broker IP address to 172.31.3.200',
      '[12:57:02][I][mqtt:162]: Connecting to MQTT...',
    ],
  ],
  [
    'net.plain_port',
    ['MQT: TLS connection error: 0, MQT: Connect failed to 192.168.0.151:1883, rc -2. Retry in 10 sec.'],
  ],
  ['info.phase', ['SSL: handshake start (77025 ms)', 'please start sntp first !', 'TCP sent: 92']],
  // A SAS token is signed with the time.
  [
    'tls.clock_unset',
    [
      '<- 00:00:09 CONNACK | SESSION_PRESENT: false | RETURN_CODE: 0x5',
      'Error: Time:Thu Jan  1 00:00:09 1970 File:iothubtransport_mqtt_common.c Func:mqtt_operation_complete_callback Line:1400 Connection Not Accepted: 0x5: Not Authorized',
    ],
  ],
  [
    'tls.clock_unset',
    ['1970/1/1 00:00:04 [ERROR] connect_return_code=MQTT_CONNECTION_REFUSE_NOT_AUTHORIZED'],
  ],
  ['net.connect', ['Connection Status: NOT_AUTHENTICATED [NO_NETWORK]']],
  ['tls.alert.handshake_failure', ['Content Type: Alert (21)', 'Description: Handshake Failure (40)']],
  // FreeRTOS: what is written to a session that has ended.
  [
    'net.lost',
    [
      '8727 701365 [iot_thread] [ERROR][NET][7013650] Error -27648 while sending data.',
      '9037 725751 [iot_thread] [ERROR][NET][7257510] Error -27648 while sending data.',
      '9038 725751 [iot_thread] [ERROR][MQTT][7257510] (MQTT connection 0x3ffe8dac) Failed to send PINGREQ.',
    ],
  ],
  ['tls.internal_error', ['[ERROR][NET][171350] Error -27648 while sending data.']],
  // AT firmware that verifies, and one that did not take the setting.
  ['tls.at_verification', ['AT+CIPSSLCCONF=2,0,0', 'OK', 'AT+CIPSTART="SSL","example.com",443', 'ERROR']],
  ['tls.at_verification', ['AT+CIPSSLCCONF=2', 'AT+CIPSTART="SSL","example.com",443', 'ERROR ,CLOSED']],
  ['tls.at_refused', ['AT+CIPSSLCCONF=2', 'ERROR', 'AT+CIPSTART="SSL","example.com",443', 'ERROR']],
  [
    'http.bad_request',
    [
      'AT+CIPSTART="SSL","iot.espressif.cn",8443',
      '>+IPD,61:{"status": 400, "message": "io error, may be idle too long"}',
      'CLOSED',
    ],
  ],
  ['mqtt.client_id', ['type=2 sock_errno=0 tls_esp_err=0 tls_stack_err=0 cert_flags=0 connack=2']],
  ['net.ended', ['Published, rc=FAILED: Hello from ESP8266: 3']],
  [
    'tls.in_len_too_small',
    [
      'E (08:01:45.655) esp-tls-mbedtls: read error :-0x7100',
      'E (08:01:45.657) transport_base: esp_tls_conn_read error, errno=Success',
    ],
  ],
  [
    'crash.stack_overflow',
    [
      '0x4002bf41: xTaskRemoveFromEventList at /x/FreeRTOS-Kernel/tasks.c:4017',
      '0x400ceb4d: _lock_acquire at /x/newlib/src/locks.c:169',
      '0x400e99c1: mbedtls_mpi_mul_mpi at /x/port/bignum/esp_bignum.c:547',
    ],
  ],
  [
    'heap.exhausted',
    [
      '0x4021b5be: more_comps at crypto/bigint.c line 672',
      '0x4021bad1: regular_multiply at crypto/bigint.c line 672',
      '0x4021d9e9: RSA_public at crypto/rsa.c line 254',
    ],
  ],
  ['cpu.interrupt_watchdog', ["Guru Meditation Error: Core  0 panic'ed (Interrupt wdt timeout on CPU0)."]],
  ['tls.not_set_up', ['> C: setting up the SSL/TLS structure', '> E: fail to set up the SSL/TLS structure']],
  // Arduino's HTTPClient says so of any failure.
  [
    'tls.ca_wrong.or_other',
    [
      '[E][WiFiClientSecure.cpp:109] connect(): start_ssl_client: -9984',
      'GET request failed, error, connection refused',
    ],
  ],
  [
    'net.connect.timeout',
    [
      '19:01:14\t[I]\t[mqtt:246]\tConnecting to MQTT...',
      '19:01:32\t[W]\t[mqtt:335]\tMQTT Disconnected: TCP disconnected.',
    ],
  ],
  [
    'net.wifi.link',
    [
      '[1726757][E][ssl_client.cpp:36] _handle_error(): [data_to_read():405]: (-76) UNKNOWN ERROR CODE (004C)',
      '[1726852][V][NetworkEvents.cpp:117] _checkForEvent(): Network Event: 112 - STA_CONNECTED',
    ],
  ],
  [
    'mqtt.malformed',
    [
      'MQTT:Sending,type:1,id:0000',
      'TCP: Sent',
      'TCP: data received 158 bytes',
      'TCP: Disconnected callback',
    ],
  ],
  // The name is asked for before the station has its address.
  [
    'net.wifi.no_address',
    [
      "E (1032) esp-tls: couldn't get hostname for :mqtt.eclipseprojects.io: getaddrinfo() returns 202, addrinfo=0x0",
      'I (2362) wifi:connected with TP-Link_4A2C, aid = 3, channel 6, BW20, bssid = 50:c7:bf:1d:4a:2c',
      'I (3812) esp_netif_handlers: sta ip: 192.168.0.17, mask: 255.255.255.0, gw: 192.168.0.1',
    ],
  ],
  [
    'net.wifi.password',
    ['AT+CWJAP_CUR="home","pw"', 'WIFI DISCONNECT', '+CWJAP:2', 'FAIL', 'AT+CIPSTART="SSL","h",443', 'no ip'],
  ],
  [
    'aws.policy',
    [
      'mgos_mqtt_conn.c:435    MQTT0 connecting to a3k9xk2xxxxxxx-ats.iot.eu-west-1.amazonaws.com:8883',
      'mgos_mqtt_conn.c:188    MQTT0 TCP connect ok (0)',
      'mgos_mqtt_conn.c:227    MQTT0 Disconnect',
    ],
  ],
  [
    'tls.peer_eof',
    ['BSSL:_connectSSL: start connection', ':wr 221 0', ':rcl', ':abort', 'BSSL:_wait_for_handshake: failed'],
  ],
  [
    'tls.fingerprint',
    ['[HTTP-Client] connected to api.github.com:443', '[HTTP-Client] transport level verify failed'],
  ],
  [
    'aws.alpn',
    [
      'D (9102) MQTT_CLIENT: Transport connected to mqtts://a2qexample7x-ats.iot.us-east-1.amazonaws.com:443',
      'E (9336) MQTT_CLIENT: Invalid MSG_TYPE response: 4, read_len: 86',
    ],
  ],
  ['mqtt.credentials_missing', ['7 1187 [iot_thread] ERROR: Private key not found. ']],
  [
    'build.signature_algorithm',
    [
      'I (6011) mbedtls: ssl_cli.c:2264 server used HashAlgorithm 2 that was not offered',
      'W (6021) mbedtls: ssl_cli.c:2565 bad server key exchange message',
      'E (6031) esp-tls: mbedtls_ssl_handshake returned -0x7b00',
    ],
  ],
  [
    'program.no_network_stack',
    ['assert failed: tcpip_send_msg_wait_sem /IDF/components/lwip/lwip/src/api/tcpip.c:454 (Invalid mbox)'],
  ],
  // An answer came whole, and then the server hung up.
  [
    'ok',
    ['client handshake ok!', '200\t{"status":"ok"}', "client's data invalid protocol", 'Reason:[-0x7880]'],
  ],
  // What was open goes down with the radio link; the name that is not found then is no fault of its own.
  [
    'net.wifi.signal',
    [
      'I (178413) wifi:bcn_timout,ap_probe_send_start',
      'E (180925) TRANS_SSL: esp_tls_conn_read error, errno=Software caused connection abort',
      "E (190961) esp-tls: couldn't get hostname for :mqtt.eclipseprojects.io: getaddrinfo() returns 202, addrinfo=0x0",
    ],
  ],
  [
    'tls.sni_missing',
    [
      'AH02033: No hostname was provided via SNI for a name based virtual host',
      '[update] Update fail error (-103): Forbidden (403)',
    ],
  ],
  [
    'server.not_started',
    [
      '1650021111: Error: Unable to load server key file "/etc/letsencrypt/live/h/privkey.pem". Check keyfile.',
      'E (5391) esp-tls: [sock=54] delayed connect error: Connection reset by peer',
    ],
  ],
  ['net.backend_down', ['LOG3[37]: s_connect: connect 127.0.0.1:1883: Connection refused (111)']],
  [
    'tls.chain_incomplete',
    [
      'verify error:num=20:unable to get local issuer certificate',
      'verify error:num=21:unable to verify the first certificate',
    ],
  ],
  [
    'cert.file',
    [
      'Failed to open cert file',
      'Failed to open private cert file',
      'WiFiClientSecure SSL error: Chain could not be linked to a trust anchor.',
    ],
  ],
  [
    'tls.alert.protocol_version',
    [
      'SSL connect ......State:\tsending Client Hello (1)',
      'Alert: invalid version',
      'failed, return [-0x46]',
    ],
  ],
  [
    'tls.alert.client_certificate',
    ['State:\tsending Finished (16)', 'Alert: alert - (unknown 46)', 'failed!'],
  ],
  [
    'crash.unaligned',
    ['load client private key ......Fatal exception 9(LoadStoreAlignmentCause):', 'epcvaddr=0x3ffea3b7'],
  ],
  [
    'crash.in_tls',
    [
      'E (93214) cloud: mbedtls_ssl_read returned -0x7880',
      "Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.",
      '0x40251a36: mbedtls_ssl_write at /x/mbedtls/library/ssl_tls.c:8861',
    ],
  ],
  ['mqtt.too_large', ['[TB] too small buffer for JSON data']],
  ['tls.verify_failed', ['[4090] Connecting to blynk.lan:9443', '[6521] Certificate not validated']],
  [
    'mqtt.no_answer',
    ['MQTT : Failed to connect to broker', 'MQTT : Connection lost, state: Connection timeout'],
  ],
  ['tls.peer_eof', ['  File "urequests.py", line 76, in request', "OSError: (-256, 'CONN_LOST')"]],
  ['http.denied', ['Token error: code: 400, message: API key not valid. Please pass a valid API key.']],
  [
    'cpu.watchdog_blocked',
    [
      'E (63208) task_wdt: Task watchdog got triggered. The following tasks did not reset the watchdog in time:',
      'E (63208) task_wdt:  - loopTask (CPU 1)',
      'E (63208) task_wdt: Tasks currently running:',
      'E (63208) task_wdt: CPU 0: IDLE',
      'E (63208) task_wdt: CPU 1: IDLE',
    ],
  ],
  [
    'key.secure_element',
    [
      'E (6904) ESP_RSA_SIGN_ALT: Error in esp_ds_start_sign, returned c001 ',
      'E (6914) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x0001',
    ],
  ],
  [
    'tls.ticket_as_error',
    ['I (9802) app_mqtt: MQTT_EVENT_CONNECTED', 'E (12045) esp-tls-mbedtls: read error :-0x7B00:'],
  ],
  ['tls.alert.psk_identity', ['ssl_msg.c:5000 is a fatal alert message (msg 115)']],
  // PSRAM is free, and of no use to the accelerator.
  [
    'heap.exhausted.dma',
    ['E (43782) esp-aes: Failed to allocate memory', 'E (43782) esp-tls-mbedtls: write error :-0x0001:'],
  ],
  // esp32_https_server closes the socket itself.
  [
    'tls.server.handshake_failed',
    [
      '[HTTPS:I] New connection. Socket FID=55',
      '[HTTPS:E] SSL_accept failed. Aborting handshake. FID=55',
      '[HTTPS:I] Connection closed. Socket FID=55',
    ],
  ],
  // What came first, and what followed from it.
  [
    'tls.internal_error',
    [
      'E (7001) esp-tls: write error :-27648:',
      'E (7061) esp-tls: write error :-80:',
      'E (7061) TRANS_SSL: esp_tls_conn_write error, errno=Connection reset by peer',
    ],
  ],
  [
    'net.wifi.left',
    [
      'W (20157) wifi:hmac tx: ifx0 stop, discard',
      'E (20167) esp-tls-mbedtls: read error :-0x004C:',
      'E (20197) esp-tls-mbedtls: write error :-0x004E:',
    ],
  ],
  [
    'net.dns',
    ['bcn_timout,ap_probe_send_start', '[hostByName] Host: example.com lookup error: -5!', 'connect failed'],
  ],
  ['net.wifi.signal', ['bcn_timout,ap_probe_send_start']],
  [
    'net.connect.timeout',
    [
      '[E][WiFiClient.cpp:275] connect(): connect on fd 49, errno: 113, "Software caused connection abort"',
      'PUT... connection refused',
    ],
  ],
  [
    'tls.closed_later',
    [
      'I (1937718) mbedtls: ssl_tls.c:2094 <= decrypt buf',
      'I (1937718) mbedtls: ssl_tls.c:4102 got an alert message, type: [1:0]',
      'W (1937738) mbedtls: ssl_tls.c:6993 mbedtls_ssl_read_record() returned -30848 (-0x7880)',
    ],
  ],
  // Accelerators that do not come to their end.
  [
    'crypto.accelerator',
    [
      'I (24954) esp-x509-crt-bundle: Certificate validated',
      'E (28023) esp-aes: Timed out waiting for completion of AES Interrupt',
      'E (28024) esp-tls-mbedtls: read error :-0x0001:',
    ],
  ],
  [
    'crypto.accelerator',
    ['E (235656) bignum: Timed out waiting for RSA operation (op_reg 0x3ff02810 int_reg 0x1)'],
  ],
  [
    'crypto.accelerator',
    [
      '0x40379f1a: panic_abort at components/esp_system/panic.c:472',
      '0x4039091d: abort at components/newlib/abort.c:38',
      '0x42105452: esp_mpi_isr_initialise at components/mbedtls/port/bignum/esp_bignum.c:98',
      '0x421055bb: esp_mpi_exp_mod at components/mbedtls/port/bignum/esp_bignum.c:412',
    ],
  ],
  ['key.unreadable', ['invalid key']],
  ['tls.misused', ['[E][ssl_client.cpp:33] handle_error(): SSL - Bad input parameters to function']],
  ['net.timeout', ['TCP: Reconnect to 10.0.0.2:1883 [error -3]']],
  [
    'net.connect.refused',
    [
      '[E][WiFiClient.cpp:258] connect(): socket error on fd 62, errno: 104, "Connection reset by peer"',
      'failed, rc=-2 try again in 5 seconds',
    ],
  ],
  ['net.connect.timeout', ['TCP socket unable to connect: errno Software caused connection abort (113)']],
  ['mqtt.refused', ['MQTT connecting ...failed, status code =-1try again in 5 seconds']],
  ['mqtt.not_made', ['AT+MQTTCONN=0,"broker.example.com",8883,1', '+MQTTDISCONNECTED:0', '', 'ERROR']],
  [
    'cert.parse',
    [
      'I (1376) wpa: TLSv1: tlsv1_add_cert_der - failed to parse certificate',
      'E (1386) wpa: Method private structure allocated failure',
    ],
  ],
  // A host of the own network, at a port that the log does not name.
  [
    'tls.peer_eof',
    [
      'D (17906) esp-tls: host:192.168.1.7: strlen 11',
      'D (17956) esp-tls: handshake in progress...',
      'E (17963) esp-tls: mbedtls_ssl_handshake returned -0x7280',
    ],
  ],
  ['tls.peer_eof', ['(EthernetSSLClient)(SSL_ERROR)(available): Cannot operate on a closed SSL connection']],
  // A write that took too long gives 0.
  [
    'net.timeout',
    [
      'E (2189254) MQTT_CLIENT: Error write data or timeout, written len = 0',
      'E (2189257) MQTT_CLIENT: Error to public data to topic=/t, qos=0',
    ],
  ],
  [
    'net.timeout',
    [
      'E (24317) transport_ws: Error transport_poll_write',
      'E (24317) websocket_client: esp_transport_write() returned 0, transport_error=ESP_OK, tls_error_code=0, tls_flags=0, errno=0',
    ],
  ],
  [
    'tls.closed_later',
    [
      'E (2600790) transport_ws: Error read data',
      'E (2600791) websocket_client: esp_transport_read() failed with -1, transport_error=ESP_ERR_ESP_TLS_TCP_CLOSED_FIN, tls_error_code=0, tls_flags=0, errno=119',
    ],
  ],
  [
    'net.wifi.left',
    [
      'E (791480) wifi:NAN WiFi stop',
      'E (791480) esp-tls-mbedtls: read error :-0x004C:',
      'E (791510) esp-tls-mbedtls: write error :-0x004E:',
    ],
  ],
  ['aws.policy', ['E (5978) shadow: aws_iot_shadow_connect returned error -12, aborting...']],
  // It stops for what it has said, and that was a time limit (MQTT_REQUEST_TIMEOUT_ERROR).
  [
    'mqtt.no_answer',
    [
      'E (27653) shadow: aws_iot_shadow_connect returned error -28, aborting...',
      'abort() was called at PC 0x400d28e7 on core 1',
    ],
  ],
  [
    'net.lost',
    [
      'Error: Func:tlsio_esp_tls_send_async Line:552 tlsio_esp_tls_send_async without a prior successful open',
    ],
  ],
  ['net.not_made', ['E (77672) esp_claim: Status = -1, Data = None']],
  ['net.plain_port', ['[HTTP-Client][begin] url: http://example.com', 'BSSL:_connectSSL: start connection']],
  [
    'tls.fingerprint',
    ['BSSL:insecure_end_chain: received 59 74 61 88 13 ca 12 34 15 4d 11 0a c1 7f e6 67 07 69 42 f5'],
  ],
  ['tls.alert.handshake_failure', ['SSL error 40']],
  ['net.localhost', ['MQT: Connect failed to localhost:1883, rc -2. Retry in 10 sec']],
  [
    'net.plain_port',
    ['INFO: performing the SSL/TLS handshake...', 'ERROR: SSL - An invalid SSL record was received'],
  ],
  [
    'tls.handshake_failed',
    ['E (10170) PKCS11: failed nvs get file size 4354 0', '[iot_thread] ERROR: Handshake failed'],
  ],
  // axTLS's note of a record that it makes room for.
  ['ota.too_large', ['ssl->need_bytes=7568 > 6859', 'HTTP_UPDATE_FAILD Error (-100): To less space']],
  ['mqtt.ended', ['[IoT] mqttNOTIFICATION_CODE == 34 (eMQTTClientGotDisconnected)']],
  ['tls.mfln_fragmentation.or_feature', ['start_ssl_client: -28800']],
  ['net.no_socket', ['httpd: httpd_accept_conn: error in accept (23)']],
  [
    'net.lost',
    [
      'TCP_POLL_Read Select error 113, error = software caused connection abortion, fd = 54',
      'MQTT_EVENT_DISCONNECTED',
    ],
  ],
  [
    'net.timeout',
    [
      'E (9) WS esp_websocket_client.c:1076 send(): esp_transport_write() returned 0, last_error=ESP_OK, tls_error_code=0, tls_flags=0, errno=0',
    ],
  ],
  ['net.tls_port', ['Warning non-TLS connection on TLS port 443']],
  // Who writes has shaken hands; who goes on with it has not.
  ['ok', ['mbedtls: ssl_tls.c:7247 => write', 'mbedtls: ssl_tls.c:1284 => encrypt buf']],
  ['info.phase', ['[I][AsyncTCP.cpp:709] _sockIsWriteable(): _runSSLHandshakeLoop() begin']],
  // All of what esp-mqtt's handler prints of the last error.
  [
    'tls.ca_wrong',
    ['[ERROR] esp_tls_stack_err=9984; esp_tls_cert_verify_flags=8;esp_transport_sock_errno=0;error_type=1'],
  ],
  [
    'key.unreadable',
    ['PK - The algorithm tag or value is invalid : ASN1 - ASN1 tag was of an unexpected value'],
  ],
  [
    'heap.exhausted',
    ['  Totals:', '    free 45936 allocated 185888 min_free 38968 largest_free_block 26716'],
  ],
  [
    'tls.server.client_left',
    [
      'E (274863) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x0050',
      'E (274863) esp_https_server: esp_tls_create_server_session failed, 0x0050',
    ],
  ],
  [
    'mqtt.ended',
    [
      'MQTT: Connected to 10.0.0.2:1880',
      'MQTT: Connected',
      'MQTT: queue subscribe, topic"/a", id: 21',
      'TCP: Disconnected callback',
    ],
  ],
  [
    'crash.in_tls',
    [
      'assertion "ret == 0" failed: file "../../extmod/modussl_mbedtls.c", line 182, function: socket_new',
      'abort() was called at PC 0x40135e2f',
    ],
  ],
  ['net.modem', ['+CME ERROR: requested service option not subscribed (#33)']],
  ['net.not_made', ['AT+QMTOPEN=0,"a.example.com",8883', '+QMTOPEN: 0,-1']],
  ['tls.handshake_failed', ['+CMQTTCONNECT: 0,34']],
  ['net.not_made', ['HTTP Request failed: ESP_ERR_HTTP_CONNECT']],
  ['tls.verify_failed', ['{ssl_error,{tls_alert,"certificate unknown"}}']],
  [
    'build.max_mpi',
    [
      'mqtt_task: connecting',
      'PK - The pubkey tag or value is invalid (only RSA and EC are supported)',
      'Error: -15104',
    ],
  ],
  ['key.unreadable', ['mgos_mqtt_conn.c:457    Error: Invalid SSL key']],
  [
    'build.tls_disabled',
    ['NodeMCU custom build by frightanic.com', '	SSL: false', 'HTTP client: Disconnected with error: 8'],
  ],
  ['net.not_made', ['connecting...Refreshing JWT', 'not connected']],
  [
    'net.connect',
    [
      '[E][ssl_client.cpp:87] start_ssl_client(): Connect to Server failed!',
      '[E][WiFiClientSecure.cpp:132] connect(): start_ssl_client: -1',
    ],
  ],
  [
    'tls.closed_later',
    [
      'I (1932868) mbedtls: ssl_tls.c:6904 => read',
      'I (1932878) mbedtls: ssl_tls.c:3811 => read record',
      'I (1937718) mbedtls: ssl_tls.c:4117 is a close notify message',
      'W (1937748) Mbedtls: ret read: -30848',
    ],
  ],
  [
    'mqtt.credentials_missing',
    [
      'Error: Time:Tue Jul 10 19:48:41 2018 File:C:\\sdk\\base64.c Func:Base64_Decoder Line:201 Invalid length Base64 string!',
      'abort() was called at PC 0x400e2cf7',
    ],
  ],
  [
    'net.lost',
    [
      'D (16784) MQTT_CLIENT: Transport connected to mqtt://10.0.0.2:1883',
      'I (16804) app: MQTT_EVENT_CONNECTED',
      'E (151464) MQTT_CLIENT: Error write data or timeout, written len = -1',
    ],
  ],
  [
    'mqtt.no_answer',
    [
      'certificate verification result: 0x00',
      'iotx_mc_connect(2027): wait connect ACK timeout, or receive a ACK indicating error!',
    ],
  ],
  [
    'ota.incomplete',
    ['D (66903) esp_https_ota: Written image length 278082', 'E (81533) esp-tls: read error :-26624:'],
  ],
  [
    'net.timeout',
    [
      'W (14619) esp-tls: Failed to open new connection in specified timeout',
      'I (14629) app: ESP_ERR_ESP_TLS_CONNECTION_TIMEOUT',
    ],
  ],
  [
    'net.connect.timeout',
    [
      'E (14600) esp-tls: [sock=54] select() timeout',
      'W (14619) esp-tls: Failed to open new connection in specified timeout',
    ],
  ],
  [
    'tls.in_len_too_small',
    ['E (5655) esp-tls-mbedtls: read error :-0x7100', 'E (5657) ota: HTTP client fetch headers failed'],
  ],
  [
    'net.wifi.signal',
    ['I (6656037) wifi:bcn_timeout,ap_probe_send_start', 'I (6956587) wifi:state: run -> init (ec0)'],
  ],
  [
    'mqtt.refused',
    [
      'TCP: Reconnect to 10.0.0.2:1883',
      'New connection from 10.0.0.7 on port 1883.',
      'Socket error on client (null), disconnecting.',
    ],
  ],
  [
    'tls.clock_unset',
    [
      'MQTT TLS Verify Callback: PreVerify 0, Error -150 (no support for error strings built in)',
      'NetRead: Error 116',
      'MQTT Socket Connect: Error (TLS Connect) (-6)',
    ],
  ],
  ['net.localhost', ['TCP: Connect to ip  127.0.0.1:1883']],
  [
    'mqtt.credentials',
    [
      'New connection from 10.0.0.7:52097 on port 1883.',
      'Client plant-7 [10.0.0.7:52097] disconnected: not authorised.',
    ],
  ],
  [
    'mqtt.taken_over',
    [
      'Client plant-7 already connected, closing old connection.',
      'New client connected from 10.0.0.7 as plant-7 (c1, k15).',
    ],
  ],
  ['build.tls_disabled', ['AT+CIPSTART="SSL","www.example.com",443', 'Link type ERROR', 'ERROR']],
  ['mqtt.refused', ['  File "umqtt/simple.py", line 84, in connect', 'IndexError: bytes index out of range']],
  [
    'mqtt.closed_on_request',
    [
      'MQTT0 CONNACK 0',
      'MQTT0 sub fleet/all/cmd @ 1',
      'MQTT0 disconnected',
      'MQTT0 CONNACK 0',
      'MQTT0 sub fleet/all/cmd @ 1',
      'MQTT0 disconnected',
    ],
  ],
  [
    'cert.file',
    ['open ca.pem 0x0 0x1b6 => 0x3fff314c ca.pem 1 => -1 (refs 0)', 'Error: Invalid SSL CA cert'],
  ],
  [
    'tls.hostname_unset',
    [
      'I (5880) mbedtls: ssl_tls.c:5606 issuer name       : OU=No SNI provided; please fix your client., CN=invalid2.invalid',
      'E (6301) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2700',
      'I (6314) esp-tls-mbedtls: verification info:   ! The certificate Common Name (CN) does not match with the expected CN',
    ],
  ],
  [
    'crash.in_tls',
    [
      "Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.",
      '0x40237b1e: iot_tls_connect at /home/dev/network_mbedtls_wrapper.c:92',
    ],
  ],
  [
    'net.plain_port',
    [
      '>>> c = MQTTClient("a", "10.0.0.2", port=1883, ssl=True)',
      "OSError: (-29312, 'MBEDTLS_ERR_SSL_CONN_EOF')",
    ],
  ],
  [
    'tls.handshake_failed',
    [
      '> C: perform the SSL/TLS handshake',
      '! E: UNKNOWN ERROR CODE (0001)',
      '> E: unable to connect to server',
    ],
  ],
  ['net.dns', ['WiFi connected', '! E: could not get ip from host']],
  [
    'tls.handshake_failed',
    [
      'MQTT connecting ... failed, status code =-2.',
      '1582138434: Socket error on client <unknown>, disconnecting.',
      '1582138443: Client <unknown> has exceeded timeout, disconnecting.',
    ],
  ],
  ['net.not_made', ['[D] HTTP status code - -1', '[E] Error - connection refused']],
  ['net.not_made', ['HTTP/1.1 302 Found', 'Connection to re-directed URL failed!']],
  [
    'tls.closed_later',
    [
      'WARN.mRunUntil: Terminating because the ssl engine closed.  > ERROR.write: Failed while waiting for the engine to enter BR_SSL_SENDAPP',
    ],
  ],
  ['mqtt.refused', ['lwmqtt: -5', 'LWMQTT_NETWORK_FAILED_READ']],
  ['mail.credentials', ['< S: 535-5.7.8 Username and Password not accepted.']],
  [
    'http.no_websocket',
    ['[WS] [WS-Client] Connect ws...', '[WS] [WS-Client][handleHeader] RX:HTTP/1.1 200 OK'],
  ],
  ['net.bad_url', ['[HTTP-Client][begin] failed to parse protocol', '[HTTP-Client] failed connect to :0']],
  [
    'net.plain_port',
    [
      'Sending Email...',
      'handle_error(): SSL - An invalid SSL record was received',
      'MbedTLS message code: -29184',
    ],
  ],
  [
    'heap.exhausted',
    [
      'ssl->need_bytes=16432 > 6859',
      'Fatal exception 29(StoreProhibitedCause):',
      'epc1=0x4000e1b2, excvaddr=0x00000000',
    ],
  ],
  [
    'tls.expired',
    [
      'Current local time and date: Thu Jan  1 00:00:00 1970',
      'Current local time and date: Thu Nov 29 01:25:44 2018',
      'ERROR: SSL error 54',
    ],
  ],
  [
    'cert.parse',
    ['OpenSSL Error: error:14089087:SSL routines:SSL3_GET_CLIENT_CERTIFICATE:cert length mismatch'],
  ],
  ['http.redirect', ["RX: 'HTTP/1.1 302 Found'", 'HTTP_UPDATE_FAILD Error (-104): Wrong HTTP Code']],
  [
    'heap.exhausted',
    [
      '[MAIN] Free heap: 2904 bytes',
      '[WS-Client][handleClientData] header response timeout.. disconnecting!',
    ],
  ],
  ['build.max_mpi', ['[start_ssl_client():216]: (-15104) PK - The pubkey tag or value is invalid']],
  // Crashes that come of TLS.
  [
    'crash.in_tls',
    [
      'Exception 9: LoadStoreAlignmentCause: Load or store to an unaligned address',
      'PC: 0x4020c454: BearSSL::PrivateKey::isRSA() const at /x/BearSSLHelpers.cpp line 734',
      '0x4020b953: BearSSL::WiFiClientSecure::_connectSSL(char const*) at /x/WiFiClientSecureBearSSL.cpp line 1093',
    ],
  ],
  [
    'crash.null_pointer',
    ['Exception (29): epc1=0x40201234 epc2=0x00000000 excvaddr=0x00000000 depc=0x00000000'],
  ],
  [
    'heap.exhausted',
    [
      '[HEAP] after Wi-Fi: 30336 bytes',
      '[HTTP] POST https://example.com/api -> -1',
      'Exception (29): epc1=0x4000df64 epc2=0x00000000 excvaddr=0x00000000 depc=0x00000000',
    ],
  ],
  [
    'crash.null_pointer',
    [
      'free ram: 30 kB',
      'Exception (29): epc1=0x4000df64 epc2=0x00000000 excvaddr=0x00000000 depc=0x00000000',
    ],
  ],
  ['heap.exhausted', ['RAM left: 3 kB', 'Exception (28):']],
  [
    'mqtt.refused',
    [
      'Wifi up 10.0.0.7',
      'TLS handshake done, suite TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256',
      'MQTT: CONNECT sent (client id thing-1)',
      'transport_recv: FIN received',
      'MQTT: no CONNACK, session failed',
    ],
  ],
  [
    'aws.policy',
    [
      '[INFO] [core_mqtt] Established TLS connection',
      '[DEBUG] MQTT CONNECT packet of 84 bytes sent',
      '[ERROR] CONNACK recv failed with status = MQTTRecvFailed.',
      '[ERROR] MQTT connection failed with status = MQTTRecvFailed.',
    ],
  ],
  [
    'mqtt.closed_on_request',
    [
      'TLS connected in 2310 ms',
      'CONNACK 0',
      'Sending SUBSCRIBE to devices/7/cmd',
      'mbedtls_ssl_read returned -0x7280',
      'Error: subscribe failed, connection lost',
    ],
  ],
  [
    'mqtt.closed_on_request',
    [
      'I (9000) MQTT_CLIENT: Sending MQTT CONNECT message, type: 1, id: 0000',
      'I (9200) app: MQTT_EVENT_CONNECTED',
      'I (9210) app: publishing to plant/1/state',
      'E (9400) MQTT_CLIENT: mqtt_message_receive: transport_read() error: errno=128',
      'I (9410) app: MQTT_EVENT_DISCONNECTED',
    ],
  ],
  [
    'mqtt.closed_on_request',
    [
      'mqtt connected',
      'subscribe to /foo/bar',
      'E aws_iot: mbedtls_ssl_read returned -30848',
      'subscribe rc=-28',
    ],
  ],
  [
    'ota.incomplete',
    [
      'handshake ok',
      'GET /fw.bin HTTP/1.1',
      'HTTP/1.1 200 OK',
      'received 65536 of 430080',
      'mbedtls_ssl_read returned -0x7280',
      'download failed',
    ],
  ],
  [
    'ota.incomplete',
    [
      'I (4000) esp_https_ota: Writing to partition subtype 16 at offset 0x110000',
      'I (4800) ota: Written image length 20480',
      'I (5000) ota: Written image length 24576',
      'E (9000) esp-tls-mbedtls: read error :-29312:',
      'E (9010) ota: connection closed, image incomplete',
    ],
  ],
  ['tls.peer_eof', ['tcp connected', 'sending client hello', 'mbedtls_ssl_handshake returned -29312']],
  [
    'mqtt.ended',
    [
      'I (3000) app: MQTT_EVENT_CONNECTED',
      'I (3020) app: subscribed',
      'E (1803000) esp-tls-mbedtls: read error :-0x7280:',
      'E (1803002) MQTT_CLIENT: Poll read error: 128, aborting connection',
      'I (1803003) app: MQTT_EVENT_DISCONNECTED',
    ],
  ],
  [
    'mqtt.ended',
    [
      'E (995000) esp-tls: [sock=54] FIN received, 0x8008',
      'E (995004) MQTT_CLIENT: esp_mqtt_handle_transport_read_error: transport_read(): EOF',
    ],
  ],
  [
    'tls.handshake_failed',
    [
      'BSSL:_connectSSL: start connection',
      'BSSL:_wait_for_handshake: failed',
      "BSSL:Couldn't connect. Error = 'Unknown error code.'",
    ],
  ],
  [
    'tls.handshake_failed',
    [
      'connect(api.example.com,443)',
      '_connectSSL: start connection',
      '_wait_for_handshake: failed',
      "Couldn't connect. Error = 0",
      'connect failed',
    ],
  ],
  ['tls.clock_unset', ['NTP: got epoch 28805', 'TLS connection failed']],
  ['tls.clock_unset', ['utc=12', 'tls: handshake -0x2700']],
  ['tls.clock_unset', ['Time: Thu Jan 1 1970 00:00:09', 'ssl: handshake failed (-9984)']],
  ['tls.clock_unset', ['hs rc -9984 flags: 512', 'now 31']],
  ['tls.ca_wrong', ['verify=0x08 (hs -0x2700)']],
  ['tls.ca_wrong', ['ssl_handshake=-9984 vflags=00000008']],
  ['tls.cn_mismatch', ['tls fail -0x2700 vf:0x4']],
  ['tls.expired', ['handshake failed: -9984, verify result = 1']],
  ['tls.cn_mismatch', ['x509 flags: 4', 'handshake: -0x2700']],
  [
    'cert.file',
    [
      'SPIFFS: open /cert.der ok, size 0',
      'SPIFFS: open /key.der ok, size 0',
      'loadCertificate: failed',
      'loadPrivateKey: failed',
    ],
  ],
  ['cert.file', ['read 0 bytes from client.crt', 'mbedtls_x509_crt_parse returned -0x2180']],
  ['cert.file', ['ca.pem: 0 bytes', 'mbedtls_x509_crt_parse() = -0x2780']],
  ['cert.file', ['LittleFS: file /private.key not found', 'key parse: -0x3D00']],
  ['cert.file', ['fread returned 0 for /spiffs/device.key', 'mbedtls_pk_parse_key returned -0x3d00']],
  ['key.unreadable', ['mbedtls_pk_parse_key returned -15712']],
  ['key.unreadable', ['pk_parse_keyfile: -0x3D62']],
  ['key.unreadable', ['mbedtls_pk_parse_key returned -0x3d66']],
  ['tls.server_certificate', ['mbedtls_ssl_handshake returned -0x2562']],
  ['tls.server_certificate', ['handshake failed: -9570']],
  ['tls.server_certificate', ['ssl_handshake ret -0x21e2']],
  ['cert.critical_extension', ['mbedtls_x509_crt_parse returned -0x2562']],
  ['cert.parse', ['CA: mbedtls_x509_crt_parse failed with -8674']],
  ['build.ec_disabled', ['mbedtls_pk_parse_key returned -0x3c80']],
  [
    'key.cert_mismatch',
    [
      'mbedtls_pk_check_pair: -0x3f00',
      'got an alert message, type: [2:47]',
      'mbedtls_ssl_handshake returned -0x7780',
    ],
  ],
  ['key.cert_mismatch', ['check pair failed -16896', 'ssl handshake -30592']],
  [
    'key.cert_mismatch',
    ['WARN: client certificate and private key do not match', 'alert 40 received', 'handshake -0x7780'],
  ],
  [
    'key.sign_failed',
    [
      'ssl_srv.c:3064: mbedtls_pk_sign() returned -17152 (-0x4300)',
      'ssl_tls.c:6700: <= handshake',
      'https server: handshake failed -17152',
    ],
  ],
  [
    'key.sign_failed',
    [
      'I (500) mbedtls: ssl_cli.c:3360 mbedtls_pk_sign() returned -17280 (-0x4380)',
      'E (505) tls: mbedtls_ssl_handshake returned -0x4380',
    ],
  ],
  ['tls.alert.client_certificate.missing', ['tls: no client certificate loaded', 'tls: got fatal alert 40']],
  [
    'tls.alert.client_certificate.missing',
    [
      'client cert: none',
      'mbedtls: ssl_cli.c:2200 <= skip write certificate verify',
      'mbedtls: ssl_tls.c:5177 is a fatal alert message (msg 42)',
    ],
  ],
  ['net.lost', ['mbedtls_ssl_handshake returned -0x4c']],
  ['net.lost', ['tls handshake: -76 (NET_RECV_FAILED)']],
  ['net.timeout', ['I (5000) tls: handshake start', 'E (15010) tls: mbedtls_ssl_handshake returned -0x4c']],
  ['net.reset', ['mbedtls_ssl_handshake error: -68', 'OSError: [Errno 5] EIO']],
  ['net.lost', ['mbedtls_ssl_handshake error: -71', 'OSError: [Errno 5] EIO']],
  ['net.reset', ['OSError: [Errno 104] ECONNRESET']],
  ['tls.at_refused', ['AT+CIPSTART="SSL","api.example.com",443', 'ERROR', 'CLOSED']],
  ['tls.at_refused', ['AT+CIPSTART="SSL","10.0.0.5",8883', 'busy p...', 'CLOSED', 'ERROR']],
  ['net.connect', ['AT+CIPSTART="TCP","10.0.0.5",80', 'ERROR', 'CLOSED']],
  [
    'ok',
    [
      'AT+CIPSTART="SSL","api.example.com",443',
      'CONNECT',
      'OK',
      'AT+CIPSEND=120',
      'SEND OK',
      '+IPD,512:HTTP/1.1 200 OK',
      'CLOSED',
    ],
  ],
  ['net.modem', ['modem: no network registration, CREG 0,0', 'tcp connect timeout']],
  ['net.modem', ['PPP: modem not attached', 'E esp-tls: select() timeout']],
  ['net.modem', ['+CREG: 0,3', '+CGATT: 0', '+CIPSTART: ERROR']],
  [
    'mqtt.no_answer',
    ['Attempting MQTT connection...', 'Connected! MFLNStatus = 1', 'mqtt connect failed, rc=-4'],
  ],
  ['mqtt.refused', ['BSSL:Connected!', 'PubSubClient state -3']],
  [
    'mqtt.refused',
    [
      'D (6817) MQTT_CLIENT: Transport connected to mqtts://h:8883',
      'D (6831) MQTT_CLIENT: Sending MQTT CONNECT message, type: 1, id: 0000',
      'E (6983) MQTT_CLIENT: mqtt_message_receive: transport_read() error: errno=128',
    ],
  ],
  [
    'mqtt.refused',
    [
      'I MQTT_CLIENT: Sending MQTT CONNECT message, type: 1, id: 0000',
      'E MQTT_CLIENT: Error network response',
      'I MQTT_CLIENT: Error MQTT Connected',
    ],
  ],
  ['ok', ['hs -9984 vflags=0x00000200', 'ntp ok 1730000000', 'hs 0 vflags=0', 'mqtt connected', 'CONNACK 0']],
  ['ok', ['mbedtls_ssl_handshake returned -0x7280', 'retry 2', 'TLS handshake done', 'MQTT connected']],
  ['ok', ['E esp-tls: FIN received', 'I reconnecting', 'I app: MQTT_EVENT_CONNECTED']],
  [
    'ok',
    [
      'BSSL:_wait_for_handshake: failed',
      "BSSL:Couldn't connect. Error = 'Unknown error code.'",
      'BSSL:_connectSSL: start connection',
      'BSSL:Connected!',
    ],
  ],
  [
    'ok',
    [
      'handshake ok suite=TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256',
      'app data 300 bytes sent',
      'app data 120 bytes received',
      'close notify sent',
    ],
  ],
  [
    'tls.closed_later',
    [
      'handshake ok suite=TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256',
      'sent 300 bytes',
      'mbedtls_ssl_read returned -0x7280',
      'no response',
    ],
  ],
  [
    'tls.closed_later',
    [
      '[V][ssl_client.cpp:242] start_ssl_client(): Certificate verified.',
      '[V][ssl_client.cpp:295] send_ssl_data(): Writing HTTP request with 305 bytes...',
      '[E][ssl_client.cpp:37] _handle_error(): [data_to_read():361]: (-29312) SSL - The connection indicated an EOF',
    ],
  ],
  [
    'tls.in_len_too_small.or_other',
    ['https server: client connected', 'ssl_srv: mbedtls_ssl_handshake returned -0x7200'],
  ],
  ['tls.ca_wrong.or_other', ['mbedtls_ssl_handshake returned -0x2700']],
  [
    'tls.ca_wrong.or_other',
    ['TLS connect failed (-9984): certificate verification failed', 'connection to broker failed'],
  ],
  [
    'mqtt.closed_on_request',
    [
      'coreMQTT: MQTT connection established with broker',
      'coreMQTT: Publishing to $aws/things/a/shadow/update',
      'coreMQTT: Call to receiveSingleIteration failed. Status=MQTTRecvFailed',
      'transport: TLS recv failed: FIN',
    ],
  ],
  [
    'mqtt.keep_alive',
    ['coreMQTT: MQTT connection established', '[ERROR] MQTT_ProcessLoop returned MQTTKeepAliveTimeout'],
  ],
  [
    'tls.closed_later',
    [
      'coreHTTP: Response headers received, status 200',
      'coreHTTP: HTTP_ReceiveData: network error HTTPNetworkError while receiving body',
      'transport_recv: -1 (socket closed by peer)',
    ],
  ],
  [
    'mqtt.refused',
    [
      '[tls] up, ECDHE-RSA-AES128-GCM-SHA256',
      '[mqtt] -> CONNECT (id=dev01, keepalive=60)',
      '[tls] read: 0, peer shut down',
      '[mqtt] connect failed',
    ],
  ],
  [
    'aws.policy',
    [
      'Opening TLS connection to a1b2-ats.iot.eu-west-1.amazonaws.com:8883 ... ok',
      'Sending MQTT CONNECT ... ',
      'recv -0x7280',
      'MQTT connect: no reply',
    ],
  ],
  ['mqtt.no_answer', ['client.connect(): state = -4', 'WiFiClientSecure connected']],
  [
    'mqtt.closed_on_request',
    [
      'CONNACK received, session present 0',
      'SUBSCRIBE sent: sdk/test/# (qos 1)',
      'TLS recv failed, mbedTLS error -30848',
      'MQTT_ProcessLoop: MQTTRecvFailed',
    ],
  ],
  [
    'mqtt.closed_on_request',
    [
      'AWS connected',
      'Publishing message to esp8266/pub',
      'mbedtls_ssl_read returned -0x7880',
      'AWS disconnected',
    ],
  ],
  ['mqtt.ended', ['mqtt: connected', 'mqtt: ping', 'mqtt: ping', 'mqtt: server closed connection']],
  [
    'mqtt.ended',
    ['I (4000) mqtt: CONNACK 0', 'I (4100) mqtt: SUBACK', 'W (184100) mqtt: socket closed by remote'],
  ],
  [
    'ota.incomplete',
    [
      '[OTA] GET /firmware.bin -> 200, 512000 bytes',
      '[OTA] 10%',
      '[OTA] 45%',
      '[TLS] recv -29312',
      '[OTA] aborted at 230400 bytes',
    ],
  ],
  [
    'ota.incomplete',
    [
      'I esp_https_ota: Image bytes read: 131072',
      'I esp_https_ota: Image bytes read: 147456',
      'E esp-tls-mbedtls: read error :-0x0050:',
      'E ota: ESP_HTTPS_OTA upgrade failed ESP_FAIL',
    ],
  ],
  [
    'ota.incomplete',
    [
      'downloaded 131072/480000',
      'downloaded 135168/480000',
      'mbedtls_ssl_read returned -0x4c',
      'update aborted',
    ],
  ],
  [
    'tls.peer_eof',
    [
      'I mbedtls: ssl_cli.c:3510 client state: 2',
      'I mbedtls: ssl_tls.c:2722 ssl->f_recv(_timeout)() returned 0 (-0x0000)',
      'W mbedtls: ssl_tls.c:4973 mbedtls_ssl_fetch_input() returned -29312 (-0x7280)',
      'E tls: handshake: -0x7280',
    ],
  ],
  [
    'tls.peer_eof',
    [
      'mqtt: connected',
      'mqtt: disconnected, will retry',
      'Performing the SSL/TLS handshake...',
      'mbedtls_ssl_handshake returned -0x7280',
    ],
  ],
  ['net.reset', ['tls handshake...', 'recv: errno 104', 'mbedtls_ssl_handshake returned -80']],
  [
    'tls.handshake_failed',
    ['[BearSSL] start handshake with 10.0.0.8:8883', '[BearSSL] handshake failed, getLastSSLError=0'],
  ],
  [
    'tls.handshake_failed',
    ['client.connect failed', 'WiFiClientSecure lastSSLError 0', 'BSSL:_wait_for_handshake: failed'],
  ],
  [
    'tls.clock_unset',
    [
      'SNTP: time not set, giving up',
      'BSSL:_wait_for_handshake: failed',
      "BSSL:Couldn't connect. Error = 'Unknown error code.'",
    ],
  ],
  ['tls.clock_unset', ['[time] 1970-01-01T00:00:14Z', '[tls] handshake failed']],
  ['tls.clock_unset', ['local time: 1970-01-01 01:00:11', '[tls] hs -0x2700']],
  ['tls.clock_unset', ['epoch: 31', 'TLS connect failed']],
  ['tls.clock_unset', ['tls: x509 verify failed, flags 0x200']],
  ['tls.clock_unset', ['vflags=00000208 hs=-9984']],
  ['tls.clock_unset', ['tls: cert verify: flags=512']],
  ['tls.ca_wrong', ['[ssl] verify flags: 8', '[ssl] handshake ret=-9984']],
  ['tls.ca_wrong', ['x509_verify: ret=-0x2700 flags=0x00000008']],
  ['tls.expired', ['ssl_get_verify_result=1']],
  ['tls.cn_mismatch', ['verify_result 0x00000004']],
  ['tls.cn_mismatch', ['tls hs err=-9984 vr=0x4']],
  ['tls.ca_wrong', ['E (3990) net: hs=-0x2700 (vflags 0x08)']],
  ['cert.file', ['/client.key: 0 bytes', 'mbedtls_pk_parse_key returned -0x3d00']],
  ['cert.file', ['open(/certs/ca.pem) failed: -1', 'mbedtls_x509_crt_parse returned -0x2780']],
  [
    'cert.file',
    ['loaded cert.pem (0 bytes), key.pem (0 bytes)', "BSSL:Couldn't connect. Error = 'Unknown error code.'"],
  ],
  ['cert.file', ['cert file size: 0', 'client cert parse failed']],
  ['cert.parse', ['loaded ca.pem (1187 bytes)', 'mbedtls_x509_crt_parse returned -0x2180']],
  ['key.unreadable', ['[E] pk_parse_key: -15714']],
  ['key.unreadable', ['private key: MBEDTLS_ERR_PK_KEY_INVALID_FORMAT | ASN1_OUT_OF_DATA (-0x3d60)']],
  ['key.unreadable', ['rsa key parse -0x3D64']],
  ['build.ec_disabled', ['parse key: -15488 (PK_UNKNOWN_PK_ALG)']],
  ['heap.exhausted', ['mbedtls_pk_parse_key returned -0x3d10']],
  [
    'tls.server_certificate',
    [
      'mbedtls: ssl_tls.c:5599 mbedtls_x509_crt_parse_der() returned -8674 (-0x21e2)',
      'E tls: mbedtls_ssl_handshake returned -0x21e2',
    ],
  ],
  ['tls.server_certificate', ['handshake ret: -0x2466']],
  ['build.signature_algorithm', ['mbedtls_ssl_handshake returned -0x262e']],
  ['build.ec_disabled', ['mbedtls_ssl_handshake returned -0x3c80']],
  [
    'key.cert_mismatch',
    ['E app: client key does not match certificate', 'E app: mbedtls_ssl_handshake returned -0x7780'],
  ],
  ['key.cert_mismatch', ['mbedtls_pk_check_pair failed: -20352', 'W ssl alert [2:42]']],
  ['key.cert_mismatch', ['mbedtls_rsa_check_pub_priv: -0x4200', 'handshake -0x7780']],
  [
    'key.sign_failed',
    [
      'mbedtls: ssl_srv.c:3300: mbedtls_pk_sign() returned -17280 (-0x4380)',
      'mbedtls_ssl_handshake failed: -0x4380',
    ],
  ],
  ['key.sign_failed', ['mbedtls_pk_sign returned -0x4300']],
  ['key.sign_failed', ['mbedtls_rsa_pkcs1_sign failed -17280']],
  ['heap.exhausted', ['mbedtls_pk_sign() returned -17040 (-0x4290)']],
  [
    'tls.bad_signature',
    [
      'mbedtls: ssl_cli.c:2500 mbedtls_pk_verify() returned -17280 (-0x4380)',
      'mbedtls_ssl_handshake returned -0x4380',
    ],
  ],
  ['tls.alert.sent_internal', ['tls: got Certificate (4211 bytes)', 'tls: send alert level=2 message=80']],
  ['tls.alert.sent', ['sending fatal alert 47']],
  ['heap.exhausted', ['send alert level=2 message=80', 'mbedtls_ssl_handshake returned -0x7f00']],
  ['tls.ca_wrong', ['send alert level=2 message=48', 'mbedtls_ssl_handshake returned -0x2700']],
  [
    'tls.alert.client_certificate.missing',
    [
      'I tls: no client certificate, one-way',
      'W mbedtls: ssl_tls.c:5177 is a fatal alert message (msg 40)',
      'E tls: -0x7780',
    ],
  ],
  ['tls.alert.client_certificate.missing', ['cfg: client certificate = NULL', 'alert received: 116']],
  [
    'tls.alert.protocol_version',
    [
      'I tls: no client certificate configured',
      'W mbedtls: ssl_tls.c:5177 is a fatal alert message (msg 70)',
    ],
  ],
  ['net.lost', ['connect ok', 'ssl_handshake: -0x4C']],
  ['net.timeout', ['[10000] handshake start', 'mbedtls_ssl_handshake returned -0x6800']],
  ['net.timeout', ['E (1000) tls: => handshake', 'E (31000) tls: recv failed -0x4c, select() timed out']],
  ['net.reset', ['mbedtls_ssl_handshake error: -68']],
  ['net.lost', ['mbedtls_ssl_handshake error: -67']],
  ['net.timeout', ['mbedtls_ssl_handshake error: -6e']],
  [
    'tls.at_refused',
    ['AT+CIPSSLCCONF=1', '', 'OK', 'AT+CIPSTART="SSL","iot.example.com",8883', '', 'CLOSED', '', 'ERROR'],
  ],
  ['net.dns', ['AT+CIPSTART="SSL","nosuch.example.com",443', 'DNS Fail', '', 'ERROR']],
  ['net.modem', ['[gsm] SIM card not inserted', '[gsm] modem not registered', '[tls] connect timeout']],
  ['net.connect.timeout', ['[gsm] modem registered, attached: YES', 'connect to 1.2.3.4:8883 timed out']],
  ['net.modem', ['+CREG: 0,2', '+CREG: 0,2', 'tls: connect failed']],
  ['ok', ['+CREG: 0,2', '+CREG: 0,1', 'TLS handshake done', 'MQTT connected']],
  [
    'ok',
    [
      'GET /status HTTP/1.1',
      'HTTP/1.1 200 OK',
      'content-length: 12',
      'mbedtls_ssl_read returned -0x7880',
      'connection closed',
    ],
  ],
  [
    'ok',
    [
      'E esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2700',
      'I time synchronized',
      'TLS handshake done',
      'CONNACK 0',
      'SUBACK',
      'PUBACK',
    ],
  ],
  [
    'ok.plain',
    ['downloaded 480000/480000', 'update successful', 'HTTP/1.1 200 OK', 'connection closed by server'],
  ],
  ['ok.plain', ['mqtt connected', 'subscribed to cmd/#', 'published 1 message']],
  ['ok.plain', ['mqtt connected', 'publish ok', 'disconnecting', 'socket closed']],
  [
    'mqtt.refused',
    [
      'I (5200) esp-tls: handshake done',
      'I (5210) mqtt: connecting as device-7',
      'E (5400) esp-tls-mbedtls: read error :-0x7880:',
      'E (5401) mqtt: esp_mqtt_connect failed',
    ],
  ],
  [
    'tls.peer_eof',
    [
      'D (8000) MQTT_CLIENT: Transport connected to mqtts://h:8883',
      'I (8100) app: MQTT_EVENT_CONNECTED',
      'I (9100) app: MQTT_EVENT_DISCONNECTED',
      'I (19100) mbedtls: ssl_tls.c:8084 => handshake',
      'W (19200) mbedtls: ssl_tls.c:4973 mbedtls_ssl_fetch_input() returned -29312 (-0x7280)',
      'E (19210) esp-tls: mbedtls_ssl_handshake returned -0x7280',
    ],
  ],
  [
    'mqtt.closed_again',
    [
      'I (8100) app: MQTT_EVENT_CONNECTED',
      'E (8300) MQTT_CLIENT: mqtt_message_receive: transport_read() error: errno=128',
      'I (8310) app: MQTT_EVENT_DISCONNECTED',
      'I (18100) app: MQTT_EVENT_CONNECTED',
      'E (18300) MQTT_CLIENT: mqtt_message_receive: transport_read() error: errno=128',
      'I (18310) app: MQTT_EVENT_DISCONNECTED',
    ],
  ],
  [
    'mqtt.credentials',
    ['Attempting MQTT connection...Connected! MFLNStatus = 0', 'failed, rc=5 try again in 5 seconds'],
  ],
  ['net.not_made', ['Attempting MQTT connection...failed, rc=-2 try again in 5 seconds']],
  [
    'tls.handshake_failed',
    [
      'BSSL:_connectSSL: start connection',
      'BSSL:_wait_for_handshake: failed',
      "BSSL:Couldn't connect. Error = 'Unknown error code.'",
      'failed, rc=-2 try again in 5 seconds',
    ],
  ],
  [
    'tls.ca_wrong',
    [
      'BSSL:_connectSSL: start connection',
      'BSSL:_wait_for_handshake: failed',
      "BSSL:Couldn't connect. Error = 'Chain could not be linked to a trust anchor.'",
      'failed, rc=-2 try again in 5 seconds',
    ],
  ],
  [
    'heap.exhausted',
    [
      '_connectSSL: start connection',
      '_connectSSL: Unable to allocate memory for SSL structures',
      "Couldn't connect. Error = -1000",
    ],
  ],
  [
    'tls.cn_mismatch',
    [
      '_wait_for_handshake: failed',
      "Couldn't connect. Error = 'Expected server name was not found in the chain.'",
    ],
  ],
  ['tls.ca_wrong', ['_wait_for_handshake: failed', "Couldn't connect. Error = 62"]],
  [
    'tls.alert.unknown',
    [
      'BSSL:_wait_for_handshake: failed',
      "BSSL:Couldn't connect. Error = 'SSL received fatal alert - Unknown error code.'",
    ],
  ],
  [
    'net.timeout',
    [
      'BSSL:_connectSSL: start connection',
      'BSSL:_run_until: Timeout',
      'BSSL:_wait_for_handshake: failed',
      "BSSL:Couldn't connect. Error = 'Unknown error code.'",
    ],
  ],
  [
    'ok',
    [
      '[13:00:01] hs -0x7280',
      '[13:00:11] hs 0',
      '[13:00:11] tls up',
      '[13:00:12] mqtt connected',
      '[13:00:12] subscribed',
    ],
  ],
  ['ok.plain', ['Error MQTT Connected', 'reconnect', 'MQTT_EVENT_CONNECTED']],
  [
    'tls.clock_unset',
    [
      '[1970-01-01 00:00:05] connecting',
      'time = 1970-01-01 00:00:05',
      'mbedtls_ssl_handshake returned -0x2700',
    ],
  ],
  ['tls.ca_wrong.or_other', ['epoch time: 1700000000', 'mbedtls_ssl_handshake returned -0x2700']],
  ['tls.expired', ['UTC: 1700000000', 'vflags=0x1', 'hs -9984']],
  ['tls.ca_wrong', ['verify flags=0x00000008', 'utc=5', 'hs -0x2700']],
  ['tls.clock_unset', ['utc=12', 'verify: the certificate validity starts in the future', 'hs -0x2700']],
  ['net.sntp', ['[NTP] no response from pool.ntp.org', '[NTP] retry']],
  ['net.wifi.password', ['wifi: reason 202', 'tls handshake failed']],
  ['net.dns', ['getaddrinfo failed: 202', 'TLS connect failed']],
  ['net.connect.refused', ['connect: ECONNREFUSED', 'TLS connection failed']],
  [
    'net.connect',
    ['E (100) esp-tls: Failed to connect to host (errno 0)', 'E (101) mqtt_client: Error transport connect'],
  ],
  ['heap.exhausted', ['TLS alloc: out of memory', 'TLS handshake failed']],
  ['tls.ca_wrong', ['BearSSL error 62', 'TLS connect failed']],
  ['net.lost', ['I tls: handshake start', 'E tls: MBEDTLS_ERR_NET_RECV_FAILED']],
  ['net.reset', ['E tls: MBEDTLS_ERR_NET_CONN_RESET', 'E tls: handshake failed']],
  ['net.plain_port', ['connecting tls to 192.168.1.5:1883', 'handshake -0x7280']],
  [
    'tls.in_len_too_small.or_other',
    ['I http: GET /big.json HTTP/1.1', 'E mbedtls_ssl_read returned -0x7200'],
  ],
  ['tls.in_len_too_small.or_other', ['mqtt connected', 'mbedtls_ssl_read -0x7200']],
  [
    'http.denied',
    ['TLS handshake done', 'GET /x HTTP/1.1', 'HTTP/1.1 403 Forbidden', 'mbedtls_ssl_read returned -0x7280'],
  ],
  [
    'tls.closed_later',
    ['TLS handshake done', 'GET /x HTTP/1.1', 'mbedtls_ssl_read returned -0x7280', 'no response'],
  ],
  [
    'ota.incomplete',
    ['HTTP/1.1 200 OK', 'Content-Length: 400000', 'OTA progress 12%', 'connection lost', 'OTA failed'],
  ],
  [
    'key.unreadable',
    [
      'E (4394) esp-tls-mbedtls: mbedtls_pk_parse_keyfile returned -0x3d62',
      'E (4405) esp-tls-mbedtls: Failed to set client pki context',
    ],
  ],
  ['build.ec_disabled.or_key', ['E (4394) esp-tls-mbedtls: mbedtls_pk_parse_keyfile returned -0x3d00']],
  ['key.encrypted', ['mbedtls_pk_parse_key returned -0x3c00']],
  ['cert.parse', ['mbedtls_x509_crt_parse returned -0x1102']],
  ['cert.parse', ['x509_crt_parse ca: -0x21a8']],
  ['cert.parse', ['mbedtls_x509_crt_parse returned -0x3b62']],
  ['heap.exhausted', ['handshake -0x3f80']],
  ['tls.server_certificate', ['handshake: -0x3b62']],
  ['build.max_mpi', ['mbedtls_ssl_handshake returned -0x3b00']],
  ['key.sign_failed', ['E tls: rsa sign: -0x4300', 'E tls: mbedtls_ssl_handshake returned -0x4300']],
  [
    'key.sign_failed',
    ['ssl_cli.c:3360: mbedtls_pk_sign() returned -17152 (-0x4300)', 'ssl handshake: -17152'],
  ],
  ['tls.bad_signature', ['mbedtls_ssl_handshake returned -0x4e00']],
  ['key.cert_mismatch', ['alert 51 from server']],
  ['key.cert_mismatch', ['key/cert pair check: -0x3f00', 'alert 40']],
  ['key.cert_mismatch', ['Private key does not match certificate', 'handshake failed']],
  ['tls.alert.handshake_failure', ['fatal alert 40 received']],
  ['tls.alert.client_certificate.missing', ['no client cert set', 'fatal alert 40 received']],
  [
    'build.no_shared_cipher',
    [
      'no client cert set',
      'mbedtls: ssl_tls.c:5177 is a fatal alert message (msg 40)',
      'mbedtls: ssl_cli.c:1506 mbedtls_ssl_read_record() returned -30592 (-0x7780)',
    ],
  ],
  ['net.modem', ['E modem: no carrier', 'E tls: connect: host unreachable']],
  ['tls.at_refused', ['AT+CIPSTART="SSL","a.b.c",443,60', 'ERROR']],
  [
    'ok',
    [
      'I (4000) wifi: connected',
      'I (5000) tls: verify ok, flags 0',
      'I (5100) mqtt: CONNECT sent',
      'I (5200) mqtt: CONNACK rc=0',
      'I (5300) mqtt: SUBSCRIBE cmd/# sent',
      'I (5400) mqtt: SUBACK',
      'I (9400) mqtt: PUBLISH state',
    ],
  ],
  [
    'ok',
    ['TLS handshake complete', 'HTTP/1.1 204 No Content', 'connection closed by peer', 'Going to deep sleep'],
  ],
  [
    'ok',
    [
      'E mbedtls_ssl_handshake returned -0x4c',
      'retrying...',
      'handshake done',
      'publishing temperature',
      'publish ok',
    ],
  ],
  ['ok', ['clock: 1970-01-01 00:00:03', 'NTP synchronized', 'TLS connected in 900 ms']],
  ['ok', ['cert: no client certificate configured', 'TLS handshake done', 'mqtt connected']],
  ['ok', ['modem: not attached', 'modem: attached: YES', 'TLS handshake done']],
  [
    'mqtt.closed_on_request',
    [
      'I (5000) app: MQTT_EVENT_CONNECTED',
      'I (5002) app: sent subscribe successful, msg_id=1234',
      'E (5150) esp-tls-mbedtls: read error :-0x7880:',
      'E (5151) TRANSPORT_BASE: poll_read select error 128',
      'I (5160) app: MQTT_EVENT_DISCONNECTED',
    ],
  ],
  [
    'mqtt.ended',
    [
      'I (5000) app: MQTT_EVENT_CONNECTED',
      'I (5002) app: sent subscribe successful, msg_id=1234',
      'I (5150) app: MQTT_EVENT_SUBSCRIBED, msg_id=1234',
      'E (605150) esp-tls-mbedtls: read error :-0x7280:',
      'I (605160) app: MQTT_EVENT_DISCONNECTED',
    ],
  ],
  [
    'aws.policy',
    [
      'I (2000) aws_iot: Connecting to AWS...',
      'D (3000) aws_iot:  ok [ Protocol is TLSv1.2 ] [ Ciphersuite is TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256 ]',
      'E (3300) aws_iot: mbedtls_ssl_read returned -0x7880',
      'E (3301) subpub: Error(-12) connecting to x:8883, ',
    ],
  ],
  [
    'ota.incomplete',
    [
      'I (3000) ota: Connected to server, starting download',
      'I (3200) ota: 4096 bytes written',
      'I (3400) ota: 8192 bytes written',
      'E (9400) esp-tls-mbedtls: read error :-76:',
      'E (9410) ota: data read error',
    ],
  ],
  ['tls.clock_unset', ['E sntp: timeout', 'I main: Thu Jan  1 00:00:31 1970', 'E https: TLS connect failed']],
  [
    'tls.clock_unset',
    ['Current time: 8 ', 'E (900) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2700'],
  ],
  ['tls.ca_wrong', ['rc=-9984 (flags=8)']],
  ['tls.ca_wrong', ['E (1) app: ssl verify failed, flags=0x8']],
  ['tls.cn_mismatch', ['[E] verify: 0x00000004']],
  ['tls.verify_policy.hash', ['cert verify result: 0x4000']],
  ['tls.verify_policy.key', ['hs: -0x2700, vflags: 65536']],
  ['cert.file', ['W fs: /spiffs/cert.pem is empty', 'E tls: mbedtls_x509_crt_parse returned -0x2780']],
  [
    'cert.file',
    [
      'E (400) app: Failed to open file /spiffs/key.pem',
      'E (410) tls: mbedtls_pk_parse_key returned -0x3d00',
    ],
  ],
  ['cert.file', ['cert.der read 0 bytes', 'key.der read 0 bytes', 'SSL handshake failed']],
  [
    'key.unreadable',
    ['mbedtls_pk_parse_key: -0x3D68 PK - Invalid key tag or value : ASN1 - Data is invalid'],
  ],
  ['cert.parse', ['mbedtls_x509_crt_parse: -0x21E2 - X509 - The CRT/CRL/CSR format is invalid']],
  [
    'tls.server_certificate',
    ['mbedtls_ssl_handshake: -0x2466 X509 - The date tag or value is invalid : ASN1 - Actual length differs'],
  ],
  ['tls.server_certificate', ['esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2382']],
  [
    'tls.alert.sent_internal',
    [
      'I (900) mbedtls: ssl_tls.c:3161: handshake message: msglen = 4021, type = 11, hslen = 4021',
      'I (910) mbedtls: ssl_tls.c:4181: send alert level=2 message=80',
      'W (920) mbedtls: ssl_cli.c:3500 <= handshake',
    ],
  ],
  [
    'tls.peer_eof',
    ['BSSL:_connectSSL: start connection', "BSSL:Couldn't connect. Error = 'I/O error or premature close.'"],
  ],
  ['tls.peer_eof', ['I (300) tls: sending ClientHello', 'E (500) esp-tls: FIN received in handshake']],
  ['net.lost', ['[tls] hs -0x4c']],
  ['net.lost', ['E (1) tls: handshake NET_RECV_FAILED']],
  ['net.reset', ['[tls] hs -0x50']],
  ['net.plain_port', ['Connecting to broker 10.0.0.2:1883', 'tls hs -0x7200']],
  ['tls.in_len_too_small.or_other', ['[tls] hs -0x7200']],
  ['tls.alert.client_certificate', ['[tls] alert rx 2/42']],
  ['tls.at_refused', ['AT+CIPSTART="SSL","mqtt.example.com",8883', '+CIPSTART:FAIL']],
  ['tls.at_refused', ['> AT+CIPSTART="SSL","mqtt.example.com",8883', '< ERROR']],
  ['net.modem', ['[modem] +CEREG: 0,0', 'tls connect timeout']],
  ['net.connect', ['AT+CIPSTART="TCP","10.0.0.5",8883', 'ERROR']],
  ['mqtt.keep_alive', ['no PINGRESP, closing connection']],
  [
    'mqtt.ended',
    [
      'mqtt connected',
      'PINGREQ sent',
      'PINGRESP',
      'PINGREQ sent',
      'transport_recv returned -1: connection closed by peer',
    ],
  ],
  [
    'aws.policy',
    [
      'Connecting to AWS IOT..!',
      'TLS connection established',
      'MQTT CONNECT packet sent',
      'Connection closed by remote host',
    ],
  ],
  [
    'tls.closed_later',
    [
      'https: handshake ok, suite=TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256',
      'https: request sent (214 bytes)',
      'https: mbedtls_ssl_read returned -0x7880',
      'https: no response',
    ],
  ],
  [
    'tls.bad_signature',
    ['MQT: TLS connection error: 27', 'MQT: Connect failed to a.example.com:8883, rc -2.'],
  ],
  ['tls.bad_signature', ['ssl last error: BR_ERR_BAD_SIGNATURE']],
  ['tls.ca_wrong', ['ssl last error: BR_ERR_X509_BAD_SIGNATURE']],
  [
    'net.connect',
    ['MQT: Attempting connection...', 'MQT: Connect failed to 192.168.1.131:1883, rc -2. Retry in 10 sec'],
  ],
  [
    'mqtt.credentials',
    ['Disconnected from MQTT server MQTT_NOT_AUTHORIZED', 'Disconnected from MQTT server TCP_DISCONNECTED'],
  ],
  ['mqtt.client_id', ['Disconnected from MQTT: MQTT_IDENTIFIER_REJECTED']],
  ['mqtt.credentials', ['MQTT disconnect reason MQTT_MALFORMED_CREDENTIALS']],
  [
    'mqtt.credentials',
    [
      'Error: File:iothubtransport_mqtt_common.c Func:mqttOperationCompleteCallback Line:1627 Connection Not Accepted: 0x5: Not Authorized',
      'The device client has been disconnected: IOTHUB_CLIENT_CONNECTION_UNAUTHENTICATED, reason 2',
    ],
  ],
  [
    'net.tls_port',
    [
      '[HTTP] POST http://a.example.net:443/v1',
      '[HTTP] code: 400',
      '<center>The plain HTTP request was sent to HTTPS port</center>',
    ],
  ],
  [
    'tls.ca_missing',
    [
      'CA buffer length 0, skip',
      'mbedtls_ssl_handshake failed: -30336',
      'SSL - No CA Chain is set, but required to operate',
    ],
  ],
  [
    'tls.write_buffer',
    [
      '[161968][E][ssl_client.cpp:37] _handle_error(): [send_ssl_data():375]: (-27136) SSL - A buffer is too small to receive or write a message',
    ],
  ],
  ['tls.out_len_too_small', ['mbedtls_ssl_handshake returned -0x6a00']],
  [
    'tls.ca_wrong',
    [
      '[E][esp_crt_bundle.c:147] esp_crt_verify_callback(): Failed to verify certificate',
      '[E][ssl_client.cpp:37] _handle_error(): [start_ssl_client():273]: (-12288) X509 - A fatal error occurred, eg the chain is too long or the vrfy callback failed',
    ],
  ],
  ['heap.exhausted', ['Socket Open', 'mbedtls_ssl_handshake error: -10', 'OSError: [Errno 5] EIO']],
  ['tls.cn_mismatch', ['handshake ret=-9984', 'vrfy_res=12']],
  ['tls.ca_wrong', ['handshake ret=-9984', 'vrfy_res=8']],
  // Young devices, with and without the time of their address.
  [
    'tls.peer_eof',
    [
      'I (2410) tcpip_adapter: sta ip: 192.168.188.29, mask: 255.255.255.0, gw: 192.168.188.1',
      'E (2996) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x7280',
    ],
  ],
  ['net.plain_port', ['E (3996) MQTTmbedtls: mbedtls_ssl_handshake returned -0x7280']],
  // RTOS_SDK 3.x is built with curves, as a rule.
  [
    'key.unreadable',
    [
      'I (45) boot: ESP-IDF v3.4-98-ga96bc5cb 2nd stage bootloader',
      'E (2841) esp-tls-mbedtls: mbedtls_pk_parse_keyfile returned -0x3d00',
      'E (2856) esp-tls: Failed to open new connection',
    ],
  ],
  // Reasons that mbedTLS's debug output has beside a code.
  [
    'tls.verify_policy.usage',
    ['connecting ... ssl_tls.c:5791: bad certificate (usage extensions)', 'Error: -31232'],
  ],
  ['build.curve_disabled', ['  ssl_tls.c:5780 bad certificate (EC key curve)', 'handshake: -0x7a00']],
  ['tls.server_certificate.unfit', ['mbedtls_ssl_handshake returned -0x7a00']],
  ['net.plain_port', ['ssl_tls.c:4211: major version mismatch', 'mbedtls_ssl_handshake returned -0x7200']],
  [
    'tls.alert.protocol_version',
    ['ssl_msg.c:3500: minor version mismatch', 'mbedtls_ssl_handshake returned -0x7200'],
  ],
  [
    'tls.alert.protocol_version',
    ['conn api.example.com:443 -> failed, 70: SSL received fatal alert - Unknown error code.'],
  ],
  ['tls.alert.handshake_failure', ['40: SSL received fatal alert - Decoding error: extraneous element.']],
  ['tls.unexpected_message', ['mbedtls_ssl_handshake returned -0x7700']],
  ['tls.dhe_failed', ['mbedtls_ssl_handshake returned -0x3100']],
  ['tls.no_rng', ['mbedtls_ssl_handshake returned -0x7400']],
  ['tls.misused', ['mbedtls_ssl_write returned -0x7100']],
  ['net.server_socket', ['mbedtls_net_bind returned -0x46']],
  // The chain, as the debug output shows it.
  [
    'tls.not_yet_valid',
    [
      'I (9033) app: SNTP ok, now=Wed Dec  2 20:03:11 2026',
      'D (9107) mbedtls: ssl_tls.c:5606 issued  on        : 2031-01-01 00:00:00',
      'W (9402) app: tls rc -9984, verify 0x200',
    ],
  ],
  [
    'tls.chain_incomplete',
    [
      '  ssl_tls.c:5606 peer certificate #1:',
      '  ssl_tls.c:5606 issuer name       : O=Example, CN=Example Issuing CA 4',
      '  ssl_tls.c:5606 subject name      : O=Example, CN=api.example.com',
      '  ssl_tls.c:5851 ! Certificate verification flags 8',
    ],
  ],
  [
    'tls.ca_wrong',
    [
      '  ssl_tls.c:5606 peer certificate #1:',
      '  ssl_tls.c:5606 issuer name       : O=Example, CN=Example Root CA',
      '  ssl_tls.c:5606 subject name      : O=Example, CN=api.example.com',
      '  ssl_tls.c:5851 ! Certificate verification flags 8',
    ],
  ],
  [
    'tls.chain_not_ca',
    [
      'D (10401) mbedtls: ssl_tls.c:5606 peer certificate #1:',
      'D (10407) mbedtls: ssl_tls.c:5606 issuer name       : O=Example, CN=Example Sub',
      'D (10419) mbedtls: ssl_tls.c:5606 peer certificate #2:',
      'D (10431) mbedtls: ssl_tls.c:5606 basic constraints : CA=false',
      'D (10441) mbedtls: ssl_tls.c:5851 ! Certificate verification flags 8',
    ],
  ],
  [
    'http.denied',
    [
      'D (11511) ota: status 403',
      'E (17899) esp_ota_ops: OTA image has invalid magic byte (expected 0xE9, saw 0x3c',
    ],
  ],
  // The device is the server.
  [
    'tls.server.client_left',
    ['D (4970) sslServer: >> waiting for accept', '  ! mbedtls_ssl_handshake returned -30592'],
  ],
  ['tls.server.handshake_failed', ['HTTPS server started', 'BSSL:_wait_for_handshake: failed']],
  [
    'tls.server.untrusted',
    ['I (5) esp_https_server: Starting server', 'mbedtls: ssl_tls.c:5177 is a fatal alert message (msg 48)'],
  ],
  // Behind the handshake.
  [
    'mqtt.refused',
    [
      'Connecting to mqtts://example.com:8883/',
      '2865009 SSL Validator: list empty, allow connection',
      'MQTT Broker Disconnected!!',
    ],
  ],
  ['tls.closed_later', ['E (56962) TRANS_SSL: esp_tls_conn_read error, errno=Socket is not connected']],
  [
    'mqtt.bad_topic',
    [
      'I (3819) MQTT: MQTT_EVENT_CONNECTED',
      'I (8849) MQTT: subscribing to mqtt command topic, topic=\u00fe\u00ff\u00ff\u00ffp)<\\b>@mytopic/commands',
      'E (8899) MQTT_CLIENT: mqtt_message_receive: transport_read() error: errno=128',
      'I (8909) MQTT: MQTT_EVENT_DISCONNECTED',
    ],
  ],
  ['ota.conflict', ['E (730418) esp_https_ota: esp_ota_begin failed (ESP_ERR_OTA_PARTITION_CONFLICT)']],
  // A port without TLS, by what axTLS takes for a length.
  ['tls.out_of_step', ['ssl->need_bytes=61896 > 25019']],
  ['tls.in_len_too_small', ['ssl->need_bytes=16400 > 8192']],
  [
    'net.plain_port',
    [
      'I (2665) tcpip_adapter: sta ip: 192.168.1.57, mask: 255.255.255.0, gw: 192.168.1.1',
      'I (2670) MQTTS_EXAMPLE: uri mqtts://192.168.1.10:1883',
      'E (2794) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x7280',
    ],
  ],
  ['net.connect.timeout', ['[HTTP-Client] connecting', ':ctmo', 'failed']],
  // Azure's layer of TLS tells of TCP and TLS together.
  [
    'tls.handshake_failed',
    [
      'TLS failed to start the connection process.',
      'Error: io_open failed',
      'failure connecting to address hub.azure-devices.net:0.',
    ],
  ],
  // Wi-Fi that was up before, and one that needs more than a password.
  [
    'net.wifi.link',
    [
      '900695 : WIFI : DHCP renew probably failed',
      "901772 : WIFI : Disconnected! Reason: '(8) Assoc leave' Connected for 14 m 56 s",
      "907106 : WIFI : Disconnected! Reason: '(15) 4way handshake timeout' Connected for 6172 ms",
    ],
  ],
  [
    'net.wifi.enterprise',
    ['heap 46040 wifi status 1', 'state: 3 -> 5 (10)', 'aid 1', 'Method private structure allocated failure'],
  ],
  // The device's own trouble.
  ['boot.nvs', ['assertion "nvs_flash_init() == 0" failed: file "startup.c", line 10']],
  ['boot.nvs', ['E (300) app: nvs_flash_init failed (ESP_ERR_NVS_NO_FREE_PAGES)']],
  [
    'cpu.watchdog_crypto',
    ['[Jun 24 12:13:48.966] SW ECDH curve 3', '[Jun 24 12:13:50.139] HW WDT @ 0x40268c05'],
  ],
  // A crash that follows from what TLS said.
  [
    'tls.out_of_step',
    [
      '[49367737][E][ssl_client.cpp:37] _handle_error(): [data_to_read():361]: (-29184) SSL - An invalid SSL record was received',
      "Guru Meditation Error: Core 0 panic'ed (LoadProhibited). Exception was unhandled.",
    ],
  ],
  [
    'heap.exhausted',
    ['crypto/bigint.c:1072 realloc 1032 failed, left 1152', 'Fatal exception 29(StoreProhibitedCause):'],
  ],
  ['net.plain_port', ['[WSc] Disconnected!', 'Error: record overflow.']],
  ['mqtt.closed_on_request', ['E (16309) AWS_IOT: Error subscribing : -12']],
  ['net.not_made', ['PubSubClient connecting to: abc-ats.iot.us-east-2.amazonaws.com.-1', '.-2', '.-2']],
  [
    'tls.peer_eof',
    [
      '[E][ssl_client.cpp:33] handle_error(): SSL - The connection indicated an EOF',
      '[E][ssl_client.cpp:35] handle_error(): MbedTLS message code: -29312',
    ],
  ],
  // Verified by option only; a name that cannot be one; a key that cannot sign.
  [
    'tls.unverified',
    [
      'W (5593) example: Failed to verify peer certificate!',
      'W (5595) example: verification info:   ! The certificate Common Name (CN) does not match with the expected CN',
      'I (5596) example: Cipher suite is TLS-ECDHE-RSA-WITH-CHACHA20-POLY1305-SHA256',
      'HTTP/1.1 200 OK',
    ],
  ],
  ['net.dns.bad_endpoint', ['E (5910) esp-tls-mbedtls: mbedtls_ssl_set_hostname returned -0x7100']],
  [
    'build.ecdsa_disabled',
    [
      'W (7561) mbedtls: ssl_cli.c:3360 mbedtls_pk_sign() returned -16128 (-0x3f00)',
      'E (7565) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x3f00',
    ],
  ],
  // A certificate that mbedTLS passed over, and a path that is too long.
  [
    'build.signature_algorithm',
    [
      'ssl_tls.c:5606: peer certificate #1:',
      'ssl_tls.c:5606: issued  on        : 0000-00-00 00:00:00',
      'ssl_tls.c:5851: ! Certificate verification flags 1c00d',
    ],
  ],
  [
    'tls.chain_not_ca',
    [
      'ssl_tls.c:5606: peer certificate #1:',
      'ssl_tls.c:5606: peer certificate #2:',
      'ssl_tls.c:5606: basic constraints : CA=true',
      'ssl_tls.c:5606: peer certificate #3:',
      'ssl_tls.c:5606: basic constraints : CA=true, max_pathlen=0',
      'ssl_tls.c:5851: ! Certificate verification flags 8',
    ],
  ],
  [
    'net.reset',
    [
      '[181711][E][ssl_client.cpp:37] _handle_error(): [send_ssl_data():382]: (-80) UNKNOWN ERROR CODE (0050)',
    ],
  ],
  [
    'cert.not_der',
    [
      'connected with MYSSID, channel 1',
      'dhcp client start...',
      '..............ip:192.168.100.3,mask:255.255.255.0,gw:192.168.100.2',
      'Error: Invalid X509 ASN.1 file (X509 not ok)',
      'Attempting MQTT connection...failed, rc=-2 try again in 5 seconds',
    ],
  ],
  [
    'heap.exhausted',
    [
      'Exception 29: StoreProhibited: A store referenced a page mapped with an attribute that does not permit stores',
      'Decoding 25 results',
      '0x40234c1f: more_comps at /home/user/axtls/crypto/bigint.c line 1072',
      '0x40234db8: alloc at /home/user/axtls/crypto/bigint.c line 1106',
      '0x4023506a: regular_multiply at /home/user/axtls/crypto/bigint.c line 822',
    ],
  ],
  [
    'heap.exhausted',
    [
      'create SSL context ... OK',
      'ssl_pm.c:295 mbedtls_ssl_handshake() return -0x4310',
      'failed',
      'heap now: 1180',
    ],
  ],
  [
    'mqtt.closed_on_request',
    [
      'connecting to AWS IoT Core ... TLS CONNECTED, MQTT CONNECTED!',
      'publishing to sensors/esp01/temp {"t":23.4}',
      '!! disconnected by server right after publish, state=-3 (MQTT_CONNECTION_LOST)',
    ],
  ],
  [
    'cert.not_der',
    [
      "key 1679 bytes b'-----BEGIN RSA PRIVATE KEY-----'",
      '  File "umqtt/simple.py", line 69, in connect',
      'ValueError: invalid key',
    ],
  ],
  // Translated with the page, blanks and all.
  [
    'net.lost',
    ['[E] [ssl_client.cpp: 36] _handle_error (): [data_to_read (): 287]: (-76) UNKNOWN', 'ERROR CODE (004C)'],
  ],
  [
    'cpu.watchdog_crypto',
    [
      '[DEBUG] - INFO: performing the SSL/TLS handshake...',
      'E (26551) task_wdt: Task watchdog got triggered. The following tasks did not reset the watchdog in time:',
    ],
  ],
  [
    'net.tls_port',
    ['http: TLS handshake error from 192.168.0.130:62296: tls: oversized record received with length 21536.'],
  ],
  [
    'tls.unverified',
    [
      '[inf] _TLSConnectNetwork(409): Performing the SSL/TLS handshake...',
      '[inf] _real_confirm(93): certificate verification result: 0x04',
      '[inf] iotx_mc_connect(2035): mqtt connect success!',
    ],
  ],
  [
    'ok',
    [
      '[inf] TLSConnectNetwork(392): Performing the SSL/TLS handshake...',
      '[inf] _real_confirm(81): certificate verification result: 0x00',
    ],
  ],
  [
    'ok',
    [
      'DBG|2019-06-21 21:41:55|HAL_TLS_mbedtls.c|HAL_TLS_Connect(251): Performing the SSL/TLS handshake...',
      'INF|2019-06-21 21:41:55|HAL_TLS_mbedtls.c|HAL_TLS_Connect(269): connected with /abc.iotcloud.example.com/8883...',
    ],
  ],
  [
    'net.plain_port',
    [
      'broker: 10.0.0.5 port 1883 secure=1',
      'tls: handshake error -0x50 NET - Connection was reset by peer',
      '2026-11-22T09:16:00: Client <unknown> disconnected due to protocol error.',
    ],
  ],
  [
    'ok.plain',
    [
      '2026-11-28T17:20:06: New client connected from 192.168.1.52:42342 as esp8266-0A3F (p2, c1, k60).',
      '2026-11-28T17:20:06: Sending CONNACK to esp8266-0A3F (0, 0)',
      "2026-11-28T17:20:06: Received PUBLISH from esp8266-0A3F (d0, q0, r0, m0, 'esp/temp', ... (4 bytes))",
      '2026-11-28T17:20:07: Received DISCONNECT from esp8266-0A3F',
      '2026-11-28T17:20:07: Client esp8266-0A3F disconnected.',
    ],
  ],
  [
    'ok',
    ['connecting to www.example.com', 'please start sntp first !', 'certificate matches', 'request sent'],
  ],
  [
    'tls.clock_unset',
    [
      '[WS-Client][handleHeader] RX: HTTP/1.1 403 Forbidden',
      '[WS-Client][handleHeader]  - cURL: /mqtt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=19700101T080004Z&X-Amz-Expires=86400',
    ],
  ],
  [
    'heap.exhausted',
    [
      'BSSL:_connectSSL: start connection',
      'Abort called',
      'WARNING Decoded 0x4021177f: BearSSL::WiFiClientSecure::_installClientX509Validator()',
      'WARNING Decoded 0x4021227e: BearSSL::WiFiClientSecure::_connectSSL(char const*)',
    ],
  ],
  [
    'heap.exhausted',
    [
      'Exception 29: StoreProhibited: A store referenced a page mapped with an attribute that does not permit stores',
      '0x4021d8c6: memmove at /home/user/newlib/libc/string/memmove.c line 74',
      '0x4022ab11: regular_square at crypto/bigint.c line 969',
    ],
  ],
  // A broker's OpenSSL, without its texts and with them.
  [
    'tls.alert.protocol_version',
    [
      '1422728671: Client connection from 192.168.1.103 failed: error:1408A10B:lib(20):func(138):reason(267).',
    ],
  ],
  ['net.plain_port', ['error:1408F10B:lib(20):func(143):reason(267)']],
  ['tls.ca_wrong', ['Client connection failed: error:14094418:lib(20):func(148):reason(1048).']],
  ['tls.alert.protocol_version', ['error:1408A10B:SSL routines:ssl3_get_client_hello:wrong version number']],
  [
    'cert.file',
    [
      'Failed to open ca',
      'ca failed',
      'WiFiClientSecure SSL error: Chain could not be linked to a trust anchor.',
    ],
  ],
  ['crash.flash_access', ['***** Fatal exception 3', 'pc=0x4000df1b sp=0x3ffff5c0 excvaddr=0x4023e1b0']],
  ['net.dns', ["E (5895) esp-tls: couldn't g"]],
  [
    'net.dns',
    ['BSSL:connect: Name loopup failure', 'SSL Error Code: 0', 'failed, reason -> MQTT connection error: 0'],
  ],
  ['key.secure_element', ['E (8465) secure_element: failed to read tng_atcacert_device_cert, returned 0x0b']],
  // AWS's NULL_VALUE_ERROR: what it was to be set up with is not there.
  [
    'tls.not_set_up',
    [
      'E (4421)[http_transport]: aws_iot_mqtt_init returned error : -2',
      'abort() was called at PC 0x400dc926 on core 1',
    ],
  ],
  [
    'net.bad_url',
    [
      '5.341 [D] Validating connection to 10.0.0.5:8186/ping?verbose=true',
      '5.347 [E] begin failed',
      'InfluxDB connection failed: ',
    ],
  ],
  [
    'net.timeout',
    [
      'W (77447) HTTP_CLIENT: Connection timed out before data was ready!',
      '[E][http_request.idf:172]: HTTP Request failed; URL: http://10.0.0.5/; Code: -1',
    ],
  ],
  [
    'net.ended',
    [
      '[415482][E][WiFiClientImpl.h:468] tcpWrite(): fail on fd 48, errno: 128, "Socket is not connected"',
      'response payload read timed out',
    ],
  ],
  [
    'net.timeout',
    ['[SecureClient] handshake timeout', '[SecureClient] retrying with TLS 1.2-only handshake'],
  ],
  [
    'net.lost',
    [
      '[ 75612][E][ssl_client.cpp:37] _handle_error(): [data_to_read():361]: (-76) UNKNOWN ERROR CODE (004C)',
      '[ 75622][V][ssl_client.cpp:321] stop_ssl_socket(): Cleaning SSL connection.',
      'abort() was called at PC 0x4012b743 on core 0',
    ],
  ],
  [
    'cpu.watchdog_crypto',
    [
      'Success to open private cert file',
      'private key loaded',
      'Heap: 36368',
      'Attempting MQTT connection...',
      'Soft WDT reset',
    ],
  ],
  [
    'cpu.watchdog_crypto',
    [
      '--- 0x400da85b: mbedtls_mpi_sub_abs at /build/bignum.c:1096',
      '--- 0x400db479: mbedtls_mpi_is_prime_ext at /build/bignum.c:2262',
    ],
  ],
  [
    'net.wifi.no_ap',
    [
      '[W][WiFiGeneric.cpp:391] _eventCallback(): Reason: 201 - NO_AP_FOUND',
      '[E][WiFiClient.cpp:232] connect(): connect on fd 62, errno: 118, "Host is unreachable"',
      '[D][WiFiGeneric.cpp:419] _eventCallback(): STA IP: 192.168.0.49, MASK: 255.255.255.0, GW: 192.168.0.1',
      '[E][WiFiClient.cpp:258] connect(): socket error on fd 56, errno: 113, "Software caused connection abort"',
    ],
  ],
  [
    'net.plain_port',
    [
      '[D][HTTPClient.cpp:293] beginInternal(): protocol: https, host: 192.168.1.50 port: 8123 url: /api/states',
      '[E][ssl_client.cpp:36] _handle_error(): [start_ssl_client():215]: (-29184) SSL - An invalid SSL record was received',
    ],
  ],
  [
    'tls.in_len_too_small.or_other',
    [
      'I (6312) esp_https_ota: Starting OTA...',
      'E (8867) esp-tls: read error :-29184:',
      'E (8871) esp_https_ota: Error: SSL data read error',
    ],
  ],
  [
    'net.connect.refused',
    [
      '[  6538][E][ssl_client.cpp:98] start_ssl_client(): socket error on fd 48, errno: 104, "Connection reset by peer"',
      '[  6539][E][WiFiClientSecure.cpp:144] connect(): start_ssl_client: -1',
    ],
  ],
  [
    'net.connect.timeout',
    [
      '[ 41571][E][ssl_client.cpp:129] start_ssl_client(): socket error on fd 48, errno: 113, "Software caused connection abort"',
    ],
  ],
  [
    'net.not_made',
    [
      '2025-09-05_05-14-12 - Connetion failed to domain! Error: -1 - ERROR - Generic error : 0 ,BA:Wait for first connection',
    ],
  ],
  [
    'net.dns',
    ['connectMQTT_( 139): queryHost MQTT failed', 'sendMQTTData( 368): no connection with a MQTT broker ..'],
  ],
  // An alert that the device begins to send, and whose number was not printed; a goodbye is none.
  [
    'tls.alert.sent',
    [
      'I (23351) mbedtls: ssl_msg.c:3620 <= read record',
      'I (23351) mbedtls: ssl_msg.c:4563 => send alert message',
      'I (23351) mbedtls: ssl_msg.c:2369 => write record',
    ],
  ],
  [
    'info.phase',
    [
      'I (23351) mbedtls: ssl_msg.c:3620 <= read record',
      'I (23351) mbedtls: ssl_msg.c:4563 => write close notify',
      'I (23351) mbedtls: ssl_msg.c:4563 => send alert message',
    ],
  ],
  [
    'mqtt.token_expired',
    [
      'Connection Status result:IOTHUB_CLIENT_CONNECTION_UNAUTHENTICATED, Connection Status reason: IOTHUB_CLIENT_CONNECTION_EXPIRED_SAS_TOKEN',
    ],
  ],
  // Tasmota begins anew behind its subscriptions, and nothing says that the broker hung up.
  [
    'mqtt.closed_on_request',
    [
      '22:28:20 MQT: Connected',
      '22:28:20 MQT: Subscribe to cmnd/x/#',
      '22:28:21 MQT: Attempting connection...',
      '22:28:21 MQT: Connect failed to mqtt.example.com:1883, rc 7. Retry in 10 sec',
    ],
  ],
  ['http.denied', ['FAILED', 'REASON: unauthorized, Could not parse auth token.']],
  [
    'http.denied',
    [
      '  "error": {',
      '    "code": 403,',
      '    "message": "The caller does not have permission",',
      '    "status": "PERMISSION_DENIED"',
    ],
  ],
  ['http.method', ['InfluxDB write failed: 405: Method Not Allowed']],
  ['http.too_many', ['weather: HTTP status 429']],
  ['mqtt.refused', ['Connecting to Losant...-1']],
  [
    'key.no_pss',
    [
      'I (8964) mbedtls: ssl_tls13_generic.c:1093 CertificateVerify signature failed with rsa_pss_rsae_sha256',
      'I (8984) mbedtls: ssl_tls13_generic.c:1095 mbedtls_pk_sign_ext() returned -16128 (-0x3f00)',
    ],
  ],
  [
    'heap.exhausted',
    [
      'E esp-x509-crt-bundle: PSA signature verification failed with error 0xffffff73 (decimal: -141)',
      'E esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x3000',
    ],
  ],
  // What was answered before is of another connection.
  [
    'tls.ca_wrong.or_other',
    [
      '[HTTPS] Method: POST, Response code: 400',
      '[6531207][E][ssl_client.cpp:37] _handle_error(): [start_ssl_client():273]: (-9984) X509 - Certificate verification failed, e.g. CRL, CA or signature check failed',
    ],
  ],
  [
    'tls.peer_eof',
    [
      '[Jun 11 13:20:09.871] mg_ssl_if_mbedtls.c:34  0x3fff3b7c SSL error: -29312',
      '[Jun 11 13:20:09.879] mgos_mqtt_conn.c:179    MQTT0 TCP connect error (-1)',
    ],
  ],
  [
    'mqtt.closed_on_request',
    [
      'I (6980) subpub: Connected, client id mine',
      'I (6980) subpub: Subscribing to test/esp32...',
      'E (11990) subpub: Error subscribing : -28',
      'E (11990) subpub: aborting',
      'abort() was called at PC 0x400d4b5b on core 1',
    ],
  ],
  ['net.dns', ['Setup:: ERROR hostByName TTN', 'Abort called']],
  [
    'net.dns',
    [
      '[hostByName] Host: x.firebaseio.com lookup error: -5!',
      'Before Firebase.available()',
      'Fatal exception 28(LoadProhibitedCause):',
    ],
  ],
  [
    'crypto.accelerator',
    [
      'E (315169) AES: Timed out waiting for completion of AES Interrupt',
      'abort() was called at PC 0x420c1ec2 on core 1',
      '0x420c1ec2: esp_aes_dma_wait_complete at components/mbedtls/port/aes/dma/esp_aes.c:219',
    ],
  ],
  [
    'cpu.watchdog_crypto',
    [
      '0x40247814: verify_SKE_sig at src/ssl/ssl_hs_client.c line 246',
      '0x40247864: br_ssl_hs_client_init_main at sys/pgmspace.h line 108',
    ],
  ],
  [
    'cpu.watchdog_crypto',
    [
      'Task watchdog got triggered. The following tasks did not reset the watchdog in time:',
      ' - IDLE (CPU 0)',
      'Tasks currently running:',
      'CPU 0: OpenSSL_demo',
    ],
  ],
  // axTLS stores to what malloc did not give.
  [
    'heap.exhausted',
    [
      'State:	receiving Server Hello Done (14)',
      'Fatal exception 29(StoreProhibitedCause):',
      'epc1=0x4020c4ea, epc2=0x00000000, epc3=0x00000000, excvaddr=0x00000004, depc=0x00000000',
    ],
  ],
  [
    'crash.null_pointer',
    [
      'Exception (29):',
      'epc1=0x4020dfd9 epc2=0x00000000 epc3=0x00000000 excvaddr=0x00000000 depc=0x00000000',
    ],
  ],
  ['crash.double_exception', ["Guru Meditation Error: Core  1 panic'ed (Double exception). "]],
  ['net.closed', ['[D][WiFiClient.cpp:509] connected(): Disconnected: RES: 0, ERR: 128']],
  ['net.ended', ['[D][WiFiClient.cpp:509] connected(): Disconnected: RES: -1, ERR: 128']],
  ['net.dns.mdns', ["[W][mqtt:137]: Couldn't resolve IP address for 'mqtt.local'!"]],
  [
    'net.localhost',
    [
      'I (21322) ota: Open HTTP connection: http://0.0.0.0:8070/image.bin',
      'E (26327) TRANS_TCP: [sock=54] select() timeout',
    ],
  ],
  [
    'net.no_gateway',
    [
      'I (2905) tcpip_adapter: sta ip: 192.168.10.77, mask: 255.255.255.0, gw: 0.0.0.0',
      'E (21412) esp-tls: Failed to connnect to host (errno 113)',
    ],
  ],
  [
    'cpu.slow_exchange',
    [
      'I (8018) mbedtls: ssl_cli.c:2993 => write client key exchange',
      "D (14960) mbedtls: ssl_cli.c:3056 value of 'ECDH: Q(X)' (521 bits) is:",
      "D (21893) mbedtls: ssl_cli.c:3080 value of 'ECDH: z' (519 bits) is:",
      'E (21948) esp-tls: mbedtls_ssl_handshake returned -0x50',
    ],
  ],
  [
    'tls.bad_mac',
    [
      'I (15210) esp_https_ota: Starting OTA...',
      'E (48740) esp-tls: read error :-29056:',
      'E (48745) esp_https_ota: Error: SSL data read error',
    ],
  ],
  [
    'net.timeout',
    [
      'I (11873) ota: Image bytes read: 418816',
      'E (16903) esp_https_ota: data read -26880, errno 0',
      'E (16903) advanced_https_ota_example: Complete data was not received.',
    ],
  ],
  [
    'tls.ca_missing',
    [
      'BSSL:Connection *will* fail, no authentication method is setup',
      "BSSL:Couldn't connect. Error = 'Chain could not be linked to a trust anchor.'",
    ],
  ],
  [
    'key.psk_malformed',
    [
      '[  7050][E][ssl_client.cpp:193] start_ssl_client(): pre-shared key not valid hex or too long',
      '[  7051][E][WiFiClientSecure.cpp:144] connect(): start_ssl_client: -1',
    ],
  ],
  [
    'key.psk_differs',
    [
      "PSK warning: client identity not what we expected (got 'esp32' expected 'Client_identity')",
      '140301482538304:error:1408F119:SSL routines:ssl3_get_record:decryption failed or bad record mac:../ssl/record/ssl3_record.c:677:',
    ],
  ],
  ['key.incomplete', ['00:00:07 MQT: TLS connection error: -1003']],
  [
    'net.lost',
    [
      '[3611842][E][ssl_client.cpp:37] _handle_error(): [data_to_read():361]: (-76) UNKNOWN ERROR CODE (004C)',
      'MQTT connection lost, state=-3',
      'Attempting MQTT connection...connected',
    ],
  ],
  [
    'key.secure_element',
    [
      'E (5672) esp-tls-mbedtls: Failed to set client configurations, returned [0x8007] (ESP_ERR_ESP_TLS_SE_FAILED)',
    ],
  ],
  [
    'build.room_for_ca',
    [
      'E (4211) esp-x509-crt-bundle: No. of certs in the certificate bundle = 214 exceeds',
      'Max allowed certificates in the certificate bundle = 200',
      'E (5701) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x7680',
    ],
  ],
  [
    'net.wifi.password',
    [
      'I (45540) wifi:state: run -> init (f00)',
      'I (101870) chip[FS]: Fail-safe timer expired',
      'E (101880) chip[SVR]: Commissioning failed (attempt 1): 32',
    ],
  ],
  [
    'tls.dhe_failed',
    [
      'W (8012) mbedtls: ssl_cli.c:2010 DHM prime too short: 768 < 1024',
      'E (8032) esp-tls: mbedtls_ssl_handshake returned -0x7900',
    ],
  ],
  [
    'tls.alert.client_certificate.usage',
    [
      'http: TLS handshake error from 10.0.0.9:50331: tls: failed to verify client certificate: x509: certificate specifies an incompatible key usage',
    ],
  ],
  [
    'net.backend_down',
    [
      '2019.11.23 17:40:14 LOG6[4]: TLS accepted: new session negotiated',
      '2019.11.23 17:40:14 LOG3[4]: s_connect: connect 127.0.0.1:1883: Connection refused (111)',
    ],
  ],
  [
    'mqtt.topic_denied',
    [
      'E (9510) esp-tls-mbedtls: read error :-0x0050:',
      '{"logLevel":"ERROR","eventType":"Subscribe","protocol":"MQTT","topicName":"cmd/x/#","reason":"AUTHORIZATION_FAILURE","details":"Authorization Failure"}',
    ],
  ],
  [
    'cert.file',
    [
      'E (1213) app_certs: Failed to open /spiffs/ca.pem',
      'E (5121) esp-tls-mbedtls: No server verification option set in esp_tls_cfg_t structure. Check esp_tls API reference',
    ],
  ],
  [
    'net.mtu',
    ['    8   0.131094 100.64.0.1 → 10.0.0.5        ICMP 590 Destination unreachable (Fragmentation needed)'],
  ],
  [
    'mqtt.websocket_port',
    [
      'Connecting to broker 3f1c.s1.eu.hivemq.cloud:8884',
      'Attempting MQTT connection...failed, rc=-4 try again in 5 seconds',
    ],
  ],
  [
    'mqtt.websocket_port',
    [
      'Conectando ao broker 3f1c.s1.eu.hivemq.cloud:8884',
      'Tentando conexão MQTT... falhou, rc=-4 tentando novamente em 5 segundos',
    ],
  ],
  [
    'net.dns',
    [
      "Info: Failed DNS lookup for a.azure-devices.net: 202 Guru Meditation Error: Core  0 panic'ed (InstrFetchProhibited)",
    ],
  ],
  [
    'tls.misused',
    [
      '[E][ssl_client.cpp:33] handle_error(): SSL - Bad input parameters to function',
      '[E][ssl_client.cpp:35] handle_error(): MbedTLS message code: -28928',
      '[W][HTTPClient.cpp:1318] returnError(): error(-2): send header failed',
    ],
  ],
  [
    'mail.login_wanted',
    [
      '< S: 220 smtp.gmail.com ESMTP gsmtp',
      '> C: send SMTP command, HELO',
      '< S: 250-AUTH LOGIN PLAIN',
      '< S: 530-5.7.0 Authentication Required. Learn more at',
      '! E: send header failed',
    ],
  ],
  [
    'net.lost',
    [
      'INFO: server connected',
      'INFO: send SMTP command extended HELO',
      'ERROR: reading incoming data failed!',
      'EMail: Callback Status -> Error, could not connect to server',
    ],
  ],
  [
    'tls.alert.unknown',
    [
      'DNS..OK Socket..OK Connect..OK SSL..OK set_fd to github.com port 443..! Return [-0x1]',
      '! wolfSSL_send -313',
    ],
  ],
  ['net.connect', ['*** CONNECT', 'DNS..OK', 'Socket..OK', 'Connect..!']],
  ['net.dns', ['*** CONNECT', 'DNS..!']],
  [
    'net.connect.unreachable',
    [
      'mongoose.c:404:mg_error       1 0x36 connect: 118',
      'MicroOcppMongooseClient.cpp:570: 0x36 connect: 118',
    ],
  ],
  [
    'mqtt.closed_on_request',
    [
      'I (4513) subpub: Connecting to AWS...',
      'I (8743) subpub: Subscribing...',
      'E (13763) subpub: Error subscribing : -28 ',
      'abort() was called at PC 0x400d5a37 on core 1',
    ],
  ],
  [
    'tls.in_len_too_small.at_default',
    [
      'AT+CIPSTART="SSL","api.example.com",443',
      'ERROR',
      'CLOSED',
      'AT+CIPSSLSIZE=4096',
      'OK',
      'AT+CIPSTART="SSL","api.example.com",443',
      'CONNECT',
      'OK',
    ],
  ],
  [
    'tls.at_refused',
    [
      'AT+CIPSTART="SSL","api.example.com",443',
      'ERROR',
      'CLOSED',
      'AT+CIPSSLSIZE=4096',
      'OK',
      'AT+CIPSTART="SSL","api.example.com",443',
      'ERROR',
      'CLOSED',
    ],
  ],
  [
    'net.no_gateway',
    [
      'I (2413) esp_netif_handlers: sta ip: 192.168.1.77, mask: 255.255.255.0, gw: 0.0.0.0',
      "E (16463) esp-tls: couldn't get hostname for :mqtt.example.com: getaddrinfo() returns 202, addrinfo=0x0",
    ],
  ],
  [
    'mqtt.closed_on_request',
    [
      'I (7012) app: MQTT_EVENT_CONNECTED',
      'I (7012) app: sent publish successful, msg_id=25513',
      'I (7192) app: MQTT_EVENT_PUBLISHED, msg_id=25513',
      'I (7192) app: subscribe devices/+/cmd, msg_id=8342',
      'E (7441) mqtt_client: esp_mqtt_handle_transport_read_error: transport_read() error: errno=128',
      'I (20104) app: MQTT_EVENT_CONNECTED',
      'I (20277) app: subscribe devices/+/cmd, msg_id=11873',
      'E (20531) mqtt_client: esp_mqtt_handle_transport_read_error: transport_read() error: errno=128',
    ],
  ],
  [
    'aws.alpn',
    [
      'I (3896) coreMQTT: Establishing a TLS session to a2xyz-ats.iot.us-east-1.amazonaws.com:443.',
      'E (6846) coreMQTT: Incorrect packet type 48 received while expecting CONNACK(20).',
    ],
  ],
  [
    'tls.key_too_large',
    ['E (306400) webclient: Failed to connect to wolfSSL', 'E (306400) webclient: wolfSSL_connect err: -112'],
  ],
  ['tls.handshake_failed', ['MFLN supported: yes', '[HTTP] begin...', "*** Can't connect. ***"]],
  ['net.not_made', ['MFLN supported: no', '[HTTP] begin...', "*** Can't connect. ***"]],
  [
    'tls.verify_failed',
    [
      'New connection from 192.168.0.167:64970 on port 8883.',
      'OpenSSL Error while trying to get the error[0]: error:0A000412:SSL routines::ssl/tls alert bad certificate',
      'Client 192.168.0.167 [192.168.0.167:64970] disconnected: Protocol error.',
    ],
  ],
  [
    'net.dhcp',
    [
      'Successfully connected to WiFi',
      'Local IP address: 169.254.139.157',
      'Error fetching node from poolpicker: connection failed',
    ],
  ],
  [
    'net.not_made',
    [
      '[HTTP] GET... failed, error: connection refused',
      'E (75696) task_wdt: Task watchdog got triggered. The following tasks did not reset the watchdog in time:',
      'E (75696) task_wdt:  - WiFirec (CPU 0)',
      'E (75696) task_wdt: CPU 0: IDLE0',
      'E (75696) task_wdt: CPU 1: loopTask',
    ],
  ],
  ['net.not_made', ['[HTTPS] GET... failed, error: connection refused.']],
  [
    'ok',
    [
      'tls: connect to server Mijia Cloud, domain is 3.126.247.75, port is 443.',
      'tls: timeout[100]! mbedtls_ssl_handshake returned -0x6800 (d0_tls_open,369)',
      'ots: Connected.',
    ],
  ],
  [
    'mqtt.credentials',
    [
      'Starting the IoTHub client sample MQTT...',
      'Time is not set yet. Connecting to WiFi and getting time over NTP. timeinfo.tm_year:70',
      'Error: Time:Sat Mar 21 09:41:17 2020 File:/a/iothubtransport_mqtt_common.c Func:mqtt_operation_complete_callback Line:1734 Connection Not Accepted: 0x5: Not Authorized',
      'Connection Status result:1, Connection Status reason: 2',
    ],
  ],
  [
    'provisioning.failed',
    [
      'I (61540) chip[IN]: CASE Server received Sigma1 message. Starting handshake. EC 0x3fca8f14',
      'E (61560) chip[SC]: CASE failed to match destination ID with local fabrics',
      'E (61600) chip[IN]: CASE Session establishment failed: c9',
    ],
  ],
  [
    'mqtt.client_vanished',
    [
      '1680120602: New connection from 192.168.1.73:54011 on port 8883.',
      "1680120602: New client connected from 192.168.1.73:54011 as balcony (p2, c1, k15, u'sensor').",
      '1680120602: OpenSSL Error[0]: error:0A000126:SSL routines::unexpected eof while reading',
      '1680120602: Client balcony disconnected: Protocol error.',
    ],
  ],
  [
    'aws.policy',
    [
      'MQTT connecting to a1b2-ats.iot.eu-west-1.amazonaws.com:8883',
      'MQTT TCP connect ok (0)',
      'MQTT Disconnect',
      'MQTT connecting after 2143 ms',
    ],
  ],
  [
    'cert.parse',
    [
      '16:30:12.113 > Connecting to AWS IoT Core',
      '16:30:12.750 > [E][ssl_client.cpp:37] PEM string is not as expected',
      '16:30:12.771 > MQTT connection failed, rc=-2',
    ],
  ],
  [
    'net.wifi',
    [
      "W (33195) wifi: Haven't to connect to a suitable AP now!",
      'I (33778) app: sleeping for reconnect',
      'E (33896) aws_iot: failed! mbedtls_net_connect returned -0x44',
    ],
  ],
  ['net.not_made', ['please start sntp first !', 'error connection to the web socket server']],
  [
    'tls.fingerprint',
    [
      '22:10:03 MQT: Attempting connection...',
      '22:10:03 MQT: Verify TLS fingerprint...',
      '22:10:03 MQT: Failed',
    ],
  ],
  [
    'tls.sni_missing',
    [
      '403 Forbidden',
      'Reason: The client software did not provide a hostname using Server Name Indication (SNI), which is required to access this server.',
    ],
  ],
  [
    'tls.mfln_fragmentation.or_feature',
    ['W (5903) mbedtls: ssl_tls.c:5540 mbedtls_ssl_read_record() returned -28800 (-0x7080'],
  ],
  [
    'tls.peer_eof',
    [
      '[ 16620][E][ssl_client.cpp:37] _handle_error(): [start_ssl_client():273]: (-29312) SSL - The connection indicated an EOF',
      'HTTP request failed with error code -1',
    ],
  ],
  [
    'cpu.watchdog_flash',
    [
      'Starting OTA',
      'Http Event On Header, key=Content-Type, value=application/octet-stream',
      'E (7413) task_wdt: Task watchdog got triggered. The following tasks did not reset the watchdog in time:',
      'E (7450) task_wdt:  - IDLE0 (CPU 0)',
      'E (7582) task_wdt: Tasks currently running:',
      'E (7582) task_wdt: CPU 0: ipc0',
      'E (7582) task_wdt: CPU 1: IDLE1',
    ],
  ],
  [
    'tls.ticket_as_error',
    ['mbedtls_ssl_handshake() returned -0x7b00', 'mbedtls_ssl_read failed with error -0x7b00'],
  ],
  [
    'ok',
    [
      '[ 25788][V][ssl_client.cpp:301] start_ssl_client(): Certificate verified.',
      '[WS-Client] connected to ocpp.example.com:443.',
      '[ 25815][E][WiFiClient.cpp:313] setSocketOption(): fail on -1, errno: 9, "Bad file number"',
    ],
  ],
  [
    'http.no_websocket',
    [
      'E (1281075) transport_ws: Error read response for Upgrade header GET / HTTP/1.1',
      'E (1281085) mqtt_client: Error transport connect',
    ],
  ],
  [
    'net.tls_port',
    [
      '[WS-Client] connect ws...',
      '[WS-Client] connected to a.execute-api.eu-west-1.amazonaws.com:443.',
      '[WS-Client] connection lost.',
    ],
  ],
  [
    'tls.not_yet_valid',
    [
      'I (5841) tls_client: The current date/time is: Fri Feb 25 14:00:00 2022',
      'E (5859) tls_client: ERROR: failed to load -150, please check the file.',
      'E (24136) tls_client: ERROR: failed to connect ret=-1',
    ],
  ],
  [
    'mqtt.too_early',
    ['I (4732) s3: [Queue] Event: BeforeConnect', 'E (4732) mqtt_client: Client has not connected'],
  ],
  [
    'net.dns.bad_endpoint',
    [
      '[E][WiFiGeneric.cpp:1583] hostByName(): DNS Failed for 1192.168.1.166',
      'HTTP error -1: connection refused',
    ],
  ],
  [
    'mqtt.credentials',
    [
      'W (4211) MQTT_CLIENT: Connection refused, not authorized',
      'I (4217) MQTT_CLIENT: Error MQTT Connected',
      'I (19361) MQTT_CLIENT: Sending MQTT CONNECT message, type: 1, id: 0000',
    ],
  ],
  [
    'program.no_network_stack',
    [
      'Please Wait it takesassertion "Invalid mbox" failed: file "/a/lwip/src/api/tcpip.c", line 267, function: tcpip_callback_with_block',
    ],
  ],
  [
    'net.timeout',
    [
      '11.011 : (202956) Debug  : Email: Connecting to smtp.example.com:465',
      '12.128 : (202176) Error  : Timeout while reading input data! str: ``',
    ],
  ],
  ['net.reset', ['HTTPS connection to host failed with error -80']],
  ['net.connect', ['https handshake failed with error -68']],
  [
    'tls.client_left',
    [
      "1680120500: New client connected from 192.168.1.73:54011 as balcony (p2, c1, k15, u'sensor').",
      '1680120602: New connection from 192.168.1.77:54012 on port 8883.',
      '1680120602: OpenSSL Error[0]: error:0A000126:SSL routines::unexpected eof while reading',
    ],
  ],
  [
    'cpu.watchdog',
    [
      'I (563) wifi:wifi firmware version: 1865b55',
      'E (7413) task_wdt: Task watchdog got triggered. The following tasks did not reset the watchdog in time:',
      'E (7450) task_wdt:  - IDLE0 (CPU 0)',
      'E (7582) task_wdt: CPU 0: ipc0',
      'E (7582) task_wdt: CPU 1: IDLE1',
    ],
  ],
  [
    'aws.policy',
    [
      'MQTT0 connecting to a2k5-ats.iot.eu-west-1.amazonaws.com:8883',
      'MQTT0 TCP connect ok (0)',
      'MQTT0 Disconnected',
      'MQTT0 connecting after 4117 ms',
    ],
  ],
  ['ok.plain', ['MQTT connect failed, rc=5', 'MQTT CONNECT: connected to broker']],
  [
    'net.wifi.link',
    [
      'I (17990) wifi: connected with AndroidAP, channel 1',
      'I (18670) event: sta ip: 192.168.43.7, mask: 255.255.255.0, gw: 192.168.43.1',
      '<- 21:46:18 CONNACK | SESSION_PRESENT: true | RETURN_CODE: 0x0',
      'I (43770) wifi: state: run -> init (3c0)',
      'I (43770) azure: SYSTEM_EVENT_STA_DISCONNECTED.',
      'E (43790) esp-tls: read error :-76:',
    ],
  ],
  [
    'http.denied',
    [
      'Verifying certificate',
      'Error: Certificate not verified! Perhaps the fingerprint is outdated.',
      'GET /v1/config HTTP/1.1',
      'headers received',
      '  “code”: 401,',
      '  “status”: “UNAUTHENTICATED”',
    ],
  ],
  [
    'tls.fingerprint',
    [
      "Using fingerprint 'E3 F4 F5 81 49 0A 2D 49 BD 2C EE F6 E9 CA 9C B3 CE DE 39 8D'",
      'HTTPS Connecting..............................Connection failed',
      'requesting URL: my.example.com',
    ],
  ],
  [
    'crash.wild_pointer',
    [
      "Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.",
      'PC      : 0x4014cd08  PS      : 0x00060730  A0      : 0x800d48b0  A1      : 0x3ffb9780',
      'A14     : 0x00000000  A15     : 0x00000000  SAR     : 0x00000000  EXCCAUSE: 0x0000001c',
      'EXCVADDR: 0x06750677  LBEG    : 0x4000c46c  LEND    : 0x4000c477  LCOUNT  : 0xffffffff',
    ],
  ],
  [
    'cpu.watchdog_idle',
    [
      'E (250084) wifi: ieee80211_sta.c 661',
      'Task watchdog got triggered. The following tasks did not feed the watchdog in time:',
      ' - IDLE (CPU 0)',
      'Tasks currently running:',
      'CPU 0: wifi',
      'CPU 1: IDLE',
    ],
  ],
  [
    'net.dhcp',
    [
      'I (6053) wifi:state: assoc -> run (10)',
      'I (6161) wifi:connected with HomeNet, aid = 2, channel 11, 40D, bssid = 84:d8:1b:b9:a7:30',
      "I (6254) wifi:AP's beacon interval = 102400 us, DTIM period = 1",
    ],
  ],
  [
    'program.not_initialised',
    [
      'ESP_ERROR_CHECK failed: esp_err_t 0x1101 (ESP_ERR_NVS_NOT_INITIALIZED) at 0x4008808c',
      'file: "./main/main.c" line 40',
      'expression: esp_wifi_init(&cfg)',
    ],
  ],
  ['program.not_initialised', ['E (520) wifi_start: esp_wifi_start failed: ESP_ERR_WIFI_NOT_INIT']],
  ['program.not_initialised', ['OSError: Wifi Not Started']],
  [
    'program.wrong_state',
    [
      'ESP_ERROR_CHECK failed: esp_err_t 0x103 (ESP_ERR_INVALID_STATE) at 0x400d7a3f',
      'expression: esp_event_loop_create_default()',
    ],
  ],
  ['program.bad_argument', ['ESP_ERROR_CHECK failed: esp_err_t 0x102 (ESP_ERR_INVALID_ARG) at 0x400d7a3f']],
  ['program.bad_argument', ['esp_wifi_softap_auth: Failed to set Wi-Fi config data ret=12299']],
  ['program.wifi_busy', ['E (34474) wifi:sta is connecting, return error', 'OSError: Wifi Internal Error']],
  [
    'program.core_lock',
    [
      'assert failed: tcp_alloc /IDF/components/lwip/lwip/src/core/tcp.c:1851 (Required to lock TCPIP core functionality!)',
    ],
  ],
  [
    'program.yield_in_callback',
    [
      '--------------- CUT HERE FOR EXCEPTION DECODER ---------------',
      '',
      'Panic core_esp8266_main.cpp:137 __yield',
      '',
      '>>>stack>>>',
      '',
      'ctx: sys',
    ],
  ],
  [
    'heap.exhausted',
    [
      'E (79845) wifi: Expected to init 10 rx buffer, actual is 8',
      'E (79855) [modnetwork]: Error initializing WiFi (257)',
    ],
  ],
  [
    'boot.image',
    [
      'rst:0x10 (RTCWDT_RTC_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)',
      'invalid header: 0xffffffff',
      'invalid header: 0xffffffff',
    ],
  ],
  [
    'tls.ca_wrong',
    [
      'I (4573) app: GET https://vault.example.com/api/v1/devices',
      'E (5773) esp-x509-crt-bundle: No matching trusted root certificate found',
      'E (5773) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x3000',
      'E (5793) app: Error perform http request ESP_ERR_HTTP_CONNECT',
      'I (5803) app: GET https://www.example.org',
      'I (6613) esp-x509-crt-bundle: Certificate validated',
      'I (7443) app: HTTPS Status = 200, content_length = 2028',
    ],
  ],
  [
    'net.not_made',
    [
      '19:32:08 UPL: http://ota.example.com/release/sonoff-minimal.bin',
      '19:32:13 MQT: stat/sonoff/UPGRADE = {"Upgrade":"Failed HTTP error: connection refused"}',
    ],
  ],
  ['ota.too_large', ['Upgrade 1.0.30 from http://192.168.1.18:8081/sonoff.ino.bin', 'Failed To less space']],
  [
    'tls.not_used',
    [
      "09:41:36.694 -> WARNING: This library doesn't support SSL connection to ThingSpeak. Default HTTP Connection used.",
      '09:41:41.884 -> Problem updating channel. HTTP error code -301',
      '09:42:01.864 -> Problem updating channel. HTTP error code -301',
    ],
  ],
  [
    'net.not_made',
    [
      '09:41:41.884 -> Problem updating channel. HTTP error code -301',
      '09:42:01.864 -> Problem updating channel. HTTP error code -301',
    ],
  ],
  [
    'http.no_websocket',
    [
      '[WS-Client] connected to 192.168.1.106:5000.',
      '[WS-Client][sendHeader] sending header... Done (30236us).',
      ':ack 245',
      ':rn 17',
      ':rch 17, 168',
      ':rcl pb=0x3fff1c64 sz=185',
    ],
  ],
  [
    'net.wifi.password',
    ['Connecting to WiFi...', 'Connection Error: Unknown failure 15', 'Retrying in 10 seconds'],
  ],
  [
    'crash.null_pointer',
    [
      "Guru Meditation Error: Core  1 panic'ed (StoreProhibited). Exception was unhandl",
      'ed.',
      'Core 1 register dump:',
      'PC      : 0x401b6afd  PS      : 0x00060330  A0      : 0x8012fb82  A1      : 0x3f',
      'ffb670',
      '',
      'A2      : 0x00000000  A3      : 0x3fff0538  A4      : 0x00000b68  A5      : 0x3f',
      'ff0448',
      'A6      : 0x3fffb728  A7      : 0x00000001  A8      : 0x00000003  A9      : 0x3f',
      'ffb650',
      'A10     : 0x3fff0538  A11     : 0x00000b68  A12     : 0x00060021  A13     : 0x3f',
      'ffb728',
      'A14     : 0x3fffb66c  A15     : 0x0000003e  SAR     : 0x00000005  EXCCAUSE: 0x00',
      '00001d',
      '',
      '',
      'EXCVADDR: 0x00000038  LBEG    : 0x4000c2e0  LEND    : 0x4000c2f6  LCOUNT  : 0xff',
    ],
  ],
  [
    'mqtt.closed_on_request',
    [
      'AT+MQTTCONN=0,"thingsboard.example.com",9082,0',
      '+MQTTCONNECTED:0,1,"thingsboard.example.com","9082","",0',
      'OK',
      'AT+MQTTSUB=0,"v1/devices/me/telemetry",1',
      '+MQTTDISCONNECTED:0',
      'ERROR',
    ],
  ],
  [
    'modem.silent',
    [
      '[01:01:07.179,000] <err> wifi_esp_offload: Failed to send data: link 1, ret -11',
      '[01:01:17.181,000] <err> wifi_esp_offload: Failed to send data: link 1, ret -116',
      '[01:01:27.183,000] <inf> APP_MQTT: MQTT client disconnected -11',
    ],
  ],
  [
    'net.wifi.association',
    ['state: 0 -> 2 (b0)', 'state: 2 -> 3 (0)', 'state: 3 -> 0 (12)', 'wifi evt: 1', 'STA disconnect: 203'],
  ],
  ['net.wifi.full', ['state: 2 -> 3 (0)', 'state: 3 -> 0 (11)']],
  ['heap.exhausted', ['  File "<stdin>", line 1, in <module>', 'RuntimeError: Wifi Unknown Error 0x0101']],
  [
    'net.wifi',
    ['*WM: Connecting to new AP', '*WM: Connection result: ', '*WM: 4', '*WM: Failed to connect.'],
  ],
  [
    'crash.bad_pointer',
    [
      "I (4907) ETS: [SNIFFER] Starting Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.",
      'Core 0 register dump:',
      'PC      : 0x400014fd  PS      : 0x00060e30  A0      : 0x80001459  A1      : 0x3ffcb5e0',
    ],
  ],
  ['net.wifi.below_threshold', ['W (5120) wifi_station: disconnected, reason:212']],
  [
    'net.dns.mdns',
    [
      '[INFO]: MDNS responder started: ss',
      'Found 19 services:',
      '  kitchen.local IP resolution failed at port 80',
    ],
  ],
  ['net.wifi.left', ['WiFi is down', 'wifi:state: run -> init (0)', 'wifi: STA_DISCONNECTED, reason:8']],
  [
    'provisioning.not_started',
    [
      'E (64) wifi_prov_scheme_ble: bt_mem_release of classic BT failed 259',
      'E (164) simple_ble: simple_ble_start enable controller failed 259',
      'E (164) protocomm_ble: simple_ble_start failed w/ error code 0x103',
    ],
  ],
  ['program.bad_argument', ['[AP] fail passphrase to long or short!  wifi evt: 7']],
  [
    'net.wifi.weak',
    [
      '[18:02:15][D][wifi:448]:     RSSI: -91 dB',
      "[18:02:17][W][wifi_esp8266:452]: Event: Disconnected ssid='Casa' bssid=3C:84:6A:11:2B:00 reason='Auth Expired'",
    ],
  ],
  [
    'net.wifi.auth_expired',
    [
      '[18:02:15][D][wifi:448]:     RSSI: -51 dB',
      "[18:02:17][W][wifi_esp8266:452]: Event: Disconnected ssid='Casa' bssid=3C:84:6A:11:2B:00 reason='Auth Expired'",
    ],
  ],
  [
    'boot.flash_smaller',
    [
      'E (114) spi_flash: Detected size(2048k) smaller than the size in the binary image header(4096k). Probe failed.',
      '',
      'assert failed: do_core_init startup.c:328 (flash_ret == ESP_OK)',
    ],
  ],
  [
    'ota.too_large',
    [
      "E (516) esp_image: Image length 1481872 doesn't fit in partition length 1310720",
      'E (517) boot: OTA app partition slot 0 is not bootable',
      'E (520) boot: No bootable app partitions in the partition table',
    ],
  ],
  [
    'tls.peer_eof',
    [
      'MQTT connect to a2x-ats.iot.us-east-1.amazonaws.com 8883',
      '  File "umqtt/simple.py", line 69, in connect',
      '  File "ssl.py", line 1, in wrap_socket',
      "OSError: (-29312, 'MBEDTLS_ERR_SSL_CONN_EOF')",
    ],
  ],
  ['ota.not_begun', ['Ready', 'IP address: 172.16.0.24', 'Error[1]: Begin Failed']],
  [
    'program.not_initialised',
    ['W (57) wifi: wifi nvs_open fail ret=4353', 'E (59)  wifi: wifi_init 1515 ret=4353'],
  ],
  [
    'net.wifi.enterprise',
    [
      '.I (2198) wpa: >>>>>wpa2 FAILED',
      'I (31096) wifi: state: run -> init (200)',
      'I (31101) wifi: state: init -> auth (b0)',
    ],
  ],
  [
    'net.wifi.no_ap',
    [
      'I (172452) mesh: [wifi]disconnected reason:106(scan fail), continuous:10275/max:12, root, vote(,stopped)<><>',
    ],
  ],
  [
    'net.wifi.security',
    [
      'E (14538) wpa: wpa3: failed to parse SAE commit in state(1)!',
      'I (14548) wifi:state: auth -> init (600)',
    ],
  ],
  [
    'boot.psram',
    [
      'E (299) quad_psram: PSRAM ID read error: 0x00ffffff, PSRAM chip not found or not supported, or wrong PSRAM line mode',
    ],
  ],
  [
    'cpu.watchdog_idle',
    [
      'Task watchdog got triggered. The following tasks did not feed the watchdog in time:',
      'Tasks currently running:',
      'CPU 0: loopTask',
    ],
  ],
  [
    'power.collapse',
    [
      'I (37910) wifi: Init static rx buffer num: 10',
      'I (37990) phy: phy_version: 3910, c0c45a3, May 21 2018, 18:07',
      'rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)',
    ],
  ],
  ['boot.nvs', ['ESP_ERROR_CHECK failed: esp_err_t 0x110d at 0x400df680', 'expression: nvs_flash_init()']],
  [
    'crash.unaligned',
    [
      ' 15381> HTTP GET /wifi/scan: 200, 15ms, h=20976',
      ' 15567> Fatal exception 9(LoadStoreAlignmentCause):',
      ' 15567> epc1=0x4020ccca, epc2=0x00000000, epc3=0x00000000, excvaddr=0x00000035, depc=0x00000000',
      ' ets Jan  8 2013,rst cause:4, boot mode:(3,7)',
      'wdt reset',
    ],
  ],
  [
    'boot.psram',
    [
      'E (221) psram: PSRAM ID read error: 0xffffffff',
      'E (1353) cam_hal: cam_dma_config(300): frame buffer malloc failed',
    ],
  ],
  [
    'boot.flash_voltage',
    ['rst:0x10 (RTCWDT_RTC_RESET),boot:0x33 (SPI_FAST_FLASH_BOOT)', 'flash read err, 1000', 'ets_main.c 371'],
  ],
  ['program.null_handle', ['assert failed: xQueueTakeMutexRecursive queue.c:673 (pxMutex)']],
  ['program.null_handle', ['assert failed: xQueueGenericSend queue.c:832 (pxQueue)']],
  [
    'crash.divide_by_zero',
    [
      'Exception (0):',
      'epc1=0x4000dce5 epc2=0x00000000 epc3=0x00000000 excvaddr=0x00000000 depc=0x00000000',
      'ctx: cont',
    ],
  ],
  [
    'ok',
    [
      'I (1) app: GET https://a.example.com/x',
      "E (2) esp-tls: couldn't get hostname for :a.example.com: getaddrinfo() returns 202",
      'I (3) app: GET https://b.example.com/y',
      'I (4) app: HTTPS Status = 200, content_length = 12',
    ],
  ],
  [
    'ok',
    [
      'I (4563) esp_netif_handlers: sta ip: 10.0.1.27, mask: 255.255.255.0, gw: 10.0.1.1',
      'I (7443) app: HTTPS Status = 200, content_length = 2028',
      'I (7500) wifi:state: run -> init (0)',
      'I (7501) app: WiFi disconnected, reason: 8',
      'I (7600) app: deep sleep',
    ],
  ],
  [
    'ok',
    [
      'E (299) quad_psram: PSRAM ID read error: 0x00ffffff, PSRAM chip not found or not supported, or wrong PSRAM line mode',
      'E (300) cpu_start: Failed to init external RAM, continuing without it.',
      'I (4563) esp_netif_handlers: sta ip: 10.0.1.27, mask: 255.255.255.0, gw: 10.0.1.1',
      'I (7443) app: HTTPS Status = 200, content_length = 2028',
    ],
  ],
  [
    'ok',
    [
      'E (520) app: esp_wifi_stop: ESP_ERR_WIFI_NOT_INIT',
      'I (4563) esp_netif_handlers: sta ip: 10.0.1.27, mask: 255.255.255.0, gw: 10.0.1.1',
      'I (7443) app: HTTPS Status = 200, content_length = 2028',
    ],
  ],
  [
    'ok',
    [
      'E (845) wifi: Expected to init 10 rx buffer, actual is 8',
      'I (4563) esp_netif_handlers: sta ip: 10.0.1.27, mask: 255.255.255.0, gw: 10.0.1.1',
      'I (7443) app: HTTPS Status = 200, content_length = 2028',
    ],
  ],
  [
    'ok',
    [
      'I (900) phy: phy_version: 3910, c0c45a3',
      'rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)',
      'I (4563) esp_netif_handlers: sta ip: 10.0.1.27, mask: 255.255.255.0, gw: 10.0.1.1',
      'I (7443) app: HTTPS Status = 200, content_length = 2028',
    ],
  ],
  [
    'net.wifi.password',
    [
      'BLE Advertised Device found: Name: , Address: 11:22:33:44:55:66, rssi: -92',
      'wifi station: disconnect, Reason: 202 - AUTH_FAIL',
    ],
  ],
  ['net.wifi.no_ap', ['wifi: neighbour RSSI: -92', 'W (5120) wifi_station: disconnected, reason:201']],
  [
    'net.dns',
    [
      'E (14538) wpa: wpa3: failed to parse SAE commit in state(1)!',
      'I (18670) event: sta ip: 192.168.43.7, mask: 255.255.255.0, gw: 192.168.43.1',
      "E (20000) esp-tls: couldn't get hostname for :a.example.com: getaddrinfo() returns 202",
    ],
  ],
  ['ota.too_large', ['Error[1]: Begin Failed', 'ERROR[4]: Not Enough Space']],
  ['program.espnow_channel', ['E (21407) ESPNOW: Peer channel is not equal to the home channel, send fail!']],
  [
    'net.wifi.signal',
    [
      'I (329892) wifi: ap_probe_send over, resett wifi status to disassoc',
      'I (329892) wifi: state: run -> init (c800)',
    ],
  ],
  [
    'net.wifi.link',
    ['I (62212053) wifi:state: run -> init (ce00)', 'I (62212208) wifi:state: init -> auth (b0)'],
  ],
  [
    'modem.silent',
    ['esp> AT+RST ...sent', 'esp INFO: soft reset', 'esp> ?', 'esp ERROR: AT firmware not responding'],
  ],
  ['program.not_initialised', ['E (1999968) wifi: esp_wifi_connect 1134 wifi not start']],
  ['program.not_initialised', ['OSError: STA must be active']],
  [
    'ota.signature',
    [
      '17:19:25.464 -> Verifying sign...',
      '17:19:37.938 -> Sign result: ERROR (0)',
      '17:19:37.976 -> !!! Error installing OTAMAIN',
    ],
  ],
  ['mqtt.credentials', ['Connexion MQTT... échec, état : 5']],
  ['mqtt.credentials', ['erreur MQTT, etat=5']],
];

/** A line that looks like one of the above, and says nothing. */
const SILENT: readonly (readonly string[])[] = [
  [
    'I (10936) https: Cipher suite is TLS-ECDHE-RSA-WITH-AES-256-GCM-SHA384',
    'I (10952) https: 108 bytes written',
    'HTTP/1.0 200 OK',
    'I (10966) https: connection closed',
  ],
  // The server says goodbye when all is read.
  [
    'I (6350) mbedtls: ssl_cli.c:3621 handshake: done',
    'I (6355) mbedtls: ssl_tls.c:8094 <= handshake',
    'I (6423) mbedtls: ssl_tls.c:5169 got an alert message, type: [1:0]',
    'W (6458) mbedtls: ssl_tls.c:8335 mbedtls_ssl_read_record() returned -30848 (-0x7880)',
    'I (6459) http: connection closed by server, 97 bytes read',
  ],
  // A program that was typed in.
  [
    '> m:connect("mybroker", 8883, 1, 0, function(c) print("connected") end, function(c, r) print("failed:"..r) end)',
    '> connected',
  ],
  ['publish interval = 30', 'subscribe list: 4 topics', 'client certificate: not set'],
  ['AT+CIPSTART="SSL","api.example.com",443', 'CONNECT', '', 'OK', 'AT+CIPCLOSE', 'CLOSED', '', 'OK'],
  ['WIFI CONNECTED', 'WIFI GOT IP', 'AT+CIPAP_CUR?', 'busy p...', '+CIPAP_CUR:ip:"0.0.0.0"', 'OK'],
  ['WS:ac', ':ref 1', ':rn 300', ':wr 120 0', ':ack 120', ':rcl pb=0x3fff1c64 sz=185'],
  [
    'I (6161) wifi:connected with HomeNet, aid = 2, channel 11, 40D, bssid = 84:d8:1b:b9:a7:30',
    'I (6300) app: static IP set: 192.168.1.77',
    'I (7000) httpd: server started on port 80',
  ],
  ['AT+RST', 'OK', 'AT+CWJAP="x","y"', 'WIFI CONNECTED', 'OK', 'AT+FOO', 'ERROR'],
  ['vbat=3.3 verify=1 rssi=-70', 'config verify = 0', 'flags: 8', 'key saved, size 32'],
  ['sensor publish interval 60', 'empty file list', 'received 200 bytes'],
  [
    'HTTP/1.1 200 OK',
    'received 430080 of 430080',
    'mbedtls_ssl_read returned -0x7880',
    'connection closed by server',
  ],
  ['V (69248) MQTT_CLIENT: mqtt_message_receive: transport_read(): no data or EOF'],
];

describe('the first answer', () => {
  it.each(CASES.map(([cause, lines]) => ({ cause, lines })))('$cause: $lines', ({ cause, lines }) => {
    expect(firstCause(lines)).toBe(cause);
  });

  it.each(SILENT.map((lines) => ({ lines })))('none that is shown: $lines', ({ lines }) => {
    const faults = diagnose(lines.map(parseLine)).causes.filter(
      ({ id, weight }) => id !== 'ok' && weight >= 50,
    );
    expect(faults).toEqual([]);
  });
});
