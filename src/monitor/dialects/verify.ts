import type { Rule } from '../rule.ts';
import { flagsOfSentence } from './verify-sentences.ts';

/** Verify results: the flags word, and the sentences for its bits. */
export const VERIFY_RULES: readonly Rule[] = [
  {
    mark: 'flags',
    pattern:
      /(?:\b|_)(?:verif(?:y|ication)|mbedtls_ssl_get_verify_result)\b.*?\bflags\b[ :=(]*((?:0x)?[0-9a-f]{1,8})\b/i,
    read: ([flags]) => ({ kind: 'verify-flags', flags: flagsOf(flags!) }),
  },
  {
    mark: 'get_verify_result',
    pattern: /(?:mbedtls_)?ssl_get_verify_result(?:\(\))?(?: returned)?[ :=]*(?:0x)?([0-9a-f]{1,8})\b/i,
    read: ([flags]) => ({ kind: 'verify-flags', flags: Number.parseInt(flags!, 16) }),
  },
  {
    // X509_CERT_VERIFY_FAILED and the flags in one line, in either order; «x509 verify result 0x4»; «vflags=0x8».
    mark: ['flag', 'esult', 'vf', 'vr=', 'vr ', 'erify', 'vrfy'],
    pattern:
      /-(?:0x2700|9984)\b.*\b(?:v?flags?|vf|vr|vrfy|verify(?:[_ ]?(?:flags?|res\w*))?)\b\W{0,4}((?:0x)?[\da-f]{1,8})\b|\b(?:x509|verify|verification)(?:_|\b.{0,12}\b)(?:result|flags?)\b\W{0,4}(0x[\da-f]{1,8})\b|\b(?:vf(?:lags?)?|vrfy(?:[_ ]?(?:flags?|res\w*))?|verify(?:[_ ]?(?:flags?|res\w*))?)\b ?[:=(] ?((?:0x)?[\da-f]{1,8})\b(?!.*[a-z]{4})|\b(?:cert|zert)\w*\b.*\bflags?\b\W{0,3}(0x[\da-f]{1,8})\b|_cert_verify_flags\b\W{0,4}((?:0x)?[\da-f]{1,8})\b|^\W*(?:\w+[:\]] )?(?:x509|verify|verification|cert\w*) (?:flags?|result)\b\W{0,4}(\d{1,8})$/i,
    read: (groups) => {
      const value = flagsOf(groups.find((text) => text !== undefined)!);
      return value === 0 ? undefined : { kind: 'verify-flags', flags: value };
    },
  },
  {
    // mqttclient (nettype_tls.c), which prints the flags for a code.
    mark: 'certificate_verify failed returned 0x',
    pattern: /certificate_verify failed returned 0x([\da-f]{4})$/i,
    read: ([flags]) => ({ kind: 'verify-flags', flags: Number.parseInt(flags!, 16) }),
  },
  {
    // The names of x509.h: MBEDTLS_X509_BADCERT_EXPIRED, MBEDTLS_X509_BADCRL_FUTURE.
    mark: ['x509_badcert_', 'x509_badcrl_'],
    pattern: /\b(?:MBEDTLS_)?X509_BAD(CERT|CRL)_([A-Z]+(?:_[A-Z]+)*)\b/,
    read: ([of, name]) => ({ kind: 'verify-reason', flags: [of === 'CRL' ? `CRL_${name}` : name!] }),
  },
  {
    // esp-tls (esp_tls_mbedtls.c).
    mark: 'No server verification',
    pattern: /No server verification option set/,
    read: () => ({ kind: 'no-trust-anchor' }),
  },
  {
    // ESP-IDF's certificate bundle (esp_crt_bundle.c).
    mark: 'trusted root',
    pattern: /No matching trusted root certificate/,
    read: () => ({ kind: 'verify-reason', flags: ['NOT_TRUSTED'] }),
  },
  {
    // The same, which has not the root that it looks for, as a rule. Arduino-ESP32 prints file and function for the tag.
    mark: 'o verify certificate',
    pattern: /^(esp-x509-crt-bundle: )?(?:esp_crt_verify_callback\(\): )?Failed to verify certificate$/,
    read: ([tag], prefix) =>
      tag !== undefined || prefix?.tag === 'esp-x509-crt-bundle' || prefix?.tag === 'esp_crt_bundle.c'
        ? { kind: 'verify-reason', flags: ['NOT_TRUSTED'] }
        : undefined,
  },
  {
    // The root is there, and the signature is not its: mbedTLS's code or PSA's stands behind it.
    mark: ['PSA signature verification', 'signature verification failed'],
    pattern:
      /\bPSA signature verification failed\b|\bCertificate matched (?:with CN=.{1,100} )?but signature verification failed\b/,
    read: () => ({ kind: 'handshake-failed', reason: 'bad signature' }),
  },
  {
    mark: [
      'ertificate',
      'The CRL',
      'Usage does',
      'Other reason (',
      'trust anchor',
      'server name was not',
      'Cert ',
      'No trusted cert',
    ],
    pattern: /(.*)/,
    read: ([text]) => {
      const flags = flagsOfSentence(text!);
      return flags.length === 0 ? undefined : { kind: 'verify-reason', flags };
    },
  },
];

/** Without `0x` and leading zeros it may be a decimal number: the reading with fewer flags is meant, decimal where both have as many. */
function flagsOf(text: string): number {
  const hex = Number.parseInt(text.replace(/^0x/i, ''), 16);
  if (!/^[1-9]\d*$/.test(text)) return hex;
  const decimal = Number(text);
  return flagCount(hex) < flagCount(decimal) ? hex : decimal;
}

function flagCount(flags: number): number {
  return flags.toString(2).replaceAll('0', '').length;
}
