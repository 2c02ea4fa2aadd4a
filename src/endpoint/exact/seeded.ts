import { createHash } from 'node:crypto';

/**
 * Bytes that stand in for random ones and are the same on every machine: SHA-256 over `label` and a counter. Whoever
 * reads this knows them, too: nothing that is made of them keeps a secret.
 */
export function seededBytes(label: string, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let counter = 0; blocks.length * HASH_BYTES < length; counter++) {
    blocks.push(createHash('sha256').update(`espaws exact ${counter} ${label}`).digest());
  }
  return Buffer.concat(blocks).subarray(0, length);
}

const HASH_BYTES = 32;

export function toBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

/** Big endian, in so many bytes. */
export function fromBigInt(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex');
}

/** `a` mod `modulus`, from 0 up. */
function modulo(a: bigint, modulus: bigint): bigint {
  const rest = a % modulus;
  return rest < 0n ? rest + modulus : rest;
}

/** The inverse of `a` modulo `modulus`; undefined where they have a divisor in common. */
export function inverse(a: bigint, modulus: bigint): bigint | undefined {
  let [before, now] = [modulus, modulo(a, modulus)];
  let [x, y] = [0n, 1n];
  while (now !== 0n) {
    const quotient = before / now;
    [before, now] = [now, before - quotient * now];
    [x, y] = [y, x - quotient * y];
  }
  return before === 1n ? modulo(x, modulus) : undefined;
}
