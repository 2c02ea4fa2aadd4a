import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EspawsError } from '../../errors.ts';
import { nodeFiles } from '../files.ts';

/** Flash contents of a virtual board, kept in a file that one process at a time has. */
export interface FlashFile {
  contents: Uint8Array;
  /** Writes what has changed, and lets others have the file. */
  close(flash: Uint8Array, isChanged: boolean): Promise<void>;
}

/** Opens the file, which need not be there yet. Throws `port/busy` where another process has it. */
export async function openFlashFile(path: string): Promise<FlashFile> {
  const lock = `${path}.lock`;
  await mkdir(dirname(path), { recursive: true });
  await takeLock(path, lock);
  try {
    const contents = await readFile(path).catch(emptyWhereMissing);
    return {
      contents: new Uint8Array(contents),
      close: async (flash, isChanged) => {
        try {
          if (isChanged) await nodeFiles.write(path, withoutBlankEnd(flash), { mode: 0o600 });
        } finally {
          await rm(lock, { force: true });
        }
      },
    };
  } catch (error) {
    await rm(lock, { force: true });
    throw error;
  }
}

/** A lock whose process is gone is taken over. */
async function takeLock(path: string, lock: string): Promise<void> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(lock, 'utf8').catch(() => '0'));
    if (isAlive(holder)) {
      throw new EspawsError(`The virtual board "${path}" is in use by process ${holder}.`, {
        code: 'port/busy',
        hint: 'End that process, or take another board: --port virtual:FILE',
        details: { pid: holder },
      });
    }
    await rm(lock, { force: true });
  }
  throw new EspawsError(`The virtual board "${path}" is in use.`, {
    code: 'port/busy',
    hint: 'Try again, or take another board: --port virtual:FILE',
  });
}

function isAlive(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function emptyWhereMissing(error: unknown): Uint8Array {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Uint8Array(0);
  throw error;
}

/** The rest is blank anyway. */
function withoutBlankEnd(flash: Uint8Array): Uint8Array {
  let end = flash.length;
  while (end > 0 && flash[end - 1] === 0xff) end--;
  return flash.subarray(0, end);
}
