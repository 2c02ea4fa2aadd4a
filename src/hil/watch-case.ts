import type { Clock, Network } from '../host.ts';
import { listen, type HeardLine } from '../monitor/listen.ts';
import type { Port } from '../port.ts';
import type { PlannedCase } from '../test-plan/case.ts';
import { ExpectationFollower, type Finding } from '../test-plan/follow.ts';
import { Judge, type Observation } from '../verdict/judge.ts';

/** How long a crashing firmware may go on printing its registers, in milliseconds. */
const DUMP_MS = 500;

export interface WatchOptions {
  port: Port;
  /** By which the board's connections are made. */
  network: Network;
  clock: Clock;
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
  { port, network, clock, signal, onBytes, onLine }: WatchOptions,
): Promise<Watched> {
  const judge = new Judge();
  const follower = new ExpectationFollower(expect);
  // A program of which no verdict is asked has done its part when what it was to say has come.
  const needsVerdict = expect.verdict !== 'any' || !isFollowing(expect);
  const startMs = clock.monotonicMs();
  const elapsedMs = () => clock.monotonicMs() - startMs;
  let settledMs: number | undefined;
  const watched = (how: 'decided' | 'timeout' | 'lost'): Watched => ({
    observation: judge.conclude(how),
    findings: follower.findings(),
  });

  const lines = listen({ port, network, clock, onBytes });
  try {
    let next = lines.next();
    for (;;) {
      // Waited for in vain, it may fail when nobody listens any more.
      next.catch(() => undefined);
      const nowMs = elapsedMs();
      if (follower.tick(nowMs) === 'failed') return watched('timeout');
      const isSettled = follower.state === 'met' && (judge.ended || !needsVerdict);
      settledMs = isSettled ? (settledMs ?? nowMs) : undefined;
      const restMs = Math.max(soakMs, judge.crashed ? DUMP_MS : 0);
      const endMs = settledMs === undefined ? timeoutMs : settledMs + restMs;
      if (nowMs >= endMs) return watched('timeout');
      const untilMs = Math.min(endMs, (follower.deadlineMs ?? Infinity) + 1);
      const heard = await orTimeout(next, clock, Math.max(1, Math.ceil(untilMs - nowMs)), signal);
      if (heard === 'timeout') continue;
      if (heard.done === true) return watched('lost');
      for (const line of heard.value) {
        judge.push(line.event);
        follower.push(line.event, elapsedMs());
        onLine(line);
      }
      next = lines.next();
    }
  } finally {
    // Not awaited: the reading ends with the port.
    void lines.return().catch(() => undefined);
  }
}

function isFollowing({ log, resets }: PlannedCase['expect']): boolean {
  return log.length > 0 || (resets?.atLeast ?? 0) > 0;
}

/** The value, or `timeout` where it does not come in time; throws the signal's reason. */
async function orTimeout<T>(
  value: Promise<T>,
  clock: Clock,
  durationMs: number,
  signal: AbortSignal,
): Promise<T | 'timeout'> {
  const done = new AbortController();
  const timeout = clock.sleep(durationMs, AbortSignal.any([signal, done.signal])).then(
    () => 'timeout' as const,
    (): 'timeout' => {
      signal.throwIfAborted();
      return 'timeout';
    },
  );
  timeout.catch(() => undefined);
  try {
    return await Promise.race([value, timeout]);
  } finally {
    done.abort();
  }
}
