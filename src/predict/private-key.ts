import type { KeyFacts, PrivateKeyFacts } from '../certificate/facts.ts';
import { readsPem } from './bundle.ts';
import { explicitParameters, fitsMpi, keyText, unknownCurve, unknownKey } from './certificate.ts';
import type { ParseFailure } from './failure.ts';
import { absent, atLeast, curveMacro, hasCurve, type Library } from './library.ts';

/** The password that the program gives to `mbedtls_pk_parse_key`. */
export type KeyPassword = 'none' | 'right' | 'wrong';

const INVALID_FORMAT = 'PK_KEY_INVALID_FORMAT';

/**
 * `mbedtls_pk_parse_key` in library/pkparse.c. An encrypted key's content is given by the certificate that it belongs to. A PEM container that is not compiled in is not looked for, so the
 * text falls through to the DER parsers, which all refuse it: KEY_INVALID_FORMAT, not UNKNOWN_PK_ALG.
 */
export function parsePrivateKey(
  library: Library,
  facts: PrivateKeyFacts,
  password: KeyPassword,
): ParseFailure | undefined {
  if (facts.encoding === 'pem' && !readsPem(library)) {
    return {
      errors: [INVALID_FORMAT],
      because: 'the private key is PEM and MBEDTLS_PEM_PARSE_C is off, so the text is taken for DER',
      missing: absent(library, 'PEM_PARSE_C', 'BASE64_C'),
    };
  }
  const failure = parseContainer(library, facts, password);
  // DER is tried on one parser after the other, and only a wrong password ends that before the last has refused it.
  const isTried = facts.encoding === 'der' && failure?.errors[0] !== 'PK_PASSWORD_MISMATCH';
  return failure !== undefined && isTried ? { ...failure, errors: [INVALID_FORMAT] } : failure;
}

function parseContainer(
  library: Library,
  facts: PrivateKeyFacts,
  password: KeyPassword,
): ParseFailure | undefined {
  switch (facts.container) {
    case 'pkcs8':
      return facts.key === undefined ? undefined : parseInPkcs8(library, facts.key);
    case 'pkcs1':
    case 'sec1':
      return parseTraditional(library, facts);
    case 'encrypted-pem':
      return parseEncryptedPem(library, facts, password);
    case 'encrypted-pkcs8':
      return parseEncryptedPkcs8(library, facts, password);
  }
}

function parseTraditional(library: Library, { container, key }: PrivateKeyFacts): ParseFailure | undefined {
  const kind = container === 'pkcs1' ? 'RSA_C' : 'ECP_C';
  const form = container === 'pkcs1' ? 'PKCS#1' : 'SEC1';
  if (!library.has(kind)) {
    const curve = key?.kind === 'ec' ? [curveMacro(key.curve)] : [];
    return {
      errors: [INVALID_FORMAT],
      because: `the private key is in ${form} form and MBEDTLS_${kind} is off, so no parser takes it`,
      missing: absent(library, kind, ...curve),
    };
  }
  if (key?.kind !== 'ec') return key === undefined ? undefined : parseContent(library, key);
  if (key.explicitParameters && !library.has('PK_PARSE_EC_EXTENDED')) {
    return {
      errors: [INVALID_FORMAT, 'ASN1_UNEXPECTED_TAG'],
      because: 'the private key spells its curve parameters out and MBEDTLS_PK_PARSE_EC_EXTENDED is off',
      missing: ['MBEDTLS_PK_PARSE_EC_EXTENDED'],
    };
  }
  return parseContent(library, key);
}

function parseInPkcs8(library: Library, key: KeyFacts): ParseFailure | undefined {
  if (key.kind === 'unsupported') return unknownKey(`the private key is a ${key.name} key`, []);
  const macro = key.kind === 'rsa' ? 'RSA_C' : 'ECP_C';
  if (!library.has(macro)) {
    const curve = key.kind === 'ec' ? [curveMacro(key.curve)] : [];
    return unknownKey(
      `the private key is an ${keyText(key)} and MBEDTLS_${macro} is off`,
      absent(library, macro, ...curve),
    );
  }
  return parseContent(library, key);
}

function parseContent(library: Library, key: KeyFacts): ParseFailure | undefined {
  const carries = `the private key is an ${keyText(key)}`;
  if (key.kind === 'rsa') return parseRsa(library, key.bits, carries);
  if (key.kind === 'unsupported') return unknownKey(carries, []);
  if (key.explicitParameters) return explicitParameters(library, key.curve, carries);
  return hasCurve(library, key.curve) ? undefined : unknownCurve(library, key.curve, carries);
}

function parseRsa(library: Library, bits: number, carries: string): ParseFailure | undefined {
  if (fitsMpi(library, bits)) return undefined;
  const because = `${carries}, larger than MBEDTLS_MPI_MAX_SIZE`;
  const missing = ['MBEDTLS_MPI_MAX_SIZE'];
  // 2.7 to 2.28 wrap the code of the RSA module; 2.2 and 3.x hand it on, and 3.x refuses the key earlier.
  if (atLeast(library, 3)) return { errors: ['RSA_BAD_INPUT_DATA'], because, missing };
  return { errors: [atLeast(library, 2, 7) ? INVALID_FORMAT : 'RSA_KEY_CHECK_FAILED'], because, missing };
}

/** RFC 1421 `Proc-Type: 4,ENCRYPTED` with OpenSSL's `DEK-Info`; library/pem.c derives the key with MD5. */
function parseEncryptedPem(
  library: Library,
  facts: PrivateKeyFacts,
  password: KeyPassword,
): ParseFailure | undefined {
  const encryption = facts.encryption ?? '';
  // PKCS#1 and SEC1 texts are looked for only where their kind of key is built.
  const form = facts.key?.kind === 'ec' ? 'sec1' : 'pkcs1';
  if (!library.has(form === 'sec1' ? 'ECP_C' : 'RSA_C'))
    return parseTraditional(library, { ...facts, container: form });
  const isTripleDes = /DES/.test(encryption);
  const cipher = isTripleDes ? 'DES_C' : 'AES_C';
  const anyCipher = library.has('AES_C') || library.has('DES_C');
  if (!library.has('MD5_C') || !library.has('CIPHER_MODE_CBC') || !anyCipher) {
    return {
      errors: ['PEM_FEATURE_UNAVAILABLE'],
      because: `the private key is encrypted (${encryption}), which needs MD5 and CBC`,
      missing: absent(library, 'MD5_C', 'CIPHER_MODE_CBC', cipher),
    };
  }
  if (!library.has(cipher)) {
    return {
      errors: ['PEM_UNKNOWN_ENC_ALG'],
      because: `the private key is encrypted (${encryption}) and MBEDTLS_${cipher} is off`,
      missing: [`MBEDTLS_${cipher}`],
    };
  }
  const failure = passwordFailure(password);
  if (failure !== undefined) return failure;
  return facts.key === undefined ? undefined : parseContent(library, facts.key);
}

function passwordFailure(password: KeyPassword): ParseFailure | undefined {
  if (password === 'right') return undefined;
  return password === 'none'
    ? {
        errors: ['PK_PASSWORD_REQUIRED'],
        because: 'the private key is encrypted and the program gives no password',
        missing: [],
      }
    : {
        errors: ['PK_PASSWORD_MISMATCH'],
        because: 'the password does not open the private key',
        missing: [],
      };
}

function parseEncryptedPkcs8(
  library: Library,
  facts: PrivateKeyFacts,
  password: KeyPassword,
): ParseFailure | undefined {
  const encryption = facts.encryption ?? '';
  if (!library.has('PKCS5_C') && !library.has('PKCS12_C')) {
    return {
      errors: [INVALID_FORMAT],
      because: `the private key is encrypted PKCS#8 (${encryption}) and no parser for that is compiled in`,
      missing: [/PBES2/.test(encryption) ? 'MBEDTLS_PKCS5_C' : 'MBEDTLS_PKCS12_C'],
    };
  }
  const failure =
    (password === 'none' ? passwordFailure(password) : undefined) ??
    (/PBES2/.test(encryption) ? openPbes2(library, encryption) : openPbes1(library, encryption)) ??
    passwordFailure(password);
  if (failure !== undefined) return failure;
  return facts.key === undefined ? undefined : parseInPkcs8(library, facts.key);
}

/** `mbedtls_pkcs5_pbes2` (RFC 8018): up to 2.28 the OID table of ciphers has only DES-CBC and DES-EDE3-CBC. */
function openPbes2(library: Library, encryption: string): ParseFailure | undefined {
  if (!library.has('PKCS5_C')) {
    return {
      errors: ['PK_FEATURE_UNAVAILABLE'],
      because: `the private key is encrypted with ${encryption} and MBEDTLS_PKCS5_C is off`,
      missing: ['MBEDTLS_PKCS5_C'],
    };
  }
  const unavailable = (because: string, missing: readonly string[]): ParseFailure => ({
    errors: ['PKCS5_FEATURE_UNAVAILABLE'],
    because,
    missing,
  });
  const isAes = /AES/.test(encryption);
  if (isAes && !atLeast(library, 3, 6)) {
    const advice = 'this mbedTLS opens PBES2 with DES only';
    return unavailable(`the private key is encrypted with ${encryption}, and ${advice}`, []);
  }
  const prf = /HMAC-SHA(\d+)/.exec(encryption)?.[1] ?? '1';
  if (prf !== '1' && !atLeast(library, 2, 7)) {
    return unavailable(
      `the private key is encrypted with ${encryption}, and this mbedTLS derives with SHA-1 only`,
      [],
    );
  }
  const missing = absent(library, isAes ? 'AES_C' : 'DES_C', 'CIPHER_MODE_CBC', 'CIPHER_C');
  return missing.length === 0
    ? undefined
    : unavailable(
        `the private key is encrypted with ${encryption} and ${missing.join(', ')} is off`,
        missing,
      );
}

/** PKCS#12 key derivation (RFC 7292 appendix B): `PBE-SHA1-3DES` and its kin. */
function openPbes1(library: Library, encryption: string): ParseFailure | undefined {
  if (!library.has('PKCS12_C')) {
    return {
      errors: ['PK_FEATURE_UNAVAILABLE'],
      because: `the private key is encrypted with ${encryption} and MBEDTLS_PKCS12_C is off`,
      missing: ['MBEDTLS_PKCS12_C'],
    };
  }
  const missing = absent(library, 'DES_C', 'CIPHER_MODE_CBC', 'SHA1_C');
  return missing.length === 0
    ? undefined
    : {
        errors: [library.has('DES_C') ? pkcs12Error(library) : 'PKCS12_FEATURE_UNAVAILABLE'],
        because: `the private key is encrypted with ${encryption} and ${missing.join(', ')} is off`,
        missing,
      };
}

/** 3.x has no error of its own for a hash that is not built. */
function pkcs12Error(library: Library): string {
  return atLeast(library, 3) && !library.has('SHA1_C')
    ? 'ERROR_CORRUPTION_DETECTED'
    : 'PKCS12_FEATURE_UNAVAILABLE';
}
