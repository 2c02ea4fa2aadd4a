import {
  constants,
  createECDH,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  privateDecrypt,
} from 'node:crypto';
import { groupName } from '../groups.ts';
import { curveOf, scalarOf } from './curves.ts';
import { fromBigInt, seededBytes } from './seeded.ts';
import { FatalAlert } from './fatal-alert.ts';

/** The server's half of an ephemeral Diffie-Hellman exchange. */
export interface EphemeralKey {
  /** As ServerKeyExchange carries it. */
  publicKey: Buffer;
  /** The premaster secret. Throws `FatalAlert` for what is no point of the curve. */
  premaster(clientKey: Uint8Array): Buffer;
}

const X25519 = 29;

/** RFC 8410 7: a PKCS#8 of X25519 up to its 32 bytes, and RFC 8410 4 the same of a public key. */
const X25519_PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');
const X25519_SPKI = Buffer.from('302a300506032b656e032100', 'hex');
const X25519_BYTES = 32;

/** The key that belongs to `label` in a named group. */
export function ephemeralKey(group: number, label: string): EphemeralKey {
  return group === X25519 ? x25519Key(label) : curveKey(groupName(group), label);
}

function curveKey(name: string, label: string): EphemeralKey {
  const curve = curveOf(name);
  const ecdh = createECDH(curve.openssl);
  const scalar = scalarOf(curve, seededBytes(`${label} ecdhe ${name}`, curve.bytes + 8));
  ecdh.setPrivateKey(fromBigInt(scalar, curve.bytes));
  return {
    publicKey: ecdh.getPublicKey(),
    premaster: (clientKey) => orIllegal(() => ecdh.computeSecret(clientKey)),
  };
}

function x25519Key(label: string): EphemeralKey {
  const secret = seededBytes(`${label} ecdhe X25519`, X25519_BYTES);
  const privateKey = createPrivateKey({
    ...{ key: Buffer.concat([X25519_PKCS8, secret]), format: 'der', type: 'pkcs8' },
  });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return {
    publicKey: spki.subarray(-X25519_BYTES),
    premaster: (clientKey) =>
      orIllegal(() => {
        const key = Buffer.concat([X25519_SPKI, clientKey]);
        return diffieHellman({
          privateKey,
          publicKey: createPublicKey({ key, format: 'der', type: 'spki' }),
        });
      }),
  };
}

function orIllegal(compute: () => Buffer): Buffer {
  try {
    return compute();
  } catch {
    throw new FatalAlert('illegal_parameter', 'the ephemeral key is no point of the curve');
  }
}

const PREMASTER_BYTES = 48;

/**
 * The premaster secret that a client encrypted to the server's RSA key (RFC 5246 7.4.7.1). Node takes the padding off
 * no more, for attacks on a server that keeps secrets; this one has none, and says what was wrong.
 */
export function decryptPremaster(encrypted: Uint8Array, key: string): Buffer {
  let padded: Buffer;
  try {
    padded = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, encrypted);
  } catch {
    throw new FatalAlert('decrypt_error', 'the premaster secret is no number of the RSA key');
  }
  const premaster = padded.subarray(-PREMASTER_BYTES);
  const padding = padded.subarray(0, -PREMASTER_BYTES);
  const isPadded =
    padding[0] === 0 &&
    padding[1] === 2 &&
    padding.indexOf(0, 2) === padding.length - 1 &&
    padding.length > 10;
  if (!isPadded || premaster[0] !== 3 || premaster[1] !== 3)
    throw new FatalAlert('decrypt_error', 'the premaster secret is not encrypted as PKCS #1 says');
  return premaster;
}
