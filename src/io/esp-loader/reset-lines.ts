import type { Clock } from '../../host.ts';
import type { Port } from '../../port.ts';

/**
 * How the usual two transistors are driven (esptool's `reset.py`): RTS alone holds EN low, DTR alone GPIO0, both
 * together neither.
 */
export interface ResetToLoader {
  /** `tight`: both lines in one step; `classic`: one behind the other, for drivers that need it so. */
  kind: 'tight' | 'classic';
  /** Time in reset. */
  lowMs: number;
  /** GPIO0 is held behind the reset; a large capacitor at EN needs longer. */
  holdMs: number;
}

export const RESETS: readonly ResetToLoader[] = [
  { kind: 'tight', lowMs: 50, holdMs: 50 },
  { kind: 'classic', lowMs: 100, holdMs: 50 },
  { kind: 'tight', lowMs: 100, holdMs: 550 },
  { kind: 'classic', lowMs: 100, holdMs: 550 },
];

export async function resetToLoader(
  port: Port,
  clock: Clock,
  { kind, lowMs, holdMs }: ResetToLoader,
  signal: AbortSignal,
): Promise<void> {
  if (kind === 'tight') {
    await port.setSignals({ dtr: false, rts: true });
    await clock.sleep(lowMs, signal);
    await port.setSignals({ dtr: true, rts: false });
  } else {
    await port.setSignals({ dtr: false });
    await port.setSignals({ rts: true });
    await clock.sleep(lowMs, signal);
    await port.setSignals({ dtr: true });
    await port.setSignals({ rts: false });
  }
  await clock.sleep(holdMs, signal);
  await port.setSignals({ dtr: false, rts: false });
}

/** Into the program in flash. Not interrupted: a board is never left in reset. */
export async function resetToProgram(port: Port, clock: Clock): Promise<void> {
  await port.setSignals({ dtr: false, rts: true });
  await clock.sleep(50);
  await port.setSignals({ dtr: false, rts: false });
}
