import type { Clock, Lease, Leases, Processes } from '../host.ts';
import type { BoardSpec } from './boards-file.ts';

/** Given to a board whose power was switched, until it is asked again, in milliseconds. */
const POWER_MS = 2000;

/**
 * The right to a board, of all processes of this machine; waits for it. Undefined for `virtual:`, which is a new board
 * each time. Throws the signal's reason.
 */
export async function leaseBoard(
  { name, port }: BoardSpec,
  { leases }: { leases: Leases },
  { signal, onWait }: { signal: AbortSignal; onWait: (heldBy: string) => void },
): Promise<Lease | undefined> {
  if (port === 'virtual:') return undefined;
  const lease = await leases.take(`board ${port}`, {
    ...{ holder: `espaws test, board ${name}`, wait: true, signal, onWait },
  });
  return 'release' in lease ? lease : undefined;
}

/** Switches a board's power by its own command; false where it has none, or the command failed. */
export async function powerCycle(
  { name, port, powerCycle: command }: BoardSpec,
  { processes, clock, signal }: { processes: Processes; clock: Clock; signal: AbortSignal },
): Promise<boolean> {
  if (command === undefined) return false;
  const env = { ESPAWS_BOARD: name, ESPAWS_PORT: port };
  const shell = process.platform === 'win32' ? ['cmd', '/d', '/s', '/c'] : ['sh', '-c'];
  const { exitCode } = await processes.run(shell[0]!, [...shell.slice(1), command], { env, signal });
  if (exitCode !== 0) return false;
  await clock.sleep(POWER_MS, signal);
  return true;
}
