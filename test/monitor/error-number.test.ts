import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readErrorNumber } from '../../src/monitor/error-number.ts';

describe('readErrorNumber', () => {
  it.each([
    ['-9984', '', -9984],
    ['-0x2700', '', -0x2700],
    ['0x3c80', '', -0x3c80],
    ['FFFFBD70', '', -0x4290],
    ['-2880', 'mbedtls_ssl_handshake', -0x2880],
    ['-52', 'mbedtls_net_connect', -0x52],
    ['-52', 'mbedtls_ssl_handshake', -52],
    ['-80', 'mbedtls_net_recv', -80],
    ['0', '', 0],
    ['-0x0', '', 0],
    ['-4290', '', -0x4290],
    ['-9774', '', -9774],
    ['-0xffffffb4', 'mbedtls_ssl_read', -0x4c],
    ['-0xfffffff0', 'mbedtls_ssl_handshake', -0x10],
    ['-0x8680', '', -0x8680],
    ['-34432', '', -0x8680],
    ['99999', '', undefined],
    ['hello', '', undefined],
  ])('%s of "%s" is %s', (text, call, code) => {
    expect(readErrorNumber(text, call)).toBe(code);
  });

  it('reads a decimal code whose parts go together', () => {
    const high = fc.integer({ min: 0x21, max: 0xff }).map((module) => module * 0x80);
    fc.assert(
      fc.property(high, (code) => {
        expect(readErrorNumber(String(-code))).toBe(-code);
      }),
    );
  });

  it('reads every code that has the form of one, in all spellings that tell the base', () => {
    const high = fc.integer({ min: 0x21, max: 0xff }).map((module) => module * 0x80);
    const codes = fc.tuple(high, fc.nat(0x7f)).map(([module, low]) => -(module + low));
    fc.assert(
      fc.property(codes, (code) => {
        const hex = Math.abs(code).toString(16);
        for (const text of [`-0x${hex}`, `0x${hex.toUpperCase()}`, (code >>> 0).toString(16)]) {
          expect(readErrorNumber(text)).toBe(code);
        }
      }),
    );
  });
});
