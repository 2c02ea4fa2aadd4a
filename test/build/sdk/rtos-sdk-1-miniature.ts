import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { toolPath, type Toolchain } from '../../../src/sdk/toolchain.ts';
import { testTree } from '../../support/trees.ts';

const run = promisify(execFile);
const FIXTURE = join(import.meta.dirname, '../../fixtures/sdks/rtos-sdk-1');

/** A program for it. */
export const PROGRAM = join(FIXTURE, 'program');

export const configHeader = (options: string) =>
  `#ifndef TEST_CONFIG_H\n#define TEST_CONFIG_H\n${options
    .split(' ')
    .map((name) => `#define MBEDTLS_${name}\n`)
    .join('')}#include "mbedtls/check_config.h"\n#endif\n`;
export const RSA_ONLY =
  'SSL_PROTO_TLS1_2 SSL_CLI_C SSL_TLS_C X509_USE_C X509_CRT_PARSE_C PK_C PK_PARSE_C ASN1_PARSE_C ASN1_WRITE_C OID_C ' +
  'BIGNUM_C MD_C CIPHER_C AES_C CIPHER_MODE_CBC CTR_DRBG_C ENTROPY_C SHA256_C RSA_C PKCS1_V15 KEY_EXCHANGE_RSA_ENABLED ' +
  'ENTROPY_HARDWARE_ALT NO_PLATFORM_ENTROPY';
export const WITH_EC = `${RSA_ONLY} ECP_C ECDH_C ECDSA_C ECP_DP_SECP256R1_ENABLED KEY_EXCHANGE_ECDHE_ECDSA_ENABLED`;

/** A miniature of ESP8266_RTOS_SDK 1.5 that links: its make, its mbedTLS, its prebuilt archives. */
export async function makeRtosSdk1(sdk: string, toolchain: Toolchain): Promise<void> {
  const tree = testTree('2.28')!;
  await cp(FIXTURE, sdk, { recursive: true });
  await rm(join(sdk, 'program'), { recursive: true });
  await cp(join(tree, 'include/mbedtls'), join(sdk, 'include/mbedtls'), { recursive: true });
  const library = join(sdk, 'third_party/mbedtls/library');
  for (const name of await readdir(join(tree, 'library'))) {
    // PSA is not in the SDK's mbedTLS 2.2.
    if (/^(?!psa_).*\.[ch]$/.test(name)) await cp(join(tree, 'library', name), join(library, name));
  }
  await writeFile(join(library, 'oid.c'), withoutEcdsa(await readFile(join(library, 'oid.c'), 'utf8')));
  await writeFile(join(sdk, 'include/mbedtls/config_esp.h'), configHeader(RSA_ONLY));
  await mkdir(join(sdk, 'bin'));
  await writeFile(join(sdk, 'bin/esp_init_data_default.bin'), new Uint8Array(128).fill(5));
  await mkdir(join(sdk, 'lib'));
  const gcc = toolPath(toolchain, 'gcc');
  const objects = join(sdk, '../prebuilt');
  await mkdir(objects);
  const compile = async (source: string, object: string) => {
    const flags = [
      ...toolchain.libcFlags,
      '-Os',
      '-mlongcalls',
      '-mtext-section-literals',
      '-ffunction-sections',
    ];
    const includes = [`-I${sdk}/include`, `-I${library}`, '-DMBEDTLS_CONFIG_FILE="mbedtls/config_esp.h"'];
    await run(gcc, [...flags, ...includes, '-c', source, '-o', join(objects, object)]);
    return join(objects, object);
  };
  const ar = (archive: string, members: string[]) =>
    run(toolPath(toolchain, 'ar'), ['rcs', join(sdk, 'lib', archive), ...members]);
  await ar('libmain.a', [await compile(join(sdk, 'startup/startup.c'), 'startup.o')]);
  const members: string[] = [];
  for (const name of await readdir(library)) {
    if (name.endsWith('.c')) members.push(await compile(join(library, name), name.replace(/c$/, 'o')));
  }
  await ar('libmbedtls.a', members);
  const { stdout } = await run(gcc, [...toolchain.libcFlags, '-print-file-name=libc.a']);
  await cp(stdout.trim(), join(sdk, 'lib/libcirom.a'));
  // Nothing of it is used; the SDK's own releases from 2.1 on have one.
  await ar('libhal.a', []);
}

/** The entries of ECDSA, four lines each, behind `//`. */
export function withoutEcdsa(text: string): string {
  return text.replace(/^ {4}\{\n.*MBEDTLS_OID_ECDSA_SHA\d+.*\n.*MBEDTLS_PK_ECDSA,\n {4}\},$/gm, (entry) =>
    entry.replace(/^/gm, '//'),
  );
}
