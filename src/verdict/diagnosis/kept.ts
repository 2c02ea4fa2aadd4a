/** What is kept of each kind: so many of the first and so many of the newest, at least. */
const MAX_KEPT = 32;

/** Adds to what is kept of a log, which may have no end. */
export function keep<T>(kept: T[], item: T, max = MAX_KEPT): void {
  kept.push(item);
  if (kept.length > 3 * max) kept.splice(max, max);
}
