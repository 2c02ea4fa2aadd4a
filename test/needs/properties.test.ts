import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../src/certificate/facts.ts';
import type { EndpointFacts } from '../../src/endpoint/facts.ts';
import type { Need } from '../../src/needs/need.ts';
import { readCertificates } from '../../src/certificate/certificates.ts';
import { identityOf } from '../../src/certificate/identity.ts';
import { materialOf } from '../../src/certificate/material.ts';
import { isEspawsError } from '../../src/errors.ts';
import { deriveNeeds } from '../../src/needs/derive.ts';
import { awsLikeEndpoint, knownEndpoint } from '../support/endpoints.ts';
import type { Issued, TestKeyKind, Workshop } from '../support/identities.ts';
import { openWorkshop } from '../support/identities.ts';

const KINDS: readonly TestKeyKind[] = ['rsa-2048', 'P-256', 'P-384', 'secp256k1'];

/** A need without its reasons; a signature that is verified is also parsed. */
function strengthOf(need: Need): string[] {
  const detail = { ...need, because: '', source: '' };
  if (detail.kind !== 'certificate-signature') return [JSON.stringify(detail)];
  const parsed = { ...detail, verify: false };
  return [JSON.stringify(parsed), ...(detail.verify ? [JSON.stringify(detail)] : [])];
}

/** What may be exchanged for something better when more is known: the choice of suite and what goes with it. */
const CHOSEN: readonly Need['kind'][] = ['suite', 'client-signature', 'server-signature', 'group'];

describe('deriveNeeds, for any bundle', () => {
  let workshop: Workshop;
  let roots: Issued[];
  let devices: Identity['files'][];
  let endpoints: EndpointFacts[];

  beforeAll(async () => {
    workshop = await openWorkshop();
    roots = [];
    for (const key of KINDS) {
      roots.push(
        await workshop.issue({ name: `root-${key}`, key, md: key === 'P-384' ? 'sha384' : 'sha256' }),
      );
    }
    const servers: Issued[] = [];
    devices = [];
    for (const [index, issuer] of roots.entries()) {
      const key = KINDS[(index + 1) % KINDS.length]!;
      servers.push(await workshop.issue({ name: `server-${key}`, key, issuer }));
      const device = await workshop.issue({ name: `device-${key}`, key, issuer, pss: index === 0 });
      const certificate = materialOf('device.pem', Buffer.from(device.pem));
      devices.push({ certificate, key: materialOf('key', await readFile(device.key)), ca: certificate });
    }
    const chains = servers.map(({ pem }) => readCertificates(materialOf('server', Buffer.from(pem))));
    endpoints = [
      awsLikeEndpoint(),
      awsLikeEndpoint({ usualChains: [], suites: [], curves: [], profile: 'generic' }),
      ...chains.map((chain) =>
        knownEndpoint({ [chain[0]!.key.kind === 'rsa' ? 'rsa' : 'ecdsa']: chain }, { curves: [] }),
      ),
      knownEndpoint({ ecdsa: chains[0]!, rsa: chains[3]! }),
    ];
  });
  afterAll(() => workshop.close());

  const cases = fc.record({
    device: fc.nat(KINDS.length - 1),
    ca: fc.uniqueArray(fc.nat(KINDS.length - 1), { minLength: 1 }),
    endpoint: fc.nat(6),
    version: fc.constantFrom('1.2' as const, '1.3' as const),
  });

  function derive({ device, ca, endpoint, version }: typeof cases extends fc.Arbitrary<infer T> ? T : never) {
    const bundle = ca.map((index) => roots[index]!.pem).join('');
    const files = { ...devices[device]!, ca: materialOf('ca.pem', Buffer.from(bundle)) };
    try {
      return deriveNeeds(identityOf(files), endpoints[endpoint]!, { tlsVersion: version });
    } catch (error) {
      if (isEspawsError(error, 'needs/unsupported')) return undefined;
      throw error;
    }
  }

  it('gives the same needs each time, each once, each with a reason', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const needs = derive(one);
        expect(derive(one)).toEqual(needs);
        const details = needs?.map((need) =>
          JSON.stringify({ ...need, because: '', source: '', verify: '' }),
        );
        expect(new Set(details).size).toBe(details?.length ?? 0);
        expect(needs?.every(({ because }) => because.length > 5) ?? true).toBe(true);
      }),
    );
  });

  it('asks no less of a larger CA bundle', () => {
    fc.assert(
      fc.property(cases, fc.nat(KINDS.length - 1), (one, more) => {
        const small = derive(one);
        const large = derive({ ...one, ca: [...new Set([...one.ca, more])] });
        if (small === undefined) return;
        expect(large).toBeDefined();
        const has = new Set(large!.flatMap(strengthOf));
        for (const need of small.filter(({ kind }) => !CHOSEN.includes(kind))) {
          if (need.kind === 'rsa-modulus' || need.kind === 'record-size' || need.kind === 'intermediates')
            continue;
          expect([...has]).toEqual(expect.arrayContaining(strengthOf(need)));
        }
      }),
    );
  });
});
