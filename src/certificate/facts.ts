/** Hash names as the field writes them, without hyphens. */
export type HashName = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

/** Curve names as mbedTLS's `MBEDTLS_ECP_DP_<NAME>_ENABLED` spells them, in lower case (RFC 8422, RFC 7027). */
export type CurveName =
  | 'secp192r1'
  | 'secp224r1'
  | 'secp256r1'
  | 'secp384r1'
  | 'secp521r1'
  | 'secp192k1'
  | 'secp224k1'
  | 'secp256k1'
  | 'bp256r1'
  | 'bp384r1'
  | 'bp512r1'
  | 'curve25519';

export type KeyFacts =
  | { kind: 'rsa'; bits: number }
  | {
      kind: 'ec';
      curve: CurveName;
      /** The public point is stored compressed (SEC 1, 2.3.3). */
      compressed: boolean;
      /** The curve is given by its parameters, not by its name (RFC 5480 forbids it in certificates). */
      explicitParameters: boolean;
    }
  /** Ed25519, Ed448, DSA, an unknown curve: nothing mbedTLS can use in TLS. `name` is the field's name of it. */
  | { kind: 'unsupported'; name: string };

export type SignatureFacts =
  | { algorithm: 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa'; hash: HashName }
  | { algorithm: 'unsupported'; name: string };

export interface CertificateFacts {
  /** RFC 4514 text. */
  subject: string;
  issuer: string;
  /** Hex, upper case. */
  serialNumber: string;
  key: KeyFacts;
  signature: SignatureFacts;
  notBefore: Date;
  notAfter: Date;
  /** Basic constraints: cA. False where the extension is absent. */
  isCa: boolean;
  pathLength: number | undefined;
  /** RFC 5280 names (`digitalSignature`, ...); undefined where the extension is absent. */
  keyUsage: readonly string[] | undefined;
  /** RFC 5280 names (`serverAuth`, `clientAuth`, ...) or dotted OIDs; undefined where absent. */
  extendedKeyUsage: readonly string[] | undefined;
  dnsNames: readonly string[];
  ipAddresses: readonly string[];
  /** Subject equals issuer and the signature verifies under its own key. */
  selfSigned: boolean;
  /** SHA-256 of the DER, hex, lower case. */
  fingerprint: string;
  der: Uint8Array;
}

export type KeyContainer = 'pkcs1' | 'sec1' | 'pkcs8' | 'encrypted-pkcs8' | 'encrypted-pem';

export interface PrivateKeyFacts {
  /** Unknown (undefined) for an encrypted key, which is not opened. */
  key: KeyFacts | undefined;
  container: KeyContainer;
  encoding: Encoding;
  /** For an encrypted key, as it is named in the field: `PBES2 AES-256-CBC HMAC-SHA256`, `DEK-Info AES-128-CBC`. */
  encryption?: string;
}

export type Encoding = 'pem' | 'der';

/** One file that the firmware embeds: its bytes as mbedTLS's parser will get them (a PEM without its NUL). */
export interface Material {
  /** Path as the user gave it, for messages. */
  path: string;
  encoding: Encoding;
  bytes: Uint8Array;
}

/** Client certificate chain + private key + CA bundle, read and understood; nothing checked yet. */
export interface Identity {
  /** Leaf first, as in the file. */
  certificates: readonly CertificateFacts[];
  key: PrivateKeyFacts;
  ca: readonly CertificateFacts[];
  files: { certificate: Material; key: Material; ca: Material };
}
