import { createHash, createHmac } from 'node:crypto';
import type { SuiteFacts } from './suite-facts.ts';

type PrfHash = SuiteFacts['prfHash'];

/** RFC 5246 5: P_hash of the suite's hash. */
function prf(
  hash: PrfHash,
  secret: Uint8Array,
  { label, seed, length }: { label: string; seed: Uint8Array; length: number },
): Buffer {
  const hmac = (data: Uint8Array) => createHmac(hash, secret).update(data).digest();
  const start = Buffer.concat([Buffer.from(label, 'latin1'), seed]);
  const blocks: Buffer[] = [];
  let made = 0;
  for (let a = hmac(start); made < length; a = hmac(a)) {
    const block = hmac(Buffer.concat([a, start]));
    blocks.push(block);
    made += block.length;
  }
  return Buffer.concat(blocks).subarray(0, length);
}

export interface Randoms {
  client: Uint8Array;
  server: Uint8Array;
}

/** RFC 5246 8.1, or RFC 7627 4 where `transcript` (up to the ClientKeyExchange) is given. */
export function masterSecret(
  hash: PrfHash,
  premaster: Uint8Array,
  { randoms, transcript }: { randoms: Randoms; transcript: Uint8Array | undefined },
): Buffer {
  const length = 48;
  if (transcript === undefined) {
    const seed = Buffer.concat([randoms.client, randoms.server]);
    return prf(hash, premaster, { label: 'master secret', seed, length });
  }
  const seed = createHash(hash).update(transcript).digest();
  return prf(hash, premaster, { label: 'extended master secret', seed, length });
}

/** Keys of one direction. */
export interface DirectionKeys {
  mac: Buffer;
  key: Buffer;
  /** The fixed part of the nonce of GCM; CBC has an IV in each record. */
  iv: Buffer;
}

/** RFC 5246 6.3 */
export function keyBlock(
  suite: SuiteFacts,
  master: Uint8Array,
  { client, server }: Randoms,
): { client: DirectionKeys; server: DirectionKeys } {
  const { macBytes, keyBytes, ivBytes, prfHash } = suite;
  const length = 2 * (macBytes + keyBytes + ivBytes);
  const seed = Buffer.concat([server, client]);
  const block = prf(prfHash, master, { label: 'key expansion', seed, length });
  let at = 0;
  const take = (count: number) => block.subarray(at, (at += count));
  const [clientMac, serverMac] = [take(macBytes), take(macBytes)];
  const [clientKey, serverKey] = [take(keyBytes), take(keyBytes)];
  const [clientIv, serverIv] = [take(ivBytes), take(ivBytes)];
  return {
    client: { mac: clientMac, key: clientKey, iv: clientIv },
    server: { mac: serverMac, key: serverKey, iv: serverIv },
  };
}

/** RFC 5246 7.4.9 */
export function verifyData(
  hash: PrfHash,
  master: Uint8Array,
  { from, transcript }: { from: 'client' | 'server'; transcript: Uint8Array },
): Buffer {
  const seed = createHash(hash).update(transcript).digest();
  return prf(hash, master, { label: `${from} finished`, seed, length: 12 });
}
