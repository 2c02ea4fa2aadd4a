import type { MonitorDetail } from '../event.ts';
import type { Rule } from '../rule.ts';
import {
  failed,
  LOST,
  NO_CERTIFICATE,
  NO_FILE,
  NO_TCP,
  NOT_TRUSTED,
  NOTHING,
  rulesOf,
  TIMED_OUT,
  UNREADABLE_CERTIFICATE,
  verify,
  type Words,
} from './details.ts';
import { refused } from './mqtt-codes.ts';

/** Sentences of C libraries that run on computers, too, in the order in which they are tried. */
const SENTENCES: readonly Words[] = [
  // Mongoose 7: its own RSA, by the Chinese remainder theorem, found its signature wrong.
  ['crt signature verification', /\bCRT signature verification failed$/, failed('unknown')],
  ['mqtt malformed message', /\bMQTT malformed message$/, refused('malformed')],
  // wolfMQTT's examples: it asks the broker whether it is still there.
  ['timeout, sending ping', /\bKeep-alive timeout, sending ping\b/, NOTHING],
  // curl_easy_strerror (lib/strerror.c).
  [
    'failed: unsupported protoc',
    /\bcurl_easy_perform\(\) failed: Unsupported protocol\b/,
    { kind: 'url-refused' },
  ],
  ['problem with the ssl ca', /\bProblem with the SSL CA cert\b/, { kind: 'unreadable', what: 'ca' }],
  ['the local ssl certificate', /\bProblem with the local SSL certificate\b/, UNREADABLE_CERTIFICATE],
  [
    'remote key was not ok',
    /\bSSL peer certificate or SSH remote key was not OK\b/,
    failed('bad certificate'),
  ],
  ['with given ca cert', /\bPeer certificate cannot be authenticated with given CA\b/, NOT_TRUSTED],
  ['use specified ssl cipher', /\bCould(?:n't| not) use specified SSL cipher\b/, { kind: 'no-shared-suite' }],
  ['issuer check failed', /\bCertificate issuer check failed\b/, NOT_TRUSTED],
  ['issuer check against peer', /\bIssuer check against peer certificate failed\b/, NOT_TRUSTED],
  [
    ['timeout was reached', 'operation timed out after'],
    /\bcurl\w*\b.{0,24}[:)] ?Timeout was reached$|\bOperation timed out after \d+ milliseconds with\b/,
    TIMED_OUT,
  ],
  [
    ['server returned nothing', 'data from the peer', 'data to the peer'],
    /\bServer returned nothing \(no headers, no data\)|\bFailure when receiving data from the peer\b|\bFailed sending data to the peer\b/,
    LOST,
  ],
  ['ssl client certificate re', /\bSSL Client Certificate required\b/, NO_CERTIFICATE],
  // OpenSSL, of files and of what its own level forbids.
  ['system library:fopen:no', /\bsystem library:fopen:No such file\b/, NO_FILE],
  ['dh key too small', /\broutines:.*\bdh key too small\b/, verify('BAD_KEY')],
  ['no protocols available', /\bSSL routines:.*\bno protocols available\b/, failed('invalid version')],
];

/** Mongoose's reason for an end of a connection. */
const MONGOOSE: readonly (readonly [words: RegExp, means: MonitorDetail])[] = [
  [/^connect: -?\d+$/, NO_TCP],
  [/^(?:socket error|TLS recv error)$/, LOST],
  [/^(?:decryption error|GCM tag verify failed)$/, failed('invalid mac')],
  [/^Invalid Transfer-Encoding$/, { kind: 'body-unusable' }],
];

/** What C libraries that run on computers, too, say in words of their own. */
export const C_LIBRARY_WORD_RULES: readonly Rule[] = [
  ...rulesOf(SENTENCES),
  {
    // Mongoose 7 (net.c, sock.c, tls_builtin.c): number and descriptor of the connection, and why it ends.
    mark: 'mg_error',
    pattern: /\bmg_error +\d+ -?\d+ (.+)/,
    read: ([words]) => {
      const found = MONGOOSE.find(([pattern]) => pattern.test(words!));
      return found === undefined ? undefined : { ...found[1] };
    },
  },
];
