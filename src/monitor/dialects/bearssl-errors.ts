import type { MonitorDetail } from '../event.ts';
import { BAD_MAC, failed, NOT_TLS, NOT_TRUSTED, TOO_LONG, verify } from './details.ts';

/** One error of BearSSL: its number and name in bearssl_ssl.h and bearssl_x509.h, and the start of its text. */
interface BearsslError {
  code: number;
  /** Without `BR_ERR_`. */
  name: string;
  /** As tools and the Arduino core print it, so much that no other text holds it. */
  text: string;
  means: MonitorDetail;
}

const MISUSED = failed('misused');
const SERVER_HELLO = failed('unacceptable server hello');
const DAMAGED = failed('damaged message');
const UNREADABLE = failed('server certificate cannot be parsed');
const UNSUPPORTED = failed('unsupported certificate');
const TOO_LARGE = failed('key too large');

/** A date too early and one too late have one number; what has no use for a client is left out. */
export const BEARSSL_ERRORS: readonly BearsslError[] = (
  [
    [1, 'BAD_PARAM', 'Caller-provided parameter', MISUSED],
    [2, 'BAD_STATE', 'Operation requested by the caller', MISUSED],
    [
      3,
      'UNSUPPORTED_VERSION',
      'Incoming protocol or record version is unsupported',
      failed('foreign version'),
    ],
    [4, 'BAD_VERSION', 'Incoming record version does not match', failed('invalid version')],
    [5, 'BAD_LENGTH', 'Incoming record length is invalid', NOT_TLS],
    [6, 'TOO_LARGE', 'Incoming record is too large', TOO_LONG],
    [7, 'BAD_MAC', 'Decryption found an invalid padding', BAD_MAC],
    [8, 'NO_RANDOM', 'No initial entropy', failed('no entropy')],
    [9, 'UNKNOWN_TYPE', 'Incoming record type is unknown', NOT_TLS],
    [10, 'UNEXPECTED', 'Incoming record or message has wrong type', failed('unexpected message type')],
    [12, 'BAD_CCS', 'ChangeCipherSpec message from the peer', DAMAGED],
    [13, 'BAD_ALERT', 'Alert message from the peer', DAMAGED],
    [14, 'BAD_HANDSHAKE', 'Incoming handshake message decoding failed', DAMAGED],
    [15, 'OVERSIZED_ID', 'ServerHello contains a session ID', SERVER_HELLO],
    [16, 'BAD_CIPHER_SUITE', 'Server wants to use a cipher suite', { kind: 'no-shared-suite' }],
    [17, 'BAD_COMPRESSION', 'Server wants to use a compression', SERVER_HELLO],
    [18, 'BAD_FRAGLEN', "Server's max fragment length", TOO_LONG],
    [19, 'BAD_SECRENEG', 'Secure renegotiation failed', SERVER_HELLO],
    [20, 'EXTRA_EXTENSION', 'Server sent an extension type', SERVER_HELLO],
    [21, 'BAD_SNI', 'Invalid Server Name Indication', SERVER_HELLO],
    [22, 'BAD_HELLO_DONE', 'Invalid ServerHelloDone', DAMAGED],
    [23, 'LIMIT_EXCEEDED', 'Internal limit exceeded', TOO_LARGE],
    [24, 'BAD_FINISHED', 'Finished message from peer', BAD_MAC],
    [25, 'RESUME_MISMATCH', 'Session resumption attempt with distinct', SERVER_HELLO],
    [26, 'INVALID_ALGORITHM', 'Unsupported or invalid algorithm', failed('unsupported algorithm')],
    [27, 'BAD_SIGNATURE', 'Invalid signature in ServerKeyExchange', failed('bad signature')],
    [28, 'WRONG_KEY_USAGE', "Peer's public key does not have", UNSUPPORTED],
    [31, 'IO', 'I/O error or premature close', failed('connection lost')],
    [33, 'X509_INVALID_VALUE', 'Invalid value in an ASN.1 structure', UNREADABLE],
    [34, 'X509_TRUNCATED', 'Truncated certificate or other ASN.1', UNREADABLE],
    [35, 'X509_EMPTY_CHAIN', 'Empty certificate chain', UNREADABLE],
    [36, 'X509_INNER_TRUNC', 'Decoding error: inner element', UNREADABLE],
    [37, 'X509_BAD_TAG_CLASS', 'Decoding error: unsupported tag class', UNREADABLE],
    [38, 'X509_BAD_TAG_VALUE', 'Decoding error: unsupported tag value', UNREADABLE],
    [39, 'X509_INDEFINITE_LENGTH', 'Decoding error: indefinite length', UNREADABLE],
    [40, 'X509_EXTRA_ELEMENT', 'Decoding error: extraneous element', UNREADABLE],
    [41, 'X509_UNEXPECTED', 'Decoding error: unexpected element', UNREADABLE],
    [42, 'X509_NOT_CONSTRUCTED', 'Decoding error: expected constructed', UNREADABLE],
    [43, 'X509_NOT_PRIMITIVE', 'Decoding error: expected primitive', UNREADABLE],
    [44, 'X509_PARTIAL_BYTE', 'Decoding error: BIT STRING length', UNREADABLE],
    [45, 'X509_BAD_BOOLEAN', 'Decoding error: BOOLEAN value', UNREADABLE],
    [46, 'X509_OVERFLOW', 'Decoding error: value is off-limits', UNREADABLE],
    [47, 'X509_BAD_DN', 'Invalid distinguished name', UNREADABLE],
    [48, 'X509_BAD_TIME', 'Invalid date/time representation', UNREADABLE],
    [49, 'X509_UNSUPPORTED', 'Certificate contains unsupported features', UNSUPPORTED],
    [50, 'X509_LIMIT_EXCEEDED', 'Key or signature size exceeds', TOO_LARGE],
    [51, 'X509_WRONG_KEY_TYPE', 'Key type does not match', UNSUPPORTED],
    [52, 'X509_BAD_SIGNATURE', 'Signature is invalid', NOT_TRUSTED],
    [53, 'X509_TIME_UNKNOWN', 'Validation time is unknown', verify('NO_TIME')],
    [54, 'X509_EXPIRED', 'Certificate is expired or not yet valid', verify('VALIDITY')],
    [55, 'X509_DN_MISMATCH', 'Issuer/Subject DN mismatch', NOT_TRUSTED],
    [56, 'X509_BAD_SERVER_NAME', 'Expected server name was not found', verify('CN_MISMATCH')],
    [57, 'X509_CRITICAL_EXTENSION', 'Unknown critical extension', UNSUPPORTED],
    [58, 'X509_NOT_CA', 'Not a CA, or path length', failed('not a CA')],
    [59, 'X509_FORBIDDEN_KEY_USAGE', 'Key Usage extension prohibits', verify('KEY_USAGE')],
    [60, 'X509_WEAK_PUBLIC_KEY', 'Public key found in certificate is too small', verify('BAD_KEY')],
    [62, 'X509_NOT_TRUSTED', 'Chain could not be linked to a trust anchor', NOT_TRUSTED],
  ] as const
).map(([code, name, text, means]) => ({ code, name, text, means }));
