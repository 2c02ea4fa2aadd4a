import type { CurveName, HashName } from '../certificate/facts.ts';
import type { TlsVersion } from '../endpoint/facts.ts';
import { atLeast, curveMacro, hasHash, type Library } from './library.ts';
import { parseSuite, usesEphemeralCurve, type Suite } from './suite.ts';

/** A TLS signature scheme as a certificate's owner may use it (RFC 5246 7.4.1.4.1, RFC 8446 4.2.3). */
export interface SignatureScheme {
  algorithm: 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa';
  hash: HashName;
}

/** What the device's first message offers. */
export interface ClientHello {
  /** Newest last; `older` stands for TLS 1.0 and 1.1. */
  versions: readonly (TlsVersion | 'older')[];
  suites: readonly Suite[];
  /** Curves of supported_groups; undefined where the extension is not sent. FFDHE groups are left out. */
  groups: readonly CurveName[] | undefined;
  signatures: readonly SignatureScheme[];
  sendsServerName: boolean;
  alpn: readonly string[];
  /** TLS 1.3 needs (EC)DHE key exchange; without it there are only pre-shared keys. */
  hasEphemeralTls13: boolean;
}

export function clientHello(library: Library, alpn: readonly string[]): ClientHello {
  const versions = offeredVersions(library);
  const suites = library.suites.map(parseSuite).filter(({ keyExchange }) => isOffered(keyExchange, versions));
  const sendsGroups = versions.includes('1.3') || suites.some(usesEphemeralCurve);
  return {
    versions,
    suites,
    groups: sendsGroups ? offeredGroups(library) : undefined,
    signatures: offeredSignatures(library, versions),
    sendsServerName: library.has('SSL_SERVER_NAME_INDICATION'),
    alpn: library.has('SSL_ALPN') ? alpn : [],
    hasEphemeralTls13: library.has('SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ENABLED'),
  };
}

function offeredVersions(library: Library): (TlsVersion | 'older')[] {
  const versions: (TlsVersion | 'older')[] = [];
  const hasOlder =
    library.has('SSL_PROTO_TLS1') || library.has('SSL_PROTO_TLS1_1') || library.has('SSL_PROTO_SSL3');
  if (!atLeast(library, 3) && hasOlder) versions.push('older');
  if (library.has('SSL_PROTO_TLS1_2')) versions.push('1.2');
  if (atLeast(library, 3) && library.has('SSL_PROTO_TLS1_3')) versions.push('1.3');
  return versions;
}

/** Suites with pre-shared keys need a key that the program does not set; static ECDH suites have no server. */
function isOffered(keyExchange: Suite['keyExchange'], versions: readonly string[]): boolean {
  if (keyExchange === 'other') return false;
  return keyExchange === 'TLS13' ? versions.includes('1.3') : versions.some((version) => version !== '1.3');
}

const GROUPS_OF_2: readonly CurveName[] = [
  'secp521r1',
  'bp512r1',
  'secp384r1',
  'bp384r1',
  'secp256r1',
  'secp256k1',
  'bp256r1',
  'secp224r1',
  'secp224k1',
  'secp192r1',
  'secp192k1',
];
/** `ssl_preset_default_groups` of 3.x. */
const GROUPS_OF_3: readonly CurveName[] = [
  'curve25519',
  'secp256r1',
  'secp384r1',
  'secp521r1',
  'bp256r1',
  'bp384r1',
  'bp512r1',
];

function offeredGroups(library: Library): CurveName[] {
  if (!library.has('ECP_C') || (atLeast(library, 3) && !library.has('ECDH_C'))) return [];
  // X25519 came into the list of TLS groups after 2.16.
  const ofTwo = atLeast(library, 2, 17) ? [...GROUPS_OF_2, 'curve25519' as const] : GROUPS_OF_2;
  const groups = atLeast(library, 3) ? GROUPS_OF_3 : ofTwo;
  return groups.filter((curve) => library.has(curveMacro(curve)));
}

function offeredSignatures(library: Library, versions: readonly string[]): SignatureScheme[] {
  if (versions.includes('1.3')) return schemesOfTls13(library);
  if (!versions.includes('1.2')) return [];
  const hashes = (['sha512', 'sha384', 'sha256'] as const).filter((hash) => hasHash(library, hash));
  return [...hashes, ...legacyHashes(library)].flatMap((hash) => [
    ...(library.has('ECDSA_C') ? [{ algorithm: 'ecdsa' as const, hash }] : []),
    ...(library.has('RSA_C') ? [{ algorithm: 'rsa-pkcs1' as const, hash }] : []),
  ]);
}

/** 3.x has dropped both; from 2.5 on SHA-1 must be allowed by name. */
function legacyHashes(library: Library): HashName[] {
  if (atLeast(library, 3)) return [];
  const allowsSha1 = !atLeast(library, 2, 5) || library.has('TLS_DEFAULT_ALLOW_SHA1_IN_KEY_EXCHANGE');
  return [
    ...(hasHash(library, 'sha224') ? (['sha224'] as const) : []),
    ...(hasHash(library, 'sha1') && allowsSha1 ? (['sha1'] as const) : []),
  ];
}

/** `ssl_preset_default_sig_algs` of 3.x, which is what a client offers that also speaks TLS 1.2. */
function schemesOfTls13(library: Library): SignatureScheme[] {
  const schemes: SignatureScheme[] = [];
  const add = (algorithm: SignatureScheme['algorithm'], hash: HashName, isBuilt: boolean): void => {
    if (isBuilt && hasHash(library, hash)) schemes.push({ algorithm, hash });
  };
  for (const [hash, curve] of ECDSA_SCHEMES) {
    add('ecdsa', hash, library.has('ECDSA_C') && library.has(curveMacro(curve)));
  }
  const hasPss = library.has('X509_RSASSA_PSS_SUPPORT') && library.has('PKCS1_V21');
  for (const hash of ['sha512', 'sha384', 'sha256'] as const) add('rsa-pss', hash, hasPss);
  const hasPkcs1 = library.has('RSA_C') && library.has('PKCS1_V15');
  for (const hash of ['sha512', 'sha384', 'sha256'] as const) add('rsa-pkcs1', hash, hasPkcs1);
  return schemes;
}

/** In TLS 1.3 a scheme of ECDSA fixes the curve (RFC 8446 4.2.3). */
export const ECDSA_SCHEMES: readonly (readonly [HashName, CurveName])[] = [
  ['sha256', 'secp256r1'],
  ['sha384', 'secp384r1'],
  ['sha512', 'secp521r1'],
];
