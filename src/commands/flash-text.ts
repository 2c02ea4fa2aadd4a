import type { FlashReport } from '../flash/flash-request.ts';
import type { FlashForecast } from '../flash/plan-without-board.ts';
import { spanText } from '../flash/sectors.ts';
import { kilobitsPerSecond } from '../flash/throughput.ts';
import { flashOffset } from '../image/flash-region.ts';
import { bytesText, table } from './table.ts';

/** What a flash run did, or in a dry run would do. */
export function flashReportText(report: FlashReport): string {
  const { regions, timing, plan, verified, verifiedBy, baudRate, reconnects } = report;
  const rows = regions.map(({ address, sizeBytes, writtenBytes, skippedBytes, name }) => [
    flashOffset(address),
    bytesText(sizeBytes),
    !verified ? '' : `${bytesText(writtenBytes)} written, ${bytesText(skippedBytes)} were there`,
    name,
  ]);
  if (!verified) return `Would be written:\n${table(rows)}\nBy:\n${planText(plan)}`;
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

/** What would be done at most; `because` says why no board was asked. */
export function forecastText({ regions, plan, flashSizeBytes }: FlashForecast, because: string): string {
  const rows = regions.map(({ address, sizeBytes, sectors, name }) => [
    flashOffset(address),
    bytesText(sizeBytes),
    `${sectors} ${sectors === 1 ? 'sector' : 'sectors'}`,
    name,
  ]);
  return [
    `No board was asked what it holds: ${because}`,
    `Would be written to an empty flash of ${flashSizeBytes / 1024} KB:`,
    table(rows),
    'By:',
    planText(plan),
  ].join('\n');
}

function planText(plan: FlashReport['plan']): string {
  if (plan.length === 0) return '  Nothing: the flash holds it all.';
  return table(
    plan.map(({ kind, address, sizeBytes }) => [
      kind,
      spanText({ address, sizeBytes }),
      bytesText(sizeBytes),
    ]),
  );
}
