/**
 * How long the loader may take, in milliseconds. The figures for a megabyte are those of esptool: the slowest flash
 * chips that it has met.
 */
export const ANSWER_MS = 3000;
/**
 * How long beyond what the work and the line take, until something is taken to be lost. Not less: the stub has room for
 * two commands, and one that comes while it is busy with the first and holds the second silences it for good. A busy
 * host, or a bridge on a network, is late by as much.
 */
const LOST_MS = 1500;
const BITS_OF_A_BYTE = 10;
export const CHIP_ERASE_MS = 120_000;

export function eraseMs(sizeBytes: number): number {
  return ANSWER_MS + perMegabyte(30_000, sizeBytes);
}

export function writeMs(sizeBytes: number): number {
  return ANSWER_MS + perMegabyte(40_000, sizeBytes);
}

export function md5Ms(sizeBytes: number): number {
  return ANSWER_MS + perMegabyte(8000, sizeBytes);
}

/** Of `timeoutMs`, how long to wait until a command of `sizeBytes` is sent once more. */
export function repeatMs(timeoutMs: number, sizeBytes: number, baudRate: number): number {
  const workMs = Math.max(0, timeoutMs - ANSWER_MS);
  return Math.min(timeoutMs, workMs + LOST_MS + lineMs(sizeBytes, baudRate));
}

/**
 * How long until it is asked what became of a block of `sizeBytes`, while `pendingBytes` are written: the time on the
 * line, and what the slowest flash chips take.
 */
export function blockMs(sizeBytes: number, pendingBytes: number, baudRate: number): number {
  return LOST_MS + lineMs(sizeBytes, baudRate) + perMegabyte(40_000, pendingBytes);
}

/** With a tenth more, for what is escaped and for the pauses of bridges. */
function lineMs(sizeBytes: number, baudRate: number): number {
  return Math.ceil((1.1 * 1000 * BITS_OF_A_BYTE * sizeBytes) / baudRate);
}

function perMegabyte(ms: number, sizeBytes: number): number {
  return Math.ceil((ms * sizeBytes) / 1e6);
}
