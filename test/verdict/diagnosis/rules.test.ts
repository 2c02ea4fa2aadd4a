import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../src/monitor/events.ts';
import type { CauseId } from '../../../src/verdict/diagnosis/causes.ts';
import { diagnose } from '../../../src/verdict/diagnosis/diagnose.ts';

const HANDSHAKE = 'E (5200) esp-tls-mbedtls: mbedtls_ssl_handshake returned';
const DEBUG = 'W (5200) mbedtls:';
const VERIFY = 'I (5200) esp-tls-mbedtls: verification info:   !';

/** One line or a few, and the cause that they speak for most. */
const CASES: readonly [log: string, cause: CauseId][] = [
  [`${HANDSHAKE} -0x2700\nE (5) tls: verify flags 0x00000001`, 'tls.expired'],
  [`${VERIFY} The certificate is signed with an unacceptable hash.`, 'tls.verify_policy.hash'],
  [
    `${VERIFY} The certificate is signed with an unacceptable key (eg bad curve, RSA too short).`,
    'tls.verify_policy.key',
  ],
  [`${VERIFY} The certificate is not correctly signed by the trusted CA\nE:M 536`, 'heap.exhausted'],
  [`mbedtls: ssl_cli.c:706 client hello, current time: 7\n${HANDSHAKE} -0x2700`, 'tls.clock_unset'],
  [
    `${DEBUG} ssl_tls.c:5177 is a fatal alert message (msg 48)\n${HANDSHAKE} -0x7780`,
    'tls.alert.client_certificate.unknown_ca',
  ],
  [
    `${DEBUG} ssl_tls.c:5177 is a fatal alert message (msg 112)\n${HANDSHAKE} -0x7780`,
    'tls.alert.server_name',
  ],
  [`${DEBUG} ssl_tls.c:5177 is a fatal alert message (msg 120)`, 'tls.alert.alpn'],
  [`${DEBUG} ssl_tls.c:5177 is a fatal alert message (msg 80)`, 'tls.alert.internal_error'],
  [
    `${DEBUG} ssl_tls.c:5177 is a fatal alert message (msg 40)\n${DEBUG} ssl_tls.c:5906 mbedtls_ssl_read_record() returned -30592 (-0x7780)`,
    'tls.alert.client_certificate',
  ],
  ['>>> Fatal exception 0(IllegalInstructionCause):', 'crash.illegal_instruction'],
  ['Heap 4064\nException (29):', 'heap.exhausted'],
  ['Heap 24064\nException (29):', 'crash.bad_pointer'],
  ['Heap 4064\nException (0):', 'crash.illegal_instruction'],
  [
    ' ets Jan  8 2013,rst cause:2, boot mode:(1,6)\n ets Jan  8 2013,rst cause:4, boot mode:(1,6)\nwdt reset',
    'boot.strapping',
  ],
  [
    ' ets Jan  8 2013,rst cause:2, boot mode:(3,6)\n ets Jan  8 2013,rst cause:4, boot mode:(1,6)\nwdt reset',
    'cpu.watchdog',
  ],
  ['MQT: TLS connection error: 0\nMQT: Connect failed to 10.0.0.2:1883, rc -2.', 'net.plain_port'],
  ['MQT: TLS connection error: 0\nMQT: Connect failed to 10.0.0.2:8883, rc -2.', 'tls.peer_eof'],
  ['mqtt_ev MQTT Connect (1)\nmqtt_ev MQTT Disconnect', 'mqtt.refused'],
  ['rf_cal[0] !=0x05,is 0xFF', 'boot.flash_size'],
  ['SSL handshake failed', 'tls.handshake_failed'],
  ["BSSL:Couldn't connect. Error = 'constructor'", 'tls.call_failed'],
  ['getaddrinfo() error 202\nTLS connection failed', 'net.dns'],
  ['ssl_handshake_status: -260', 'tls.axtls_limits'],
  ['ssl_handshake_status: -263', 'tls.alert.protocol_version'],
  ['ssl_handshake_status: -268', 'tls.verify_failed'],
  ['ssl_handshake_status: -269', 'key.unreadable'],
  ['ssl_handshake_status: -513', 'cert.parse'],
  ['ssl_handshake_status: -262', 'tls.bad_mac'],
  [`${HANDSHAKE} -0x7500`, 'tls.out_len_too_small'],
  [`${HANDSHAKE} -0x7080`, 'tls.mfln_fragmentation.or_feature'],
  [`${HANDSHAKE} -0x7b00`, 'build.curve_disabled'],
  [`${HANDSHAKE} -0x6800`, 'net.timeout'],
  [`${HANDSHAKE} -0x3f00`, 'build.ec_disabled'],
  ['E (5) esp-tls-mbedtls: mbedtls_x509_crt_parse returned -0x3a00', 'build.curve_disabled'],
  ['E (5) esp-tls-mbedtls: mbedtls_x509_crt_parse returned -0x262e', 'build.signature_algorithm'],
  ['E (5) esp-tls-mbedtls: mbedtls_x509_crt_parse returned -0x3b00', 'build.max_mpi'],
  ['E (5) esp-tls-mbedtls: mbedtls_pk_parse_keyfile returned -0x3c00', 'key.encrypted'],
  ['E (5) esp-tls-mbedtls: mbedtls_pk_parse_keyfile returned -0x1080', 'key.unreadable'],
  ['mbedtls_ctr_drbg_seed returned -0x34', 'build.entropy'],
  ['mbedtls_net_connect returned -44', 'net.connect'],
  ['I (9) mqtt: CONNACK code 5', 'mqtt.refused'],
  ['failed, rc=5 try again in 5 seconds', 'mqtt.credentials'],
  [' mbedtls_ssl_read returned -0x7280', 'tls.closed_later'],
  ['***ERROR*** A stack overflow in task mqtt has been detected.', 'crash.stack_overflow'],
  ['Stack canary watchpoint triggered (mqtt_task)', 'crash.stack_overflow'],
  ['Panic /home/me/WiFiClientSecure.cpp:404 ax_port_malloc', 'heap.exhausted'],
  [
    'E (9) task_wdt: Task watchdog got triggered.\nabort() was called at PC 0x400d2a10 on core 0',
    'cpu.watchdog',
  ],
  [
    "Performing the SSL/TLS handshake...\nGuru Meditation Error: Core  0 panic'ed (Interrupt wdt timeout on CPU1)",
    'cpu.watchdog_crypto',
  ],
  [' ets Jan  8 2013,rst cause:2, boot mode:(1,6)', 'boot.strapping'],
  [
    ' ets Jan  8 2013,rst cause:1, boot mode:(1,6)\nets Jan  8 2013,rst cause:2, boot mode:(3,6)\ncsum err',
    'boot.image',
  ],
  [`TCP: Connect to ip  10.0.0.2:1883\nclient handshake start.`, 'net.plain_port'],
  [`I (5) ws: Connecting to ws://10.0.0.2:9001\n${HANDSHAKE} -0x7200`, 'net.plain_port'],
  [
    `Connecting to /x.iot-as-mqtt.cn-shanghai.aliyuncs.com/1883...\n${HANDSHAKE} -0x7200`,
    'tls.in_len_too_small.or_other',
  ],
  [`${HANDSHAKE} -0x7680`, 'tls.ca_missing'],
  ['E (5) esp-tls-mbedtls: No server verification option set in esp_tls_cfg_t structure', 'tls.ca_missing'],
  ['csum err', 'boot.image'],
  [' ets Jan  8 2013,rst cause:4, boot mode:(3,6)', 'cpu.watchdog'],
  [`${HANDSHAKE} -0x6f00`, 'tls.call_failed'],
  ['I (5) wifi station: disconnect, reason: 15', 'net.wifi.password'],
  ['\uFFFD\uFFFD\u0001\uFFFD\u0002\uFFFD', 'port.baud'],
];

describe('the rules of the diagnosis', () => {
  it.each(CASES)('%s', (log, cause) => {
    const { causes } = diagnose(log.split('\n').map(parseLine));
    expect(causes.map(({ id, weight }) => `${id} ${weight}`)[0]?.split(' ')[0]).toBe(cause);
  });

  it('waiting for more data is no error', () => {
    const log = 'ssl_tls.c:2722: |1| mbedtls_ssl_fetch_input() returned -26880 (-0x6900)';
    expect(diagnose([parseLine(log)]).causes).toEqual([]);
  });
});
