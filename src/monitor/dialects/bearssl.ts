import type { MonitorDetail } from '../event.ts';
import type { Rule } from '../rule.ts';

/** BearSSL of the Arduino core (WiFiClientSecureBearSSL.cpp, StackThunk.cpp), and applications that print its error. */
export const BEARSSL_RULES: readonly Rule[] = [
  {
    mark: 'rror',
    pattern: /\b(?:BearSSL|BSSL|last ?SSL ?error|getLastSSLError|SSL ?error ?code)\b\D{0,24}?\b(\d{2,3})\b/i,
    read: ([code]) => ofNumber(Number(code)),
  },
  {
    mark: 'fatal alert - ',
    pattern: /SSL (received|sent) fatal alert - (.*?)\.?'?$/,
    read: ([direction, text]) => ofAlertText(direction as 'received' | 'sent', text!),
  },
  {
    mark: 'no authentication method',
    pattern: /no authentication method is setup/,
    read: () => ({ kind: 'no-trust-anchor' }),
  },
  {
    mark: '_run_until: ',
    pattern: /BSSL:_run_until: (Timeout)/,
    read: ([reason]) => ({ kind: 'handshake-failed', reason: reason! }),
  },
  {
    mark: 'BSSL:Connected',
    pattern: /^BSSL:Connected!/,
    read: () => ({ kind: 'tls-connected', suite: undefined, durationMs: undefined }),
  },
  {
    mark: 'for SSL structures',
    pattern: /Unable to allocate memory for SSL structures/,
    read: () => ({ kind: 'allocation-failed', bytes: undefined }),
  },
  {
    // Tasmota and ESPEasy (WiFiClientSecureLightBearSSL.h).
    mark: 'TLS ',
    pattern: /\bTLS (?:connection error|error code): -100([012])\b/,
    // A new value: it is written to.
    read: ([number]) => ({ ...LIGHT_ERRORS[Number(number)]! }),
  },
  {
    // The same two: BearSSL's number, and 0 where the server hung up.
    mark: 'TLS ',
    pattern: /\bTLS (?:connection error|error code): (\d{1,3})\b/,
    read: ([code]) =>
      code === '0' ? { kind: 'handshake-failed', reason: 'connection lost' } : ofNumber(Number(code)),
  },
  {
    mark: 'BSSL stack overflow',
    pattern: /BSSL stack overflow/,
    read: () => ({ kind: 'stack-overflow', task: undefined }),
  },
];

/** -1000, -1001 and -1002. */
const LIGHT_ERRORS: readonly MonitorDetail[] = [
  { kind: 'allocation-failed', bytes: undefined },
  { kind: 'dns-failed', host: undefined, code: undefined },
  { kind: 'connect-failed', host: undefined },
];

/** Behind the rules for verification, whose sentences it quotes. */
export const BEARSSL_FAILURE_RULES: readonly Rule[] = [
  {
    mark: 'BSSL:Couldn',
    pattern: /^BSSL:Couldn't connect\. Error = '(.*?)'?$/,
    read: ([reason]) => ({ kind: 'handshake-failed', reason: reason! }),
  },
];

/** BR_ERR_X509_... of bearssl_x509.h: TIME_UNKNOWN to NOT_TRUSTED. */
const FLAGS: Readonly<Record<number, string>> = {
  53: 'FUTURE',
  54: 'EXPIRED',
  55: 'NOT_TRUSTED',
  56: 'CN_MISMATCH',
  58: 'NOT_TRUSTED',
  59: 'KEY_USAGE',
  60: 'BAD_KEY',
  62: 'NOT_TRUSTED',
};
/** BR_ERR_... of bearssl_ssl.h: UNSUPPORTED_VERSION, BAD_VERSION, TOO_LARGE, BAD_CIPHER_SUITE. */
const ERRORS: Readonly<Record<number, MonitorDetail>> = {
  3: { kind: 'handshake-failed', reason: 'invalid version' },
  4: { kind: 'handshake-failed', reason: 'invalid version' },
  6: { kind: 'record-problem', problem: 'too-long' },
  16: { kind: 'no-shared-suite' },
};
/** Of bearssl_ssl.h: beyond these an alert that was received, or sent. */
const RECEIVED = 256;
const SENT = 512;

function ofNumber(code: number): MonitorDetail | undefined {
  const flag = FLAGS[code];
  if (flag !== undefined) return { kind: 'verify-reason', flags: [flag] };
  const error = ERRORS[code];
  // A new value: it is written to.
  if (error !== undefined) return { ...error };
  if (code < RECEIVED || code >= SENT + 256) return undefined;
  return code >= SENT ? alert('sent', code - SENT) : alert('received', code - RECEIVED);
}

/**
 * Arduino takes the number of an alert for one of BearSSL's own errors, and prints the text of that: what it calls a
 * decoding error is handshake_failure. Errors of bearssl_ssl.h and bearssl_x509.h by the alert of the same number.
 */
const ALERTS_BY_TEXT: readonly (readonly [text: string, alert: number])[] = [
  ['Decoding error: extraneous element', 40],
  ['Decoding error: unexpected element', 41],
  ['Decoding error: expected constructed element', 42],
  ['Decoding error: expected primitive element', 43],
  ['Decoding error: BIT STRING length', 44],
  ['Decoding error: BOOLEAN value', 45],
  ['Decoding error: value is off-limits', 46],
  ['Invalid distinguished name', 47],
  ['Invalid date/time representation', 48],
  ['Certificate contains unsupported features', 49],
  ['Key or signature size exceeds', 50],
  ['Key type does not match', 51],
];

function ofAlertText(direction: 'received' | 'sent', text: string): MonitorDetail {
  const description = ALERTS_BY_TEXT.find(([start]) => text.startsWith(start))?.[1];
  return description === undefined
    ? { kind: 'handshake-failed', reason: text }
    : alert(direction, description);
}

function alert(direction: 'received' | 'sent', description: number): MonitorDetail {
  return { kind: 'alert', direction, level: 2, description };
}
