import type { KeyContainer, KeyFacts, PrivateKeyFacts } from './facts.ts';
import type { DerValue } from './der.ts';
import {
  bitLengthOf,
  bitStringOf,
  childrenOf,
  derError,
  expectTag,
  explicitTag,
  oidOf,
  readDer,
  sequenceOf,
  TAG,
} from './der.ts';
import { encryptionName } from './encryption.ts';
import { ecKey, isCompressed, unsupportedKey } from './keys.ts';
import { KEY_ALGORITHM } from './oids.ts';

/** The four containers begin differently: version and modulus, version and octets, version and algorithm, algorithm. */
export function containerOf(value: DerValue): KeyContainer {
  const [first, second] = childrenOf(value);
  if (first?.tag === TAG.sequence) return 'encrypted-pkcs8';
  if (second?.tag === TAG.sequence) return 'pkcs8';
  return second?.tag === TAG.octetString ? 'sec1' : 'pkcs1';
}

/** Facts of a key in one of the containers. */
export function readContainer(container: KeyContainer, value: DerValue): Omit<PrivateKeyFacts, 'encoding'> {
  switch (container) {
    case 'pkcs1':
      return { key: pkcs1Key(value), container };
    case 'sec1':
      return { key: sec1Key(value, undefined), container };
    case 'pkcs8':
      return { key: pkcs8Key(value), container };
    case 'encrypted-pkcs8':
    case 'encrypted-pem':
      return {
        key: undefined,
        container,
        encryption: encryptionName(sequenceOf(value, 'the encrypted key')[0]),
      };
  }
}

/** RSAPrivateKey: version, modulus, seven more integers (RFC 8017 A.1.2). */
function pkcs1Key(value: DerValue): KeyFacts {
  const fields = sequenceOf(value, 'the RSA key');
  if (fields.length < 9) throw derError('the RSA key does not have its nine numbers');
  return { kind: 'rsa', bits: bitLengthOf(fields[1], 'the modulus') };
}

/** ECPrivateKey: version, private key, [0] parameters, [1] public key (RFC 5915 3). */
function sec1Key(value: DerValue, outerParameters: DerValue | undefined): KeyFacts {
  const [, octets, ...tagged] = sequenceOf(value, 'the EC key');
  expectTag(octets, TAG.octetString, 'the private value');
  const parameters = explicitContent(tagged, 0) ?? outerParameters;
  const point = explicitContent(tagged, 1);
  const compressed = point !== undefined && isCompressed(bitStringOf(point, 'the public point').bytes);
  return ecKey(parameters, compressed);
}

function explicitContent(values: readonly DerValue[], number: number): DerValue | undefined {
  const found = values.find(({ tag }) => tag === explicitTag(number));
  return found === undefined ? undefined : readDer(found.content);
}

/** PrivateKeyInfo: version, algorithm, octets (RFC 5208 5). */
function pkcs8Key(value: DerValue): KeyFacts {
  const [, algorithm, octets] = sequenceOf(value, 'the PKCS#8 key');
  const [type, parameters] = sequenceOf(algorithm, 'the algorithm of the key');
  const { content } = expectTag(octets, TAG.octetString, 'the key');
  switch (oidOf(type, 'the algorithm of the key')) {
    case KEY_ALGORITHM.rsa:
      return pkcs1Key(readDer(content));
    case KEY_ALGORITHM.ec:
      return sec1Key(readDer(content), parameters);
    default:
      return unsupportedKey(oidOf(type, 'the algorithm of the key'));
  }
}
