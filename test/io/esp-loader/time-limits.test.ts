import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ANSWER_MS,
  blockMs,
  eraseMs,
  md5Ms,
  repeatMs,
  writeMs,
} from '../../../src/io/esp-loader/time-limits.ts';

/** A second command on top of one that the stub holds while it works silences it: a loaded host is late by a second. */
const LATE_MS = 1000;
const SLOWEST_MS_PER_MEGABYTE = 40_000;

const bytes = fc.integer({ min: 0, max: 0x100000 });
const baudRate = fc.constantFrom(115_200, 460_800, 921_600, 2_000_000);
const lineMs = (sizeBytes: number, baud: number) => (sizeBytes * 10 * 1000) / baud;

describe('nothing is sent a second time', () => {
  it('before the slowest chip has written what is pending, and a busy host has said so', () => {
    fc.assert(
      fc.property(bytes, bytes, baudRate, (size, pending, baud) => {
        const least = lineMs(size, baud) + (pending * SLOWEST_MS_PER_MEGABYTE) / 1e6 + LATE_MS;
        expect(blockMs(size, pending, baud)).toBeGreaterThan(least);
      }),
    );
  });

  it('before the work of a command can be done', () => {
    fc.assert(
      fc.property(fc.constantFrom(eraseMs, md5Ms, writeMs), bytes, baudRate, (limit, size, baud) => {
        const timeoutMs = limit(size);
        const waitMs = repeatMs(timeoutMs, 16, baud);
        expect(waitMs).toBeGreaterThan(timeoutMs - ANSWER_MS + LATE_MS);
        expect(waitMs).toBeLessThanOrEqual(timeoutMs);
      }),
    );
  });
});
