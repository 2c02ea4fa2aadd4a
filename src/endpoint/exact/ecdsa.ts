import { createHash, createHmac, createPrivateKey } from 'node:crypto';
import * as der from '../der-writer.ts';
import { curveOf, pointOf, type Curve } from './curves.ts';
import { fromBigInt, inverse, toBigInt } from './seeded.ts';

/** An ECDSA signature (DER) whose nonce comes of key and message (RFC 6979): the same every time. `key` is PEM. */
export function signEcdsa(hash: string, message: Uint8Array, key: string): Buffer {
  const { crv = '', d = '' } = createPrivateKey(key).export({ format: 'jwk' });
  const curve = curveOf(crv);
  const secret = toBigInt(Buffer.from(d, 'base64url'));
  const digest = createHash(hash).update(message).digest();
  const z = bitsToInteger(digest, curve);
  for (const nonce of nonces(hash, curve, { secret, digest })) {
    const r = toBigInt(pointOf(curve, nonce).subarray(1, 1 + curve.bytes)) % curve.order;
    const s = (inverse(nonce, curve.order)! * (z + r * secret)) % curve.order;
    if (r !== 0n && s !== 0n) return der.sequence(integer(r, curve), integer(s, curve));
  }
  throw new Error('Nonces never end.');
}

function integer(value: bigint, { bytes }: Curve): Buffer {
  return der.integer(fromBigInt(value, bytes));
}

/** RFC 6979 2.3.2: the leftmost bits, as many as the order has. */
function bitsToInteger(bits: Uint8Array, { order }: Curve): bigint {
  const excess = 8 * bits.length - order.toString(2).length;
  return excess > 0 ? toBigInt(bits) >> BigInt(excess) : toBigInt(bits);
}

/** RFC 6979 3.2 */
function* nonces(
  hash: string,
  curve: Curve,
  { secret, digest }: { secret: bigint; digest: Uint8Array },
): Generator<bigint> {
  const { order, bytes } = curve;
  const reduced = fromBigInt(bitsToInteger(digest, curve) % order, bytes);
  const seed = Buffer.concat([fromBigInt(secret, bytes), reduced]);
  let v: Buffer = Buffer.alloc(digest.length, 1);
  let k: Buffer = Buffer.alloc(digest.length, 0);
  const mac = (...parts: readonly Uint8Array[]) => createHmac(hash, k).update(Buffer.concat(parts)).digest();
  for (const mark of [0, 1]) {
    k = mac(v, Buffer.of(mark), seed);
    v = mac(v);
  }
  for (;;) {
    let bits = Buffer.alloc(0);
    while (bits.length < bytes) {
      v = mac(v);
      bits = Buffer.concat([bits, v]);
    }
    const nonce = bitsToInteger(bits.subarray(0, bytes), curve);
    if (nonce > 0n && nonce < order) yield nonce;
    k = mac(v, Buffer.of(0));
    v = mac(v);
  }
}
