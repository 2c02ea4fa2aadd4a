import { ALERT, type AlertName } from '../../endpoint/alerts.ts';
import type { MonitorDetail } from '../event.ts';
import type { Rule } from '../rule.ts';
import { alert } from './alert.ts';
import { CERTIFICATE_WORD_RULES } from './certificate-words.ts';
import { OPENSSL_PACKED_RULE, OPENSSL_TEXT_RULE } from './openssl.ts';

/** Those that programs write in words. */
const SPOKEN = (
  [
    'unexpected_message',
    'bad_record_mac',
    'record_overflow',
    'handshake_failure',
    'no_certificate',
    'bad_certificate',
    'unsupported_certificate',
    'certificate_revoked',
    'certificate_expired',
    'certificate_unknown',
    'illegal_parameter',
    'unknown_ca',
    'access_denied',
    'decode_error',
    'decrypt_error',
    'protocol_version',
    'insufficient_security',
    'internal_error',
    'missing_extension',
    'unsupported_extension',
    'unrecognized_name',
    'certificate_required',
    'no_application_protocol',
  ] satisfies AlertName[]
).map((name) => ({
  name,
  words: name.replaceAll('_', ' '),
  description: ALERT[name],
}));

/**
 * TLS in words: alerts by their names (RFC 8446 6), OpenSSL's errors, esp-tls's complaints about its
 * configuration (esp_tls.c, esp_tls_mbedtls.c), and what applications say.
 */
export const TLS_WORD_RULES: readonly Rule[] = [
  {
    mark: '-----BEGIN ',
    pattern: /-----BEGIN ([A-Z0-9 ]{3,40})-----/,
    read: ([label]) => ({ kind: 'pem', label: label! }),
  },
  {
    // A PEM text that was encoded once more, for a URL as a rule.
    mark: '-----BEGIN',
    pattern: /-----BEGIN(?:%20|\+|\\n|_)(\w*)/,
    read: ([label]) => ({ kind: 'unreadable', what: /KEY/.test(label!) ? 'key' : 'certificate' }),
  },
  {
    // ESP-IDF 4.3 and later (esp_tls_mbedtls.c).
    mark: 'returned [0x80',
    pattern: /\breturned \[0x80[\da-f]{2}\]/i,
    read: () => ({ kind: 'other-chip' }),
  },
  {
    mark: 'etupCert failed',
    pattern: /\bsetupCert failed\b/,
    read: () => ({ kind: 'unreadable', what: 'certificate' }),
  },
  {
    mark: 'bytes of key',
    pattern: /\b(\d{2,5}) bytes of key\b/,
    read: ([bytes]) => ({ kind: 'key-size', bytes: Number(bytes) }),
  },
  {
    mark: 'key',
    pattern:
      /\b(?:private |client |device )?key\b(?:\]|\W)?,? ?(?:size|length|len)?\W{0,3}(\d{2,5}) ?bytes\b|\btype\[private_key\],length\[(\d+)\]/i,
    read: ([bytes, length]) => ({
      kind: 'key-size',
      bytes: Number(bytes ?? length),
    }),
  },
  {
    // A server's OpenSSL: what it received, the device sent.
    mark: 'SSL alert number',
    pattern: /\bSSL alert number (\d{1,3})\b/,
    read: ([number]) => alert('sent', Number(number)),
  },
  {
    mark: ' alert ',
    pattern: /\b(?:tlsv1|sslv3) alert ([a-z ]+)/,
    read: ([name]) => named('sent', name!),
  },
  {
    // SSLClient for ESP32, where the code has no text.
    mark: 'unknown error code (0',
    pattern: /\bunknown error code \((00[\da-f]{2})\)/i,
    read: ([hex]) => ({ kind: 'code', code: -Number.parseInt(hex!, 16) }),
  },
  OPENSSL_TEXT_RULE,
  OPENSSL_PACKED_RULE,
  {
    // Level and description.
    mark: 'lert',
    pattern: /^(?!.*\b(?:tx|sen[dt])\b).*\balert\b.{0,10}\b[12]\/(\d{2,3})\b/i,
    read: ([number]) => alert('received', Number(number)),
  },
  {
    // «sending fatal alert 47», and not «the server sent».
    mark: 'lert',
    pattern:
      /^(?!.*\b(?:server|peer|broker|remote|host|from)\b).*\b(?:send(?:ing|s)?|sent)\b.{0,16}\balert\b\W*(?:level\W*\d\W*)?(?:message|code|number|desc\w*)?\W{0,3}(\d{2,3})\b/i,
    read: ([number]) => alert('sent', Number(number)),
  },
  {
    mark: 'lert',
    pattern:
      /\balert\b\W*(?:\(?level\W*\d\b\W*)?(?:fatal\W*)?(?:from (?:the )?(?:server|peer|broker)\b\W*)?(?:message|description|code|number|desc|received|type)?\W{0,3}(\d{2,3})\b(?!\.)/i,
    read: ([number]) => alert('received', Number(number)),
  },
  {
    mark: 'lert',
    pattern:
      /\balert\b\W*(?:\(?level\W*\d\b\W*)?(?:fatal\W+)?(?:received|message|description|from (?:the )?(?:server|peer))?\W{0,3}([a-z]\w+(?:[ _]\w+){0,3})/i,
    read: ([name]) => named('received', name!),
  },
  {
    mark: 'lert',
    pattern: /\b(\w+(?:[ _]\w+){0,3}) alert\b/i,
    read: ([name]) => named('received', name!),
  },
  {
    mark: 'LPN',
    pattern: /\balpn\w* configured but not enabled\b|\bHAVE_ALPN not enabled\b/i,
    read: () => ({ kind: 'not-built', what: 'alpn' }),
  },
  {
    mark: 'alpn_protos',
    pattern: /\balpn_protos configured but not enabled\b/,
    read: () => ({ kind: 'not-built', what: 'alpn' }),
  },
  {
    mark: 'lease enable',
    pattern: /\b[Pp]lease enable (?:MQTT_ENABLE_SSL|HTTPS|SSL|TLS)\b/,
    read: () => ({ kind: 'not-built', what: 'tls' }),
  },
  {
    mark: 'ot support this mqtt scheme',
    pattern: /\bNot support this mqtt scheme (?:mqtts|wss)\b/,
    read: () => ({ kind: 'not-built', what: 'tls' }),
  },
  {
    mark: 'disable_ssl_support',
    pattern: /\bCan't use HTTPS connection with esp8266_disable_ssl_support\b/,
    read: () => ({ kind: 'not-built', what: 'tls' }),
  },
  {
    mark: 'crt_bundle configured',
    pattern: /\buse_crt_bundle configured but not enabled\b/,
    read: () => ({ kind: 'not-built', what: 'certificate-bundle' }),
  },
  {
    mark: 'psk_hint_key',
    pattern: /\bpsk_hint_key configured but not enabled\b/,
    read: () => ({ kind: 'not-built', what: 'psk' }),
  },
  {
    // BearSSL of the Arduino core.
    mark: 'minimal cipher mode',
    pattern: /\bAttempting to use EC (?:cert|keys) in minimal cipher mode/,
    read: () => ({ kind: 'not-built', what: 'curves' }),
  },
  {
    mark: 'clientkey_buf',
    pattern: /\bprovide both clientcert_buf and clientkey_buf\b/,
    read: () => ({ kind: 'identity-incomplete' }),
  },
  {
    mark: 'certificate and/or key',
    pattern: /\bMissing (?:server|client) certificate and\/or key\b/,
    read: () => ({ kind: 'identity-incomplete' }),
  },
  {
    mark: ['cacert_pem_buf is null', 'global_cacert'],
    pattern: /\bcacert_pem_buf is null\b|\bglobal_cacert (?:is NULL|not allocated)\b/,
    read: () => ({ kind: 'no-trust-anchor' }),
  },
  {
    mark: 'erver certificate not found',
    pattern: /\bServer certificate not found\b/,
    read: () => ({ kind: 'no-trust-anchor' }),
  },
  {
    mark: ['ingerprint', 'FP '],
    pattern:
      /\bfingerprint\b.{0,40}\b(?:mismatch|(?:does|do|did)(?: not|n't) match|not match\w*|wrong|bad|invalid|failed|differ\w*|unknown)\b|\b(?:bad|wrong|invalid|untrusted) (?:tls |ssl |certificate |server )?fingerprint\b|\bcert FP doesn't match\b/i,
    read: () => ({ kind: 'fingerprint-mismatch' }),
  },
  {
    mark: ['oo large', 'oo big', 'oo long'],
    pattern:
      /\b(?:tls|ssl|incoming|handshake)\b.{0,30}\b(?:record|message|fragment)\b.{0,20}\btoo (?:large|big|long)\b/i,
    read: () => ({ kind: 'record-problem', problem: 'too-long' }),
  },
  {
    // Arduino axTLS and others: the server's certificate against what was expected.
    mark: ["ertificate doesn't match", 'ertificate mis', 'ertificate does not match'],
    pattern: /\bcertificate (?:doesn't match|does not match|mis-?match(?:ed)?)\b(?!.*\b(?:host|CN|name)\b)/i,
    read: () => ({ kind: 'fingerprint-mismatch' }),
  },
  {
    mark: ['record mac', 'record_mac', 'ecord MAC'],
    pattern: /\bbad[ _]record[ _]mac\b/i,
    read: () => ({ kind: 'handshake-failed', reason: 'invalid mac' }),
  },
  {
    mark: ['match', 'ismatch'],
    pattern:
      /\b(?:private|client|device)? ?key\b.{0,30}\b(?:does not|doesn't|do not|don't|mis)[ -]?match\w*\b.{0,30}\bcert|\bcert\w*\b.{0,20}\bkey\b.{0,30}\b(?:do not|don't|does not|doesn't|mis)[ -]?match/i,
    read: () => ({ kind: 'handshake-failed', reason: 'key mismatch' }),
  },
  {
    // An alert's name as RFC 8446 writes it, in a line of whatever language.
    mark: SPOKEN.map(({ name }) => name).filter((name) => name.includes('_')),
    pattern: new RegExp(
      String.raw`(?:(?<![a-z_])|alert_(?:msg_|desc_)?)(${SPOKEN.map(({ name }) => name).join('|')})(?![a-z_])`,
      'i',
    ),
    read: ([name]) => named('received', name!),
  },
  ...CERTIFICATE_WORD_RULES,
  {
    mark: ['andshake', 'tls', 'ssl', 'secure'],
    pattern:
      /\b(?:tls|ssl|handshake|secure(?! ?boot| element))\w*\b.{0,40}?\b(?:fail\w*|err(?:or)?(?! ?(?:code)?\W{0,3}0\b(?![x.]))|abort\w*|could ?n[o']t|unsuccessful)\b|\b(?:fail\w*|error|unable|could ?n[o']t)\b.{0,30}?\b(?:(?:tls|ssl)[- ](?:handshake|connect\w*|session|negotiation|context|client)|handshake|secure connection)\b/i,
    read: () => ({ kind: 'handshake-failed', reason: 'unknown' }),
  },
];

function named(direction: 'received' | 'sent', text: string): MonitorDetail | undefined {
  const letters = text
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, ' ')
    .trim();
  const found = SPOKEN.find(({ words }) => letters.startsWith(words) || letters.endsWith(words));
  return found === undefined ? undefined : alert(direction, found.description);
}
