import { misread } from '../link/misread.ts';

/** What the boot ROM sends first, at 74880 baud with the usual crystal of 26 MHz. */
const BANNER = '\r\n ets Jan  8 2013,rst cause:';
/** Of the boot ROM's UART. */
export const ROM_BAUD_RATE = 74_880;

/** So much of the misread banner must be there, in order: the first bytes are lost in the reset's glitch. */
const MIN_SHARE = 0.75;
/** Bytes of a misread banner, at any rate in use, are not more. */
const WINDOW_BYTES = 96;

/** True where the bytes end in, or hold, the boot ROM's banner as a UART of another rate receives it. */
export function isMisreadBanner(received: Uint8Array, readBaudRate: number): boolean {
  const expected = misread(Buffer.from(BANNER), { sent: ROM_BAUD_RATE, read: readBaudRate });
  if (expected.length < 4) return false;
  for (let start = 0; start < received.length; start += WINDOW_BYTES / 2) {
    const window = received.subarray(start, start + WINDOW_BYTES + expected.length);
    if (commonLength(expected, window) >= expected.length * MIN_SHARE) return true;
  }
  return false;
}

/** Length of the longest common subsequence. */
function commonLength(a: Uint8Array, b: Uint8Array): number {
  let before = new Uint16Array(b.length + 1);
  for (const value of a) {
    const row = new Uint16Array(b.length + 1);
    for (let index = 0; index < b.length; index += 1) {
      row[index + 1] = value === b[index] ? before[index]! + 1 : Math.max(row[index]!, before[index + 1]!);
    }
    before = row;
  }
  return before[b.length]!;
}
