import type { IssueHash } from './issue.ts';
import type { ServerChainPlan } from './server-chain.ts';
import { AWS_SUITES_12, standInDefaults, type StandInOptions } from './stand-in-options.ts';

/** Options of a stand-in with these faults, one laid over the other; `overrides` come last. */
export function standInOptions(
  faults: readonly FaultName[],
  now: Date,
  overrides: Partial<StandInOptions> = {},
): StandInOptions {
  let options: StandInOptions = { ...standInDefaults({ port: overrides.port ?? 8883 }), ...overrides };
  for (const name of faults) options = { ...options, ...FAULTS[name].change(options, now) };
  return options;
}

export interface Fault {
  summary: string;
  /** Laid over the options. */
  change: (options: StandInOptions, now: Date) => Partial<StandInOptions>;
}

const DAY_MS = 86_400_000;
const chain =
  (part: Partial<ServerChainPlan>): Fault['change'] =>
  (options) => ({
    chain: { ...options.chain, ...part },
  });
const hashes = (hash: IssueHash): Partial<ServerChainPlan> => ({ intermediateHash: hash, leafHash: hash });

/** Ways in which an endpoint goes wrong in the field, on demand. */
export const FAULTS = {
  'wrong-chain': { summary: 'chain to a root that ca.pem does not hold', change: chain({ otherRoot: true }) },
  expired: {
    summary: 'server certificate that expired yesterday',
    change: (options, now) => ({
      chain: {
        ...options.chain,
        notBefore: new Date(now.getTime() - 400 * DAY_MS),
        notAfter: new Date(now.getTime() - DAY_MS),
      },
    }),
  },
  'not-yet-valid': {
    summary: 'server certificate that becomes valid in 30 days',
    change: (options, now) => ({
      chain: {
        ...options.chain,
        notBefore: new Date(now.getTime() + 30 * DAY_MS),
        notAfter: new Date(now.getTime() + 395 * DAY_MS),
      },
    }),
  },
  'wrong-host': {
    summary: 'server certificate for another host',
    change: chain({ hosts: ['other.espaws-stand-in.invalid'] }),
  },
  'missing-intermediate': {
    summary: 'the intermediate certificate is not sent',
    change: chain({ omitIntermediate: true, crossSigned: false }),
  },
  'sha384-chain': {
    summary: 'leaf and intermediate signed with SHA-384 under a SHA-256 root',
    change: chain(hashes('sha384')),
  },
  'sha384-leaf': { summary: 'leaf signed with SHA-384', change: chain({ leafHash: 'sha384' }) },
  'sha512-chain': { summary: 'leaf and intermediate signed with SHA-512', change: chain(hashes('sha512')) },
  'sha1-chain': { summary: 'leaf and intermediate signed with SHA-1', change: chain(hashes('sha1')) },
  'pss-chain': {
    summary: 'leaf and intermediate of the RSA chain signed with RSASSA-PSS',
    change: (options) => ({ chain: { ...options.chain, pss: true }, chains: ['rsa'] }),
  },
  'rsa-4096-chain': {
    summary: 'RSA-4096 intermediate and leaf',
    change: (options) => ({
      chain: { ...options.chain, intermediate: 'rsa-4096', leaf: 'rsa-4096' },
      chains: ['rsa'],
    }),
  },
  'p384-chain': {
    summary: 'P-384 intermediate and leaf under the P-256 root',
    change: (options) => ({
      chain: { ...options.chain, intermediate: 'ec-P-384', leaf: 'ec-P-384' },
      chains: ['ecdsa'],
    }),
  },
  'short-chain': {
    summary: 'two certificates, the least that a public server sends',
    change: chain({ crossSigned: false, paddingBytes: 0 }),
  },
  'large-certificates': {
    summary: 'a Certificate message of more than 8 KB',
    change: chain({ paddingBytes: 8192 }),
  },
  'large-records': {
    summary: 'CONNACK in a record of 16 KB',
    change: () => ({ disturbance: 'large-records' }),
  },
  slow: { summary: 'output in small pieces with pauses', change: () => ({ disturbance: 'slow' }) },
  'reset-after-client-hello': {
    summary: 'TCP reset after the ClientHello',
    change: () => ({ disturbance: 'reset-after-client-hello' }),
  },
  'reset-after-server-hello': {
    summary: 'TCP reset after the ServerHello',
    change: () => ({ disturbance: 'reset-after-server-hello' }),
  },
  'close-after-client-hello': {
    summary: 'orderly close (FIN) after the ClientHello',
    change: () => ({ disturbance: 'close-after-client-hello' }),
  },
  'plain-http': { summary: 'HTTP in place of TLS', change: () => ({ disturbance: 'plain-http' }) },
  'reject-client-certificate': {
    summary: 'alert 46 (certificate_unknown) for the client certificate, as for a deactivated one; TLS 1.2',
    // In TLS 1.3 the alert would have to be encrypted by the TLS stack itself.
    change: () => ({ disturbance: 'reject-client-certificate', versions: ['1.2'] }),
  },
  'no-client-certificate': {
    summary: 'asks for no client certificate',
    change: () => ({ clientCertificate: 'none' }),
  },
  'no-sni-needed': { summary: 'serves clients without server_name', change: () => ({ requiresSni: false }) },
  'tls1.2-only': { summary: 'TLS 1.2 only', change: () => ({ versions: ['1.2'] }) },
  'tls1.3-only': { summary: 'TLS 1.3 only', change: () => ({ versions: ['1.3'] }) },
  'rsa-only': { summary: 'no ECDSA chain', change: () => ({ chains: ['rsa'] }) },
  'ecdsa-only': { summary: 'no RSA chain', change: () => ({ chains: ['ecdsa'] }) },
  'prefers-ecdsa': {
    summary: 'the ECDSA chain for clients that accept both',
    change: () => ({ prefersChain: 'ecdsa' }),
  },
  'prefers-pss': {
    summary: 'RSASSA-PSS in TLS 1.2 handshakes too, which mbedTLS 3 offers and then refuses; TLS 1.2 only',
    change: () => ({ prefersPss: true, versions: ['1.2'] }),
  },
  'rsa-key-exchange-only': {
    summary: 'TLS 1.2 suites with RSA key exchange only',
    change: () => ({
      suites: AWS_SUITES_12.filter((name) => name.startsWith('TLS_RSA_')),
      versions: ['1.2'],
    }),
  },
  'cbc-only': {
    summary: 'TLS 1.2 suites with CBC only',
    change: () => ({ suites: AWS_SUITES_12.filter((name) => name.includes('_CBC_')), versions: ['1.2'] }),
  },
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;
