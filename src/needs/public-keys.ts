import type { KeyFacts } from '../certificate/facts.ts';
import type { InPlay } from './in-play.ts';
import type { Need } from './need.ts';
import { keyName } from '../certificate/keys.ts';
import { EspawsError } from '../errors.ts';

/** Parse the public key of a certificate in play. */
export function publicKeyNeeds({ label, source, keys }: InPlay): Need[] {
  return keys.map((key) => ({
    kind: 'public-key',
    key: usableKey(key, label),
    source,
    because: `${label} carries an ${keyName(key)} key`,
  }));
}

function usableKey(key: KeyFacts, label: string) {
  switch (key.kind) {
    case 'rsa':
      return { kind: key.kind, bits: key.bits };
    case 'ec':
      return { kind: key.kind, curve: key.curve };
    case 'unsupported':
      throw new EspawsError(`The ${label} carries a ${key.name} key, which mbedTLS cannot use in TLS.`, {
        code: 'needs/unsupported',
        hint: 'Leave that certificate out, or have it issued for an EC or RSA key.',
      });
  }
}

/** The largest RSA modulus, which big-number buffers must hold. */
export function modulusNeed(inPlay: readonly InPlay[]): Need[] {
  const rsa = inPlay.flatMap(({ label, source, keys }) =>
    keys.flatMap((key) => (key.kind === 'rsa' ? [{ bits: key.bits, label, source }] : [])),
  );
  const largest = rsa.reduce<(typeof rsa)[number] | undefined>(
    (best, one) => (best !== undefined && best.bits >= one.bits ? best : one),
    undefined,
  );
  if (largest === undefined) return [];
  const because = `${largest.label} carries the largest RSA key, of ${largest.bits} bits`;
  return [{ kind: 'rsa-modulus', bits: largest.bits, source: largest.source, because }];
}
