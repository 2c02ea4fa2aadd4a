import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/io/files.ts';

describe('nodeFiles', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'espaws-files-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('writes whole files only and leaves no temporary one behind', async () => {
    await nodeFiles.write(join(directory, 'a/b'), 'text', { mode: 0o600 });
    expect(await nodeFiles.readText(join(directory, 'a/b'))).toBe('text');
    expect((await stat(join(directory, 'a/b'))).mode & 0o777).toBe(0o600);
    await nodeFiles.makeDirectory(join(directory, 'taken'));
    await expect(nodeFiles.write(join(directory, 'taken'), 'text')).rejects.toThrow();
    expect(await readdir(directory)).toEqual(['a', 'taken']);
    expect(await readdir(join(directory, 'a'))).toEqual(['b']);
  });

  it('says what is there', async () => {
    await writeFile(join(directory, 'file'), 'four');
    expect(await nodeFiles.stat(join(directory, 'file'))).toMatchObject({ kind: 'file', sizeBytes: 4 });
    expect(await nodeFiles.stat(directory)).toMatchObject({ kind: 'directory' });
    expect(await nodeFiles.stat(join(directory, 'nothing'))).toBeUndefined();
    expect(await nodeFiles.stat(join(directory, 'file/below'))).toBeUndefined();
    expect(await nodeFiles.list(join(directory, 'nothing'))).toEqual([]);
  });
});
