import { createECDH, createHash, createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { signEcdsa } from '../../../src/endpoint/exact/ecdsa.ts';
import { EXACT_NOW, exactAuthority } from '../../../src/endpoint/exact/exact-authority.ts';
import { seededPrivateKey } from '../../../src/endpoint/exact/seeded-keys.ts';
import { issueIdentity } from '../../../src/endpoint/identity.ts';
import { publicKeyDer } from '../../../src/endpoint/key-pairs.ts';
import { issueServerChain, usualServerChain } from '../../../src/endpoint/server-chain.ts';
import { openssl, writeTemporary } from '../../support/openssl.ts';

/** PEM of the private key with this scalar, hexadecimal. */
function keyOf(crv: string, openssl: string, scalar: string): string {
  const ecdh = createECDH(openssl);
  ecdh.setPrivateKey(scalar, 'hex');
  const point = ecdh.getPublicKey();
  const half = (point.length - 1) / 2;
  const text = (bytes: Buffer) => bytes.toString('base64url');
  const [x, y] = [text(point.subarray(1, 1 + half)), text(point.subarray(1 + half))];
  const jwk = { kty: 'EC', crv, x, y, d: text(Buffer.from(scalar, 'hex')) };
  return createPrivateKey({ key: jwk, format: 'jwk' }).export({ type: 'pkcs8', format: 'pem' }) as string;
}

describe('ECDSA signs as RFC 6979, appendix A.2, has it', () => {
  test.each([
    [
      'P-256',
      'prime256v1',
      'sha256',
      'c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721',
      'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716',
      'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
    ],
    [
      'P-384',
      'secp384r1',
      'sha384',
      '6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5',
      '94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46',
      '99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8',
    ],
  ])('%s, %s, %s', (crv, curve, hash, scalar, r, s) => {
    const signature = signEcdsa(hash, Buffer.from('sample'), keyOf(crv, curve, scalar));
    expect(signature.toString('hex')).toContain(r);
    expect(signature.toString('hex')).toContain(s);
  });

  test('on P-521 and with other hashes, so that OpenSSL accepts it', () => {
    for (const algorithm of ['ec-P-256', 'ec-P-384', 'ec-P-521'] as const) {
      const key = seededPrivateKey('any', algorithm);
      for (const hash of ['sha1', 'sha256', 'sha384', 'sha512']) {
        const signature = signEcdsa(hash, Buffer.from('message'), key);
        expect(verify(hash, Buffer.from('message'), createPublicKey(key), signature)).toBe(true);
        expect(verify(hash, Buffer.from('another'), createPublicKey(key), signature)).toBe(false);
      }
    }
  });
});

describe('seeded keys', () => {
  // Other ones would change the instructions of every exact case: SEEDS_VERSION says so to what was kept.
  test.each([
    ['ec-P-256', 'fe90b182977827cf'],
    ['rsa-2048', '27bd0814f2b46c5c'],
  ] as const)('%s is the same key on every machine', (algorithm, digest) => {
    const key = publicKeyDer(seededPrivateKey('pinned', algorithm));
    expect(createHash('sha256').update(key).digest('hex').slice(0, 16)).toBe(digest);
  });

  test('are whole keys, and others for another label', async () => {
    const [rsa, ec] = [seededPrivateKey('a', 'rsa-2048'), seededPrivateKey('a', 'ec-P-256')];
    const paths = await writeTemporary({ rsa, ec });
    for (const path of [paths.rsa, paths.ec]) {
      expect(await openssl(['pkey', '-in', path, '-check', '-noout'])).toMatchObject({ exitCode: 0 });
    }
    expect(seededPrivateKey('b', 'ec-P-256')).not.toBe(ec);
  });
});

test('two authorities of the same seeds issue the same bytes, and one of others does not', async () => {
  const issued = async (whose: 'stand-in' | 'stranger') => {
    const authority = exactAuthority(whose);
    const identity = await issueIdentity(authority, {
      ...{ key: 'ec-P-256', signer: 'ec-P-256', now: EXACT_NOW, ca: 'ecdsa' },
    });
    const plan = usualServerChain('ecdsa', ['localhost'], EXACT_NOW);
    return { identity, server: await issueServerChain(authority, plan) };
  };
  const [first, second, other] = [
    await issued('stand-in'),
    await issued('stand-in'),
    await issued('stranger'),
  ];
  expect(second).toEqual(first);
  expect(other.server.root).not.toBe(first.server.root);
});
