import type { MonitorDetail } from '../event.ts';
import type { Rule } from '../rule.ts';
import { BAD_MAC, failed, NO_ANCHOR, NO_MEMORY, NOT_TLS, rulesOf, TOO_LONG, type Words } from './details.ts';
import { allocationFailed } from './memory.ts';

const TOO_OLD_OR_NEW: MonitorDetail = failed('invalid version');
const CURVE: MonitorDetail = failed('unsupported algorithm');
const SIGNATURE: MonitorDetail = failed('unsupported signature algorithm');
const UNEXPECTED: MonitorDetail = failed('unexpected message type');
const HELLO: MonitorDetail = failed('unacceptable server hello');
const DAMAGED: MonitorDetail = failed('damaged message');
const MISUSED: MonitorDetail = failed('misused');
/** SSL_NO_RNG, DHM_BAD_INPUT_DATA. */
const NO_RNG: MonitorDetail = { kind: 'code', code: -0x7400 };
const SHORT_DHE: MonitorDetail = { kind: 'code', code: -0x3080 };
/** SSL_CERTIFICATE_TOO_LARGE, SSL_BUFFER_TOO_SMALL, SSL_CERTIFICATE_VERIFICATION_WITHOUT_HOSTNAME. */
const TOO_LARGE: MonitorDetail = { kind: 'code', code: -0x7500 };
const OUT_BUFFER: MonitorDetail = { kind: 'code', code: -0x6a00 };
/** SSL_INTERNAL_ERROR, which mbedTLS gives for a callback that does not what it should. */
const INTERNAL: MonitorDetail = { kind: 'code', code: -0x6c00 };
const NO_NAME: MonitorDetail = { kind: 'code', code: -0x5d80 };

/**
 * What mbedTLS says at debug level 1 of an error's reason, which its code alone does not tell (ssl_tls.c, ssl_cli.c,
 * ssl_msg.c, ssl_tls12_client.c, ssl_tls13_client.c of 2.2 to 3.6).
 */
const SENTENCES: readonly Words[] = [
  [
    'bad certificate (usage',
    /\bbad certificate \(usage extensions\)/,
    { kind: 'verify-reason', flags: ['EXT_KEY_USAGE'] },
  ],
  ['bad server hello mess', /\bbad server hello message\b/, HELLO],
  ['bad certificate (EC', /\bbad certificate \(EC key curve\)/, CURVE],
  ['(ECDH', /\bbad server (?:certificate|key exchange message) \(ECDHE? curve\)/, CURVE],
  ['not ECDH capable', /\bserver key not ECDH capable\b/, CURVE],
  ['roup not supported', /\bGroup not supported\./, CURVE],
  // 3.x writes «suported».
  ['ECC group', /\bECC group \d+ not supp?orted\b/, CURVE],
  ['atching curve for', /\bno matching curve for ECDHE\b/, CURVE],
  ['invalid curve in ssl', /\binvalid curve in ssl configuration\b/, CURVE],
  ['sed unsupported', /\b[Ss]erver used unsupported (?:Hash|Signature)Algorithm\b/, SIGNATURE],
  ['HashAlgorithm', /\bserver used HashAlgorithm (?:\d+ )?that was not offered\b/, SIGNATURE],
  ['SigAlg', /\bServer used (?:SigAlg value|unsupported value in SigAlg)/, SIGNATURE],
  ['ignature algorithm(', /\bReceived signature algorithm\(\w+\) is not offered\b/, SIGNATURE],
  ['no suitable signature', /\bno suitable signature algorithm\b/, SIGNATURE],
  // Letters of HTTP or MQTT in the place of a version.
  ['major version mismatch', /\bmajor version mismatch\b/, NOT_TLS],
  ['minor version mismatch', /\bminor version mismatch\b/, TOO_OLD_OR_NEW],
  ['TLS version mismatch', /\bTLS version mismatch: got (?!(?:768|769|77[0-2])\b)\d+/, NOT_TLS],
  ['TLS version mismatch', /\bTLS version mismatch\b/, TOO_OLD_OR_NEW],
  ['version out of bounds', /\bserver version out of bounds\b/, TOO_OLD_OR_NEW],
  ['bad server version', /\bbad server version\b/, TOO_OLD_OR_NEW],
  ['nsupported version of TLS', /\bUnsupported version of TLS\b/, TOO_OLD_OR_NEW],
  ['bad finished message', /\bbad finished message\b/, BAD_MAC],
  ['unexpected handshake mess', /\bReceive unexpected handshake message\b/, UNEXPECTED],
  ['none of them usable', /\bciphersuites in common, but none of them usable\b/, { kind: 'no-shared-suite' }],
  ['no RNG provided', /\bno RNG provided\b/, NO_RNG],
  ['mbedtls_ssl_set_bio()', /\bBad usage of mbedtls_ssl_set_bio\(\)/, MISUSED],
  ['DHM prime too short', /\bDHM prime too short\b/, SHORT_DHE],
  ['upported version found', /\bNo supported version found\b/, TOO_OLD_OR_NEW],
  ['must not be skipped', /\bmessage must not be skipped\b/, UNEXPECTED],
  ['got no CA chain', /\bgot no CA chain\b/, NO_ANCHOR],
  ['got no private key', /\bgot no private key\b/, { kind: 'identity-incomplete' }],
  ['mac does not match', /\bmessage mac does not match\b/, BAD_MAC],
  ['with bad MAC', /\btoo many records with bad MAC\b/, BAD_MAC],
  ['handshake timeout', /^handshake timeout$/, { kind: 'timed-out' }],
  ['out of memory', /\bbuffer resizing failed - out of memory\b/, NO_MEMORY],
  ['certificate too large', /\bcertificate too large, \d+ > \d+/, TOO_LARGE],
  ['buffer too small', /^buffer too small(?: for encrypted pms)?$/, OUT_BUFFER],
  ['without having set host', /\bCertificate verification without having set hostname\b/, NO_NAME],
  ['unknown record type', /\bunknown record type\b/, NOT_TLS],
  ['bad message length', /\bbad message length\b/, TOO_LONG],
  // Of the client alone: what ServerHello, or a request behind it, must not have.
  [
    'non-matching max frag',
    /\bnon-matching max fragment length extension\b/,
    failed('other fragment length'),
  ],
  [
    'non-matching',
    /\bnon-matching (?:ALPN|encrypt-then-MAC|extended master secret|session ticket|truncated HMAC) extension\b/,
    HELLO,
  ],
  ['no matching protocol', /\bALPN extension: no matching protocol\b/, HELLO],
  ['breaking off handshake', /\blegacy renegotiation, breaking off handshake\b/, HELLO],
  ['not found or not offered', /\bciphersuite\(\w+\) not found or not offered\b/, HELLO],
  ['key share in HRR', /\bInvalid key share in HRR\b/, HELLO],
  ['HRRs received', /\bMultiple HRRs received\b/, HELLO],
  ['legacy compression', /\bbad legacy compression method\b/, HELLO],
  ['server key share, our', /\bInvalid server key share, our group\b/, HELLO],
  ['dhe groups are fail', /\bBoth ECDHE and DHE groups are fail\b/, CURVE],
  ['No group available', /^No group available\.$/, CURVE],
  // SSL_PK_TYPE_MISMATCH: the suite wants another key than the server's certificate has.
  ['key type mismatch', /^certificate key type mismatch$/, { kind: 'code', code: -0x6d00 }],
  [
    [
      'bad server hello done',
      'bad certificate request m',
      'bad new session ticket',
      'bad change cipher spec m',
    ],
    /^bad (?:server hello done|certificate request|new session ticket|change cipher spec) message\b/,
    DAMAGED,
  ],
  [
    [
      'handshake message too short',
      'invalid alert message, len',
      'invalid CCS message',
      'zero-length message type',
    ],
    /^(?:handshake message too short|invalid alert message, len|invalid CCS message|invalid zero-length message type)\b/,
    DAMAGED,
  ],
  ['key exchange message', /^bad server key exchange message$/, failed('unknown')],
  ['msglen (', /^msglen \(\d+\) < (?:maclen|taglen|explicit_iv_len|max\()/, BAD_MAC],
  // What the program set up, or gives back.
  [
    [
      'verify auth mode is not',
      'configuration is invalid',
      'max major version is invalid',
      '_set_timer_cb() for DTLS',
    ],
    /^(?:Optional verify auth mode is not available for TLS 1\.3|The SSL configuration is invalid|configured max major version is invalid|You must use mbedtls_ssl_set_timer_cb\(\) for DTLS)/,
    MISUSED,
  ],
  ['f_recv returned', /^f_recv returned \d+ bytes but only \d+ were requested/, INTERNAL],
  ['f_send returned', /^f_send returned \d+ bytes but only \d+ bytes were sent/, INTERNAL],
  // mbedtls_ssl_encrypt_buf: of what goes out.
  ['ecord content', /^Record content \d+ too large, maximum \d+/, OUT_BUFFER],
  ['requesting more data', /\brequesting more data than fits\b/, TOO_LONG],
];

/** Behind `ssl_tls.c:5791: `, or in a program's own line. */
export const DEBUG_SENTENCE_RULES: readonly Rule[] = [
  {
    mark: 'alloc',
    pattern: /\balloc ?\(? ?(\d+) ?(?:ud )?bytes ?\)? failed\b|\balloc\(\) of ssl sub-contexts failed\b/,
    read: allocationFailed,
  },
  {
    mark: 'alloc',
    pattern: /^(?:ticket )?alloc(?:ation)? failed(?: \((\d+) bytes\))?$/,
    read: allocationFailed,
  },
  ...rulesOf(SENTENCES),
];
