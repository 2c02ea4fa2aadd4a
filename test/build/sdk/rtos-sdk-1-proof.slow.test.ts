import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../../src/commands/run.ts';
import { nodeClock } from '../../../src/io/clock.ts';
import { espLoaders } from '../../../src/io/esp-loader/esp-loader.ts';
import { testContext, testProject } from '../../support/board-case.ts';
import { testTree, treeTitle } from '../../support/trees.ts';
import { miniatureSdk } from './rtos-sdk-1-tree.ts';

const run = promisify(execFile);

/** What `espaws run --prove` says. */
async function proved(project: string, sdk: string, header?: string) {
  const { json } = await runCommand(testContext(), {
    project,
    prove: sdk,
    explain: false,
    seed: 1,
    timeoutMs: 60_000,
    openLoader: espLoaders(nodeClock),
    ...(header === undefined ? {} : { header }),
  });
  return json as { verdict: string; error: unknown };
}

/** RSA: as AWS IoT signs what it makes. ECDSA: a certificate authority of the user's own. */
const SIGNERS = [
  { signer: 'rsa-2048', code: -15488 },
  { signer: 'ec-P-256', code: -9774 },
] as const;

describe.skipIf(testTree('2.28') === undefined)(`--prove with a miniature SDK, ${treeTitle('2.28')}`, () => {
  const header = join(import.meta.dirname, '../../fixtures/configs/rtos-sdk-1.5.h');

  it.each(SIGNERS)('fails as shipped and passes as derived: $signer', async ({ signer, code }) => {
    const sdk = await miniatureSdk(testTree('2.28')!);
    const project = await testProject({ identity: { signer } });
    expect(await proved(project, sdk, header)).toMatchObject({
      verdict: 'fail',
      error: { code, call: 'mbedtls_x509_crt_parse(certificate)' },
    });
    expect(await proved(project, sdk)).toMatchObject({ verdict: 'pass', error: null });
  });

  it('needs oid.c mended, not only the configuration', async () => {
    const sdk = await miniatureSdk(testTree('2.28')!);
    const project = await testProject({ identity: { signer: 'ec-P-256' } });
    // As espaws init --sdk writes it: a proof looks for no board.
    const settings = JSON.parse(await readFile(join(project, 'espaws.yaml'), 'utf8')) as object;
    await writeFile(join(project, 'espaws.yaml'), JSON.stringify({ ...settings, port: 'auto' }));
    expect(await proved(project, sdk)).toMatchObject({ verdict: 'pass' });
    const derived = join(project, 'derived.h');
    await writeFile(derived, await readFile(join(project, 'build/mbedtls_config.h'), 'utf8'));
    expect(await proved(project, sdk, derived)).toMatchObject({ verdict: 'fail', error: { code: -9774 } });
  });
});

describe.each(['ESPAWS_RTOS_SDK_1', 'ESPAWS_RTOS_SDK_2'])('%s', (variable) => {
  const sdk = process.env[variable] ?? '';

  it.skipIf(sdk === '').each(SIGNERS)(
    `--prove fails with config_esp.h and passes as derived: $signer (skipped where ${variable} names no checkout)`,
    async ({ signer, code }) => {
      const project = await testProject({ identity: { signer } });
      expect(await proved(project, sdk, join(sdk, 'include/mbedtls/config_esp.h'))).toMatchObject({
        verdict: 'fail',
        error: { code, call: 'mbedtls_x509_crt_parse(certificate)' },
      });
      expect(await proved(project, sdk)).toMatchObject({ verdict: 'pass', error: null });
      const { stdout } = await run('git', ['-C', sdk, 'status', '--porcelain']).catch(() => ({ stdout: '' }));
      expect(stdout).toBe('');
    },
  );
});
