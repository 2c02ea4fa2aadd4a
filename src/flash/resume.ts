import { type EspawsError, isEspawsError } from '../errors.ts';
import { isStubSilent, openSession, slowerRates, type BoardAccess, type Session } from './session.ts';

/** Failures in a row without a byte more in flash, and altogether. */
const FAILURES_IN_A_ROW = 4;
const FAILURES = 12;
/** How long a port that went away is waited for, where nothing else is said. */
const REOPEN_MS = 20_000;
const REOPEN_STEP_MS = 250;

export interface Resumed<T> {
  result: T;
  session: Session;
  reconnects: number;
}

/**
 * Connects to a board and runs `work` on it; where the line fails, connects anew, slower where it was the line's noise,
 * and runs it again, until it has come to its end or gets no further. `progress` says how far the work has come, in
 * anything that grows. Throws the last failure, the first where no chip has answered yet; the session is closed then.
 */
export async function resuming<T>(
  access: BoardAccess,
  work: (session: Session, isResumed: boolean) => Promise<T>,
  progress: () => number,
): Promise<Resumed<T>> {
  let session: Session | undefined;
  let { baudRate } = access;
  let inARow = 0;
  let best = progress();
  for (let failures = 0; ;) {
    try {
      session = failures === 0 ? await openSession(access) : await reopened({ ...access, baudRate });
      return { result: await work(session, failures > 0), session, reconnects: failures };
    } catch (error) {
      const rate = session?.loader.baudRate;
      await session?.loader.close().catch(() => undefined);
      inARow = progress() > best ? 1 : inARow + 1;
      best = Math.max(best, progress());
      if (!isOfTheLine(error) || (failures === 0 && IS_FINAL_AT_FIRST.has(error.code))) throw error;
      // It was waited for already.
      if (session === undefined && failures > 0 && AWAY.has(error.code)) throw error;
      failures++;
      if (inARow >= FAILURES_IN_A_ROW || failures >= FAILURES || isStubSilent(error)) throw error;
      // Of the first connecting too: a rate that works only just is the usual reason.
      if (error.code === 'flash/failed') baudRate = slowerRates(rate ?? baudRate)[1] ?? baudRate;
      session = undefined;
      access.note(`${error.message} Connecting again.`);
    }
  }
}

/** The board, once its port is there again. Throws what connecting throws. */
async function reopened(access: BoardAccess): Promise<Session> {
  const { clock, signal } = access;
  const endMs = clock.monotonicMs() + (access.reopenMs ?? REOPEN_MS);
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
/** Nobody was there yet. */
const IS_FINAL_AT_FIRST: ReadonlySet<string> = new Set(['port/missing', 'port/unreachable', 'flash/no-sync']);
const OF_THE_LINE: ReadonlySet<string> = new Set([...AWAY, 'flash/failed', 'flash/no-sync']);
/** The stub cannot unlock the flash: nor will it the next time. */
const WRITE_PROTECTED = 0xc5;

function isOfTheLine(error: unknown): error is EspawsError {
  return isEspawsError(error) && OF_THE_LINE.has(error.code) && error.details?.['code'] !== WRITE_PROTECTED;
}
