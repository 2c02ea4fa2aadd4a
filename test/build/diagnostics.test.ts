import { describe, expect, it } from 'vitest';
import { readDiagnostics } from '../../src/build/diagnostics.ts';

// Lines as gcc 12.2 and GNU ld 2.40 print them.
describe('readDiagnostics', () => {
  it.each([
    [
      "a.c:3:5: error: unknown type name 'foo'",
      { severity: 'error', file: 'a.c', line: 3, column: 5, message: "unknown type name 'foo'" },
    ],
    [
      'library/ssl_tls.c:12:2: error: #error "MBEDTLS_ECDH_C defined, but not all prerequisites"',
      { severity: 'error', file: 'library/ssl_tls.c', line: 12, column: 2 },
    ],
    [
      'x.c:1:10: fatal error: no.h: No such file or directory',
      { severity: 'error', message: 'no.h: No such file or directory' },
    ],
    ['x.c:1: warning: "A" redefined', { severity: 'warning', file: 'x.c', line: 1 }],
    [
      "/usr/bin/ld: /tmp/a.ltrans0.ltrans.o:(.literal.main+0x10): undefined reference to `mbedtls_ssl_init'",
      { severity: 'error', symbol: 'mbedtls_ssl_init' },
    ],
    [
      "/usr/lib/gcc/xtensa-lx106-elf/12.2.0/../../../xtensa-lx106-elf/bin/ld: region `dram' overflowed by 10152 bytes",
      { severity: 'error', overflow: { region: 'dram', bytes: 10152 } },
    ],
  ])('%s', (line, expected) => {
    expect(readDiagnostics(line)).toMatchObject([expected]);
  });

  it.each([
    'In file included from a.c:1:',
    'collect2: error: ld returned 1 exit status',
    '   12 | int x',
    '',
  ])('keeps quiet about «%s»', (line) => {
    expect(readDiagnostics(line)).toEqual([]);
  });

  it('says each thing once', () => {
    expect(readDiagnostics('a.c:1:1: error: x\na.c:1:1: error: x\n')).toHaveLength(1);
  });
});
