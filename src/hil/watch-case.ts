import type { Clock, Network } from '../host.ts';
import type { HeardLine } from '../monitor/listen.ts';
import { TimedListening } from '../monitor/timed-listening.ts';
import type { Port } from '../port.ts';
import type { PlannedCase } from '../test-plan/case.ts';
import { ExpectationFollower, type Finding } from '../test-plan/follow.ts';
import { DUMP_MS, Judge, type Observation } from '../verdict/judge.ts';

export interface WatchOptions {
  port: Port;
  /** By which the board's connections are made. */
  network: Network;
  clock: Clock;
  /** What a board that asks is told; default: the clock's time. */
  deviceTime?: Date;
  signal: AbortSignal;
  /** Every byte as it came. */
  onBytes: (bytes: Uint8Array) => void;
  onLine: (line: HeardLine) => void;
}

export interface Watched {
  observation: Observation;
  findings: Finding[];
}

/**
 * Follows a board's log through one attempt at a case, until nothing can change what it comes to: something forbidden
 * or late came; or there is a verdict, all that was expected has come, and the soak is over; or the time is. The port
 * stays open, but what is still read of it ends only when the caller closes it. Throws the signal's reason.
 */
export async function watchCase(
  { expect, timeoutMs, soakMs }: Pick<PlannedCase, 'expect' | 'timeoutMs' | 'soakMs'>,
  { port, network, clock, deviceTime, signal, onBytes, onLine }: WatchOptions,
): Promise<Watched> {
  const judge = new Judge();
  const follower = new ExpectationFollower(expect);
  // A program of which no verdict is asked has done its part when what it was to say has come.
  const needsVerdict = expect.verdict !== 'any' || !isFollowing(expect);
  const startMs = clock.monotonicMs();
  const elapsedMs = () => clock.monotonicMs() - startMs;
  let settledMs: number | undefined;
  const watched = (how: 'timeout' | 'lost'): Watched => ({
    observation: judge.conclude(how),
    findings: follower.findings(),
  });

  const listening = new TimedListening(
    { port, network, clock, onBytes, ...(deviceTime === undefined ? {} : { deviceTime }) },
    signal,
  );
  try {
    for (;;) {
      const nowMs = elapsedMs();
      if (follower.tick(nowMs) === 'failed') return watched('timeout');
      const isSettled = follower.state === 'met' && (judge.ended || !needsVerdict);
      settledMs = isSettled ? (settledMs ?? nowMs) : undefined;
      const restMs = Math.max(soakMs, judge.crashed ? DUMP_MS : 0);
      const endMs = settledMs === undefined ? timeoutMs : settledMs + restMs;
      if (nowMs >= endMs) return watched('timeout');
      const untilMs = Math.min(endMs, (follower.deadlineMs ?? Infinity) + 1);
      const heard = await listening.next(untilMs - nowMs);
      if (heard === 'timeout') continue;
      if (heard === 'lost') return watched('lost');
      for (const line of heard) {
        judge.push(line.event);
        follower.push(line.event, elapsedMs());
        onLine(line);
      }
    }
  } finally {
    listening.stop();
  }
}

function isFollowing({ log, resets }: PlannedCase['expect']): boolean {
  return log.length > 0 || (resets?.atLeast ?? 0) > 0;
}
