import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PrivateKeyFacts } from '../../src/certificate/facts.ts';
import { materialOf } from '../../src/certificate/material.ts';
import { readPrivateKey } from '../../src/certificate/private-key.ts';
import { isEspawsError } from '../../src/errors.ts';
import type { Issued, TestKeyForm, TestKeyKind, Workshop } from '../support/identities.ts';
import { openWorkshop } from '../support/identities.ts';

const P256 = { kind: 'ec', curve: 'secp256r1', compressed: false, explicitParameters: false } as const;
const RSA = { kind: 'rsa', bits: 2048 } as const;

const FORMS: readonly [TestKeyForm, 'ec' | 'rsa', Partial<PrivateKeyFacts>][] = [
  ['pkcs8', 'ec', { key: P256, container: 'pkcs8', encoding: 'pem' }],
  ['pkcs8-der', 'ec', { key: P256, container: 'pkcs8', encoding: 'der' }],
  ['traditional', 'ec', { key: P256, container: 'sec1', encoding: 'pem' }],
  ['traditional-der', 'ec', { key: P256, container: 'sec1', encoding: 'der' }],
  ['pkcs8', 'rsa', { key: RSA, container: 'pkcs8', encoding: 'pem' }],
  ['pkcs8-der', 'rsa', { key: RSA, container: 'pkcs8', encoding: 'der' }],
  ['traditional', 'rsa', { key: RSA, container: 'pkcs1', encoding: 'pem' }],
  ['traditional-der', 'rsa', { key: RSA, container: 'pkcs1', encoding: 'der' }],
  [
    'pbes2-aes256',
    'ec',
    { key: undefined, container: 'encrypted-pkcs8', encryption: 'PBES2 AES-256-CBC HMAC-SHA256' },
  ],
  [
    'pbes2-aes128-sha1',
    'rsa',
    { key: undefined, container: 'encrypted-pkcs8', encryption: 'PBES2 AES-128-CBC HMAC-SHA1' },
  ],
  [
    'pbes2-3des',
    'rsa',
    { key: undefined, container: 'encrypted-pkcs8', encryption: 'PBES2 3DES-CBC HMAC-SHA256' },
  ],
  [
    'pbes2-scrypt',
    'ec',
    { key: undefined, container: 'encrypted-pkcs8', encryption: 'PBES2 AES-256-CBC scrypt' },
  ],
  ['pbes1-sha1-3des', 'ec', { key: undefined, container: 'encrypted-pkcs8', encryption: 'PBES1 SHA1-3DES' }],
  ['dek-aes128', 'ec', { key: undefined, container: 'encrypted-pem', encryption: 'DEK-Info AES-128-CBC' }],
  ['dek-3des', 'rsa', { key: undefined, container: 'encrypted-pem', encryption: 'DEK-Info DES-EDE3-CBC' }],
];

const KINDS: readonly [TestKeyKind, object][] = [
  ['P-384', { ...P256, curve: 'secp384r1' }],
  ['P-521', { ...P256, curve: 'secp521r1' }],
  ['secp256k1', { ...P256, curve: 'secp256k1' }],
  ['P-256-compressed', { ...P256, compressed: true }],
  ['P-256-explicit', { ...P256, explicitParameters: true }],
  ['Ed25519', { kind: 'unsupported', name: 'Ed25519' }],
  ['DSA', { kind: 'unsupported', name: 'DSA' }],
];

describe('readPrivateKey', () => {
  let workshop: Workshop;
  let issued: { ec: Issued; rsa: Issued };
  beforeAll(async () => {
    workshop = await openWorkshop();
    issued = {
      ec: await workshop.issue({ name: 'ec', key: 'P-256' }),
      rsa: await workshop.issue({ name: 'rsa', key: 'rsa-2048' }),
    };
  });
  afterAll(() => workshop.close());

  const read = async (path: string) => readPrivateKey(materialOf(path, await readFile(path)));

  it.each(FORMS)('reads %s of %s', async (form, kind, expected) => {
    expect(await read(await workshop.keyAs(issued[kind], form))).toMatchObject(expected);
  });

  it.each(KINDS)('reads a key of the kind %s', async (kind, expected) => {
    const root = await workshop.issue({ name: `by-rsa-${kind}`, key: kind, issuer: issued.rsa });
    expect((await read(root.key)).key).toEqual(expected);
  });

  it('reads SEC 1 behind an EC PARAMETERS block, as openssl ecparam -genkey writes it', async () => {
    const path = `${workshop.directory}/ecparam.key`;
    await workshop.openssl('ecparam', '-name', 'prime256v1', '-genkey', '-out', path);
    expect(await readFile(path, 'utf8')).toContain('BEGIN EC PARAMETERS');
    expect(await read(path)).toEqual({ key: P256, container: 'sec1', encoding: 'pem' });
  });

  it('finds the key in a file that also holds the certificate', async () => {
    const both = issued.ec.pem + (await readFile(issued.ec.key, 'utf8'));
    expect(readPrivateKey(materialOf('both.pem', Buffer.from(both))).key).toEqual(P256);
  });

  it.each([
    ['a certificate', () => issued.ec.pem, /holds a certificate, not a private key/, /swapped/],
    ['an empty file', () => ' \n', /is empty/, /Write the private key/],
    ['noise', () => '\x30\x00 noise', /holds no private key/, /openssl pkey/],
    [
      'an OpenSSH key',
      () => '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n',
      /OpenSSH key/,
      /ssh-keygen -p -m PEM/,
    ],
    [
      'UTF-16',
      () => Buffer.from('\uFEFF-----BEGIN', 'utf16le').toString('latin1'),
      /UTF-16/,
      /ASCII or UTF-8/,
    ],
    [
      'a public key',
      async () => workshop.openssl('pkey', '-in', issued.ec.key, '-pubout'),
      /holds a public key/,
      /alone/,
    ],
    [
      'a traditional DSA key',
      () => '-----BEGIN DSA PRIVATE KEY-----\nMAA=\n-----END DSA PRIVATE KEY-----\n',
      /DSA/,
      /EC P-256/,
    ],
    [
      'a truncated key',
      async () => (await readFile(issued.rsa.key, 'utf8')).slice(0, 400),
      /"x\.key" cannot be parsed: its END line is missing/,
      /openssl pkey/,
    ],
    [
      'a key with lines lost',
      async () => (await readFile(issued.rsa.key, 'utf8')).replace(/\n[^\n]{64}\n/, '\n'),
      /it is cut off|cannot be parsed/,
      /openssl pkey/,
    ],
  ])('says what is wrong with %s', async (_, content, message, hint) => {
    const bytes = Buffer.from(await content(), 'latin1');
    let error: unknown;
    try {
      readPrivateKey(materialOf('x.key', bytes));
    } catch (thrown) {
      error = thrown;
    }
    expect(isEspawsError(error)).toBe(true);
    expect(error).toMatchObject({
      message: expect.stringMatching(message) as string,
      hint: expect.stringMatching(hint) as string,
    });
  });
});
