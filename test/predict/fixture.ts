import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type {
  CertificateFacts,
  CurveName,
  Encoding,
  Identity,
  KeyContainer,
  KeyFacts,
} from '../../src/certificate/facts.ts';
import { readCertificates } from '../../src/certificate/certificates.ts';
import type { EndpointFacts, TlsVersion } from '../../src/endpoint/facts.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/predict');

/** A time at which the fixture's certificates are valid. */
export const NOW = new Date('2027-01-01T00:00:00Z');

/** One situation in the words of test/fixtures/predict/measured-errors.json. */
export interface SituationSpec {
  client: string | null;
  key: KeyContainer;
  ca: readonly string[];
  chains: { rsa?: readonly string[]; ecdsa?: readonly string[] };
  suites: readonly string[];
  versions?: readonly TlsVersion[];
  curves?: readonly CurveName[];
  prefersChain?: 'rsa' | 'ecdsa';
  requiresSni?: boolean;
  alpn?: readonly string[];
  encryption?: string;
  explicit?: boolean;
  compressed?: boolean;
  encodings?: { ca: Encoding; certificate: Encoding; key: Encoding };
}

export function fixtureJson(name: string): unknown {
  return JSON.parse(readFileSync(join(FIXTURES, name), 'utf8'));
}

/** Macros of a configuration of base-configs.json, without their prefix. */
export function baseConfig(name: string): Map<string, string> {
  const configs = fixtureJson('base-configs.json') as Record<string, Record<string, string>>;
  return new Map(Object.entries(configs[name] ?? {}));
}

const cache = new Map<string, CertificateFacts>();

export function fixtureCertificate(name: string): CertificateFacts {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const path = join(FIXTURES, 'pki', `${name}.crt`);
  const facts = readCertificates({ path, encoding: 'pem', bytes: readFileSync(path) })[0];
  if (facts === undefined) throw new Error(`${path} holds no certificate`);
  cache.set(name, facts);
  return facts;
}

export function situationIdentity(spec: SituationSpec): Identity {
  const { client, key: container, encryption, encodings } = spec;
  const leaf = client === null ? undefined : fixtureCertificate(client);
  const encoding = encodings ?? { ca: 'pem', certificate: 'pem', key: 'pem' };
  const isEncrypted = container.startsWith('encrypted');
  const bytes = new Uint8Array();
  return {
    certificates: leaf === undefined ? [] : [leaf],
    key: {
      key: isEncrypted ? undefined : keyOf(leaf, spec),
      container,
      encoding: encoding.key,
      ...(encryption === undefined ? {} : { encryption }),
    },
    ca: spec.ca.map(fixtureCertificate),
    files: {
      certificate: { path: 'device.pem.crt', encoding: encoding.certificate, bytes },
      key: { path: 'private.pem.key', encoding: encoding.key, bytes },
      ca: { path: 'ca.pem', encoding: encoding.ca, bytes },
    },
  };
}

function keyOf(
  leaf: CertificateFacts | undefined,
  { explicit, compressed }: SituationSpec,
): KeyFacts | undefined {
  const key = leaf?.key;
  if (key?.kind !== 'ec') return key;
  return { ...key, explicitParameters: explicit === true, compressed: compressed === true };
}

export function situationEndpoint(spec: SituationSpec): EndpointFacts {
  const { rsa, ecdsa } = spec.chains;
  return {
    host: 'localhost',
    port: 8883,
    profile: 'generic',
    source: 'fixture',
    versions: spec.versions ?? ['1.2'],
    suites: spec.suites,
    preference: 'client',
    curves: spec.curves ?? ['curve25519', 'secp256r1', 'secp384r1', 'secp521r1'],
    chains: {
      ...(rsa === undefined ? {} : { rsa: rsa.map(fixtureCertificate) }),
      ...(ecdsa === undefined ? {} : { ecdsa: ecdsa.map(fixtureCertificate) }),
    },
    chainsKnown: true,
    usualChains: [],
    prefersChain: spec.prefersChain ?? 'unknown',
    clientCertificate: 'required',
    requiresSni: spec.requiresSni ?? false,
    alpn: spec.alpn ?? [],
    records: { in: 8192, out: 2048, because: 'fixture' },
  };
}
