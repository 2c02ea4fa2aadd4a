import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/io/files.ts';
import { describeCode, namesOfCode } from '../../src/mbedtls/error-codes.ts';
import { readTree, type MbedtlsTree } from '../../src/mbedtls/tree.ts';
import { testTree, treeTitle, type TestVersion } from '../support/trees.ts';

/** Counted in each version's own files: options but for the include guard, `#error`s, numeric error codes. */
const COUNTS: Readonly<Record<TestVersion, { options: number; rules: number; codes: number }>> = {
  '2.2': { options: 230, rules: 99, codes: 194 },
  '2.7': { options: 277, rules: 133, codes: 224 },
  '2.16': { options: 304, rules: 135, codes: 250 },
  '2.28': { options: 345, rules: 173, codes: 254 },
  '3.6': { options: 344, rules: 202, codes: 232 },
};

for (const [version, counts] of Object.entries(COUNTS) as [TestVersion, (typeof COUNTS)['2.2']][]) {
  const path = testTree(version);
  describe.skipIf(path === undefined)(`the tree of ${treeTitle(version)}`, () => {
    let tree: MbedtlsTree;
    beforeAll(async () => {
      tree = await readTree(nodeFiles, path!);
    });

    it('says its version, options, rules and codes', () => {
      expect(tree.version.text).toMatch(new RegExp(`^${version.replace('.', '\\.')}\\.\\d+$`));
      // Patch releases add some.
      expect(Math.abs(tree.knownOptions.length - counts.options)).toBeLessThan(6);
      expect(Math.abs(tree.rules.length - counts.rules)).toBeLessThan(6);
      expect(Math.abs(tree.errorCodes.codes.size - counts.codes)).toBeLessThan(6);
      expect(new Set(tree.knownOptions.map(({ name }) => name)).size).toBe(tree.knownOptions.length);
      expect(tree.knownOptions.every(({ section }) => section !== '')).toBe(true);
    });

    it('names the codes of the field, with the words of its headers', () => {
      const { errorCodes } = tree;
      expect(namesOfCode(errorCodes, -15488)).toEqual(['PK_UNKNOWN_PK_ALG']);
      expect(describeCode(errorCodes, -15488)).toMatch(/only RSA and EC are supported/);
      expect(namesOfCode(errorCodes, -9984)).toEqual(['X509_CERT_VERIFY_FAILED']);
      expect(namesOfCode(errorCodes, 0x262e)).toEqual(['X509_UNKNOWN_SIG_ALG', 'OID_NOT_FOUND']);
      expect(describeCode(errorCodes, -0x262e)).toMatch(/^X509 - .* : OID - /);
      expect(namesOfCode(errorCodes, -0x12345678)).toEqual([]);
      expect(tree.errorCode('MBEDTLS_ERR_X509_INVALID_FORMAT')).toBe(-0x2180);
    });

    it('is content with its own configuration', () => {
      expect(tree.configErrors(tree.stockMacros())).toEqual([]);
    });

    it('says what a broken rule is about, and the least that mends it', () => {
      const macros = new Map(tree.stockMacros());
      macros.delete('MBEDTLS_ECP_C');
      expect(tree.configErrors(macros)).toContainEqual(
        expect.objectContaining({ about: 'MBEDTLS_ECDSA_C', missing: ['MBEDTLS_ECP_C'] }),
      );
    });

    it('mends a rule by an option, never by a macro that the tree derives', () => {
      const broken = tree.configErrors(new Map([['MBEDTLS_ENTROPY_C', '']]));
      expect(broken).toMatchObject([{ about: 'MBEDTLS_ENTROPY_C', missing: ['MBEDTLS_SHA256_C'] }]);
    });

    it('has nothing to add to a conflict', () => {
      const macros = new Map(tree.stockMacros());
      macros.set('MBEDTLS_ENTROPY_FORCE_SHA256', '');
      macros.set('MBEDTLS_CTR_DRBG_ENTROPY_LEN', '48');
      const [broken] = tree.configErrors(macros);
      expect(broken).toMatchObject({ message: 'MBEDTLS_CTR_DRBG_ENTROPY_LEN value too high', missing: [] });
    });

    it('lists suites, signatures and curves under a configuration', () => {
      const stock = tree.stockMacros();
      expect(tree.suitesOf(stock)).toContain('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
      expect(tree.signatureAlgorithmsOf(stock)).toContainEqual({ algorithm: 'ecdsa', hash: 'sha256' });
      expect(tree.signatureAlgorithmsOf(stock)).toContainEqual({ algorithm: 'rsa-pss', hash: undefined });
      expect(tree.curvesOf(stock)).toEqual(expect.arrayContaining(['secp256r1', 'secp384r1', 'bp512r1']));
      const less = new Map(stock);
      less.delete('MBEDTLS_GCM_C');
      less.delete('MBEDTLS_ECP_DP_SECP384R1_ENABLED');
      expect(tree.suitesOf(less).filter((name) => name.includes('GCM'))).toEqual([]);
      // 2.2 lists every curve and algorithm, built or not.
      expect(tree.curvesOf(less).includes('secp384r1')).toBe(version === '2.2');
    });

    it('reads a list of suites by names and by numbers, in its order', () => {
      const macros = new Map(tree.stockMacros());
      macros.set('MBEDTLS_SSL_CIPHERSUITES', 'MBEDTLS_TLS_RSA_WITH_AES_128_CBC_SHA, 0xC02B, 0xFFFE');
      expect(tree.suitesOf(macros)).toEqual([
        'TLS_RSA_WITH_AES_128_CBC_SHA',
        'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
      ]);
    });

    it('judges a header that does not include check_config.h all the same', () => {
      const { macros, errors } = tree.evaluate('#define MBEDTLS_ECDH_C\n');
      expect([...macros.keys()]).toEqual(['MBEDTLS_ECDH_C']);
      expect(errors.map(({ message }) => message)).toContain(
        'MBEDTLS_ECDH_C defined, but not all prerequisites',
      );
    });
  });
}

describe('readTree', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'espaws-tree-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const write = async (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(folder, name, '..'), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  };

  it('says that a folder is missing', async () => {
    await expect(readTree(nodeFiles, join(folder, 'none'))).rejects.toMatchObject({
      code: 'config/tree-missing',
    });
  });

  it('names what a tree lacks, step by step', async () => {
    const steps: [missing: string, files: Record<string, string>][] = [
      ['include/mbedtls/check_config.h', {}],
      ['library/ssl_ciphersuites.c', { 'include/mbedtls/check_config.h': '' }],
      ['include/mbedtls/version.h', { 'library/ssl_ciphersuites.c': '' }],
      [
        'include/mbedtls/config.h',
        {
          'include/mbedtls/version.h':
            '#define MBEDTLS_VERSION_MAJOR 2\n#define MBEDTLS_VERSION_MINOR 16\n#define MBEDTLS_VERSION_PATCH 5\n',
        },
      ],
      ['library/oid.c', { 'include/mbedtls/config.h': '#define MBEDTLS_AES_C\n' }],
    ];
    for (const [missing, files] of steps) {
      await write(files);
      const error: unknown = await readTree(nodeFiles, folder).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'config/tree-invalid' });
      expect(String(error)).toContain(missing);
    }
    await write({ 'library/oid.c': '' });
    expect((await readTree(nodeFiles, folder)).version.text).toBe('2.16.5');
  });

  it('finds headers and library where an SDK keeps them apart', async () => {
    const version =
      '#define MBEDTLS_VERSION_MAJOR 2\n#define MBEDTLS_VERSION_MINOR 2\n#define MBEDTLS_VERSION_PATCH 1\n';
    await write({
      'sdk/include/mbedtls/check_config.h': '#if defined(MBEDTLS_X)\n#error "MBEDTLS_X is bad"\n#endif\n',
      'sdk/include/mbedtls/version.h': version,
      'sdk/include/mbedtls/config.h': '//#define MBEDTLS_X\n',
      'sdk/third_party/mbedtls/library/ssl_ciphersuites.c': '',
      'sdk/third_party/mbedtls/library/oid.c': '',
    });
    const tree = await readTree(nodeFiles, join(folder, 'sdk'));
    expect(tree.configErrors(new Map([['MBEDTLS_X', '']]))).toMatchObject([{ message: 'MBEDTLS_X is bad' }]);
  });

  it('refuses a version whose configuration it does not know', async () => {
    await write({
      'four/include/mbedtls/check_config.h': '',
      'four/library/ssl_ciphersuites.c': '',
      'four/include/mbedtls/build_info.h':
        '#define MBEDTLS_VERSION_MAJOR 4\n#define MBEDTLS_VERSION_MINOR 1\n#define MBEDTLS_VERSION_PATCH 0\n',
    });
    await expect(readTree(nodeFiles, join(folder, 'four'))).rejects.toThrow(/mbedTLS 4\.1\.0/);
  });
});
