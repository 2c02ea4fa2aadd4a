import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testProject } from '../support/board-case.ts';
import { editProject, espaws, leftovers } from '../support/command.ts';
import { CA_EXTENSIONS, openWorkshop } from '../support/identities.ts';
import { testTree, treeTitle } from '../support/trees.ts';

describe.skipIf(testTree('2.28') === undefined)(`bad input, ${treeTitle('2.28')}`, () => {
  it.each<
    [
      string,
      (project: string) => Promise<{ args?: string[]; env?: Record<string, string> } | undefined>,
      number,
      RegExp,
    ]
  >([
    [
      'no toolchain',
      () => Promise.resolve({ env: { ESPAWS_TOOLCHAIN: '/nonexistent' } }),
      4,
      /build\/tool-missing/,
    ],
    [
      'no mbedTLS tree',
      async (project) => {
        await editProject(project, (file) => (file['mbedtls'] = { path: 'nowhere' }));
        return undefined;
      },
      3,
      /config\/tree-missing/,
    ],
    [
      'a truncated certificate',
      async (project) => {
        const path = join(project, 'device.crt');
        await writeFile(path, (await readFile(path, 'utf8')).slice(0, 400));
        return undefined;
      },
      3,
      /certificate\/unparsable/,
    ],
    [
      'the key of another certificate',
      async (project) => {
        const other = await testProject({ identity: { ca: 'rsa' } });
        await cp(join(other, 'device.key'), join(project, 'device.key'));
        return undefined;
      },
      3,
      /certificate\/key-mismatch/,
    ],
    [
      'an expired CA',
      async (project) => {
        const workshop = await openWorkshop();
        onTestFinished(() => workshop.close());
        const ca = await workshop.issue({
          name: 'old-ca',
          extensions: CA_EXTENSIONS,
          from: '20200101000000Z',
          to: '20210101000000Z',
        });
        await cp(ca.certificate, join(project, 'ca.pem'));
        return undefined;
      },
      3,
      /certificate\/expired/,
    ],
    [
      'an endpoint that nobody answers at',
      async (project) => {
        await editProject(project, (file) => (file['endpoint']!['port'] = 1));
        return undefined;
      },
      3,
      /endpoint\/unreachable/,
    ],
    ['an unknown option', () => Promise.resolve({ args: ['--colour'] }), 2, /usage\/invalid/],
    ['a port that is none', () => Promise.resolve({ args: ['--port', 'nonsense'] }), 5, /port\/unknown/],
    ['a port that is not there', () => Promise.resolve({ args: ['--port', 'COM99'] }), 5, /port\/missing/],
  ])('%s', async (_title, prepare, exitCode, stderr) => {
    const project = await testProject({ identity: { ca: 'rsa' } });
    const { args = [], env = {} } = (await prepare(project)) ?? {};
    const ended = await espaws(['run', '--project', project, ...args], { env });
    expect(ended.stderr).toMatch(stderr);
    expect(ended.stderr).toMatch(/^hint: /m);
    expect(ended.code).toBe(exitCode);
    // All of it is known before anything is compiled.
    expect(ended.stderr).not.toMatch(/^compile/m);
    expect(await leftovers(project)).toEqual([]);
  });
});
