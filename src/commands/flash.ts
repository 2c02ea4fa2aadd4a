import { EXIT, EspawsError, isEspawsError } from '../errors.ts';
import { flashBoard } from '../flash/flash-board.ts';
import type { FlashEvent, FlashRequest } from '../flash/flash-request.ts';
import { planWithoutBoard } from '../flash/plan-without-board.ts';
import type { FlashParameterRequest } from '../flash/regions.ts';
import { throughputText } from '../flash/throughput.ts';
import type { FileReader, FileWriter } from '../host.ts';
import type { FlashRegion } from '../image/flash-region.ts';
import { boardsResult, onEveryPort, type FlashTarget } from './flash-target.ts';
import { flashReportText, forecastText } from './flash-text.ts';
import { addressedFiles } from './addressed-files.ts';
import { readInput } from './input-file.ts';
import type { CommandContext, CommandResult } from './result.ts';

export interface FlashOptions extends FlashTarget {
  /** `ADDRESS FILE ADDRESS FILE ...`; empty: the project's firmware. */
  regions: readonly string[];
  parameters: FlashParameterRequest;
  /** Flash map to hold the regions to. */
  layout?: string;
  onlyChanges: boolean;
  compress: boolean;
  eraseAll: boolean;
  /** File for what the flash holds before. */
  backup?: string;
  dryRun: boolean;
}

/**
 * `espaws flash`: makes the flash of one board, or of several at once, hold the firmware. A dry run without a board says
 * what it can. Throws what building throws, `flash/...` and `port/...`.
 */
export async function flashCommand(context: CommandContext, options: FlashOptions): Promise<CommandResult> {
  const { host } = context;
  const { parameters, layout, onlyChanges, compress, eraseAll, backup, dryRun, after } = options;
  const regions = await wantedRegions(context, options);
  const map = layout === undefined ? undefined : await mapOf(host.files, layout);
  const request: Omit<FlashRequest, 'backup'> = {
    ...{ regions, parameters, onlyChanges, compress, eraseAll, dryRun, after },
    ...(map === undefined ? {} : { map }),
  };
  try {
    const outcomes = await onEveryPort(context, options, (access, label) =>
      flashBoard(
        {
          ...request,
          ...(backup === undefined ? {} : { backup: backupTo(host.files, backup, label('')) }),
        },
        access,
        host,
        reporter(context, label),
      ),
    );
    return boardsResult(outcomes, flashReportText);
  } catch (error) {
    if (!dryRun || !isEspawsError(error) || !NO_BOARD.has(error.code)) throw error;
    const forecast = planWithoutBoard(request);
    for (const text of forecast.warnings) context.progress({ kind: 'warning', text });
    return {
      exitCode: EXIT.success,
      json: { verified: false, ...forecast, withoutBoard: { code: error.code, message: error.message } },
      text: forecastText(forecast, error.message),
    };
  }
}

const NO_BOARD: ReadonlySet<string> = new Set(['port/ambiguous', 'port/missing', 'port/unreachable']);

/** The files named, else the project's firmware, which is built first. */
async function wantedRegions(
  context: CommandContext,
  { regions, project }: FlashOptions,
): Promise<readonly FlashRegion[]> {
  const { files } = context.host;
  if (regions.length > 0) {
    const result: FlashRegion[] = [];
    for (const { address, path } of addressedFiles(regions)) {
      result.push({ name: path, address, data: await readInput(files, path) });
    }
    return result;
  }
  // Most of espaws, which files that are there already do not need.
  const [{ configure }, { build, failureReport }] = await Promise.all([
    import('./configure.ts'),
    import('./build.ts'),
  ]);
  const configured = await configure(context, { project, allowUntrusted: true });
  const built = await build(context, configured);
  if (built.ok) return built.regions;
  throw new EspawsError('The firmware does not build.', { code: 'build/failed', hint: failureReport(built) });
}

async function mapOf(files: FileReader, layout: string) {
  const { layoutOf, loadFlashMaps } = await import('../image/flash-maps.ts');
  return layoutOf(await loadFlashMaps(files), layout);
}

/** Several boards do not write over each other's. */
function backupTo(files: FileWriter, path: string, label: string) {
  const name = label === '' ? path : `${path}.${label.replaceAll(/[^\w.-]+/g, '_').replace(/_+$/, '')}`;
  return (contents: Uint8Array) => files.write(name, contents, { mode: 0o600 });
}

function reporter({ progress, host }: CommandContext, label: (text: string) => string) {
  let stage = '';
  let startMs = 0;
  return (event: FlashEvent) => {
    switch (event.kind) {
      case 'connected': {
        const size = event.flash.sizeBytes;
        const flash = `flash ${event.flash.id}${size === undefined ? '' : ` of ${size / 1024} KB`}`;
        progress({
          kind: 'note',
          text: label(`${event.chip}, ${event.mac}, ${flash}, ${event.baudRate} baud`),
        });
        return;
      }
      case 'note':
      case 'warning':
        progress({ kind: event.kind, text: label(event.text) });
        return;
      case 'progress': {
        if (event.stage !== stage) {
          stage = event.stage;
          startMs = host.clock.monotonicMs();
        }
        const speed = throughputText(event.done, event.total, host.clock.monotonicMs() - startMs);
        const text = label(`${stage} ${speed}`);
        progress({ kind: 'stage-progress', stage: 'flash', done: event.done, total: event.total, text });
      }
    }
  };
}
