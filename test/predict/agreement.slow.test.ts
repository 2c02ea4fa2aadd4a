import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { nodeFiles } from '../../src/io/files.ts';
import { readTree } from '../../src/mbedtls/tree.ts';
import { libraryOf } from '../../src/predict/configuration.ts';
import { agreementRow, stopServers } from '../support/host-client/agreement.ts';
import { buildClient, stockMacros } from '../support/host-client/build.ts';
import {
  CASES,
  CHANGES,
  changeMacros,
  isComparable,
  type AgreementCase,
  type ConfigChange,
} from '../support/host-client/cases.ts';
import { compiledLibrary, versionOf } from '../support/host-client/compiled-library.ts';
import { makePki } from '../support/host-client/pki.ts';

/** mbedTLS source trees to build, by the variable that names each. */
const TREES = ['2', '3', '2_2', '2_7', '2_16'].flatMap((suffix) => {
  const path = process.env[`ESPAWS_TEST_MBEDTLS_${suffix}`];
  return path === undefined ? [] : [{ suffix, path }];
});

/** Every case would take an hour: each configuration meets every `STRIDE`th, starting elsewhere. */
const STRIDE = Number(process.env['ESPAWS_TEST_AGREEMENT_STRIDE'] ?? '12');

/** Real faults of a tree's own sources: the configuration passes check_config.h and does not compile or link. */
const DOES_NOT_BUILD = [
  { suffix: '2_7', change: 'without CIPHER_MODE_CBC' },
  { suffix: '2_7', change: 'without ECDH_C' },
  { suffix: '2_16', change: 'without CIPHER_MODE_CBC' },
  { suffix: '2_16', change: 'without ECDH_C' },
  { suffix: '2_2', change: 'without CIPHER_MODE_CBC' },
  { suffix: '2_2', change: 'without ECDH_C' },
];

describe.skipIf(TREES.length === 0)('the prediction and a real client against a real server', () => {
  let pki: string;
  beforeAll(() => {
    pki = makePki();
  });
  afterAll(stopServers);

  for (const { suffix, path } of TREES) {
    describe(`mbedTLS tree ${suffix}`, () => {
      it.each(changesFor(path, suffix))('agree: $name', async (change) => {
        const build = await buildClient(path, changeMacros(stockMacros(path), change), true);
        if (!build.ok) throw new Error(`${build.stage}: ${build.message}`);
        const tree = await readTree(nodeFiles, path);
        const compiled = compiledLibrary(path, build.program, build.macros, build.flags);
        expect(libraryOf(tree, build.config).suites).toEqual(compiled.suites);
        const rows = [];
        for (const agreementCase of casesFor(change)) {
          rows.push(
            await agreementRow(pki, { tree, config: build.config, program: build.program }, agreementCase),
          );
        }
        const differing = rows.filter(({ predicted, seen }) => predicted !== seen);
        expect(differing).toEqual([]);
      });
    });
  }
});

function changesFor(tree: string, suffix: string): ConfigChange[] {
  const stock = stockMacros(tree);
  const version = versionOf(tree).text;
  return CHANGES.filter(({ name, only, off }) => {
    const isBroken = DOES_NOT_BUILD.some((entry) => entry.suffix === suffix && entry.change === name);
    const isKnown = off === undefined || off.some((macro) => stock.has(`MBEDTLS_${macro}`));
    return !isBroken && isKnown && (only === undefined || only.test(version));
  });
}

function casesFor(change: ConfigChange): AgreementCase[] {
  const start = CHANGES.indexOf(change) % STRIDE;
  return CASES.filter((agreementCase, index) => {
    return index % STRIDE === start && isComparable(agreementCase, change);
  });
}
