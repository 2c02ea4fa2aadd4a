import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { identityOf } from '../../src/certificate/identity.ts';
import { materialOf } from '../../src/certificate/material.ts';
import { deriveNeeds, type DeriveOptions } from '../../src/needs/derive.ts';
import { awsLikeEndpoint, knownEndpoint } from '../support/endpoints.ts';
import { openDerivation, short, valuesOf, type Name } from './derivation.ts';

describe('deriveNeeds', () => {
  const { workshop, issued, facts, identity, derive, close } = openDerivation();
  afterAll(close);

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
    const endpoint = knownEndpoint({ ecdsa: await facts('ec384-server') });
    const needs = await derive('ec384-device', ['ec384-root'], endpoint);
    expect(valuesOf(needs, 'cipher suite')).toEqual(['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384']);
    expect(valuesOf(needs, 'ECDHE group')).toEqual(['secp384r1']);
    expect(valuesOf(needs, 'public key')).toEqual(['EC secp384r1']);
    expect(JSON.stringify(needs)).not.toMatch(/sha256["']/);
  });

  it('offers the curve of the server certificate beside the one to exchange keys on', async () => {
    const endpoint = knownEndpoint({ ecdsa: await facts('ec384-server') });
    const needs = await derive('ec-device', ['ec384-root'], endpoint);
    expect(valuesOf(needs, 'ECDHE group')).toEqual(['secp256r1', 'secp384r1']);
    expect(valuesOf(needs, 'client signature')).toEqual(['ecdsa sha256']);
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

  it('names encrypted keys and every container', async () => {
    const read = async (form: 'pbes2-aes256' | 'traditional' | 'pkcs8-der') => {
      const path = await (await workshop()).keyAs(await issued('ec-device'), form);
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
    const shop = await workshop();
    const device = await issued('ec-device');
    const root = await issued('rsa-root');
    const der = async (path: Promise<string>, name: string) => materialOf(name, await readFile(await path));
    const all = identityOf({
      certificate: await der(shop.derOf(device), 'device.der'),
      key: await der(shop.keyAs(device, 'pkcs8-der'), 'key.der'),
      ca: await der(shop.derOf(root), 'ca.der'),
    });
    expect(valuesOf(deriveNeeds(all, awsLikeEndpoint()), 'PEM')).toEqual([]);
  });

  it('compares dates only where the project says so', async () => {
    const kinds = async (options: DeriveOptions) =>
      (await derive('ec-device', ['rsa-root'], awsLikeEndpoint(), options)).map(({ kind }) => kind);
    expect(await kinds({ checkDates: true })).toContain('certificate-dates');
    expect(await kinds({})).not.toContain('certificate-dates');
  });
});
