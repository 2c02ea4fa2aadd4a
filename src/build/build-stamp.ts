import type { FileReader, Files } from '../host.ts';
import type { RepeatedBuild } from './sdk/sdk-build.ts';

/** What a good build came to and what it was made of: enough to say that nothing is to be done, without doing it. */
export interface BuildStamp {
  format: 1;
  /** Of the command line, the environment and espaws itself. */
  key: string;
  /** Milliseconds since 1970. */
  madeAtMs: number;
  repeat: Pick<RepeatedBuild, 'command' | 'args' | 'env'>;
  /** Times of change in milliseconds and sizes in bytes, by path; null where there is nothing. */
  files: Readonly<Record<string, FileState>>;
  /** What the SDK's build makes, of the same form: other than this afterwards, something was to be done. */
  made: Readonly<Record<string, FileState>>;
  result: { json: object; text: string };
}

type FileState = readonly [mtimeMs: number, sizeBytes: number] | null;

/**
 * After this, in milliseconds, all is looked at once more: certificates expire without a file changing.
 */
const LIFETIME_MS = 12 * 3600 * 1000;

export function fileStates(
  files: Pick<FileReader, 'stat'>,
  paths: readonly string[],
): Promise<Record<string, FileState>> {
  return Promise.all(
    [...new Set(paths)].map(async (path): Promise<[string, FileState]> => {
      const found = await files.stat(path);
      return [path, found === undefined ? null : [found.mtimeMs, found.sizeBytes]];
    }),
  ).then((entries) => Object.fromEntries(entries));
}

/** The stamp at `path` where it still holds for everything but what the SDK's own build looks at. */
export async function freshStamp(
  files: Pick<FileReader, 'stat' | 'readText'>,
  path: string,
  { key, nowMs }: { key: string; nowMs: number },
): Promise<BuildStamp | undefined> {
  const stamp = await readStamp(files, path);
  if (stamp?.key !== key) return undefined;
  if (nowMs < stamp.madeAtMs || nowMs > stamp.madeAtMs + LIFETIME_MS) return undefined;
  return (await holds(files, stamp.files)) && (await holds(files, stamp.made)) ? stamp : undefined;
}

/** Whether files are as they were. */
export async function holds(
  files: Pick<FileReader, 'stat'>,
  states: Readonly<Record<string, FileState>>,
): Promise<boolean> {
  const now = await fileStates(files, Object.keys(states));
  return Object.entries(states).every(([path, state]) => {
    const found = now[path] ?? null;
    return state === null ? found === null : found?.[0] === state[0] && found[1] === state[1];
  });
}

export async function writeStamp(
  files: Pick<Files, 'write'>,
  path: string,
  stamp: BuildStamp,
): Promise<void> {
  await files.write(path, JSON.stringify(stamp));
}

async function readStamp(files: Pick<FileReader, 'readText'>, path: string): Promise<BuildStamp | undefined> {
  try {
    const stamp = JSON.parse(await files.readText(path)) as Omit<BuildStamp, 'format'> & { format: number };
    return stamp.format === 1 ? { ...stamp, format: 1 } : undefined;
  } catch {
    return undefined;
  }
}
