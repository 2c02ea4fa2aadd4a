import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/io/files.ts';
import { readTree } from '../../src/mbedtls/tree.ts';
import { testTree, treeTitle, type TestVersion } from '../support/trees.ts';
import { agreementOver } from './agreement.ts';
import { hasCompiler } from './compiler.ts';

const compiler = await hasCompiler();
const VERSIONS: readonly TestVersion[] = ['2.2', '2.7', '2.16', '2.28', '3.6'];
const CONFIGS = 600;

describe('the evaluator and the xtensa preprocessor, over hundreds of configurations', () => {
  for (const version of VERSIONS) {
    const path = testTree(version);
    it.skipIf(path === undefined || !compiler)(
      `agree on ${treeTitle(version)}`,
      { timeout: 300_000 },
      async () => {
        const tree = await readTree(nodeFiles, path!);
        const seed = Math.floor(Math.random() * 2 ** 31);
        const { configs, rulesHit, differences } = await agreementOver(tree, CONFIGS, seed);
        expect(differences.slice(0, 3), `seed ${seed}`).toEqual([]);
        expect(configs).toBe(CONFIGS);
        // The others ask for Windows, MSVC, bytes of other sizes, sanitizers, or PSA drivers.
        expect(rulesHit.size, `seed ${seed}`).toBeGreaterThan(tree.rules.length * 0.85);
      },
    );
  }
});
