import { type EspawsError, isEspawsError } from '../errors.ts';
import { openSession, slowerRates, type BoardAccess, type Session } from './session.ts';

/** Failures in a row without a byte more in flash, and altogether. */
const FAILURES_IN_A_ROW = 4;
const FAILURES = 12;
/** How long a port that went away is waited for. */
const REOPEN_MS = 20_000;
const REOPEN_STEP_MS = 250;

export interface Resumed<T> {
  result: T;
  session: Session;
  reconnects: number;
}

/**
 * Runs `work` on a board; where the line fails, connects anew, slower where it was the line's noise, and runs it again,
 * until it has come to its end or gets no further. `progress` says how far the work has come, in anything that grows.
 * Throws the last failure; the session is closed then.
 */
export async function resuming<T>(
  access: BoardAccess,
  first: Session,
  work: (session: Session, isResumed: boolean) => Promise<T>,
  progress: () => number,
): Promise<Resumed<T>> {
  let session: Session | undefined = first;
  let { baudRate } = access;
  let inARow = 0;
  let best = progress();
  for (let failures = 0; ;) {
    try {
      session ??= await reopened({ ...access, baudRate });
      return { result: await work(session, failures > 0), session, reconnects: failures };
    } catch (error) {
      const rate = session?.loader.baudRate;
      await session?.loader.close().catch(() => undefined);
      session = undefined;
      failures++;
      inARow = progress() > best ? 1 : inARow + 1;
      best = Math.max(best, progress());
      if (!isOfTheLine(error) || inARow >= FAILURES_IN_A_ROW || failures >= FAILURES) throw error;
      if (rate !== undefined && error.code === 'flash/failed') baudRate = slowerRates(rate)[1] ?? rate;
      access.note(`${error.message} Connecting again.`);
    }
  }
}

/** The board, once its port is there again. Throws what connecting throws. */
async function reopened(access: BoardAccess): Promise<Session> {
  const { clock, signal } = access;
  const endMs = clock.monotonicMs() + REOPEN_MS;
  for (;;) {
    try {
      return await openSession(access);
    } catch (error) {
      const isAway = isEspawsError(error) && AWAY.has(error.code);
      if (!isAway || clock.monotonicMs() >= endMs) throw error;
      await clock.sleep(REOPEN_STEP_MS, signal);
    }
  }
}

const AWAY: ReadonlySet<string> = new Set(['port/missing', 'port/unreachable', 'port/lost', 'flash/lost']);
const OF_THE_LINE: ReadonlySet<string> = new Set([...AWAY, 'flash/failed', 'flash/no-sync']);
/** The stub cannot unlock the flash: nor will it the next time. */
const WRITE_PROTECTED = 0xc5;

function isOfTheLine(error: unknown): error is EspawsError {
  return isEspawsError(error) && OF_THE_LINE.has(error.code) && error.details?.['code'] !== WRITE_PROTECTED;
}
