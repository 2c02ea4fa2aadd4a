import type { Identity } from '../certificate/facts.ts';
import type { EndpointFacts, SuiteName, TlsVersion } from '../endpoint/facts.ts';
import type { InPlay } from './in-play.ts';
import type { Need } from './need.ts';
import type { ChainKind } from './server-chains.ts';
import { EspawsError } from '../errors.ts';
import { chooseSuites } from './choose-suites.ts';
import { clientNeeds, privateKeyNeed } from './client.ts';
import { formNeeds } from './forms.ts';
import { groupNeeds } from './groups.ts';
import { certificatesInPlay } from './in-play.ts';
import { mergeNeeds } from './merge.ts';
import { modulusNeed, publicKeyNeeds } from './public-keys.ts';
import { recordNeed } from './records.ts';
import { requireSteerable, trustedChains } from './server-chains.ts';
import { certificateSignatureNeeds, serverSignatureNeeds } from './signatures.ts';

export interface DeriveOptions {
  /** Default: the smallest that the endpoint accepts, 1.2 before 1.3. */
  tlsVersion?: TlsVersion;
  /** The device has a clock that is right: let it compare dates. */
  checkDates?: boolean;
  /** IANA names, in order of preference. Default: as few as do. */
  suites?: readonly SuiteName[];
  /** Derive even where the CA bundle verifies no chain of the endpoint, to show what the device then says. */
  allowUntrusted?: boolean;
}

/**
 * What TLS must be able to do for this identity at this endpoint, each with its reason; deterministic, without
 * duplicates. Throws `needs/unsupported` where there is no common ground.
 */
export function deriveNeeds(
  identity: Identity,
  endpoint: EndpointFacts,
  options: DeriveOptions = {},
): Need[] {
  const version = chooseVersion(endpoint, options.tlsVersion);
  const chains = trustedChains(identity, endpoint, options);
  if (options.allowUntrusted !== true) requireSteerable(identity, endpoint, { version, chains });
  const trustedKinds = chains.map(({ kind }) => kind);
  const hashes = hashesOf(certificatesInPlay(identity, endpoint, trustedKinds));
  const suites = chooseSuites(endpoint, { version, chains, hashes, suites: options.suites });
  // A kind of chain for which no suite is offered is not presented.
  const kinds = trustedKinds.filter(
    (kind) => version === '1.3' || suites.some((suite) => serves(suite.keyExchange, kind)),
  );
  const inPlay = certificatesInPlay(identity, endpoint, kinds);
  const exchangesKeys = suites.some(({ keyExchange }) => keyExchange !== 'RSA');

  return mergeNeeds([
    versionNeed(endpoint, version),
    ...suites.map(({ name, because }): Need => ({ kind: 'suite', suite: name, source: 'endpoint', because })),
    ...(exchangesKeys ? groupNeeds(endpoint, inPlay, kinds) : []),
    ...serverSignatureNeeds(endpoint, { kinds, version, suites }),
    ...clientNeeds(identity, endpoint, { version, suites }),
    privateKeyNeed(identity),
    ...inPlay.flatMap(publicKeyNeeds),
    ...certificateSignatureNeeds(inPlay),
    ...modulusNeed(inPlay),
    ...formNeeds(identity, endpoint, kinds),
    ...nameNeeds(endpoint),
    recordNeed(identity, endpoint, { version, kinds }),
    ...intermediatesNeed(endpoint, kinds),
    ...(options.checkDates === true ? [DATES] : []),
  ]);
}

const DATES: Need = {
  kind: 'certificate-dates',
  source: 'firmware',
  because: 'the project says that the device has a clock to compare certificate dates with',
};

function chooseVersion(endpoint: EndpointFacts, wanted: TlsVersion | undefined): TlsVersion {
  const version = wanted ?? (endpoint.versions.includes('1.2') ? '1.2' : endpoint.versions[0]);
  if (version !== undefined && endpoint.versions.includes(version)) return version;
  const accepted =
    endpoint.versions.map((known) => `TLS ${known}`).join(', ') || 'neither TLS 1.2 nor TLS 1.3';
  throw new EspawsError(
    `${endpoint.host}:${endpoint.port} does not accept TLS ${wanted ?? '1.2'} (${endpoint.source}).`,
    {
      code: 'needs/unsupported',
      hint: `It accepts ${accepted}: set that version, or enable another on the server.`,
    },
  );
}

function versionNeed(endpoint: EndpointFacts, version: TlsVersion): Need {
  const because = `${endpoint.host} accepts it (${endpoint.source})`;
  return { kind: 'tls-version', version, source: 'endpoint', because };
}

function serves(keyExchange: 'ECDHE_ECDSA' | 'ECDHE_RSA' | 'RSA' | undefined, kind: ChainKind): boolean {
  return (keyExchange === 'ECDHE_ECDSA') === (kind === 'ecdsa');
}

function hashesOf(inPlay: readonly InPlay[]) {
  return new Set(
    inPlay
      .flatMap(({ signatures }) => signatures)
      .flatMap((one) => (one.algorithm === 'unsupported' ? [] : [one.hash])),
  );
}

function nameNeeds({ host, requiresSni, alpn, source }: EndpointFacts): Need[] {
  const sni: Need = {
    kind: 'sni',
    host,
    source: 'endpoint',
    because: `the server picks its certificate by server_name (${source})`,
  };
  const protocols: Need = {
    kind: 'alpn',
    protocols: alpn,
    source: 'endpoint',
    because: `the server serves ${alpn.join(', ')} only to clients that offer it (${source})`,
  };
  return [...(requiresSni ? [sni] : []), ...(alpn.length > 0 ? [protocols] : [])];
}

function intermediatesNeed(endpoint: EndpointFacts, kinds: readonly ChainKind[]): Need[] {
  if (!endpoint.chainsKnown) return [];
  const count = Math.max(0, ...kinds.map((kind) => (endpoint.chains[kind]?.length ?? 1) - 1));
  const because = `the longest chain that ${endpoint.host} presents has ${count} certificates above its own (${endpoint.source})`;
  return [{ kind: 'intermediates', count, source: 'endpoint', because }];
}
