import type { HashName } from '../certificate/facts.ts';
import type { EndpointFacts, SuiteName, TlsVersion } from '../endpoint/facts.ts';
import type { ChainKind, TrustedChain } from './server-chains.ts';
import type { SuiteFacts } from './suites.ts';
import { EspawsError } from '../errors.ts';
import { PROTECTIONS_1_2, PROTECTIONS_1_3, suiteFacts } from './suites.ts';

export interface ChosenSuite extends SuiteFacts {
  because: string;
}

export interface SuiteWishes {
  version: TlsVersion;
  chains: readonly TrustedChain[];
  /** Hashes that the certificates need anyway. */
  hashes: ReadonlySet<HashName>;
  /** The user's own list, which is then taken as it is. */
  suites: readonly SuiteName[] | undefined;
}

/**
 * As few suites as do: one for each kind of chain, in order of preference. ECDHE before RSA key exchange, which is
 * taken only where the endpoint has nothing better. Throws `needs/unsupported` where there is no common suite.
 */
export function chooseSuites(endpoint: EndpointFacts, wishes: SuiteWishes): ChosenSuite[] {
  const chosen =
    wishes.suites === undefined ? ownChoice(endpoint, wishes) : givenSuites(endpoint, wishes, wishes.suites);
  if (chosen.length > 0) return chosen;
  const kinds = wishes.chains.map(({ kind }) => (kind === 'rsa' ? 'RSA' : 'ECDSA')).join(' or ');
  throw new EspawsError(
    `${endpoint.host}:${endpoint.port} accepts no TLS ${wishes.version} suite for ${kinds} chains that mbedTLS has.`,
    {
      code: 'needs/unsupported',
      hint: `It accepts: ${endpoint.suites.join(', ') || 'nothing known'}. Give a CA bundle for another kind of chain, or name suites yourself.`,
    },
  );
}

function ownChoice(endpoint: EndpointFacts, wishes: SuiteWishes): ChosenSuite[] {
  if (wishes.version === '1.3') {
    return firstAccepted(
      endpoint,
      inOrder(PROTECTIONS_1_3, wishes.hashes).map((protection) => `TLS_${protection}`),
    ).map((suite) => ({ ...suite, because: acceptedReason(endpoint, suite) }));
  }
  return wishes.chains.flatMap(({ kind, because }) =>
    firstAccepted(endpoint, candidates(kind, wishes.hashes)).map((suite) => ({
      ...suite,
      because: `${acceptedReason(endpoint, suite)}, and ${because}`,
    })),
  );
}

function candidates(kind: ChainKind, hashes: ReadonlySet<HashName>): string[] {
  const keyExchanges = kind === 'rsa' ? ['ECDHE_RSA', 'RSA'] : ['ECDHE_ECDSA'];
  return keyExchanges.flatMap((keyExchange) =>
    inOrder(PROTECTIONS_1_2, hashes).map((protection) => `TLS_${keyExchange}_WITH_${protection}`),
  );
}

/** Where the certificates need SHA-384 or SHA-512 and never SHA-256, a SHA-384 suite saves building SHA-256. */
function inOrder(protections: readonly string[], hashes: ReadonlySet<HashName>): string[] {
  const only384 = !hashes.has('sha256') && (hashes.has('sha384') || hashes.has('sha512'));
  if (!only384) return [...protections];
  return ['AES_256_GCM_SHA384', ...protections.filter((protection) => protection !== 'AES_256_GCM_SHA384')];
}

function firstAccepted(endpoint: EndpointFacts, names: readonly string[]): SuiteFacts[] {
  const name = names.find((candidate) => accepts(endpoint, candidate));
  const facts = name === undefined ? undefined : suiteFacts(name);
  return facts === undefined ? [] : [facts];
}

/** An endpoint of which no suite is known is taken to accept the usual ones. */
function accepts(endpoint: EndpointFacts, suite: SuiteName): boolean {
  return endpoint.suites.length === 0 || endpoint.suites.includes(suite);
}

function acceptedReason(endpoint: EndpointFacts, suite: SuiteFacts): string {
  if (endpoint.suites.length === 0) return 'servers usually accept it';
  const better = suite.keyExchange === 'RSA' ? ', and no ECDHE suite,' : '';
  return `${endpoint.host} accepts it${better} (${endpoint.source})`;
}

function givenSuites(
  endpoint: EndpointFacts,
  { version, chains }: SuiteWishes,
  names: readonly SuiteName[],
): ChosenSuite[] {
  return names.flatMap((name) => {
    const facts = suiteFacts(name);
    if (facts === undefined) throw unusable(name, 'mbedTLS has no such suite for certificates');
    if (facts.version !== version || !servesChain(facts, chains)) return [];
    if (!accepts(endpoint, name)) throw unusable(name, `${endpoint.host} does not accept it`);
    return [{ ...facts, because: 'it is named in the project' }];
  });
}

function servesChain({ keyExchange }: SuiteFacts, chains: readonly TrustedChain[]): boolean {
  if (keyExchange === undefined) return true;
  const wanted: ChainKind = keyExchange === 'ECDHE_ECDSA' ? 'ecdsa' : 'rsa';
  return chains.some(({ kind }) => kind === wanted);
}

function unusable(name: string, reason: string): EspawsError {
  return new EspawsError(`The suite ${name} cannot be used: ${reason}.`, {
    code: 'needs/unsupported',
    hint: 'Leave the suites out to have them chosen, or name others.',
  });
}
