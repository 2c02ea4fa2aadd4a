import { ALERT, type AlertName } from '../../endpoint/alerts.ts';
import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import { alertNamed, inferredAlert } from './alert.ts';
import {
  BAD_URL,
  failed,
  LOST,
  NO_ANCHOR,
  NO_MEMORY,
  NOT_TLS,
  NOT_TRUSTED,
  rulesOf,
  TIMED_OUT,
  TOO_LONG,
  verify,
  type Words,
} from './details.ts';
import { KEEP_ALIVE } from './mqtt-codes.ts';
import { ofEitherSide } from './server-alerts.ts';

/** std::io::ErrorKind and embedded_io::ErrorKind, by name. */
const IO_KINDS: Readonly<Record<string, MonitorDetail>> = {
  ConnectionRefused: { kind: 'connect-failed', host: undefined, why: 'refused' },
  ConnectionReset: { kind: 'connection-reset' },
  ConnectionAborted: { kind: 'connection-lost', isAborted: true },
  NotConnected: LOST,
  BrokenPipe: LOST,
  UnexpectedEof: LOST,
  TimedOut: TIMED_OUT,
  HostUnreachable: { kind: 'connect-failed', host: undefined, why: 'unreachable' },
  NetworkUnreachable: { kind: 'connect-failed', host: undefined, why: 'unreachable' },
  OutOfMemory: NO_MEMORY,
};

/** Of these, the ones that files, serial ports and other links give, too: espflash, I²C. */
const OF_ANY_LINK = /^(?:NotConnected|BrokenPipe|UnexpectedEof|TimedOut|OutOfMemory)$/;
const OF_NETWORK = /\b(?:Network|Io|IoError)\(|mqtt|tls|tcp|https?\b|socket|connection|broker|\brequest\b/i;

/** rustls' CertificateError and webpki's Error, by name; `Context` behind one adds what was compared. */
const CERTIFICATES: Readonly<Record<string, MonitorDetail>> = {
  UnknownIssuer: NOT_TRUSTED,
  Expired: verify('EXPIRED'),
  CertExpired: verify('EXPIRED'),
  NotValidYet: verify('FUTURE'),
  CertNotValidYet: verify('FUTURE'),
  NotValidForName: verify('CN_MISMATCH'),
  CertNotValidForName: verify('CN_MISMATCH'),
  Revoked: verify('REVOKED'),
  CertRevoked: verify('REVOKED'),
  InvalidPurpose: verify('EXT_KEY_USAGE'),
};

/** TlsError of embedded-tls (src/lib.rs); those that are not here say no more than that the handshake failed. */
const EMBEDDED_TLS: Readonly<Record<string, MonitorDetail>> = {
  ConnectionClosed: failed('connection lost'),
  // The read buffer that the program gives holds less than the record.
  InsufficientSpace: TOO_LONG,
  InvalidCertificate: failed('bad certificate'),
  InvalidSignature: failed('bad signature'),
  InvalidSignatureScheme: failed('unsupported signature algorithm'),
  InvalidCipherSuite: { kind: 'no-shared-suite' },
  InvalidPrivateKey: { kind: 'unreadable', what: 'key' },
  OutOfMemory: NO_MEMORY,
};
const OF_EMBEDDED_TLS =
  'MissingHandshake|InvalidRecord|UnknownContentType|InsufficientSpace|InvalidHandshake|InvalidCipherSuite|InvalidSignatureScheme|InvalidSignature|InvalidSupportedVersions|InvalidKeyShare|InvalidCertificate(?:Entry|Request)?|InvalidPrivateKey|ConnectionClosed|DecodeError|EncodeError|CryptoError|OutOfMemory|InternalError';

const WORDS: readonly Words[] = [
  ['only valid for ', /\bcertificate not valid for name "/, verify('CN_MISMATCH')],
  ['invalidcontenttype', /\b(?:corrupt message of type |InvalidMessage\()InvalidContentType\b/, NOT_TLS],
  ["decrypt peer's message", /\bcannot decrypt peer's message\b/, failed('invalid mac')],
  ['tls12or13', /\bServerDoesNotSupportTls12Or13\b/, inferredAlert(ALERT.protocol_version)],
  ['ciphersuitesincommon', /\bNoCipherSuitesInCommon\b/, { kind: 'no-shared-suite' }],
  // rumqttc (eventloop.rs, state.rs).
  [
    ['networktimeout', 'network timeout'],
    /^(?:.*(?:Error|error|Err)\b[ =:(]*)?(?:NetworkTimeout|Network timeout)\)?$/,
    TIMED_OUT,
  ],
  [['awaitpingresp', 'last pingreq'], /\bAwaitPingResp\b|\bLast pingreq isn't acked\b/, KEEP_ALIVE],
  // The same (tls.rs), of what it was given.
  ['valid ca certificate', /\bNo valid CA certificate provided\b/, NO_ANCHOR],
  ['valid key in chain', /\bNo valid key in chain\b/, { kind: 'unreadable', what: 'key' }],
  [
    'client authentication in',
    /\bNo valid certificate for client authentication in chain\b/,
    { kind: 'unreadable', what: 'certificate' },
  ],
  // reqwless.
  ['invalidurl(', /\bInvalidUrl\(\w/, BAD_URL],
];

/** How rustls 0.24 says an alert that came, behind «received fatal alert: the peer» (error/mod.rs). */
const SAID: Readonly<Record<string, AlertName>> = {
  'failed to negotiate an acceptable set of security parameters': 'handshake_failure',
  'did not support a suitable TLS version': 'protocol_version',
  'required a higher security level than was offered': 'insufficient_security',
  'rejected the certificate as corrupt or incorrectly signed': 'bad_certificate',
  'did not support the certificate': 'unsupported_certificate',
  'found the certificate to be revoked': 'certificate_revoked',
  'found the certificate to be expired': 'certificate_expired',
  'rejected the certificate for an unspecified reason': 'certificate_unknown',
  'found the certificate was not issued by a trusted CA': 'unknown_ca',
  'denied access': 'access_denied',
  'required a client certificate': 'certificate_required',
  'encountered an internal error': 'internal_error',
  'did not recognize a name in the `server_name` extension': 'unrecognized_name',
  'did not support any of the offered application protocols': 'no_application_protocol',
  'failed to verify a message': 'bad_record_mac',
  'failed to decode a message': 'decode_error',
  'received an unexpected message': 'unexpected_message',
};

/** Rust's libraries: rustls, webpki, embedded-tls, reqwless, rumqttc, and the errors of std::io and embedded-io. */
export const RUST_RULES: readonly Rule[] = [
  {
    // embedded-tls: what the server sent, and what this side did.
    mark: ['handshakeaborted(', 'aborthandshake('],
    pattern: /\b(HandshakeAborted|AbortHandshake)\((?:Fatal|Warning), ([A-Za-z]+)\)/,
    read: ([what, name]) => alertNamed(what === 'HandshakeAborted' ? 'received' : 'sent', spaced(name!)),
  },
  {
    // rustls before 0.24, by Display and Debug: «received fatal alert: HandshakeFailure», «AlertReceived(UnknownCA)».
    mark: ['received fatal alert: ', 'alertreceived('],
    pattern: /(?:\breceived fatal alert: |\bAlertReceived\()([A-Z][A-Za-z]+)\b/,
    read: ([name]) => ofEitherSide(spaced(name!)),
  },
  {
    mark: 'fatal alert: the peer ',
    pattern: /\breceived fatal alert: the peer (.*)/,
    read: ([text]) => {
      const name = Object.entries(SAID).find(([words]) => text!.startsWith(words))?.[1];
      return name === undefined ? undefined : ofEitherSide(name.replaceAll('_', ' '));
    },
  },
  {
    mark: ['invalid peer certificate: ', 'invalidcertificate(', 'web pki: '],
    pattern: /(?:\binvalid peer certificate: |\bInvalidCertificate\(|\bWeb Pki: )([A-Za-z]+?)(?:Context)?\b/,
    read: ([name]) =>
      copyOf(CERTIFICATES[name!] ?? (/[a-z][A-Z]/.test(name!) ? failed('bad certificate') : undefined)),
  },
  {
    mark: ['tls(', 'tls error: ', 'tlserror::', 'tls connection: '],
    pattern: new RegExp(
      String.raw`(?:\b(?:Tls|TLS)\(|\bTLS error: |\bTlsError::|\bTLS connection: )(${OF_EMBEDDED_TLS})\b`,
    ),
    read: ([name]) => copyOf(EMBEDDED_TLS[name!] ?? failed('unknown')),
  },
  {
    mark: ['network(', 'io(', 'kind(', 'kind: ', 'err('],
    pattern: new RegExp(
      String.raw`^(.*?\b(?:(?:Network|Io|IoError|Kind|Err)\(|kind: )(${Object.keys(IO_KINDS).join('|')})\b.*)`,
    ),
    read: ([line, name]) =>
      OF_ANY_LINK.test(name!) && !OF_NETWORK.test(line!) ? undefined : copyOf(IO_KINDS[name!]),
  },
  ...rulesOf(WORDS),
];

/** «HandshakeFailure» as «Handshake Failure», «UnknownCA» as «Unknown CA». */
function spaced(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ');
}
