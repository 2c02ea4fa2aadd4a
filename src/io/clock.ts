import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../host.ts';

/** The machine's clock. */
export const nodeClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep: (durationMs, signal) => sleep(durationMs, undefined, signal === undefined ? {} : { signal }),
};
