import { randomBytes } from 'node:crypto';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Files } from '../host.ts';

/** The machine's file system. */
export const nodeFiles: Files = {
  readBytes: (path) => readFile(path),
  readText: (path) => readFile(path, 'utf8'),

  async stat(path) {
    const found = await absentAsUndefined(stat(path));
    if (found === undefined) return undefined;
    return {
      kind: found.isDirectory() ? 'directory' : 'file',
      sizeBytes: found.size,
      mtimeMs: found.mtimeMs,
    };
  },

  async list(directory) {
    const names = await absentAsUndefined(readdir(directory));
    return (names ?? []).sort();
  },

  async write(path, data, { mode = 0o666 } = {}) {
    const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
    try {
      await writeFile(temporary, data, { mode }).catch(async (error: unknown) => {
        if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
        await mkdir(dirname(path), { recursive: true });
        await writeFile(temporary, data, { mode });
      });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  },

  append: (path, data) => appendFile(path, data),

  async makeDirectory(path, { mode = 0o777 } = {}) {
    await mkdir(path, { recursive: true, mode });
  },

  async remove(path) {
    await rm(path, { recursive: true, force: true });
  },

  rename: (from, to) => rename(from, to),

  async touch(path) {
    const now = new Date();
    await absentAsUndefined(utimes(path, now, now));
  },

  makeTemporaryDirectory: (prefix) => mkdtemp(join(tmpdir(), prefix)),
};

async function absentAsUndefined<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** True for an error of the system that carries a code such as `ENOENT`. */
function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
