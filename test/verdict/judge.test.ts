import { describe, expect, it } from 'vitest';
import { parseLine } from '../../src/monitor/events.ts';
import { Judge } from '../../src/verdict/judge.ts';

const PASS = [
  ' ets Jan  8 2013,rst cause:1, boot mode:(3,6)',
  'I (0) bench: espaws bench 1 mbedTLS 2.28.3',
  'I (9) tls: mbedtls_ssl_handshake returned 0',
  'I (9) tls: verify flags 0x00000000',
  'I (9) tls: handshake TLSv1.2 TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256 in 9 ms',
  'I (9) mqtt: CONNACK code 0',
  'I (9) heap: peak 16944 of 81000',
  'I (9) bench: done pass',
];

function judge(lines: readonly string[], how: 'decided' | 'timeout' | 'lost' = 'decided') {
  const judge = new Judge();
  for (const line of lines) judge.push(parseLine(line));
  return judge.conclude(how);
}

const without = (part: string) => PASS.filter((line) => !line.includes(part));

describe('Judge', () => {
  it('passes a run that shows every proof', () => {
    expect(judge(PASS)).toMatchObject({
      verdict: 'pass',
      handshake: { version: 'TLSv1.2', ciphersuite: 'TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256' },
      heapPeakBytes: 16944,
      verifyFlags: 0,
    });
  });

  it.each(['tls: handshake', 'verify flags', 'CONNACK'])('does not pass without the line «%s»', (part) => {
    expect(judge(without(part)).verdict).toBe('fail');
  });

  it('does not pass on flags that are set', () => {
    const lines = PASS.map((line) => line.replace('0x00000000', '0x00000008'));
    expect(judge(lines)).toMatchObject({ verdict: 'fail', verifyFlagNames: ['NOT_TRUSTED'] });
  });

  it('takes all bits set for no verification at all', () => {
    const lines = PASS.map((line) => line.replace('0x00000000', '0xffffffff'));
    const observation = judge(lines);
    expect(observation).toMatchObject({ verdict: 'fail', verifyFlagNames: [] });
    expect(observation.verifyFlags).toBeUndefined();
  });

  it('names the first call that failed', () => {
    const lines = [
      ...PASS.slice(0, 2),
      'E (9) tls: mbedtls_x509_crt_parse(certificate) returned -0x3C80 (-15488)',
      'I (9) bench: done fail mbedtls_x509_crt_parse(certificate) -15488',
    ];
    expect(judge(lines)).toMatchObject({
      verdict: 'fail',
      failure: { kind: 'call', call: 'mbedtls_x509_crt_parse(certificate)', code: -15488 },
    });
  });

  it('takes a second boot banner for a reset', () => {
    const lines = [...PASS.slice(0, 3), ' ets Jan  8 2013,rst cause:4, boot mode:(3,6)'];
    expect(judge(lines)).toMatchObject({ verdict: 'fail', failure: { kind: 'reset', resetCause: 4 } });
  });

  it('collects the registers of a fatal exception', () => {
    const lines = [...PASS.slice(0, 3), 'Fatal exception (28):', 'epc1=0x40210010, excvaddr=0x00000000'];
    expect(judge(lines)).toMatchObject({
      verdict: 'fail',
      failure: { kind: 'exception', cause: 28, registers: { epc1: 0x40210010, excvaddr: 0 } },
    });
  });

  it.each(['timeout', 'lost'] as const)('says %s where the log just stops', (how) => {
    expect(judge(PASS.slice(0, 3), how)).toMatchObject({ verdict: how, lastCall: 'mbedtls_ssl_handshake' });
  });
});
