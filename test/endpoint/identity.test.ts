import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readCertificate } from '../../src/certificate/certificates.ts';
import { materialOf } from '../../src/certificate/material.ts';
import { readPrivateKey } from '../../src/certificate/private-key.ts';
import { issueIdentity } from '../../src/endpoint/identity.ts';
import { readSigningRequest } from '../../src/endpoint/certificate-request.ts';
import { openssl, writeTemporary } from '../support/openssl.ts';
import { testAuthority, testIdentity } from '../support/stand-in.ts';

const facts = (pem: string) => readCertificate(new X509Certificate(pem).raw);

describe('a fresh identity', () => {
  test.each([
    ['ec-P-256', 'sec1'],
    ['ec-P-384', 'sec1'],
    ['rsa-2048', 'pkcs1'],
  ] as const)('%s: signed with RSA and SHA-256, key in %s', async (key, container) => {
    const { certificate, privateKey } = await testIdentity({ key });
    expect(facts(certificate)).toMatchObject({
      subject: 'CN=AWS IoT Certificate',
      signature: { algorithm: 'rsa-pkcs1', hash: 'sha256' },
      isCa: false,
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: undefined,
      notAfter: new Date('2049-12-31T23:59:59Z'),
    });
    expect(readPrivateKey(materialOf('key', Buffer.from(privateKey!))).container).toBe(container);
    expect(new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey!))).toBe(true);
  });

  test('openssl verifies it to the device CA', async () => {
    const { certificate } = await testIdentity();
    const device = await (await testAuthority()).root('device', 'rsa-2048');
    const paths = await writeTemporary({ certificate, device: device.certificate });
    const args = [
      'verify',
      '-x509_strict',
      '-purpose',
      'sslclient',
      '-CAfile',
      paths.device,
      paths.certificate,
    ];
    expect((await openssl(args)).text).toMatch(/: OK$/);
  });

  test.each([
    ['pkcs8', 'ec-P-256'],
    ['pkcs8', 'rsa-2048'],
  ] as const)('the key in %s for %s', async (container, key) => {
    const { privateKey } = await testIdentity({ key, container });
    expect(readPrivateKey(materialOf('key', Buffer.from(privateKey!))).container).toBe(container);
  });

  test('an ECDSA signer and another hash where asked for', async () => {
    const { certificate } = await testIdentity({ signer: 'ec-P-256', hash: 'sha384' });
    expect(facts(certificate).signature).toEqual({ algorithm: 'ecdsa', hash: 'sha384' });
  });

  test.each([
    ['rsa', ['rsa']],
    ['ecdsa', ['ec']],
    ['both', ['rsa', 'ec']],
  ] as const)('CA bundle of kind %s', async (ca, kinds) => {
    const bundle = (await testIdentity({ ca })).ca.split(/(?<=-----END CERTIFICATE-----\n)/);
    expect(bundle.map((pem) => facts(pem)).map(({ key, selfSigned }) => [key.kind, selfSigned])).toEqual(
      kinds.map((kind) => [kind, true]),
    );
  });
});

describe('a signing request', () => {
  async function request(algorithm: readonly string[], subject = '/CN=my device/O=my company') {
    const paths = await writeTemporary({ key: '', csr: '' });
    await openssl(['genpkey', ...algorithm, '-out', paths.key]);
    const args = ['req', '-new', '-key', paths.key, '-subj', subject, '-out', paths.csr];
    expect(await openssl(args)).toMatchObject({ exitCode: 0 });
    const text = (await openssl(['req', '-in', paths.csr])).text;
    return { path: 'device.csr', text };
  }
  const EC = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];

  test.each([
    ['EC', EC, 'ec'],
    ['RSA', ['-algorithm', 'RSA'], 'rsa'],
  ])('of openssl with an %s key is certified with its own name', async (_name, algorithm, kind) => {
    const signingRequest = await request(algorithm);
    const { certificate, privateKey } = await issueIdentity(await testAuthority(), {
      ...{ key: 'ec-P-256', now: new Date(), signingRequest },
    });
    expect(privateKey).toBeUndefined();
    expect(facts(certificate)).toMatchObject({
      subject: 'O=my company,CN=my device',
      key: { kind },
      signature: { algorithm: 'rsa-pkcs1' },
    });
  });

  test('without a name gets AWS IoT’s', async () => {
    const { certificate } = await issueIdentity(await testAuthority(), {
      ...{ key: 'ec-P-256', now: new Date(), signingRequest: await request(EC, '/') },
    });
    expect(facts(certificate).subject).toBe('CN=AWS IoT Certificate');
  });

  test('with a signature of another key is refused', async () => {
    const { text } = await request(EC);
    const base64 = text.replace(/-----.*-----|\s/g, '');
    const der = Buffer.from(base64, 'base64');
    const name = der.indexOf('my device');
    der.write('MY', name, 'latin1');
    const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE REQUEST-----\n`;
    expect(() => readSigningRequest(forged, 'a.csr')).toThrow(
      /"a.csr" .*its signature does not belong to its key/,
    );
  });

  test.each([
    ['empty', ''],
    ['not a PEM', 'hello'],
    ['a cut-off one', '-----BEGIN CERTIFICATE REQUEST-----\nMIIB'],
    [
      'a certificate in its place',
      '-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n',
    ],
  ])('%s is refused', (_name, text) => {
    expect(() => readSigningRequest(text, 'a.csr')).toThrow(
      expect.objectContaining({
        code: 'certificate/unparsable',
        hint: expect.stringContaining('openssl req') as string,
      }) as Error,
    );
  });
});
