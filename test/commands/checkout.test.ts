import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findCheckout } from '../../src/commands/checkout.ts';
import { nodeEnvironment } from '../../src/io/environment.ts';
import { nodeFiles } from '../../src/io/files.ts';

it('refuses RTOS_SDK 1.4, which has no mbedTLS, and names one that has', async () => {
  const path = await mkdtemp(join(tmpdir(), 'espaws-checkout-'));
  onTestFinished(() => rm(path, { recursive: true }));
  for (const name of ['third_party/ssl/ssl.c', 'tools/gen_appbin.py']) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), '');
  }
  const host = { files: nodeFiles, environment: nodeEnvironment() };
  await expect(
    findCheckout(host, { directory: '/nonexistent' }, { kind: 'rtos-sdk', path }),
  ).rejects.toMatchObject({
    code: 'sdk/unknown',
    message: expect.stringContaining('axTLS') as string,
    hint: expect.stringContaining('espaws sdk fetch rtos-sdk@v2.1.0') as string,
  });
});
