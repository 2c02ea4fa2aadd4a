import { spawnSync } from 'node:child_process';
import { createDecipheriv, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** What the encrypted keys of the agreement tests are encrypted with, and what opens none of them. */
export const PASSWORDS = { right: 'secret', wrong: 'guess' } as const;

/**
 * Whether the wrong password deciphers this key to what passes for one, as happens with one salt in some hundred: the parser's
 * refusal takes the place of the mismatch then. PKCS#8 is held to its padding (RFC 8018, 6.2.2); RFC 1421's form, of AES-128
 * here, to the first two octets of DER alone (library/pem.c of mbedTLS: a SEQUENCE of 0 to 3 octets of length).
 */
export function seemsOpen(path: string): boolean {
  const pem = readFileSync(path, 'latin1');
  const iv = /^DEK-Info: AES-128-CBC,([0-9A-F]{32})$/m.exec(pem)?.[1];
  if (iv === undefined) {
    const { stderr } = spawnSync('openssl', [
      'pkey',
      '-in',
      path,
      '-noout',
      '-passin',
      `pass:${PASSWORDS.wrong}`,
    ]);
    return !/bad decrypt/.test(stderr.toString());
  }
  const vector = Buffer.from(iv, 'hex');
  const key = createHash('md5').update(PASSWORDS.wrong).update(vector.subarray(0, 8)).digest();
  const body = Buffer.from(pem.slice(pem.indexOf('\n\n'), pem.indexOf('-----END')), 'base64');
  const [tag = 0, length = 0] = createDecipheriv('aes-128-cbc', key, vector).update(body.subarray(0, 32));
  return tag === 0x30 && length <= 0x83;
}
