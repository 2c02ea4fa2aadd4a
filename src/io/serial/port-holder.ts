import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';

export interface PortHolder {
  name: string;
  pid: number;
}

/**
 * The process, other than this one, that has a device locked or, where `isLocked` is false, open. Linux only, by
 * `/proc/locks` and `/proc/<pid>/fd` (proc(5)): of other users' processes only root sees the files. Undefined where
 * there is none, or none that may be seen.
 */
export async function portHolder(
  path: string,
  { isLocked }: { isLocked: boolean },
): Promise<PortHolder | undefined> {
  const device = await realpath(path).catch(() => undefined);
  if (device === undefined) return undefined;
  const pid = (isLocked ? await lockingProcess(device) : undefined) ?? (await openingProcess(device));
  if (pid === undefined) return undefined;
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'a process');
  return { name: name.trim(), pid };
}

/** A line is `1: FLOCK  ADVISORY  WRITE 5754 00:19:3 0 EOF`: behind the process the file system and the inode. */
async function lockingProcess(device: string): Promise<number | undefined> {
  const [locks, file] = await Promise.all([
    readFile('/proc/locks', 'utf8').catch(() => ''),
    stat(device).catch(() => undefined),
  ]);
  if (file === undefined) return undefined;
  // Linux packs device numbers so for user space (MKDEV of <linux/kdev_t.h>): major 8 bits, minor 20.
  const [major, minor] = [(file.dev >> 8) & 0xfff, (file.dev & 0xff) | ((file.dev >> 12) & 0xfff00)];
  const hex = (value: number) => value.toString(16).padStart(2, '0');
  const where = `${hex(major)}:${hex(minor)}:${file.ino}`;
  const line = locks.split('\n').find((entry) => entry.includes(' FLOCK ') && entry.includes(` ${where} `));
  const pid = Number(/ (\d+) \S+:\S+:\d+ /.exec(line ?? '')?.[1]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

async function openingProcess(device: string): Promise<number | undefined> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const holds = await Promise.all(pids.map((pid) => hasOpen(pid, device)));
  const holder = pids.find((pid, index) => holds[index] && Number(pid) !== process.pid);
  return holder === undefined ? undefined : Number(holder);
}

async function hasOpen(pid: string, device: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []);
  const targets = await Promise.all(descriptors.map((fd) => readlink(`${folder}/${fd}`).catch(() => '')));
  return targets.includes(device);
}
