import type { CurveName } from '../certificate/facts.ts';
import type { Need } from '../needs/need.ts';
import type { TargetOption } from './resolve.ts';
import { suiteListValue } from './need-rules.ts';
import type { MbedtlsTree } from './tree.ts';

/** The options so far, asked by their names with prefix. */
interface Chosen {
  has(name: string): boolean;
}

/** One option and when it is advisable. */
interface Advice {
  name: string;
  value?: string;
  when: boolean;
  because: string;
}

/** Options that the handshake works without, but worse: each says how. Only those that the tree knows. */
export function advisableOptions(tree: MbedtlsTree, chosen: Chosen, needs: readonly Need[]): TargetOption[] {
  const has = (name: string) => chosen.has(`MBEDTLS_${name}`);
  return [...security(has, needs), ...memory(has, needs), ...flash(has, needs)]
    .filter(({ name, when }) => when && !has(name) && tree.knows(`MBEDTLS_${name}`))
    .map(({ name, value, because }) => ({ name: `MBEDTLS_${name}`, value, because }));
}

type Has = (name: string) => boolean;

function security(has: Has, needs: readonly Need[]): Advice[] {
  const isTls12 = needs.some((need) => need.kind === 'tls-version' && need.version === '1.2');
  return [
    {
      name: 'X509_CHECK_KEY_USAGE',
      when: true,
      because: 'refuses certificates used for what they were not issued for (RFC 5280 4.2.1.3)',
    },
    {
      name: 'X509_CHECK_EXTENDED_KEY_USAGE',
      when: true,
      because: 'without it a client certificate of the same CA could pose as the server (RFC 5280 4.2.1.12)',
    },
    {
      name: 'SSL_EXTENDED_MASTER_SECRET',
      when: isTls12,
      because: 'binds the session keys to the whole handshake (RFC 7627)',
    },
    {
      name: 'SSL_ENCRYPT_THEN_MAC',
      when: isTls12 && has('CIPHER_MODE_CBC'),
      because: 'CBC suites are open to padding oracles without it (RFC 7366)',
    },
  ];
}

function memory(has: Has, needs: readonly Need[]): Advice[] {
  const largest = Math.max(...curvesIn(needs).map(curveBytes), SMALLEST_MPI_BYTES);
  return [
    {
      name: 'AES_ROM_TABLES',
      when: has('AES_C'),
      because: 'AES tables stay in flash: 8.8 KB less static RAM, and no 2 KB of stack to make them',
    },
    {
      name: 'ECP_WINDOW_SIZE',
      value: '2',
      when: has('ECP_C'),
      because: 'a small window in point multiplication: about 2 KB less heap at the peak',
    },
    {
      name: 'ECP_FIXED_POINT_OPTIM',
      value: '0',
      when: has('ECP_C'),
      because: 'no table of multiples of the base point is kept on the heap',
    },
    {
      name: 'MPI_WINDOW_SIZE',
      value: '1',
      when: has('BIGNUM_C'),
      because: 'a small window in modular exponentiation: fewer RSA-size numbers on the heap',
    },
    {
      name: 'MPI_MAX_SIZE',
      value: String(largest),
      when: true,
      because: 'no RSA modulus is in play: the largest number is a coordinate of a curve',
    },
    {
      name: 'ENTROPY_MAX_SOURCES',
      value: '2',
      when: has('ENTROPY_C'),
      because: 'there is one entropy source: RAM for 2, not for 20',
    },
    {
      name: 'ENTROPY_FORCE_SHA256',
      when: has('ENTROPY_C') && has('SHA256_C') && has('SHA512_C'),
      because: 'the entropy pool takes SHA-256 although SHA-512 is there: less RAM, and 32-bit arithmetic',
    },
  ];
}

function flash(has: Has, needs: readonly Need[]): Advice[] {
  const suites = needs.flatMap((need) => (need.kind === 'suite' ? [need.suite] : []));
  const isAes128 = suites.length > 0 && suites.every((suite) => suite.includes('AES_128'));
  const hasNistCurve = curvesIn(needs).some((curve) => /^secp\d+r1$/.test(curve));
  const isEncrypted = needs.some((need) => need.kind === 'private-key' && need.encryption !== undefined);
  return [
    {
      name: 'SSL_CIPHERSUITES',
      value: suiteListValue(suites),
      when: suites.length > 0,
      because: 'offers what was derived and in its order; no table of all suites that mbedTLS knows',
    },
    {
      name: 'ECP_NIST_OPTIM',
      when: has('ECP_C') && hasNistCurve,
      because:
        'reduction by the special form of the NIST primes: several times faster for about 1 KB of flash',
    },
    {
      name: 'AES_FEWER_TABLES',
      when: has('AES_C'),
      because: 'one AES table in each direction, rotated as needed: 6 KB less flash',
    },
    {
      name: 'BLOCK_CIPHER_NO_DECRYPT',
      when: !has('CIPHER_MODE_CBC') && !has('DES_C') && !has('PSA_CRYPTO_C') && !isEncrypted,
      because: 'GCM, CCM and CTR only encrypt blocks: no code and tables to decrypt them',
    },
    {
      name: 'AES_ONLY_128_BIT_KEY_LENGTH',
      when: isAes128 && !has('PSA_CRYPTO_C') && !isEncrypted,
      because: 'every suite has 128-bit keys: no key schedule for longer ones',
    },
    {
      name: 'CTR_DRBG_USE_128_BIT_KEY',
      when: isAes128 && has('CTR_DRBG_C') && !has('PSA_CRYPTO_C') && !isEncrypted,
      because: 'the random generator is as strong as the suite (128 bits), and quicker',
    },
    {
      name: 'SHA256_SMALLER',
      when: has('SHA256_C'),
      because: 'SHA-256 in loops: about 1 KB less flash',
    },
    {
      name: 'SHA512_SMALLER',
      when: has('SHA512_C') || has('SHA384_C'),
      because: 'SHA-384 and SHA-512 in loops: about 3 KB less flash',
    },
    {
      name: 'X509_REMOVE_INFO',
      when: true,
      because: 'nobody reads certificates as text on the device',
    },
  ];
}

/** Curves of keys and of the exchange. */
function curvesIn(needs: readonly Need[]): CurveName[] {
  return needs.flatMap((need) => {
    if (need.kind === 'group') return [need.curve];
    return need.kind === 'public-key' && need.key.kind === 'ec' ? [need.key.curve] : [];
  });
}

/** 48 is enough for every curve up to 384 bits; measured. */
const SMALLEST_MPI_BYTES = 48;

function curveBytes(curve: CurveName): number {
  const bits = Number(/\d+/.exec(curve)?.[0] ?? 0);
  return Math.ceil(bits / 8);
}
