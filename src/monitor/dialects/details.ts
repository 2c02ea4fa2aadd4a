import { ALERT } from '../../endpoint/alerts.ts';
import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import { inferredAlert } from './alert.ts';

/** What several libraries and people say in different words. */
export const NOT_TLS: MonitorDetail = { kind: 'record-problem', problem: 'not-tls' };
export const TOO_LONG: MonitorDetail = { kind: 'record-problem', problem: 'too-long' };
export const PLAIN_TO_TLS: MonitorDetail = { kind: 'plain-to-tls' };
export const NO_MEMORY: MonitorDetail = { kind: 'allocation-failed', bytes: undefined };
export const NO_SUITE: MonitorDetail = { kind: 'no-shared-suite' };
export const NO_CURVE: MonitorDetail = { kind: 'not-built', what: 'curves' };
export const UNREADABLE_CERTIFICATE: MonitorDetail = { kind: 'unreadable', what: 'certificate' };
export const UNREADABLE_KEY: MonitorDetail = { kind: 'unreadable', what: 'key' };
/** The chip that holds the key. */
export const NO_SECURE_ELEMENT: MonitorDetail = { kind: 'unreadable', what: 'secure-element' };
export const NO_HOST: MonitorDetail = { kind: 'dns-failed', host: undefined, code: undefined };
export const NO_TLS: MonitorDetail = { kind: 'not-built', what: 'tls' };
export const NO_FILE: MonitorDetail = { kind: 'unreadable', what: 'file' };
export const BAD_URL: MonitorDetail = { kind: 'url-refused' };
export const TIMED_OUT: MonitorDetail = { kind: 'timed-out' };
export const NO_TCP: MonitorDetail = { kind: 'connect-failed', host: undefined };
export const SLOW_TCP: MonitorDetail = { kind: 'connect-failed', host: undefined, why: 'timeout' };
/** No socket was left for TCP. */
export const NO_SOCKET: MonitorDetail = { kind: 'connect-failed', host: undefined, why: 'memory' };
/** A modem without its network. */
export const NO_NETWORK: MonitorDetail = { kind: 'modem', attached: false };
export const NOT_MADE: MonitorDetail = { kind: 'connect-failed', host: undefined, why: 'any-layer' };
/** The connection under TLS broke: what was sent did not go out. */
export const BROKEN: MonitorDetail = { kind: 'connection-lost', isAborted: true };
export const LOST: MonitorDetail = { kind: 'connection-lost' };
/** Of an HTTP client: for its request, or for the headers of an answer. */
export const SMALL_BUFFER: MonitorDetail = { kind: 'http-buffer-small' };
/** A network's chip that does not answer the one that runs the program. */
export const SILENT_MODULE: MonitorDetail = { kind: 'module-silent' };
export const CUT_UPDATE: MonitorDetail = { kind: 'update-failed', problem: 'incomplete' };
/** A request for a WebSocket was not taken; a login neither. */
export const NO_UPGRADE: MonitorDetail = { kind: 'upgrade-refused' };
export const NO_LOGIN: MonitorDetail = { kind: 'login-refused' };
export const UP: MonitorDetail = { kind: 'tls-connected', suite: undefined, durationMs: undefined };
export const NO_ANCHOR: MonitorDetail = { kind: 'no-trust-anchor' };
export const NOT_TRUSTED = verify('NOT_TRUSTED');
export const BAD_MAC = failed('invalid mac');
/** What a server sends for a client's certificate that is not there, and for a version that it does not take. */
export const NO_CERTIFICATE = inferredAlert(ALERT.certificate_required);
export const OTHER_VERSION = inferredAlert(ALERT.protocol_version);
/** Words of a failure that are none: no rule behind reads the line. */
export const NOTHING: MonitorDetail = { kind: 'text' };
/** MBEDTLS_ERR_PK_PASSWORD_REQUIRED, by whoever says the same. */
export const ENCRYPTED: MonitorDetail = { kind: 'code', code: -0x3c00 };

/** The handshake failed; the reason is one that the diagnosis knows (verdict/diagnosis/alert-rules.ts). */
export function failed(reason: string): MonitorDetail {
  return { kind: 'handshake-failed', reason };
}

/** The chain was refused, by a flag's name without `MBEDTLS_X509_BADCERT_`. */
export function verify(flag: string): MonitorDetail {
  return { kind: 'verify-reason', flags: [flag] };
}

/** A mark, what a line looks like that says so, and what it means. */
export type Words = readonly [mark: Rule['mark'], pattern: RegExp, means: MonitorDetail];

/** A table of words as rules, in its order. */
export function rulesOf(words: readonly Words[]): Rule[] {
  return words.map(([mark, pattern, means]) => ({ mark, pattern, read: () => copyOf(means) }));
}
