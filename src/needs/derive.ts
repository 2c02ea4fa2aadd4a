import type { CertificateFacts, Identity, KeyFacts } from '../certificate/facts.ts';
import type { EndpointFacts, SuiteName, TlsVersion } from '../endpoint/facts.ts';
import type { InPlay } from './in-play.ts';
import type { Need } from './need.ts';
import type { ChainKind } from './server-chains.ts';
import { keyName } from '../certificate/keys.ts';
import { EspawsError } from '../errors.ts';
import { chooseSuites } from './choose-suites.ts';
import { groupNeeds } from './groups.ts';
import { certificatesInPlay } from './in-play.ts';
import { mergeNeeds } from './merge.ts';
import { recordNeed } from './records.ts';
import { trustedChains } from './server-chains.ts';
import { certificateSignatureNeeds, clientSignatureNeeds, serverSignatureNeeds } from './signatures.ts';

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
    ...clientNeeds(identity, endpoint),
    ...(endpoint.clientCertificate === 'none'
      ? []
      : clientSignatureNeeds(leafOf(identity).key, { label: clientLabel(identity), version, suites })),
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

function leafOf(identity: Identity): CertificateFacts {
  const leaf = identity.certificates[0];
  if (leaf !== undefined) return leaf;
  throw new EspawsError(`"${identity.files.certificate.path}" holds no client certificate.`, {
    code: 'certificate/missing',
    hint: 'Give the certificate that was issued for the device.',
  });
}

function clientLabel(identity: Identity): string {
  return `client certificate ${leafOf(identity).subject} (${identity.files.certificate.path})`;
}

function clientNeeds(identity: Identity, endpoint: EndpointFacts): Need[] {
  switch (endpoint.clientCertificate) {
    case 'none':
      return [];
    case 'required':
    case 'requested': {
      const because = `${endpoint.host} asks for a client certificate (${endpoint.source})`;
      return [{ kind: 'client-certificate', source: 'endpoint', because }];
    }
    case 'unknown': {
      const because = `the project gives the ${clientLabel(identity)}`;
      return [{ kind: 'client-certificate', source: 'certificate', because }];
    }
  }
}

function privateKeyNeed(identity: Identity): Need {
  const { key, container, encryption } = identity.key;
  const form =
    encryption === undefined ? CONTAINER_TITLES[container] : `${CONTAINER_TITLES[container]}, ${encryption}`;
  return {
    kind: 'private-key',
    key: key === undefined || key.kind === 'unsupported' ? 'unknown' : key.kind,
    container,
    ...(encryption === undefined ? {} : { encryption }),
    source: 'key',
    because: `the private key ${identity.files.key.path} is ${key === undefined ? 'encrypted' : keyName(key)} in ${form}`,
  };
}

const CONTAINER_TITLES = {
  pkcs1: 'PKCS#1',
  sec1: 'SEC 1',
  pkcs8: 'PKCS#8',
  'encrypted-pkcs8': 'encrypted PKCS#8',
  'encrypted-pem': 'encrypted PEM',
} as const;

function publicKeyNeeds({ label, source, keys }: InPlay): Need[] {
  return keys.map((key) => ({
    kind: 'public-key',
    key: usableKey(key, label),
    source,
    because: `${label} carries an ${keyName(key)} key`,
  }));
}

function usableKey(key: KeyFacts, label: string) {
  switch (key.kind) {
    case 'rsa':
      return { kind: key.kind, bits: key.bits };
    case 'ec':
      return { kind: key.kind, curve: key.curve };
    case 'unsupported':
      throw new EspawsError(`The ${label} carries a ${key.name} key, which mbedTLS cannot use in TLS.`, {
        code: 'needs/unsupported',
        hint: 'Leave that certificate out, or have it issued for an EC or RSA key.',
      });
  }
}

function modulusNeed(inPlay: readonly InPlay[]): Need[] {
  const rsa = inPlay.flatMap(({ label, source, keys }) =>
    keys.flatMap((key) => (key.kind === 'rsa' ? [{ bits: key.bits, label, source }] : [])),
  );
  const largest = rsa.reduce<(typeof rsa)[number] | undefined>(
    (best, one) => (best !== undefined && best.bits >= one.bits ? best : one),
    undefined,
  );
  if (largest === undefined) return [];
  const because = `${largest.label} carries the largest RSA key, of ${largest.bits} bits`;
  return [{ kind: 'rsa-modulus', bits: largest.bits, source: largest.source, because }];
}

/** PEM, and the two rare forms of EC keys. */
function formNeeds(identity: Identity, endpoint: EndpointFacts, kinds: readonly ChainKind[]): Need[] {
  const { certificate, key, ca } = identity.files;
  const pem = [certificate, key, ca].filter(({ encoding }) => encoding === 'pem').map(({ path }) => path);
  const server = endpoint.chainsKnown ? kinds.flatMap((kind) => endpoint.chains[kind] ?? []) : [];
  const keys = [
    ...identity.certificates.map((one) => ({ key: one.key, label: `${one.subject} (${certificate.path})` })),
    { key: identity.key.key, label: `the private key ${key.path}` },
    ...identity.ca.map((one) => ({ key: one.key, label: `${one.subject} (${ca.path})` })),
    ...server.map((one) => ({ key: one.key, label: `${one.subject} (${endpoint.source})` })),
  ];
  const compressed = keys.find((one) => one.key?.kind === 'ec' && one.key.compressed);
  const explicit = keys.find((one) => one.key?.kind === 'ec' && one.key.explicitParameters);
  return [
    ...(pem.length === 0
      ? []
      : [firmwareNeed('pem', `${listed(pem)} ${pem.length === 1 ? 'is' : 'are'} PEM`)]),
    ...(compressed === undefined
      ? []
      : [firmwareNeed('compressed-point', `${compressed.label} stores its public point compressed`)]),
    ...(explicit === undefined
      ? []
      : [
          firmwareNeed(
            'explicit-ec-parameters',
            `${explicit.label} spells its curve out instead of naming it`,
          ),
        ]),
  ];
}

function firmwareNeed(kind: 'pem' | 'compressed-point' | 'explicit-ec-parameters', because: string): Need {
  return { kind, source: 'certificate', because };
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
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
