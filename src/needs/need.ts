import type { CurveName, HashName, KeyContainer } from '../certificate/facts.ts';
import type { SuiteName, TlsVersion } from '../endpoint/facts.ts';

/** Who asks: names in the explanation, and `--json`. */
export type NeedSource = 'certificate' | 'key' | 'ca' | 'endpoint' | 'firmware';

/**
 * One thing TLS must be able to do, with the reason. Needs speak of TLS and X.509, never of mbedTLS: the names of
 * macros, and what differs between mbedTLS versions, belong to `src/mbedtls/`.
 */
export type Need = NeedDetail & { because: string; source: NeedSource };

export type NeedDetail =
  | { kind: 'tls-version'; version: TlsVersion }
  /** A suite to compile in and to offer; the order of these needs is the order of preference. */
  | { kind: 'suite'; suite: SuiteName }
  /** Parse a certificate (or the peer's) that carries this public key. */
  | { kind: 'public-key'; key: { kind: 'rsa'; bits: number } | { kind: 'ec'; curve: CurveName } }
  /** Parse a certificate signed like this (mbedTLS refuses one whose algorithm it does not know). */
  | {
      kind: 'certificate-signature';
      algorithm: 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa';
      hash: HashName;
      verify: boolean;
    }
  /**
   * Sign the CertificateVerify with the client's key. `hash`: TLS 1.2, that of the suite's PRF; TLS 1.3, the one
   * that goes with the key (RFC 8446 4.2.3; RSA keys sign with RSA-PSS there).
   */
  | { kind: 'client-signature'; algorithm: 'rsa' | 'ecdsa'; hash?: HashName }
  /**
   * Verify the server's handshake signature: ServerKeyExchange of an ECDHE suite in TLS 1.2, CertificateVerify in
   * TLS 1.3. Absent where only RSA key exchange is offered.
   */
  | { kind: 'server-signature'; algorithm: 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa'; hash: HashName }
  /** Read a private key of this form. `encryption`: see `PrivateKeyFacts`. */
  | { kind: 'private-key'; key: 'rsa' | 'ec' | 'unknown'; container: KeyContainer; encryption?: string }
  /** Offer this group for ECDHE. */
  | { kind: 'group'; curve: CurveName }
  /** Read PEM (base64 between BEGIN and END lines); without this need everything is DER. */
  | { kind: 'pem' }
  | { kind: 'compressed-point' }
  | { kind: 'explicit-ec-parameters' }
  | { kind: 'sni'; host: string }
  | { kind: 'alpn'; protocols: readonly string[] }
  | { kind: 'client-certificate' }
  /** Content bytes of the largest record to receive and to send (RFC 8446 5.1: at most 16384). */
  | { kind: 'record-size'; in: number; out: number }
  /** Bits of the largest RSA modulus in play; absent where there is none. */
  | { kind: 'rsa-modulus'; bits: number }
  /** Longest chain to verify: certificates between the leaf and the root. */
  | { kind: 'intermediates'; count: number }
  /** Compare notBefore and notAfter with the device's clock. */
  | { kind: 'certificate-dates' };
