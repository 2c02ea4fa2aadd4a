import {
  describeCauses,
  describeHarmless,
  describeLogs,
  type LogsWithCause,
} from '../../support/first-cause.ts';

/** Where the log shows a code and not why: the answer is no surer than that, unless a line beside it tells. */
const LOGS: LogsWithCause = [
  // mbedTLS sends the alert of the flag.
  ...(
    [
      [42, 'tls.cn_mismatch'],
      [43, 'tls.verify_policy'],
      [44, 'tls.revoked'],
      [45, 'tls.expired'],
      [46, 'tls.clock_unset'],
      [48, 'tls.ca_wrong'],
      [49, 'tls.verify_callback'],
    ] as const
  ).map(
    ([alert, cause]) =>
      [
        cause,
        [
          'W (6276) mbedtls: ssl_tls.c:4587 x509_verify_cert() returned -9984 (-0x2700)',
          `I (6286) mbedtls: ssl_tls.c:4125 send alert level=2 message=${alert}`,
        ],
      ] as const,
  ),
  // An alert goes out for a record of an unknown type, and none for one that is too long.
  [
    'tls.out_of_step',
    [
      'ssl_tls.c:4045: |2| <= send alert message',
      'ssl_tls.c:3734: |1| mbedtls_ssl_read_record_layer() returned -29184 (-0x7200)',
    ],
  ],
  // A mail server speaks first, and without TLS.
  [
    'net.plain_port',
    ['TLS buffer overflow, record size: 8307 (+5)', 'File "umail.py", line 36, in __init__'],
  ],
  [
    'net.plain_port',
    ['File "umail.py", line 35, in __init__', "OSError: (-29184, 'MBEDTLS_ERR_SSL_INVALID_RECORD')"],
  ],
  // Sockets that were not closed after TLS had failed.
  ['tls.alert.unknown', ["OSError: (-30592, 'MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE')", 'OSError: 23']],
  ['net.no_socket', ['OSError: 23']],
  // Without MQTT there is no CONNECT that a policy could refuse.
  ['tls.closed_later', ['ssl read returned -0x7880']],
  ['aws.policy', ['aws_iot: ssl read returned -0x7880']],
  // The own side could not send.
  [
    'net.lost',
    [
      'mbedtls_net_send(): error -1 in net_sock_send() - requestedLen=107',
      'ssl_tls.c:2846: mbedtls_ssl_flush_output() returned -30848 (-0x7880)',
    ],
  ],
  // The farewell to a server that has hung up.
  [
    'ok',
    [
      'GET / HTTP/1.0',
      '  < Read from server: 165 bytes read',
      'HTTP/1.0 200 OK',
      'ssl_tls.c:6421: mbedtls_ssl_read_record() returned -30848 (-0x7880)',
      'ssl_tls.c:2838: mbedtls_ssl_flush_output() returned -80 (-0x0050)',
    ],
  ],
  // Another alert at each try.
  [
    'tls.damaged_message',
    ['Alert: handshake_failure', 'Alert: decrypt_error', 'Alert: bad_record_mac'].map(
      (text) => `SSL received fatal ${text}`,
    ),
  ],
  // What failed before the crash led to it.
  [
    'net.connect.refused',
    [
      'E (2806) esp-tls: Failed to connnect to host (errno 104)',
      "Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.",
      '0x400fa6ac: ssl_poll_write at transport_ssl.c:97',
    ],
  ],
  // gdb's frames.
  [
    'crash.in_tls',
    [
      '#1  0x402449c3 in mbedtls_ssl_fetch_input (ssl=ssl@entry=0x3fff7c04, ',
      '    nb_want=nb_want@entry=5) at ssl_tls.c:2513',
      '#2  0x40245e70 in mbedtls_ssl_read_record_layer (ssl=ssl@entry=0x3fff7c04)',
    ],
  ],
  [
    'crash.in_tls',
    [
      'PC: 0x401050fa: mbedtls_internal_sha512_process at sha512.c line 242',
      'EXCVADDR: 0x00000000',
      '0x40105ff4: mbedtls_sha512_update_ret at sha512.c line 322',
    ],
  ],
  ['cpu.watchdog_crypto', ['0x4201c906: esp_aes_wait_dma_done at esp_aes.c:118', '0x4201c9a0: foo at a.c:1']],
  // calloc clears what it did not get.
  [
    'heap.exhausted',
    [
      'Exception 29: StoreProhibited: A store referenced a page mapped with an attribute that does not permit stores',
      'PC: 0x4000df64',
      'EXCVADDR: 0x00000000',
      '0x40100f9c: calloc(size_t, size_t) at umm_malloc.cpp line 820',
    ],
  ],
  [
    'heap.exhausted',
    [
      'fatal exception 29(StoreProhibitedCause):',
      'epc1=0x40218dae, epc2=0x00000000, epc3=0x00000000, excvaddr=0x00000004, depc=0x00000000',
      '0x4024aeba: more_comps at bigint.c:1072',
      '0x4024c080: bi_mod_power at bigint.c:1414',
    ],
  ],
  // wolfMQTT's callback lets certificates pass.
  [
    'aws.policy',
    [
      'MQTT TLS Verify Callback: PreVerify 0, Error -188 (certificate verify failed) ',
      'Allowing cert anyways',
      "Subject's domain name is *.ats.iot.cn-north-1.amazonaws.com.cn",
      'MQTT Socket Connect: Success (0)',
      'MQTT Connect: Proto (v3.1.1), Error (Network) (-8)',
    ],
  ],
  // A policy is AWS's.
  ['mqtt.refused', ['TLS handshake done', 'MQTT: CONNECT sent', 'transport_recv: FIN received']],
  ['aws.policy', ['TLS handshake done', 'coreMQTT: CONNECT sent', 'transport_recv: FIN received']],
  ['tls.closed_later', ['mbedtls_ssl_read returned -0x7280']],
  // A status says more than that there is no upgrade.
  [
    'http.server_error',
    [
      'transport_ws: Sec-WebSocket-Accept not found',
      'websocket_client: failed with -1, tls_flags=0, esp_ws_handshake_status_code=502, errno=119',
    ],
  ],
  ['http.no_websocket', ['transport_ws: Sec-WebSocket-Accept not found']],
  ['tls.in_len_too_small.at', ['AT+CIPSSLSIZE=8192', 'ERROR']],
  ['net.reset', ['ssl_poll_write select error 104, errno = Connection reset by peer, fd = 55']],
  // axTLS names each message; the server's last one has come.
  [
    'mqtt.refused',
    [
      'Attempting MQTT connection...',
      'State:    receiving Finished (16)',
      ':wr',
      ':sent 69',
      ':rcl',
      '#0  0x4000e190 in waiti ()',
      ':abort',
    ],
  ],
  // A session of Aliyun's SDK that was up.
  [
    'mqtt.ended',
    [
      "[inf] utils_network_ssl_read(236): ssl recv error: code = -30848, err_str = 'SSL - The peer notified us that '",
      '[dbg] iotx_mc_read_packet(746): mqtt read error, rc=-2',
      '[err] iotx_mc_keepalive(1798): network is disconnected!',
    ],
  ],
  // None of the suites is with ECDHE, however many they are.
  ...(['c02f', '003c'] as const).map(
    (suite) =>
      [
        suite === 'c02f' ? 'info.phase' : 'build.weak_suites',
        [
          ...['003d', '0035', suite, '002f', '00b7', '0095', '00b6'].map(
            (one) => `ssl_cli.c:0880: client hello, add ciphersuite: ${one}`,
          ),
          'ssl_cli.c:0913: client hello, got 7 ciphersuites',
          'ssl_cli.c:1106: <= write client hello',
        ],
      ] as const,
  ),
  // A file of the handshake alone.
  [
    'tls.peer_eof',
    [
      'ssl_tls.c:2918: mbedtls_ssl_flush_output() returned -30848 (-0x7880)',
      'ssl_cli.c:3068: mbedtls_ssl_write_record() returned -30848 (-0x7880)',
    ],
  ],
  // axTLS's word for an end, behind the handshake.
  ['tls.closed_later', ['client handshake ok!', "client's data invalid protocol", 'Error: SSL error 3']],
  ['tls.peer_eof', ['client handshake start.', 'Error: SSL error 3']],
  // Unless the program lets it pass.
  [
    'tls.unverified',
    [
      'MQTT TLS Verify Callback: PreVerify 0, Error -188 (certificate verify failed) ',
      '  Allowing cert anyways',
      'MQTT Socket Connect: Success (0)',
    ],
  ],
  // The farewell was another connection's.
  [
    'net.reset',
    [
      'mbedtls_ssl_read returned -0x7880',
      'Connecting to 10.0.0.1:8883',
      'mbedtls_ssl_handshake returned -0x50',
    ],
  ],
  // Three certificates that were tried.
  [
    'tls.alert.client_certificate.unknown_ca',
    [40, 48, 42].map((alert) => `ssl_tls.c:5177 is a fatal alert message (msg ${alert})`),
  ],
  // Of any program, some lines before a crash.
  ['crash.unaligned', ['connection failed', 'Exception (9):', 'epc1=0x40201234, excvaddr=0x3ffe1235']],
  // An old goodbye is not the alert of the code.
  [
    'tls.ca_wrong',
    [
      'send alert level=1 message=0',
      'Connecting to example.com:8883',
      'send alert level=2 message=48',
      'mbedtls_ssl_handshake returned -0x2700',
    ],
  ],
  // Words tell what the code does not.
  [
    'tls.cn_mismatch',
    ['mbedtls_ssl_handshake returned -0x2700', 'the cert is for some other name than we dialled'],
  ],
  ['ok', ['TLS connected', 'I (9) fw: set error callback']],
  ['ok', ['TLS connected', 'Received: {"onFailure":"retry","failed":[]}']],
  ['ok', ['TLS connected', 'I (9) app: subscribed to $aws/things/x/jobs/failed']],
  ['program.failed_later', ['HTTP/1.1 200 OK', 'E (100) app: relay step failed', 'Verbindung getrennt']],
  // The program's own step, behind a connection that is up.
  [
    'program.failed_later',
    ['[INFO] MQTT client connected (session_present=0).', '[ERROR] Device provisioning failed.'],
  ],
  ['ok', ['TLS handshake done', 'sent 5, 0 failed']],
  [
    'ok',
    [
      'Starting the TLS handshake...',
      'Successfully completed the TLS handshake',
      'Certificate verification passed',
    ],
  ],
];
describeLogs('a code without its reason', LOGS);

describeLogs('what comes first is why', [
  [
    'net.ended',
    [
      'location = https://example.com/main.bin',
      '[112035][E][HTTPUpdate.cpp:234] handleUpdate(): HTTP error: connection lost',
    ],
  ],
  ['net.timeout', ['22:26:48.674 -> Starting connection to server...', '22:28:49.784 -> Connection failed!']],
  [
    'net.not_made',
    ['22:26:48.674 -> Starting connection to server...', '22:26:49.784 -> Connection failed!'],
  ],
  [
    'tls.alert.unknown',
    [
      'E (5838) esp-tls: read error :-30592:',
      'E (5838) TRANS_SSL: esp_tls_conn_read error, errno=Success errno=0',
      'I (5858) esp_https_ota: Connection closed,all data received',
      'E (5868) esp_https_ota: Error: esp_ota_end failed! err=0x258. Image is invalid',
    ],
  ],
  [
    'tls.axtls_limits',
    [
      'client handshake ok!',
      'Error: invalid protocol message',
      'Fatal exception 28(LoadProhibitedCause):',
      'epc1=0x4000df1b, epc2=0x00000000, epc3=0x00000000, excvaddr=0x01000000, depc=0x00000000',
    ],
  ],
  [
    'net.lost',
    [
      '[E][ssl_client.cpp:33] _handle_error(): [data_to_read():270]: (-76) UNKNOWN ERROR CODE (004C)',
      "Guru Meditation Error: Core  1 panic'ed (LoadProhibited). Exception was unhandled.",
      'EXCVADDR: 0x00000000  LBEG    : 0x4000c46c  LEND    : 0x4000c477  LCOUNT  : 0x00000000',
    ],
  ],
  ['cert.not_der', ['Error: Invalid X509 ASN.1 file (X509 not ok)', 'Error: No trusted cert is available']],
  [
    'tls.verify_failed',
    [
      'MQTT_connect)(C1) Failed to connect to MQTT: -3',
      'OpenSSL Error[0]: error:14094412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate',
    ],
  ],
]);

describeCauses({
  'tls.not_waited': ['ssl_handshake_status: -4'],
  'tls.verify_policy.key': ['MBEDTLS_X509_BADCERT_BAD_KEY'],
  'tls.crl.expired': ['verify: MBEDTLS_X509_BADCRL_EXPIRED'],
  'tls.misused': [
    'RuntimeError: Invalid socket for TLS',
    '[E][ssl_client.cpp:37] _handle_error(): [data_to_read():361]: (-28928) SSL - Bad input parameters to function',
  ],
  'tls.alert.handshake_failure': [
    'State: sending Client Hello (1) Alert: handshake failure Error: SSL error 40 Alert: close notify [HTTP-Client] failed connect to example.com:443',
  ],
  'tls.ca_wrong.or_other': ['E (5200) esp-tls: mbedtls_ssl_handshake returned -0x2700'],
  'tls.in_len_too_small.or_setup': ['TLS handshake error: -7100'],
  'tls.damaged_message': ['mbedtls_ssl_handshake returned -0x7300'],
  'net.connect.timeout': ['<dbg> net_tcp: net_tcp_connect: (0x160540): conn: 0x1679a0, ret=-116'],
  'net.reset': ['[D][WiFiClient.cpp:509] connected(): Disconnected: RES: -1, ERR: 104'],
  'net.not_made': ['[E][NetworkClient.cpp:315] setSocketOption(): fail on 0, errno: 9, "Bad file number"'],
  'tls.internal_error': ['mbedtls_ssl_handshake returned -0x6C00'],
  // C# has mbedTLS's text alone.
  'tls.alert.unknown': [
    'A fatal alert message was received from our peer',
    'Error: A fatal alert message was received',
  ],
  'tls.clock_unset': [
    'Server Certificate Verification failed error number is 9',
    '12:20:00.123 -> Error: time not configured',
    'wolfssl: Date BEFORE check failed',
  ],
  'tls.read_failed': ["client's data invalid protocol"],
  'net.lost': [
    'InfluxDB connection failed: send header failed',
    'esp-tls-mbedtls: read error :-0x004C:',
    'E (5885) esp_https_ota: Failed to open HTTP connection: 28675',
    '[connect_ssl():341]: (-1) ERROR - Generic error',
  ],
  'cert.parse': [
    '"The CRT/CRL/CSR format is invalid, e.g., different type expected."',
    'mbedtls_x509_crt_parse_der FAILED with ffffde1e der Len [-8674]',
  ],
  'heap.exhausted': [
    'HTTP client: Disconnected with error: -127',
    '"mbedtls_ecdh_gen_public" returning -16 during server key exchange message',
  ],
  // mqttclient prints the flags in the place of a code.
  'tls.cn_mismatch': [
    'nettype_tls.c:30 server_certificate_verify()... server_certificate_verify failed returned 0x0004',
  ],
  'net.timeout': ['*** Timeout receiving headers. SSLError: "0" Connected: 0'],
  'tls.expired': ['verify error:num=10:'],
  'tls.ca_wrong': ['SSL_get_verify_result returned 20'],
  'net.dns': ["E (436901) esp-tls: couldn't get hostname for : example.azure-devices.net:"],
});

describeHarmless([
  'Established TLS connection to os.mbed.com',
  'SSL_get_verify_result returned 0',
  'connect(): Timeout value: 0',
  '[312193][E][WiFiClient.cpp:517] flush(): fail on fd 48, errno: 11, "No more processes"',
  'ATCA:3 failed to gen ECDH pubkey: 0xf4',
  '[E][WiFiClient.cpp:309] setOption(): fail on fd -1, errno: 9, "Bad file number"',
]);
