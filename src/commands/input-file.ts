import { EspawsError } from '../errors.ts';
import type { FileReader } from '../host.ts';

/** The bytes of a file that was named on the command line. Throws `usage/invalid` where it cannot be read. */
export async function readInput(files: FileReader, path: string): Promise<Uint8Array> {
  try {
    return await files.readBytes(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** The same piece by piece, for a file of any length. */
export async function* readInputChunks(files: FileReader, path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* files.readChunks(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === undefined) return cause;
  return new EspawsError(`"${path}" ${REASONS[code] ?? `cannot be read (${code})`}.`, {
    code: 'usage/invalid',
    hint: 'Name a file that is there.',
    cause,
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is not there',
  EISDIR: 'is a folder',
  EACCES: 'may not be read by this user',
};
