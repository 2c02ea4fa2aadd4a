import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFirmware, type BuildContext, type BuildInputs } from '../../src/build/build.ts';
import { loadFirmware } from '../../src/build/firmware.ts';
import { readIdentity } from '../../src/certificate/identity.ts';
import { ltoDefinitions } from '../../src/image/elf.ts';
import { inspectImage } from '../../src/image/inspect-image.ts';
import { nodeClock } from '../../src/io/clock.ts';
import { nodeEnvironment } from '../../src/io/environment.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { nodeProcesses } from '../../src/io/processes.ts';
import { silent } from '../../src/progress.ts';
import { loadBench } from '../../src/sdk/schema.ts';
import { findToolchain } from '../../src/sdk/toolchain.ts';
import { CA_EXTENSIONS, CLIENT_EXTENSIONS, openWorkshop, type Workshop } from '../support/identities.ts';
import { testTree, treeTitle } from '../support/trees.ts';

/** The options of an ECDHE-ECDSA client with P-256, AES-128-GCM and SHA-256. */
const EC_CLIENT =
  'SSL_PROTO_TLS1_2 SSL_CLI_C SSL_TLS_C SSL_SERVER_NAME_INDICATION X509_USE_C X509_CRT_PARSE_C PK_C PK_PARSE_C ' +
  'ASN1_PARSE_C ASN1_WRITE_C OID_C BIGNUM_C MD_C CIPHER_C AES_C GCM_C CTR_DRBG_C ENTROPY_C PEM_PARSE_C BASE64_C ' +
  'SHA256_C ECP_C ECDH_C ECDSA_C ECP_DP_SECP256R1_ENABLED KEY_EXCHANGE_ECDHE_ECDSA_ENABLED ' +
  'ENTROPY_HARDWARE_ALT NO_PLATFORM_ENTROPY';

const header = (options: string, include = '"mbedtls/check_config.h"') =>
  `${options
    .split(' ')
    .map((name) => `#define MBEDTLS_${name}\n`)
    .join('')}#include ${include}\n`;
const without = (name: string) =>
  EC_CLIENT.split(' ')
    .filter((option) => option !== name)
    .join(' ');

describe.skipIf(testTree('2.28') === undefined)(`the bench firmware with ${treeTitle('2.28')}`, () => {
  let workshop: Workshop;
  let directory: string;
  let inputs: BuildInputs;
  let context: BuildContext;
  const controller = new AbortController();
  const build = (changes: Partial<BuildInputs> = {}) => buildFirmware({ ...inputs, ...changes }, context);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'espaws-build-'));
    workshop = await openWorkshop();
    const ca = await workshop.issue({ name: 'ca', extensions: CA_EXTENSIONS });
    const device = await workshop.issue({ name: 'device', issuer: ca, extensions: CLIENT_EXTENSIONS });
    const environment = nodeEnvironment();
    const sdk = await loadBench(nodeFiles);
    inputs = {
      sdk,
      firmware: await loadFirmware(nodeFiles, sdk.firmware),
      toolchain: await findToolchain(nodeProcesses, nodeFiles, environment),
      tree: {
        includeDirectory: join(testTree('2.28')!, 'include'),
        libraryDirectory: join(testTree('2.28')!, 'library'),
      },
      identity: await readIdentity(nodeFiles, {
        certificate: device.certificate,
        key: device.key,
        ca: ca.certificate,
      }),
      endpoint: {
        host: 'localhost',
        port: 8883,
        serverName: 'localhost',
        alpn: [],
        mqttClientId: 'test',
      },
      configHeader: header(EC_CLIENT),
      buildDirectory: join(directory, 'build'),
    };
    context = {
      files: nodeFiles,
      processes: nodeProcesses,
      environment: { ...environment, variables: { ESPAWS_CACHE: join(directory, 'cache') } },
      progress: silent,
      signal: controller.signal,
      nowMs: () => nodeClock.monotonicMs(),
    };
  });
  afterAll(async () => {
    await workshop.close();
    await rm(directory, { recursive: true });
  });

  it('becomes an image, with its sizes by region and by module', async () => {
    const result = await build();
    expect(result.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(result.ok).toBe(true);
    // Modules that are off are the same empty object, which is compiled once.
    expect(result.units.compiled).toBeGreaterThan(50);
    const flash = new Uint8Array(await readFile(result.imagePath));
    expect(inspectImage(flash).segments.map(({ address }) => address)).toContain(0x40100000);
    const { sizes } = result.image!;
    for (const { usedBytes, sizeBytes } of sizes.regions) {
      expect(usedBytes).toBeGreaterThan(0);
      expect(usedBytes).toBeLessThan(sizeBytes);
    }
    const mbedtls = result.modules.filter(({ part }) => part === 'mbedtls');
    expect(mbedtls.slice(0, 4).map(({ module }) => module)).toContain('ecp');
    const named = result.modules.reduce((sum, { codeBytes, dataBytes }) => sum + codeBytes + dataBytes, 0);
    // The rest is literals, strings and padding, which have no symbols.
    expect(named).toBeGreaterThan(sizes.flashBytes * 0.6);
    const untold = result.modules.find(({ part }) => part === 'other');
    expect(untold?.codeBytes ?? 0).toBeLessThan(named * 0.05);
  });

  it('has objects that say what they define, cut or whole', async () => {
    const { elfPath } = await build();
    const object = new Uint8Array(await readFile(join(dirname(elfPath), 'objects/mbedtls/ecp.o')));
    const names = ltoDefinitions(object);
    expect(names).toContain('mbedtls_ecp_mul');
    expect(names).not.toContain('mbedtls_mpi_mul_mpi');
    for (let length = 0; length < object.length; length += 997) {
      expect(() => ltoDefinitions(object.subarray(0, length))).toThrow('cannot be read');
    }
  });

  it('is the same, byte for byte, in another folder and without the cache', async () => {
    const first = await build();
    const variables = { ESPAWS_CACHE: join(directory, 'cache 2') };
    const second = await buildFirmware(
      { ...inputs, buildDirectory: join(directory, 'other build') },
      { ...context, environment: { ...context.environment, variables } },
    );
    expect(second.units.compiled).toBeGreaterThan(50);
    expect(Buffer.compare(first.image!.flash, second.image!.flash)).toBe(0);
  });

  it('is no larger for its lines', async () => {
    const compileFlags = inputs.firmware.compileFlags.filter((flag) => !flag.startsWith('-g'));
    expect(compileFlags.length).toBeLessThan(inputs.firmware.compileFlags.length);
    const firmware = { ...inputs.firmware, compileFlags };
    const without = await build({ firmware, buildDirectory: join(directory, 'without lines') });
    expect((await build()).image!.sizes.flashBytes).toBeLessThanOrEqual(without.image!.sizes.flashBytes);
  });

  it('keeps the private key to the user, and out of the cache', async () => {
    const { elfPath, imagePath } = await build();
    const { buildDirectory } = inputs;
    for (const path of [join(buildDirectory, 'identity.c'), elfPath, imagePath]) {
      expect((await stat(path)).mode & 0o077, path).toBe(0);
    }
    expect((await stat(join(buildDirectory, 'objects/private'))).mode & 0o077).toBe(0);
    const readable = (await readdir(directory, { recursive: true, withFileTypes: true })).filter(
      (entry) => entry.isFile() && !entry.parentPath.endsWith('objects/private'),
    );
    expect(readable.length).toBeGreaterThan(200);
    const key = inputs.identity.files.key.bytes;
    for (const entry of readable) {
      const path = join(entry.parentPath, entry.name);
      if (((await stat(path)).mode & 0o077) === 0) continue;
      expect((await readFile(path)).includes(Buffer.from(key)), path).toBe(false);
    }
  });

  it('compiles only what a changed option touches', async () => {
    expect((await build()).units).toMatchObject({ compiled: 0, cached: 0 });
    const changed = await build({ configHeader: header(`${EC_CLIENT} ECP_NIST_OPTIM`) });
    expect(changed.ok).toBe(true);
    expect(changed.units.compiled).toBeGreaterThan(0);
    expect(changed.units.compiled).toBeLessThan(5);
    expect((await build()).units.compiled).toBe(0);
  });

  it.each([
    {
      title: 'a missing prerequisite',
      configHeader: header(without('OID_C')),
      failedAt: 'compile',
      expected: { message: expect.stringContaining('not all prerequisites') as unknown },
    },
    {
      title: 'a missing module, unchecked by check_config.h',
      configHeader: header(without('BIGNUM_C'), '<limits.h>'),
      failedAt: 'link',
      expected: { symbol: expect.stringMatching(/^mbedtls_mpi_/) as unknown },
    },
  ])('says what is wrong: $title', async ({ configHeader, failedAt, expected }) => {
    const result = await build({ configHeader });
    expect(result).toMatchObject({ ok: false, failedAt });
    expect(result.diagnostics.find(({ severity }) => severity === 'error')).toMatchObject(expected);
    expect((await build()).ok).toBe(true);
  });

  it('keeps what it has compiled for other builds, also where that does not link', async () => {
    const configHeader = header(without('BIGNUM_C'), '<limits.h>');
    const once = await build({ configHeader, buildDirectory: join(directory, 'unlinked') });
    const again = await build({ configHeader, buildDirectory: join(directory, 'unlinked too') });
    expect([once.failedAt, again.failedAt]).toEqual(['link', 'link']);
    // What has the key in it is never in the cache.
    expect(again.units).toMatchObject({ compiled: 1, fresh: 0 });
  });

  it('names the region that is too small, and by how much', async () => {
    const script = await readFile(join(inputs.firmware.directory, 'bench.ld'), 'utf8');
    const small = join(directory, 'small.ld');
    await nodeFiles.write(small, script.replace('LENGTH = 0xF0000', 'LENGTH = 0x1000'));
    const result = await build({
      firmware: { ...inputs.firmware, linkerScript: relative(inputs.firmware.directory, small) },
    });
    expect(result).toMatchObject({ ok: false, failedAt: 'link' });
    expect(result.diagnostics.find(({ overflow }) => overflow !== undefined)).toMatchObject({
      severity: 'error',
      overflow: { region: 'flash', bytes: expect.any(Number) as unknown },
    });
  });
});
