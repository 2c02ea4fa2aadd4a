import { createPrivateKey, X509Certificate } from 'node:crypto';

import type { CertificateFacts, CurveName, Identity, KeyFacts } from '../certificate/facts.ts';
import type { EndpointFacts } from '../endpoint/facts.ts';
import { certificateMessageBytes } from '../endpoint/records.ts';
import { ECDSA_SCHEMES } from './client-hello.ts';
import type { Failure } from './failure.ts';
import { absent, atLeast, curveMacro, hashMacro, type Library } from './library.ts';
import { contentMacro, outContentBytes } from './records.ts';
import type { ServerAnswer } from './server.ts';
import { keyText, signatureText } from './certificate.ts';

const BAD_CERTIFICATE = 42;
const UNSUPPORTED_CERTIFICATE = 43;
const CERTIFICATE_EXPIRED = 45;
const ILLEGAL_PARAMETER = 47;
const DECRYPT_ERROR = 51;
const HANDSHAKE_FAILURE = 40;
const CERTIFICATE_REQUIRED = 116;

type Choice = Exclude<ServerAnswer, { alert: number }>;

interface ClientAuthentication {
  identity: Identity;
  /** The certificates that went into the device's own chain. */
  own: readonly CertificateFacts[];
  endpoint: EndpointFacts;
  choice: Choice;
  /** The curves in the ClientHello, undefined where it names none. */
  offeredGroups: readonly CurveName[] | undefined;
  /** By the server's clock. */
  now: Date;
}

/** The client's Certificate and CertificateVerify messages, and what the server thinks of them. */
export function clientAuthentication(library: Library, task: ClientAuthentication): Failure | undefined {
  const { endpoint, own, choice } = task;
  if (endpoint.clientCertificate === 'none') return undefined;
  const leaf = own[0];
  if (leaf === undefined) return withoutCertificate(endpoint, choice);
  return (
    certificateTooLarge(library, own, choice) ??
    cannotSign(library, signingKey(task.identity) ?? leaf.key, choice) ??
    serverRejects(task, leaf)
  );
}

function withoutCertificate(endpoint: EndpointFacts, { version }: Choice): Failure | undefined {
  if (endpoint.clientCertificate !== 'required') return undefined;
  const alert = version === '1.3' ? CERTIFICATE_REQUIRED : HANDSHAKE_FAILURE;
  return rejection(version, alert, 'the server requires a client certificate and there is none');
}

function certificateTooLarge(
  library: Library,
  own: readonly CertificateFacts[],
  { version }: Choice,
): Failure | undefined {
  const limit = outContentBytes(library);
  const bytes = certificateMessageBytes(own, version);
  if (limit === undefined || bytes <= limit) return undefined;
  return {
    call: 'mbedtls_ssl_handshake',
    errors: [atLeast(library, 3) ? 'SSL_BUFFER_TOO_SMALL' : 'SSL_CERTIFICATE_TOO_LARGE'],
    because: `the client's Certificate message has ${bytes} bytes and ${contentMacro(library, 'OUT')} allows ${limit}`,
    missing: [contentMacro(library, 'OUT')],
  };
}

function cannotSign(library: Library, key: KeyFacts, choice: Choice): Failure | undefined {
  return choice.version === '1.3' ? cannotSign13(library, key) : cannotSign12(library, key);
}

function cannotSign12(library: Library, key: KeyFacts): Failure | undefined {
  const call = 'mbedtls_ssl_handshake';
  if (key.kind === 'ec' && !library.has('ECDSA_C')) {
    const missing = absent(library, 'ECDSA_C', 'ASN1_WRITE_C');
    return {
      call,
      errors: ['PK_TYPE_MISMATCH'],
      because: `the client's ${keyText(key)} cannot sign the handshake: MBEDTLS_ECDSA_C is off`,
      missing,
    };
  }
  if (key.kind === 'rsa' && !library.has('PKCS1_V15')) {
    return {
      call,
      errors: ['RSA_INVALID_PADDING'],
      because: `the client's ${keyText(key)} cannot sign the handshake: MBEDTLS_PKCS1_V15 is off`,
      missing: ['MBEDTLS_PKCS1_V15'],
    };
  }
  return undefined;
}

/** TLS 1.3 signs with RSASSA-PSS, or with ECDSA on the curve that the scheme names. */
function cannotSign13(library: Library, key: KeyFacts): Failure | undefined {
  const failure = (because: string, missing: readonly string[]): Failure => ({
    call: 'mbedtls_ssl_handshake',
    errors: ['SSL_HANDSHAKE_FAILURE'],
    because,
    missing,
  });
  if (key.kind === 'rsa') {
    const missing = absent(library, 'PKCS1_V21', 'X509_RSASSA_PSS_SUPPORT');
    if (missing.length === 0) return undefined;
    return failure(`TLS 1.3 signs with RSASSA-PSS and ${missing.join(', ')} is off`, missing);
  }
  if (key.kind === 'unsupported') return undefined;
  const scheme = ECDSA_SCHEMES.find(([, curve]) => curveBits(curve) === curveBits(key.curve));
  if (scheme === undefined) return failure(`TLS 1.3 has no signature scheme for an ${keyText(key)}`, []);
  const [hash, curve] = scheme;
  const missing = absent(library, 'ECDSA_C', curveMacro(curve), hashMacro(library, hash));
  if (missing.length === 0) return undefined;
  return failure(
    `the client's ${keyText(key)} cannot sign in TLS 1.3: ${missing.join(', ')} is off`,
    missing,
  );
}

/** The scheme is chosen by the key's size alone (`mbedtls_ssl_tls13_check_sig_alg_cert_key_match`). */
function curveBits(curve: CurveName): number {
  return curve === 'curve25519' ? 255 : Number(/\d+/.exec(curve)?.[0]);
}

function serverRejects(task: ClientAuthentication, leaf: CertificateFacts): Failure | undefined {
  const { identity, endpoint, choice, offeredGroups, now } = task;
  const reject = (alert: number, because: string): Failure => rejection(choice.version, alert, because);
  const { signature } = leaf;
  if (leaf.notAfter < now || leaf.notBefore > now) {
    const alert = leaf.notAfter < now ? CERTIFICATE_EXPIRED : BAD_CERTIFICATE;
    return reject(
      alert,
      `the client certificate is not valid now (${dates(leaf)}), so the server refuses it`,
    );
  }
  if (leaf.extendedKeyUsage !== undefined && !leaf.extendedKeyUsage.includes('clientAuth')) {
    return reject(
      UNSUPPORTED_CERTIFICATE,
      "the client certificate's extendedKeyUsage does not allow clientAuth",
    );
  }
  if (signature.algorithm !== 'unsupported' && (signature.hash === 'md5' || signature.hash === 'sha1')) {
    return reject(
      BAD_CERTIFICATE,
      `the client certificate is signed with ${signatureText(signature)}, too weak`,
    );
  }
  if (leaf.key.kind === 'ec' && !serverTakesCurve(endpoint, offeredGroups, leaf.key.curve)) {
    return reject(ILLEGAL_PARAMETER, `the server takes no client key on ${leaf.key.curve} in this handshake`);
  }
  const key = signingKey(identity);
  if (key !== undefined && key.kind !== leaf.key.kind) {
    return reject(
      ILLEGAL_PARAMETER,
      `the private key is an ${keyText(key)}, the client certificate is for an ${keyText(leaf.key)}`,
    );
  }
  if (!keyFits(identity, leaf)) {
    return reject(DECRYPT_ERROR, 'the private key does not belong to the client certificate');
  }
  return undefined;
}

/** A client key's curve must be among the groups of the server, and of the client where it names any (RFC 8422 5.1.1). */
function serverTakesCurve(
  { curves }: EndpointFacts,
  offered: readonly CurveName[] | undefined,
  curve: CurveName,
): boolean {
  const usual: readonly CurveName[] = ['secp256r1', 'secp384r1', 'secp521r1'];
  return (curves.length > 0 ? curves : usual).includes(curve) && offered?.includes(curve) !== false;
}

/** In TLS 1.3 the client has finished before the server has looked: the alert meets the first read. */
function rejection(version: '1.2' | '1.3', alert: number, because: string): Failure {
  const call = version === '1.3' ? 'mbedtls_ssl_read' : 'mbedtls_ssl_handshake';
  return { call, errors: ['SSL_FATAL_ALERT_MESSAGE'], alert, because, missing: [] };
}

/** What signs: the key, or for an encrypted one what its PEM label says. */
function signingKey({ key, files }: Identity): KeyFacts | undefined {
  if (key.key !== undefined || key.container !== 'encrypted-pem') return key.key;
  return Buffer.from(files.key.bytes).includes('-----BEGIN EC PRIVATE KEY-----') ? UNKNOWN_EC_KEY : undefined;
}

const UNKNOWN_EC_KEY: KeyFacts = {
  kind: 'ec',
  curve: 'secp256r1',
  compressed: false,
  explicitParameters: false,
};

/** True where it cannot be told: an encrypted key is not opened. */
function keyFits({ key, files }: Identity, leaf: CertificateFacts): boolean {
  if (key.container === 'encrypted-pem' || key.container === 'encrypted-pkcs8') return true;
  const bytes = Buffer.from(files.key.bytes);
  const type = key.container === 'pkcs8' ? 'pkcs8' : key.container === 'sec1' ? 'sec1' : 'pkcs1';
  try {
    const privateKey = createPrivateKey(
      key.encoding === 'pem' ? { key: bytes, format: 'pem' } : { key: bytes, format: 'der', type },
    );
    return new X509Certificate(leaf.der).checkPrivateKey(privateKey);
  } catch {
    return true;
  }
}

function dates({ notBefore, notAfter }: CertificateFacts): string {
  return `${notBefore.toISOString()} to ${notAfter.toISOString()}`;
}
