import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../src/monitor/events.ts';
import { diagnose } from '../../../src/verdict/diagnosis/diagnose.ts';
import type { DiagnosisContext } from '../../../src/verdict/diagnosis/rule.ts';

interface Log {
  name: string;
  lines: string[];
  cause: string;
}

/** What the log alone cannot show: its lines are those of another fault, letter by letter. */
const CONTEXTS: Readonly<Record<string, DiagnosisContext>> = {
  '61-heap-pk-parse': { freeHeapBytes: 5000 },
};

const causesOf = (lines: readonly string[], context: DiagnosisContext = {}) =>
  diagnose(lines.map(parseLine), context);

describe('diagnose', () => {
  it.each([...logsOf('posted.json'), ...logsOf('made.json'), ...logsOf('composed.json')])(
    '$name is $cause',
    ({ name, lines, cause }) => {
      const { causes } = causesOf(lines, CONTEXTS[name]);
      expect(causes[0]?.id).toBe(cause);
      expect(causes[0]?.evidence.length).toBeGreaterThan(0);
      for (const line of causes[0]!.evidence)
        expect(lines.map((text) => parseLine(text).line.trim())).toContain(line);
    },
  );

  it('names the test that decides where one code has several causes', () => {
    const { causes, decidingTest } = causesOf([
      'E (5200) esp-tls-mbedtls: mbedtls_pk_parse_keyfile returned -0x3d00',
    ]);
    expect(causes.map(({ id }) => id)).toEqual([
      'build.ec_disabled.or_key',
      'heap.exhausted',
      'key.unreadable',
    ]);
    expect(decidingTest).toContain('BEGIN EC PRIVATE KEY');
  });

  it('names the crypto interface of TLS 1.3 beside an internal error of the handshake', () => {
    const { causes } = causesOf(['mbedtls_ssl_handshake returned -27648']);
    expect(causes.map(({ id }) => id)).toEqual(['tls.internal_error', 'build.tls13']);
  });

  it('needs no test where the log proves the cause', () => {
    expect(
      causesOf(['mbedtls: ssl_tls.c:5177 is a fatal alert message (msg 51)']).decidingTest,
    ).toBeUndefined();
  });

  it('says nothing of a log that shows nothing', () => {
    expect(causesOf(['hello', 'I (5) main: started'])).toEqual({ causes: [], decidingTest: undefined });
  });

  it('keeps no more of an endless log than of a long one', () => {
    const line = 'W (5) mbedtls: ssl_tls.c:5177 mbedtls_ssl_fetch_input() returned -80 (-0x0050)';
    const { causes } = diagnose(Array.from({ length: 10_000 }, () => parseLine(line)));
    expect(causes[0]).toMatchObject({ id: 'net.reset', evidence: [line] });
  });
});

function logsOf(file: string): Log[] {
  const url = new URL(`../../fixtures/logs/${file}`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { logs: Log[] }).logs;
}
