import { describe, expect, test } from 'vitest';
import { readCertificates } from '../../src/certificate/certificates.ts';
import { materialOf } from '../../src/certificate/material.ts';
import { certificateMessageBytes } from '../../src/endpoint/records.ts';
import { issueServerChain, usualServerChain, type ServerChainPlan } from '../../src/endpoint/server-chain.ts';
import { openssl, writeTemporary } from '../support/openssl.ts';
import { testAuthority } from '../support/stand-in.ts';

const HOSTS = ['localhost', '127.0.0.1', '::1'];
const DAY_MS = 86_400_000;

async function issue(kind: 'rsa' | 'ecdsa', change: Partial<ServerChainPlan> = {}) {
  const plan = { ...usualServerChain(kind, HOSTS, new Date()), ...change };
  const issued = await issueServerChain(await testAuthority(), plan);
  const chain = readCertificates(materialOf('chain.pem', Buffer.from(issued.chain)));
  return { ...issued, facts: chain };
}

async function opensslVerify(issued: { chain: string; root: string }, ...extra: string[]) {
  const paths = await writeTemporary({ chain: issued.chain, root: issued.root });
  return openssl([
    ...['verify', '-x509_strict', '-purpose', 'sslserver', '-auth_level', '0', ...extra],
    ...['-CAfile', paths.root, '-untrusted', paths.chain, paths.chain],
  ]);
}

describe('a server chain as openssl verify sees it', () => {
  const good: [string, 'rsa' | 'ecdsa', Partial<ServerChainPlan>][] = [
    ['RSA to Root CA 1', 'rsa', {}],
    ['ECDSA to Root CA 3', 'ecdsa', {}],
    ['two certificates', 'rsa', { crossSigned: false, paddingBytes: 0 }],
    ['SHA-1', 'rsa', { intermediateHash: 'sha1', leafHash: 'sha1' }],
    ['SHA-384 under SHA-256', 'rsa', { intermediateHash: 'sha384', leafHash: 'sha384' }],
    ['SHA-512 under SHA-256', 'ecdsa', { intermediateHash: 'sha512', leafHash: 'sha512' }],
    ['PSS', 'rsa', { pss: true }],
    ['PSS with SHA-512', 'rsa', { pss: true, leafHash: 'sha512' }],
    ['P-384 under P-256', 'ecdsa', { intermediate: 'ec-P-384', leaf: 'ec-P-384' }],
    ['a P-521 leaf', 'ecdsa', { leaf: 'ec-P-521' }],
    ['an ECDSA leaf of an RSA intermediate', 'rsa', { leaf: 'ec-P-256' }],
  ];
  test.each(good)('%s verifies', async (_name, kind, change) => {
    const result = await opensslVerify(await issue(kind, change));
    expect(result).toEqual({ exitCode: 0, text: expect.stringMatching(/: OK$/) as string });
  });

  test.each([
    ['-verify_hostname', 'localhost'],
    ['-verify_ip', '127.0.0.1'],
    ['-verify_ip', '::1'],
  ])('%s %s', async (option, name) => {
    expect((await opensslVerify(await issue('ecdsa'), option, name)).exitCode).toBe(0);
  });

  const bad: [string, Partial<ServerChainPlan>, RegExp][] = [
    ['another root', { otherRoot: true }, /unable to get (local )?issuer certificate/],
    [
      'no intermediate',
      { omitIntermediate: true, crossSigned: false },
      /unable to get local issuer certificate/,
    ],
    [
      'expired',
      { notBefore: new Date(Date.now() - 9 * DAY_MS), notAfter: new Date(Date.now() - DAY_MS) },
      /certificate has expired/,
    ],
    ['not yet valid', { notBefore: new Date(Date.now() + DAY_MS) }, /certificate is not yet valid/],
  ];
  test.each(bad)('%s does not', async (_name, change, reason) => {
    const result = await opensslVerify(await issue('rsa', change));
    expect(result.exitCode).not.toBe(0);
    expect(result.text).toMatch(reason);
  });

  test('another host is refused by name', async () => {
    const issued = await issue('rsa', { hosts: ['other.invalid'] });
    expect((await opensslVerify(issued, '-verify_hostname', 'localhost')).text).toMatch(/hostname mismatch/);
  });
});

describe('the shape of Amazon’s', () => {
  test.each([
    ['rsa', 3000, 5000],
    ['ecdsa', 2200, 5000],
  ] as const)('%s: three certificates in a message of %i to %i bytes', async (kind, least, most) => {
    const { facts } = await issue(kind);
    expect(facts).toHaveLength(3);
    expect(certificateMessageBytes(facts)).toBeGreaterThan(least);
    expect(certificateMessageBytes(facts)).toBeLessThan(most);
    expect(facts.every(({ selfSigned }) => !selfSigned)).toBe(true);
  });

  test('the leaf serves and names its hosts', async () => {
    const { facts } = await issue('rsa');
    expect(facts[0]).toMatchObject({
      isCa: false,
      key: { kind: 'rsa', bits: 2048 },
      signature: { algorithm: 'rsa-pkcs1', hash: 'sha256' },
      keyUsage: ['digitalSignature', 'keyEncipherment'],
      extendedKeyUsage: ['serverAuth', 'clientAuth'],
      dnsNames: ['localhost'],
    });
    expect(facts[1]).toMatchObject({ isCa: true, pathLength: 0 });
  });

  test('padding lengthens the leaf by that much', async () => {
    const [short, long] = [
      await issue('rsa', { paddingBytes: 0 }),
      await issue('rsa', { paddingBytes: 8192 }),
    ];
    const growth = long.facts[0]!.der.length - short.facts[0]!.der.length;
    expect(growth).toBeGreaterThan(8192);
    expect(growth).toBeLessThan(8192 + 60);
  });
});
