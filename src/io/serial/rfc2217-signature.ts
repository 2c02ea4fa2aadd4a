import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * What espaws says in RFC 2217's SIGNATURE, whose text the RFC leaves to its sender: `espaws/1`, then `key=value` or
 * `key`, each behind a space.
 *
 * | from | word | means |
 * | --- | --- | --- |
 * | client | (none) | SET-CONTROL comes in pairs, DTR before RTS, and both are to change at once |
 * | server | `challenge=HEX` | prove the token before anything else |
 * | client | `response=HEX` | HMAC-SHA256 of the challenge under the token |
 * | server | `refused=WORD` | why it hangs up: `busy`, `token` |
 * | server | `signals=no` | DTR and RTS go nowhere on this port |
 */
export type Signature = ReadonlyMap<string, string>;

const NAME = 'espaws/1';

export function encodeSignature(words: Readonly<Record<string, string>> = {}): Uint8Array {
  const pairs = Object.entries(words).map(([key, value]) => `${key}=${value}`);
  return new TextEncoder().encode([NAME, ...pairs].join(' '));
}

/** Undefined for the signature of another program. */
export function decodeSignature(bytes: Uint8Array): Signature | undefined {
  const [name, ...words] = new TextDecoder('latin1').decode(bytes).split(' ');
  if (name !== NAME) return undefined;
  return new Map(
    words.map((word) => {
      const [key = '', value = ''] = word.split('=', 2);
      return [key, value];
    }),
  );
}

export function newChallenge(): string {
  return randomBytes(16).toString('hex');
}

/** The proof that travels instead of the token (RFC 2104). */
export function tokenResponse(token: string, challenge: string): string {
  return createHmac('sha256', token).update(challenge).digest('hex');
}

export function isTokenResponse(token: string, challenge: string, response: string): boolean {
  const expected = Buffer.from(tokenResponse(token, challenge));
  const given = Buffer.from(response);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
