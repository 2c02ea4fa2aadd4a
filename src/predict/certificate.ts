import type { CertificateFacts, CurveName, KeyFacts, SignatureFacts } from '../certificate/facts.ts';
import type { ParseFailure } from './failure.ts';
import { absent, atLeast, curveMacro, hasCurve, hasHash, hashMacro, type Library } from './library.ts';

const HASH_TEXT = {
  md5: 'MD5',
  sha1: 'SHA-1',
  sha224: 'SHA-224',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
} as const;

/** A signature as the field names it: `RSA with SHA-256`. */
export function signatureText(signature: SignatureFacts): string {
  if (signature.algorithm === 'unsupported') return signature.name;
  const key = { 'rsa-pkcs1': 'RSA', 'rsa-pss': 'RSASSA-PSS', ecdsa: 'ECDSA' }[signature.algorithm];
  return `${key} with ${HASH_TEXT[signature.hash]}`;
}

/** A key as the field names it: `RSA-2048 key`, `secp256r1 key`. */
export function keyText(key: KeyFacts): string {
  if (key.kind === 'rsa') return `RSA-${key.bits} key`;
  return key.kind === 'ec' ? `EC key on ${key.curve}` : `${key.name} key`;
}

/**
 * Does `mbedtls_x509_crt_parse_der` accept the certificate? The signature algorithm is looked up before the
 * public key is read (`x509_crt_parse_der_core` in library/x509_crt.c, the same order from 2.2 to 3.6).
 */
export function parseCertificate(library: Library, facts: CertificateFacts): ParseFailure | undefined {
  const what = `the certificate of ${facts.subject === '' ? 'an empty subject' : facts.subject}`;
  return parseSignatureAlgorithm(library, facts.signature, what) ?? parsePublicKey(library, facts.key, what);
}

function parseSignatureAlgorithm(
  library: Library,
  signature: SignatureFacts,
  what: string,
): ParseFailure | undefined {
  const unknown = (because: string, missing: readonly string[]): ParseFailure => ({
    errors: ['X509_UNKNOWN_SIG_ALG', 'OID_NOT_FOUND'],
    because,
    missing,
  });
  if (signature.algorithm === 'unsupported') {
    return unknown(`${what} is signed with ${signature.name}, which mbedTLS does not know`, []);
  }
  const { algorithm, hash } = signature;
  const signed = `${what} is signed with ${signatureText(signature)}`;
  if (!library.knowsSignature(algorithm, hash)) {
    const key = algorithm === 'ecdsa' ? ['ECP_C', 'ECDSA_C'] : ['RSA_C'];
    const macros = algorithm === 'rsa-pss' ? key : [...key, hashMacro(library, hash)];
    const missing = absent(library, ...macros);
    const why =
      missing.length > 0
        ? `without ${missing.join(' and ')} its OID is not known`
        : "the tree's oid.c lacks its OID";
    return unknown(`${signed}, and ${why}`, missing);
  }
  if (algorithm !== 'rsa-pss') return undefined;
  if (!library.has('X509_RSASSA_PSS_SUPPORT')) {
    const missing = absent(library, 'PKCS1_V21', 'X509_RSASSA_PSS_SUPPORT');
    return {
      errors: ['X509_INVALID_ALG'],
      because: `${signed}, and its parameters are not read without MBEDTLS_X509_RSASSA_PSS_SUPPORT`,
      missing,
    };
  }
  if (atLeast(library, 2, 7) && !hasHash(library, hash)) {
    return {
      errors: ['X509_INVALID_ALG', 'OID_NOT_FOUND'],
      because: `${signed}, and that hash is not built`,
      missing: absent(library, hashMacro(library, hash)),
    };
  }
  return undefined;
}

/** `mbedtls_pk_parse_subpubkey` in library/pkparse.c. */
function parsePublicKey(library: Library, key: KeyFacts, what: string): ParseFailure | undefined {
  const carries = `${what} carries an ${keyText(key)}`;
  if (key.kind === 'unsupported') {
    return { errors: ['PK_UNKNOWN_PK_ALG'], because: `${what} carries a ${key.name} key`, missing: [] };
  }
  if (key.kind === 'rsa') {
    if (!library.has('RSA_C')) return unknownKey(`${carries}, and MBEDTLS_RSA_C is off`, ['MBEDTLS_RSA_C']);
    return fitsMpi(library, key.bits)
      ? undefined
      : {
          errors: ['PK_INVALID_PUBKEY'],
          because: `${carries}, and MBEDTLS_MPI_MAX_SIZE allows ${maximumBits(library)} bits`,
          missing: ['MBEDTLS_MPI_MAX_SIZE'],
        };
  }
  if (!library.has('ECP_C')) {
    const missing = absent(library, 'ECP_C', curveMacro(key.curve));
    return unknownKey(`${carries}, and MBEDTLS_ECP_C is off`, missing);
  }
  if (key.explicitParameters) return explicitParameters(library, key.curve, carries);
  if (!hasCurve(library, key.curve)) return unknownCurve(library, key.curve, carries);
  if (key.compressed && !readsCompressedPoints(library, key.curve)) {
    return {
      errors: ['ECP_FEATURE_UNAVAILABLE'],
      because: `${what} stores its public point compressed, which this mbedTLS cannot read`,
      missing: atLeast(library, 3, 5) ? absent(library, 'PK_PARSE_EC_COMPRESSED') : [],
    };
  }
  return undefined;
}

export function unknownKey(because: string, missing: readonly string[]): ParseFailure {
  return { errors: ['PK_UNKNOWN_PK_ALG'], because, missing };
}

/** 2.2 knows the OIDs of all curves, and fails when it loads one that is not built. */
export function unknownCurve(library: Library, curve: CurveName, carries: string): ParseFailure {
  const missing = absent(library, curveMacro(curve));
  const why = missing.length > 0 ? `${missing.join(', ')} is off` : 'this mbedTLS does not have the curve';
  const error = library.knowsCurve(curve) ? 'ECP_FEATURE_UNAVAILABLE' : 'PK_UNKNOWN_NAMED_CURVE';
  return { errors: [error], because: `${carries}, and ${why}`, missing };
}

/** NIST's curves, whose coefficient a = -3 mbedTLS does not store, so that no explicit parameters equal it. */
const CURVES_WITH_IMPLIED_A: readonly CurveName[] = [
  'secp192r1',
  'secp224r1',
  'secp256r1',
  'secp384r1',
  'secp521r1',
];

/** A curve that is spelled out (X9.62 SpecifiedECDomain) and not named: up to 2.16 some are recognised. */
export function explicitParameters(
  library: Library,
  curve: CurveName,
  what: string,
): ParseFailure | undefined {
  const because = `${what} with its parameters spelled out, not named, and mbedTLS does not take them for a built curve`;
  if (!library.has('PK_PARSE_EC_EXTENDED')) {
    const error = atLeast(library, 3) ? 'ECP_FEATURE_UNAVAILABLE' : 'PK_KEY_INVALID_FORMAT';
    return { errors: [error], because, missing: [] };
  }
  if (atLeast(library, 2, 17)) return { errors: ['PK_KEY_INVALID_FORMAT'], because, missing: [] };
  if (hasCurve(library, curve) && !CURVES_WITH_IMPLIED_A.includes(curve)) return undefined;
  return { errors: ['ECP_FEATURE_UNAVAILABLE'], because, missing: [] };
}

/** `mbedtls_rsa_check_pubkey`: the modulus has at most `MPI_MAX_SIZE` bytes. */
export function fitsMpi(library: Library, bits: number): boolean {
  return bits <= maximumBits(library);
}

function maximumBits(library: Library): number {
  return 8 * (library.number('MPI_MAX_SIZE', 1024) ?? 1024);
}

/** 3.5 and newer decompress points where p = 3 mod 4, which leaves out the two 224-bit curves. */
function readsCompressedPoints(library: Library, curve: CurveName): boolean {
  return library.has('PK_PARSE_EC_COMPRESSED') && curve !== 'secp224r1' && curve !== 'secp224k1';
}
