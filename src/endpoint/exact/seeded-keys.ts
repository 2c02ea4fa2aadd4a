import { checkPrimeSync, createPrivateKey, type JsonWebKey } from 'node:crypto';
import type { KeyAlgorithm } from '../key-pairs.ts';
import { curveOf, pointOf, scalarOf } from './curves.ts';
import { fromBigInt, inverse, seededBytes, toBigInt } from './seeded.ts';

/**
 * The private key (PKCS#8 PEM) that belongs to `label`, on every machine. It is public by construction, for anybody can
 * make it from this source: it protects nothing, and serves the exact cases of `espaws test` alone.
 */
export function seededPrivateKey(label: string, algorithm: KeyAlgorithm): string {
  const jwk = algorithm.startsWith('rsa-')
    ? rsaKey(label, Number(algorithm.slice('rsa-'.length)))
    : ecKey(label, algorithm.slice('ec-'.length));
  return createPrivateKey({ key: jwk, format: 'jwk' }).export({ type: 'pkcs8', format: 'pem' }) as string;
}

function ecKey(label: string, crv: string): JsonWebKey {
  const curve = curveOf(crv);
  const scalar = scalarOf(curve, seededBytes(`${label} ${crv}`, curve.bytes + 8));
  const point = pointOf(curve, scalar);
  const coordinate = (index: 0 | 1) =>
    point.subarray(1 + index * curve.bytes, 1 + (index + 1) * curve.bytes).toString('base64url');
  return {
    ...{ kty: 'EC', crv, x: coordinate(0), y: coordinate(1) },
    d: fromBigInt(scalar, curve.bytes).toString('base64url'),
  };
}

/** What every RSA key in the field has. */
const EXPONENT = 65_537n;

function rsaKey(label: string, bits: number): JsonWebKey {
  const [p, q] = [prime(`${label} p ${bits}`, bits / 2), prime(`${label} q ${bits}`, bits / 2)];
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n))!;
  const half = (value: bigint) => fromBigInt(value, bits / 16).toString('base64url');
  return {
    kty: 'RSA',
    n: fromBigInt(p * q, bits / 8).toString('base64url'),
    e: Buffer.of(1, 0, 1).toString('base64url'),
    d: fromBigInt(d, bits / 8).toString('base64url'),
    ...{ p: half(p), q: half(q), dp: half(d % (p - 1n)), dq: half(d % (q - 1n)) },
    qi: half(inverse(q, p)!),
  };
}

/** The first prime from a seeded number on, with both highest bits set: two of them make a modulus of full length. */
function prime(label: string, bits: number): bigint {
  const bytes = seededBytes(label, bits / 8);
  bytes[0] = bytes[0]! | 0xc0;
  let candidate = toBigInt(bytes) | 1n;
  while ((candidate - 1n) % EXPONENT === 0n || !checkPrimeSync(candidate)) candidate += 2n;
  return candidate;
}
