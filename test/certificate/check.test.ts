import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkIdentity, requireUsable } from '../../src/certificate/check.ts';
import { TEST_NOW } from '../support/identities.ts';
import { clientOf, joined, openIdentities } from './check-identities.ts';
import type { Change, CheckedIdentities } from './check-identities.ts';

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
  ['P-521', ({ root }, workshop) => clientOf(workshop, root, { key: 'P-521' })],
  ['explicit parameters', ({ root }, workshop) => clientOf(workshop, root, { key: 'P-256-explicit' })],
  ['a compressed point', ({ root }, workshop) => clientOf(workshop, root, { key: 'P-256-compressed' })],
  [
    'any extended key usage',
    ({ root }, workshop) =>
      clientOf(workshop, root, { extensions: ['extendedKeyUsage=anyExtendedKeyUsage'] }),
  ],
  ['a client certificate of version 1', ({ root }, workshop) => clientOf(workshop, root, { extensions: [] })],
  [
    'a root of version 1',
    async (_, workshop) => ({ ca: (await workshop.issue({ name: 'v1', extensions: [] })).certificate }),
  ],
];

describe('checkIdentity', () => {
  let identities: CheckedIdentities;
  beforeAll(async () => {
    identities = await openIdentities();
  });
  afterAll(() => identities.close());

  it.each(GOOD)('finds nothing wrong with %s', async (_, change) => {
    const identity = await identities.identityWith(change);
    expect(checkIdentity(identity, { now: TEST_NOW })).toEqual([]);
    expect(() => {
      requireUsable(identity, { now: TEST_NOW });
    }).not.toThrow();
  });

  it('looks at no dates without a clock', async () => {
    const identity = await identities.identityWith(({ root }, shop) =>
      clientOf(shop, root, { to: '20260201000000Z' }),
    );
    expect(checkIdentity(identity)).toEqual([]);
  });

  it('says nothing of what a private key contains', async () => {
    const identity = await identities
      .identityWith(async (_, shop) => {
        const key = await readFile(identities.parts.device.key, 'utf8');
        return { key: await shop.file('damaged.key', key.replace(/[a-z](?=[^\n]*\n-----END)/, 'A')) };
      })
      .catch((error: unknown) => error);
    const text = JSON.stringify(
      identity instanceof Error ? identity.message : checkIdentity(identity as never),
    );
    const secret = (await readFile(identities.parts.device.key, 'utf8')).split('\n')[1]!;
    expect(text).not.toContain(secret.slice(0, 12));
  });
});
