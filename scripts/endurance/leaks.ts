import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { CLI } from './one-case.ts';

/**
 * Processes that name the folder, leases of `boards` that nobody should hold any more, and locks in the folder: what is
 * left when every run is over, one sentence each. A port is a process's; one that is left shows as that.
 */
export async function leaks(directory: string, boards: readonly string[]): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')),
  );
  const processes = lines.filter((line) => line.includes(CLI) && line.includes(directory));
  const keys = boards.map((board) =>
    createHash('sha256').update(`board virtual:${board}`).digest('hex').slice(0, 32),
  );
  const sockets = (await readFile('/proc/net/unix', 'latin1'))
    .split('\n')
    .filter((line) => line.includes('@espaws-lease-') && keys.some((key) => line.includes(key)));
  const locks = (await readdir(directory, { recursive: true })).filter((name) => name.endsWith('.lock'));
  return [
    ...processes.map((line) => `a process is left: ${line.replaceAll('\0', ' ')}`),
    ...sockets.map((line) => `a lease is left: ${line}`),
    ...locks.map((name) => `a lock is left: ${name}`),
  ];
}
