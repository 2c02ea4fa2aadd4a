/**
 * How long the loader may take, in milliseconds. The figures for a megabyte are those of esptool: the slowest flash
 * chips that it has met.
 */
export const ANSWER_MS = 3000;
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

function perMegabyte(ms: number, sizeBytes: number): number {
  return Math.ceil((ms * sizeBytes) / 1e6);
}
