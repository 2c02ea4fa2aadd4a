import { ALERT } from '../../endpoint/alerts.ts';
import type { MonitorDetail } from '../event.ts';
import { inferredAlert } from './alert.ts';
import {
  ENCRYPTED,
  failed,
  NO_ANCHOR,
  NO_MEMORY,
  NOT_TRUSTED,
  TOO_LONG,
  verify,
  type Words,
} from './details.ts';

/**
 * By whoever says the same as MBEDTLS_ERR_PK_PASSWORD_MISMATCH, CTR_DRBG_ENTROPY_SOURCE_FAILED and
 * SSL_CERTIFICATE_VERIFICATION_WITHOUT_HOSTNAME.
 */
const WRONG_PASSWORD: MonitorDetail = { kind: 'code', code: -0x3b80 };
const NO_ENTROPY: MonitorDetail = { kind: 'code', code: -0x34 };
const NO_NAME: MonitorDetail = { kind: 'code', code: -0x5d80 };

/** One finding of TLS, certificates and keys in plain words: no library's sentence, but what people write of it. */
export const PLAIN_TLS_WORDS: readonly Words[] = [
  [['ecord overflow'], /^(?!.*\balert\b).*\brecord overflow\b/i, TOO_LONG],
  [
    ['pin'],
    /\b(?:pinned|pinning|pin)\b.{0,30}\b(?:mismatch|fail\w*|do(?:es)? not match|doesn't match)\b(?!.*\bgpio\b)/i,
    { kind: 'fingerprint-mismatch' },
  ],
  [
    ['xceeds', 'arger than', 'onger than', 'igger than'],
    /\b(?:tls|ssl|handshake|certificate)\b.{0,20}\b(?:record|message|fragment|chain)\b.{0,30}\b(?:exceeds|larger than|longer than|bigger than)\b.{0,30}\bbuffer\b/i,
    TOO_LONG,
  ],
  [
    ['out of mem', 'no mem', 'need'],
    /\bout of mem\b|\bno mem\b|\bfree\b.{0,40}\bneed(?:s|ed)? \d{4,}\b/i,
    NO_MEMORY,
  ],
  [
    ['no support', 'not support', "n't support", 'unsupported'],
    /\b(?:does not|doesn't|no) support\w*\b.{0,12}\b(?:TLS|SSL) ?v?1[._]\d\b|\bunsupported (?:TLS|SSL|protocol) version\b/i,
    failed('invalid version'),
  ],
  [
    ['ipher'],
    /\bno (?:common|shared|matching|supported) cipher|\bno cipher ?suites? in common\b|\bcipher ?suites?\b.{0,20}\b(?:do not|don't|none) match/i,
    { kind: 'no-shared-suite' },
  ],
  [
    ['rng', 'drbg', 'ntropy'],
    /\b(?:rng|drbg|entropy)\b.{0,30}\b(?:fail\w*|error|unavailable)\b|\bfail\w*\b.{0,20}\b(?:rng|drbg|entropy)\b/i,
    NO_ENTROPY,
  ],
  [
    ['ncrypted', 'assphrase'],
    /\bkey\b.{0,12}\bencrypted\b|\bencrypted (?:private )?key\b|\bkey\b.{0,30}\bpassphrase (?:required|needed)\b/i,
    ENCRYPTED,
  ],
  [
    [' ca', 'ca cert', 'ca is', 'ca not', 'ca miss', 'ca null', 'ca empty', 'oot'],
    /\bno (?:root |trusted )?(?:CA|root certificate)s?\b(?: (?:certificate|cert|bundle|file))?.{0,6}\b(?:set|given|configured|loaded|provided|installed)\b|\b(?:CA|root)(?: (?:certificate|cert))? (?:is )?(?:not set|not configured|missing|NULL|null|empty)\b/i,
    NO_ANCHOR,
  ],
  [
    ['.crt', '.pem', '.der', '.key', '.cer'],
    /\.(?:crt|pem|der|key|cer)\b.{0,20}\b(?:no such file|not found|missing|does(?: not|n't) exist|cannot be (?:opened|read))\b/i,
    { kind: 'unreadable', what: 'file' },
  ],
  [['evoked'], /^(?!.*\b(?:client|device|own|alert)\b).*\bcert\w*\b.{0,30}\brevoked\b/i, verify('REVOKED')],
  [
    ['sha', 'md5', 'hash', 'digest', 'ignature'],
    /\bcert\w*\b.{0,40}\b(?:SHA-?1|MD5)\b.{0,40}\b(?:not (?:accepted|allowed|supported)|reject\w*|weak|refused)\b|\b(?:weak|unacceptable) (?:hash|signature|digest)\b.{0,20}\bcert/i,
    verify('BAD_MD'),
  ],
  [
    ['oo short', 'oo small', 'oo weak'],
    /\b(?:RSA|EC|public|server|certificate|ca|ee|root)\b.{0,12}\bkey\b.{0,12}\btoo (?:short|small|weak)\b|\bkey\b.{0,12}\btoo (?:short|small|weak)\b.{0,30}\bcert/i,
    verify('BAD_KEY'),
  ],
  [
    ['ame mis', 'ame does', "ame doesn't", 'ostname'],
    /\b(?:host ?|server |common |subject )?name (?:mismatch|does(?: not|n't) match)\b(?!.*\b(?:wi-?fi|ssid|user)\b)/i,
    verify('CN_MISMATCH'),
  ],
  [
    ['ssuer', 'rust store', 'rust anchor', 'rusted root', 'ntrusted'],
    /\bissuer (?:was |is )?(?:not found|unknown|not trusted|untrusted)\b|\bnot (?:found )?in (?:the )?trust store\b|\b(?:no|missing|unknown) (?:trust anchor|trusted root|issuer)\b|\buntrusted (?:root|ca|issuer|chain|peer|server)\b/i,
    NOT_TRUSTED,
  ],
  [
    ['rusted', 'ecogni'],
    /\b(?:root|ca|issuer|chain|signer|server cert\w*)\b.{0,24}\b(?:not|isn't|un) ?(?:trusted|recogni[sz]ed)\b/i,
    NOT_TRUSTED,
  ],
  [
    ['not signed by', 'nown ca', 'nown certificate auth', 'not found', 'o trusted root'],
    /^(?!.*\balert\b).*(?:\bnot signed by (?:a |the |any )?(?:trusted|known)\b|\bunknown (?:ca|certificate authority)\b|\b(?:trusted root|root ca|trust anchor|chain\b.{0,30}\broot) not found\b|\bno trusted root\b)/i,
    NOT_TRUSTED,
  ],
  [
    [
      'cn mis',
      'cn does',
      'san mis',
      'san does',
      'name in',
      'name on',
      'name of',
      'ame verif',
      'ame check',
      'ame valid',
      'rtificate is',
    ],
    /\b(?:CN|SAN) (?:mis-?match|does(?: not|n't) match)|\bname (?:in|on|of) (?:the )?(?:server )?cert\w*\b.{0,12}\bnot match|\bhost ?name (?:verification|check|validation)\b.{0,4}\bfail|\bcertificate is (?:for|issued (?:to|for))\b.{0,60}\bnot\b/i,
    verify('CN_MISMATCH'),
  ],
  [
    ['tls 1', 'tls1', 'tlsv1', 'tls v1', 'ssl 3', 'ssl3', 'sslv3', 'ssl v3'],
    // What the own build has, and goes on with, is no refusal (esp_tls_mbedtls.c).
    /^(?!.*\b(?:continuing|supported, TLS)\b).*(?:\b(?:requires?|needs?|wants?|only (?:supports?|accepts?|speaks?|allows?)) (?:TLS ?v?1(?:[._]\d)?|SSL ?v?3)\b|\bTLS ?v?1[._]\d\b.{0,12}\b(?:not (?:accepted|supported|allowed|enabled)|required)\b)/i,
    failed('invalid version'),
  ],
  [
    ['belong', 'not fit', "n't fit"],
    /\bkey\b.{0,12}\b(?:does not|doesn't) (?:belong|fit)\b/i,
    failed('key mismatch'),
  ],
  [
    ['key pars', 'key load', 'key read', 'key decod', 'ad key f'],
    /\bkey (?:pars|load|read|decod)\w* (?:fail\w*|error)|\bbad key (?:format|file)\b/i,
    { kind: 'unreadable', what: 'key' },
  ],
  [
    ['for key', 'for the key'],
    /\b(?:wrong|bad|incorrect) pass(?:word|phrase) for (?:the )?key\b/i,
    WRONG_PASSWORD,
  ],
  [
    ['cert', 'pem', 'der '],
    /^(?!.*\b(?:server|peer)\b).*(?:\bcert\w*\b.{0,8}\b(?:malformed|corrupt\w*|damaged|broken|truncated)\b|\b(?:PEM|DER) (?:decod|pars|read)\w* (?:fail|error))/i,
    { kind: 'unreadable', what: 'certificate' },
  ],
  [
    ['ipher'],
    /\bcipher\w*\b.{0,40}(?:\bnot|n't) (?:support\w*|accepted|offer\w*)\b|\bnone of (?:our|the|my) cipher/i,
    { kind: 'no-shared-suite' },
  ],
  [
    ['record', 'fragment', 'buffer'],
    /\brecord (?:is |was )?(?:larger|bigger|longer) than \d+|\bfragment (?:length |size )?exceed|\b(?:rx|receive|input|in)[ _]?buffer\b.{0,20}\btoo small\b.{0,20}\b(?:tls|ssl|record|handshake)|\b(?:tls|ssl)\b.{0,20}\b(?:rx|receive|input)[ _]?buffer\b.{0,10}\btoo small\b/i,
    TOO_LONG,
  ],
  [['verify fail', 'verify err'], /\bcert ?verify (?:fail|error)/i, failed('bad certificate')],
  [['ssl_error_'], /\bSSL_ERROR_(?:ZERO_RETURN|SYSCALL)\b/i, failed('connection lost')],
  [['fatal alert'], /\b(?:ssl|tls)\b.{0,8}\bfatal alert\W*$/i, failed('Unknown error')],
  [
    ['content_len', 'buffer'],
    /\brecord\b.{0,16}\d{3,5} ?> ?\w*CONTENT_LEN\b|\b(?:ssl|tls)\b.{0,8}\bbuffer\b.{0,8}\btoo small\b/i,
    TOO_LONG,
  ],
  [['mac verif', 'mac check'], /\bmac (?:verif\w*|check) fail/i, failed('invalid mac')],
  [['no ca chain'], /\bno CA chain\b/i, NO_ANCHOR],
  [['unsupported'], /\bunsupported (?:signature hash|hash|digest)\b/i, verify('BAD_MD')],
  [['closed'], /\bconnection (?:was )?closed\b.{0,20}\bhandshake\b/i, failed('connection lost')],
  [['ssuer of'], /\bissuer of (?:the )?cert\w*\b.{0,12}\b(?:not found|unknown|missing)\b/i, NOT_TRUSTED],
  [['lloc'], /\b\w*[mc]alloc\w*\(.*\) ?(?:={1,2}|->|returned) ?(?:NULL|0x0|0)\b/i, NO_MEMORY],
  [
    ['not return a cert'],
    /\bpeer did not return a certificate\b/i,
    inferredAlert(ALERT.certificate_required),
  ],
  [['eof'], /\b(?:ssl|tls|handshake)\b.{0,16}\bEOF\b|\bunexpected eof\b/i, failed('connection lost')],
  [
    ['ould not', "ouldn't", 'annot', 'an not', "an't"],
    /\b(?:private|client|device|ec|rsa) key\b.{0,30}\b(?:could not|couldn't|can ?not|can't)\b.{0,12}\b(?:parsed|read|loaded|decoded)\b/i,
    { kind: 'unreadable', what: 'key' },
  ],
  [
    ['pem', 'der'],
    /\b(?:bad|invalid|malformed|corrupt\w*|damaged|broken) (?:pem|der)\b(?! ?key)/i,
    { kind: 'unreadable', what: 'certificate' },
  ],
  [['key values mismatch'], /\bkey values mismatch\b/i, failed('key mismatch')],
  [
    ['key pass'],
    /\bkey pass(?:word|phrase)\b.{0,12}\b(?:wrong|incorrect|bad|mismatch)\b|\b(?:wrong|bad|incorrect)\b.{0,8}\bkey pass(?:word|phrase)\b/i,
    WRONG_PASSWORD,
  ],
  [
    ['urve', 'ec', 'prime256'],
    // The chip's own help for ECDSA is another thing.
    /^(?!.*\bperipheral\b).*\b(?:elliptic curves?|ecdsa|ecc|ec (?:keys?|cert\w*|curves?)|secp\d+\w*|prime256v1|curve)\b.{0,24}\b(?:not|isn't|aren't) ?(?:be )?(?:supported|enabled|built|compiled|available)\b|\b(?:unsupported|unknown) (?:named |elliptic )?(?:ec (?:keys?|cert\w*|curves?)|ecc|ecdsa|curve)\b/i,
    { kind: 'not-built', what: 'curves' },
  ],
  [['oo large', 'oo big', 'oo long'], /\b(?:record|fragment)\b.{0,12}\btoo (?:large|big|long)\b/i, TOO_LONG],
  [
    ['sni', 'erver name'],
    /\b(?:no|without|missing) (?:sni|server name)\b|\bSNI\b.{0,12}\b(?:missing|not (?:set|sent))\b/i,
    NO_NAME,
  ],
  [
    ['too weak', 'not accepted', 'not allowed'],
    /\b(?:ca|ee) md too weak\b|\bsign(?:ed|ature)\b.{0,20}\b(?:SHA-?1|MD5)\b.{0,30}\bnot (?:accepted|allowed)\b/i,
    verify('BAD_MD'),
  ],
  [
    ['ntropy', 'andom'],
    /\bno entropy\b|\brandom (?:number )?generator\b.{0,12}\b(?:fail\w*|error)\b/i,
    NO_ENTROPY,
  ],
];
