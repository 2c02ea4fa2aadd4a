import type { Clock } from '../host.ts';
import type { Port } from '../port.ts';

/** As esptool's ClassicReset: EN low for 100 ms, then GPIO0 low for the 50 ms in which the boot ROM looks at it. */
const EN_LOW_MS = 100;
const GPIO0_LOW_MS = 50;

interface ResetOptions {
  to: 'program' | 'loader';
  signal?: AbortSignal;
  /** Called when the chip is silent. */
  whileInReset?: () => Promise<void>;
}

/**
 * Resets a board with the usual two transistors: RTS asserted pulls EN (the chip's reset) low, DTR asserted GPIO0,
 * which is the boot ROM's choice between the program in flash and its serial loader. Does nothing where the port has
 * no such lines.
 */
export async function resetBoard(
  port: Port,
  clock: Clock,
  { to, signal, whileInReset }: ResetOptions,
): Promise<void> {
  if (!port.hasSignals) return;
  await port.setSignals({ dtr: false, rts: true });
  await whileInReset?.();
  await clock.sleep(EN_LOW_MS, signal);
  if (to === 'loader') {
    await port.setSignals({ dtr: true, rts: false });
    await clock.sleep(GPIO0_LOW_MS, signal);
  }
  await port.setSignals({ dtr: false, rts: false });
}
