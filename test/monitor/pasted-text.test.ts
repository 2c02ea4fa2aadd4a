import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asPrinted } from '../../src/monitor/pasted-text.ts';

const PRINTED = `E (3514) esp-tls: couldn't get "a_b" at <10.0.0.1>: mbedtls_ssl_handshake returned -0x2700`;

describe('a line as the device printed it', () => {
  it.each([
    ['a web page’s blanks', PRINTED.replaceAll(' ', '\u00A0')],
    ['blanks without a width', `\uFEFF${PRINTED.replace('esp-tls', 'esp\u200B-tls')}`],
    [
      'a word processor’s quotation marks',
      PRINTED.replace("'", '\u2019').replace('"', '\u201C').replace('"', '\u201D'),
    ],
    ['its dashes', PRINTED.replace('-0x', '\u20130x')],
    ['a minus sign', PRINTED.replace('-0x', '\u22120x')],
    [
      'entities',
      PRINTED.replace('<', '&lt;').replace('>', '&gt;').replaceAll('"', '&quot;').replace("'", '&#39;'),
    ],
    ['Markdown’s escapes', PRINTED.replaceAll('_', String.raw`\_`).replace('<', String.raw`\<`)],
    ['code', `\`${PRINTED}\``],
    ['bold', `**${PRINTED}**`],
    ['a string of JSON', `${JSON.stringify(PRINTED)},`],
    ['Python’s bytes', `b'${PRINTED.replace("'", String.raw`\'`)}${String.raw`\r\n`}'`],
    ['line ends in words', `${PRINTED}<CR><LF>`],
    ['line ends as pictures', `${PRINTED}\u240D\u240A`],
    ['colours in escapes', String.raw`\x1b[0;31m${PRINTED}\x1b[0m`],
    ['colours by number', `<27>[0;31m${PRINTED}<27>[0m`],
    ['colours in caret notation', `^[[0;31m${PRINTED}^[[0m`],
  ])('%s', (_, line) => {
    expect(asPrinted(line)).toBe(PRINTED);
  });

  it.each([
    PRINTED,
    `\u001B[0;31m${PRINTED}\u001B[0m`,
    'State:\tsending Client Hello (1)',
    '3ffffdd0:  402014ef 3ffee91c 3fff2c34 00000001',
    '"Message": "Unauthorized"',
    String.raw`File "C:\Users\me\main.py", line 3`,
    `b'\\x16\\x03`,
    '',
  ])('leaves %j alone', (line) => {
    expect(asPrinted(line)).toBe(line);
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (line) => {
        expect(asPrinted(asPrinted(line)).length).toBeLessThanOrEqual(line.length * 3);
      }),
    );
  });
});
