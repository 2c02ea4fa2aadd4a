import { EspawsError } from '../errors.ts';
import { flashBoard } from '../flash/flash-board.ts';
import type { FlashEvent, FlashReport } from '../flash/flash-request.ts';
import { prepareRegions, type FlashParameterRequest } from '../flash/regions.ts';
import { spanText } from '../flash/sectors.ts';
import { kilobitsPerSecond, throughputText } from '../flash/throughput.ts';
import type { FileWriter } from '../host.ts';
import { LARGEST_FLASH_BYTES } from '../image/chip-memory.ts';
import { layoutOf, loadFlashMaps } from '../image/flash-maps.ts';
import { flashOffset, type FlashRegion } from '../image/flash-region.ts';
import { build, failureReport } from './build.ts';
import { configure } from './configure.ts';
import { boardsResult, onEveryPort, type FlashTarget } from './flash-target.ts';
import { addressedFiles } from './image-make.ts';
import { readInput } from './input-file.ts';
import type { CommandContext, CommandResult } from './result.ts';
import { bytesText, table } from './table.ts';

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
 * `espaws flash`: makes the flash of one board, or of several at once, hold the firmware. Throws what building throws,
 * `flash/...` and `port/...`.
 */
export async function flashCommand(context: CommandContext, options: FlashOptions): Promise<CommandResult> {
  const { host } = context;
  const { parameters, layout, onlyChanges, compress, eraseAll, backup, dryRun, after } = options;
  const regions = await wantedRegions(context, options);
  const map = layout === undefined ? undefined : layoutOf(await loadFlashMaps(host.files), layout);
  const outcomes = await onEveryPort(context, options, async (access, label) => {
    const progress = reporter(context, label);
    const report = await flashBoard(
      {
        ...{ regions, parameters, onlyChanges, compress, eraseAll, dryRun, after },
        ...(map === undefined ? {} : { map }),
        ...(backup === undefined ? {} : { backup: backupTo(host.files, backup, label('')) }),
      },
      access,
      host,
      progress,
    ).catch((error: unknown) => {
      // A plan can be made without a board, as far as it goes.
      const isAbsent = error instanceof EspawsError && error.code === 'port/ambiguous';
      if (!dryRun || !isAbsent) throw error;
      prepareRegions(regions, { detectedBytes: LARGEST_FLASH_BYTES, parameters });
      throw error;
    });
    return report;
  });
  return boardsResult(outcomes, flashText);
}

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
  const configured = await configure(context, { project, allowUntrusted: true });
  const built = await build(context, configured);
  if (built.ok) return [{ name: built.imagePath, address: 0, data: built.image!.flash }];
  throw new EspawsError('The firmware does not build.', { code: 'build/failed', hint: failureReport(built) });
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

function flashText(report: FlashReport): string {
  const { regions, timing, plan, verified, verifiedBy, baudRate, reconnects } = report;
  const rows = regions.map(({ address, sizeBytes, writtenBytes, skippedBytes, name }) => [
    flashOffset(address),
    bytesText(sizeBytes),
    !verified ? '' : `${bytesText(writtenBytes)} written, ${bytesText(skippedBytes)} were there`,
    name,
  ]);
  const jobs = plan.map(({ kind, address, sizeBytes }) => [
    kind,
    spanText({ address, sizeBytes }),
    bytesText(sizeBytes),
  ]);
  if (!verified) {
    const todo = jobs.length === 0 ? '  Nothing: the flash holds it all.' : table(jobs);
    return `Would be written:\n${table(rows)}\nBy:\n${todo}`;
  }
  const writtenBytes = regions.reduce((sum, region) => sum + region.writtenBytes, 0);
  const speed =
    writtenBytes === 0
      ? ''
      : ` (${kilobitsPerSecond(writtenBytes, timing.writeMs)} kbit/s at ${baudRate} baud)`;
  const totalMs = Object.values(timing).reduce((sum, ms) => sum + ms, 0);
  const stages = Object.entries(timing)
    .filter(([, ms]) => ms > 0)
    .map(([name, ms]) => `${name.replace(/Ms$/, '')} ${(ms / 1000).toFixed(2)} s`);
  const again =
    reconnects === 0 ? '' : `; connected anew ${reconnects === 1 ? 'once' : `${reconnects} times`}`;
  const how = verifiedBy === 'md5' ? 'Verified by MD5' : 'Read back by the boot ROM, block by block';
  return `${table(rows)}\n${how}${speed}; ${(totalMs / 1000).toFixed(1)} s: ${stages.join(', ')}${again}.`;
}
