import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { checkCommand } from '../../src/commands/config-check.ts';
import { configCommand } from '../../src/commands/config.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { testContext, testProject } from '../support/board-case.ts';
import { testTree, treeTitle } from '../support/trees.ts';

describe.skipIf(testTree('2.28') === undefined)(`espaws config --check, ${treeTitle('2.28')}`, () => {
  let project: string;
  let folder: string;
  beforeEach(async () => {
    project = await testProject({ identity: { ca: 'rsa' } });
    folder = await mkdtemp(join(tmpdir(), 'espaws-headers-'));
    onTestFinished(() => rm(folder, { recursive: true }));
  });

  /** The derived header without, or with another value of, some macros; judged again. */
  async function checked(change: (header: string) => string) {
    const derived = join(folder, 'derived.h');
    const { exitCode } = await configCommand(testContext(), { project, explain: false, out: derived });
    expect(exitCode).toBe(0);
    const header = join(folder, 'changed.h');
    await writeFile(header, change(await nodeFiles.readText(derived)));
    return checkCommand(testContext(), { project, header });
  }

  const without = (name: string) => (header: string) =>
    header.replace(new RegExp(`^#define MBEDTLS_${name}\\b.*$`, 'm'), '');

  it('accepts what was derived', async () => {
    const { exitCode, json, text } = await checked((header) => header);
    expect(exitCode, text).toBe(0);
    expect(json).toMatchObject({ check: { ok: true, errors: [], rules: [] } });
    expect(text).not.toMatch(/Refused/);
  });

  it('names each rule of check_config.h that is broken, and what satisfies it', async () => {
    const { exitCode, json, text } = await checked(without('ASN1_PARSE_C'));
    expect(exitCode).toBe(6);
    const message = 'MBEDTLS_PK_PARSE_C defined, but not all prerequisites';
    expect(json).toMatchObject({
      check: {
        ok: false,
        rules: expect.arrayContaining([
          expect.objectContaining({ message, missing: ['MBEDTLS_ASN1_PARSE_C'] }),
        ]) as unknown,
      },
    });
    expect(text).toMatch(new RegExp(`^ +${message} +turn on MBEDTLS_ASN1_PARSE_C$`, 'm'));
  });

  it('tells a record size that does not suffice from a larger one', async () => {
    const sized = (bytes: number) => (header: string) =>
      header.replace(/^(#define MBEDTLS_SSL_IN_CONTENT_LEN) .*$/m, `$1 ${bytes}`);
    expect((await checked(sized(4096))).text).toMatch(
      /SSL_IN_CONTENT_LEN .*4096, derived 8192: does not suffice/,
    );
    expect((await checked(sized(16384))).text).toMatch(/SSL_IN_CONTENT_LEN .*16384, derived 8192 /);
  });

  it('reads the headers beside the given one', async () => {
    const { exitCode } = await checked((header) => `#include "sdkconfig.h"\n${without('GCM_C')(header)}`);
    expect(exitCode).toBe(6);
    await writeFile(join(folder, 'sdkconfig.h'), '#define MBEDTLS_GCM_C\n');
    const beside = await checkCommand(testContext(), { project, header: join(folder, 'changed.h') });
    expect(beside.exitCode, beside.text).toBe(0);
  });

  it('leaves no header behind', async () => {
    const left = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('espaws-check-'));
    const before = await left();
    await checked(without('ASN1_PARSE_C'));
    expect((await left()).filter((name) => !before.includes(name))).toEqual([]);
  });
});
