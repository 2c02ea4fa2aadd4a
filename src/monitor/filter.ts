import { EspawsError } from '../errors.ts';
import type { LogLevel, MonitorEvent } from './event.ts';

/** From the fewest lines to the most, as esp_log_level_t; N is none. */
const LEVELS = 'NEWIDV';

/** True for a line that is to be shown. */
export type LineFilter = (event: Pick<MonitorEvent, 'prefix'>) => boolean;

/**
 * Reads a filter like `wifi:W *:I`: for each tag the highest level that is shown, `*` for the other tags; a tag alone
 * shows all of it. Lines without a tag are always shown. Throws `usage/invalid`.
 */
export function parseFilter(text: string): LineFilter {
  const limits = new Map(
    text
      .trim()
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(limitOf),
  );
  const others = limits.get('*') ?? LEVELS.length;
  return ({ prefix }) => prefix === undefined || rank(prefix.level) <= (limits.get(prefix.tag) ?? others);
}

function limitOf(part: string): [tag: string, rank: number] {
  const match = /^([^:\s]+)(?::([NEWIDV*]))?$/i.exec(part);
  if (match === null) {
    throw new EspawsError(`"${part}" is no filter.`, {
      code: 'usage/invalid',
      hint: "Write TAG:LEVEL with a level of N, E, W, I, D or V, for example: --filter 'wifi:W *:I'",
    });
  }
  const [, tag, level = 'V'] = match;
  return [tag!, level === '*' ? LEVELS.length : LEVELS.indexOf(level.toUpperCase())];
}

function rank(level: LogLevel): number {
  return LEVELS.indexOf(level);
}
