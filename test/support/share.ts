/** With `ESPAWS_TEST_ALL=1` everything is built and run; else of the longest tables what a run of CI has time for. */
export const RUNS_ALL = process.env['ESPAWS_TEST_ALL'] === '1';

/** Of rows that each take a build of their own one in `of`, from the one at `start` on. */
export function share<Row>(rows: readonly Row[], of: number, start = 0): readonly Row[] {
  return rows.filter((_, index) => isShared(index, of, start));
}

/** The same for a table that is not in one piece. */
export function isShared(index: number, of: number, start: number): boolean {
  return RUNS_ALL || index % of === start;
}
