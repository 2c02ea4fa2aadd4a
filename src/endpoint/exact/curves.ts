import { createECDH } from 'node:crypto';
import { fromBigInt, toBigInt } from './seeded.ts';

/** A prime curve of NIST (SEC 2, FIPS 186-4 D.1.2). */
export interface Curve {
  /** As OpenSSL calls it. */
  openssl: string;
  /** Of a field element, and of a scalar. */
  bytes: number;
  /** Of the base point. */
  order: bigint;
}

const CURVES = {
  'P-256': {
    openssl: 'prime256v1',
    bytes: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  'P-384': {
    openssl: 'secp384r1',
    bytes: 48,
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  'P-521': {
    openssl: 'secp521r1',
    bytes: 66,
    order:
      0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
} as const satisfies Record<string, Curve>;

type CurveName = keyof typeof CURVES;

/** By the name that JSON Web Keys have (`crv`). */
export function curveOf(name: string): Curve {
  if (!Object.hasOwn(CURVES, name)) throw new Error(`No key on the curve "${name}" is made here.`);
  return CURVES[name as CurveName];
}

/** `scalar` times the base point, uncompressed: 4, x, y. */
export function pointOf({ openssl, bytes }: Curve, scalar: bigint): Buffer {
  const ecdh = createECDH(openssl);
  ecdh.setPrivateKey(fromBigInt(scalar, bytes));
  return ecdh.getPublicKey();
}

/** The scalar that such bytes stand for: 1 to the order less one, evenly enough with 8 bytes more than the curve's. */
export function scalarOf({ order }: Curve, bytes: Uint8Array): bigint {
  return (toBigInt(bytes) % (order - 1n)) + 1n;
}
