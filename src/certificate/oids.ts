import type { CurveName, HashName, SignatureFacts } from './facts.ts';

/** Public-key algorithms (RFC 3279, RFC 4055, RFC 5480, RFC 8410). */
export const KEY_ALGORITHM = {
  rsa: '1.2.840.113549.1.1.1',
  ec: '1.2.840.10045.2.1',
} as const;

/** Key algorithms that TLS on mbedTLS cannot use, by the field's name of each. */
export const UNSUPPORTED_KEY_ALGORITHMS: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.10': 'RSASSA-PSS',
  '1.2.840.113549.1.1.7': 'RSAES-OAEP',
  '1.2.840.10040.4.1': 'DSA',
  '1.2.840.10046.2.1': 'DH',
  '1.3.132.1.12': 'ECDH',
  '1.3.101.110': 'X25519',
  '1.3.101.111': 'X448',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448',
  '1.2.156.10197.1.301': 'SM2',
};

/** Named curves that mbedTLS knows for certificates (SEC 2, RFC 5639), with the order of the base point in hex. */
export const CURVES: readonly { curve: CurveName; oid: string; order: string }[] = [
  {
    curve: 'secp192r1',
    oid: '1.2.840.10045.3.1.1',
    order: 'ffffffffffffffffffffffff99def836146bc9b1b4d22831',
  },
  {
    curve: 'secp224r1',
    oid: '1.3.132.0.33',
    order: 'ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d',
  },
  {
    curve: 'secp256r1',
    oid: '1.2.840.10045.3.1.7',
    order: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  },
  {
    curve: 'secp384r1',
    oid: '1.3.132.0.34',
    order: 'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  },
  {
    curve: 'secp521r1',
    oid: '1.3.132.0.35',
    order:
      '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa' +
      '51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
  },
  {
    curve: 'secp192k1',
    oid: '1.3.132.0.31',
    order: 'fffffffffffffffffffffffe26f2fc170f69466a74defd8d',
  },
  {
    curve: 'secp224k1',
    oid: '1.3.132.0.32',
    order: '010000000000000000000000000001dce8d2ec6184caf0a971769fb1f7',
  },
  {
    curve: 'secp256k1',
    oid: '1.3.132.0.10',
    order: 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141',
  },
  {
    curve: 'bp256r1',
    oid: '1.3.36.3.3.2.8.1.1.7',
    order: 'a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7',
  },
  {
    curve: 'bp384r1',
    oid: '1.3.36.3.3.2.8.1.1.11',
    order: '8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7cf3ab6af6b7fc3103b883202e9046565',
  },
  {
    curve: 'bp512r1',
    oid: '1.3.36.3.3.2.8.1.1.13',
    order:
      'aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca70330870' +
      '553e5c414ca92619418661197fac10471db1d381085ddaddb58796829ca90069',
  },
];

export const HASHES: Readonly<Record<string, HashName>> = {
  '1.2.840.113549.2.5': 'md5',
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

export const RSASSA_PSS = '1.2.840.113549.1.1.10';

/** Signature algorithms whose hash is in the OID (RFC 3279, RFC 4055, RFC 5758). */
export const SIGNATURES: Readonly<Record<string, SignatureFacts>> = {
  '1.2.840.113549.1.1.4': { algorithm: 'rsa-pkcs1', hash: 'md5' },
  '1.2.840.113549.1.1.5': { algorithm: 'rsa-pkcs1', hash: 'sha1' },
  '1.3.14.3.2.29': { algorithm: 'rsa-pkcs1', hash: 'sha1' },
  '1.2.840.113549.1.1.14': { algorithm: 'rsa-pkcs1', hash: 'sha224' },
  '1.2.840.113549.1.1.11': { algorithm: 'rsa-pkcs1', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { algorithm: 'rsa-pkcs1', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { algorithm: 'rsa-pkcs1', hash: 'sha512' },
  '1.2.840.10045.4.1': { algorithm: 'ecdsa', hash: 'sha1' },
  '1.2.840.10045.4.3.1': { algorithm: 'ecdsa', hash: 'sha224' },
  '1.2.840.10045.4.3.2': { algorithm: 'ecdsa', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { algorithm: 'ecdsa', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { algorithm: 'ecdsa', hash: 'sha512' },
};

/** Signature algorithms that mbedTLS does not know, by the field's name of each. */
export const UNSUPPORTED_SIGNATURES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.2': 'MD2 with RSA',
  '1.2.840.113549.1.1.3': 'MD4 with RSA',
  '1.2.840.10040.4.3': 'DSA with SHA-1',
  '2.16.840.1.101.3.4.3.1': 'DSA with SHA-224',
  '2.16.840.1.101.3.4.3.2': 'DSA with SHA-256',
  '2.16.840.1.101.3.4.3.3': 'DSA with SHA-384',
  '2.16.840.1.101.3.4.3.4': 'DSA with SHA-512',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448',
  '2.16.840.1.101.3.4.3.10': 'ECDSA with SHA3-256',
  '2.16.840.1.101.3.4.3.14': 'RSA with SHA3-256',
};

/** Certificate extensions (RFC 5280 4.2). */
export const EXTENSION = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  certificatePolicies: '2.5.29.32',
  extendedKeyUsage: '2.5.29.37',
  nameConstraints: '2.5.29.30',
  netscapeCertType: '2.16.840.1.113730.1.1',
} as const;

/** Bits of the key usage extension, first bit first (RFC 5280 4.2.1.3). */
export const KEY_USAGE_BITS = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

/** RFC 5280 4.2.1.12. */
export const EXTENDED_KEY_USAGES: Readonly<Record<string, string>> = {
  '2.5.29.37.0': 'anyExtendedKeyUsage',
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
};

/** Short names of name attributes: RFC 4514 section 3, then those in common use beside it. */
export const NAME_ATTRIBUTES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.6': 'C',
  '2.5.4.9': 'STREET',
  '0.9.2342.19200300.100.1.25': 'DC',
  '0.9.2342.19200300.100.1.1': 'UID',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.12': 'title',
  '2.5.4.13': 'description',
  '2.5.4.42': 'GN',
  '2.5.4.46': 'dnQualifier',
  '2.5.4.65': 'pseudonym',
  '2.5.4.97': 'organizationIdentifier',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

/** How an encrypted PKCS#8 key is encrypted (RFC 8018, RFC 7292, RFC 7914). */
export const ENCRYPTION = {
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  scrypt: '1.3.6.1.4.1.11591.4.11',
} as const;

export const PBES1_SCHEMES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.5.1': 'PBES1 MD2-DES',
  '1.2.840.113549.1.5.3': 'PBES1 MD5-DES',
  '1.2.840.113549.1.5.4': 'PBES1 MD2-RC2-64',
  '1.2.840.113549.1.5.6': 'PBES1 MD5-RC2-64',
  '1.2.840.113549.1.5.10': 'PBES1 SHA1-DES',
  '1.2.840.113549.1.5.11': 'PBES1 SHA1-RC2-64',
  '1.2.840.113549.1.12.1.1': 'PBES1 SHA1-RC4-128',
  '1.2.840.113549.1.12.1.2': 'PBES1 SHA1-RC4-40',
  '1.2.840.113549.1.12.1.3': 'PBES1 SHA1-3DES',
  '1.2.840.113549.1.12.1.4': 'PBES1 SHA1-2DES',
  '1.2.840.113549.1.12.1.5': 'PBES1 SHA1-RC2-128',
  '1.2.840.113549.1.12.1.6': 'PBES1 SHA1-RC2-40',
};

export const PBES2_CIPHERS: Readonly<Record<string, string>> = {
  '1.3.14.3.2.7': 'DES-CBC',
  '1.2.840.113549.3.7': '3DES-CBC',
  '2.16.840.1.101.3.4.1.2': 'AES-128-CBC',
  '2.16.840.1.101.3.4.1.22': 'AES-192-CBC',
  '2.16.840.1.101.3.4.1.42': 'AES-256-CBC',
};

export const PBKDF2_PRFS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'HMAC-SHA1',
  '1.2.840.113549.2.8': 'HMAC-SHA224',
  '1.2.840.113549.2.9': 'HMAC-SHA256',
  '1.2.840.113549.2.10': 'HMAC-SHA384',
  '1.2.840.113549.2.11': 'HMAC-SHA512',
};
