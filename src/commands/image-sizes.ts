import type { MemoryUse, PlacedSymbol, SizeRow } from '../image/size-breakdown.ts';
import { bytesText, table } from './table.ts';

/** Each memory against what most SDKs give of it, or else the chip. */
export function memoryText(memory: readonly MemoryUse[]): string {
  return table(
    memory.map(({ name, usedBytes, clearedBytes, sizeBytes, usualBytes }) => {
      const limit = usedBytes > usualBytes ? sizeBytes : usualBytes;
      return [
        name,
        bytesText(usedBytes),
        `of ${bytesText(limit)}`,
        `${((usedBytes / limit) * 100).toFixed(1)} %`,
        [
          ...(clearedBytes > 0 ? [`${bytesText(clearedBytes)} of it cleared at the start`] : []),
          ...(usedBytes > usualBytes ? [`more than the ${bytesText(usualBytes)} that most SDKs give`] : []),
          ...(usedBytes > sizeBytes ? ['MORE THAN THERE IS'] : []),
        ].join('; '),
      ];
    }),
  );
}

export function symbolText(symbols: readonly PlacedSymbol[]): string {
  return table(
    symbols.map(({ name, sizeBytes, memory, kind }) => [
      bytesText(sizeBytes),
      memory,
      kind === 'function' ? 'code' : 'data',
      name,
    ]),
  );
}

/** The first `top` rows, a column for each memory. */
export function breakdownText(rows: readonly SizeRow[], top: number): string {
  const memories = [...new Set(rows.flatMap(({ bytes }) => Object.keys(bytes)))].sort();
  const shown = rows
    .slice(0, top)
    .map(({ name, bytes, totalBytes }) => [
      bytesText(totalBytes),
      ...memories.map((memory) =>
        bytes[memory] === undefined ? '' : `${memory} ${bytesText(bytes[memory])}`,
      ),
      name,
    ]);
  const rest = rows.slice(top);
  const restBytes = rest.reduce((sum, { totalBytes }) => sum + totalBytes, 0);
  return table([
    ...shown,
    ...(rest.length === 0
      ? []
      : [[bytesText(restBytes), ...memories.map(() => ''), `(${rest.length} more)`]]),
  ]);
}
