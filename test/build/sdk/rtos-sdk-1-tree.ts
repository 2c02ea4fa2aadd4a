import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { withoutEcdsa } from './rtos-sdk-1-miniature.ts';

/**
 * A miniature of ESP8266_RTOS_SDK 1.5: mbedTLS from `tree` in the SDK's folders, the ECDSA entries of `oid_sig_alg`
 * commented out as there. Gone with the test.
 */
export async function miniatureSdk(tree: string): Promise<string> {
  const sdk = await mkdtemp(join(tmpdir(), 'espaws-sdk-'));
  onTestFinished(() => rm(sdk, { recursive: true, force: true }));
  await cp(join(tree, 'include'), join(sdk, 'include'), { recursive: true });
  const library = join(sdk, 'third_party/mbedtls/library');
  await cp(join(tree, 'library'), library, { recursive: true });
  const oid = join(library, 'oid.c');
  await writeFile(oid, withoutEcdsa(await readFile(oid, 'utf8')));
  return sdk;
}
