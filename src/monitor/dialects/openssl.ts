import { ALERT } from '../../endpoint/alerts.ts';
import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import { alert, inferredAlert } from './alert.ts';
import { failedVerification, ofVerifyWords } from './certificate-words.ts';
import { NO_CERTIFICATE, NOT_TLS, OTHER_VERSION, PLAIN_TO_TLS, UNREADABLE_CERTIFICATE } from './details.ts';

const BAD_SIGNATURE = inferredAlert(ALERT.decrypt_error);
const BAD_CLIENT_CERTIFICATE = inferredAlert(ALERT.bad_certificate);
const WRONG_VERSION = 267;

/**
 * Reasons of openssl/sslerr.h and rsaerr.h: the number where it is read, too, the start of the text, and the alert that
 * the server sends for it. What is no TLS came from the device in a server's log, from the server in a client's.
 */
const REASONS: readonly (readonly [number: number | undefined, text: string, means: MonitorDetail])[] = [
  [252, 'unknown protocol', NOT_TLS],
  [156, 'http request', PLAIN_TO_TLS],
  [undefined, 'https proxy request', PLAIN_TO_TLS],
  [WRONG_VERSION, 'wrong version number', NOT_TLS],
  [193, 'no shared cipher', { kind: 'no-shared-suite' }],
  [undefined, 'bad signature', BAD_SIGNATURE],
  [undefined, 'padding check failed', BAD_SIGNATURE],
  [undefined, 'invalid padding', BAD_SIGNATURE],
  [199, 'peer did not return a certificate', NO_CERTIFICATE],
  [undefined, 'no certificate returned', NO_CERTIFICATE],
  // What the device sent as its certificate cannot be parsed.
  [135, 'cert length mismatch', UNREADABLE_CERTIFICATE],
  [134, 'certificate verify failed', inferredAlert(ALERT.certificate_unknown)],
  [258, 'unsupported protocol', OTHER_VERSION],
  [undefined, 'version too low', OTHER_VERSION],
  [undefined, 'inappropriate fallback', inferredAlert(ALERT.inappropriate_fallback)],
];

/** X509_V_ERR_... (openssl/x509_vfy.h) of the peer's chain, and the flag that means the same. */
const VERIFY_ERRORS: Readonly<Record<number, string>> = {
  2: 'NOT_TRUSTED',
  7: 'NOT_TRUSTED',
  9: 'FUTURE',
  10: 'EXPIRED',
  12: 'CRL_EXPIRED',
  18: 'NOT_TRUSTED',
  19: 'NOT_TRUSTED',
  20: 'NOT_TRUSTED',
  21: 'NOT_TRUSTED',
  23: 'REVOKED',
  26: 'KEY_USAGE',
  27: 'NOT_TRUSTED',
  62: 'CN_MISMATCH',
  64: 'CN_MISMATCH',
};

/** AWS IoT's SDK for C over OpenSSL, and others that print what SSL_get_verify_result gives. */
export const OPENSSL_VERIFY_RULE: Rule = {
  mark: ['erification failed error number', 'get_verify_result', 'verify error:num', 'verify return code: '],
  pattern:
    /\b(?:Certificate Verification failed error number(?: is)?|SSL_get_verify_result\b\W*(?:returned )?|verify error:num=|Verify return code: ) ?(\d{1,2})\b(?! ?ms)/,
  read: ([number]) => {
    const flag = VERIFY_ERRORS[Number(number)];
    return flag === undefined ? undefined : { kind: 'verify-reason', flags: [flag] };
  },
};

/** SSL_F_SSL3_GET_CLIENT_HELLO: there a wrong version is the client's, elsewhere what came is no record. */
const GET_CLIENT_HELLO = 138;
/** Beyond this the reason is an alert that the server received. */
const FIRST_ALERT = 1000;

/** What a server's OpenSSL 1.0 finds wrong with the device, by numbers alone. */
export const OPENSSL_NUMBER_RULE: Rule = {
  mark: ':lib(20):',
  pattern: /\berror:[\dA-F]{8}:lib\(20\):func\((\d+)\):reason\((\d+)\)/i,
  read: ([where, number]) => {
    const reason = Number(number);
    return reason === WRONG_VERSION && Number(where) === GET_CLIENT_HELLO
      ? copyOf(OTHER_VERSION)
      : ofReason(reason);
  },
};

/** The same as one number, of a line that is cut: library 20, the function, and the reason (openssl/err.h). */
export const OPENSSL_PACKED_RULE: Rule = {
  mark: 'error:',
  pattern: /\berror:(?:14[\dA-F]{3}|0A000)([\dA-F]{3})\b/i,
  read: ([hex]) => ofReason(Number.parseInt(hex!, 16)),
};

/** In a server's log: an alert of the device, or what is wrong with it. */
function ofReason(reason: number): MonitorDetail | undefined {
  return reason > FIRST_ALERT
    ? alert('sent', reason - FIRST_ALERT)
    : copyOf(REASONS.find(([known]) => known === reason)?.[2]);
}

/** The same with its texts. */
export const OPENSSL_TEXT_RULE: Rule = {
  mark: ' routines:',
  pattern: /^(.*)\b(?:SSL|rsa|ec\w*|x509\w*) routines:(\w*):(([A-Za-z _]+).*)/i,
  read: ([line, where, rest, reason]) => {
    // BoringSSL writes the reason's name.
    const text = reason!.toLowerCase().replaceAll('_', ' ');
    if (/client_hello/i.test(where!) && text.startsWith('wrong version number')) return copyOf(OTHER_VERSION);
    // OpenSSL 1.0 knows at its first record what is no TLS (SSL23_...): here it is one, of another version.
    if (where === 'SSL3_GET_RECORD' && text.startsWith('wrong version number')) return copyOf(OTHER_VERSION);
    // Of a client: a program on this computer, with the device's files, or Azure's SDK by its file.
    if (/server_cert/i.test(where!) || (where === '' && OF_CLIENT_VERIFY.test(`${line!}|${text}`)))
      return ofVerifyWords(rest!) ?? failedVerification();
    const means =
      REASONS.find(([, start]) => text.startsWith(start))?.[2] ??
      (/client_cert/i.test(where!) ? BAD_CLIENT_CERTIFICATE : undefined);
    return copyOf(means === NOT_TLS && isOfServer(where!, line!) ? PLAIN_TO_TLS : means);
  },
};

/** Since OpenSSL 3 without the function's name. */
const OF_CLIENT_VERIFY = /\btlsio_openssl\.c\b.*\|certificate verify failed/;

/** The function's name (OpenSSL 1.0), or the words that mosquitto writes before it. */
function isOfServer(where: string, line: string): boolean {
  return /client_hello/i.test(where) || /\bOpenSSL Error|\bclient\b|\bSSL_accept\b/i.test(line);
}
