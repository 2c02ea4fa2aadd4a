import { afterAll, beforeAll, describe, it } from 'vitest';
import { clientOf, expectProblem, joined, openIdentities } from './check-identities.ts';
import type { CheckedIdentities, FaultyIdentity } from './check-identities.ts';

const CLIENTS: readonly FaultyIdentity[] = [
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
    ({ root }, workshop) => clientOf(workshop, root, { key: 'Ed25519' }),
  ],
  [
    'DSA',
    'certificate/unsupported-key',
    'error',
    /DSA/,
    ({ root }, workshop) => clientOf(workshop, root, { key: 'DSA' }),
  ],
  [
    'a certificate signed with Ed25519',
    'certificate/unsupported-key',
    'error',
    /signed with Ed25519, which mbedTLS refuses/,
    async (_, workshop) =>
      clientOf(workshop, await workshop.issue({ name: 'ed', key: 'Ed25519' }), { md: 'sha256' }),
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
    ({ root }, workshop) => clientOf(workshop, root, { extensions: ['extendedKeyUsage=serverAuth'] }),
  ],
  [
    'a key usage without signatures',
    'certificate/key-usage',
    'error',
    /without digitalSignature/,
    ({ root }, workshop) => clientOf(workshop, root, { extensions: ['keyUsage=keyEncipherment'] }),
  ],
  [
    'an expired client',
    'certificate/expired',
    'error',
    /client certificate .*CN=changed.* expired on 2026-02-01/,
    ({ root }, workshop) => clientOf(workshop, root, { to: '20260201000000Z' }),
  ],
  [
    'a client from the future',
    'certificate/not-yet-valid',
    'error',
    /is not valid before 2030-01-01/,
    ({ root }, workshop) => clientOf(workshop, root, { from: '20300101000000Z' }),
  ],
];

describe('checkIdentity', () => {
  let identities: CheckedIdentities;
  beforeAll(async () => {
    identities = await openIdentities();
  });
  afterAll(() => identities.close());

  it.each(CLIENTS)('finds %s', async (_, ...expected) => {
    await expectProblem(identities, ...expected);
  });
});
