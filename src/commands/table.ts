/** Rows as aligned columns, each line indented by two spaces; the last column is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return rows
    .map(
      (row) =>
        `  ${row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column]!))).join('  ')}`,
    )
    .map((line) => line.trimEnd())
    .join('\n');
}

/** `84,120 B` */
export function bytesText(count: number): string {
  // Loading the machine's locales for three digits and a comma would take longer than all else in a report.
  return `${String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')} B`;
}
