/** Smallest erasable unit of the flash chips in use, and what they erase at once fastest. */
export const SECTOR_BYTES = 0x1000;
export const BLOCK_BYTES = 0x10000;

/** A stretch of flash. */
export interface Span {
  address: number;
  sizeBytes: number;
}

/** `data` from flash `address` on, cut at multiples of `unit`; of the last piece only what there is. */
export function cut(address: number, sizeBytes: number, unit: number): Span[] {
  const pieces: Span[] = [];
  const end = address + sizeBytes;
  for (let at = address; at < end;) {
    const next = Math.min(end, (Math.floor(at / unit) + 1) * unit);
    pieces.push({ address: at, sizeBytes: next - at });
    at = next;
  }
  return pieces;
}

/** Neighbours made one; sorted by address. */
export function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const { address, sizeBytes } of [...spans].sort((left, right) => left.address - right.address)) {
    const last = result.at(-1);
    if (last !== undefined && last.address + last.sizeBytes === address) last.sizeBytes += sizeBytes;
    else result.push({ address, sizeBytes });
  }
  return result;
}

/** `0x10000-0x2ffff` */
export function spanText({ address, sizeBytes }: Span): string {
  return `0x${address.toString(16).padStart(5, '0')}-0x${(address + sizeBytes - 1).toString(16).padStart(5, '0')}`;
}

export function isErased(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0xff);
}
