import type { CertificateFacts, CurveName } from '../certificate/facts.ts';
import type { EndpointFacts, TlsVersion } from '../endpoint/facts.ts';
import { ECDSA_SCHEMES, type ClientHello, type SignatureScheme } from './client-hello.ts';
import { parseSuite, suiteAuthentication, usesEphemeralCurve, type Suite } from './suite.ts';

export type ChainKind = 'rsa' | 'ecdsa';

/** What a server answers to a ClientHello: its choices, or a fatal alert. */
export type ServerAnswer =
  | { version: TlsVersion; suite: Suite; chain: ChainKind; scheme: SignatureScheme | undefined }
  | { alert: number; reason: 'version' | 'server-name' | 'alpn' | 'suite' | 'signature' };

const PROTOCOL_VERSION = 70;
const HANDSHAKE_FAILURE = 40;
const UNRECOGNIZED_NAME = 112;
const NO_APPLICATION_PROTOCOL = 120;
const NO_SUITE: ServerAnswer = { alert: HANDSHAKE_FAILURE, reason: 'suite' };

/**
 * The choice of a server that behaves as OpenSSL does: the newest common version, then the first common suite for
 * which it has a certificate that the client can use, by the client's order or its own.
 */
export function serverAnswer(endpoint: EndpointFacts, hello: ClientHello, knowsName: boolean): ServerAnswer {
  const version = (['1.3', '1.2'] as const).find(
    (candidate) => endpoint.versions.includes(candidate) && hello.versions.includes(candidate),
  );
  if (version === undefined) return { alert: PROTOCOL_VERSION, reason: 'version' };
  // OpenSSL chooses the suite of TLS 1.3 before it reads the name; the stand-in looks at the name first of all.
  const suiteComesFirst = version === '1.3' && endpoint.profile !== 'local';
  if (suiteComesFirst && suiteOfTls13(endpoint, hello) === undefined) return NO_SUITE;
  if (!knowsName) return { alert: UNRECOGNIZED_NAME, reason: 'server-name' };
  if (version === '1.3' && suiteOfTls13(endpoint, hello) === undefined) return NO_SUITE;
  const refusal: ServerAnswer = { alert: NO_APPLICATION_PROTOCOL, reason: 'alpn' };
  // In TLS 1.3 OpenSSL looks at the protocols before it looks at groups and signatures.
  if (version === '1.3' && !sharesProtocol(endpoint, hello)) return refusal;
  const answer = version === '1.3' ? answerOfTls13(endpoint, hello) : answerOfTls12(endpoint, hello);
  return 'alert' in answer || sharesProtocol(endpoint, hello) ? answer : refusal;
}

/** A client that offers no protocol at all is not refused (RFC 7301 3.2). */
function sharesProtocol(endpoint: EndpointFacts, hello: ClientHello): boolean {
  if (endpoint.alpn.length === 0 || hello.alpn.length === 0) return true;
  return hello.alpn.some((name) => endpoint.alpn.includes(name));
}

/** Kinds of certificate that the server has, whether its chains are known or only usual. */
function chainKinds(endpoint: EndpointFacts): ChainKind[] {
  const kinds: ChainKind[] = [];
  for (const kind of ['rsa', 'ecdsa'] as const) {
    const isUsual = endpoint.usualChains.some((usual) => usual.kind === kind);
    if (endpoint.chains[kind] !== undefined || (!endpoint.chainsKnown && isUsual)) kinds.push(kind);
  }
  return kinds;
}

/** Suites of the server that it could serve with its certificates, in its order; all of them when they are unknown. */
export function servableSuites(endpoint: EndpointFacts): Suite[] {
  const kinds = chainKinds(endpoint);
  return endpoint.suites.map(parseSuite).filter((suite) => {
    const kind = suiteAuthentication(suite);
    return kinds.length === 0 || kind === undefined || kinds.includes(kind);
  });
}

function answerOfTls12(endpoint: EndpointFacts, hello: ClientHello): ServerAnswer {
  const sharesGroup = hasSharedGroup(endpoint, hello);
  const usable = (suite: Suite): boolean => {
    if (suite.keyExchange === 'TLS13') return false;
    const kind = suiteAuthentication(suite);
    if (kind === undefined || !isChainUsable(endpoint, hello, kind)) return false;
    return !usesEphemeralCurve(suite) || sharesGroup;
  };
  const shared = sharedSuites(endpoint, hello).filter(usable);
  const preferred = shared.filter((suite) => suiteAuthentication(suite) === endpoint.prefersChain);
  const suite = preferred[0] ?? shared[0];
  if (suite === undefined) return NO_SUITE;
  const chain = suiteAuthentication(suite) ?? 'rsa';
  const scheme = suite.keyExchange === 'RSA' ? undefined : schemeOfTls12(endpoint, hello, chain);
  return { version: '1.2', suite, chain, scheme };
}

/** By the server's preference where it is known or has its own, else by the client's. */
function schemeOfTls12(
  endpoint: EndpointFacts,
  hello: ClientHello,
  chain: ChainKind,
): SignatureScheme | undefined {
  const usable = hello.signatures.filter(({ algorithm }) => (algorithm === 'ecdsa') === (chain === 'ecdsa'));
  const preferred = endpoint.rsaSignature12 ?? (endpoint.preference === 'server' ? 'pkcs1' : undefined);
  return usable.find(({ algorithm }) => algorithm === `rsa-${preferred ?? ''}`) ?? usable[0];
}

function answerOfTls13(endpoint: EndpointFacts, hello: ClientHello): ServerAnswer {
  const suite = suiteOfTls13(endpoint, hello);
  if (suite === undefined || !hello.hasEphemeralTls13 || !hasSharedGroup(endpoint, hello)) return NO_SUITE;
  const candidates = hello.signatures.flatMap((scheme) =>
    chainKinds(endpoint)
      .filter((kind) => canSign13(endpoint, kind, scheme))
      .map((chain) => ({ chain, scheme })),
  );
  const choice = candidates.find(({ chain }) => chain === endpoint.prefersChain) ?? candidates[0];
  if (choice === undefined) return { alert: HANDSHAKE_FAILURE, reason: 'signature' };
  return { version: '1.3', suite, ...choice };
}

function suiteOfTls13(endpoint: EndpointFacts, hello: ClientHello): Suite | undefined {
  return sharedSuites(endpoint, hello).find(({ keyExchange }) => keyExchange === 'TLS13');
}

function canSign13(endpoint: EndpointFacts, kind: ChainKind, { algorithm, hash }: SignatureScheme): boolean {
  if (kind === 'rsa') return algorithm === 'rsa-pss';
  if (algorithm !== 'ecdsa') return false;
  const curve = leafCurve(endpoint);
  return curve === undefined || ECDSA_SCHEMES.some(([h, c]) => h === hash && c === curve);
}

function sharedSuites(endpoint: EndpointFacts, hello: ClientHello): Suite[] {
  const offered = hello.suites.map(({ name }) => name);
  if (endpoint.preference === 'server') {
    return endpoint.suites.filter((name) => offered.includes(name)).map(parseSuite);
  }
  return hello.suites.filter(({ name }) => endpoint.suites.includes(name));
}

/** Groups that the server takes; where they are unknown, those that every server of our day takes. */
function hasSharedGroup(endpoint: EndpointFacts, hello: ClientHello): boolean {
  const accepted = endpoint.curves.length > 0 ? endpoint.curves : USUAL_GROUPS;
  return hello.groups?.some((group) => accepted.includes(group)) === true;
}

const USUAL_GROUPS: readonly CurveName[] = ['curve25519', 'secp256r1', 'secp384r1', 'secp521r1'];

/**
 * An ECDSA certificate's own curve must be among the client's groups (RFC 8422 5.1.1); for either kind the client
 * must accept a signature of that kind, and a better one than with SHA-1 (OpenSSL's security level; the stand-in
 * for AWS IoT has none).
 */
function isChainUsable(endpoint: EndpointFacts, hello: ClientHello, kind: ChainKind): boolean {
  if (!chainKinds(endpoint).includes(kind)) return false;
  const signs = hello.signatures.some(({ algorithm, hash }) => {
    return (
      (algorithm === 'ecdsa') === (kind === 'ecdsa') && (hash !== 'sha1' || endpoint.profile === 'local')
    );
  });
  if (!signs || kind === 'rsa') return signs;
  const curve = leafCurve(endpoint);
  return curve === undefined || hello.groups?.includes(curve) === true;
}

function leafCurve(endpoint: EndpointFacts): CurveName | undefined {
  const leaf: CertificateFacts | undefined = endpoint.chains.ecdsa?.[0];
  return leaf?.key.kind === 'ec' ? leaf.key.curve : undefined;
}
