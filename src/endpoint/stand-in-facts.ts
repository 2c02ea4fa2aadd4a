import { readCertificate } from '../certificate/certificates.ts';
import type { CertificateFacts } from '../certificate/facts.ts';
import { readPem } from '../certificate/pem.ts';
import type { EndpointFacts } from './facts.ts';
import { recordsFor } from './records.ts';
import type { ServerChain } from './server-chain.ts';
import type { StandInOptions } from './stand-in-options.ts';
import { STAND_IN_CURVES } from './stand-in-tls.ts';
import { authenticationOfSuite, suiteByName, versionOfSuite } from './suites.ts';

/** What is known of a stand-in because it was started so. */
export function standInFacts(
  options: StandInOptions,
  chains: { rsa?: ServerChain; ecdsa?: ServerChain },
): EndpointFacts {
  const { hosts, port, versions, prefersChain, clientCertificate, requiresSni, alpn } = options;
  const host = hosts[0] ?? 'localhost';
  const facts: EndpointFacts['chains'] = {
    ...(chains.rsa === undefined ? {} : { rsa: chainFacts(chains.rsa) }),
    ...(chains.ecdsa === undefined ? {} : { ecdsa: chainFacts(chains.ecdsa) }),
  };
  return {
    host,
    port,
    profile: 'local',
    source: `stand-in at ${host}:${port}`,
    versions,
    suites: orderedSuites(options).filter((name) => isServable(name, options)),
    preference: 'server',
    curves: STAND_IN_CURVES.map(({ curve }) => curve),
    chains: facts,
    chainsKnown: true,
    usualChains: [],
    rsaSignature12: options.prefersPss ? 'pss' : 'pkcs1',
    prefersChain: options.chains.length === 2 ? prefersChain : (options.chains[0] ?? 'unknown'),
    clientCertificate,
    requiresSni,
    alpn,
    records: recordsFor(facts),
  };
}

function chainFacts({ chain }: ServerChain): CertificateFacts[] {
  return readPem(Buffer.from(chain)).map(({ der }) => readCertificate(der!, 'A certificate of the stand-in'));
}

/** Those of the preferred kind first, as the server prefers them. */
function orderedSuites({ suites, prefersChain }: StandInOptions): string[] {
  const avoided = prefersChain === 'rsa' ? 'ecdsa' : 'rsa';
  const isAvoided = (name: string) => {
    const suite = suiteByName(name);
    return suite !== undefined && authenticationOfSuite(suite) === avoided;
  };
  return [...suites.filter((name) => !isAvoided(name)), ...suites.filter(isAvoided)];
}

function isServable(name: string, { versions, chains }: StandInOptions): boolean {
  const suite = suiteByName(name);
  if (suite === undefined || !versions.includes(versionOfSuite(suite))) return false;
  const kind = authenticationOfSuite(suite);
  return kind === 'any' || chains.includes(kind);
}
