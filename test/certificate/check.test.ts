import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors.ts';
import type { IdentityPaths } from '../../src/certificate/identity.ts';
import { checkIdentity, requireUsable } from '../../src/certificate/check.ts';
import { readIdentity } from '../../src/certificate/identity.ts';
import { nodeFiles } from '../../src/io/files.ts';
import type { Issued, IssueOptions, Workshop } from '../support/identities.ts';
import { CA_EXTENSIONS, CLIENT_EXTENSIONS, openWorkshop, TEST_NOW } from '../support/identities.ts';

interface Parts {
  root: Issued;
  intermediate: Issued;
  device: Issued;
  rsaDevice: Issued;
  other: Issued;
}

type Change = (parts: Parts, workshop: Workshop) => Promise<Partial<IdentityPaths>> | Partial<IdentityPaths>;

const joined = (...issued: readonly Issued[]) => issued.map(({ pem }) => pem).join('');

const device = async (workshop: Workshop, issuer: Issued, options: Partial<IssueOptions>) => {
  const issued = await workshop.issue({ name: 'changed', issuer, extensions: CLIENT_EXTENSIONS, ...options });
  return { certificate: issued.certificate, key: issued.key };
};

const GOOD: readonly [string, Change][] = [
  ['an EC identity with an RSA root elsewhere', () => ({})],
  ['an RSA identity', ({ rsaDevice }) => ({ certificate: rsaDevice.certificate, key: rsaDevice.key })],
  ['a client issuer that is not in the CA bundle', ({ other }) => ({ ca: other.certificate })],
  [
    'a chain in order',
    async ({ device, intermediate }, workshop) => ({
      certificate: await workshop.file('chain.pem', joined(device, intermediate)),
    }),
  ],
  ['a key in SEC 1', async ({ device }, workshop) => ({ key: await workshop.keyAs(device, 'traditional') })],
  ['a key in DER', async ({ device }, workshop) => ({ key: await workshop.keyAs(device, 'pkcs8-der') })],
  ['P-521', ({ root }, workshop) => device(workshop, root, { key: 'P-521' })],
  ['explicit parameters', ({ root }, workshop) => device(workshop, root, { key: 'P-256-explicit' })],
  ['a compressed point', ({ root }, workshop) => device(workshop, root, { key: 'P-256-compressed' })],
  [
    'any extended key usage',
    ({ root }, workshop) => device(workshop, root, { extensions: ['extendedKeyUsage=anyExtendedKeyUsage'] }),
  ],
  ['a client certificate of version 1', ({ root }, workshop) => device(workshop, root, { extensions: [] })],
  [
    'a root of version 1',
    async (_, workshop) => ({ ca: (await workshop.issue({ name: 'v1', extensions: [] })).certificate }),
  ],
];

const BAD: readonly [string, ErrorCode, 'error' | 'warning', RegExp, Change][] = [
  [
    'the key of another certificate',
    'certificate/key-mismatch',
    'error',
    /does not belong to the certificate .*CN=device/,
    ({ rsaDevice }) => ({ key: rsaDevice.key }),
  ],
  [
    'the key of another certificate of the same kind',
    'certificate/key-mismatch',
    'error',
    /does not belong/,
    ({ other }) => ({ key: other.key }),
  ],
  [
    'an encrypted key',
    'certificate/encrypted-key',
    'error',
    /is encrypted \(PBES2 AES-256-CBC HMAC-SHA256\)/,
    async ({ device }, workshop) => ({ key: await workshop.keyAs(device, 'pbes2-aes256') }),
  ],
  [
    'a DEK-Info key',
    'certificate/encrypted-key',
    'error',
    /DEK-Info AES-128-CBC/,
    async ({ device }, workshop) => ({ key: await workshop.keyAs(device, 'dek-aes128') }),
  ],
  [
    'Ed25519',
    'certificate/unsupported-key',
    'error',
    /Ed25519/,
    ({ root }, workshop) => device(workshop, root, { key: 'Ed25519' }),
  ],
  [
    'DSA',
    'certificate/unsupported-key',
    'error',
    /DSA/,
    ({ root }, workshop) => device(workshop, root, { key: 'DSA' }),
  ],
  [
    'a certificate signed with Ed25519',
    'certificate/unsupported-key',
    'error',
    /signed with Ed25519, which mbedTLS refuses/,
    async (_, workshop) =>
      device(workshop, await workshop.issue({ name: 'ed', key: 'Ed25519' }), { md: 'sha256' }),
  ],
  [
    'the chain in the wrong order',
    'certificate/chain',
    'error',
    /belongs to certificate 2 of .*, not to the first/,
    async ({ device, intermediate }, workshop) => ({
      certificate: await workshop.file('order.pem', joined(intermediate, device)),
    }),
  ],
  [
    'a foreign certificate in the chain',
    'certificate/chain',
    'error',
    /was issued by "CN=intermediate", not by "CN=other"/,
    async ({ device, other }, workshop) => ({
      certificate: await workshop.file('foreign.pem', joined(device, other)),
    }),
  ],
  [
    'an issuer of the same name with another key',
    'certificate/chain',
    'error',
    /is not one of "CN=intermediate"/,
    async ({ device, root }, workshop) => {
      const twin = await workshop.issue({ name: 'twin', subject: '/CN=intermediate', issuer: root });
      return { certificate: await workshop.file('twin.chain.pem', joined(device, twin)) };
    },
  ],
  [
    'the root at the end of the chain',
    'certificate/chain',
    'warning',
    /bytes in every handshake/,
    async ({ device, intermediate, root }, workshop) => ({
      certificate: await workshop.file('rooted.pem', joined(device, intermediate, root)),
    }),
  ],
  [
    'a server certificate as the client',
    'certificate/key-usage',
    'error',
    /may be used for serverAuth only/,
    ({ root }, workshop) => device(workshop, root, { extensions: ['extendedKeyUsage=serverAuth'] }),
  ],
  [
    'a key usage without signatures',
    'certificate/key-usage',
    'error',
    /without digitalSignature/,
    ({ root }, workshop) => device(workshop, root, { extensions: ['keyUsage=keyEncipherment'] }),
  ],
  [
    'an expired client',
    'certificate/expired',
    'error',
    /client certificate .*CN=changed.* expired on 2026-02-01/,
    ({ root }, workshop) => device(workshop, root, { to: '20260201000000Z' }),
  ],
  [
    'a client from the future',
    'certificate/not-yet-valid',
    'error',
    /is not valid before 2030-01-01/,
    ({ root }, workshop) => device(workshop, root, { from: '20300101000000Z' }),
  ],
  [
    'an expired CA',
    'certificate/expired',
    'error',
    /CA certificate .*CN=old.* expired on 2026-02-01/,
    async (_, workshop) => ({
      ca: (await workshop.issue({ name: 'old', to: '20260201000000Z' })).certificate,
    }),
  ],
  [
    'one expired CA of two',
    'certificate/expired',
    'warning',
    /number 1 .* expired/,
    async ({ root }, workshop) => ({
      ca: await workshop.file(
        'two.pem',
        joined(await workshop.issue({ name: 'older', to: '20260201000000Z' }), root),
      ),
    }),
  ],
  [
    'the client certificate given as the CA',
    'certificate/not-a-ca',
    'error',
    /is the client certificate itself/,
    ({ device }) => ({ ca: device.certificate }),
  ],
  [
    'a leaf given as the CA',
    'certificate/not-a-ca',
    'error',
    /is not a CA: it was issued by "CN=root"/,
    ({ rsaDevice }) => ({ ca: rsaDevice.certificate }),
  ],
  [
    'a leaf beside a CA',
    'certificate/not-a-ca',
    'warning',
    /number 2 .*is not a CA/,
    async ({ rsaDevice, root }, workshop) => ({
      ca: await workshop.file('mixed.pem', joined(root, rsaDevice)),
    }),
  ],
  [
    'a self-signed CA without basicConstraints',
    'certificate/not-a-ca',
    'warning',
    /no basicConstraints CA:TRUE/,
    async (_, workshop) => ({
      ca: (await workshop.issue({ name: 'plain', extensions: ['keyUsage=keyCertSign'] })).certificate,
    }),
  ],
  [
    'a CA that may not sign certificates',
    'certificate/not-a-ca',
    'error',
    /without keyCertSign/,
    async (_, workshop) => ({
      ca: (
        await workshop.issue({
          name: 'crl-only',
          extensions: ['basicConstraints=CA:TRUE', 'keyUsage=cRLSign'],
        })
      ).certificate,
    }),
  ],
  [
    'an Ed25519 CA',
    'certificate/unsupported-key',
    'error',
    /CA certificate .*Ed25519/,
    async (_, workshop) => ({ ca: (await workshop.issue({ name: 'ed-ca', key: 'Ed25519' })).certificate }),
  ],
  [
    'critical name constraints',
    'certificate/unparsable',
    'error',
    /critical extension name constraints/,
    async (_, workshop) => ({
      ca: (
        await workshop.issue({
          name: 'constrained',
          extensions: [...CA_EXTENSIONS, 'nameConstraints=critical,permitted;DNS:example.com'],
        })
      ).certificate,
    }),
  ],
];

describe('checkIdentity', () => {
  let workshop: Workshop;
  let parts: Parts;
  beforeAll(async () => {
    workshop = await openWorkshop();
    const root = await workshop.issue({ name: 'root' });
    const intermediate = await workshop.issue({ name: 'intermediate', issuer: root });
    parts = {
      root,
      intermediate,
      device: await workshop.issue({ name: 'device', issuer: intermediate, extensions: CLIENT_EXTENSIONS }),
      rsaDevice: await workshop.issue({
        name: 'rsa',
        key: 'rsa-2048',
        issuer: root,
        extensions: CLIENT_EXTENSIONS,
      }),
      other: await workshop.issue({ name: 'other' }),
    };
  });
  afterAll(() => workshop.close());

  async function identityWith(change: Change) {
    const { device, root } = parts;
    const good = { certificate: device.certificate, key: device.key, ca: root.certificate };
    return readIdentity(nodeFiles, { ...good, ...(await change(parts, workshop)) });
  }

  it.each(GOOD)('finds nothing wrong with %s', async (_, change) => {
    const identity = await identityWith(change);
    expect(checkIdentity(identity, { now: TEST_NOW })).toEqual([]);
    expect(() => {
      requireUsable(identity, { now: TEST_NOW });
    }).not.toThrow();
  });

  it.each(BAD)('finds %s', async (_, code, severity, message, change) => {
    const identity = await identityWith(change);
    const problems = checkIdentity(identity, { now: TEST_NOW });
    expect(problems).toContainEqual({
      code,
      severity,
      message: expect.stringMatching(message) as string,
      hint: expect.stringMatching(/\S/) as string,
    });
    const check = () => {
      requireUsable(identity, { now: TEST_NOW });
    };
    if (severity === 'warning') expect(check).not.toThrow();
    else expect(check).toThrow();
  });

  it('looks at no dates without a clock', async () => {
    const identity = await identityWith(({ root }, shop) => device(shop, root, { to: '20260201000000Z' }));
    expect(checkIdentity(identity)).toEqual([]);
  });

  it('says nothing of what a private key contains', async () => {
    const identity = await identityWith(async (_, shop) => {
      const key = await readFile(parts.device.key, 'utf8');
      return { key: await shop.file('damaged.key', key.replace(/[a-z](?=[^\n]*\n-----END)/, 'A')) };
    }).catch((error: unknown) => error);
    const text = JSON.stringify(
      identity instanceof Error ? identity.message : checkIdentity(identity as never),
    );
    const secret = (await readFile(parts.device.key, 'utf8')).split('\n')[1]!;
    expect(text).not.toContain(secret.slice(0, 12));
  });
});
