import { describeCauses, describeHarmless, describeLogs } from '../../support/first-cause.ts';

/** What Arduino's cores and libraries print, by what it tells alone. */
describeCauses({
  // ESP8266 core: BearSSL, ClientContext, WiFiMulti, HTTPClient.
  'tls.fingerprint.malformed': ['BSSL:setFingerprint: FP too short', '> ERROR.setFingerprint: Invalid char'],
  'tls.handshake_failed': [
    "BSSL:_connectSSL: Can't reset client",
    '! E: the alert SSL record received',
    '! E: make sure the SSL/TLS handshake was done before sending the data',
  ],
  'net.wifi': [
    '[WIFIM] Connecting failed.',
    '[WIFIM] Connect timeout',
    'wps TIMEOUT',
    '[E][STA.cpp:420] connect(): STA connect failed! 0x3006: ESP_ERR_WIFI_CONN',
    '[E][WiFiSTA.cpp:232] begin(): connect failed! 0x3007',
    '[E][STA.cpp:405] connect(): passphrase too long!',
    'Connection to "home" failed',
    'Connection to "home" lost.',
  ],
  'net.reset': [':er -14 0x00000000'],
  'net.connect.unreachable': [':tc err -4'],
  'net.timeout': [
    ':wtmo',
    '[W][NetworkClient.cpp:500] readBytes(): Timeout waiting for data on fd 54',
    '[W][AsyncTCP.cpp:1131] _poll(): rx timeout 4',
    '[readCb] receive TIMEOUT! 2000',
    'Header response timeout',
    'REASON: upload timed out',
    'Getting response failed: -3',
    'Error task: stream, msg: TCP receive timed out, code: -3',
    'Error task: stream, msg: stream connection timed out, code: -13',
    'REASON: request timed out',
    'OTA ERROR: http client timeout "https://a.example.com/b.ota"',
    'TCP 0x3fff1234 connection closed by timeout: 60 (from 60)',
  ],
  'net.bad_url': [
    "[HTTP-Client][begin] unknown protocol 'htps'",
    "[D][HTTPClient.cpp:309] begin(): unknown protocol 'htps'",
    '[HTTP-Client] connect: HTTPClient::begin was not called or returned error',
  ],
  'http.redirect': [
    '[HTTP-Client][sendRequest] failed setting URL for redirection',
    'REASON: maximum Redirection reached',
  ],
  // Of a connection that had been up.
  'net.ended': [
    '[HTTP-Client][sendRequest] short write, asked for 512 but got 128 failed.',
    '[E][NetworkClientSecure.cpp:230] write(): Closing connection on failed write',
    '[E][NetworkClientSecure.cpp:290] available(): Closing connection on failed available check',
    '[httpUpdate] WiFiClient connection unexpectedly absent',
    'Error task: stream, msg: TCP disconnected, code: -4',
    'REASON: response read failed.',
    '[readCb] not connected!',
    '[E][WiFiClient.cpp:392] write(): fail on fd 54, errno: 9, "Bad file number"',
    'MQTT! Lost connection (5.2s).',
    'MQTT client connection lost',
    'lost MQTT connection',
    'Connnection Closed',
    '_onDisconnect: HTTPCODE_CONNECTION_LOST',
  ],
  'net.lost': [
    '[W][AsyncTCP.cpp:1123] _poll(): ack timeout 4',
    '> ERROR.mRunUntil: Error reading bytes from basic client. Write Error: 0',
    'Failed to send data - underlying network layer error',
    '[WS-Client] sending HB ping failed',
    'Error task: stream, msg: TCP send failed, code: -2',
    '! E: data sending failed',
  ],
  // Of one that was not made.
  'net.connect': [
    ':cabrt',
    '[E][ssl_client.cpp:103] start_ssl_client(): select on fd -1, errno: 9, "Bad file number"',
    '[E][ssl_client.cpp:140] start_ssl_client(): LWIP Socket config of SO_RCVTIMEO failed.',
    'Connection to server failed, is the signal good, server available at this address and timeout sufficient? 10.0.0.2:8883',
    'Error[2]: Connect Failed',
  ],
  'net.not_made': [
    '[D][HTTPClient.cpp:1158] connect(): failed connect to a.example.com:443',
    'REASON: connection refused',
    'OTA ERROR: http client error connecting to server "a.example.com:443"',
    'Failed to contact MQTT server directly (1/5)',
    'Manual Reconnect Failed - -1',
    'Error on HTTP request',
    'Error on sending POST: -1',
  ],
  'net.no_socket': ['No Socket available'],
  'net.dhcp': ['Failed to configure Ethernet, check cable connection'],
  'key.secure_element': [
    'Failed to communicate with ECC508/ECC608!',
    'No ECCX08 present!',
    'Error starting self signed cert generation!',
  ],
  'net.dns': ['Manual Reconnect Failed - -23'],
  'net.modem': [
    'The board was not able to register to the network...',
    'SIM not present or wrong PIN',
    'GPRS attach failed',
    '[1234] Register in network failed',
    'Waiting for network... fail',
    'GPRS disconnected!',
    'GPRS status: not connected',
    'Modem failed to connect to GPRS',
    'Connect GPRS failed',
  ],
  'tls.alert.handshake_failure': [
    '(SSLClient)(SSL_ERROR)(m_print_br_error): Server denied access (did you setup mTLS correctly?)',
  ],
  'tls.alert.client_certificate.unknown_ca': [
    '(SSLClient)(SSL_ERROR)(m_print_br_error): Unknown error code: 304',
  ],
  'tls.fingerprint': ["[OTA] Warning: certificate fingerpint doesn't match"],
  'cert.parse': ['setEccSlot: client certificate error'],
  'tls.cn_mismatch': ["CN 'a.example.com': not match"],
  'heap.exhausted': [
    "BSSL:_connectSSLServerRSA: Can't install serverX509check",
    '[WS][0][handleWebsocket] to less memory to handle payload 20000!',
    '[TB] Allocating memory for the internal MQTT buffer failed',
    '[MQTT] ESP8266 not enough space',
  ],
  // WebSockets, whose handshake is one of HTTP.
  'http.no_websocket': [
    '[WS-Client][handleHeader] Sec-WebSocket-Accept is wrong',
    '[WS-Client][handleHeader] no Websocket connection close.',
    'WebSocket handshake failed',
    'WebSocket handshake failed - HTTP 200',
  ],
  'http.denied': [
    '[WS-Client][handleHeader] serverCode is not 101 (403)',
    'Error task: authTask, msg: unauthorized, code: 401',
    'REASON: token is not ready (revoked or expired)',
    'Error task: authTask, msg: auth revoked, code: -14',
  ],
  'http.server_error': ['REASON: bad gateway'],
  'http.status': ['Got a non 200 status code from server. Exiting OTA Update.', 'REASON: payload too large'],
  'http.not_found': ['OTA ERROR: get response on "https://a.example.com/b.ota" returned status 404'],
  'mail.credentials': [
    'Error, Status Code: 535, Error Code: -113, Reason: authentication failed',
    '! E: XOAuth2 authenticate failed',
    '#### Error, authentication failed',
  ],
  // MQTT: Adafruit's library, ArduinoMqttClient, espMqttClient, Espurna.
  'mqtt.protocol': ['The Server does not support the level of the MQTT protocol requested'],
  'mqtt.client_id': ['The Client identifier is correct UTF-8 but not allowed by the Server'],
  'mqtt.unavailable': [
    'The MQTT service is unavailable',
    '[MQTT] Server Unavailable',
    'MQTT: Server Unavailable',
  ],
  'mqtt.credentials': [
    'The data in the user name or password is malformed',
    'connect could not connect to a.example.com:8884 Mqtt error: 5 TLS error: 0',
  ],
  'mqtt.limit': ['Exceeded reconnect rate limit. Please try again later.'],
  'mqtt.malformed': ['Disconnecting, expected CONNACK - protocol error'],
  'mqtt.keep_alive': [
    'Disconnecting, server exceeded keepalive',
    '[HBtimeout] count=2, DISCONNECTING',
    'MQTT : Connection lost, state: Connection timeout',
    'ERROR: No MQTT PING response. Halting.',
  ],
  'mqtt.topic_denied': ['handle_SubscribeDeviceTopic could not subscribe to /a/d/b/s/i'],
  // CONNECT went without an answer.
  'mqtt.refused': ['connect could not connect to a.example.com:8884 Mqtt error: -1 TLS error: 0'],
  'aws.policy': ['AWS IoT Timeout!'],
  // Updates.
  'ota.failed': [
    '[httpUpdate] Update failed',
    '[update] Update failed.',
    'Error[1]: Begin Failed',
    'OTAUpdate::download() failed with -26',
    'REASON: Updater begin() failed',
    'Error task: t, msg: firmware write failed, code: -11',
  ],
  'ota.incomplete': [
    'Error[3]: Receive Failed',
    '[httpUpdate] peekBytes magic header failed',
    '[E][HTTPUpdate.cpp:390] runUpdate(): Update.end failed! (Aborted)',
    'OTA ERROR: Download read error -1',
    'Update not finished? Something went wrong!',
    'Error Occurred. Error #: 6',
  ],
  'ota.damaged': [
    'Error[4]: End Failed',
    '[TB] Calculated checksum (ab), not the same as expected checksum (cd)',
  ],
  'ota.not_an_image': ['REASON: invalid Firmware', 'Error Occurred. Error #: 8'],
  'ota.too_large': [
    'REASON: Bin size does not fit the free flash space',
    '[E][Updater.cpp:150] begin(): too large 2000000 > 1310720',
  ],
  'ota.no_length': ['OTA ERROR: the response header doesn\'t contain "ContentLength" field'],
  'ota.no_partition': [
    '[TB] Failed to initalize flash updater, ensure that the partition scheme has two app sections',
  ],
  'ota.other_chip': ['OTA ERROR: Magic number mismatch'],
});

/** Steps of the same libraries, and failures that are of neither the network nor an update. */
describeHarmless([
  '[HTTP-Client][end] tcp is closed',
  "[HTTP-Client][sendRequest] following redirect (dropped to GET/HEAD): '/new' redirCount: 1",
  '*wm:60000 ms timeout, waiting for connect...',
  'SSL IO callbacks and timeout set, ret: 0',
  'core: resume: bad crc',
  '[SENSOR] PM1006: Wrong CRC',
  '*wm:[ERROR] hostname: set failed!',
  "*** Error:  Can't start MDNS due to invalid hostname 'a_b'.",
  '*** ERROR: Verify Authentication Failed ***',
  'Unable to create stream chain!',
  "Now we'll enable self-signed certs (will pass)",
  'Requested attribute key is NULL',
  'MQTT topics length > 32 is not recommended for compatibility with usermods!',
  'ETH  : No DNS server received via DHCP, use cached DNS IP',
  'OTA  : DO NOT RESET OR POWER OFF UNTIL BOOT+FLASH IS COMPLETE.',
  'Unable to set Auto Reconnect to true - -1',
  '[E][MqttClient.cpp:130] connect(): Could not create CONNECT packet',
]);

describeLogs('groups of lines', [
  ['tls.clock_unset', ['[SSL] Time not synced! Cannot use CA validation', '[MQTT] Connection failed']],
  // The station's status is printed before it connects.
  [
    'net.not_made',
    ['WiFi.status(): 6', 'Connected to "home"', 'connect could not connect to a.example.com:8884 Error: -2'],
  ],
]);
