import type { CertificateFacts, CurveName, HashName, KeyFacts } from '../certificate/facts.ts';
import { FLAG } from './flags.ts';
import { atLeast, type Library } from './library.ts';

/** `mbedtls_x509_crt_profile_default`: what the library accepts in a chain unless the program says otherwise. */

const SMALLEST_RSA_BITS = 2048;
const CURVES_OF_3: readonly CurveName[] = [
  'secp256r1',
  'secp384r1',
  'secp521r1',
  'bp256r1',
  'bp384r1',
  'bp512r1',
];

export function acceptsHash(library: Library, hash: HashName): boolean {
  switch (hash) {
    case 'md5':
      return false;
    case 'sha1':
      if (atLeast(library, 3)) return false;
      return !atLeast(library, 2, 5) || library.has('TLS_DEFAULT_ALLOW_SHA1_IN_CERTIFICATES');
    case 'sha224':
      return !atLeast(library, 3);
    case 'sha256':
    case 'sha384':
    case 'sha512':
      return true;
  }
}

export function acceptsKey(library: Library, key: KeyFacts): boolean {
  if (key.kind === 'rsa') return library.has('RSA_C') && key.bits >= SMALLEST_RSA_BITS;
  if (key.kind === 'unsupported' || !library.has('ECP_C')) return false;
  return !atLeast(library, 3) || CURVES_OF_3.includes(key.curve);
}

/** Flags that the certificate's own dates and signature algorithm earn it. */
export function certificateFlags(library: Library, facts: CertificateFacts, now: Date): number {
  const { signature } = facts;
  let flags = dateFlags(library, facts, now);
  if (signature.algorithm === 'unsupported') flags |= FLAG.BAD_MD | FLAG.BAD_PK;
  else if (!acceptsHash(library, signature.hash)) flags |= FLAG.BAD_MD;
  return flags;
}

/** Without `HAVE_TIME_DATE` the device has no calendar and no certificate is ever too old or too young. */
export function dateFlags(library: Library, facts: CertificateFacts, now: Date): number {
  if (!library.has('HAVE_TIME_DATE')) return 0;
  // Whole seconds, and both ends belong to the validity (RFC 5280 4.1.2.5).
  const seconds = Math.floor(now.getTime() / 1000);
  const expired = seconds > Math.floor(facts.notAfter.getTime() / 1000) ? FLAG.EXPIRED : 0;
  const future = seconds < Math.floor(facts.notBefore.getTime() / 1000) ? FLAG.FUTURE : 0;
  return expired | future;
}
