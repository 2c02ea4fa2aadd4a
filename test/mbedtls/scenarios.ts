import { nodeFiles } from '../../src/io/files.ts';
import type { Target } from '../../src/mbedtls/resolve.ts';
import { deriveNeeds, type DeriveOptions } from '../../src/needs/derive.ts';
import type { Need } from '../../src/needs/need.ts';
import { loadBench } from '../../src/sdk/schema.ts';
import { situationEndpoint, situationIdentity, type SituationSpec } from '../predict/fixture.ts';

/** One identity at one endpoint, made of certificates of test/fixtures/predict/pki. */
export type Scenario = Omit<SituationSpec, 'key' | 'suites'> & { suite: string; derive?: DeriveOptions };

export function scenarioNeeds({ suite, derive, ...rest }: Scenario): Need[] {
  const spec: SituationSpec = { requiresSni: true, ...rest, key: 'pkcs8', suites: [suite] };
  return deriveNeeds(situationIdentity(spec), situationEndpoint(spec), derive);
}

/** The bench's own description. */
export async function benchTarget(): Promise<Target> {
  const { name, mbedtls } = await loadBench(nodeFiles);
  return { name, ...mbedtls };
}

const EC = { client: 'c-ec-ec', ca: ['e-root'], chains: { ecdsa: ['e-leaf', 'e-int'] } };
const RSA = { client: 'c-rsa', ca: ['r-root'], chains: { rsa: ['r-leaf', 'r-int'] } };

/** By the names of the smallest sets in base-configs.json. */
export const SCENARIOS: Readonly<Record<MeasuredName, Scenario>> = {
  ec: { ...EC, suite: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256' },
  'ec-on-rsa': { ...RSA, client: 'c-ec', suite: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256' },
  'ec-on-ec': { ...EC, client: 'c-ec', suite: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256' },
  rsa: { ...RSA, suite: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256' },
  ec384: {
    client: 'c-e3-e3',
    ca: ['e3-root'],
    chains: { ecdsa: ['e3-leaf'] },
    suite: 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
    // Curves that the exchange may take: the one that is there anyway.
    curves: ['secp256r1', 'secp384r1'],
  },
  rsa4: {
    client: 'c-rsa',
    ca: ['r4-root'],
    chains: { rsa: ['r4-leaf', 'r4-int'] },
    suite: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  },
  kx: { ...RSA, suite: 'TLS_RSA_WITH_AES_128_GCM_SHA256' },
  cbc: { ...RSA, suite: 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA' },
};

export type MeasuredName = 'ec' | 'ec-on-rsa' | 'ec-on-ec' | 'rsa' | 'ec384' | 'rsa4' | 'kx' | 'cbc';
