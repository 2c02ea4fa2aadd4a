import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { nodeFiles } from '../../src/io/files.ts';
import { readTree } from '../../src/mbedtls/tree.ts';
import { libraryOf } from '../../src/predict/configuration.ts';
import { agreementRow, predictCase, stopServers } from '../support/host-client/agreement.ts';
import { buildClient, stockMacros } from '../support/host-client/build.ts';
import { CASES, type AgreementCase } from '../support/host-client/cases.ts';
import { CHANGES, changeMacros, isComparable, type ConfigChange } from '../support/host-client/changes.ts';
import { compiledLibrary } from '../support/host-client/compiled-library.ts';
import { makePki } from '../support/host-client/pki.ts';
import { isShared, share } from '../support/share.ts';
import { testTree, treeTitle, type TestVersion } from '../support/trees.ts';

const VERSIONS: readonly TestVersion[] = ['2.28', '3.6', '2.16', '2.7', '2.2'];

/** Every case with every configuration takes an hour: each meets one in `SHARE`, starting elsewhere. */
const SHARE = 7;
/**
 * Building is most of the time: of the versions that every machine has, one takes the first and the fifth of eight
 * changes, and the other, whose library is larger, the third.
 */
const TURNS: Partial<Record<TestVersion, readonly number[]>> = { '2.28': [0, 4], '3.6': [2] };
const TURN = 8;

describe('the prediction and a real client against a real server', () => {
  let pki: string;
  beforeAll(() => {
    pki = makePki();
  });
  afterAll(stopServers);

  for (const version of VERSIONS) {
    const path = testTree(version);
    describe.skipIf(path === undefined)(treeTitle(version), () => {
      it.each(changesFor(version, path))('agree: $name', async (change) => {
        if (path === undefined) return;
        const tree = await readTree(nodeFiles, path);
        const build = await buildClient(path, changeMacros(stockMacros(path), change), true);
        const cases = casesFor(change);
        if (!build.ok) {
          const [first] = cases;
          const prediction = first === undefined ? undefined : predictCase(pki, tree, build.config, first);
          expect(prediction).toMatchObject({ outcome: 'build-error', stage: build.stage });
          return;
        }
        const compiled = compiledLibrary(path, build.program, build.macros, build.flags);
        expect(libraryOf(tree, build.config).suites).toEqual(compiled.suites);
        const rows = [];
        for (const one of cases) {
          rows.push(await agreementRow(pki, { tree, config: build.config, program: build.program }, one));
        }
        expect(rows.filter(({ predicted, seen }) => predicted !== seen)).toEqual([]);
      });
    });
  }
});

/** The changes that this version has macros for, and the turn; what another cannot take does not wait for it. */
function changesFor(version: TestVersion, path: string | undefined): readonly ConfigChange[] {
  if (path === undefined) return CHANGES;
  const turns = TURNS[version];
  const others = VERSIONS.filter((one) => one !== version && TURNS[one] !== undefined).map(knownChanges);
  return knownChanges(version).filter((change, index) => {
    if (index === 0 || turns === undefined || others.some((known) => !known.includes(change))) return true;
    return turns.some((turn) => isShared(CHANGES.indexOf(change), TURN, turn));
  });
}

function knownChanges(version: TestVersion): readonly ConfigChange[] {
  const path = testTree(version);
  if (path === undefined) return [];
  const stock = stockMacros(path);
  return CHANGES.filter(({ only, off }) => {
    const isKnown = off === undefined || off.some((macro) => stock.has(`MBEDTLS_${macro}`));
    return isKnown && (only === undefined || only.test(`${version}.`));
  });
}

function casesFor(change: ConfigChange): AgreementCase[] {
  const start = CHANGES.indexOf(change) % SHARE;
  return share(CASES, SHARE, start).filter((one) => isComparable(one, change));
}
