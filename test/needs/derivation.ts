import { readFile } from 'node:fs/promises';
import { readCertificates } from '../../src/certificate/certificates.ts';
import type { CertificateFacts, Identity, Material } from '../../src/certificate/facts.ts';
import { identityOf } from '../../src/certificate/identity.ts';
import { materialOf } from '../../src/certificate/material.ts';
import type { EndpointFacts } from '../../src/endpoint/facts.ts';
import { deriveNeeds, type DeriveOptions } from '../../src/needs/derive.ts';
import { explainNeeds } from '../../src/needs/explain.ts';
import type { Need } from '../../src/needs/need.ts';
import type { Issued, IssueOptions, Workshop } from '../support/identities.ts';
import { CLIENT_EXTENSIONS, openWorkshop, serverExtensions } from '../support/identities.ts';

const SERVER = serverExtensions('DNS:abc-ats.iot.eu-west-1.amazonaws.com');

type Row = Omit<IssueOptions, 'name' | 'issuer'> & { issuer?: string };

/** Everything that the cases are made of; the Amazon names are only names here. */
const ROWS = {
  'rsa-root': { key: 'rsa-2048', subject: '/C=US/O=Amazon/CN=Amazon Root CA 1' },
  'ec-root': { subject: '/C=US/O=Amazon/CN=Amazon Root CA 3' },
  'ec384-root': { key: 'P-384', md: 'sha384' },
  'sha512-root': { key: 'rsa-2048', md: 'sha512' },
  'private-rsa-root': { key: 'rsa-2048' },
  'device-ca': { key: 'rsa-2048' },
  'rsa-server': { key: 'rsa-2048', issuer: 'rsa-root', extensions: SERVER },
  'ec-server': { issuer: 'ec-root', extensions: SERVER },
  'ec-intermediate': { issuer: 'ec-root' },
  'deep-ec-server': { issuer: 'ec-intermediate', extensions: SERVER },
  'ec384-server': { key: 'P-384', md: 'sha384', issuer: 'ec384-root', extensions: SERVER },
  'ec-server-by-rsa': { issuer: 'rsa-root', extensions: SERVER },
  'rsa-by-ec': { key: 'rsa-2048', issuer: 'ec-root', extensions: SERVER },
  'ec-device': { issuer: 'device-ca', extensions: CLIENT_EXTENSIONS },
  'rsa-device': { key: 'rsa-2048', issuer: 'device-ca', extensions: CLIENT_EXTENSIONS },
  'ec-ec-device': { issuer: 'ec-root', extensions: CLIENT_EXTENSIONS },
  'ec384-device': { key: 'P-384', md: 'sha384', issuer: 'ec384-root', extensions: CLIENT_EXTENSIONS },
  'k256-device': { key: 'secp256k1', issuer: 'device-ca', extensions: CLIENT_EXTENSIONS },
  'compressed-device': { key: 'P-256-compressed', issuer: 'device-ca', extensions: CLIENT_EXTENSIONS },
  'explicit-device': { key: 'P-256-explicit', issuer: 'device-ca', extensions: CLIENT_EXTENSIONS },
  'pss-device': { issuer: 'device-ca', pss: true, extensions: CLIENT_EXTENSIONS },
  'sha1-device': { issuer: 'device-ca', md: 'sha1', extensions: CLIENT_EXTENSIONS },
  'dsa-device': { key: 'DSA', issuer: 'device-ca', extensions: CLIENT_EXTENSIONS },
  'ed-root': { key: 'Ed25519' },
} as const satisfies Record<string, Row>;

export type Name = keyof typeof ROWS;

/** Certificates by their names in `ROWS`, each issued where a test first asks for it; and what is derived of them. */
export interface Derivation {
  workshop: () => Promise<Workshop>;
  issued: (name: Name) => Promise<Issued>;
  /** As a server presents them, its own certificate first. */
  facts: (...names: readonly Name[]) => Promise<CertificateFacts[]>;
  /** Of the client's chain and the CA bundle, with the key of the first unless another is given. */
  identity: (device: Name | readonly Name[], ca: readonly Name[], key?: Material) => Promise<Identity>;
  derive: (
    device: Name | readonly Name[],
    ca: readonly Name[],
    endpoint: EndpointFacts,
    options?: DeriveOptions,
  ) => Promise<readonly Need[]>;
  close: () => Promise<void>;
}

export function openDerivation(): Derivation {
  let opened: Promise<Workshop> | undefined;
  const workshop = () => (opened ??= openWorkshop());
  const known = new Map<Name, Promise<Issued>>();

  const issue = async (name: Name): Promise<Issued> => {
    const { issuer, ...options }: Row = ROWS[name];
    const by = issuer === undefined ? {} : { issuer: await issued(issuer as Name) };
    return (await workshop()).issue({ name, ...options, ...by });
  };
  const issued = (name: Name) => {
    const found = known.get(name) ?? issue(name);
    known.set(name, found);
    return found;
  };
  const pems = async (...names: readonly Name[]) => {
    // One after the other: the workshop writes one request file for all.
    let text = '';
    for (const name of names) text += (await issued(name)).pem;
    return Buffer.from(text);
  };

  const identity: Derivation['identity'] = async (device, ca, key) => {
    const names = typeof device === 'string' ? [device] : device;
    return identityOf({
      certificate: materialOf('certs/device.pem.crt', await pems(...names)),
      key: key ?? materialOf('certs/private.pem.key', await readFile((await issued(names[0]!)).key)),
      ca: materialOf('certs/ca.pem', await pems(...ca)),
    });
  };
  return {
    workshop,
    issued,
    facts: async (...names) => readCertificates(materialOf('server.pem', await pems(...names))),
    identity,
    derive: async (device, ca, endpoint, options = {}) =>
      deriveNeeds(await identity(device, ca), endpoint, options),
    close: async () => (await opened)?.close(),
  };
}

/** Details alone, without reasons, in one line each. */
export const short = (needs: readonly Need[]) =>
  explainNeeds(needs).map(({ what, value }) => `${what}: ${value}`);
export const valuesOf = (needs: readonly Need[], what: string) =>
  explainNeeds(needs).flatMap((row) => (row.what === what ? [row.value] : []));
