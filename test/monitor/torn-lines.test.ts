import { describe, expect, it } from 'vitest';
import { parseLine } from '../../src/monitor/events.ts';
import { TornLines } from '../../src/monitor/torn-lines.ts';

function read(lines: readonly string[]) {
  const torn = new TornLines();
  return lines.map((line) => torn.read(line));
}

describe('a line that was torn in two', () => {
  it.each([
    {
      title: 'in a word',
      lines: [
        'I (7431) esp-tls: verification info:   ! The c',
        'ertificate is signed with an unacceptable hash',
      ],
      whole: { kind: 'verify-reason', flags: ['BAD_MD'] },
    },
    {
      title: 'behind a blank',
      lines: ['HAL_TLS_mbedtls.c|HAL_TLS_Connect(253): mbedtls_ssl_handshake ', 'failed returned 0x6800'],
      whole: { kind: 'call', call: 'mbedtls_ssl_handshake', code: -0x6800 },
    },
    {
      title: 'at a blank',
      lines: ['W (900) app: what the library says is: handshake', 'timed out'],
      whole: { kind: 'timed-out' },
    },
  ])('$title is read as one', ({ lines, whole }) => {
    const [first, second] = read(lines);
    expect(first?.kind).toMatch(/^(?:text|log)$/);
    expect(second).toMatchObject(whole);
  });

  it.each([
    ['whole lines', ['The certificate is', 'signed with an unacceptable hash']],
    [
      'a line with its own head',
      [
        'I (7431) app: and here the verification of mbedtls_ssl_handshake',
        'I (7432) app: failed returned 0x6800',
      ],
    ],
    [
      'a line that is read by itself',
      ['E (5) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2700 here', 'and goes on like this'],
    ],
  ])('leaves %s alone', (_, lines) => {
    expect(read(lines)).toEqual(lines.map(parseLine));
  });
});
