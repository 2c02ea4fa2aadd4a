import type { SuiteName, TlsVersion } from './facts.ts';
import type { ServerChainPlan } from './server-chain.ts';

/** What happens to a connection in place of good service. */
type Disturbance =
  | 'reset-after-client-hello'
  | 'reset-after-server-hello'
  | 'close-after-client-hello'
  | 'plain-http'
  | 'slow'
  | 'large-records'
  | 'reject-client-certificate';

/** How the stand-in behaves. Every field has AWS IoT Core's way as its default. */
export interface StandInOptions {
  /** Names that it answers to; the first is the one in its ready line. */
  hosts: readonly string[];
  /** Address to bind. */
  address: string;
  /** 0: a free one. */
  port: number;
  versions: readonly TlsVersion[];
  /** In order of preference. */
  suites: readonly SuiteName[];
  chains: readonly ('rsa' | 'ecdsa')[];
  /** The chain for a client that can verify both. */
  prefersChain: 'rsa' | 'ecdsa';
  /** Signs TLS 1.2 handshakes with RSASSA-PSS for clients that offer it too; TLS 1.3 knows nothing else. */
  prefersPss: boolean;
  clientCertificate: 'required' | 'requested' | 'none';
  requiresSni: boolean;
  /** Empty: the extension is ignored. */
  alpn: readonly string[];
  /** Changes to the two chains. */
  chain: Partial<ServerChainPlan>;
  disturbance: Disturbance | undefined;
  /** For `slow`: bytes in a piece, and the pause before each in milliseconds. */
  pace: { chunkBytes: number; pauseMs: number };
}

/** ALPN protocol of MQTT with a client certificate on port 443 (AWS IoT Core developer guide, «Device communication protocols»). */
export const ALPN_MQTT = 'x-amzn-mqtt-ca';

/** TLS 1.3 suites of AWS IoT's default security policy `IoTSecurityPolicy_TLS13_1_2_2022_10`. */
export const AWS_SUITES_13: readonly SuiteName[] = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
];

/** TLS 1.2 suites of AWS IoT in the order of its developer guide («Transport security in AWS IoT Core»). */
export const AWS_SUITES_12: readonly SuiteName[] = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  'TLS_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_RSA_WITH_AES_128_CBC_SHA256',
  'TLS_RSA_WITH_AES_128_CBC_SHA',
  'TLS_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_RSA_WITH_AES_256_CBC_SHA256',
  'TLS_RSA_WITH_AES_256_CBC_SHA',
];

/** The stand-in without faults. */
export function standInDefaults({ port = 8883 }: { port?: number } = {}): StandInOptions {
  return {
    hosts: ['localhost', '127.0.0.1'],
    address: '127.0.0.1',
    port,
    versions: ['1.2', '1.3'],
    suites: [...AWS_SUITES_13, ...AWS_SUITES_12],
    chains: ['rsa', 'ecdsa'],
    // Clients that offer both kinds and know only Amazon Root CA 1, the usual download, connect to AWS IoT.
    prefersChain: 'rsa',
    prefersPss: false,
    clientCertificate: 'required',
    requiresSni: true,
    alpn: port === 443 ? [ALPN_MQTT] : [],
    chain: {},
    disturbance: undefined,
    pace: { chunkBytes: 64, pauseMs: 10 },
  };
}
