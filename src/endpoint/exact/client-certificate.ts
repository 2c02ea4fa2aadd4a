import { X509Certificate, verify } from 'node:crypto';
import { TlsReader } from '../tls-reader.ts';
import { SCHEMES } from './negotiate.ts';
import { FatalAlert } from './fatal-alert.ts';

/** The leaf of a client's Certificate message; undefined where it has none. Throws `FatalAlert`. */
export function clientLeaf(message: Uint8Array): X509Certificate | undefined {
  const list = new TlsReader(new TlsReader(message).vector24());
  if (list.remaining === 0) return undefined;
  const der = list.vector24();
  try {
    if (!list.failed) return new X509Certificate(der);
  } catch {
    // No certificate either.
  }
  throw new FatalAlert('bad_certificate', 'the client certificate cannot be read');
}

/**
 * Holds a CertificateVerify (RFC 5246 7.4.8) against the handshake so far: it shows that the client has the private key.
 * Throws `FatalAlert`.
 */
export function checkCertificateVerify(
  message: Uint8Array,
  { publicKey }: X509Certificate,
  transcript: Uint8Array,
): void {
  const reader = new TlsReader(message);
  const id = reader.uint16();
  const signature = reader.vector16();
  if (reader.failed) throw new FatalAlert('decode_error', 'CertificateVerify is cut off');
  const scheme = SCHEMES.find((one) => one.id === id);
  const kind = publicKey.asymmetricKeyType === 'rsa' ? 'rsa' : 'ecdsa';
  if (scheme?.kind !== kind)
    throw new FatalAlert('illegal_parameter', `CertificateVerify in scheme 0x${id.toString(16)}`);
  if (!verify(scheme.hash, transcript, publicKey, signature))
    throw new FatalAlert(
      'decrypt_error',
      'the signature of CertificateVerify is not by the key of the certificate',
    );
}
