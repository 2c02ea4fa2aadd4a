import type { CurveName, HashName, KeyFacts } from '../certificate/facts.ts';
import type { EndpointFacts, TlsVersion } from '../endpoint/facts.ts';
import type { ChosenSuite } from './choose-suites.ts';
import type { InPlay } from './in-play.ts';
import type { Need } from './need.ts';
import type { ChainKind } from './server-chains.ts';
import { keyName } from '../certificate/keys.ts';
import { EspawsError } from '../errors.ts';

/** What the client's key signs with in the handshake, whatever the suite authenticates the server with. */
export function clientSignatureNeeds(
  key: KeyFacts,
  { label, version, suites }: { label: string; version: TlsVersion; suites: readonly ChosenSuite[] },
): Need[] {
  if (key.kind === 'unsupported') {
    throw new EspawsError(`The ${label} carries a ${key.name} key, which mbedTLS cannot use in TLS.`, {
      code: 'needs/unsupported',
      hint: 'Use an EC P-256 or RSA-2048 key and a certificate for it.',
    });
  }
  const algorithm = key.kind === 'rsa' ? 'rsa' : 'ecdsa';
  const hashes = version === '1.3' ? [hashOfKey13(key, label)] : prfHashes(suites);
  return hashes.map((hash) => ({
    kind: 'client-signature',
    algorithm,
    hash,
    source: 'key',
    because: `the ${label} carries the key ${keyName(key)}, which signs the handshake`,
  }));
}

/** What the server signs the handshake with, for each kind of chain asked for. */
export function serverSignatureNeeds(
  endpoint: EndpointFacts,
  {
    kinds,
    version,
    suites,
  }: { kinds: readonly ChainKind[]; version: TlsVersion; suites: readonly ChosenSuite[] },
): Need[] {
  return kinds.flatMap((kind) => {
    const signing = version === '1.3' ? suites : suites.filter((suite) => suite.keyExchange === SIGNED[kind]);
    if (signing.length === 0) return [];
    const algorithm = kind === 'ecdsa' ? 'ecdsa' : version === '1.3' ? 'rsa-pss' : 'rsa-pkcs1';
    const hashes = version === '1.3' ? [serverHash13(endpoint, kind)] : prfHashes(signing);
    const because =
      version === '1.3'
        ? `a TLS 1.3 server with an ${kind === 'rsa' ? 'RSA' : 'EC'} key signs like this (RFC 8446 4.2.3)`
        : `the server signs its ECDHE parameters for ${signing.map(({ name }) => name).join(', ')}`;
    return hashes.map((hash): Need => ({
      kind: 'server-signature',
      algorithm,
      hash,
      source: 'endpoint',
      because,
    }));
  });
}

/** Parse, and for the server's chain verify, the signature of every certificate in play. */
export function certificateSignatureNeeds(inPlay: readonly InPlay[]): Need[] {
  return inPlay.flatMap(({ label, source, signatures, verified }) =>
    signatures.map((signature): Need => {
      if (signature.algorithm === 'unsupported') {
        throw new EspawsError(`The ${label} is signed with ${signature.name}, which mbedTLS does not know.`, {
          code: 'needs/unsupported',
          hint: 'Use a certificate signed with RSA or ECDSA over SHA-256.',
        });
      }
      const { algorithm, hash } = signature;
      const because = `${label} is signed with ${SIGNATURE_TITLES[algorithm]} over ${hash.toUpperCase()}`;
      return { kind: 'certificate-signature', algorithm, hash, verify: verified, source, because };
    }),
  );
}

const SIGNED: Readonly<Record<ChainKind, ChosenSuite['keyExchange']>> = {
  rsa: 'ECDHE_RSA',
  ecdsa: 'ECDHE_ECDSA',
};

const SIGNATURE_TITLES = { 'rsa-pkcs1': 'RSA', 'rsa-pss': 'RSA-PSS', ecdsa: 'ECDSA' } as const;

function prfHashes(suites: readonly ChosenSuite[]): HashName[] {
  return [...new Set(suites.map(({ prfHash }) => prfHash))].sort();
}

function serverHash13(endpoint: EndpointFacts, kind: ChainKind): HashName {
  const key = endpoint.chainsKnown ? endpoint.chains[kind]?.[0]?.key : undefined;
  return key === undefined || key.kind === 'unsupported' ? 'sha256' : hashOfKey13(key, 'server certificate');
}

/** In TLS 1.3 each curve signs with one hash (RFC 8446 4.2.3), and only three curves sign. */
function hashOfKey13(key: Exclude<KeyFacts, { kind: 'unsupported' }>, label: string): HashName {
  if (key.kind === 'rsa') return 'sha256';
  const hash = HASH_OF_CURVE[key.curve];
  if (hash !== undefined) return hash;
  throw new EspawsError(`The ${label} carries a ${key.curve} key, which cannot sign in TLS 1.3.`, {
    code: 'needs/unsupported',
    hint: 'Use TLS 1.2, or a key on P-256, P-384 or P-521.',
  });
}

const HASH_OF_CURVE: Partial<Record<CurveName, HashName>> = {
  secp256r1: 'sha256',
  secp384r1: 'sha384',
  secp521r1: 'sha512',
};
