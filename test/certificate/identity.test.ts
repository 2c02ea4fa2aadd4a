import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors.ts';
import type { IdentityPaths } from '../../src/certificate/identity.ts';
import { readIdentity } from '../../src/certificate/identity.ts';
import { nodeFiles } from '../../src/io/files.ts';
import type { Issued, Workshop } from '../support/identities.ts';
import { openWorkshop } from '../support/identities.ts';

describe('readIdentity', () => {
  let workshop: Workshop;
  let root: Issued;
  let device: Issued;
  let good: IdentityPaths;
  beforeAll(async () => {
    workshop = await openWorkshop();
    root = await workshop.issue({ name: 'root' });
    device = await workshop.issue({ name: 'device', issuer: root });
    good = { certificate: device.certificate, key: device.key, ca: root.certificate };
  });
  afterAll(() => workshop.close());

  it('keeps the bytes of the files for the firmware', async () => {
    const identity = await readIdentity(nodeFiles, good);
    expect(identity.certificates.map(({ subject }) => subject)).toEqual(['CN=device']);
    expect(identity.ca.map(({ subject }) => subject)).toEqual(['CN=root']);
    expect(identity.key.container).toBe('pkcs8');
    expect(Buffer.from(identity.files.ca.bytes).toString()).toBe(root.pem);
    expect(identity.files.certificate).toMatchObject({ path: device.certificate, encoding: 'pem' });
  });

  const pemOf = (issued: Issued) => issued.pem;
  const cases: [
    string,
    (paths: IdentityPaths) => Promise<Partial<IdentityPaths>> | Partial<IdentityPaths>,
    ErrorCode,
    RegExp,
    RegExp,
  ][] = [
    [
      'a missing certificate',
      () => ({ certificate: `${workshop.directory}/none.pem` }),
      'certificate/missing',
      /certificate file ".*none\.pem" is not there/,
      /espaws\.yaml/,
    ],
    [
      'a missing key',
      () => ({ key: `${workshop.directory}/none.key` }),
      'certificate/missing',
      /key file ".*none\.key" is not there/,
      /espaws\.yaml/,
    ],
    [
      'a missing CA',
      () => ({ ca: `${workshop.directory}/none.ca` }),
      'certificate/missing',
      /ca file ".*none\.ca" is not there/i,
      /espaws\.yaml/,
    ],
    [
      'a directory',
      () => ({ ca: workshop.directory }),
      'certificate/missing',
      /is a directory/,
      /espaws\.yaml/,
    ],
    [
      'an empty CA file',
      async () => ({ ca: await workshop.file('empty.ca', '\n') }),
      'certificate/ca-missing',
      /empty\.ca" is empty/,
      /AmazonRootCA1/,
    ],
    [
      'an empty certificate file',
      async () => ({ certificate: await workshop.file('empty.pem', '') }),
      'certificate/unparsable',
      /empty\.pem" is empty/,
      /Write the certificate/,
    ],
    [
      'a key given as the certificate',
      ({ key }) => ({ certificate: key }),
      'certificate/unparsable',
      /holds a private key, not a certificate/,
      /swapped/,
    ],
    [
      'a key in DER given as the certificate',
      async () => ({ certificate: await workshop.keyAs(device, 'traditional-der') }),
      'certificate/unparsable',
      /holds a private key/,
      /swapped/,
    ],
    [
      'a certificate given as the key',
      ({ certificate }) => ({ key: certificate }),
      'certificate/unparsable',
      /holds a certificate, not a private key/,
      /swapped/,
    ],
    [
      'a certificate in DER given as the key',
      async () => ({ key: await workshop.derOf(device) }),
      'certificate/unparsable',
      /holds a certificate, not/,
      /swapped/,
    ],
    [
      'a request',
      () => ({ certificate: `${workshop.directory}/device.csr` }),
      'certificate/unparsable',
      /holds a certificate request/,
      /signed by your CA/,
    ],
    [
      'a request in DER',
      async () => {
        const out = `${workshop.directory}/device.csr.der`;
        await workshop.openssl(
          'req',
          '-in',
          `${workshop.directory}/device.csr`,
          '-outform',
          'DER',
          '-out',
          out,
        );
        return { certificate: out };
      },
      'certificate/unparsable',
      /holds a certificate request/,
      /signed by your CA/,
    ],
    [
      'a public key',
      async () => ({
        certificate: await workshop.file(
          'pub.pem',
          await workshop.openssl('pkey', '-in', device.key, '-pubout'),
        ),
      }),
      'certificate/unparsable',
      /holds a public key/,
      /alone/,
    ],
    [
      'a PKCS#12 store',
      async () => {
        const out = `${workshop.directory}/device.p12`;
        await workshop.openssl(
          'pkcs12',
          '-export',
          '-inkey',
          device.key,
          '-in',
          device.certificate,
          '-passout',
          'pass:x',
          '-out',
          out,
        );
        return { certificate: out };
      },
      'certificate/unparsable',
      /holds a PKCS#12 store/,
      /openssl pkcs12/,
    ],
    [
      'a PKCS#7 bundle',
      async () => {
        const out = `${workshop.directory}/device.p7b`;
        await workshop.openssl('crl2pkcs7', '-nocrl', '-certfile', device.certificate, '-out', out);
        return { certificate: out };
      },
      'certificate/unparsable',
      /holds a PKCS#7 bundle/,
      /openssl pkcs7/,
    ],
    [
      'a trusted certificate',
      async () => {
        const out = `${workshop.directory}/trusted.pem`;
        await workshop.openssl('x509', '-in', device.certificate, '-trustout', '-out', out);
        return { certificate: out };
      },
      'certificate/unparsable',
      /holds a trusted certificate/,
      /openssl x509/,
    ],
    [
      'UTF-16 text',
      async () => ({
        certificate: await workshop.file('utf16.pem', Buffer.from(`\uFEFF${pemOf(device)}`, 'utf16le')),
      }),
      'certificate/unparsable',
      /UTF-16/,
      /ASCII or UTF-8/,
    ],
    [
      'a truncated PEM',
      async () => ({ certificate: await workshop.file('cut.pem', pemOf(device).slice(0, 300)) }),
      'certificate/unparsable',
      /cut\.pem" cannot be parsed: its END line is missing/,
      /Copy the file again/,
    ],
    [
      'a PEM with a line lost',
      async () => ({
        certificate: await workshop.file('lost.pem', pemOf(device).replace(/\n[^\n-]{64}\n/, '\n')),
      }),
      'certificate/unparsable',
      /lost\.pem" cannot be parsed: \S/,
      /Copy the file again/,
    ],
    [
      'the second of a bundle truncated',
      async () => ({ ca: await workshop.file('bundle.pem', root.pem + root.pem.slice(0, 200)) }),
      'certificate/unparsable',
      /Certificate 2 of 2 in ".*bundle\.pem" cannot be parsed/,
      /Copy/,
    ],
    [
      'two PEMs run together',
      async () => ({
        ca: await workshop.file('joined.pem', root.pem.replace(/-----END[^]*/, '') + root.pem),
      }),
      'certificate/unparsable',
      /Certificate 1 of 2 .* its END line is missing/,
      /Copy/,
    ],
    [
      'an indented PEM',
      async () => ({
        certificate: await workshop.file('yaml.pem', pemOf(device).replaceAll('\n', '\n    ')),
      }),
      'certificate/unparsable',
      /indented/,
      /Copy/,
    ],
    [
      'a PEM on one line',
      async () => ({ certificate: await workshop.file('line.pem', pemOf(device).replaceAll('\n', ' ')) }),
      'certificate/unparsable',
      /BEGIN line does not end/,
      /Copy/,
    ],
    [
      'a letter out of base64',
      async () => ({ certificate: await workshop.file('letter.pem', pemOf(device).replace(/\n(.)/, '\n!')) }),
      'certificate/unparsable',
      /not base64/,
      /Copy/,
    ],
    [
      'DER with bytes behind it',
      async () => ({
        certificate: await workshop.file(
          'tail.der',
          Buffer.concat([await readFile(await workshop.derOf(device)), Buffer.from([0])]),
        ),
      }),
      'certificate/unparsable',
      /1 bytes follow/,
      /Copy/,
    ],
  ];

  it.each(cases)('names %s', async (_, change, code, message, hint) => {
    const paths = { ...good, ...(await change(good)) };
    await expect(readIdentity(nodeFiles, paths)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
      hint: expect.stringMatching(hint) as string,
    });
  });
});
