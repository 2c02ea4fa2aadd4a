import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

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

/** The entries of ECDSA, four lines each, behind `//`. */
export function withoutEcdsa(text: string): string {
  return text.replace(/^ {4}\{\n.*MBEDTLS_OID_ECDSA_SHA\d+.*\n.*MBEDTLS_PK_ECDSA,\n {4}\},$/gm, (entry) =>
    entry.replace(/^/gm, '//'),
  );
}
