import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  createReadStream,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Files } from '../host.ts';

/**
 * The machine's file system. A build asks for a thousand small things, each a matter of microseconds to the system: handed
 * to Node's threads, they cost it ten times as much, beside compilers that want the processors.
 */
export const nodeFiles: Files = {
  readBytes: (path) => soon(() => readFileSync(path)),
  readChunks: (path) => createReadStream(path),
  readText: (path) => soon(() => readFileSync(path, 'utf8')),

  stat: (path) =>
    soon(() => {
      const found = absentAsUndefined(() => statSync(path, { throwIfNoEntry: false }));
      if (found === undefined) return undefined;
      return {
        kind: found.isDirectory() ? 'directory' : 'file',
        sizeBytes: found.size,
        mtimeMs: found.mtimeMs,
      };
    }),

  list: (directory) => soon(() => (absentAsUndefined(() => readdirSync(directory)) ?? []).sort()),

  write: (path, data, { mode = 0o666 } = {}) =>
    soon(() => {
      const temporary = `${path}.${process.pid}.${WRITER}${(writes++).toString(36)}.tmp`;
      try {
        writeAnew(temporary, data, mode);
        renameSync(temporary, path);
      } catch (error) {
        rmSync(temporary, { force: true });
        throw error;
      }
    }),

  append: (path, data) =>
    soon(() => {
      appendFileSync(path, data);
    }),

  makeDirectory: (path, { mode = 0o777 } = {}) =>
    soon(() => {
      mkdirSync(path, { recursive: true, mode });
    }),

  async remove(path) {
    const found = absentAsUndefined(() => lstatSync(path, { throwIfNoEntry: false }));
    if (found === undefined) return;
    // A tree of folders takes its time.
    if (found.isDirectory()) await rm(path, { recursive: true, force: true });
    else rmSync(path, { force: true });
  },

  rename: (from, to) =>
    soon(() => {
      renameSync(from, to);
    }),

  touch: (path) =>
    soon(() => {
      const now = new Date();
      absentAsUndefined(() => {
        utimesSync(path, now, now);
      });
    }),

  makeTemporaryDirectory: (prefix) => soon(() => mkdtempSync(join(tmpdir(), prefix))),
};

/** Tells the threads of a process apart, and a process from one before it that had its number. */
const WRITER = randomBytes(4).toString('hex');
let writes = 0;

/** What throws is a promise that is rejected. */
// eslint-disable-next-line @typescript-eslint/require-await
async function soon<T>(work: () => T): Promise<T> {
  return work();
}

/** Makes its folder where there is none. */
function writeAnew(path: string, data: string | Uint8Array, mode: number): void {
  try {
    writeFileSync(path, data, { mode });
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, data, { mode });
  }
}

function absentAsUndefined<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** True for an error of the system that carries a code such as `ENOENT`. */
function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
