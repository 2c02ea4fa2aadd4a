/** Bits of `mbedtls_ssl_get_verify_result` (mbedTLS `include/mbedtls/x509.h`, the same from 2.2 to 3.6). */
const VERIFY_FLAGS = [
  { bit: 0x01, name: 'EXPIRED', means: 'a certificate of the server chain has expired by the device clock' },
  { bit: 0x02, name: 'REVOKED', means: 'the server certificate is on a revocation list' },
  { bit: 0x04, name: 'CN_MISMATCH', means: 'the server certificate is not for the expected host name' },
  { bit: 0x08, name: 'NOT_TRUSTED', means: 'the server chain does not lead to a CA of the bundle' },
  { bit: 0x10, name: 'CRL_NOT_TRUSTED', means: 'the revocation list is not signed by a trusted CA' },
  { bit: 0x20, name: 'CRL_EXPIRED', means: 'the revocation list has expired' },
  { bit: 0x40, name: 'MISSING', means: 'the server sent no certificate' },
  { bit: 0x80, name: 'SKIP_VERIFY', means: 'verification was skipped' },
  { bit: 0x100, name: 'OTHER', means: 'the verify callback of the program refused the chain' },
  { bit: 0x200, name: 'FUTURE', means: 'a certificate is not valid yet by the device clock' },
  { bit: 0x400, name: 'CRL_FUTURE', means: 'the revocation list is from the future by the device clock' },
  { bit: 0x800, name: 'KEY_USAGE', means: 'keyUsage does not allow what the certificate is used for' },
  { bit: 0x1000, name: 'EXT_KEY_USAGE', means: 'extendedKeyUsage does not allow server authentication' },
  { bit: 0x2000, name: 'NS_CERT_TYPE', means: 'nsCertType does not allow server authentication' },
  {
    bit: 0x4000,
    name: 'BAD_MD',
    means: 'a signature uses a hash that the profile does not accept, or that is not built',
  },
  {
    bit: 0x8000,
    name: 'BAD_PK',
    means: 'a signature uses a key type that the profile does not accept, or that is not built',
  },
  { bit: 0x10000, name: 'BAD_KEY', means: 'a key is too short, or its curve is not accepted' },
  {
    bit: 0x20000,
    name: 'CRL_BAD_MD',
    means: 'the revocation list is signed with a hash that is not accepted',
  },
  {
    bit: 0x40000,
    name: 'CRL_BAD_PK',
    means: 'the revocation list is signed with a key type that is not accepted',
  },
  {
    bit: 0x80000,
    name: 'CRL_BAD_KEY',
    means: 'the revocation list is signed with a key that is not accepted',
  },
] as const;

/** What mbedTLS returns where no verification took place. */
const NO_RESULT = 0xffffffff;

/**
 * The flags as an unsigned word; undefined where the result says that no verification took place, or none to its end:
 * all bits set (`mbedtls_ssl_get_verify_result` in `include/mbedtls/ssl.h`).
 */
export function verifyResult(flags: number): number | undefined {
  return flags >>> 0 === NO_RESULT ? undefined : flags >>> 0;
}

/** Names of the set bits, as `MBEDTLS_X509_BADCERT_<NAME>` spells them (`CRL_...` for `BADCRL`). */
export function verifyFlagNames(flags: number): string[] {
  const result = verifyResult(flags) ?? 0;
  return VERIFY_FLAGS.filter(({ bit }) => (result & bit) !== 0).map(({ name }) => name);
}

/** Every set flag in words; undefined where none is set. */
export function flagsText(flags: number): string | undefined {
  if (verifyResult(flags) === undefined) return 'no verification took place';
  const set = new Set(verifyFlagNames(flags));
  if (set.size === 0) return undefined;
  return VERIFY_FLAGS.filter(({ name }) => set.has(name))
    .map(({ name, means }) => `${name}: ${means}`)
    .join('; ');
}
