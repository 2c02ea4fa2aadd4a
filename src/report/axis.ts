/** A place on a chart's axis. */
export interface Tick {
  at: number;
  text: string;
}

/** From 0 to `max` in 3 to 6 round steps; `scale` makes a place of a value. */
export function ticks(
  max: number,
  scale: (value: number) => number,
  text: (value: number) => string,
): Tick[] {
  const step = roundStep(max / 4);
  const count = Math.floor(max / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => ({
    at: round(scale(index * step)),
    text: text(index * step),
  }));
}

/** 1, 2 or 5 times a power of ten, not below `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1e-9)));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= least * 0.999) ?? 10;
  return step * power;
}

/** Places in a drawing need no more than tenths. */
export function round(place: number): number {
  return Math.round(place * 10) / 10;
}

/** `850 ms`, `1.5 s` */
export function timeText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(2))} s`;
}

/** `22,340 B` */
export function bytesText(bytes: number): string {
  return `${Math.round(bytes).toLocaleString('en-US')} B`;
}
