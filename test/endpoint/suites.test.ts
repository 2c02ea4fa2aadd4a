import { describe, expect, test } from 'vitest';
import {
  authenticationOfSuite,
  SUITES,
  suiteById,
  suiteByName,
  versionOfSuite,
} from '../../src/endpoint/suites.ts';
import { openssl } from '../support/openssl.ts';

describe('the table of suites', () => {
  test('agrees with the openssl program in number and both names', async () => {
    const { text } = await openssl(['ciphers', '-V', '-stdname', 'ALL:@SECLEVEL=0']);
    const lines = text.split('\n').map((line) => /0x(..),0x(..) - (\S+)\s+- (\S+)/.exec(line));
    const known = new Map(
      lines.flatMap((m) =>
        m === null ? [] : [[m[3]!, { id: parseInt(m[1]! + m[2]!, 16), openssl: m[4]! }]],
      ),
    );
    for (const { id, name, openssl: opensslName } of SUITES)
      expect({ id, openssl: opensslName }).toEqual(known.get(name));
  });

  test('names and numbers are unique', () => {
    for (const suite of SUITES) {
      expect(suiteById(suite.id)).toBe(suite);
      expect(suiteByName(suite.name)).toBe(suite);
    }
  });

  test.each([
    ['TLS_AES_128_GCM_SHA256', '1.3', 'any'],
    ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', '1.2', 'ecdsa'],
    ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', '1.2', 'rsa'],
    ['TLS_RSA_WITH_AES_128_CBC_SHA', '1.2', 'rsa'],
  ])('%s is of TLS %s, with %s', (name, version, authentication) => {
    const suite = suiteByName(name)!;
    expect([versionOfSuite(suite), authenticationOfSuite(suite)]).toEqual([version, authentication]);
  });
});
