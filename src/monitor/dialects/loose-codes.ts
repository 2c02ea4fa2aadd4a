import { isPlausible, readErrorNumber } from '../error-number.ts';
import type { LogPrefix, MonitorDetail } from '../event.ts';
import type { Rule } from '../rule.ts';
import { MBEDTLS_ERRORS } from './mbedtls-errors.ts';

/** Who speaks of TLS, and not of a temperature or a signal strength. */
const SUBJECT = /tls|ssl|x509|cert|handshake|mqtt|aws|https/i;
/** Behind these words programs print what a call returned. */
const WORDS = ['err', 'ret', 'rc', 'fail', 'code', 'status', 'result'];
const BEFORE = String.raw`(?:err(?:or|no)?|ret(?:val|urn(?:ed|s)?)?|rc|fail(?:ed|ure)?|code|status|result)`;
const BETWEEN = String.raw`(?: (?:code|is|was|with|error))?[^\w-]{0,4}`;

/** Before the digits of a decimal code. */
const NEGATIVE = ['-1', '-2', '-3', '-4', '-5', '-6', '-7', '-8', '-9'];

/** Codes of modules, of which no other software has the numbers: `ret = -9984`. */
const KNOWN: ReadonlySet<number> = new Set(
  MBEDTLS_ERRORS.flatMap(([code]) => (code >= 0x1000 ? [-code] : [])),
);

/**
 * An mbedTLS code in words of the program's own (`tls connect err -0x7280`), where no rule knows the line. Decimal only
 * with four digits and more, as codes of a module have, and only in a line that speaks of TLS.
 */
export const LOOSE_CODE_RULES: readonly Rule[] = [
  // Four digits, as `-0x%04x` prints: other software's codes are positive or shorter.
  { mark: '-0x', pattern: /(?<![\w.])(-0x[\da-f]{4})\b/i, read: ([number]) => coded(number!) },
  {
    // A number alone: the rest of a line that was wrapped, or all that a program prints.
    mark: NEGATIVE,
    pattern: /^[^\w-]{0,4}(-\d{4,5})[^\w-]{0,4}$/,
    read: ([number]) => {
      const detail = coded(number!);
      // A program may print a temperature or an offset so.
      return detail?.kind === 'code' && isPlausible(detail.code) ? detail : undefined;
    },
  },
  {
    // «TLS init: -32512».
    mark: [': -', '= -', '=-', '(-'],
    pattern: /^(.*)[=:(] ?(-\d{4,5})\b(?![.\d])/,
    read: ([before, number], prefix) => (speaksOfTls(before!, prefix) ? coded(number!) : undefined),
  },
  {
    // Codes of the sockets, in two digits: «ssl_handshake: -0x4C», «recv failed -0x4c».
    mark: ['-0x4', '-0x5'],
    pattern: /^(.*(?:handshake|\b(?:hs|recv|read|send|write)\b).{0,16}?)(-0x(?:4[2-9a-f]|5[02]))\b/i,
    read: ([before, number], prefix) => (speaksOfTls(before!, prefix) ? coded(number!) : undefined),
  },
  {
    // «[tls] hs -9984».
    mark: [' -', ':-', '=-'],
    pattern: /^(.*\b(?:hs|handshake|ssl|tls)\b[\w \]:]{0,20}?[ :=]{1,2})(-\d{4,5})\b(?![.\d])/i,
    read: ([, number]) => coded(number!),
  },
  {
    mark: WORDS,
    pattern: new RegExp(
      String.raw`^(.*)\b${BEFORE}${BETWEEN}(-?\d{4,5}|429495\d{4}|0x-?(?:ffff)?[\da-f]{4}|-[1-7][\da-f]{3})\b`,
      'i',
    ),
    read: ([before, number], prefix) =>
      speaksOfTls(before!, prefix) || /ffff/i.test(number!) || KNOWN.has(Number(number))
        ? coded(number!)
        : undefined,
  },
];

/** Words of a fault or of TLS, in the languages of those who post logs. */
const FAULT =
  /fehl|erreur|chec|chou|error|fallo|falha|errore|fail|zert|cert|schl(?:ü|ue)ssel|clave|cl[ée]\b|handshake|tls|ssl/i;

/** Behind all other rules: a module's code in a line that speaks of a fault in whatever words. */
export const FOREIGN_CODE_RULES: readonly Rule[] = [
  {
    mark: NEGATIVE,
    pattern: /^(.*)(?<![\w.])(-\d{4,5})\b(?![.\d])/,
    read: ([before, number]) =>
      FAULT.test(before!) && KNOWN.has(Number(number)) ? coded(number!) : undefined,
  },
  {
    mark: '0x',
    pattern: /^(.*\b(?:handshake|tls|ssl)\b.*)\b(0x[1-7][\da-f]{3})\b/i,
    read: ([, number]) => (KNOWN.has(-Number(number)) ? coded(`-${number}`) : undefined),
  },
  {
    mark: ['-0x4', '-0x5'],
    pattern: /^(.*)(?<!\w)(-0x(?:4[2-9a-f]|5[02]))\b/i,
    read: ([before, number]) => (FAULT.test(before!) ? coded(number!) : undefined),
  },
];

function coded(text: string): MonitorDetail | undefined {
  const code = readErrorNumber(text);
  // A positive number may be a port, or a size.
  const isCode = /^(?:-|0x-|0xffff|4294)/i.test(text) || (code !== undefined && isPlausible(code));
  return code === undefined || code === 0 || !isCode ? undefined : { kind: 'code', code };
}

/** The line before the number, or its tag, does. */
function speaksOfTls(before: string, prefix: LogPrefix | undefined): boolean {
  return SUBJECT.test(before) || SUBJECT.test(prefix?.tag ?? '');
}
