import type { CurveName } from '../certificate/facts.ts';
import type { EndpointFacts } from '../endpoint/facts.ts';
import type { InPlay } from './in-play.ts';
import type { Need } from './need.ts';
import type { ChainKind } from './server-chains.ts';
import { EspawsError } from '../errors.ts';

/**
 * The groups to offer for ECDHE: one is enough, and a curve that a certificate needs anyway costs nothing more.
 * The curve of an ECDSA server's own key is offered too: RFC 8422 5.1 lets the same list limit the certificates
 * that a TLS 1.2 server may present.
 */
export function groupNeeds(
  endpoint: EndpointFacts,
  inPlay: readonly InPlay[],
  kinds: readonly ChainKind[],
): Need[] {
  const leafCurve = kinds.includes('ecdsa') ? serverLeafCurve(endpoint) : undefined;
  const exchange = exchangeGroup(endpoint, inPlay, leafCurve);
  if (leafCurve === undefined || leafCurve === exchange.curve) return [exchange.need];
  const because = `the server certificate carries a ${leafCurve} key (${endpoint.source})`;
  return [exchange.need, { kind: 'group', curve: leafCurve, source: 'endpoint', because }];
}

/** Cheapest first; secp256r1 is mandatory to implement in TLS 1.3 (RFC 8446 9.1) and usual everywhere. */
const PREFERENCE: readonly CurveName[] = [
  'secp256r1',
  'secp384r1',
  'secp521r1',
  'curve25519',
  'bp256r1',
  'bp384r1',
  'bp512r1',
  'secp256k1',
  'secp224r1',
  'secp192r1',
  'secp224k1',
  'secp192k1',
];

function exchangeGroup(
  endpoint: EndpointFacts,
  inPlay: readonly InPlay[],
  leafCurve: CurveName | undefined,
): { curve: CurveName; need: Need } {
  const accepted = endpoint.curves.length > 0 ? endpoint.curves : [leafCurve ?? 'secp256r1'];
  const needed = inPlay.flatMap(({ keys }) => keys).flatMap((key) => (key.kind === 'ec' ? [key.curve] : []));
  const usable = PREFERENCE.filter((curve) => accepted.includes(curve));
  const curve = usable.find((candidate) => needed.includes(candidate)) ?? usable[0];
  if (curve === undefined) {
    throw new EspawsError(`${endpoint.host}:${endpoint.port} accepts no group that mbedTLS has.`, {
      code: 'needs/unsupported',
      hint: `It accepts: ${endpoint.curves.join(', ')}. Enable secp256r1 on the server.`,
    });
  }
  const known = endpoint.curves.length > 0 ? `${endpoint.host} accepts it` : 'servers usually accept it';
  const because = `ECDHE needs a group, and ${known} (${endpoint.source})`;
  return { curve, need: { kind: 'group', curve, source: 'endpoint', because } };
}

function serverLeafCurve(endpoint: EndpointFacts): CurveName | undefined {
  const key = endpoint.chainsKnown ? endpoint.chains.ecdsa?.[0]?.key : undefined;
  return key?.kind === 'ec' ? key.curve : undefined;
}
