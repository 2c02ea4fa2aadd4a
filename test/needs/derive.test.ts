import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CertificateFacts, Identity, Material } from '../../src/certificate/facts.ts';
import type { EndpointFacts } from '../../src/endpoint/facts.ts';
import type { DeriveOptions } from '../../src/needs/derive.ts';
import type { Need } from '../../src/needs/need.ts';
import { readCertificates } from '../../src/certificate/certificates.ts';
import { identityOf } from '../../src/certificate/identity.ts';
import { materialOf } from '../../src/certificate/material.ts';
import { deriveNeeds } from '../../src/needs/derive.ts';
import { explainNeeds } from '../../src/needs/explain.ts';
import { awsLikeEndpoint, knownEndpoint } from '../support/endpoints.ts';
import type { Issued, IssueOptions, Workshop } from '../support/identities.ts';
import { CLIENT_EXTENSIONS, openWorkshop, serverExtensions } from '../support/identities.ts';

const SERVER = serverExtensions('DNS:abc-ats.iot.eu-west-1.amazonaws.com');

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
} as const satisfies Record<string, Omit<IssueOptions, 'name' | 'issuer'> & { issuer?: string }>;

type Name = keyof typeof ROWS;

/** Details alone, without reasons, in one line each. */
const short = (needs: readonly Need[]) => explainNeeds(needs).map(({ what, value }) => `${what}: ${value}`);
const valuesOf = (needs: readonly Need[], what: string) =>
  explainNeeds(needs).flatMap((row) => (row.what === what ? [row.value] : []));

describe('deriveNeeds', () => {
  let workshop: Workshop;
  const issued = new Map<Name, Issued>();

  beforeAll(async () => {
    workshop = await openWorkshop();
    for (const [name, { issuer, ...options }] of Object.entries<
      Omit<IssueOptions, 'name' | 'issuer'> & { issuer?: string }
    >(ROWS)) {
      const by = issuer === undefined ? {} : { issuer: issued.get(issuer as Name)! };
      issued.set(name as Name, await workshop.issue({ name, ...options, ...by }));
    }
  });
  afterAll(() => workshop.close());

  const pems = (...names: readonly Name[]) =>
    Buffer.from(names.map((name) => issued.get(name)!.pem).join(''));
  const facts = (...names: readonly Name[]): CertificateFacts[] =>
    readCertificates(materialOf('server.pem', pems(...names)));

  async function identity(
    device: Name | readonly Name[],
    ca: readonly Name[],
    key?: Material,
  ): Promise<Identity> {
    const names = typeof device === 'string' ? [device] : device;
    return identityOf({
      certificate: materialOf('certs/device.pem.crt', pems(...names)),
      key: key ?? materialOf('certs/private.pem.key', await readFile(issued.get(names[0]!)!.key)),
      ca: materialOf('certs/ca.pem', pems(...ca)),
    });
  }
  const derive = async (
    device: Name | readonly Name[],
    ca: readonly Name[],
    endpoint: EndpointFacts,
    options: DeriveOptions = {},
  ) => deriveNeeds(await identity(device, ca), endpoint, options);

  it('asks RSA for the field case: an EC key with an RSA-signed certificate on an RSA chain', async () => {
    const needs = await derive('ec-device', ['rsa-root'], awsLikeEndpoint());
    expect(short(needs)).toEqual([
      'TLS version: 1.2',
      'cipher suite: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
      'ECDHE group: secp256r1',
      'server signature: rsa-pkcs1 sha256',
      'client certificate: yes',
      'client signature: ecdsa sha256',
      'private key: ec pkcs8',
      'public key: EC secp256r1',
      'public key: RSA 2048 bits',
      'certificate signature: rsa-pkcs1 sha256, verified',
      'largest RSA modulus: 2048 bits',
      'PEM: yes',
      'server name (SNI): abc-ats.iot.eu-west-1.amazonaws.com',
      'record size: in 8192, out 2048 bytes',
    ]);
    const reasons = needs.map(({ kind, because }) => `${kind}: ${because}`).join('\n');
    expect(reasons).toMatch(
      /public-key: client certificate CN=ec-device \(certs\/device\.pem\.crt\) carries an EC P-256 key/,
    );
    expect(reasons).toMatch(
      /suite: .*\(profile aws-iot\), and the CA bundle certs\/ca\.pem verifies an RSA server chain: CN=Amazon Root CA 1/,
    );
    expect(needs.every(({ because }) => because !== '' && !/undefined|\[object/.test(because))).toBe(true);
  });

  it('asks no RSA where everything is EC', async () => {
    const needs = await derive('ec-ec-device', ['ec-root'], awsLikeEndpoint());
    expect(valuesOf(needs, 'cipher suite')).toEqual(['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256']);
    expect(JSON.stringify(needs.map((need) => ({ ...need, because: '' })))).not.toMatch(/rsa/i);
  });

  it('asks RSA to parse the RSA-signed certificate of an EC key on an EC chain', async () => {
    const needs = await derive('ec-device', ['ec-root'], awsLikeEndpoint());
    expect(valuesOf(needs, 'cipher suite')).toEqual(['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256']);
    expect(valuesOf(needs, 'certificate signature')).toEqual([
      'rsa-pkcs1 sha256, only parsed',
      'ecdsa sha256, verified',
    ]);
    expect(valuesOf(needs, 'public key')).toEqual(['EC secp256r1']);
    expect(valuesOf(needs, 'largest RSA modulus')).toEqual([]);
  });

  it('asks ECDSA of no RSA identity on an RSA chain', async () => {
    const needs = await derive('rsa-device', ['rsa-root'], awsLikeEndpoint());
    expect(valuesOf(needs, 'client signature')).toEqual(['rsa sha256']);
    expect(JSON.stringify(needs.map((need) => ({ ...need, because: '' })))).not.toMatch(/ecdsa/i);
  });

  it('stays with SHA-384 where all is P-384', async () => {
    const endpoint = knownEndpoint({ ecdsa: facts('ec384-server') });
    const needs = await derive('ec384-device', ['ec384-root'], endpoint);
    expect(valuesOf(needs, 'cipher suite')).toEqual(['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384']);
    expect(valuesOf(needs, 'ECDHE group')).toEqual(['secp384r1']);
    expect(valuesOf(needs, 'public key')).toEqual(['EC secp384r1']);
    expect(JSON.stringify(needs)).not.toMatch(/sha256["']/);
  });

  it('offers the curve of the server certificate beside the one to exchange keys on', async () => {
    const endpoint = knownEndpoint({ ecdsa: facts('ec384-server') });
    const needs = await derive('ec-device', ['ec384-root'], endpoint);
    expect(valuesOf(needs, 'ECDHE group')).toEqual(['secp256r1', 'secp384r1']);
    expect(valuesOf(needs, 'client signature')).toEqual(['ecdsa sha256']);
  });

  it.each<[string, readonly Name[], readonly string[]]>([
    ['an RSA root', ['rsa-root'], ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256']],
    ['an EC root', ['ec-root'], ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256']],
    [
      'both roots',
      ['rsa-root', 'ec-root'],
      ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
    ],
  ])('offers a dual-certificate server only what %s verifies', async (_, ca, suites) => {
    const endpoint = knownEndpoint(
      { rsa: facts('rsa-server'), ecdsa: facts('ec-server') },
      { prefersChain: 'ecdsa' },
    );
    expect(valuesOf(await derive('ec-device', ca, endpoint), 'cipher suite')).toEqual(suites);
  });

  it('goes by the chain, not by the kind of the root', async () => {
    const byRsa = await derive(
      'ec-device',
      ['rsa-root'],
      knownEndpoint({ ecdsa: facts('ec-server-by-rsa') }),
    );
    expect(valuesOf(byRsa, 'cipher suite')).toEqual(['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256']);
    expect(valuesOf(byRsa, 'certificate signature')).toEqual(['rsa-pkcs1 sha256, verified']);
    const byEc = await derive('ec-device', ['ec-root'], knownEndpoint({ rsa: facts('rsa-by-ec') }));
    expect(valuesOf(byEc, 'cipher suite')).toEqual(['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256']);
    expect(valuesOf(byEc, 'certificate signature')).toContain('ecdsa sha256, verified');
  });

  it('goes by the kind of the root where nothing is known of the server', async () => {
    const generic = awsLikeEndpoint({
      profile: 'generic',
      source: 'profile generic',
      usualChains: [],
      suites: [],
      curves: [],
    });
    const rsa = await derive('ec-device', ['private-rsa-root'], generic);
    expect(valuesOf(rsa, 'cipher suite')).toEqual(['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256']);
    expect(valuesOf(rsa, 'certificate signature')).toEqual(['rsa-pkcs1 sha256, verified']);
    const ec = await derive('ec-ec-device', ['ec-root'], generic);
    expect(valuesOf(ec, 'cipher suite')).toEqual(['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256']);
    expect(valuesOf(ec, 'ECDHE group')).toEqual(['secp256r1']);
  });

  it('counts every hash of the bundle, the roots own included', async () => {
    const needs = await derive('ec-device', ['rsa-root', 'sha512-root'], awsLikeEndpoint());
    expect(valuesOf(needs, 'certificate signature')).toEqual([
      'rsa-pkcs1 sha256, verified',
      'rsa-pkcs1 sha512, only parsed',
    ]);
  });

  it.each<[Name, string, string]>([
    ['pss-device', 'certificate signature', 'rsa-pss sha256, only parsed'],
    ['sha1-device', 'certificate signature', 'rsa-pkcs1 sha1, only parsed'],
    ['k256-device', 'public key', 'EC secp256k1'],
    ['compressed-device', 'compressed EC point', 'yes'],
    ['explicit-device', 'explicit EC parameters', 'yes'],
  ])('sees what is rare in %s', async (device, what, value) => {
    expect(valuesOf(await derive(device, ['rsa-root'], awsLikeEndpoint()), what)).toContain(value);
    expect(valuesOf(await derive('ec-device', ['rsa-root'], awsLikeEndpoint()), what)).not.toContain(value);
  });

  it.each<[string, Partial<EndpointFacts>, string, readonly string[]]>([
    [
      'takes CBC where there is no GCM',
      { suites: ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256'] },
      'cipher suite',
      ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256'],
    ],
    [
      'takes ECDHE with CBC before RSA key exchange with GCM',
      { suites: ['TLS_RSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'] },
      'cipher suite',
      ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'],
    ],
    [
      'takes RSA key exchange where there is nothing better',
      { suites: ['TLS_RSA_WITH_AES_128_CBC_SHA', 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256'] },
      'cipher suite',
      ['TLS_RSA_WITH_AES_128_CBC_SHA'],
    ],
    [
      'offers no group with RSA key exchange',
      { suites: ['TLS_RSA_WITH_AES_128_CBC_SHA'] },
      'ECDHE group',
      [],
    ],
    [
      'verifies no handshake signature with RSA key exchange',
      { suites: ['TLS_RSA_WITH_AES_128_CBC_SHA'] },
      'server signature',
      [],
    ],
    [
      'takes the group that the server has',
      { curves: ['curve25519', 'secp521r1'] },
      'ECDHE group',
      ['secp521r1'],
    ],
    ['offers ALPN', { alpn: ['x-amzn-mqtt-ca'] }, 'ALPN', ['x-amzn-mqtt-ca']],
    ['leaves SNI out where it is not required', { requiresSni: false }, 'server name (SNI)', []],
    [
      'presents no certificate to a server that never asks',
      { clientCertificate: 'none' },
      'client signature',
      [],
    ],
    ['presents it where nothing is known', { clientCertificate: 'unknown' }, 'client certificate', ['yes']],
    ['takes TLS 1.3 where there is no 1.2', { versions: ['1.3'] }, 'TLS version', ['1.3']],
  ])('%s', async (_, changes, what, values) => {
    expect(valuesOf(await derive('ec-device', ['rsa-root'], awsLikeEndpoint(changes)), what)).toEqual(values);
  });

  it('signs with RSA-PSS and by curve in TLS 1.3', async () => {
    const rsa = await derive('ec384-device', ['rsa-root', 'ec384-root'], awsLikeEndpoint(), {
      tlsVersion: '1.3',
    });
    expect(valuesOf(rsa, 'server signature')).toEqual(['rsa-pss sha256']);
    expect(valuesOf(rsa, 'client signature')).toEqual(['ecdsa sha384']);
    const ec = await derive('ec-device', ['ec384-root'], knownEndpoint({ ecdsa: facts('ec384-server') }), {
      tlsVersion: '1.3',
    });
    expect(valuesOf(ec, 'server signature')).toEqual(['ecdsa sha384']);
    expect(valuesOf(ec, 'cipher suite')).toEqual(['TLS_AES_128_GCM_SHA256']);
  });

  it('takes the suites that the project names', async () => {
    const suites = ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'];
    const needs = await derive('ec-device', ['rsa-root'], awsLikeEndpoint(), { suites });
    expect(valuesOf(needs, 'cipher suite')).toEqual(suites);
    expect(valuesOf(needs, 'client signature')).toEqual(['ecdsa sha256', 'ecdsa sha384']);
  });

  it('counts intermediates and grows the buffers for known chains', async () => {
    const endpoint = knownEndpoint(
      { ecdsa: facts('deep-ec-server', 'ec-intermediate') },
      { records: { in: 512, out: 512, because: 'small' } },
    );
    const needs = await derive('ec-device', ['ec-root'], endpoint);
    expect(valuesOf(needs, 'intermediates')).toEqual(['1']);
    const chain = facts('deep-ec-server', 'ec-intermediate');
    const message = 7 + chain.reduce((sum, { der }) => sum + 3 + der.length, 0);
    const size = needs.find((need) => need.kind === 'record-size')!;
    expect(size.in).toBeGreaterThanOrEqual(message);
    expect(size.in - message).toBeLessThan(256);
    expect(size.out).toBeGreaterThan(512);
    expect(size.because).toMatch(/small; the server's Certificate message is \d+ bytes; the client's own/);
  });

  it('names encrypted keys and every container', async () => {
    const read = async (form: 'pbes2-aes256' | 'traditional' | 'pkcs8-der') => {
      const path = await workshop.keyAs(issued.get('ec-device')!, form);
      return deriveNeeds(
        await identity('ec-device', ['rsa-root'], materialOf('k', await readFile(path))),
        awsLikeEndpoint(),
      );
    };
    expect(valuesOf(await read('pbes2-aes256'), 'private key')).toEqual([
      'unknown encrypted-pkcs8 PBES2 AES-256-CBC HMAC-SHA256',
    ]);
    expect(valuesOf(await read('traditional'), 'private key')).toEqual(['ec sec1']);
    expect(valuesOf(await read('pkcs8-der'), 'private key')).toEqual(['ec pkcs8']);
  });

  it('needs no PEM where all is DER', async () => {
    const device = issued.get('ec-device')!;
    const root = issued.get('rsa-root')!;
    const der = async (path: Promise<string>, name: string) => materialOf(name, await readFile(await path));
    const all = identityOf({
      certificate: await der(workshop.derOf(device), 'device.der'),
      key: await der(workshop.keyAs(device, 'pkcs8-der'), 'key.der'),
      ca: await der(workshop.derOf(root), 'ca.der'),
    });
    expect(valuesOf(deriveNeeds(all, awsLikeEndpoint()), 'PEM')).toEqual([]);
  });

  it.each<[string, Name, readonly Name[], () => EndpointFacts, RegExp, RegExp, DeriveOptions]>([
    [
      'only RSA roots for an ECDSA chain',
      'ec-device',
      ['rsa-root'],
      () => knownEndpoint({ ecdsa: facts('ec-server') }),
      /No chain of abc-ats.* leads to a CA in "certs\/ca\.pem": "CN=ec-server" was issued by "CN=Amazon Root CA 3/,
      /CA bundle/,
      {},
    ],
    [
      'only an EC root where RSA is usual',
      'ec-device',
      ['ec384-root'],
      () => awsLikeEndpoint({ usualChains: awsLikeEndpoint().usualChains.slice(0, 1) }),
      /serves rsa chains only/,
      /Amazon Root CA 1/,
      {},
    ],
    [
      'a version that is not accepted',
      'ec-device',
      ['rsa-root'],
      () => awsLikeEndpoint({ versions: ['1.3'] }),
      /does not accept TLS 1\.2/,
      /It accepts TLS 1\.3/,
      { tlsVersion: '1.2' },
    ],
    [
      'no version at all',
      'ec-device',
      ['rsa-root'],
      () => awsLikeEndpoint({ versions: [] }),
      /does not accept TLS 1\.2/,
      /neither/,
      {},
    ],
    [
      'no common suite',
      'ec-device',
      ['rsa-root'],
      () => awsLikeEndpoint({ suites: ['TLS_DHE_RSA_WITH_AES_128_GCM_SHA256'] }),
      /accepts no TLS 1\.2 suite/,
      /It accepts: TLS_DHE/,
      {},
    ],
    [
      'a suite that the server does not take',
      'ec-device',
      ['rsa-root'],
      () => awsLikeEndpoint(),
      /TLS_ECDHE_RSA_WITH_AES_128_CCM cannot|AES_256_CBC_SHA384 cannot be used: abc/,
      /name others/,
      { suites: ['TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384'] },
    ],
    [
      'a suite that mbedTLS does not have',
      'ec-device',
      ['rsa-root'],
      () => awsLikeEndpoint(),
      /TLS_PSK_WITH_AES_128_GCM_SHA256 cannot/,
      /name others/,
      { suites: ['TLS_PSK_WITH_AES_128_GCM_SHA256'] },
    ],
    [
      'a DSA client key',
      'dsa-device',
      ['rsa-root'],
      () => awsLikeEndpoint(),
      /carries a DSA key/,
      /EC P-256/,
      {},
    ],
    [
      'an Ed25519 root',
      'ec-device',
      ['ed-root'],
      () => awsLikeEndpoint(),
      /No CA in "certs\/ca\.pem" has a key/,
      /RSA or EC/,
      {},
    ],
    [
      'secp256k1 in TLS 1.3',
      'k256-device',
      ['rsa-root'],
      () => awsLikeEndpoint(),
      /secp256k1 key, which cannot sign in TLS 1\.3/,
      /TLS 1\.2/,
      { tlsVersion: '1.3' },
    ],
    [
      'a chain that TLS 1.3 cannot steer away from',
      'ec-device',
      ['rsa-root'],
      () => knownEndpoint({ rsa: facts('rsa-server'), ecdsa: facts('ec-server') }, { prefersChain: 'ecdsa' }),
      /would present its ECDSA chain/,
      /Use TLS 1\.2/,
      { tlsVersion: '1.3' },
    ],
    [
      'a group that mbedTLS lacks',
      'ec-device',
      ['rsa-root'],
      () => awsLikeEndpoint({ curves: ['ffdhe2048' as never] }),
      /accepts no group/,
      /Enable secp256r1/,
      {},
    ],
  ])('refuses %s', async (_, device, ca, endpoint, message, hint, options) => {
    await expect(derive(device, ca, endpoint(), options)).rejects.toMatchObject({
      code: 'needs/unsupported',
      message: expect.stringMatching(message) as string,
      hint: expect.stringMatching(hint) as string,
    });
  });

  it('derives for a wrong CA where told to', async () => {
    const endpoint = knownEndpoint({ ecdsa: facts('ec-server') });
    const needs = await derive('ec-device', ['rsa-root'], endpoint, { allowUntrusted: true });
    expect(valuesOf(needs, 'cipher suite')).toEqual(['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256']);
  });

  it('compares dates only where the project says so', async () => {
    const kinds = async (options: DeriveOptions) =>
      (await derive('ec-device', ['rsa-root'], awsLikeEndpoint(), options)).map(({ kind }) => kind);
    expect(await kinds({ checkDates: true })).toContain('certificate-dates');
    expect(await kinds({})).not.toContain('certificate-dates');
  });
});
