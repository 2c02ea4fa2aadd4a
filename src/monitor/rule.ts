import type { LogPrefix, MonitorDetail } from './event.ts';

/** How one kind of line is recognised. */
export interface Rule {
  /** Text that such a line always holds: cheap to look for, before the pattern is tried. */
  mark: string;
  pattern: RegExp;
  /** From the pattern's groups; undefined where the line is something else after all. */
  read: (groups: readonly (string | undefined)[], prefix: LogPrefix | undefined) => MonitorDetail | undefined;
}

/** What the first rule that fits says. */
export function firstMatch(
  rules: readonly Rule[],
  text: string,
  prefix: LogPrefix | undefined,
): MonitorDetail | undefined {
  for (const { mark, pattern, read } of rules) {
    if (!text.includes(mark)) continue;
    const match = pattern.exec(text);
    const detail = match === null ? undefined : read(match.slice(1), prefix);
    if (detail !== undefined) return detail;
  }
  return undefined;
}
