/** What two ends may differ by without a bit being mistaken: the last of a byte is sampled 8.5 bits behind its start. */
const TOLERANCE = 0.04;

/**
 * What a UART receives of bytes that come without a pause at another rate: 8 data bits, lowest first, no parity, one
 * stop bit. It waits for the line to fall, then looks at the middle of each bit as long as it takes it for; what it
 * finds where the stop bit should be does not matter, as in the usual bridges. Rates in baud.
 */
export function misread(bytes: Uint8Array, { sent, read }: { sent: number; read: number }): Uint8Array {
  if (Math.abs(sent / read - 1) <= TOLERANCE) return bytes;
  const levels = lineLevels(bytes);
  const isHigh = (time: number) => levels[Math.floor(time)] !== 0;
  const received: number[] = [];
  /** Of a bit as it is read, in bits as they are sent. */
  const width = sent / read;
  let time = 0;
  while (time < levels.length) {
    if (isHigh(time)) {
      time = Math.floor(time) + 1;
      continue;
    }
    let byte = 0;
    for (let bit = 0; bit < DATA_BITS; bit += 1) byte |= Number(isHigh(time + (bit + 1.5) * width)) << bit;
    received.push(byte);
    time += (DATA_BITS + 1.5) * width;
    // A line that is still low begins the next byte only when it has been high.
    while (time < levels.length && !isHigh(time)) time = Math.floor(time) + 1;
  }
  return Uint8Array.from(received);
}

const DATA_BITS = 8;

/** Of each bit in turn, from the first start bit to the last stop bit; a line at rest is high. */
function lineLevels(bytes: Uint8Array): Uint8Array {
  const levels = new Uint8Array(bytes.length * (DATA_BITS + 2));
  let at = 0;
  for (const byte of bytes) {
    at += 1;
    for (let bit = 0; bit < DATA_BITS; bit += 1) levels[at++] = (byte >> bit) & 1;
    levels[at++] = 1;
  }
  return levels;
}
