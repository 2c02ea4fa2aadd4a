import { absent, atLeast, hasCurve, type Library } from './library.ts';

/** A configuration that passes the tree's check_config.h and still does not build. */
export interface BuildTrap {
  stage: 'compile' | 'link';
  /** As the compiler or the linker says it. */
  message: string;
  because: string;
  missing: readonly string[];
}

/** The first known fault of the library's own sources, or of the program, under this configuration. */
export function buildTrap(library: Library): BuildTrap | undefined {
  return (
    programNeeds(library) ??
    pointFormats(library) ??
    cbcHelper(library) ??
    prfOfTls12(library) ??
    maximumBits(library)
  );
}

/** What the client's own calls need. */
function programNeeds(library: Library): BuildTrap | undefined {
  const needed = ['SSL_TLS_C', 'X509_CRT_PARSE_C', 'PK_PARSE_C', 'ENTROPY_C'];
  const generator = library.has('HMAC_DRBG_C') ? [] : ['CTR_DRBG_C'];
  const missing = absent(library, ...needed, ...generator);
  if (missing.length === 0) return undefined;
  return {
    stage: 'compile',
    message: `the client calls functions of ${missing.join(', ')}`,
    because: `the client calls functions that are not compiled in: ${missing.join(', ')} is off`,
    missing,
  };
}

/** Up to 2.16 the point-format extension, compiled for ECDSA too, writes into the context of ECDH. */
function pointFormats(library: Library): BuildTrap | undefined {
  if (atLeast(library, 2, 17) || library.has('ECDH_C') || !library.has('ECDSA_C')) return undefined;
  return {
    stage: 'compile',
    message: "'mbedtls_ssl_handshake_params' has no member named 'ecdh_ctx'",
    because:
      'this mbedTLS does not compile with MBEDTLS_ECDSA_C and without MBEDTLS_ECDH_C (library/ssl_cli.c)',
    missing: ['MBEDTLS_ECDH_C'],
  };
}

/** 2.7 to 2.16 call a helper of the CBC suites for any suite with a MAC. */
function cbcHelper(library: Library): BuildTrap | undefined {
  const isAffected = atLeast(library, 2, 7) && !atLeast(library, 2, 17);
  const hasOtherMac = library.has('ARC4_C') || library.has('CIPHER_NULL_CIPHER');
  if (!isAffected || library.has('CIPHER_MODE_CBC') || !hasOtherMac) return undefined;
  return {
    stage: 'link',
    message: 'undefined reference to `mbedtls_ssl_cf_hmac`',
    because: 'this mbedTLS does not link with MBEDTLS_ARC4_C or MBEDTLS_CIPHER_NULL_CIPHER and without CBC',
    missing: ['MBEDTLS_CIPHER_MODE_CBC'],
  };
}

/** 2.28 names the PRFs of TLS 1.2 where only older versions are on. */
function prfOfTls12(library: Library): BuildTrap | undefined {
  const isAffected = atLeast(library, 2, 17) && !atLeast(library, 3);
  if (!isAffected || library.has('SSL_PROTO_TLS1_2')) return undefined;
  return {
    stage: 'compile',
    message: "'tls_prf_sha384' undeclared",
    because: 'this mbedTLS does not compile without MBEDTLS_SSL_PROTO_TLS1_2 (library/ssl_tls.c)',
    missing: ['MBEDTLS_SSL_PROTO_TLS1_2'],
  };
}

const CURVE_BITS = [
  ['secp521r1', 521],
  ['bp512r1', 512],
  ['secp384r1', 384],
  ['bp384r1', 384],
] as const;

/** `include/mbedtls/ecp.h` of 2.16 and 2.28 compares the two. */
function maximumBits(library: Library): BuildTrap | undefined {
  if (!atLeast(library, 2, 9) || atLeast(library, 3)) return undefined;
  const limit = library.number('ECP_MAX_BITS', 521) ?? 521;
  const larger = CURVE_BITS.find(
    ([curve, bits]) => bits > limit && library.has('ECP_C') && hasCurve(library, curve),
  );
  if (larger === undefined) return undefined;
  return {
    stage: 'compile',
    message: 'MBEDTLS_ECP_MAX_BITS is smaller than the largest supported curve',
    because: `MBEDTLS_ECP_MAX_BITS is ${limit} and ${larger[0]} is on`,
    missing: ['MBEDTLS_ECP_MAX_BITS'],
  };
}
