import type { CurveName } from '../certificate/facts.ts';
import type { EndpointFacts, TlsVersion } from './facts.ts';
import { curveOfGroup, GROUPS } from './groups.ts';
import { answered, type Dial } from './probe-dial.ts';
import { authenticationOfSuite, opensslCiphers, SUITES, versionOfSuite, type Suite } from './suites.ts';

const tlsOf = (version: TlsVersion) => `TLSv${version}` as const;

/**
 * The suites that the server accepts, each offer without those already chosen: in the server's order of preference if it
 * has one, else in ours.
 */
export async function probeSuites(dial: Dial, version: TlsVersion): Promise<Suite[]> {
  const accepted: Suite[] = [];
  let offered = SUITES.filter((suite) => versionOfSuite(suite) === version);
  while (offered.length > 0) {
    const result = await dial({
      ciphers: opensslCiphers(offered),
      ...{ minVersion: tlsOf(version), maxVersion: tlsOf(version) },
    });
    const chosen = answered(result) ? offered.find(({ name }) => name === result.suite) : undefined;
    if (chosen === undefined) break;
    accepted.push(chosen);
    offered = offered.filter((suite) => suite !== chosen);
  }
  return accepted;
}

/** Two suites offered both ways round: does the answer follow the offer? */
export async function probePreference(
  dial: Dial,
  suites: readonly Suite[],
): Promise<EndpointFacts['preference']> {
  const old = suites.filter((suite) => versionOfSuite(suite) === '1.2');
  const [first, second] = old;
  const last = old.at(-1);
  if (first === undefined || second === undefined || last === undefined) return 'unknown';
  const answers: (string | undefined)[] = [];
  for (const pair of [
    [first, last],
    [last, first],
  ]) {
    answers.push((await dial({ ciphers: opensslCiphers(pair), maxVersion: 'TLSv1.2' })).suite);
  }
  if (answers.includes(undefined)) return 'unknown';
  return answers[0] === answers[1] ? 'server' : 'client';
}

/**
 * Named groups that the server takes for ECDHE, each offer without those already chosen. Not with an ECDSA certificate
 * in TLS 1.2 while there is another way: there the list of groups also limits the server's certificate (RFC 8422 5.1).
 */
export async function probeCurves(dial: Dial, suites: readonly Suite[]): Promise<CurveName[]> {
  const ephemeral = suites.filter(({ name }) => name.startsWith('TLS_ECDHE_'));
  const ways = [
    { suites: ephemeral.filter((suite) => authenticationOfSuite(suite) === 'rsa'), version: tlsOf('1.2') },
    { suites: suites.filter((suite) => versionOfSuite(suite) === '1.3'), version: tlsOf('1.3') },
    { suites: ephemeral, version: tlsOf('1.2') },
  ];
  const way = ways.find((candidate) => candidate.suites.length > 0);
  if (way === undefined) return [];
  const accepted: CurveName[] = [];
  let offered = GROUPS.filter(({ curve }) => PROBED_CURVES.includes(curve));
  while (offered.length > 0) {
    const result = await dial({
      ciphers: opensslCiphers(way.suites),
      ecdhCurve: offered.map(({ openssl }) => openssl[0]!).join(':'),
      ...{ minVersion: way.version, maxVersion: way.version },
    });
    const curve = result.ephemeralKey === undefined ? undefined : curveOfGroup(result.ephemeralKey);
    if (curve === undefined || !offered.some((group) => group.curve === curve)) break;
    accepted.push(curve);
    offered = offered.filter((group) => group.curve !== curve);
  }
  return accepted;
}

/** The groups that both Node's OpenSSL and mbedTLS can do in TLS. */
const PROBED_CURVES: readonly CurveName[] = [
  'secp256r1',
  'secp384r1',
  'secp521r1',
  'curve25519',
  'secp256k1',
];
