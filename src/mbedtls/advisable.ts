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
  return [...security(has, needs), ...memory(has), ...flash(has, needs)]
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

/** Sizes are of the bench firmware on the LX106, mbedTLS 2.28.3 or 3.6.6, with and without the option alone. */
function memory(has: Has): Advice[] {
  return [
    {
      name: 'AES_ROM_TABLES',
      when: has('AES_C'),
      because:
        'AES tables stay in flash: 8.8 KB less static RAM (2.6 KB with AES_FEWER_TABLES), and no stack to make them',
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
      when: has('RSA_C'),
      because:
        'a small window in modular exponentiation: fewer numbers of the size of the modulus on the heap',
    },
    {
      name: 'ENTROPY_MAX_SOURCES',
      value: '2',
      when: has('ENTROPY_C'),
      because: 'there is one entropy source: room for 2 instead of 20 takes 360 bytes less static RAM',
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
      because: 'offers what was derived, in its order, and 0.9 KB less flash without the table of all suites',
    },
    {
      name: 'ECP_NIST_OPTIM',
      when: has('ECP_C') && hasNistCurve,
      because: 'reduction by the special form of the NIST primes: several times faster for 1.1 KB of flash',
    },
    {
      name: 'AES_FEWER_TABLES',
      when: has('AES_C'),
      because: 'one AES table in each direction, rotated as needed: 5.9 KB less flash',
    },
    {
      name: 'BLOCK_CIPHER_NO_DECRYPT',
      when: !has('CIPHER_MODE_CBC') && !has('DES_C') && !has('PSA_CRYPTO_C') && !isEncrypted,
      because: 'GCM, CCM and CTR only encrypt blocks: 3.0 KB less flash without AES decryption',
    },
    {
      name: 'AES_ONLY_128_BIT_KEY_LENGTH',
      when: isAes128 && !has('PSA_CRYPTO_C') && !isEncrypted,
      because: 'every suite has 128-bit keys: 0.4 KB less flash and 96 bytes less RAM without longer ones',
    },
    {
      name: 'SHA256_SMALLER',
      when: has('SHA256_C'),
      because: 'SHA-256 in loops: 1.8 KB less flash',
    },
    {
      name: 'SHA512_SMALLER',
      when: has('SHA512_C') || has('SHA384_C'),
      because: 'SHA-384 and SHA-512 in loops: 2.9 KB less flash',
    },
    {
      name: 'X509_REMOVE_INFO',
      when: true,
      because: 'nobody reads certificates as text on the device: 0.6 KB less flash',
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
