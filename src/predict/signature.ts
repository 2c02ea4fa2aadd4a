import { X509Certificate } from 'node:crypto';

import type { CertificateFacts } from '../certificate/facts.ts';
import { hasHash, type Library } from './library.ts';

/** Would this library find that `parent` signed `child`? It must have the hash and the verification. */
export function verifiesSignature(
  library: Library,
  child: CertificateFacts,
  parent: CertificateFacts,
): boolean {
  return canVerify(library, child) && isSignedBy(child, parent);
}

/** Has the library what it takes to verify the signature on the certificate? */
export function canVerify(library: Library, { signature }: CertificateFacts): boolean {
  if (signature.algorithm === 'unsupported' || !hasHash(library, signature.hash)) return false;
  switch (signature.algorithm) {
    case 'rsa-pkcs1':
      return library.has('RSA_C') && library.has('PKCS1_V15');
    case 'rsa-pss':
      return library.has('RSA_C') && library.has('PKCS1_V21');
    case 'ecdsa':
      return library.has('ECDSA_C');
  }
}

/** By the mathematics alone. */
function isSignedBy(child: CertificateFacts, parent: CertificateFacts): boolean {
  try {
    return new X509Certificate(child.der).verify(new X509Certificate(parent.der).publicKey);
  } catch {
    return false;
  }
}
