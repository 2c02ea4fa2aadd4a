import { createAuthority, type Authority, type AuthorityState } from '../authority.ts';
import type { IssuingMeans } from '../issue.ts';
import { signEcdsa } from './ecdsa.ts';
import { seededBytes } from './seeded.ts';
import { seededPrivateKey } from './seeded-keys.ts';

/**
 * What a board of an exact case takes for now, and what its certificates are issued for: later ones than this espaws
 * knows of are none of the device's business, for the wall clock must not change what it does.
 */
export const EXACT_NOW = new Date('2025-01-01T00:00:00Z');

/** Of the seeds: what was made of others is not to be used. */
export const SEEDS_VERSION = 1;

/**
 * An authority that issues the same on every machine, so that exact cases meet the same bytes. Its keys can be made by
 * anybody: no device in the field may trust it, and its certificates prove nothing. `state`: what it has made before,
 * for RSA keys take their time. Those of `stranger` no exact server has.
 */
export function exactAuthority(whose: 'stand-in' | 'stranger', state?: AuthorityState): Authority {
  const means: IssuingMeans = {
    privateKey: (label, algorithm) => seededPrivateKey(`${whose} key ${SEEDS_VERSION} ${label}`, algorithm),
    bytes: seededBytes,
    signEcdsa,
  };
  return createAuthority(state, means);
}
