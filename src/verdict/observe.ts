import type { Clock, Network } from '../host.ts';
import { TimedListening } from '../monitor/timed-listening.ts';
import type { Port } from '../port.ts';
import type { Progress } from '../progress.ts';
import { DUMP_MS, Judge, type Observation } from './judge.ts';

export interface ObserveOptions {
  port: Port;
  /** By which the board's connections are made. */
  network: Network;
  clock: Clock;
  /** What a board that asks is told; default: the clock's time. */
  deviceTime?: Date;
  progress: Progress;
  signal: AbortSignal;
  /** Longest time without a verdict, in milliseconds. */
  timeoutMs: number;
}

/**
 * Listens to a board until its log decides, the time is up or the port ends, and serves the serial link meanwhile.
 * The port stays open: it is the caller's. Throws the signal's reason when aborted.
 */
export async function observe(options: ObserveOptions): Promise<Observation & { lines: string[] }> {
  const { port, network, clock, deviceTime, progress, signal, timeoutMs } = options;
  const judge = new Judge();
  const lines: string[] = [];
  const concluded = (how: 'decided' | 'timeout' | 'lost') => ({ ...judge.conclude(how), lines });
  let endMs = clock.monotonicMs() + timeoutMs;
  const listening = new TimedListening(
    { port, network, clock, ...(deviceTime === undefined ? {} : { deviceTime }) },
    signal,
  );
  try {
    for (;;) {
      const nowMs = clock.monotonicMs();
      if (nowMs >= endMs) return concluded('timeout');
      const heard = await listening.next(endMs - nowMs);
      if (heard === 'timeout') continue;
      if (heard === 'lost') return concluded('lost');
      for (const { raw, event } of heard) {
        lines.push(raw);
        progress({ kind: 'uart', text: raw });
        // A crash has decided, and its dump may still be coming.
        if (judge.push(event) && judge.crashed) endMs = Math.min(endMs, clock.monotonicMs() + DUMP_MS);
      }
      if (judge.ended && !judge.crashed) return concluded('decided');
    }
  } finally {
    listening.stop();
  }
}
