import { bytesText, round, timeText } from './axis.ts';
import type { MetricPoint } from './report.ts';

/** One metric over the runs: a row of a table, with a small line. */
export interface Trend {
  name: string;
  first: string;
  firstLabel: string;
  last: string;
  /** `+1.2 %`, `unchanged` */
  change: string;
  direction: 'up' | 'down' | 'same';
  /** Points of an SVG polyline in 120 x 28. */
  points: string;
  lastX: number;
  lastY: number;
}

type Metric = Exclude<keyof MetricPoint, 'label'>;

const METRICS: readonly { key: Metric; name: string; text: (value: number) => string }[] = [
  { key: 'flashBytes', name: 'flash', text: bytesText },
  { key: 'heapPeakBytes', name: 'heap peak', text: bytesText },
  { key: 'instructions', name: 'instructions', text: (value) => value.toLocaleString('en-US') },
  { key: 'durationMs', name: 'handshake', text: timeText },
];

const WIDTH = 120;
const HEIGHT = 28;
const MARGIN = 4;

/** Metrics that two runs at least have. */
export function trends(history: readonly MetricPoint[]): Trend[] {
  return METRICS.flatMap(({ key, name, text }) => {
    const points = history.flatMap((point) => {
      const value = point[key];
      return value === undefined ? [] : [{ label: point.label, value }];
    });
    const [first, last] = [points[0], points.at(-1)];
    if (first === undefined || last === undefined || points.length < 2) return [];
    const values = points.map(({ value }) => value);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const places = values.map((value, index) => ({
      x: round(MARGIN + (index / (values.length - 1)) * (WIDTH - 2 * MARGIN)),
      y: round(
        high === low ? HEIGHT / 2 : HEIGHT - MARGIN - ((value - low) / (high - low)) * (HEIGHT - 2 * MARGIN),
      ),
    }));
    const end = places.at(-1)!;
    return [
      {
        ...{ name, first: text(first.value), firstLabel: first.label, last: text(last.value) },
        change: changeText(first.value, last.value),
        direction: last.value > first.value ? 'up' : last.value < first.value ? 'down' : 'same',
        points: places.map(({ x, y }) => `${x},${y}`).join(' '),
        lastX: end.x,
        lastY: end.y,
      },
    ];
  });
}

function changeText(from: number, to: number): string {
  if (from === to) return 'unchanged';
  if (from === 0) return 'new';
  const percent = (to / from - 1) * 100;
  const digits = Math.abs(percent) < 0.1 ? 3 : 1;
  return `${percent > 0 ? '+' : '−'}${Math.abs(percent).toFixed(digits)} %`;
}
