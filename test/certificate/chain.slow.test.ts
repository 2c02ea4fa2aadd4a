import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE, DEFAULT_PROFILE_3 } from '../../src/certificate/chain-findings.ts';
import { verifyChain } from '../../src/certificate/chain.ts';
import { readCertificates } from '../../src/certificate/certificates.ts';
import { materialOf } from '../../src/certificate/material.ts';
import { nodeProcesses } from '../../src/io/processes.ts';
import { verifyFlagNames } from '../../src/verdict/verify-flags.ts';
import type { Workshop } from '../support/identities.ts';
import { openWorkshop, TEST_NOW } from '../support/identities.ts';
import type { ChainName } from '../support/server-chains.ts';
import { testTree, treeTitle } from '../support/trees.ts';
import { CHAIN_CASES, HOST, issueServerChains } from '../support/server-chains.ts';

const TREES = [
  { version: '2.28', profile: DEFAULT_PROFILE, ipAddresses: false },
  { version: '2.7', profile: DEFAULT_PROFILE, ipAddresses: false },
  { version: '3.6', profile: DEFAULT_PROFILE_3, ipAddresses: true },
] as const;

/** Cases beside those of the table, where versions differ. */
const MORE: readonly {
  title: string;
  chain: readonly ChainName[];
  roots: readonly ChainName[];
  host?: string;
}[] = [
  { title: 'a curve that only mbedTLS 2 accepts', chain: ['secp256k1'], roots: ['root'] },
  { title: 'an IP address that only mbedTLS 3 compares', chain: ['ip'], roots: ['root'], host: '10.0.0.1' },
  { title: 'a certificate for mail only', chain: ['email-only'], roots: ['root'] },
];

/** Ways in which a PEM gets bent on its way through editors, mails and YAML. */
const BENT: readonly [string, (pem: string) => string][] = [
  ['nothing', (pem) => pem],
  ['CRLF', (pem) => pem.replaceAll('\n', '\r\n')],
  ['CR alone', (pem) => pem.replaceAll('\n', '\r')],
  ['a byte order mark', (pem) => `\uFEFF${pem}`],
  ['text before it', (pem) => `text\n${pem}`],
  ['no last newline', (pem) => pem.trimEnd()],
  ['a blank behind BEGIN', (pem) => pem.replace('-----\n', '----- \n')],
  ['two blanks behind BEGIN', (pem) => pem.replace('-----\n', '-----  \n')],
  ['blanks at line ends', (pem) => pem.replaceAll(/(.{64})\n/g, '$1  \n')],
  ['indented lines', (pem) => pem.replaceAll('\n', '\n  ')],
  ['tabs', (pem) => pem.replaceAll('\n', '\t\n')],
  ['one line', (pem) => pem.replaceAll('\n', ' ')],
  ['base64 on one line', (pem) => pem.replaceAll(/([^-])\n(?=[^-])/g, '$1')],
  ['empty lines', (pem) => pem.replaceAll('\n', '\n\n')],
  ['a blank inside a line', (pem) => pem.replace('\nMII', '\nMI I')],
  ['a foreign character', (pem) => pem.replace(/\n(.)/, '\n!')],
  ['a header', (pem) => pem.replace('-----\n', '-----\nX-Y: z\n\n')],
  ['its end cut off', (pem) => pem.slice(0, 300)],
  ['its padding cut off', (pem) => pem.replace(/(=+|.)\n-----END/, '\n-----END')],
];

/** Builds the judge with the tree's own default configuration for this machine. */
async function buildJudge(tree: string, directory: string): Promise<string> {
  const library = join(tree, 'library');
  const sources = (await readdir(library))
    .filter((name) => name.endsWith('.c'))
    .map((name) => join(library, name));
  const psa = (await readdir(join(tree, 'include/mbedtls'))).includes('build_info.h') ? ['-DJUDGE_PSA'] : [];
  const judge = join(import.meta.dirname, '../support/x509-judge.c');
  const program = join(directory, 'judge');
  const flags = ['-O0', '-w', `-I${join(tree, 'include')}`, `-I${library}`, ...psa];
  const built = await nodeProcesses.run('gcc', [...flags, judge, ...sources, '-o', program]);
  if (built.exitCode !== 0) throw new Error(built.stderr);
  return program;
}

describe.each(
  TREES.map((each) => ({ ...each, title: treeTitle(each.version), tree: testTree(each.version) })),
)('verifyChain beside $title', ({ tree, profile, ipAddresses }) => {
  if (tree === undefined) {
    it.skip('agrees');
    return;
  }
  let workshop: Workshop;
  let issued: Map<ChainName, string>;
  let directory: string;
  let judge: string;
  beforeAll(async () => {
    workshop = await openWorkshop();
    issued = await issueServerChains(workshop);
    directory = await mkdtemp(join(tmpdir(), 'espaws-judge-'));
    judge = await buildJudge(tree, directory);
  });
  afterAll(async () => {
    await workshop.close();
    await rm(directory, { recursive: true, force: true });
  });

  it.each<(typeof MORE)[number]>([...CHAIN_CASES, ...MORE])(
    'agrees on $title',
    async ({ chain, roots, host = HOST }) => {
      const text = (names: readonly ChainName[]) => names.map((name) => issued.get(name)!).join('');
      const certificates = (names: readonly ChainName[]) =>
        readCertificates(materialOf('x', Buffer.from(text(names))));
      const said = await nodeProcesses.run(judge, [
        await workshop.file('chain.pem', text(chain)),
        await workshop.file('roots.pem', text(roots)),
        host,
        String(TEST_NOW.getTime() / 1000),
      ]);
      expect(said.stdout).toMatch(/^flags \d+\n$/);
      const flags = verifyFlagNames(Number(said.stdout.split(' ')[1]));
      const ours = verifyChain(certificates(chain), certificates(roots), {
        host,
        now: TEST_NOW,
        profile,
        ipAddresses,
      });
      expect([...ours.flags].sort()).toEqual([...flags].sort());
    },
  );

  it.each(BENT)('reads, or refuses, the same PEM with %s', async (_, bend) => {
    const pem = bend(issued.get('root')!);
    const said = await nodeProcesses.run(judge, [
      await workshop.file('bent.pem', pem),
      await workshop.file('roots.pem', issued.get('root')!),
      HOST,
      '0',
    ]);
    const read = () => readCertificates(materialOf('bent.pem', Buffer.from(pem)));
    if (said.stdout.startsWith('flags')) expect(read()).toHaveLength(1);
    else expect(read).toThrow('cannot be parsed');
  });
});
