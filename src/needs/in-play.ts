import type { CertificateFacts, Identity, KeyFacts, SignatureFacts } from '../certificate/facts.ts';
import type { EndpointFacts, UsualChain } from '../endpoint/facts.ts';
import type { NeedSource } from './need.ts';
import type { ChainKind } from './server-chains.ts';

/** A certificate (or the usual shape of one) that the device has to parse. */
export interface InPlay {
  /** How it is named in a reason. */
  label: string;
  source: NeedSource;
  keys: readonly KeyFacts[];
  signatures: readonly SignatureFacts[];
  /** The device verifies its signature: those of the server chain, never a root's own or the client's. */
  verified: boolean;
}

/** Every certificate that mbedTLS will parse: the client's own chain, the CA bundle, the server's chains. */
export function certificatesInPlay(
  identity: Identity,
  endpoint: EndpointFacts,
  kinds: readonly ChainKind[],
): InPlay[] {
  const { certificate, ca } = identity.files;
  const serverChains = kinds.flatMap((kind) => chainInPlay(identity, endpoint, kind));
  return [
    ...identity.certificates.map((facts, index) => {
      const role = index === 0 ? 'client certificate' : 'intermediate';
      return inPlay(facts, `${role} ${facts.subject} (${certificate.path})`, 'certificate', false);
    }),
    ...identity.ca.map((facts) => inPlay(facts, `CA ${facts.subject} (${ca.path})`, 'ca', false)),
    ...serverChains,
  ];
}

function chainInPlay(identity: Identity, endpoint: EndpointFacts, kind: ChainKind): InPlay[] {
  const known = endpoint.chains[kind];
  if (endpoint.chainsKnown && known !== undefined) {
    return known.map((facts, index) => {
      const role = index === 0 ? 'server certificate' : 'server intermediate';
      return inPlay(facts, `${role} ${facts.subject} (${endpoint.source})`, 'endpoint', true);
    });
  }
  const usual = endpoint.usualChains.filter((chain) => chain.kind === kind);
  const chains = usual.length > 0 ? usual : [commonChain(identity, kind)];
  const title = kind === 'rsa' ? 'RSA' : 'ECDSA';
  const label = `the ${title} chain that ${endpoint.host} usually presents (${endpoint.source})`;
  return chains.map((chain) => ({
    label,
    source: 'endpoint',
    keys: [
      ...chain.rsaBits.map((bits): KeyFacts => ({ kind: 'rsa', bits })),
      ...chain.curves.map((curve): KeyFacts => ({
        kind: 'ec',
        curve,
        compressed: false,
        explicitParameters: false,
      })),
    ],
    signatures: chain.signatures,
    verified: true,
  }));
}

/** What most public and private CAs issue, where nothing is known of the server. */
function commonChain(identity: Identity, kind: ChainKind): UsualChain {
  const rootKinds = new Set(identity.ca.map(({ key }) => key.kind));
  const signatures: UsualChain['signatures'] = [
    ...(rootKinds.has('rsa') ? [{ algorithm: 'rsa-pkcs1' as const, hash: 'sha256' as const }] : []),
    ...(rootKinds.has('ec') ? [{ algorithm: 'ecdsa' as const, hash: 'sha256' as const }] : []),
  ];
  return kind === 'rsa'
    ? { kind, rsaBits: [2048], curves: [], signatures, roots: [] }
    : { kind, rsaBits: [], curves: ['secp256r1'], signatures, roots: [] };
}

function inPlay(facts: CertificateFacts, label: string, source: NeedSource, verified: boolean): InPlay {
  return { label, source, keys: [facts.key], signatures: [facts.signature], verified };
}
