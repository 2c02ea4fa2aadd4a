import { execa } from 'execa';
import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testProject } from '../support/board-case.ts';
import { testTree, treeTitle } from '../support/trees.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What `npm install espaws` puts on a disk: the packed files, beside the packages that they need. */
describe('the packed package', () => {
  let folder: string;
  let espaws: string;
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'espaws-package-')));
    const packed = await execa('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
      cwd: ROOT,
    });
    const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
    const modules = join(folder, 'node_modules');
    await mkdir(join(modules, 'espaws'), { recursive: true });
    await execa('tar', [
      '-xzf',
      join(folder, filename),
      '-C',
      join(modules, 'espaws'),
      '--strip-components=1',
    ]);
    // Of the checkout, so that no test needs a registry; a package is not looked for above its real folder.
    await symlink(join(ROOT, 'node_modules'), join(modules, 'espaws/node_modules'));
    espaws = join(modules, 'espaws/dist/cli.js');
  });
  afterAll(() => rm(folder, { recursive: true }));

  const evaluate = async (program: string) =>
    (await execa(process.execPath, ['--input-type=module', '-e', program], { cwd: folder })).stdout;

  it('is a library', async () => {
    const program = `
      import { diagnose, nodeHost, parseLine, LineSplitter } from 'espaws';
      const log = new LineSplitter().push(Buffer.from('mbedtls_x509_crt_parse returned -0x3C80\\r\\n'));
      const { causes } = diagnose(log.map(parseLine));
      const { kind } = await nodeHost().files.stat('node_modules');
      console.log(kind, causes[0].id);`;
    expect(await evaluate(program)).toMatch(/^directory [a-z_.]+$/);
  });

  it('has the chip as a library of its own', async () => {
    const program = `import * as board from 'espaws/board'; console.log(typeof board.VirtualBoard);`;
    expect(await evaluate(program)).toBe('function');
  });

  it.skipIf(testTree('2.28') === undefined)(`runs with its own templates, ${treeTitle('2.28')}`, async () => {
    const project = await testProject({ identity: { ca: 'rsa' } });
    const { stdout } = await execa(process.execPath, [espaws, 'run', '--json', '--project', project]);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'pass' });
  });
});
