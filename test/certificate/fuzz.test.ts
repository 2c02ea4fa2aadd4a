import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkIdentity } from '../../src/certificate/check.ts';
import { readCertificates } from '../../src/certificate/certificates.ts';
import { identityOf } from '../../src/certificate/identity.ts';
import { materialOf } from '../../src/certificate/material.ts';
import { readPrivateKey } from '../../src/certificate/private-key.ts';
import { isEspawsError } from '../../src/errors.ts';
import type { Workshop } from '../support/identities.ts';
import { CLIENT_EXTENSIONS, openWorkshop, TEST_NOW } from '../support/identities.ts';

/** One change to a file: a byte set, a part cut out, bytes put in. */
interface Mutation {
  at: number;
  kind: 'set' | 'cut' | 'insert';
  bytes: Uint8Array;
}

const mutations = fc.array(
  fc.record<Mutation>({
    at: fc.nat(4000),
    kind: fc.constantFrom('set', 'cut', 'insert'),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  }),
  { minLength: 1, maxLength: 4 },
);

function mutate(original: Uint8Array, changes: readonly Mutation[]): Uint8Array {
  return changes.reduce<Uint8Array>((bytes, { at, kind, bytes: given }) => {
    const place = bytes.length === 0 ? 0 : at % bytes.length;
    const tail = bytes.subarray(kind === 'insert' ? place : place + given.length);
    return Buffer.concat([bytes.subarray(0, place), ...(kind === 'cut' ? [] : [given]), tail]);
  }, original);
}

/** Calls `read`; an error must be one of espaws. */
function onlyEspawsErrors(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!isEspawsError(error)) throw error;
    expect(error.hint).toBeTruthy();
    expect(error.message).not.toMatch(/undefined|\[object/);
  }
}

describe('readers of damaged files', () => {
  let workshop: Workshop;
  const certificates: Uint8Array[] = [];
  const keys: Uint8Array[] = [];
  let identityFiles: [Uint8Array, Uint8Array, Uint8Array];

  beforeAll(async () => {
    workshop = await openWorkshop();
    const root = await workshop.issue({ name: 'root', key: 'rsa-2048' });
    const pss = await workshop.issue({ name: 'pss', issuer: root, pss: true, extensions: CLIENT_EXTENSIONS });
    const explicit = await workshop.issue({ name: 'explicit', key: 'P-256-explicit', issuer: root });
    for (const issued of [root, pss, explicit]) {
      certificates.push(await readFile(issued.certificate), await readFile(await workshop.derOf(issued)));
    }
    for (const form of ['pkcs8', 'pkcs8-der', 'traditional-der', 'pbes2-aes256', 'dek-aes128'] as const) {
      keys.push(await readFile(await workshop.keyAs(pss, form)));
    }
    keys.push(await readFile(await workshop.keyAs(explicit, 'traditional-der')));
    keys.push(await readFile(await workshop.keyAs(root, 'traditional-der')));
    identityFiles = [
      await readFile(pss.certificate),
      await readFile(pss.key),
      await readFile(root.certificate),
    ];
  });
  afterAll(() => workshop.close());

  it('readCertificates throws nothing but EspawsError', () => {
    fc.assert(
      fc.property(fc.nat(), mutations, (choice, changes) => {
        const bytes = mutate(certificates[choice % certificates.length]!, changes);
        onlyEspawsErrors(() => readCertificates(materialOf('file.pem', bytes)));
      }),
      { numRuns: 2000 },
    );
  });

  it('readPrivateKey throws nothing but EspawsError', () => {
    fc.assert(
      fc.property(fc.nat(), mutations, (choice, changes) => {
        const bytes = mutate(keys[choice % keys.length]!, changes);
        onlyEspawsErrors(() => readPrivateKey(materialOf('file.key', bytes)));
      }),
      { numRuns: 2000 },
    );
  });

  it('checkIdentity judges every identity that could be read', () => {
    fc.assert(
      fc.property(fc.nat(2), mutations, (which, changes) => {
        const [certificate, key, ca] = identityFiles.map((bytes, index) =>
          materialOf(`file${index}`, index === which ? mutate(bytes, changes) : bytes),
        );
        onlyEspawsErrors(() =>
          checkIdentity(identityOf({ certificate: certificate!, key: key!, ca: ca! }), { now: TEST_NOW }),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('neither reader is lost in noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        onlyEspawsErrors(() => readCertificates(materialOf('noise', bytes)));
        onlyEspawsErrors(() => readPrivateKey(materialOf('noise', bytes)));
      }),
      { numRuns: 2000 },
    );
  });
});
