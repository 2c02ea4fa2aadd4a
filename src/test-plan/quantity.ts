import { z } from '../zod.ts';

const DURATION = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h)$/;
const EXPECTED_DURATION = 'expected a duration with its unit: 500ms, 30s, 10m, 1h';
const DURATION_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  min: 60_000,
  m: 60_000,
  h: 3_600_000,
};

/** A duration with its unit, `500ms`, `1.5s`, `10m`, `2h`, as milliseconds. */
export function durationMs() {
  return z
    .string({ error: EXPECTED_DURATION })
    .regex(DURATION, EXPECTED_DURATION)
    .transform((text) => {
      const [, number, unit] = DURATION.exec(text)!;
      return Number(number) * DURATION_MS[unit!]!;
    });
}

const SIZE = /^(\d+(?:\.\d+)?)\s*(B|k|K|kB|KB|KiB|M|MB|MiB)$/;

/** A size in bytes, or with its unit: `48k` is 48 * 1024, as memory is counted, and `1M` is 1024 * 1024. */
export function sizeBytes() {
  const withUnit = z
    .string()
    .regex(SIZE, 'expected a size in bytes, or with k or M: 49152, 48k, 1M')
    .transform((text) => {
      const [, number, unit] = SIZE.exec(text)!;
      return Math.floor(Number(number) * (/^k/i.test(unit!) ? 1024 : unit!.startsWith('M') ? 1024 ** 2 : 1));
    });
  return z.union([z.int().nonnegative(), withUnit]);
}
