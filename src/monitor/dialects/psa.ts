import type { MonitorDetail } from '../event.ts';
import type { Rule } from '../rule.ts';
import { failed, NO_MEMORY } from './details.ts';

/**
 * Codes of the PSA crypto interface (psa/crypto_values.h). Calls of mbedTLS 4 return them, too: its ..._ALLOC_FAILED
 * are names for PSA_ERROR_INSUFFICIENT_MEMORY (ssl.h, x509.h). No code of mbedTLS 2 and 3 has these numbers.
 */
export const PSA_RULES: readonly Rule[] = [
  {
    mark: ['psa_', 'mbedtls_', 'into PSA', 'PSA signature'],
    pattern:
      /\b(psa_\w+|mbedtls_\w+|into PSA|PSA signature verification)(?:\(\))?\W{0,2}(?:returned|failed|status|error|with error|failed with error)\b[^\d-]{0,16}(?:-(?:0x0*(8[4-9a-f]|9[0-7])|(1[34]\d|15[01]))|0x(ffffff[67][\da-f]))\b/i,
    read: ([call, hex, decimal, unsigned]) => {
      const code =
        unsigned === undefined
          ? Number(decimal ?? `0x${hex!}`)
          : 0x1_0000_0000 - Number.parseInt(unsigned, 16);
      return ofCode(code, call!);
    },
  },
  {
    mark: 'psa_',
    pattern: /^ *(psa_\w+)\(\) returned -/,
    read: ([call]) => ({ kind: 'psa-failed', call: call! }),
  },
];

function ofCode(code: number, call: string): MonitorDetail | undefined {
  switch (code) {
    case 137: // PSA_ERROR_BAD_STATE
      return { kind: 'psa-failed', call };
    case 138: // PSA_ERROR_BUFFER_TOO_SMALL, of TLS MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL
      return call.startsWith('mbedtls_ssl_') ? { kind: 'code', code: -0x6a00 } : undefined;
    case 141: // PSA_ERROR_INSUFFICIENT_MEMORY
      return { ...NO_MEMORY };
    case 148: // PSA_ERROR_INSUFFICIENT_ENTROPY, as MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED
      return { kind: 'code', code: -0x34 };
    case 149: // PSA_ERROR_INVALID_SIGNATURE
      return failed('bad signature');
    default:
      return undefined;
  }
}
