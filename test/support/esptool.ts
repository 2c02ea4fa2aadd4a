import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { nodeEnvironment } from '../../src/io/environment.ts';
import { cacheDirectory } from '../../src/sdk/cache.ts';

const directory = join(cacheDirectory(nodeEnvironment()), 'esptool');

/** True where `scripts/setup --tests` has put esptool.py into the user's cache. */
export const hasEsptool = existsSync(join(directory, 'esptool'));
if (!hasEsptool) process.stderr.write('SKIPPED: esptool.py does not judge; run scripts/setup --tests.\n');

/** Runs esptool.py and gives all that it says; rejects with it where it fails. */
export async function esptool(args: readonly string[], options: { cwd?: string } = {}): Promise<string> {
  const { all } = await execa('python3', ['-m', 'esptool', '--chip', 'esp8266', ...args], {
    ...options,
    all: true,
    env: { PYTHONPATH: directory, PYTHONDONTWRITEBYTECODE: '1' },
    timeout: 300_000,
  });
  return all;
}
