import type { Need } from '../needs/need.ts';
import { suiteListValue, type Wanted } from './need-rules.ts';
import type { MbedtlsTree } from './tree.ts';

export interface Advice {
  wanted: Wanted;
  because: string;
}

const KEY_BYTES: Readonly<Record<string, number>> = { secp521r1: 66, bp512r1: 64 };

/** Options that the handshake works without, but worse: each says how. Only those that the tree knows. */
export function advisableOptions(
  tree: MbedtlsTree,
  has: (name: string) => boolean,
  needs: readonly Need[],
): Advice[] {
  const suites = needs.flatMap((need) => (need.kind === 'suite' ? [need.suite] : []));
  const curves = needs.flatMap((need) => (need.kind === 'group' ? [need.curve] : []));
  const largestCurve = Math.max(48, ...curves.map((curve) => KEY_BYTES[curve] ?? 48));
  const isTls13 = needs.some((need) => need.kind === 'tls-version' && need.version === '1.3');
  const onlyEncrypts = !has('CIPHER_MODE_CBC') && !has('PSA_CRYPTO_C');
  const advice: [condition: boolean, name: string, value: string | undefined, because: string][] = [
    [
      true,
      'X509_CHECK_KEY_USAGE',
      undefined,
      'a CA certificate that may not sign is refused, as RFC 5280 demands',
    ],
    [true, 'X509_CHECK_EXTENDED_KEY_USAGE', undefined, 'a client certificate cannot pose as the server'],
    [!isTls13, 'SSL_EXTENDED_MASTER_SECRET', undefined, 'binds the session keys to the handshake (RFC 7627)'],
    [
      has('CIPHER_MODE_CBC'),
      'SSL_ENCRYPT_THEN_MAC',
      undefined,
      'CBC suites are open to padding oracles without it (RFC 7366)',
    ],
    [
      suites.length > 0,
      'SSL_CIPHERSUITES',
      suiteListValue(suites),
      'offers only what was derived: a smaller ClientHello and table',
    ],
    [
      has('ECP_C'),
      'ECP_NIST_OPTIM',
      undefined,
      'the reduction for NIST primes: several times faster for 1 KB of code',
    ],
    [has('ECP_C'), 'ECP_WINDOW_SIZE', '2', 'a small window: about 2 KB less heap at the peak'],
    [has('ECP_C'), 'ECP_FIXED_POINT_OPTIM', '0', 'no table kept for the base point: less heap'],
    [true, 'MPI_WINDOW_SIZE', '1', 'a small window for modular exponentiation: less heap'],
    [
      !has('MPI_MAX_SIZE'),
      'MPI_MAX_SIZE',
      String(largestCurve),
      'no RSA modulus is in play: the largest number is a curve’s',
    ],
    [true, 'AES_ROM_TABLES', undefined, 'AES tables in flash: 8.8 KB less RAM'],
    [true, 'AES_FEWER_TABLES', undefined, 'one AES table each way, rotated: 6 KB less flash'],
    [
      onlyEncrypts,
      'BLOCK_CIPHER_NO_DECRYPT',
      undefined,
      'GCM and CTR only encrypt blocks: no AES decryption tables',
    ],
    [has('SHA256_C'), 'SHA256_SMALLER', undefined, 'SHA-256 in loops: 1 KB less flash'],
    [has('SHA512_C') || has('SHA384_C'), 'SHA512_SMALLER', undefined, 'SHA-512 in loops: 3 KB less flash'],
    [has('SHA256_C'), 'ENTROPY_FORCE_SHA256', undefined, 'a smaller hash state in the entropy pool'],
    [true, 'ENTROPY_MAX_SOURCES', '2', 'there is one source: less RAM than room for 20'],
    [true, 'X509_REMOVE_INFO', undefined, 'nobody reads certificates as text on the device: less flash'],
  ];
  return advice
    .filter(([condition, name]) => condition && tree.knows(`MBEDTLS_${name}`))
    .map(([, name, value, because]) => ({
      wanted: value === undefined ? [name] : [name, value],
      because,
    }));
}
