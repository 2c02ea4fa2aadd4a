import type { Rule } from '../rule.ts';
import { flagsOfSentence } from './verify-sentences.ts';

/** Verify results: the flags word, and the sentences for its bits. */
export const VERIFY_RULES: readonly Rule[] = [
  {
    mark: 'flags',
    pattern:
      /\b(?:verif(?:y|ication)|mbedtls_ssl_get_verify_result)\b.*?\bflags\b[ :=(]*(?:0x)?([0-9a-f]{1,8})\b/i,
    read: ([flags]) => ({ kind: 'verify-flags', flags: Number.parseInt(flags!, 16) }),
  },
  {
    mark: 'get_verify_result',
    pattern: /mbedtls_ssl_get_verify_result(?:\(\))?(?: returned)?[ :=]*(?:0x)?([0-9a-f]{1,8})\b/i,
    read: ([flags]) => ({ kind: 'verify-flags', flags: Number.parseInt(flags!, 16) }),
  },
  {
    // X509_CERT_VERIFY_FAILED and the flags in one line, or «x509 verify result 0x4».
    mark: ['flag', 'esult'],
    pattern:
      /-(?:0x2700|9984)\b.*\bflags?\b\W{0,4}(?:0x)?([\da-f]{1,8})\b|\b(?:x509|verify|verification)\b.{0,12}\b(?:result|flags?)\b\W{0,4}(?:0x)([\da-f]{1,8})\b/i,
    read: ([flags, other]) => {
      const value = Number.parseInt((flags ?? other)!, 16);
      return value === 0 ? undefined : { kind: 'verify-flags', flags: value };
    },
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
    // The same, which has not the root that it looks for, as a rule.
    mark: 'o verify certificate',
    pattern: /^Failed to verify certificate$/,
    read: ([], prefix) =>
      prefix?.tag === 'esp-x509-crt-bundle' ? { kind: 'verify-reason', flags: ['NOT_TRUSTED'] } : undefined,
  },
  { mark: 'ertificate', pattern: /(.*)/, read: reason },
  { mark: 'The CRL', pattern: /(.*)/, read: reason },
  { mark: 'Usage does', pattern: /(.*)/, read: reason },
  { mark: 'trust anchor', pattern: /(.*)/, read: reason },
  { mark: 'server name was not', pattern: /(.*)/, read: reason },
  { mark: 'Cert ', pattern: /(.*)/, read: reason },
  { mark: 'No trusted cert', pattern: /(.*)/, read: reason },
];

function reason([text]: readonly (string | undefined)[]) {
  const flags = flagsOfSentence(text!);
  return flags.length === 0 ? undefined : ({ kind: 'verify-reason', flags } as const);
}
