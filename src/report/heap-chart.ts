import { bytesText, round, ticks, timeText, type Tick } from './axis.ts';
import type { HeapSample } from './report.ts';

export interface HeapChart {
  width: number;
  height: number;
  left: number;
  right: number;
  bottom: number;
  /** SVG path data: a step for each sample, and the same closed down to the axis. */
  line: string;
  area: string;
  /** Of the most that was in use so far. */
  peakLine: string;
  xTicks: Tick[];
  yTicks: Tick[];
  peak: { x: number; y: number; text: string; textX: number; anchor: 'start' | 'end' };
  samples: { time: string; used: string; peak: string; after: string }[];
  summary: string;
}

const WIDTH = 760;
const HEIGHT = 200;
const LEFT = 76;
const RIGHT = 740;
const TOP = 22;
const BOTTOM = 168;

/** Undefined where there are not two samples. */
export function heapChart(samples: readonly HeapSample[]): HeapChart | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || samples.length < 2) return undefined;
  const span = Math.max(last.timeMs - first.timeMs, 1);
  const peak = samples.reduce((most, sample) => (sample.peakBytes > most.peakBytes ? sample : most), first);
  const max = Math.max(peak.peakBytes, 1);
  const x = (ms: number) => round(LEFT + (ms / span) * (RIGHT - LEFT));
  const y = (bytes: number) => round(BOTTOM - (bytes / max) * (BOTTOM - TOP));
  const path = (bytesOf: (sample: HeapSample) => number) =>
    `M${x(0)} ${y(bytesOf(first))}${samples.map((sample) => `H${x(sample.timeMs - first.timeMs)}V${y(bytesOf(sample))}`).join('')}`;
  const line = path(({ usedBytes }) => usedBytes);
  const peakX = x(peak.timeMs - first.timeMs);
  const isRight = peakX > (LEFT + RIGHT) / 2;
  return {
    ...{ width: WIDTH, height: HEIGHT, left: LEFT, right: RIGHT, bottom: BOTTOM, line },
    peakLine: path(({ peakBytes }) => peakBytes),
    area: `${line}V${BOTTOM}H${x(0)}Z`,
    xTicks: ticks(span, x, timeText),
    yTicks: ticks(max, y, bytesText),
    peak: {
      ...{ x: peakX, y: y(peak.peakBytes), text: `peak ${bytesText(peak.peakBytes)}, by ${peak.after}` },
      textX: isRight ? peakX - 8 : peakX + 8,
      anchor: isRight ? 'end' : 'start',
    },
    samples: samples.map(({ timeMs, usedBytes, peakBytes, after }) => ({
      time: timeText(timeMs - first.timeMs),
      used: bytesText(usedBytes),
      peak: bytesText(peakBytes),
      after,
    })),
    summary: `${samples.length} samples, at most ${bytesText(peak.peakBytes)}, by ${peak.after}`,
  };
}
