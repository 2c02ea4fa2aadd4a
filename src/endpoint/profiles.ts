import { EspawsError } from '../errors.ts';
import type { EndpointFacts, ProfileName } from './facts.ts';
import { usualRecords } from './records.ts';
import { ALPN_MQTT, AWS_SUITES_12, AWS_SUITES_13 } from './stand-in-options.ts';

/** What a kind of endpoint is usually like; what varies with host and port is left out. */
export type Profile = Omit<EndpointFacts, 'host' | 'port' | 'profile' | 'source' | 'alpn'> & {
  /** ALPN protocols that have to be offered, by port. */
  alpnByPort: Readonly<Record<number, readonly string[]>>;
};

/** Facts of an endpoint from its profile alone. Throws `endpoint/unknown-profile`. */
export function endpointFacts(endpoint: { profile: string; host: string; port: number }): EndpointFacts {
  const { profile: name, host, port } = endpoint;
  if (!isProfileName(name)) {
    throw new EspawsError(`There is no endpoint profile "${name}".`, {
      code: 'endpoint/unknown-profile',
      hint: `The profiles are: ${Object.keys(PROFILES).join(', ')}.`,
    });
  }
  const { alpnByPort, ...usual } = PROFILES[name];
  return { host, port, profile: name, source: `profile ${name}`, ...usual, alpn: alpnByPort[port] ?? [] };
}

function isProfileName(name: string): name is ProfileName {
  return Object.hasOwn(PROFILES, name);
}

/** SHA-256 throughout, as Amazon Trust Services and the stand-in sign. */
function usualChains(rsaRoot: string, ecdsaRoot: string): EndpointFacts['usualChains'] {
  return [
    {
      kind: 'rsa',
      rsaBits: [2048],
      curves: [],
      signatures: [{ algorithm: 'rsa-pkcs1', hash: 'sha256' }],
      roots: [rsaRoot],
    },
    {
      kind: 'ecdsa',
      rsaBits: [],
      curves: ['secp256r1'],
      signatures: [{ algorithm: 'ecdsa', hash: 'sha256' }],
      roots: [ecdsaRoot],
    },
  ];
}

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  /**
   * AWS IoT Core developer guide: «Transport security in AWS IoT Core» (versions and suites of the policy
   * `IoTSecurityPolicy_TLS13_1_2_2022_10` and its predecessors, SNI), «Server authentication» (roots),
   * «Device communication protocols» (ports and ALPN). Session tickets and maximum fragment length are not supported.
   */
  'aws-iot': {
    versions: ['1.2', '1.3'],
    suites: [...AWS_SUITES_13, ...AWS_SUITES_12],
    preference: 'server',
    curves: ['secp256r1', 'secp384r1', 'secp521r1', 'curve25519'],
    chains: {},
    chainsKnown: false,
    usualChains: usualChains('Amazon Root CA 1', 'Amazon Root CA 3'),
    // The guide says that the chain depends on the suite, not which kind wins where the client offers both.
    prefersChain: 'unknown',
    clientCertificate: 'required',
    requiresSni: true,
    alpnByPort: { 443: [ALPN_MQTT] },
    records: usualRecords(),
  },
  /** The stand-in as it starts without options (`standInDefaults`). */
  local: {
    versions: ['1.2', '1.3'],
    suites: [...AWS_SUITES_13, ...AWS_SUITES_12],
    preference: 'server',
    curves: ['secp256r1', 'secp384r1', 'secp521r1', 'curve25519'],
    chains: {},
    chainsKnown: false,
    usualChains: usualChains('espaws stand-in Root CA 1', 'espaws stand-in Root CA 3'),
    prefersChain: 'rsa',
    clientCertificate: 'required',
    requiresSni: true,
    alpnByPort: { 443: [ALPN_MQTT] },
    records: usualRecords(),
  },
  /** Any TLS server of which nothing is known: what RFC 9325 4.2 recommends, and the CBC suites before it. */
  generic: {
    versions: ['1.2'],
    suites: AWS_SUITES_12,
    preference: 'unknown',
    curves: [],
    chains: {},
    chainsKnown: false,
    usualChains: [],
    prefersChain: 'unknown',
    clientCertificate: 'unknown',
    requiresSni: false,
    alpnByPort: {},
    records: {
      in: 16_384,
      out: 4096,
      because: 'a server of which nothing is known may send records of any size (RFC 8446 5.1: 16384 bytes)',
    },
  },
};
