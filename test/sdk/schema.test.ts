import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { loadFirmware } from '../../src/build/firmware.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { packageFile } from '../../src/package-files.ts';
import { loadBench, loadSdk } from '../../src/sdk/schema.ts';

describe('sdk-configs', async () => {
  const names = (await readdir(packageFile('sdk-configs')))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replace(/\.yaml$/, ''));

  it.each(names)('%s loads', async (name) => {
    expect((await loadSdk(nodeFiles, name)).name).toBe(name);
  });

  it('describes a bench whose sources are there', async () => {
    const firmware = await loadFirmware(nodeFiles, (await loadBench(nodeFiles)).firmware);
    const files = [
      ...firmware.sources,
      ...firmware.templates.map(({ template }) => template),
      firmware.linkerScript,
    ];
    for (const file of files) {
      expect(await nodeFiles.stat(`${firmware.directory}/${file}`), file).toMatchObject({ kind: 'file' });
    }
  });

  it('names what is known', async () => {
    await expect(loadSdk(nodeFiles, 'arduino')).rejects.toMatchObject({ code: 'sdk/unknown' });
  });
});
