import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accessRule } from '../../../src/io/serial/access.ts';
import { CONTROL, decodeBaudRate, encodeBaudRate } from '../../../src/io/serial/com-port.ts';
import { PairedLineChanges, ReplayedResets } from '../../../src/io/serial/line-changes.ts';
import { parsePortUrl, shownPortUrl } from '../../../src/io/serial/port-url.ts';
import {
  decodeSignature,
  encodeSignature,
  isTokenResponse,
  tokenResponse,
} from '../../../src/io/serial/rfc2217-signature.ts';
import { usbBridge } from '../../../src/io/serial/usb-bridges.ts';

describe('port URLs', () => {
  test.each([
    ['/dev/ttyUSB0', { kind: 'native', path: '/dev/ttyUSB0' }],
    ['COM3', { kind: 'native', path: 'COM3' }],
    ['\\\\.\\COM12', { kind: 'native', path: '\\\\.\\COM12' }],
    ['rfc2217://lab:4000', { kind: 'rfc2217', host: 'lab', port: 4000 }],
    ['rfc2217://lab', { kind: 'rfc2217', host: 'lab', port: 23 }],
    ['rfc2217://s%40me@lab:4000', { kind: 'rfc2217', host: 'lab', port: 4000, token: 's@me' }],
    ['rfc2217://[::1]:4000', { kind: 'rfc2217', host: '::1', port: 4000 }],
    ['socket://10.0.0.1:23', { kind: 'socket', host: '10.0.0.1', port: 23 }],
  ])('%s', (url, target) => {
    expect(parsePortUrl(url)).toEqual(target);
  });

  test.each(['', 'ttyUSB0', 'usb:', 'socket://host', 'rfc2217://', 'rfc2217://host:99999', 'COMX'])(
    '"%s" is none',
    (url) => {
      expect(() => parsePortUrl(url)).toThrow(expect.objectContaining({ code: 'port/unknown' }));
    },
  );

  test('a token is not shown', () => {
    expect(shownPortUrl('rfc2217://secret@lab:4000')).toBe('rfc2217://lab:4000');
    expect(() => parsePortUrl('rfc2217://secret@lab:x')).toThrow(/^"rfc2217:\/\/lab:x"/);
  });
});

test('baud rates go there and back', () => {
  fc.assert(
    fc.property(fc.nat(0xffff_ffff), (rate) => {
      expect(decodeBaudRate(encodeBaudRate(rate))).toBe(rate);
    }),
  );
  expect(decodeBaudRate(Uint8Array.of(1, 2, 3))).toBeUndefined();
});

describe('the signature', () => {
  test('words there and back', () => {
    const words = { challenge: '00ff', refused: 'busy' };
    expect(Object.fromEntries(decodeSignature(encodeSignature(words))!)).toEqual(words);
    expect(decodeSignature(encodeSignature())?.size).toBe(0);
  });

  test.each(['ser2net 4.3', 'espaws/2', '', 'espaws/12'])('"%s" is not of espaws', (text) => {
    expect(decodeSignature(new TextEncoder().encode(text))).toBeUndefined();
  });

  test('a token is proved, not shown', () => {
    const response = tokenResponse('secret', 'c1');
    expect(response).not.toContain('secret');
    expect(isTokenResponse('secret', 'c1', response)).toBe(true);
    expect(isTokenResponse('secret', 'c2', response)).toBe(false);
    expect(isTokenResponse('other', 'c1', response)).toBe(false);
    expect(isTokenResponse('secret', 'c1', '')).toBe(false);
  });
});

describe('the line changes of clients', () => {
  const { dtrOn, dtrOff, rtsOn, rtsOff } = CONTROL;

  test('pairs of espaws change both lines at once', () => {
    const changes = new PairedLineChanges();
    const steps = [dtrOff, rtsOn, dtrOn, rtsOff].flatMap((value) => changes.receive(value).steps);
    expect(steps.map(({ signals }) => signals)).toEqual([
      { dtr: false, rts: true },
      { dtr: true, rts: false },
    ]);
  });

  // Opening by pyserial, then ClassicReset and HardReset of esptool/reset.py, in its versions 4 and 5.
  test('the sequences of esptool.py are replayed', () => {
    const changes = new ReplayedResets();
    const resets = (...values: number[]) => values.map((value) => changes.receive(value).reset);
    expect(resets(dtrOn, rtsOn)).toEqual(['loader', undefined]);
    expect(resets(dtrOff, rtsOn, dtrOn, rtsOff, dtrOff)).toEqual([
      undefined,
      undefined,
      'loader',
      undefined,
      undefined,
    ]);
    expect(resets(rtsOn, rtsOff)).toEqual([undefined, 'program']);
  });

  test('a replayed reset into the loader keeps GPIO0 low while EN rises, and releases both', () => {
    const { steps } = new ReplayedResets().receive(dtrOn);
    expect(steps).toEqual([
      { signals: { dtr: false, rts: true }, holdMs: 100 },
      { signals: { dtr: true, rts: false }, holdMs: 50 },
      { signals: { dtr: false, rts: false }, holdMs: 0 },
    ]);
  });
});

describe('who may connect', () => {
  test.each([
    [['192.168.1.20'], '192.168.1.20', true],
    [['192.168.1.20'], '192.168.1.21', false],
    [['10.0.0.0/8', 'fd00::/8'], '10.200.3.4', true],
    [['10.0.0.0/8', 'fd00::/8'], 'fd12::1', true],
    [['10.0.0.0/8', 'fd00::/8'], 'fe80::1', false],
    [['10.0.0.0/8'], '::ffff:10.1.1.1', true],
    [['10.0.0.0/8'], '::ffff:11.1.1.1', false],
  ])('%j: %s %s', (allow, address, may) => {
    expect(accessRule({ host: '0.0.0.0', allow })(address)).toBe(may);
  });

  test.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('%s needs no rule', (host) => {
    expect(accessRule({ host })('127.0.0.1')).toBe(true);
  });

  test.each([
    [{ host: '0.0.0.0' }, /could use the port/],
    [{ host: '::' }, /could use the port/],
    [{ host: '192.168.1.1', allow: [] }, /could use the port/],
    [{ host: '127.0.0.1', token: '' }, /empty/],
    [{ host: '127.0.0.1', allow: ['10.0.0.0/33'] }, /10\.0\.0\.0\/33/],
    [{ host: '127.0.0.1', allow: ['lab'] }, /"lab"/],
  ])('%j is refused', (options, message) => {
    expect(() => accessRule(options)).toThrow(expect.objectContaining({ code: 'usage/invalid' }));
    expect(() => accessRule(options)).toThrow(message);
  });
});

test.each([
  ['1a86', '7523', 'CH340'],
  ['10C4', 'EA60', 'CP2102'],
  ['046d', 'c52b', undefined],
  [undefined, undefined, undefined],
])('bridge %s:%s is %s', (vendorId, productId, name) => {
  expect(usbBridge(vendorId, productId)).toBe(name);
});
