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

/**
 * What a UART receives of bytes that come without a pause at another rate: 8 data bits, no parity, one stop bit. It
 * waits for the line to fall, then looks at the middle of each bit as long as it takes it for; what it finds where
 * the stop bit should be does not matter, as in the usual bridges.
 */
export function misread(bytes: Uint8Array, { sent, read }: { sent: number; read: number }): Uint8Array {
  const bits = Array.from(bytes, (byte) => [
    0,
    ...Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1),
    1,
  ]).flat();
  const level = (time: number) => bits[Math.floor(time)] ?? 1;
  const received: number[] = [];
  /** Of a bit as it is read, in bits as they are sent. */
  const width = sent / read;
  let time = 0;
  while (time < bits.length) {
    if (level(time) === 1) {
      time = Math.floor(time) + 1;
      continue;
    }
    let byte = 0;
    for (let bit = 0; bit < 8; bit += 1) byte |= level(time + (bit + 1.5) * width) << bit;
    received.push(byte);
    time += 9.5 * width;
    // A line that is still low begins the next byte only when it has been high.
    while (time < bits.length && level(time) === 0) time = Math.floor(time) + 1;
  }
  return Uint8Array.from(received);
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
