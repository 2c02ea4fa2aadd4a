import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';

/** BearSSL of the Arduino core (WiFiClientSecureBearSSL.cpp, StackThunk.cpp), and applications that print its error. */
export const BEARSSL_RULES: readonly Rule[] = [
  {
    mark: 'rror',
    pattern:
      /\b(?:BearSSL|BSSL|br_\w+_last_error|last ?SSL ?error|getLastSSLError|SSL ?error ?code)\b\D{0,24}?(?<![-.\d])(\d{1,3})\b(?![.\d])/i,
    read: ([code]) => ofNumber(Number(code)),
  },
  {
    // The names of bearssl_ssl.h and bearssl_x509.h; an alert is added to the first number of its kind.
    mark: 'BR_ERR_',
    pattern: /\bBR_ERR_(?:(RECV|SEND)_FATAL_ALERT\W{1,3}(\d{1,3})|((?:X509_)?[A-Z_]+))\b/,
    read: ([direction, number, name]) =>
      name === undefined
        ? alert(direction === 'SEND' ? 'sent' : 'received', Number(number))
        : ofNumber(NAMES[name] ?? NAMES[name.replace(/^X509_/, '')] ?? 0),
  },
  {
    mark: 'fatal alert - ',
    // getLastSSLError gives the number of the alert, and a text that is another error's.
    pattern: /(?:(?<![-.\d])\b(\d{1,3})\)?(?:: | - |, )"?)?SSL (received|sent) fatal alert - (.*?)\.?'?$/,
    read: ([number, direction, text]) =>
      number === undefined
        ? ofAlertText(direction as 'received' | 'sent', text!)
        : alert(direction as 'received' | 'sent', Number(number)),
  },
  {
    mark: 'Name lookup failure',
    pattern: /\bName lookup failure/,
    read: () => ({ kind: 'dns-failed', host: undefined, code: undefined }),
  },
  {
    mark: 'connect TCP socket',
    pattern: /Unable to connect TCP socket/,
    read: () => ({ kind: 'connect-failed', host: undefined }),
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
    mark: ['BSSL:Connected', 'Connected! MFLN'],
    pattern: /^(?:BSSL:Connected!|Connected! MFLNStatus)/,
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
    read: ([number]) => copyOf(LIGHT_ERRORS[Number(number)]),
  },
  {
    // The same two: BearSSL's number, and 0 where the server hung up.
    mark: 'TLS ',
    pattern: /\bTLS (?:connection error|error code): (\d{1,3})\b/,
    read: ([code]) => {
      if (code === '0') return { kind: 'handshake-failed', reason: 'connection lost' };
      // Of its own check of the key's fingerprint.
      return code === '1' ? { kind: 'fingerprint-mismatch' } : ofNumber(Number(code));
    },
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

/** Of the texts below, what other lines hold least. */
const ERROR_MARKS = [
  'Incoming ',
  'Decryption found',
  'No initial entropy',
  'Server wants to use',
  'max fragment length does',
  'nternal limit exceeded',
  'Finished message from',
  'Unsupported or invalid',
  'I/O error or premature',
  'unsupported features',
  'Key or signature size',
  'Key type does not',
  'Unknown critical ext',
  'Invalid signature in S',
  'public key does not have',
];

/** Behind the rules for verification, whose sentences it quotes. */
export const BEARSSL_FAILURE_RULES: readonly Rule[] = [
  {
    // The TCP connection is there when the core begins to wait; a number is printed by versions without the texts.
    mark: "Couldn't connect. Error",
    pattern: /^(?:BSSL:)?Couldn't connect\. Error = (?:'(.*?)'?|(\d{1,3}))\s*$/,
    read: ([text, number]) => {
      if (number !== undefined) return ofNumber(Number(number)) ?? { kind: 'handshake-ended' };
      // The text for 0, and in older versions for every alert.
      if (/^Unknown error code\.?'?$/.test(text!)) return { kind: 'handshake-ended' };
      return ofText(text!) ?? { kind: 'handshake-failed', reason: text! };
    },
  },
  {
    mark: '_wait_for_handshake: fail',
    pattern: /^(?:BSSL:)?_wait_for_handshake: failed/,
    read: () => ({ kind: 'handshake-ended' }),
  },
  {
    // The number behind anybody's words: «TLS error 298», «ssl err=304».
    mark: ['rr', 'RR', 'ode', 'tatus'],
    pattern:
      /^(?!.*\balert\b).*\b(?:SSL|TLS|WiFiClientSecure|secure client)\b.{0,20}?[ _]?\b(?:err|error|status|code)\b(?:[ _]?code)?\W{0,3}(?<![-.\d])(\d{1,3})\b(?![.\d])/i,
    read: ([code]) => ofNumber(Number(code)),
  },
  // The same texts, as applications print them that ask getLastSSLError for them.
  {
    mark: ERROR_MARKS,
    pattern: /(.*)/,
    read: ([text]) => ofText(text!),
  },
];

/** BR_ERR_X509_... of bearssl_x509.h: BAD_SIGNATURE to NOT_TRUSTED. A date too early and one too late have one number. */
const FLAGS: Readonly<Record<number, string>> = {
  52: 'NOT_TRUSTED',
  53: 'NO_TIME',
  54: 'VALIDITY',
  55: 'NOT_TRUSTED',
  56: 'CN_MISMATCH',
  58: 'NOT_TRUSTED',
  59: 'KEY_USAGE',
  60: 'BAD_KEY',
  62: 'NOT_TRUSTED',
};

/**
 * The other errors of bearssl_ssl.h and bearssl_x509.h that tell something, by number and by the start of the text that
 * Arduino prints for it.
 */
const ERRORS: readonly (readonly [code: number, text: string, reason: string])[] = [
  [3, 'Incoming protocol or record version is unsupported', 'not a TLS record'],
  [4, 'Incoming record version does not match', 'invalid version'],
  [5, 'Incoming record length is invalid', 'not a TLS record'],
  [6, 'Incoming record is too large', 'record overflow'],
  [7, 'Decryption found an invalid padding', 'invalid mac'],
  [8, 'No initial entropy', 'no entropy'],
  [9, 'Incoming record type is unknown', 'not a TLS record'],
  [16, 'Server wants to use a cipher suite', 'no cipher'],
  [18, "Server's max fragment length", 'record overflow'],
  [23, 'Internal limit exceeded', 'key too large'],
  [24, 'Finished message from peer', 'invalid mac'],
  [26, 'Unsupported or invalid algorithm', 'unsupported algorithm'],
  [27, 'Invalid signature in ServerKeyExchange', 'bad signature'],
  [28, "Peer's public key does not have", 'unsupported certificate'],
  [31, 'I/O error or premature close', 'connection lost'],
  [49, 'Certificate contains unsupported features', 'unsupported certificate'],
  [50, 'Key or signature size exceeds', 'key too large'],
  [51, 'Key type does not match', 'unsupported certificate'],
  [57, 'Unknown critical extension', 'unsupported certificate'],
];

/** BR_ERR_... and BR_ERR_X509_... by their names. */
const NAMES: Readonly<Record<string, number>> = {
  UNSUPPORTED_VERSION: 3,
  BAD_VERSION: 4,
  BAD_LENGTH: 5,
  TOO_LARGE: 6,
  BAD_MAC: 7,
  NO_RANDOM: 8,
  UNKNOWN_TYPE: 9,
  BAD_CIPHER_SUITE: 16,
  BAD_FRAGLEN: 18,
  LIMIT_EXCEEDED: 23,
  BAD_FINISHED: 24,
  INVALID_ALGORITHM: 26,
  BAD_SIGNATURE: 27,
  WRONG_KEY_USAGE: 28,
  IO: 31,
  UNSUPPORTED: 49,
  WRONG_KEY_TYPE: 51,
  X509_BAD_SIGNATURE: 52,
  TIME_UNKNOWN: 53,
  EXPIRED: 54,
  DN_MISMATCH: 55,
  BAD_SERVER_NAME: 56,
  CRITICAL_EXTENSION: 57,
  NOT_CA: 58,
  FORBIDDEN_KEY_USAGE: 59,
  WEAK_PUBLIC_KEY: 60,
  NOT_TRUSTED: 62,
};

/** Of bearssl_ssl.h: beyond these an alert that was received, or sent. */
const RECEIVED = 256;
const SENT = 512;

function ofNumber(code: number): MonitorDetail | undefined {
  const flag = FLAGS[code];
  if (flag !== undefined) return { kind: 'verify-reason', flags: [flag] };
  const error = ERRORS.find(([number]) => number === code);
  if (error !== undefined) return failed(error[2]);
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

function ofText(text: string): MonitorDetail | undefined {
  const error = ERRORS.find(([, start]) => text.includes(start));
  return error === undefined ? undefined : failed(error[2]);
}

function failed(reason: string): MonitorDetail {
  if (reason === 'record overflow') return { kind: 'record-problem', problem: 'too-long' };
  if (reason === 'not a TLS record') return { kind: 'record-problem', problem: 'not-tls' };
  return reason === 'no cipher' ? { kind: 'no-shared-suite' } : { kind: 'handshake-failed', reason };
}

function ofAlertText(direction: 'received' | 'sent', text: string): MonitorDetail {
  const description = ALERTS_BY_TEXT.find(([start]) => text.startsWith(start))?.[1];
  return description === undefined
    ? { kind: 'handshake-failed', reason: text }
    : alert(direction, description);
}

function alert(direction: 'received' | 'sent', description: number): MonitorDetail {
  return { kind: 'alert', direction, level: 2, description };
}
