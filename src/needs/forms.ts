import type { Identity } from '../certificate/facts.ts';
import type { EndpointFacts } from '../endpoint/facts.ts';
import type { Need } from './need.ts';
import type { ChainKind } from './server-chains.ts';

/** How things are written: PEM, and the two rare forms of EC keys. */
export function formNeeds(identity: Identity, endpoint: EndpointFacts, kinds: readonly ChainKind[]): Need[] {
  const { certificate, key, ca } = identity.files;
  const pem = [certificate, key, ca].filter(({ encoding }) => encoding === 'pem').map(({ path }) => path);
  const server = endpoint.chainsKnown ? kinds.flatMap((kind) => endpoint.chains[kind] ?? []) : [];
  const certificates = [
    ...identity.certificates.map((one) => ({ key: one.key, label: `${one.subject} (${certificate.path})` })),
    ...identity.ca.map((one) => ({ key: one.key, label: `${one.subject} (${ca.path})` })),
    ...server.map((one) => ({ key: one.key, label: `${one.subject} (${endpoint.source})` })),
  ];
  const keys = [...certificates, { key: identity.key.key, label: `the private key ${key.path}` }];
  // In a private key mbedTLS passes over a point that it cannot read, and computes it (`pkparse.c`).
  const compressed = certificates.find((one) => one.key.kind === 'ec' && one.key.compressed);
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
