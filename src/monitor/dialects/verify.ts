import type { MonitorDetail } from '../event.ts';
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
    // ESP-IDF's certificate bundle (esp_crt_bundle.c).
    mark: 'trusted root',
    pattern: /No matching trusted root certificate/,
    read: () => ({ kind: 'verify-reason', flags: ['NOT_TRUSTED'] }),
  },
  {
    mark: 'rror',
    pattern: /\b(?:BearSSL|BSSL|last ?SSL ?error|getLastSSLError)\b\D{0,24}?\b(\d{2,3})\b/i,
    read: ([code]) => ofBearssl(Number(code)),
  },
  { mark: 'ertificate', pattern: /(.*)/, read: reason },
  { mark: 'The CRL', pattern: /(.*)/, read: reason },
  { mark: 'Usage does', pattern: /(.*)/, read: reason },
  { mark: 'trust anchor', pattern: /(.*)/, read: reason },
  { mark: 'server name was not', pattern: /(.*)/, read: reason },
];

function reason([text]: readonly (string | undefined)[]) {
  const flags = flagsOfSentence(text!);
  return flags.length === 0 ? undefined : ({ kind: 'verify-reason', flags } as const);
}

/** Of bearssl_x509.h: EXPIRED, BAD_SERVER_NAME, NOT_TRUSTED. */
const BEARSSL_FLAGS: Readonly<Record<number, string>> = {
  54: 'EXPIRED',
  56: 'CN_MISMATCH',
  62: 'NOT_TRUSTED',
};
/** Of bearssl_ssl.h: beyond these an alert that was received, or sent. */
const BEARSSL_RECEIVED = 256;
const BEARSSL_SENT = 512;

function ofBearssl(code: number): MonitorDetail | undefined {
  const flag = BEARSSL_FLAGS[code];
  if (flag !== undefined) return { kind: 'verify-reason', flags: [flag] };
  if (code < BEARSSL_RECEIVED || code >= BEARSSL_SENT + 256) return undefined;
  return code >= BEARSSL_SENT
    ? { kind: 'alert', direction: 'sent', level: 2, description: code - BEARSSL_SENT }
    : { kind: 'alert', direction: 'received', level: 2, description: code - BEARSSL_RECEIVED };
}
