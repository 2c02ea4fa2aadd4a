import { describe, expect, it } from 'vitest';

import { verifyChain } from '../../src/predict/chain.ts';
import { FLAG, NO_VERIFY_RESULT } from '../../src/predict/flags.ts';
import { plainLibrary } from '../support/plain-library.ts';
import { baseConfig, fixtureCertificate, NOW } from './fixture.ts';

/** One version of each of mbedTLS's two ways to build a chain, and the newest. */
const VERSIONS = ['2.2.1', '2.7.19', '2.16.12', '2.28.3', '3.6.6'];

interface Options {
  host?: string;
  now?: Date;
  off?: readonly string[];
  set?: Readonly<Record<string, string>>;
}

function flagsOf(
  version: string,
  chain: readonly string[],
  trusted: readonly string[],
  { host = 'localhost', now = NOW, off = [], set = {} }: Options = {},
) {
  const macros = new Map([...baseConfig('stock'), ...Object.entries(set)]);
  for (const name of off) macros.delete(name);
  const library = plainLibrary(version, macros);
  return verifyChain(library, {
    chain: chain.map(fixtureCertificate),
    trusted: trusted.map(fixtureCertificate),
    host,
    now,
  });
}

describe.each(VERSIONS)('the chain of a server on mbedTLS %s', (version) => {
  const good = ['r-leaf', 'r-int'];

  it.each([
    { what: 'leads to the root', chain: good, trusted: ['r-root'], flags: 0 },
    { what: 'contains the root too', chain: [...good, 'r-root'], trusted: ['r-root'], flags: 0 },
    { what: 'leads to an intermediate of the bundle', chain: good, trusted: ['r-int'], flags: 0 },
    { what: 'leads to the second root', chain: good, trusted: ['e-root', 'r-root'], flags: 0 },
    { what: 'lacks the intermediate', chain: ['r-leaf'], trusted: ['r-root'], flags: FLAG.NOT_TRUSTED },
    { what: 'leads elsewhere', chain: good, trusted: ['o-root'], flags: FLAG.NOT_TRUSTED },
    { what: 'meets an empty bundle', chain: good, trusted: [], flags: FLAG.NOT_TRUSTED },
    { what: 'is all EC', chain: ['e-leaf', 'e-int'], trusted: ['e-root'], flags: 0 },
  ])('$what', ({ chain, trusted, flags }) => {
    expect(flagsOf(version, chain, trusted)).toEqual({ flags, errors: [] });
  });

  it('is not for another host', () => {
    expect(flagsOf(version, good, ['r-root'], { host: 'example.com' }).flags).toBe(FLAG.CN_MISMATCH);
  });

  it('is from the future by a clock at 1970, unless there is no calendar', () => {
    const now = new Date(0);
    expect(flagsOf(version, good, ['r-root'], { now }).flags).toBe(FLAG.FUTURE);
    expect(flagsOf(version, good, ['r-root'], { now, off: ['HAVE_TIME_DATE'] }).flags).toBe(0);
  });

  it('cannot be verified without the padding of its signatures', () => {
    expect(flagsOf(version, good, ['r-root'], { off: ['PKCS1_V15'] }).flags).toBe(FLAG.NOT_TRUSTED);
  });

  it('may be too long', () => {
    const set = { X509_MAX_INTERMEDIATE_CA: '0' };
    expect(flagsOf(version, good, ['r-root'], { set })).toEqual(
      version === '2.2.1'
        ? { flags: FLAG.NOT_TRUSTED, errors: ['X509_CERT_VERIFY_FAILED'] }
        : { flags: NO_VERIFY_RESULT, errors: ['X509_FATAL_ERROR'] },
    );
  });

  it('has all the flags of nothing when no certificate was parsed', () => {
    expect(flagsOf(version, [], ['r-root']).flags).toBe(0x1c00d);
    expect(flagsOf(version, [], ['r-root'], { off: ['HAVE_TIME_DATE'] }).flags).toBe(0x1c00c);
  });
});
