import { flashBoard } from '../flash/flash-board.ts';
import type { FlashReport } from '../flash/flash-request.ts';
import type { OpenLoader } from '../port.ts';
import type { FlashRegion } from '../image/flash-region.ts';
import type { CommandContext } from './result.ts';

/** Fastest rate that is tried; the ladder goes down from there. */
const FASTEST_BAUD_RATE = 2_000_000;

interface FlashFirmwareOptions {
  port: string;
  regions: readonly FlashRegion[];
  openLoader: OpenLoader;
  /** How long a port that went away is waited for, in milliseconds; undefined: as long as it takes to plug it in. */
  reopenMs: number | undefined;
}

/**
 * Makes the flash of the board at `port` hold the firmware; who then listens to it resets it. Throws `flash/...` and `port/...`.
 */
export async function flashFirmware(
  { host, progress, signal }: CommandContext,
  { port, regions, openLoader, reopenMs }: FlashFirmwareOptions,
): Promise<FlashReport> {
  progress({ kind: 'stage-start', stage: 'flash', text: port });
  const report = await flashBoard(
    {
      ...{ regions, parameters: { size: 'keep' }, onlyChanges: true, compress: true, eraseAll: false },
      ...{ dryRun: false, after: 'no-reset' },
    },
    {
      ...{ baudRate: FASTEST_BAUD_RATE, before: 'default-reset', useStub: true, openLoader, signal },
      ...(reopenMs === undefined ? {} : { reopenMs }),
      clock: host.clock,
      openPort: (baudRate, opening) => host.ports.open(port, { baudRate, signal: opening }),
      note: (text) => {
        progress({ kind: 'note', text });
      },
    },
    host,
    () => undefined,
  );
  const written = report.regions.reduce((sum, { writtenBytes }) => sum + writtenBytes, 0);
  const durationMs = Object.values(report.timing).reduce((sum, ms) => sum + ms, 0);
  progress({
    kind: 'stage-end',
    stage: 'flash',
    text: `${written === 0 ? 'nothing to write' : `${written} B written`}, verified (${report.mac})`,
    durationMs,
  });
  return report;
}
