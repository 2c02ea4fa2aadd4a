import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/io/files.ts';
import { macrosOf, resolveOptions, type Target } from '../../src/mbedtls/resolve.ts';
import { readTree, type MbedtlsTree } from '../../src/mbedtls/tree.ts';
import { deriveNeeds } from '../../src/needs/derive.ts';
import { agreementRow, stopServers } from '../support/host-client/agreement.ts';
import { buildClient } from '../support/host-client/build.ts';
import { caseIdentity, type AgreementCase } from '../support/host-client/cases.ts';
import { compiledLibrary } from '../support/host-client/compiled-library.ts';
import { endpointFacts } from '../support/host-client/endpoints.ts';
import { makePki } from '../support/host-client/pki.ts';
import { share } from '../support/share.ts';
import { testTree, treeTitle, type TestVersion } from '../support/trees.ts';
import { benchTarget } from './scenarios.ts';

const VERSIONS: readonly TestVersion[] = ['2.2', '2.7', '2.16', '2.28', '3.6'];

/** Kinds of identity and endpoint; `only3`: what mbedTLS 2.x cannot do at all. */
const CASES: readonly (AgreementCase & { only3?: boolean })[] = [
  { identity: 'ec-by-ec', ca: 'ec-root.crt', endpoint: 'ec-12' },
  { identity: 'ec', ca: 'rsa-root.crt', endpoint: 'rsa-12' },
  { identity: 'ec', ca: 'ec-root.crt', endpoint: 'ec-12' },
  { identity: 'ec-sec1-der', ca: 'rsa-root.der', endpoint: 'rsa-12' },
  { identity: 'rsa', ca: 'rsa-root.crt', endpoint: 'rsa-12' },
  { identity: 'rsa', ca: 'ec-root.crt', endpoint: 'ec-12' },
  { identity: 'rsa4', ca: 'rsa-root.crt', endpoint: 'rsa-12' },
  { identity: 'rsa512', ca: 'rsa-root.crt', endpoint: 'rsa-12' },
  { identity: 'rsa-chain', ca: 'rsa-root.crt', endpoint: 'mix384' },
  { identity: 'ec384', ca: 'ec384-root.crt', endpoint: 'ec384' },
  { identity: 'ec521', ca: 'ec-root.crt', endpoint: 'ec521' },
  { identity: 'rsa', ca: 'rsa-root.crt', endpoint: 'rsa-kx' },
  { identity: 'ec', ca: 'rsa-root.crt', endpoint: 'rsa-kx-cbc' },
  { identity: 'rsa', ca: 'rsa-root.crt', endpoint: 'cbc-sha' },
  { identity: 'ec', ca: 'rsa-root.crt', endpoint: 'dual-12' },
  { identity: 'rsa', ca: 'pss-root.crt', endpoint: 'pss' },
  { identity: 'ec', ca: 'rsa-root.crt', endpoint: 'sni-12' },
  { identity: 'ec', ca: 'rsa-root.crt', endpoint: 'rsa-13', only3: true },
  { identity: 'rsa', ca: 'ec-root.crt', endpoint: 'ec-13', only3: true },
  { identity: 'ec-by-ec', ca: 'ec-root.crt', endpoint: 'ec-13', only3: true },
];

for (const version of VERSIONS) {
  const path = testTree(version);
  describe.skipIf(path === undefined)(`derived configurations of ${treeTitle(version)}`, () => {
    let pki: string;
    let tree: MbedtlsTree;
    let target: Target;
    beforeAll(async () => {
      pki = makePki();
      tree = await readTree(nodeFiles, path!);
      target = await benchTarget();
    });
    afterAll(stopServers);

    // The versions that every machine has take in turn what both can do.
    const turn = ['2.28', '3.6'].indexOf(version);
    const both = CASES.filter(({ only3 }) => only3 !== true);
    const cases = [
      ...(turn < 0 ? both : share(both, 2, turn)),
      ...CASES.filter(({ only3 }) => only3 === true && version === '3.6'),
    ];
    it.each(cases)('connect: $identity with $ca at $endpoint', async (agreementCase) => {
      const needs = deriveNeeds(caseIdentity(pki, agreementCase), endpointFacts(pki, agreementCase.endpoint));
      const macros = macrosOf(resolveOptions(tree, needs, target).options);
      const build = await buildClient(path!, macros, false);
      expect(build).toMatchObject({ ok: true });
      if (!build.ok) return;
      const compiled = compiledLibrary(path!, build.program, build.macros, build.flags);
      expect(tree.suitesOf(macros)).toEqual(compiled.suites);
      const built = { tree, config: macros, program: build.program };
      const { seen, predicted } = await agreementRow(pki, built, agreementCase);
      expect(seen).toMatch(/^pass TLS_/);
      expect(predicted).toBe(seen);
    });
  });
}
