import { beforeAll, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/io/files.ts';
import type { MbedtlsOption, OptionSet } from '../../src/mbedtls/options.ts';
import { macrosOf, resolveOptions, type Target } from '../../src/mbedtls/resolve.ts';
import { readTree, type MbedtlsTree } from '../../src/mbedtls/tree.ts';
import type { Need } from '../../src/needs/need.ts';
import { baseConfig } from '../predict/fixture.ts';
import { testTree, treeTitle, type TestVersion } from '../support/trees.ts';
import { benchTarget, SCENARIOS, scenarioNeeds, type MeasuredName } from './scenarios.ts';

const VERSIONS: readonly TestVersion[] = ['2.2', '2.7', '2.16', '2.28', '3.6'];

const NAMES = Object.keys(SCENARIOS) as MeasuredName[];

/**
 * The smallest sets of base-configs.json were found by delta debugging: from mbedTLS 2.28.3's stock configuration
 * macros were removed one by one as long as a mutual-TLS handshake with `openssl s_server` worked. They also work on
 * 2.7.19 and 2.16.12, and on 3.6.6 with its macros for SHA-384.
 */
function measured(name: MeasuredName, tree: MbedtlsTree): string[] {
  // To parse an RSA signature either padding will do; the search happened to keep the other one.
  const macros = [...baseConfig(name).keys()].map((macro) => (macro === 'PKCS1_V21' ? 'PKCS1_V15' : macro));
  if (tree.version.major < 3) return macros.sort();
  if (name === 'ec384') return [...macros, 'SHA384_C'].sort();
  // SHA-256 is there for the entropy pool, so that SHA-512 is not needed.
  return macros.map((macro) => (macro === 'SHA512_C' ? 'SHA384_C' : macro)).sort();
}

/** Sizes and names, which the measured sets left as they are by default. */
const BESIDE = /CONTENT_LEN$|^MPI_MAX_SIZE$|^SSL_SERVER_NAME_INDICATION$/;

const requiredOf = ({ options }: OptionSet) =>
  options
    .filter(({ reason }) => reason === 'required' || reason === 'closure')
    .map(({ name }) => name.replace('MBEDTLS_', ''))
    .filter((name) => !BESIDE.test(name))
    .sort();

describe('resolveOptions', () => {
  let target: Target;
  beforeAll(async () => {
    target = await benchTarget();
  });

  const optionOf = (set: OptionSet, name: string): MbedtlsOption | undefined =>
    set.options.find((option) => option.name === `MBEDTLS_${name}`);

  for (const version of VERSIONS) {
    const path = testTree(version);
    describe.skipIf(path === undefined)(treeTitle(version), () => {
      let tree: MbedtlsTree;
      beforeAll(async () => {
        tree = await readTree(nodeFiles, path!);
      });
      const resolve = (needs: readonly Need[]) => resolveOptions(tree, needs, target);

      it.each(NAMES)('requires the measured smallest set: %s', (name) => {
        expect(requiredOf(resolve(scenarioNeeds(SCENARIOS[name])))).toEqual(measured(name, tree));
      });

      it('requires no PEM where everything is DER', () => {
        const encodings = { ca: 'der', certificate: 'der', key: 'der' } as const;
        const set = requiredOf(resolve(scenarioNeeds({ ...SCENARIOS.ec, encodings })));
        expect(set).toEqual(measured('ec', tree).filter((name) => !/^(?:PEM_PARSE_C|BASE64_C)$/.test(name)));
      });

      it('requires no SHA-1 for CBC with HMAC-SHA-256', () => {
        const suite = 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256';
        const set = requiredOf(resolve(scenarioNeeds({ ...SCENARIOS.cbc, suite })));
        expect(set).toEqual(measured('cbc', tree).filter((name) => name !== 'SHA1_C'));
      });

      it('is content with its own rules, and gives every macro a reason that the tree knows', () => {
        for (const name of NAMES) {
          const set = resolve(scenarioNeeds(SCENARIOS[name]));
          expect(tree.configErrors(macrosOf(set.options))).toEqual([]);
          expect(set.options.filter((option) => !tree.knows(option.name))).toEqual([]);
          expect(set.options.filter(({ because }) => because.trim() === '')).toEqual([]);
          expect(tree.suitesOf(macrosOf(set.options))).toEqual([SCENARIOS[name].suite]);
        }
      });

      it('sizes numbers and records by what is in play', () => {
        const rsa4 = resolve(scenarioNeeds(SCENARIOS.rsa4));
        expect(optionOf(rsa4, 'MPI_MAX_SIZE')).toMatchObject({ value: '512', reason: 'required' });
        const ec = resolve(scenarioNeeds(SCENARIOS.ec));
        expect(optionOf(ec, 'MPI_MAX_SIZE')).toBeUndefined();
        if (tree.knows('MBEDTLS_SSL_IN_CONTENT_LEN')) {
          expect(optionOf(ec, 'SSL_IN_CONTENT_LEN')?.value).toBe('8192');
          expect(optionOf(ec, 'SSL_OUT_CONTENT_LEN')?.value).toBe('2048');
        } else {
          expect(optionOf(ec, 'SSL_MAX_CONTENT_LEN')?.value).toBe('8192');
        }
      });

      it('advises Encrypt-then-MAC only where records are CBC', () => {
        const gcm = resolve(scenarioNeeds(SCENARIOS.ec));
        const cbc = resolve(scenarioNeeds(SCENARIOS.cbc));
        expect(optionOf(gcm, 'SSL_ENCRYPT_THEN_MAC')).toBeUndefined();
        expect(optionOf(cbc, 'SSL_ENCRYPT_THEN_MAC')?.reason).toBe('advisable');
      });

      it('leaves the clock out unless dates are checked', () => {
        const without = resolve(scenarioNeeds(SCENARIOS.ec));
        const dated = resolve(scenarioNeeds({ ...SCENARIOS.ec, derive: { checkDates: true } }));
        expect(optionOf(without, 'HAVE_TIME')).toBeUndefined();
        expect(optionOf(dated, 'HAVE_TIME_DATE')?.reason).toBe('required');
        expect(tree.configErrors(macrosOf(dated.options))).toEqual([]);
      });

      it('reads an RSASSA-PSS signature', () => {
        const set = resolve(scenarioNeeds({ ...SCENARIOS.rsa, ca: ['p-root'], chains: { rsa: ['p-leaf'] } }));
        expect(requiredOf(set)).toEqual(expect.arrayContaining(['X509_RSASSA_PSS_SUPPORT', 'PKCS1_V21']));
      });

      it('gives the same set again, in the order of the tree', () => {
        const needs = scenarioNeeds(SCENARIOS['ec-on-rsa']);
        const set = resolve(needs);
        expect(resolve(needs)).toEqual(set);
        const known = tree.knownOptions.map(({ name }) => name);
        const positions = set.options.map(({ name }) => known.indexOf(name));
        expect(positions).toEqual([...positions].sort((a, b) => a - b));
      });

      it('derives TLS 1.3 where the tree has it, and says where not', () => {
        const needs = scenarioNeeds({
          ...SCENARIOS['ec-on-rsa'],
          versions: ['1.3'],
          suite: 'TLS_AES_128_GCM_SHA256',
          derive: { tlsVersion: '1.3' },
        });
        if (tree.version.major < 3) {
          expect(() => resolve(needs)).toThrow(/no TLS 1\.3 client/);
          return;
        }
        const set = resolve(needs);
        expect(tree.configErrors(macrosOf(set.options))).toEqual([]);
        expect(tree.suitesOf(macrosOf(set.options))).toEqual(['TLS_AES_128_GCM_SHA256']);
        expect(requiredOf(set)).toEqual(
          expect.arrayContaining(['SSL_PROTO_TLS1_3', 'PSA_CRYPTO_C', 'HKDF_C', 'PKCS1_V21', 'ECDSA_C']),
        );
        expect(requiredOf(set)).not.toContain('SSL_PROTO_TLS1_2');
      });

      it('refuses a compressed point where the tree cannot read one', () => {
        const because = 'CN=device (device.crt) stores its public point compressed';
        const needs: Need[] = [
          ...scenarioNeeds(SCENARIOS.ec),
          { kind: 'compressed-point', source: 'certificate', because },
        ];
        if (tree.version.major < 3) {
          expect(() => resolve(needs)).toThrow(
            expect.objectContaining({
              code: 'config/unsatisfiable',
              message: expect.stringContaining(because) as string,
              hint: expect.stringContaining('-conv_form uncompressed') as string,
            }),
          );
        } else expect(requiredOf(resolve(needs))).toContain('PK_PARSE_EC_COMPRESSED');
      });

      it('refuses an AES-encrypted key where the tree cannot read one', () => {
        const needs: Need[] = [
          ...scenarioNeeds(SCENARIOS.ec),
          {
            kind: 'private-key',
            key: 'unknown',
            container: 'encrypted-pkcs8',
            encryption: 'PBES2 AES-256-CBC HMAC-SHA256',
            source: 'key',
            because: 'the private key is encrypted',
          },
        ];
        if (tree.version.major < 3) expect(() => resolve(needs)).toThrow(/cannot read a private key/);
        else
          expect(requiredOf(resolve(needs))).toEqual(expect.arrayContaining(['PKCS5_C', 'CIPHER_MODE_CBC']));
      });
    });
  }
});
