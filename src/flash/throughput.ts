/** `812 kbit/s, 3 s left`, of a job that has come to `doneBytes` after `elapsedMs`. */
export function throughputText(doneBytes: number, totalBytes: number, elapsedMs: number): string {
  if (elapsedMs <= 0 || doneBytes === 0) return '';
  const bytesPerMs = doneBytes / elapsedMs;
  const leftS = Math.ceil((totalBytes - doneBytes) / bytesPerMs / 1000);
  return `${kilobitsPerSecond(doneBytes, elapsedMs)} kbit/s, ${leftS} s left`;
}

export function kilobitsPerSecond(bytes: number, elapsedMs: number): number {
  return elapsedMs <= 0 ? 0 : Math.round((bytes * 8) / elapsedMs);
}
