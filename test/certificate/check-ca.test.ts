import { afterAll, beforeAll, describe, it } from 'vitest';
import { CA_EXTENSIONS } from '../support/identities.ts';
import { expectProblem, joined, openIdentities } from './check-identities.ts';
import type { CheckedIdentities, FaultyIdentity } from './check-identities.ts';

const BUNDLES: readonly FaultyIdentity[] = [
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
  let identities: CheckedIdentities;
  beforeAll(async () => {
    identities = await openIdentities();
  });
  afterAll(() => identities.close());

  it.each(BUNDLES)('finds %s', async (_, ...expected) => {
    await expectProblem(identities, ...expected);
  });
});
