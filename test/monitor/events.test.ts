import { describe, expect, it } from 'vitest';
import { parseLine } from '../../src/monitor/events.ts';

describe('parseLine', () => {
  it.each([
    [' ets Jan  8 2013,rst cause:2, boot mode:(3,6)', { kind: 'boot', resetCause: 2, bootMode: 3 }],
    ['csum err', { kind: 'image-refused', reason: 'csum err' }],
    [
      'I (0) bench: espaws bench 1 mbedTLS 2.28.3',
      { kind: 'hello', firmware: 'espaws bench 1', mbedtls: '2.28.3' },
    ],
    [
      'I (12) tls: mbedtls_x509_crt_parse(ca) returned 0',
      { kind: 'call', call: 'mbedtls_x509_crt_parse(ca)', code: 0, timeMs: 12 },
    ],
    [
      'W (12) tls: mbedtls_x509_crt_parse(ca) returned 2',
      { kind: 'call', call: 'mbedtls_x509_crt_parse(ca)', code: 2, timeMs: 12 },
    ],
    [
      'E (99) tls: mbedtls_pk_parse_key returned -0x3C80 (-15488)',
      { kind: 'call', call: 'mbedtls_pk_parse_key', code: -15488, timeMs: 99 },
    ],
    ['E (5) tls: verify flags 0x00000008', { kind: 'verify-flags', flags: 8 }],
    [
      'E (5) tls: alert received level 2 description 40',
      { kind: 'alert', direction: 'received', level: 2, description: 40 },
    ],
    [
      'I (5) tls: handshake TLSv1.2 TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256 in 1234 ms',
      {
        kind: 'handshake',
        version: 'TLSv1.2',
        suite: 'TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256',
        durationMs: 1234,
      },
    ],
    ['I (5) heap: peak 16944 of 81000', { kind: 'heap-peak', peakBytes: 16944, totalBytes: 81000 }],
    [
      'I (5) heap: after mbedtls_ssl_setup used 10 peak 20 free 30',
      { kind: 'heap', after: 'mbedtls_ssl_setup', usedBytes: 10, peakBytes: 20, freeBytes: 30 },
    ],
    ['I (5) mqtt: CONNACK code 0', { kind: 'mqtt-connack', code: 0 }],
    ['I (5) bench: done pass', { kind: 'done', passed: true, call: undefined, code: undefined }],
    [
      'I (5) bench: done fail mbedtls_ssl_handshake -9984',
      { kind: 'done', passed: false, call: 'mbedtls_ssl_handshake', code: -9984 },
    ],
    ['Fatal exception (28):', { kind: 'exception', cause: 28 }],
    [
      'epc1=0x40210010, excvaddr=0x00000000',
      { kind: 'registers', values: { epc1: 0x40210010, excvaddr: 0 } },
    ],
    [
      '\u001B[0;31mE (40) wifi: no AP\u001B[0m',
      { kind: 'log', level: 'E', timeMs: 40, tag: 'wifi', text: 'no AP' },
    ],
    ['hello', { kind: 'text' }],
  ])('%s', (line, expected) => {
    expect(parseLine(line)).toMatchObject(expected);
  });
});
