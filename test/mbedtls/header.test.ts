import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeEnvironment } from '../../src/io/environment.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { nodeProcesses } from '../../src/io/processes.ts';
import { checkWithCompiler, checkWithEvaluator, type CheckResult } from '../../src/mbedtls/check.ts';
import { readConfigHeader } from '../../src/mbedtls/read-header.ts';
import { renderHeader, renderOverlay } from '../../src/mbedtls/render.ts';
import { macrosOf, resolveOptions, type Target } from '../../src/mbedtls/resolve.ts';
import { readTree, type MbedtlsTree } from '../../src/mbedtls/tree.ts';
import { findToolchain, toolPath } from '../../src/sdk/toolchain.ts';
import { testTree, treeTitle, type TestVersion } from '../support/trees.ts';
import { hasCompiler } from './compiler.ts';
import { benchTarget, SCENARIOS, scenarioNeeds } from './scenarios.ts';

const compiler = await hasCompiler();
const VERSIONS: readonly TestVersion[] = ['2.2', '2.7', '2.16', '2.28', '3.6'];
const FIELD_CONFIGS = ['rtos-sdk-1.5.h', 'esp-open-rtos.h', 'esp-open-rtos-aws-iot.h'];
/** Scenarios whose header the compiler judges too; the others only the evaluator, which is quicker. */
const JUDGED = ['ec-on-rsa', 'cbc'];
const fieldConfig = (name: string) => join(import.meta.dirname, '../fixtures/configs', name);

let folder: string;
let target: Target;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espaws-header-'));
  target = await benchTarget();
});
afterAll(() => rm(folder, { recursive: true }));

/** What the compiler and the own evaluator say of a header; both must say the same. */
async function judge(tree: MbedtlsTree, headerText: string): Promise<CheckResult> {
  const own = checkWithEvaluator(tree, headerText);
  if (!compiler) return own;
  const headerPath = join(folder, 'header.h');
  await writeFile(headerPath, headerText);
  const toolchain = await findToolchain(nodeProcesses, nodeFiles, nodeEnvironment());
  const compiled = await checkWithCompiler(nodeProcesses, {
    compiler: toolPath(toolchain, 'gcc'),
    tree,
    headerPath,
  });
  expect({ ok: own.ok, errors: own.errors, rules: own.rules }).toEqual({
    ok: compiled.ok,
    errors: compiled.errors,
    rules: compiled.rules,
  });
  expect(sorted(tree.adjusted(own.macros))).toEqual(sorted(compiled.macros));
  return compiled;
}

const sorted = (macros: ReadonlyMap<string, string>) => [...macros].sort(([a], [b]) => (a < b ? -1 : 1));

for (const version of VERSIONS) {
  const path = testTree(version);
  describe.skipIf(path === undefined)(treeTitle(version), () => {
    let tree: MbedtlsTree;
    beforeAll(async () => {
      tree = await readTree(nodeFiles, path!);
    });

    it('accepts every derived header, which defines just what was derived', async () => {
      for (const [name, scenario] of Object.entries(SCENARIOS)) {
        const set = resolveOptions(tree, scenarioNeeds(scenario), target);
        const text = await renderHeader(nodeFiles, set, tree);
        const { ok, errors } = JUDGED.includes(name)
          ? await judge(tree, text)
          : checkWithEvaluator(tree, text);
        expect({ name, ok, errors }).toEqual({ name, ok: true, errors: [] });
        expect(sorted(tree.evaluate(text).macros)).toEqual(sorted(macrosOf(set.options)));
        expect(text).not.toMatch(/\/tmp\/|undefined|\[object/);
        expect(await renderHeader(nodeFiles, set, tree)).toBe(text);
      }
    });

    it('keeps a reason that would end its comment in the comment', async () => {
      const set = resolveOptions(tree, scenarioNeeds(SCENARIOS.ec), target);
      const options = set.options.map((option) => ({ ...option, because: 'CN=*/ #error "out" /* \\' }));
      const text = await renderHeader(nodeFiles, { ...set, options }, tree);
      expect(sorted(tree.evaluate(text).macros)).toEqual(sorted(macrosOf(set.options)));
      expect((await judge(tree, text)).ok).toBe(true);
    });

    it('says what a header lacks', async () => {
      const { ok, errors, rules } = await judge(
        tree,
        '#define MBEDTLS_SHA256_C\n#define MBEDTLS_ENTROPY_C\n#define MBEDTLS_ECDH_C\n',
      );
      expect(ok).toBe(false);
      expect(errors).toContain('MBEDTLS_ECDH_C defined, but not all prerequisites');
      expect(rules.find(({ about }) => about === 'MBEDTLS_ECDH_C')?.missing).toEqual(
        expect.arrayContaining(['MBEDTLS_ECP_C']),
      );
    });

    it('lays the platform over the stock configuration, and over those of the field', async () => {
      const stock = await readFile(tree.configHeader, 'utf8');
      const texts = await Promise.all(
        FIELD_CONFIGS.map((name) => readConfigHeader(nodeFiles, fieldConfig(name))),
      );
      for (const [index, text] of [stock, ...texts].entries()) {
        const overlaid = await renderOverlay(nodeFiles, text, tree, target, { checkDates: false });
        const { macros } = tree.evaluate(overlaid);
        const removed = [...target.absent, ...target.clock].filter(({ name }) => macros.has(name));
        expect(removed).toEqual([]);
        expect([...macros.keys()]).toEqual(expect.arrayContaining(target.platform.map(({ name }) => name)));
        const { ok } = await judge(tree, overlaid);
        // The headers of the field were written for 2.2 and 2.7; later rules may refuse them.
        if (index === 0 || version === '2.2') expect(ok).toBe(true);
      }
    });

    it('leaves the clock of a given header where dates are checked', async () => {
      const given = '#define MBEDTLS_HAVE_TIME\n#define MBEDTLS_HAVE_TIME_DATE\n#define MBEDTLS_NET_C\n';
      const overlaid = await renderOverlay(nodeFiles, given, tree, target, { checkDates: true });
      const names = [...tree.evaluate(overlaid).macros.keys()];
      expect(names).toContain('MBEDTLS_HAVE_TIME_DATE');
      expect(names).not.toContain('MBEDTLS_NET_C');
    });

    it('judges again what a given header has had checked before the overlay', async () => {
      const given =
        version === '3.6'
          ? '#include "mbedtls/mbedtls_config.h"\n#undef MBEDTLS_BIGNUM_C\n'
          : '#include "mbedtls/config.h"\n#undef MBEDTLS_BIGNUM_C\n';
      const overlaid = await renderOverlay(nodeFiles, given, tree, target, { checkDates: false });
      const { ok, errors } = await judge(tree, overlaid);
      expect(ok).toBe(false);
      expect(errors).toContain('MBEDTLS_RSA_C defined, but not all prerequisites');
    });
  });
}

const path28 = testTree('2.28');

it.skipIf(path28 === undefined)('renders a header that reads well', async () => {
  const tree = await readTree(nodeFiles, path28!);
  const set = resolveOptions(tree, scenarioNeeds(SCENARIOS['ec-on-rsa']), target);
  const text = await renderHeader(nodeFiles, { ...set, version: { ...set.version, text: '2.28' } }, tree);
  await expect(text).toMatchFileSnapshot('../fixtures/mbedtls/ec-on-rsa-2.28.h');
});

describe('readConfigHeader', () => {
  it('puts headers that stand beside it in their places, and leaves the others', async () => {
    const files = {
      'esp_config.h': '#include "sdkconfig.h"\n#include "mbedtls/config.h"\n#include <limits.h>\n#define A\n',
      'sdkconfig.h': '#include "deeper.h"\n#define CONFIG_X 1\n#include "esp_config.h"',
      'deeper.h': '#define DEEPER',
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    expect(await readConfigHeader(nodeFiles, join(folder, 'esp_config.h'))).toBe(
      '#define DEEPER\n#define CONFIG_X 1\n#include "esp_config.h"\n#include "mbedtls/config.h"\n#include <limits.h>\n#define A\n',
    );
  });

  it('says that a header is missing, or no text', async () => {
    await expect(readConfigHeader(nodeFiles, join(folder, 'none.h'))).rejects.toMatchObject({
      code: 'config/header-invalid',
    });
    await writeFile(join(folder, 'binary.h'), new Uint8Array([1, 0, 2]));
    await expect(readConfigHeader(nodeFiles, join(folder, 'binary.h'))).rejects.toThrow(/is not text/);
  });
});
