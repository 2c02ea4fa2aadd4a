import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import {
  BAD_MAC,
  failed,
  LOST,
  NO_CURVE,
  NO_FILE,
  NO_MEMORY,
  NO_SUITE,
  NOT_TLS,
  NOT_TRUSTED,
  NOTHING,
  TOO_LONG,
  UNREADABLE_CERTIFICATE,
  UNREADABLE_KEY,
  UP,
  verify,
} from './details.ts';

/** One error of wolfSSL: its number (error-ssl.h, wolfcrypt/error-crypt.h), and the start of its text. */
interface WolfsslError {
  code: number;
  /** So much that no other text holds it; undefined where other programs use the same words. */
  text: string | undefined;
  means: MonitorDetail;
}

const DAMAGED = failed('damaged message');
const UNEXPECTED = failed('unexpected message type');
const BAD_SIGNATURE = failed('bad signature');
const ALGORITHM = failed('unsupported algorithm');
const UNSUPPORTED = failed('unsupported certificate');
const NO_ENTROPY = failed('no entropy');
const NOT_CA = failed('not a CA');

/** What a client can come across; the rest is a handshake that failed. */
const WOLFSSL_ERRORS: readonly WolfsslError[] = (
  [
    [-101, undefined, NO_ENTROPY],
    [-102, undefined, NO_ENTROPY],
    [-105, undefined, NO_ENTROPY],
    [-125, undefined, NO_MEMORY],
    [-140, 'ASN parsing error, invalid input', UNREADABLE_CERTIFICATE],
    [-141, 'ASN version error', UNREADABLE_CERTIFICATE],
    [-142, undefined, UNREADABLE_CERTIFICATE],
    [-143, undefined, UNREADABLE_KEY],
    [-144, undefined, UNREADABLE_CERTIFICATE],
    [-145, undefined, UNREADABLE_CERTIFICATE],
    [-146, undefined, UNREADABLE_CERTIFICATE],
    [-147, undefined, UNREADABLE_CERTIFICATE],
    [-148, 'ASN oid error, unknown sum id', ALGORITHM],
    [-149, undefined, UNREADABLE_CERTIFICATE],
    // MP_EXPTMOD_E: fast maths has no room for the number (FP_MAX_BITS, SP_INT_BITS).
    [-112, undefined, failed('key too large')],
    [-150, 'ASN date error, current date before', verify('FUTURE')],
    [-151, 'ASN date error, current date after', verify('EXPIRED')],
    [-152, 'ASN signature error, mismatched oid', UNREADABLE_CERTIFICATE],
    [-153, 'ASN time error', UNREADABLE_CERTIFICATE],
    [-154, 'ASN input error', UNREADABLE_CERTIFICATE],
    [-155, 'ASN sig error, confirm failure', NOT_TRUSTED],
    [-156, 'ASN sig error, unsupported hash', failed('unsupported signature algorithm')],
    [-157, 'ASN sig error, unsupported key', failed('unsupported signature algorithm')],
    [-160, 'ASN unsupported critical ext', UNSUPPORTED],
    [-161, undefined, UNREADABLE_CERTIFICATE],
    [-162, 'ASN no PEM Header', UNREADABLE_CERTIFICATE],
    [-171, undefined, UNREADABLE_KEY],
    [-172, undefined, NO_CURVE],
    [-173, undefined, failed('misused')],
    [-174, undefined, ALGORITHM],
    [-180, undefined, BAD_MAC],
    [-181, undefined, BAD_MAC],
    [-188, 'ASN no signer', NOT_TRUSTED],
    [-189, 'ASN CRL sig error', verify('CRL_NOT_TRUSTED')],
    [-190, 'ASN CRL no signer', verify('CRL_NOT_TRUSTED')],
    [-199, undefined, NO_ENTROPY],
    [-213, undefined, BAD_MAC],
    [-216, undefined, UNREADABLE_KEY],
    [-229, undefined, BAD_SIGNATURE],
    [-231, undefined, ALGORITHM],
    [-232, undefined, ALGORITHM],
    [-237, undefined, NOT_CA],
    [-238, undefined, NOT_CA],
    [-275, 'ASN self-signed certificate', NOT_TRUSTED],
    [-303, undefined, NO_MEMORY],
    [-304, 'verify problem on finished', BAD_MAC],
    [-305, 'verify mac problem', BAD_MAC],
    [-306, 'parse error on header', DAMAGED],
    [-307, 'weird handshake type', UNEXPECTED],
    [-308, 'error state on socket', LOST],
    [-311, 'unknown type in record hdr', NOT_TLS],
    [-312, 'error during decryption', BAD_MAC],
    // The alert's number is another call's, wolfSSL_get_alert_history.
    [-313, 'received alert fatal error', failed('Unknown error')],
    [-313, 'revcd alert fatal error', failed('Unknown error')],
    [-317, 'need the private key', { kind: 'identity-incomplete' }],
    [-322, 'peer subject name mismatch', verify('CN_MISMATCH')],
    [-325, 'peer ip address mismatch', verify('CN_MISMATCH')],
    [-326, 'record layer version error', failed('invalid version')],
    [-328, 'malformed buffer input', DAMAGED],
    [-329, 'verify problem on certificate', NOT_TRUSTED],
    [-330, 'verify problem based on signature', BAD_SIGNATURE],
    [-341, 'record layer length error', NOT_TLS],
    [-342, undefined, failed('server certificate cannot be parsed')],
    [-343, 'peer sent close notify', LOST],
    [-345, "peer didn't send cert", verify('MISSING')],
    [-350, 'Bad ECC Curve Type', NO_CURVE],
    [-351, 'Bad ECC Curve or unsupported', NO_CURVE],
    [-352, 'Bad ECC Peer Key', NO_CURVE],
    [-357, 'Not a CA by basic constraint', NOT_CA],
    [-360, 'OCSP Cert revoked', verify('REVOKED')],
    [-361, 'CRL Cert revoked', verify('REVOKED')],
    [-373, 'Out of order message', UNEXPECTED],
    [-383, undefined, verify('KEY_USAGE')],
    [-385, undefined, verify('KEY_USAGE')],
    [-386, undefined, verify('EXT_KEY_USAGE')],
    [-394, undefined, UNEXPECTED],
    [-395, undefined, UNEXPECTED],
    [-397, 'Peer closed underlying transport', LOST],
    [-401, 'DH key too small', verify('BAD_KEY')],
    [-404, 'Handshake message too large', TOO_LONG],
    [-409, 'RSA key too small', verify('BAD_KEY')],
    [-410, 'ECC key size too small', verify('BAD_KEY')],
    [-416, undefined, DAMAGED],
    [-450, undefined, failed('invalid version')],
    [-500, 'unsupported cipher suite', NO_SUITE],
    [-501, "can't match cipher suite", NO_SUITE],
    [-506, undefined, UNSUPPORTED],
  ] as const
).map(([code, text, means]) => ({ code, text, means }));

const TEXTS = WOLFSSL_ERRORS.flatMap(({ text }) => (text === undefined ? [] : [text]));

/** wolfSSL, the other TLS library of RTOS_SDK 3.x and ESP-IDF: its errors by number behind its name, or by their text. */
export const WOLFSSL_RULES: readonly Rule[] = [
  {
    // Its debug output (logging.c), which gives what each call returned: 1 is success.
    mark: 'wolfssl leaving ',
    pattern: /\bwolfSSL Leaving (\w+)(?:\(\))?, return (-?\d+)/i,
    read: ([call, result]) => {
      if (!/^(?:wolf)?SSL_connect$/i.test(call!)) return copyOf(NOTHING);
      return result === '1' ? { ...UP } : failed('unknown');
    },
  },
  {
    // The same, of an error by its number, whose sign some builds take away; «call again» is none.
    mark: ['error occurred, error = ', 'error occured, error = '],
    pattern: /\bwolfSSL error occurr?ed, error = -?(\d{3})\b/i,
    read: ([number]) =>
      copyOf(CALL_AGAIN.has(-Number(number)) ? NOTHING : (ofNumber(-Number(number)) ?? failed('unknown'))),
  },
  {
    // What loads certificates and keys; WOLFSSL_SUCCESS is 1, and WOLFSSL_BAD_FILE -4, of newer releases -463 (ssl.h).
    mark: ['ctx_load_verify', 'ctx_use_cert', 'ctx_use_privatekey'],
    pattern:
      /\bwolfSSL_CTX_(load_verify|use_certificate|use_PrivateKey)(\w*)(?:\(\))?:? (?:fail\w*|error|returned)\b(?:\W{0,3}?(-?\d{1,3})\b)?/i,
    read: ([call, from, code]) => {
      if (code === '1') return copyOf(NOTHING);
      if (/^(?:-4|-463)$/.test(code ?? '') && !/buffer/i.test(from!)) return copyOf(NO_FILE);
      const known = code === undefined ? undefined : ofNumber(Number(code));
      return known ?? { kind: 'unreadable', what: LOADED[call!.toLowerCase()] ?? 'certificate' };
    },
  },
  {
    mark: 'olfssl',
    pattern: /\bwolfSSL\w*(?:.*?(?:\b(?:error|err|ret\w*|code|fail\w*)\b|=|:)\D{0,12}?| )(-\d{3})\b/i,
    read: ([code], prefix) => ofNumber(Number(code)) ?? unknownOf(prefix?.level),
  },
  {
    // Its examples, with whatever text, if it speaks of TLS: «err = -342, cant decode peer key».
    mark: ['err = -', 'error = -'],
    pattern:
      /^\W*err(?:or)? = (-[1-5]\d\d), .*\b(?:ASN|peer|cert\w*|sig\w*|MAC|handshake|alert|cipher\w*|ECC|RSA|CRL|OCSP|PEM)\b/i,
    read: ([code]) => ofNumber(Number(code)),
  },
  {
    mark: TEXTS,
    pattern: /(.*)/,
    read: ([line]) =>
      copyOf(WOLFSSL_ERRORS.find(({ text }) => text !== undefined && line!.includes(text))?.means),
  },
  {
    // Its examples for ESP-IDF, of the certificate that they load.
    mark: 'please check the file',
    pattern: /\bfailed to load (-\d{3}), please check the file\b/,
    read: ([code]) => ofNumber(Number(code)) ?? { kind: 'unreadable', what: 'certificate' },
  },
  {
    // wolfMQTT, where wolfSSL's texts are not built.
    mark: 'preverify 0, error -',
    pattern: /\bPreVerify 0, Error (-\d{3})\b/,
    read: ([code]) => ofNumber(Number(code)),
  },
  {
    // Its own debug output (asn.c).
    mark: ['Date BEFORE check', 'Date AFTER check'],
    pattern: /\bDate (BEFORE|AFTER) check failed\b/,
    read: ([which]) => verify(which === 'BEFORE' ? 'FUTURE' : 'EXPIRED'),
  },
  {
    mark: 'netread: error 116',
    pattern: /^NetRead: Error 116\b/,
    read: () => ({ kind: 'timed-out' }),
  },
  {
    // Programs that took its example for mbedTLS's.
    mark: 'to connect to wolfssl',
    pattern: /\bFailed to connect to wolfSSL\b/i,
    read: () => failed('unknown'),
  },
  {
    // esp_tls_wolfssl.c prints what the call returned, which is always -1 where it failed, and not why.
    mark: 'wolfSSL_connect',
    pattern: /\bwolfSSL_connect returned -0x1$/,
    read: () => failed('unknown'),
  },
];

const LOADED: Readonly<Record<string, 'ca' | 'key'>> = { load_verify: 'ca', use_privatekey: 'key' };

/** «Call again» (WANT_READ, WANT_WRITE) is no error, as a line of an error it is a time that ran out. */
const CALL_AGAIN: ReadonlySet<number> = new Set([-323, -327]);

function ofNumber(code: number): MonitorDetail | undefined {
  if (CALL_AGAIN.has(code)) return { kind: 'timed-out' };
  return copyOf(WOLFSSL_ERRORS.find((error) => error.code === code)?.means);
}

function unknownOf(level: string | undefined): MonitorDetail | undefined {
  return level === 'I' || level === 'D' || level === 'V' ? undefined : failed('unknown');
}
