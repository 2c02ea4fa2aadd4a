import { ALERT, isAlert } from '../../endpoint/alerts.ts';
import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import { alert } from './alert.ts';
import { LOST } from './details.ts';
import { ofErrno } from './errno.ts';

/**
 * axTLS, of the NONOS SDK's libssl, older Arduino cores and MicroPython: the numbers of its ssl.h, and the texts of
 * ssl_display_error and DISPLAY_ALERT (tls1.c).
 */
export const AXTLS_RULES: readonly Rule[] = [
  {
    // Lines that a paste has joined: the first error.
    mark: 'SSL error ',
    pattern: /^State:.*?\bError: SSL error (\d{1,3})\b/,
    read: ([number]) => ofNumber(Number(number)),
  },
  {
    mark: 'SSL error ',
    pattern: /\bError: SSL error (\d{1,3})$/,
    read: ([number]) => ofNumber(Number(number)),
  },
  {
    mark: 'handshake_status',
    pattern: /\bssl_handshake_status(?:\(\))?: ?-(\d{1,3})\b/,
    read: ([number]) => ofNumber(Number(number)),
  },
  {
    mark: 'client handshake fail',
    pattern: /^client handshake fail(?:ed)?: -(\d{1,3})\b/,
    read: ([number]) => ofNumber(Number(number)),
  },
  {
    // esp-open-rtos's http_get_ssl.
    mark: 'andshake failed',
    pattern: /\bSSL handshake failed\b.*? -(2[5-9]\d)$/,
    read: ([number]) => ofNumber(Number(number)),
  },
  {
    // Anybody's words; mbedTLS and wolfSSL have no error of these numbers.
    mark: ['-25', '-26', '-27', '-51', '-52'],
    pattern:
      /^(?!.*\bwolf)(?=.*\b(?:err\w*|ret\w*|fail\w*|code|status|rc|res)\b).*\b(?:ax)?(?:ssl|tls|handshake)\w*\b.{0,30}? ?[:=(]? ?-(2(?:5[678]|6\d|7[0-4])|5(?:1[3-9]|2[01]))\b(?![.\d])/i,
    read: ([number]) => ofNumber(Number(number)),
  },
  {
    // MicroPython: «OSError: -261», «OSError: (-257, 'SSL_...')», and the alerts. Its own numbers are positive.
    mark: 'OSError: ',
    pattern:
      /\bOSError: (?:\[Errno )?\(?-(10|2[012]|4\d|5[01]|7[01]|80|112|2[5-7]\d|5[12]\d)\b(?!(?:\]|, ')[ ']*(?:MBEDTLS_|[A-Z\d_]+ - ))/,
    read: ([number]) => ofNumber(Number(number)),
  },
  {
    // An errno without its name: «OSError: 118».
    mark: 'OSError: ',
    pattern: /\bOSError: (\d{2,3})$/,
    // MicroPython for the ESP32 gives mbedTLS's low codes positive: MPI_ALLOC_FAILED. No socket has EBUSY.
    read: ([number]) =>
      number === '16' ? { kind: 'allocation-failed', bytes: undefined } : ofErrno(Number(number)),
  },
  {
    // The same, where getaddrinfo finds no name (extmod/modlwip.c).
    mark: ['oserror: -', 'oserror: (-2'],
    pattern: /\bOSError: (?:\(-2, '.*|-2$)/,
    read: () => ({ kind: 'dns-failed', host: undefined, code: -2 }),
  },
  {
    mark: 'Error: ',
    pattern:
      /^Error: (connection (?:dead|lost)|record overflow|socket setup failure|invalid (?:handshake|protocol message|mac|version|session|key)|no cipher|bad certificate|finished message invalid)\b/,
    // More than TLS allows (tls1.c): what came is no record.
    read: ([text]) =>
      text === 'record overflow' ? { kind: 'record-problem', problem: 'not-tls' } : ofText(text!),
  },
  {
    // What it has no text for is an alert that came (tls1.c, ssl_display_error).
    mark: 'ssl error ',
    pattern: /^SSL error (\d{2,3})$/,
    read: ([number]) => alertThatCame(Number(number)),
  },
  {
    // Alerts that it has no text of its own for come from the server.
    mark: 'Alert: ',
    pattern: /^(?:State:.*)?Alert: (?:(invalid version)|alert - \(unknown (\d{2,3})\))$/,
    read: ([version, number]) =>
      alertThatCame(version === undefined ? Number(number) : ALERT.protocol_version),
  },
  // An alert that came is told by the error behind it; this line is there for those that are sent, too.
  {
    mark: 'Alert: ',
    pattern: /^Alert: (close notify|unexpected message|bad record mac|illegal parameter|bad certificate)$/,
    read: ([text]) => alert('sent', SENT[text!]!),
  },
  {
    mark: 'need_bytes=',
    pattern: /\bneed_bytes=(\d+) (?:> \d+|violates spec)/,
    // Two bytes that are no letters are not of another protocol: the records are out of step.
    read: ([bytes]) =>
      Number(bytes) <= LARGEST_RECORD
        ? { kind: 'record-problem', problem: 'too-long' }
        : isText(Number(bytes))
          ? { kind: 'record-problem', problem: 'not-tls' }
          : { kind: 'record-problem', problem: 'out-of-step' },
  },
  {
    // MicroPython, which wants both in DER on an ESP8266.
    mark: ['invalid key', 'invalid cert'],
    pattern: /^(?:ValueError: )?invalid (key|cert)$/,
    read: ([what]) => ofText(what === 'key' ? 'invalid key' : 'certificate cannot be parsed'),
  },
  {
    // MicroPython.
    mark: 'TLS buffer overflow',
    pattern: /^TLS buffer overflow, record size: \d+/,
    read: () => ofText('record overflow'),
  },
  {
    // Arduino's (ssl_match_fingerprint in tls1.c), which prints both where they differ.
    mark: 'cert FP: ',
    pattern: /^cert FP: (?:[\dA-F]{2} ?){4,}/,
    read: () => ({ kind: 'fingerprint-mismatch' }),
  },
  {
    // espconn (libssl.a, libmbedtls.a) of any read that failed behind the handshake.
    mark: 's data invalid protocol',
    pattern: /\b(?:client|server)'s data invalid protocol\b/,
    read: () => copyOf(LOST),
  },
  {
    // The core's ClientContext: the other side has closed.
    mark: ':rcl',
    pattern: /^:rcl(?: pb=0x[\da-f]+ sz=\d+)?$/,
    read: () => copyOf(LOST),
  },
  {
    mark: 'client handshake start',
    pattern: /^client handshake start/,
    read: () => ({ kind: 'handshake-step', phase: 'begin', step: 'client handshake' }),
  },
];

function alertThatCame(description: number): MonitorDetail | undefined {
  return isAlert(description) ? alert('received', description) : undefined;
}

/** TLSCiphertext.length of RFC 5246 6.2.3: 2^14 and 2048 bytes. */
const LARGEST_RECORD = 18_432;

/** True where both bytes of a record's length are printable ASCII, less the head's own bytes that axTLS adds. */
function isText(length: number): boolean {
  return [length, length - RECORD_HEAD_BYTES].some((number) =>
    [number >> 8, number & 0xff].every(
      (byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0d || byte === 0x0a,
    ),
  );
}

const RECORD_HEAD_BYTES = 5;

const SENT: Readonly<Record<string, number>> = {
  'close notify': 0,
  'unexpected message': 10,
  'bad record mac': 20,
  'bad certificate': 42,
  'illegal parameter': 47,
};

/** Errors of ssl.h by their numbers, in the words of ssl_display_error where it has some. */
const ERRORS: Readonly<Record<number, string>> = {
  1: 'not ok',
  2: 'connection dead',
  3: 'close notify',
  // SSL_EAGAIN.
  4: 'not finished',
  256: 'connection lost',
  257: 'record overflow',
  258: 'socket setup failure',
  260: 'invalid handshake',
  261: 'invalid protocol message',
  262: 'invalid mac',
  263: 'invalid version',
  264: 'unsupported extension',
  265: 'invalid session',
  266: 'no cipher',
  267: 'invalid certificate hash algorithm',
  268: 'bad certificate',
  269: 'invalid key',
  271: 'finished message invalid',
  272: 'no certificate defined',
  273: 'client renegotiation not supported',
  274: 'not supported',
  // The numbers from 512 on are of a certificate.
  513: 'certificate cannot be parsed',
  521: 'invalid private key',
};

/** The numbers below are TLS's own, of alerts. */
const FIRST_ERROR = 256;
const X509_OFFSET = 512;
/** X509_VFY_ERROR_...: NO_TRUSTED_CERT to UNSUPPORTED_DIGEST (crypto_misc.h). */
const X509_FLAGS: Readonly<Record<number, string>> = {
  2: 'NOT_TRUSTED',
  3: 'NOT_TRUSTED',
  4: 'FUTURE',
  5: 'EXPIRED',
  6: 'NOT_TRUSTED',
  7: 'NOT_TRUSTED',
  8: 'BAD_MD',
};

function ofNumber(number: number): MonitorDetail {
  const flag = X509_FLAGS[number - X509_OFFSET];
  if (flag !== undefined) return { kind: 'verify-reason', flags: [flag] };
  if (number >= 10 && number < FIRST_ERROR) {
    return alert('received', number);
  }
  return ofText(ERRORS[number] ?? `error ${number}`);
}

function ofText(text: string): MonitorDetail {
  if (text === 'record overflow') return { kind: 'record-problem', problem: 'too-long' };
  if (text === 'socket setup failure') return { kind: 'connect-failed', host: undefined };
  return text === 'no cipher' ? { kind: 'no-shared-suite' } : { kind: 'handshake-failed', reason: text };
}
