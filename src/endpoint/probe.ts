import { readCertificate } from '../certificate/certificates.ts';
import type { CertificateFacts } from '../certificate/facts.ts';
import type { Clock, Network, TlsDialResult } from '../host.ts';
import type { EndpointFacts, TlsVersion } from './facts.ts';
import { answered, dialer, type Dial, type ProbeTarget } from './probe-dial.ts';
import { probeCurves, probePreference, probeSuites } from './probe-lists.ts';
import { unreachable, whyNotTls } from './probe-errors.ts';
import { recordsFor } from './records.ts';
import { authenticationOfSuite, opensslCiphers, versionOfSuite, type Suite } from './suites.ts';

/** What was seen beside the facts. */
interface ProbeReport {
  handshakes: number;
  /** Without server_name: the same chain, another one, or no handshake. */
  withoutServerName: 'same' | 'other-chain' | 'refused';
  /** Of the protocols that AWS IoT knows, the one that the server takes. */
  alpnAccepted: string | undefined;
  /** Why the handshake did not come to its end, where it did not. */
  failure: string | undefined;
}

export type ProbeResult = EndpointFacts & { report: ProbeReport };

/**
 * Facts of a live server from a bounded number of handshakes: one for each suite and curve it accepts, and a dozen.
 * Throws `endpoint/unreachable` and `endpoint/not-tls`.
 */
export async function probe(network: Network, clock: Clock, target: ProbeTarget): Promise<ProbeResult> {
  const { dial, count } = dialer(network, target);
  const first = await dial();
  if (!answered(first)) await refuseUnlessTls(network, target, first);

  const versions: TlsVersion[] = [];
  const suites: Suite[] = [];
  for (const version of ['1.3', '1.2'] as const) {
    const accepted = await probeSuites(dial, version);
    if (accepted.length > 0) versions.unshift(version);
    suites.push(...accepted);
  }
  if (suites.length === 0) throw whyNotTls(target, first);

  const chains = await probeChains(dial, suites);
  const withoutServerName = await probeServerName(dial, first);
  const facts: EndpointFacts = {
    host: target.servername ?? target.host,
    port: target.port,
    profile: 'generic',
    source: `probe of ${target.host}:${target.port} at ${clock.now().toISOString()}`,
    versions,
    suites: suites.map(({ name }) => name),
    preference: await probePreference(dial, suites),
    curves: await probeCurves(dial, suites),
    chains,
    chainsKnown: true,
    usualChains: [],
    prefersChain: await probePreferredChain(dial, chains, versions),
    clientCertificate: await probeClientCertificate(dial, versions),
    requiresSni: withoutServerName !== 'same',
    alpn: target.alpn ?? [],
    records: recordsFor(chains),
  };
  const alpnAccepted = await probeAlpn(dial, target);
  const failure = first.error?.message;
  return { ...facts, report: { handshakes: count(), withoutServerName, alpnAccepted, failure } };
}

/** A handshake that failed altogether: is there a TCP server, and does it speak TLS at all? */
async function refuseUnlessTls(network: Network, target: ProbeTarget, first: TlsDialResult): Promise<void> {
  const { host, port, signal } = target;
  try {
    (await network.connectTcp(host, port, signal)).destroy();
  } catch (error) {
    signal?.throwIfAborted();
    throw unreachable(target, error);
  }
  // A TLS alert is an answer: a server with other versions, suites or names.
  if (!/SSL alert number \d+/.test(first.error?.message ?? '')) throw whyNotTls(target, first);
}

/** RSA schemes for a chain with an RSA leaf, ECDSA ones for the other; TLS 1.2 also goes by the suites. */
async function probeChains(dial: Dial, suites: readonly Suite[]): Promise<EndpointFacts['chains']> {
  const chains: { rsa?: CertificateFacts[]; ecdsa?: CertificateFacts[] } = {};
  for (const kind of ['rsa', 'ecdsa'] as const) {
    const fitting = suites.filter((suite) => ['any', kind].includes(authenticationOfSuite(suite)));
    // TLS 1.2 shows its chain also where the handshake fails for want of a client certificate.
    const old = fitting.filter((suite) => versionOfSuite(suite) === '1.2');
    const offered = old.length > 0 ? old : fitting;
    if (offered.length === 0) continue;
    const { chain } = await dial({
      ciphers: opensslCiphers(offered),
      sigalgs: kind === 'rsa' ? RSA_SCHEMES : ECDSA_SCHEMES,
      ...(old.length > 0 ? { maxVersion: 'TLSv1.2' } : { minVersion: 'TLSv1.3' }),
    });
    const facts = chain.map((der) => readCertificate(der, 'A certificate of the server'));
    if (facts[0] !== undefined && (facts[0].key.kind === 'rsa') === (kind === 'rsa'))
      chains[kind] = withoutRoot(facts);
  }
  return chains;
}

const RSA_SCHEMES =
  'rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:RSA+SHA256:RSA+SHA384:RSA+SHA512:RSA+SHA1';
const ECDSA_SCHEMES = 'ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ECDSA+SHA1';

/** Some servers send the root as well; it proves nothing. A chain of one certificate stays. */
function withoutRoot(chain: CertificateFacts[]): CertificateFacts[] {
  return chain.filter(({ selfSigned }, index) => index === 0 || !selfSigned);
}

async function probePreferredChain(
  dial: Dial,
  chains: EndpointFacts['chains'],
  versions: readonly TlsVersion[],
): Promise<EndpointFacts['prefersChain']> {
  if (chains.ecdsa === undefined) return chains.rsa === undefined ? 'unknown' : 'rsa';
  if (chains.rsa === undefined) return 'ecdsa';
  const { chain } = await dial(versions.includes('1.2') ? { maxVersion: 'TLSv1.2' } : {});
  if (chain[0] === undefined) return 'unknown';
  return readCertificate(chain[0], 'A certificate of the server').key.kind === 'rsa' ? 'rsa' : 'ecdsa';
}

async function probeServerName(dial: Dial, first: TlsDialResult): Promise<ProbeReport['withoutServerName']> {
  const without = await dial({}, 'server-name');
  if (!answered(without)) return 'refused';
  const [leaf, other] = [first.chain[0], without.chain[0]];
  const same = leaf === undefined || other === undefined || Buffer.from(leaf).equals(other);
  return same ? 'same' : 'other-chain';
}

/** ALPN protocols of AWS IoT, and HTTP's, to see whether the server cares. */
async function probeAlpn(dial: Dial, { alpn = [] }: ProbeTarget): Promise<string | undefined> {
  const protocols = alpn.length > 0 ? alpn : ['x-amzn-mqtt-ca', 'mqtt', 'http/1.1'];
  return (await dial({ alpnProtocols: protocols })).alpn;
}

/** How long a TLS 1.3 server's refusal may take, in milliseconds. */
const LINGER_MS = 1000;

async function probeClientCertificate(
  dial: Dial,
  versions: readonly TlsVersion[],
): Promise<EndpointFacts['clientCertificate']> {
  if (versions.includes('1.2')) {
    const result = await dial({ maxVersion: 'TLSv1.2' }, 'client-certificate');
    if (result.clientCertificateRequested === undefined) return 'unknown';
    if (!result.clientCertificateRequested) return 'none';
    return result.finished ? 'requested' : 'required';
  }
  // TLS 1.3 asks in cipher; only its refusal shows (RFC 8446 4.4.2.4: certificate_required, 116).
  const result = await dial({ lingerMs: LINGER_MS }, 'client-certificate');
  return result.error !== undefined && result.finished ? 'required' : 'unknown';
}
