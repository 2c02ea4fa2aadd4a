import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerifyFlag, VerifyOptions } from '../../src/certificate/chain-findings.ts';
import { DEFAULT_PROFILE_3 } from '../../src/certificate/chain-findings.ts';
import { verifyChain } from '../../src/certificate/chain.ts';
import { readCertificates } from '../../src/certificate/certificates.ts';
import { materialOf } from '../../src/certificate/material.ts';
import type { Workshop } from '../support/identities.ts';
import { openWorkshop, TEST_NOW } from '../support/identities.ts';
import type { ChainName } from '../support/server-chains.ts';
import { CHAIN_CASES, HOST, issueServerChains } from '../support/server-chains.ts';

describe('verifyChain', () => {
  let workshop: Workshop;
  let issued: Map<ChainName, string>;
  beforeAll(async () => {
    workshop = await openWorkshop();
    issued = await issueServerChains(workshop);
  });
  afterAll(() => workshop.close());

  const certificates = (names: readonly ChainName[]) =>
    names.flatMap((name) => readCertificates(materialOf(name, Buffer.from(issued.get(name)!))));
  const verify = (chain: readonly ChainName[], roots: readonly ChainName[], options: VerifyOptions = {}) =>
    verifyChain(certificates(chain), certificates(roots), { host: HOST, now: TEST_NOW, ...options });

  it.each(CHAIN_CASES)('$title', ({ chain, roots, flags, host = HOST }) => {
    const result = verify(chain, roots, { host });
    expect([...result.flags].sort()).toEqual([...flags].sort());
    expect(result.findings.length).toBeGreaterThanOrEqual(flags.length);
  });

  it('names the way from the leaf to the root', () => {
    const { path } = verify(['leaf', 'intermediate'], ['other-root', 'root']);
    expect(path.map(({ subject }) => subject)).toEqual(['CN=leaf', 'CN=intermediate', 'CN=root']);
  });

  it.each<[string, readonly ChainName[], readonly ChainName[], RegExp]>([
    [
      'the issuer that is absent',
      ['leaf', 'intermediate'],
      ['other-root'],
      /"CN=intermediate" was issued by "CN=root", which is not in the CA bundle/,
    ],
    [
      'a root of the same name',
      ['leaf', 'intermediate'],
      ['root-twin'],
      /"CN=root" of the CA bundle has another key/,
    ],
    ['names that the certificate is for', ['other-host'], ['root'], /is for other\.example\.com, not for/],
  ])('gives as the reason %s', (_, chain, roots, reason) => {
    expect(verify(chain, roots).findings.map(({ because }) => because)).toContainEqual(
      expect.stringMatching(reason),
    );
  });

  it.each<[string, VerifyOptions, readonly ChainName[], readonly VerifyFlag[]]>([
    ['looks at no dates without a clock', { now: undefined as never }, ['expired'], []],
    [
      'asks for keyEncipherment with RSA key exchange',
      { serverKeyUse: 'encipherment' },
      ['signature-only'],
      ['KEY_USAGE'],
    ],
    ['takes the curves of mbedTLS 3 where told', { profile: DEFAULT_PROFILE_3 }, ['secp256k1'], ['BAD_KEY']],
    ['takes every curve of mbedTLS 2', {}, ['secp256k1'], []],
    ['compares no IP address by default', { host: '10.0.0.1' }, ['ip'], ['CN_MISMATCH']],
    ['compares IP addresses where told', { host: '10.0.0.1', ipAddresses: true }, ['ip'], []],
  ])('%s', (_, options, chain, flags) => {
    expect(verify(chain, ['root'], options).flags).toEqual(flags);
  });

  it('finds an empty chain missing', () => {
    expect(verify([], ['root']).flags).toEqual(['MISSING']);
  });
});
