import { round, ticks, timeText, type Tick } from './axis.ts';
import type { TimelineMessage } from './report.ts';

/** A row for each message: its name, and a bar from when it came until the next one. */
export interface TimelineChart {
  width: number;
  height: number;
  /** Where bars begin. */
  left: number;
  /** Of the axis, from above. */
  axis: number;
  ticks: Tick[];
  rows: TimelineRow[];
  /** For those who do not see it. */
  summary: string;
}

interface TimelineRow {
  text: string;
  /** As much of it as there is room for. */
  name: string;
  from: TimelineMessage['from'];
  arrow: string;
  top: number;
  baseline: number;
  x: number;
  width: number;
  /** After the first message. */
  time: string;
  duration: string;
  durationX: number;
  place: 'inside' | 'outside';
  anchor: 'start' | 'end';
}

const WIDTH = 760;
/** Room for names: the least, and that of a character at 12 pixels in the widest of the page's fonts. */
const MIN_LEFT = 120;
const CHARACTER = 7;
/** Longer names are cut; they are whole in the table beside the picture. */
const MAX_NAME = 44;
const RIGHT = 24;
const ROW = 20;
const HEAD = 26;
const MAX_ROWS = 60;
/** Durations of at least this share of the whole are written at their bars. */
const NAMED_SHARE = 0.03;
const TEXT_ROOM = 70;

/** Undefined where there are not two messages to be told apart in time. */
export function timelineChart(messages: readonly TimelineMessage[]): TimelineChart | undefined {
  const sorted = [...messages].sort((a, b) => a.timeMs - b.timeMs);
  const shown = sorted.slice(0, MAX_ROWS);
  const first = shown[0];
  if (first === undefined || shown.length < 2) return undefined;
  const ends = shown.map(({ timeMs, endMs }, index) => endMs ?? shown[index + 1]?.timeMs ?? timeMs);
  const span = Math.max(...ends.map((end) => end - first.timeMs), 1);
  const longest = Math.max(...shown.map(({ text }) => Math.min(text.length, MAX_NAME)));
  // The arrow, and a gap before the bars.
  const left = Math.max(MIN_LEFT, (longest + 2) * CHARACTER + 16);
  const scale = (ms: number) => round(left + (ms / span) * (WIDTH - left - RIGHT));
  const rows = shown.map(({ text, from, timeMs }, index): TimelineRow => {
    const start = timeMs - first.timeMs;
    const durationMs = Math.max(ends[index]! - timeMs, 0);
    const [x, end] = [scale(start), scale(start + durationMs)];
    return {
      ...{ text, from, x },
      name: text.length > MAX_NAME ? `${text.slice(0, MAX_NAME - 1)}…` : text,
      arrow: from === 'device' ? '→' : '←',
      top: HEAD + index * ROW + 2,
      baseline: HEAD + index * ROW + 14,
      width: round(Math.max(end - x, 2)),
      time: timeText(start),
      duration: durationMs >= span * NAMED_SHARE ? timeText(durationMs) : '',
      ...durationPlace(x, end),
    };
  });
  const more = messages.length - shown.length;
  return {
    ...{ width: WIDTH, height: HEAD + rows.length * ROW + 6, left, axis: HEAD - 6, rows },
    ticks: ticks(span, scale, timeText),
    summary: `${shown.length} messages in ${timeText(span)}${more > 0 ? `; ${more} more are in the log` : ''}`,
  };
}

/** In a bar that has room, behind one that has not, before one at the right edge. */
function durationPlace(x: number, end: number): Pick<TimelineRow, 'durationX' | 'anchor' | 'place'> {
  if (end - x >= TEXT_ROOM) return { durationX: round(end - 6), anchor: 'end', place: 'inside' };
  if (end <= WIDTH - TEXT_ROOM) return { durationX: round(end + 6), anchor: 'start', place: 'outside' };
  return { durationX: round(x - 6), anchor: 'end', place: 'outside' };
}
