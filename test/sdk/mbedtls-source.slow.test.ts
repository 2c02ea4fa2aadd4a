import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nodeEnvironment } from '../../src/io/environment.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { nodeProcesses } from '../../src/io/processes.ts';
import { silent } from '../../src/progress.ts';
import { findMbedtls, type FindTreeOptions } from '../../src/sdk/mbedtls-source.ts';
import { loadBench } from '../../src/sdk/schema.ts';

const APT = await nodeProcesses.find('apt-get');
const FETCHES = APT !== undefined && process.env['ESPAWS_TEST_FETCH'] !== undefined;

/** An apt without a network: port 9 (discard) of this machine, where nothing listens, is its proxy. */
const OFFLINE = `Dir::Etc::Parts "/dev/null";
Dir::Etc::Main "/dev/null";
Acquire::Retries "0";
Acquire::http::Proxy "http://127.0.0.1:9";
Acquire::https::Proxy "http://127.0.0.1:9";
`;

describe('findMbedtls', () => {
  let cache: string;
  let options: FindTreeOptions;
  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), 'espaws-cache-'));
    options = {
      files: nodeFiles,
      processes: nodeProcesses,
      environment: { ...nodeEnvironment(), variables: { ESPAWS_CACHE: cache } },
      progress: silent,
      signal: new AbortController().signal,
      sdk: await loadBench(nodeFiles),
    };
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(cache, { recursive: true });
  });

  it('takes the folder that the project names', async () => {
    expect(await findMbedtls({ path: cache }, options)).toEqual({ path: cache, origin: 'espaws.yaml' });
    await expect(findMbedtls({ path: join(cache, 'none') }, options)).rejects.toMatchObject({
      code: 'config/tree-missing',
    });
  });

  it('takes a version that is in the cache', async () => {
    const path = join(cache, 'mbedtls/2.28');
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'espaws-origin.txt'), 'somewhere\n');
    expect(await findMbedtls({ version: '2.28' }, options)).toEqual({ path, origin: 'somewhere' });
  });

  it('says which versions there are', async () => {
    const sdk = { ...options.sdk, trees: [] };
    await expect(findMbedtls({ version: '1.3' }, { ...options, sdk })).rejects.toMatchObject({
      code: 'config/tree-missing',
    });
  });

  it.skipIf(APT === undefined)('without a network: says so, and leaves nothing behind', async () => {
    const configuration = join(cache, 'apt.conf');
    await writeFile(configuration, OFFLINE);
    vi.stubEnv('APT_CONFIG', configuration);
    await expect(findMbedtls({ version: '2.28' }, options)).rejects.toMatchObject({
      code: 'config/tree-missing',
      message: expect.stringMatching(/Failed to fetch|Cannot|Could not/) as unknown,
    });
    expect(await readdir(join(cache, 'mbedtls'))).toEqual([]);
  });

  it.skipIf(!FETCHES)('downloads once, whoever asks (SKIPPED unless ESPAWS_TEST_FETCH is set)', async () => {
    const wanted = { version: '2.28' };
    const [one, two] = await Promise.all([findMbedtls(wanted, options), findMbedtls(wanted, options)]);
    expect(one).toEqual(two);
    expect(one.origin).toMatch(/^source package mbedtls_2\.28\.\d+/);
    expect(await readdir(join(one.path, 'include/mbedtls'))).toContain('check_config.h');
    expect(await readdir(join(cache, 'mbedtls'))).toEqual(['2.28']);
  });
});
