import { describe, expect, it } from 'vitest';
import { parseLine } from '../../src/monitor/events.ts';

type Case = readonly [line: string, expected: object];

/** Lines as the firmware of each family prints them. Their sources are named in src/monitor/dialects. */
const FAMILIES: Readonly<Record<string, readonly Case[]>> = {
  'boot ROM and loaders': [
    [' ets Jan  8 2013,rst cause:4, boot mode:(3,7)', { kind: 'boot', resetCause: 4, bootMode: 3 }],
    ['load 0x40100000, len 7872, room 16 ', { kind: 'segment', address: 0x40100000, bytes: 7872 }],
    ['ets_main.c 389 ', { kind: 'image-refused', reason: 'ets_main.c 389' }],
    ['waiting for host', { kind: 'loader' }],
    [
      'OS SDK ver: 1.5.0-dev(950076a) compiled @ Nov  4 2016 19:29:32',
      { kind: 'version', of: 'sdk', version: '1.5.0-dev(950076a)' },
    ],
    ['SDK version:0.9.9', { kind: 'version', of: 'sdk', version: '0.9.9' }],
    ['SDK:2.2.2-dev(38a443e)/Core:2.7.4=20704000/lwIP:x', { kind: 'version', version: '2.2.2-dev(38a443e)' }],
    ['phy ver: 273, pp ver: 8.3', { kind: 'version', of: 'phy', version: '273' }],
    ['2nd boot version : 1.7(5d6f877)', { kind: 'version', of: 'bootloader', version: '1.7(5d6f877)' }],
    [
      'I (64) boot: ESP-IDF v3.4 2nd stage bootloader',
      { kind: 'version', of: 'bootloader', version: 'v3.4' },
    ],
    [
      'I (95) boot:  0 nvs              WiFi data        01 02 00009000 00006000',
      { kind: 'partition', label: 'nvs', type: 1, subtype: 2, offset: 0x9000, bytes: 0x6000 },
    ],
    ['\u0012\uFFFD\u0001\uFFFDr\uFFFD\u0002', { kind: 'garbage' }],
  ],
  axTLS: [
    ['Error: SSL error 40', { kind: 'alert', direction: 'received', description: 40 }],
    ['ssl_handshake_status: -48', { kind: 'alert', direction: 'received', description: 48 }],
    ['client handshake fail: -516', { kind: 'verify-reason', flags: ['FUTURE'] }],
    ['Error: SSL error 266', { kind: 'no-shared-suite' }],
    ['client handshake fail: -520', { kind: 'verify-reason', flags: ['BAD_MD'] }],
    ['SSL handshake failed. :( -261', { kind: 'handshake-failed', reason: 'invalid protocol message' }],
    ['ssl_handshake_status: -258', { kind: 'connect-failed' }],
    ['ssl_handshake_status: -263', { kind: 'handshake-failed', reason: 'invalid version' }],
    ['OSError: -40', { kind: 'alert', direction: 'received', description: 40 }],
    ['ValueError: invalid key', { kind: 'handshake-failed', reason: 'invalid key' }],
    ['ValueError: invalid cert', { kind: 'handshake-failed', reason: 'certificate cannot be parsed' }],
    ['failed to grow plain buffer', { kind: 'allocation-failed' }],
    ['OSError: -2', { kind: 'dns-failed' }],
    ['TLS buffer overflow, record size: 9040 (+5)', { kind: 'record-problem', problem: 'too-long' }],
    ['OSError: -521', { kind: 'handshake-failed', reason: 'invalid private key' }],
    ["OSError: (-257, 'SSL_ERROR_RECORD_OVERFLOW')", { kind: 'record-problem', problem: 'too-long' }],
    ['Error: SSL error 299', { kind: 'handshake-failed', reason: 'error 299' }],
    ['Error: record overflow', { kind: 'record-problem', problem: 'not-tls' }],
    ['ssl->need_bytes=5120 > 4000', { kind: 'record-problem', problem: 'too-long' }],
    ['Error: connection lost', { kind: 'handshake-failed', reason: 'connection lost' }],
    ['Alert: unexpected message', { kind: 'alert', direction: 'sent', description: 10 }],
    ['client handshake start.', { kind: 'handshake-step', step: 'client handshake' }],
  ],
  BearSSL: [
    ['SSL Error Code: 54', { kind: 'verify-reason', flags: ['VALIDITY'] }],
    ['getLastSSLError = 296', { kind: 'alert', direction: 'received', description: 40 }],
    [
      "BSSL:Couldn't connect. Error = 'SSL received fatal alert - Invalid date/time representation.'",
      { kind: 'alert', direction: 'received', description: 48 },
    ],
    [
      "BSSL:Couldn't connect. Error = 'SSL received fatal alert - Unknown error code.'",
      { kind: 'handshake-failed', reason: 'Unknown error code' },
    ],
    ['BSSL:Connection *will* fail, no authentication method is setup', { kind: 'no-trust-anchor' }],
    ['BSSL:_run_until: Timeout', { kind: 'handshake-failed', reason: 'Timeout' }],
    ['10:00:00 MQT: TLS connection error: 0', { kind: 'handshake-failed', reason: 'connection lost' }],
    ['10:00:00 MQT: TLS connection error: 6', { kind: 'record-problem', problem: 'too-long' }],
    ['10:00:00 MQT: TLS connection error: 53', { kind: 'verify-reason', flags: ['NO_TIME'] }],
    ['10:00:00 MQT: TLS connection error: 62', { kind: 'verify-reason', flags: ['NOT_TRUSTED'] }],
    ['BSSL:Connected!', { kind: 'tls-connected' }],
    ['FATAL ERROR: BSSL stack overflow', { kind: 'stack-overflow' }],
    ['10:00:00 MQT: TLS connection error: -1000', { kind: 'allocation-failed' }],
    ['10:00:00 MQT: TLS connection error: -1001', { kind: 'dns-failed' }],
    ['5000: MQTT : TLS error code: -1002', { kind: 'connect-failed' }],
  ],
  'Wi-Fi, DHCP, DNS': [
    ['state: 0 -> 2 (b0)', { kind: 'wifi-state', from: 0, to: 2 }],
    ['\u001B[0;32mI (412) wifi:state: 2 -> 3 (0)\u001B[0m', { kind: 'wifi-state', from: 2, to: 3 }],
    [
      'connected with TP-LINK_CB4DE8, channel 6',
      { kind: 'wifi-connected', ssid: 'TP-LINK_CB4DE8', channel: 6 },
    ],
    ['no home found, reconnect after 1s', { kind: 'wifi-disconnected', reason: 201, name: 'NO_AP_FOUND' }],
    [
      'D (900) event: SYSTEM_EVENT_STA_DISCONNECTED, ssid:home, ssid_len:4, bssid:00:00:00:00:00:00, reason:201 (no ap found)',
      { kind: 'wifi-disconnected', reason: 201 },
    ],
    ['[W][WiFiGeneric.cpp:187] _eventCallback(): Reason: 202 - AUTH_FAIL', { kind: 'wifi-disconnected' }],
    ['TCP: Connect to ip  10.0.0.2:1883', { kind: 'connecting', host: '10.0.0.2', port: 1883 }],
    [
      'I (5) app: Connecting to ws://broker.example.com/mqtt',
      { kind: 'connecting', scheme: 'ws', host: 'broker.example.com', port: 80 },
    ],
    ['failed ! net_connect returned -0x0052', { kind: 'call', call: 'net_connect', code: -82 }],
    ['[MQTT WARN] Connection refuse, reason code: 4', { kind: 'mqtt-refused' }],
    ['failed, rc=-4 try again in 5 seconds', { kind: 'mqtt-refused', why: 'no-answer' }],
    [
      "[12:00:00][W][wifi_esp8266:482]: Event: Disconnected ssid='home' bssid=[redacted] reason='Auth Expired'",
      { kind: 'wifi-disconnected', reason: 2 },
    ],
    [
      "Disconnected ssid='home' reason='Probe Request Unsuccessful'",
      { kind: 'wifi-disconnected', reason: 201 },
    ],
    ["Disconnected ssid='home' reason='4-Way Handshake Timeout'", { kind: 'wifi-disconnected', reason: 15 }],
    ["WIFI : Disconnected! Reason: '(202) Auth fail'", { kind: 'wifi-disconnected', reason: 202 }],
    ['Disconnect reason: WIFI_REASON_ASSOC_FAIL', { kind: 'wifi-disconnected', reason: 203 }],
    ['00:00:12 WIF: Connect failed with AP incorrect password', { kind: 'wifi-disconnected', reason: 202 }],
    ['ssid[home] bssid[00:00:00:00:00:00] reason[203]', { kind: 'wifi-disconnected', reason: 203 }],
    ['*WM: [2] [EVENT] WIFI_REASON: 2', { kind: 'wifi-disconnected', reason: 2 }],
    ['*WM: [3] lastconxresult: WL_STATION_WRONG_PASSWORD', { kind: 'wifi-disconnected', reason: 202 }],
    ['Connection result: WL_NO_SSID_AVAIL', { kind: 'wifi-disconnected', reason: 201 }],
    ['MQT: Connect failed to 10.0.0.2:1883, rc -2. Retry in 10 sec', { kind: 'connecting', port: 1883 }],
    ['client.lastError = -5', { kind: 'mqtt-refused', why: 'no-answer' }],
    ['client.lastError = -3', { kind: 'connect-failed' }],
    ['client.lastError = 0', { kind: 'text' }],
    [
      "Couldn't resolve IP address for 'broker.example.com'!",
      { kind: 'dns-failed', host: 'broker.example.com' },
    ],
    ['cannot resolve this conflict', { kind: 'text' }],
    ['ev_handler           MQTT Disconnect', { kind: 'mqtt-refused', why: 'closed' }],
    ['Disconnected, reason: nobody knows', { kind: 'text' }],
    ['Disconnected, reason: constructor', { kind: 'text' }],
    ['bcn_timout,ap_probe_send_start', { kind: 'wifi-disconnected', name: 'BEACON_TIMEOUT' }],
    ['STA disconnect: 4', { kind: 'wifi-disconnected', name: 'ASSOC_EXPIRE' }],
    [
      'I (900) wifi station: disconnect, reason: 15',
      { kind: 'wifi-disconnected', name: '4WAY_HANDSHAKE_TIMEOUT' },
    ],
    [
      'ip:192.168.1.100,mask:255.255.255.0,gw:192.168.1.1',
      { kind: 'address', ip: '192.168.1.100', gateway: '192.168.1.1' },
    ],
    [
      'I (2345) tcpip_adapter: sta ip: 10.0.0.7, mask: 255.0.0.0, gw: 10.0.0.1',
      { kind: 'address', ip: '10.0.0.7' },
    ],
    [
      "E (391653) esp-tls: couldn't get hostname for :a.example.com: getaddrinfo() returns 202, addrinfo=0x0",
      { kind: 'dns-failed', host: 'a.example.com', code: 202 },
    ],
    ['E (5) app: DNS lookup failed err=202 res=0x0', { kind: 'dns-failed', code: 202 }],
    ['Last error code reported from esp-tls: 0x8001', { kind: 'esp-tls-error', code: 0x8001 }],
    [
      'W (1) app: MQTT_EVENT_ERROR: Last esp error code: 0x8010 = ESP_ERR_MBEDTLS_SSL_HANDSHAKE_FAILED',
      { kind: 'esp-tls-error', code: 0x8010 },
    ],
    [
      '[hostByName] Host: a.example.com lookup error: -5',
      { kind: 'dns-failed', host: 'a.example.com', code: -5 },
    ],
    ['E (9) esp-tls: Failed to connnect to host (errno 104)', { kind: 'connect-failed' }],
    ['E (9) esp-tls: [sock=54] select() timeout', { kind: 'connect-failed' }],
    ['E (9) TRANSPORT_BASE: tcp_read error, errno=Connection reset by peer', { kind: 'connection-reset' }],
    ['failed, rc=-2 try again in 5 seconds', { kind: 'connect-failed' }],
    ['failed, rc=5 try again in 5 seconds', { kind: 'mqtt-refused' }],
  ],
  'TLS calls': [
    ['E (9) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2700', { kind: 'call', code: -0x2700 }],
    ['E (9) esp-tls-mbedtls: mbedtls_ssl_handshake returned -9984', { kind: 'call', code: -9984 }],
    [
      'E (10011) aws_iot: failed! mbedtls_net_connect returned -52',
      { kind: 'call', call: 'mbedtls_net_connect', code: -0x52 },
    ],
    ['mbedtls_ssl_handshake:[-0x7780]', { kind: 'call', code: -0x7780 }],
    ['mbedtls_ssl_handshake() return -0x2700', { kind: 'call', code: -0x2700 }],
    ['mbedtls_ssl_handshake error: -2880', { kind: 'call', code: -0x2880 }],
    [
      '[HTTPS:E] mbedtls_ssl_setup res=FFFF8100 (SSL - Memory allocation failed)',
      { kind: 'call', code: -0x7f00 },
    ],
    ['  !  mbedtls_x509_crt_parse caCert returned -0x2180   ', { kind: 'call', code: -0x2180 }],
    [
      'E (8) NET: Error: mbedtls_ssl_setup SSL - Memory allocation failed -32512',
      { kind: 'call', code: -32512 },
    ],
    ['Error: -15488', { kind: 'code', code: -15488 }],
    [
      '12 1536 [MQTT] ERROR: Handshake failed with error code -29312',
      { kind: 'call', call: 'handshake', code: -29312 },
    ],
    ['[E][ssl_client.cpp:35] handle_error(): MbedTLS message code: -29312', { kind: 'code', code: -29312 }],
    ['Last mbedtls failure: 0x7280 = SSL - The connection indicated an EOF', { kind: 'code', code: -0x7280 }],
    ['E (2948) esp-x509-crt-bundle: PK verify failed with error FFFFBD70', { kind: 'code', code: -0x4290 }],
    ['error: 5', { kind: 'text' }],
    // In a program's own words.
    ['connect to broker failed: err -0x7280', { kind: 'code', code: -0x7280 }],
    ['tls_open ret=-30592', { kind: 'code', code: -30592 }],
    ['E (1234) my_tls: cannot connect, error code -9984', { kind: 'code', code: -9984 }],
    ['E (1234) app: cannot connect, error code -9984', { kind: 'code', code: -9984 }],
    ['E (1234) app: cannot connect, error code -9983', { kind: 'connect-failed' }],
    ['tls ok, rc -12', { kind: 'text' }],
    ['rssi error -4300', { kind: 'text' }],
    ['offset 0x10-0x2700', { kind: 'text' }],
    ["BSSL:Couldn't connect. Error = 'Unknown error code.'", { kind: 'handshake-ended' }],
    [
      "BSSL:Couldn't connect. Error = 'Chain could not be linked to a trust anchor.'",
      { kind: 'verify-reason', flags: ['NOT_TRUSTED'] },
    ],
    ['TLS connected in 1753 ms, max ThunkStack used 4596', { kind: 'tls-connected', durationMs: 1753 }],
  ],
  'verify results': [
    [
      'I (5) esp-tls-mbedtls: verification info:   ! The certificate validity starts in the future',
      { kind: 'verify-reason', flags: ['FUTURE'] },
    ],
    ['  ! The certificate is not', { kind: 'verify-reason', flags: ['NOT_TRUSTED'] }],
    [
      'I (11487) esp-tls: verification info:   ! The certificate is not correctly signA',
      { kind: 'verify-reason', flags: ['NOT_TRUSTED'] },
    ],
    ['The certificate is signed with', { kind: 'verify-reason', flags: ['BAD_MD', 'BAD_PK', 'BAD_KEY'] }],
    ['ssl_tls.c:6023: |3| ! Certificate verification flags 00000008', { kind: 'verify-flags', flags: 8 }],
    [
      'E (5) esp-x509-crt-bundle: No matching trusted root certificate found',
      { kind: 'verify-reason', flags: ['NOT_TRUSTED'] },
    ],
    ['BearSSL error 56', { kind: 'verify-reason', flags: ['CN_MISMATCH'] }],
    ['getLastSSLError: 296', { kind: 'alert', direction: 'received', description: 40 }],
    ['I (5) esp-tls: Certificate verified.', { kind: 'log' }],
  ],
  'mbedTLS debug output': [
    [
      'I (9721) mbedtls: ssl_tls.c:3754 <= read record',
      { kind: 'handshake-step', phase: 'end', step: 'read record' },
    ],
    ['mbedTLS: |2| 0x5592cfdfc6e8: => handshake', { kind: 'handshake-step', step: 'handshake' }],
    ['00> 0x2203d6bc: server state: 3', { kind: 'handshake-step', step: 'server certificate' }],
    [
      'handshake state: 1 (MBEDTLS_SSL_CLIENT_HELLO) -> 2 (MBEDTLS_SSL_SERVER_HELLO)',
      { kind: 'handshake-step', step: 'server hello' },
    ],
    [
      '0x2203d6bc: 0000:  15 03 03 00 02                                   .....',
      { kind: 'record', type: 21, bytes: 2 },
    ],
    ['0x2203d6bc: 0000:  02 28                                            .(', { kind: 'dump' }],
    [
      '0x40203a01: mbedtls_ssl_handshake at /sdk/ssl_tls.c:20',
      { kind: 'source', function: 'mbedtls_ssl_handshake' },
    ],
    ['ssl_tls.c:8021: |2| => handshake', { kind: 'handshake-step', phase: 'begin', step: 'handshake' }],
    [
      'mbedtls: ssl_cli.c:3336 client state: 2',
      { kind: 'handshake-step', phase: 'next', step: 'server hello' },
    ],
    [
      'I (1) mbedtls: ssl_tls.c:3007 0x3ffcc67c: client state: MBEDTLS_SSL_CERTIFICATE_REQUEST',
      { kind: 'handshake-step', step: 'certificate request' },
    ],
    [
      'W (5200) mbedtls: ssl_tls.c:4344 ssl_get_next_record() returned -29184 (-0x7200)',
      { kind: 'inner-call', call: 'ssl_get_next_record', code: -0x7200 },
    ],
    [
      'ssl_tls.c:2722: |2| ssl->f_recv(_timeout)() returned -80 (-0x0050)',
      { kind: 'inner-call', code: -0x50 },
    ],
    ['mbedtls: ssl_msg.c:4799 is a fatal alert message (msg 70)', { kind: 'alert', description: 70 }],
    [
      'ssl_tls.c:5107: |3| got an alert message, type: [2:40]',
      { kind: 'alert', direction: 'received', level: 2, description: 40 },
    ],
    [
      'ssl_tls.c:5177: |3| send alert level=2 message=48',
      { kind: 'alert', direction: 'sent', description: 48 },
    ],
    [
      'ssl_cli.c:1900: |3| server hello, chosen ciphersuite: TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256',
      { kind: 'negotiated', what: 'suite', value: 'TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256' },
    ],
    ['ssl_cli.c:1700: |3| server hello, chosen version: [3:3]', { kind: 'negotiated', value: 'TLSv1.2' }],
    [
      'ssl_cli.c:905 client hello, got 4 ciphersuites (excluding SCSVs)',
      { kind: 'offered-suites', count: 4 },
    ],
    ['mbedtls: ssl_cli.c:706 client hello, current time: 7', { kind: 'clock-unset', seconds: 7 }],
    [
      'ssl_tls.c:4067: |3| input record: msgtype = 22, version = [3:3], msglen = 1522',
      { kind: 'record', type: 22, bytes: 1522 },
    ],
    [
      'TLS<3> (heap=10000): ssl_tls.c:3265 handshake message: msglen = 4096, type = 11, hslen = 5165',
      { kind: 'handshake-message', type: 11, recordBytes: 4096, bytes: 5165 },
    ],
    ['ssl_tls.c:3363: bad message length', { kind: 'record-problem', problem: 'too-long' }],
    ['ssl_cli.c:3300: |3| got a certificate request', { kind: 'client-certificate', state: 'requested' }],
    [
      'V (9) mbedtls: ssl_tls.c:3091 0010:  02 f5 d4 b3 45 11 a5 80  ....E...',
      { kind: 'dump', prefix: { level: 'V', tag: 'mbedtls', timeMs: 9 } },
    ],
    [
      'ssl_tls13_generic.c:1485: 0x3ffcbf90: psa_generate_key() returned -',
      { kind: 'psa-failed', call: 'psa_generate_key' },
    ],
  ],
  heap: [
    ['W (14534) wifi: alloc eb len=36 type=3 fail, heap:4115072', { kind: 'allocation-failed', bytes: 36 }],
    ['E:M 536', { kind: 'allocation-failed', bytes: 536 }],
    ['last failed alloc call: 40201234(512)', { kind: 'allocation-failed', bytes: 512 }],
    ['E (9) Dynamic Impl: alloc(17058 bytes) failed', { kind: 'allocation-failed', bytes: 17058 }],
    ['BSSL:_connectSSL: OOM error', { kind: 'allocation-failed' }],
    ['malloc failed', { kind: 'allocation-failed' }],
    ['esp_get_minimum_free_heap_size():224', { kind: 'free-heap', bytes: 224, isMinimum: true }],
    ['Free Heap Size: 42528', { kind: 'free-heap', bytes: 42528 }],
    ['Low heap (25044 bytes)', { kind: 'free-heap', bytes: 25044 }],
  ],
  crashes: [
    ['Fatal exception 28(LoadProhibitedCause):', { kind: 'exception', cause: 28 }],
    ['Exception (9):', { kind: 'exception', cause: 9 }],
    ['rtn_add=0x40278781', { kind: 'registers', values: { rtn_add: 0x40278781 } }],
    [
      'epc1=0x40203790 epc2=0x00000000 epc3=0x00000000 excvaddr=0x33342042 depc=0x00000000',
      { kind: 'registers', values: { epc1: 0x40203790, excvaddr: 0x33342042 } },
    ],
    [
      "Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.",
      { kind: 'panic', reason: 'LoadProhibited' },
    ],
    [
      'PC      : 0x402638f0  PS      : 0x00000030  A0      : 0x402468ba  A1      : 0x3fff46f0  ',
      { kind: 'registers', values: { pc: 0x402638f0, a0: 0x402468ba, a1: 0x3fff46f0 } },
    ],
    [
      'Backtrace: 0x402638f0:0x3fff46f0 0x40210010:0x3fff4710',
      { kind: 'backtrace', frames: [{ pc: 0x402638f0, sp: 0x3fff46f0 }, { pc: 0x40210010 }] },
    ],
    ['3ffffdd0:  402014ef 3ffee91c 3fff2c34 00000001  ', { kind: 'stack', address: 0x3ffffdd0 }],
    ['0x3ffffdd0: 402014ef 3ffee91c', { kind: 'stack', words: [0x402014ef, 0x3ffee91c] }],
    ['a0 402638f0 a1 3fff46f0', { kind: 'registers', values: { a0: 0x402638f0, a1: 0x3fff46f0 } }],
    [
      '***ERROR*** A stack overflow in task mqtt has been detected.',
      { kind: 'stack-overflow', task: 'mqtt' },
    ],
    ['abort() was called at PC 0x40210010 on core 0', { kind: 'abort', pc: 0x40210010 }],
    ['Task watchdog got triggered.', { kind: 'watchdog', which: 'task' }],
    ['[020743] [DEBUG] Exception cause: 3', { kind: 'exception', cause: 3 }],
    ['connection failed', { kind: 'connect-failed' }],
    ['error magic!', { kind: 'image-refused', reason: 'error magic!' }],
    ['backup boot failed.', { kind: 'image-refused' }],
    ['rf_cal[0] !=0x05,is 0x00', { kind: 'system-sectors' }],
    ['TLS failed to start the connection process.', { kind: 'handshake-failed', reason: 'unknown' }],
    ['5 packets failed over TLS', { kind: 'text' }],
    [' Soft WDT reset', { kind: 'watchdog', which: 'software' }],
    ['Fatal exception:4 flag:3 (SOFT_WDT) epc1:0x40100000', { kind: 'watchdog', which: 'software' }],
    ['wdt reset', { kind: 'watchdog', which: 'hardware' }],
    [
      '0x402638f0: mpi_mul_hlp at /home/a/bignum.c:1364 (discriminator 2)',
      { kind: 'source', address: 0x402638f0, function: 'mpi_mul_hlp', lineNumber: 1364 },
    ],
    [
      '0x4022e4c5: br_i15_modpow_opt at src/inner.h line 812',
      { kind: 'source', function: 'br_i15_modpow_opt', lineNumber: 812 },
    ],
  ],
};

describe.each(Object.entries(FAMILIES))('%s', (_family, cases) => {
  it.each(cases)('%s', (line, expected) => {
    expect(parseLine(line)).toMatchObject(expected);
  });
});

describe('what stands before a line', () => {
  it.each([
    '10:58:58.521 -> E (40) wifi: no AP',
    '10:58:58.521 → E (40) wifi: no AP',
    '10:58:58.521 > E (40) wifi: no AP',
    '[2020-07-23_17:33:11:425]E (40) wifi: no AP',
    '【2020-06-22 16:28:24:375】E (40) wifi: no AP',
    '\u001B[0;31mE (40) wifi: no AP\u001B[0m',
    '\u241B[0;31mE (40) wifi: no AP\u241B[0m',
    '[0;31mE (40) wifi: no AP[0m',
    '> E (40) wifi: no AP',
  ])('%s', (line) => {
    expect(parseLine(line)).toMatchObject({
      kind: 'log',
      level: 'E',
      timeMs: 40,
      tag: 'wifi',
      text: 'no AP',
    });
  });

  it('takes a time of the day for no time since the start', () => {
    expect(parseLine('I (00:10:39.264) wifiManager: hello').prefix).toEqual({
      level: 'I',
      timeMs: undefined,
      tag: 'wifiManager',
    });
  });
});
