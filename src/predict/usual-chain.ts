import type { CertificateFacts } from '../certificate/facts.ts';
import { commonNames } from '../certificate/host-name.ts';
import type { EndpointFacts, UsualChain } from '../endpoint/facts.ts';
import { fitsMpi, signatureText, unknownCurve, unknownKey } from './certificate.ts';
import type { Failure } from './failure.ts';
import { FLAG } from './flags.ts';
import { absent, atLeast, curveMacro, hasCurve, hashMacro, hasHash, type Library } from './library.ts';
import type { ChainKind } from './server.ts';

const CALL = 'mbedtls_ssl_handshake';

/** For a server whose certificates are not known, only their usual shape: what that alone says. */
export function judgeUsualChain(
  library: Library,
  endpoint: EndpointFacts,
  kind: ChainKind,
  trusted: readonly CertificateFacts[],
): Failure | undefined {
  const usual = endpoint.usualChains.find((chain) => chain.kind === kind);
  if (usual === undefined) return undefined;
  return (
    unreadableKey(library, usual, endpoint) ??
    unverifiableSignature(library, usual, endpoint) ??
    missingRoot(usual, endpoint, trusted)
  );
}

function unreadableKey(library: Library, usual: UsualChain, { source }: EndpointFacts): Failure | undefined {
  const curve = usual.curves.find((name) => !library.has('ECP_C') || !hasCurve(library, name));
  if (curve !== undefined) {
    const carries = `the server's chain usually carries a key on ${curve} (${source})`;
    if (library.has('ECP_C')) return { call: CALL, ...unknownCurve(library, curve, carries) };
    const missing = absent(library, 'ECP_C', curveMacro(curve));
    return { call: CALL, ...unknownKey(`${carries}, and MBEDTLS_ECP_C is off`, missing) };
  }
  const bits = usual.rsaBits.find((size) => !fitsMpi(library, size));
  if (bits === undefined) return undefined;
  return {
    call: CALL,
    errors: ['PK_INVALID_PUBKEY'],
    because: `the server's chain usually carries an RSA-${bits} key (${source}), larger than MBEDTLS_MPI_MAX_SIZE`,
    missing: ['MBEDTLS_MPI_MAX_SIZE'],
  };
}

function unverifiableSignature(
  library: Library,
  usual: UsualChain,
  { source }: EndpointFacts,
): Failure | undefined {
  for (const { algorithm, hash } of usual.signatures) {
    const macros =
      algorithm === 'ecdsa' ? ['ECDSA_C'] : ['RSA_C', algorithm === 'rsa-pss' ? 'PKCS1_V21' : 'PKCS1_V15'];
    const isKnown = library.knowsSignature(algorithm, hash);
    const canVerify = macros.every((name) => library.has(name)) && hasHash(library, hash);
    if (isKnown && canVerify) continue;
    const because = `the server's chain is usually signed with ${signatureText({ algorithm, hash })} (${source}), which this configuration cannot verify`;
    const missing = absent(library, ...macros, hashMacro(library, hash));
    const isFatal = !isKnown && !atLeast(library, 2, 7);
    return isFatal
      ? { call: CALL, errors: ['X509_UNKNOWN_SIG_ALG', 'OID_NOT_FOUND'], because, missing }
      : { call: CALL, errors: ['X509_CERT_VERIFY_FAILED'], verifyFlags: FLAG.NOT_TRUSTED, because, missing };
  }
  return undefined;
}

function missingRoot(
  usual: UsualChain,
  { source }: EndpointFacts,
  trusted: readonly CertificateFacts[],
): Failure | undefined {
  if (usual.roots.length === 0) return undefined;
  const names = trusted.flatMap(commonNames);
  if (usual.roots.some((root) => names.includes(root))) return undefined;
  return {
    call: CALL,
    errors: ['X509_CERT_VERIFY_FAILED'],
    verifyFlags: FLAG.NOT_TRUSTED,
    because: `the server's chain usually ends in ${usual.roots.join(' or ')} (${source}), and the CA bundle has none of them`,
    missing: [],
  };
}
