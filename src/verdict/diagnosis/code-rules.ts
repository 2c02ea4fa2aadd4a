import { isRsaSum } from '../../monitor/error-number.ts';
import type { CauseId } from './causes.ts';
import { hasPart, isAllocation } from './codes.ts';
import { finding, type Rule } from './rule.ts';

interface CodeCause {
  /** The module's part of the code. */
  part: number;
  cause: CauseId;
  weight: number;
  /** The calls that it holds for; every one where left out. */
  call?: RegExp;
}

const PARSE = /_parse|own_cert/;

/** Codes that have one usual cause (x509.h, pem.h, pk.h, pkcs5.h, pkcs12.h, rsa.h, ecp.h, md.h, cipher.h, ssl.h of 2.2 to 3.6). */
const BY_CODE: readonly CodeCause[] = [
  // mbedtls_pk_check_pair: RSA_BAD_INPUT_DATA, RSA_KEY_CHECK_FAILED, PK_TYPE_MISMATCH, ECP_BAD_INPUT_DATA.
  ...[0x4080, 0x4200, 0x3f00, 0x4f80].map((part) => ({
    part,
    cause: 'key.cert_mismatch' as const,
    weight: 93,
    call: /check_pair|check_pub_priv/,
  })),
  // RSA_... and ECP_... of the device's own signature.
  ...[0x4080, 0x4200, 0x4280, 0x4300, 0x4380, 0x4e00, 0x4f80].map((part) => ({
    part,
    cause: 'key.sign_failed' as const,
    weight: 92,
    call: /_sign\b|rsa_private$/,
  })),
  // THREADING_BAD_INPUT_DATA, THREADING_MUTEX_ERROR (threading.h): a mutex that is not there, or not any more.
  ...[0x1c, 0x1e].map((part) => ({ part, cause: 'tls.misused' as const, weight: 62, call: /^mbedtls_/ })),
  // X509_INVALID_ALG: the parameters of RSASSA-PSS, which is not built.
  { part: 0x2300, cause: 'build.signature_algorithm', weight: 88, call: /_parse/ },
  // X509_FILE_IO_ERROR, PK_FILE_IO_ERROR.
  { part: 0x2900, cause: 'cert.file', weight: 88 },
  { part: 0x3e00, cause: 'cert.file', weight: 88 },
  // X509_BAD_INPUT_DATA, PK_BAD_INPUT_DATA: nothing was given.
  { part: 0x2800, cause: 'cert.parse', weight: 75, call: /_parse/ },
  { part: 0x3e80, cause: 'key.unreadable', weight: 75, call: PARSE },
  // PEM_INVALID_ENC_IV to PEM_FEATURE_UNAVAILABLE; PKCS5_..., PKCS12_...; PK_PASSWORD_...; PK_FEATURE_UNAVAILABLE.
  ...[0x1200, 0x1280, 0x1300, 0x1400, 0x1f00, 0x2e80, 0x2f00, 0x3c00].map((part) => ({
    part,
    cause: 'key.encrypted' as const,
    weight: 93,
  })),
  // PEM_..., PKCS12_..., PKCS5_..., PK_PASSWORD_MISMATCH.
  ...[0x1380, 0x1e00, 0x2e00, 0x3b80].map((part) => ({ part, cause: 'key.password' as const, weight: 93 })),
  { part: 0x3980, cause: 'key.encrypted', weight: 80, call: PARSE },
  { part: 0x3980, cause: 'build.signature_algorithm', weight: 66 },
  // PK_KEY_INVALID_VERSION, RSA_KEY_CHECK_FAILED, ECP_INVALID_KEY.
  { part: 0x3d80, cause: 'key.unreadable', weight: 82 },
  { part: 0x4200, cause: 'key.unreadable', weight: 80 },
  { part: 0x4c80, cause: 'key.unreadable', weight: 70 },
  // RSA_BAD_INPUT_DATA, RSA_PRIVATE_FAILED at signing.
  { part: 0x4080, cause: 'key.cert_mismatch', weight: 68, call: /handshake/ },
  { part: 0x4300, cause: 'key.cert_mismatch', weight: 60, call: /handshake/ },
  // RSA_INVALID_PADDING at signing: PKCS1_V15 is not built.
  { part: 0x4100, cause: 'build.signature_algorithm', weight: 60, call: /handshake/ },
  // RSA_RNG_FAILED, ECP_RANDOM_FAILED.
  { part: 0x4480, cause: 'build.entropy', weight: 70 },
  { part: 0x4d00, cause: 'build.entropy', weight: 70 },
  // ECP_FEATURE_UNAVAILABLE: a curve; MD_..., CIPHER_..., X509_FEATURE_UNAVAILABLE.
  { part: 0x4e80, cause: 'build.curve_disabled', weight: 86 },
  { part: 0x5080, cause: 'build.signature_algorithm', weight: 70 },
  { part: 0x6080, cause: 'build.no_shared_cipher', weight: 60 },
  { part: 0x2080, cause: 'build.signature_algorithm', weight: 70 },
  // SSL_CERTIFICATE_VERIFICATION_WITHOUT_HOSTNAME of 3.6.3.
  { part: 0x5d80, cause: 'tls.hostname_unset', weight: 92 },
  // SSL_BAD_HS_PROTOCOL_VERSION.
  { part: 0x6e80, cause: 'tls.alert.protocol_version', weight: 85 },
  // SSL_PRIVATE_KEY_REQUIRED, SSL_CERTIFICATE_REQUIRED, SSL_NO_CLIENT_CERTIFICATE.
  { part: 0x7600, cause: 'key.incomplete', weight: 88 },
  { part: 0x7580, cause: 'key.incomplete', weight: 80 },
  { part: 0x7480, cause: 'tls.alert.client_certificate.missing', weight: 80 },
  // SSL_INVALID_MAC.
  { part: 0x7180, cause: 'tls.bad_mac', weight: 82 },
  // SSL_PK_TYPE_MISMATCH: the suite needs another kind of key than the server's certificate has.
  { part: 0x6d00, cause: 'build.no_shared_cipher', weight: 70 },
  // SSL_BAD_HS_CLIENT_HELLO, of a server on the device: what came is none.
  { part: 0x7900, cause: 'tls.server.not_tls', weight: 76 },
  // RSA_VERIFY_FAILED, ECP_VERIFY_FAILED: of the server's signature.
  { part: 0x4380, cause: 'tls.bad_signature', weight: 80 },
  { part: 0x4e00, cause: 'tls.bad_signature', weight: 80 },
  { part: 0x7e80, cause: 'tls.bad_mac', weight: 70 },
  // PK_SIG_LEN_MISMATCH, ECP_SIG_LEN_MISMATCH, SSL_BAD_HS_CERTIFICATE_VERIFY.
  ...[0x3900, 0x4c00, 0x7d80].map((part) => ({ part, cause: 'tls.bad_signature' as const, weight: 70 })),
  // CIPHER_INVALID_PADDING, ..._FULL_BLOCK_EXPECTED, ..._AUTH_FAILED.
  ...[0x6200, 0x6280, 0x6300].map((part) => ({ part, cause: 'tls.bad_mac' as const, weight: 66 })),
  // PK_INVALID_ALG: the algorithm's parameters in a key; by itself of what is no key at all.
  { part: 0x3a80, cause: 'key.unsupported', weight: 70, call: /pk_parse/ },
  { part: 0x3a80, cause: 'build.signature_algorithm', weight: 62, call: /handshake|crt_parse/ },
  { part: 0x3a80, cause: 'key.unreadable', weight: 62 },
  // RSA_BAD_INPUT_DATA, ECP_BAD_INPUT_DATA, PKCS12_PBE_INVALID_FORMAT, ..._BAD_INPUT_DATA, PKCS5_INVALID_FORMAT of a key.
  ...[0x4080, 0x4f80, 0x1e80, 0x1f80, 0x2f80].map((part) => ({
    part,
    cause: 'key.unreadable' as const,
    weight: 70,
    call: PARSE,
  })),
  // X509_INVALID_EXTENSIONS with ASN1_UNEXPECTED_TAG: a critical extension that x509_crt.c does not know.
  { part: 0x2562, cause: 'cert.critical_extension', weight: 86, call: /_parse/ },
  // X509_SIG_MISMATCH: a certificate names two algorithms.
  { part: 0x2680, cause: 'cert.parse', weight: 75, call: /_parse/ },
  { part: 0x2680, cause: 'tls.server_certificate', weight: 75 },
  // PK_INVALID_PUBKEY, of whatever call.
  { part: 0x3b00, cause: 'build.max_mpi', weight: 62 },
  // RSA_PUBLIC_FAILED of a number that is too large; ECP_BAD_INPUT_DATA: a point of another curve.
  { part: 0x4280, cause: 'build.max_mpi', weight: 62 },
  { part: 0x4f80, cause: 'build.curve_disabled', weight: 60 },
  // DHM_..., of the server's parameters and what is made of them.
  ...[0x3080, 0x3100, 0x3180, 0x3200, 0x3280, 0x3300, 0x3580].map((part) => ({
    part,
    cause: 'tls.dhe_failed' as const,
    weight: 72,
  })),
  // SSL_BAD_CONFIG; SSL_NO_RNG.
  { part: 0x5e80, cause: 'tls.misused', weight: 66 },
  { part: 0x7400, cause: 'tls.no_rng', weight: 88 },
  // SSL_VERSION_MISMATCH.
  { part: 0x5f00, cause: 'tls.alert.protocol_version', weight: 75 },
  // SSL_INVALID_VERIFY_HASH.
  { part: 0x6600, cause: 'build.signature_algorithm', weight: 66 },
  // SSL_NO_USABLE_CIPHERSUITE.
  { part: 0x6980, cause: 'build.no_shared_cipher', weight: 78 },
  // SSL_PEER_VERIFY_FAILED of old versions.
  { part: 0x7800, cause: 'tls.verify_failed', weight: 60 },
  // SSL_UNEXPECTED_MESSAGE, SSL_UNEXPECTED_RECORD.
  { part: 0x7700, cause: 'tls.unexpected_message', weight: 64 },
  { part: 0x6700, cause: 'tls.unexpected_message', weight: 60 },
  // SSL_BAD_HS_SERVER_HELLO, SSL_BAD_HS_CERTIFICATE.
  { part: 0x7980, cause: 'tls.server_hello', weight: 68 },
  { part: 0x7a00, cause: 'tls.server_certificate.unfit', weight: 68 },
  // SSL_DECODE_ERROR of version 3 (in version 2 a cipher that is not known, which no client comes to);
  // SSL_BAD_HS_NEW_SESSION_TICKET, ..._CERTIFICATE_REQUEST, ..._SERVER_HELLO_DONE, ..._CLIENT_KEY_EXCHANGE, ..._RP,
  // ..._CS, ..._CHANGE_CIPHER_SPEC.
  ...[0x6e00, 0x7300, 0x7a80, 0x7b80, 0x7c00, 0x7c80, 0x7d00, 0x7e00].map((part) => ({
    part,
    cause: 'tls.damaged_message' as const,
    weight: 62,
  })),
  // PK_TYPE_MISMATCH of the client's own signature.
  { part: 0x3f00, cause: 'build.ecdsa_disabled', weight: 93, call: /_sign\b/ },
  // SSL_BAD_INPUT_DATA of a name that is too long, or none.
  { part: 0x7100, cause: 'net.dns.bad_endpoint', weight: 80, call: /set_hostname$/ },
  // SSL_INTERNAL_ERROR; SSL_BAD_INPUT_DATA of a call that takes the program's own data.
  { part: 0x6c00, cause: 'tls.internal_error', weight: 62 },
  { part: 0x7100, cause: 'tls.misused', weight: 54, call: /_(?:write|setup|conf_\w+|set_\w+)$/ },
  // ASN1_OUT_OF_DATA to ASN1_INVALID_DATA alone.
  ...[0x60, 0x62, 0x64, 0x66, 0x68].flatMap((part): CodeCause[] => [
    { part, cause: 'cert.parse', weight: 70, call: /crt_parse/ },
    { part, cause: 'key.unreadable', weight: 70, call: /pk_parse/ },
    { part, cause: 'tls.damaged_message', weight: 56, call: /handshake/ },
  ]),
  // NET_BIND_FAILED, NET_LISTEN_FAILED, NET_ACCEPT_FAILED; NET_INVALID_CONTEXT, NET_POLL_FAILED.
  ...[0x46, 0x48, 0x4a].map((part) => ({ part, cause: 'net.server_socket' as const, weight: 70 })),
  ...[0x45, 0x47].map((part) => ({ part, cause: 'net.connect' as const, weight: 62 })),
];

/** Codes that need no more of the log than themselves and their call. */
export const CODE_RULES: readonly Rule[] = [
  ({ codes }) =>
    codes
      // A signature that does not pass its own check, as a rule.
      .filter(({ code }) => isRsaSum(-code))
      .map((witness) => finding('key.sign_failed', 92, witness)),
  // mbedTLS's own sentence of it; the number beside it may mean another thing in another version.
  ({ codes }) =>
    codes
      .filter(({ line }) => /\bDHM prime too short\b/.test(line))
      .map((witness) => finding('tls.dhe_failed', 90, witness)),
  ({ codes }) =>
    codes.flatMap((witness) =>
      BY_CODE.filter(
        ({ part, call }) =>
          isCode(witness.code, part) && (call === undefined || call.test(witness.call ?? '')),
      )
        .slice(0, 1)
        .map(({ cause, weight }) => finding(cause, weight, witness)),
    ),
];

/** A helper's code counts by itself: below a module's it tells why that one failed, and memory is told by its own rule. */
function isCode(code: number, part: number): boolean {
  if (isAllocation(code)) return false;
  return part > 0x7f ? hasPart(code, part) : Math.abs(code) === part;
}
