import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/io/files.ts';
import { compareConfigs, type Comparison } from '../../src/mbedtls/compare.ts';
import type { OptionSet } from '../../src/mbedtls/options.ts';
import { readConfigHeader } from '../../src/mbedtls/read-header.ts';
import { macrosOf, resolveOptions } from '../../src/mbedtls/resolve.ts';
import { readTree, type MbedtlsTree } from '../../src/mbedtls/tree.ts';
import { testTree, treeTitle, type TestVersion } from '../support/trees.ts';
import { benchTarget, SCENARIOS, scenarioNeeds } from './scenarios.ts';

const VERSIONS: readonly TestVersion[] = ['2.2', '2.16', '2.28', '3.6'];
const namesOf = (rows: readonly { name: string }[]) => rows.map(({ name }) => name.replace('MBEDTLS_', ''));

for (const version of VERSIONS) {
  const path = testTree(version);
  describe.skipIf(path === undefined)(`compareConfigs with ${treeTitle(version)}`, () => {
    let tree: MbedtlsTree;
    let derived: OptionSet;
    beforeAll(async () => {
      tree = await readTree(nodeFiles, path!);
      derived = resolveOptions(tree, scenarioNeeds(SCENARIOS['ec-on-rsa']), await benchTarget());
    });

    const compare = (macros: ReadonlyMap<string, string>): Comparison =>
      compareConfigs(macros, derived, tree);
    const fieldConfig = async (name: string) => {
      const text = await readConfigHeader(nodeFiles, join(import.meta.dirname, '../fixtures/configs', name));
      return tree.evaluate(text).macros;
    };

    it('finds nothing between a configuration and itself', () => {
      expect(compare(macrosOf(derived.options))).toEqual({ missing: [], different: [], superfluous: [] });
    });

    it('names what the field case lacks, with the reason', async () => {
      const { missing } = compare(await fieldConfig('rtos-sdk-1.5.h'));
      expect(namesOf(missing)).toEqual(
        expect.arrayContaining([
          'ECP_C',
          'ECP_DP_SECP256R1_ENABLED',
          'ECDSA_C',
          'ECDH_C',
          'GCM_C',
          'KEY_EXCHANGE_ECDHE_RSA_ENABLED',
        ]),
      );
      expect(namesOf(missing)).not.toEqual(expect.arrayContaining(['RSA_C']));
      expect(missing.find(({ name }) => name === 'MBEDTLS_ECP_C')?.because).toMatch(/carries/);
    });

    it('names what the field case has for nothing, and what that costs', async () => {
      const { superfluous } = compare(await fieldConfig('rtos-sdk-1.5.h'));
      const costs = new Map(superfluous.map(({ name, costs: text }) => [name, text]));
      expect(costs.get('MBEDTLS_SSL_SRV_C')).toMatch(/ KB of flash/);
      expect(costs.get('MBEDTLS_GENPRIME')).toBe('nothing: the linker leaves it out');
      expect(costs.has('MBEDTLS_RSA_C')).toBe(false);
    });

    it('compares sizes as sizes, and a size that is not given by its default', () => {
      const stock = compare(tree.stockMacros());
      expect(stock.different.find(({ name }) => name === 'MBEDTLS_MPI_MAX_SIZE')).toMatchObject({
        has: '1024',
        derived: '256',
        suffices: true,
      });
      const small = new Map([...macrosOf(derived.options), ['MBEDTLS_MPI_MAX_SIZE', '(0x80)']]);
      expect(compare(small).different).toMatchObject([{ name: 'MBEDTLS_MPI_MAX_SIZE', suffices: false }]);
      const same = new Map([...macrosOf(derived.options), ['MBEDTLS_MPI_MAX_SIZE', '( 256 )']]);
      expect(compare(same).different).toEqual([]);
    });

    it('reads one record length for both directions', () => {
      const macros = new Map(macrosOf(derived.options));
      for (const name of ['IN', 'OUT']) macros.delete(`MBEDTLS_SSL_${name}_CONTENT_LEN`);
      macros.set('MBEDTLS_SSL_MAX_CONTENT_LEN', '4096');
      const { missing, different, superfluous } = compare(macros);
      expect(namesOf(missing)).toEqual([]);
      expect(superfluous).toEqual([]);
      const lengths = different.map(({ name, suffices }) => [name.replace(/^MBEDTLS_SSL_/, ''), suffices]);
      expect(lengths).toEqual(
        tree.knows('MBEDTLS_SSL_IN_CONTENT_LEN')
          ? [
              ['IN_CONTENT_LEN', false],
              ['OUT_CONTENT_LEN', true],
            ]
          : [['MAX_CONTENT_LEN', false]],
      );
    });
  });
}
