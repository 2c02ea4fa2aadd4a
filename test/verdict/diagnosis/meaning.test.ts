import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../src/monitor/events.ts';
import { firstCause } from '../../support/first-cause.ts';
import { meaningOf } from '../../../src/verdict/diagnosis/meaning.ts';

const meaning = (line: string) => meaningOf(parseLine(line), { namesOf: () => [] });

describe('the words beside a line', () => {
  it('name an alert that it shows', () => {
    expect(meaning('I (6350) mbedtls: ssl_tls.c:5169 got an alert message, type: [2:40]')).toBe(
      'TLS alert 40 handshake_failure',
    );
  });

  it.each([
    [
      'OpenSSL Error: error:1417C0C7:SSL routines:tls_process_client_certificate:peer did not return a certificate',
      'tls.alert.client_certificate.missing',
    ],
    ['OpenSSL Error[0]: error:0A000102:SSL routines::unsupported protocol', 'tls.alert.protocol_version'],
  ])('name none that a server will have sent for it: %s', (line, cause) => {
    expect(parseLine(line)).toMatchObject({ kind: 'alert', isInferred: true });
    expect(meaning(line)).toBeUndefined();
    expect(firstCause([line])).toBe(cause);
  });
});
