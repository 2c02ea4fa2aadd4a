import type { CurveName, KeyFacts } from './facts.ts';
import type { DerValue } from './der.ts';
import { bitLengthOf, bitStringOf, derError, oidOf, readDer, sequenceOf, TAG } from './der.ts';
import { CURVES, KEY_ALGORITHM, UNSUPPORTED_KEY_ALGORITHMS } from './oids.ts';

/** Facts of a SubjectPublicKeyInfo (RFC 5280 4.1.2.7, RFC 3279 2.3, RFC 5480). */
export function readPublicKey(value: DerValue | undefined): KeyFacts {
  const [algorithm, key] = sequenceOf(value, 'the public key');
  const [oid, parameters] = sequenceOf(algorithm, "the public key's algorithm");
  const { bytes } = bitStringOf(key, 'the public key');
  switch (oidOf(oid, "the public key's algorithm")) {
    case KEY_ALGORITHM.rsa:
      return { kind: 'rsa', bits: bitLengthOf(sequenceOf(readDer(bytes), 'the RSA key')[0], 'the modulus') };
    case KEY_ALGORITHM.ec:
      return ecKey(parameters, isCompressed(bytes));
    default:
      return unsupportedKey(oidOf(oid, "the public key's algorithm"));
  }
}

/** Facts of an EC key from its parameters: a named curve, or the curve spelled out (RFC 5480 2.1.1, SEC 1 C.2). */
export function ecKey(parameters: DerValue | undefined, compressed: boolean): KeyFacts {
  if (parameters?.tag === TAG.oid) {
    const oid = oidOf(parameters, 'the curve');
    const curve = CURVES.find((known) => known.oid === oid)?.curve;
    if (curve === undefined) return { kind: 'unsupported', name: `EC on the curve ${oid}` };
    return { kind: 'ec', curve, compressed, explicitParameters: false };
  }
  if (parameters?.tag === TAG.sequence) {
    const curve = curveByOrder(parameters);
    if (curve === undefined) return { kind: 'unsupported', name: 'EC on a curve of its own parameters' };
    return { kind: 'ec', curve, compressed, explicitParameters: true };
  }
  throw derError('the EC key names no curve');
}

export function unsupportedKey(oid: string): KeyFacts {
  return { kind: 'unsupported', name: UNSUPPORTED_KEY_ALGORITHMS[oid] ?? `algorithm ${oid}` };
}

/** A point that begins with 2 or 3 carries only its x coordinate (SEC 1, 2.3.3). */
export function isCompressed(point: Uint8Array): boolean {
  return point[0] === 2 || point[0] === 3;
}

/** The field's name of a key: `EC secp256r1`, `RSA-2048`, `Ed25519`. */
export function keyName(key: KeyFacts): string {
  switch (key.kind) {
    case 'rsa':
      return `RSA-${key.bits}`;
    case 'ec':
      return `EC ${CURVE_TITLES[key.curve] ?? key.curve}`;
    case 'unsupported':
      return key.name;
  }
}

const CURVE_TITLES: Partial<Record<CurveName, string>> = {
  secp256r1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

/** ECParameters: version, field, curve, base, order, cofactor. The order tells the known curves apart. */
function curveByOrder(parameters: DerValue): CurveName | undefined {
  const order = sequenceOf(parameters, 'the EC parameters')[4];
  if (order?.tag !== TAG.integer) return undefined;
  const text = Buffer.from(order.content)
    .toString('hex')
    .replace(/^(00)+/, '');
  return CURVES.find((known) => known.order === text)?.curve;
}
