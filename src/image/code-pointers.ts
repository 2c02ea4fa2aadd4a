import { FLASH_BANK_BYTES, FLASH_WINDOW } from './chip-memory.ts';

/** Fewer words that look like addresses in the flash window say nothing. */
const ENOUGH_POINTERS = 32;
/**
 * Shares of such words. In the programs that come with ESP8266_NONOS_SDK 3.0 and with esptool's tests, 0.89 to 0.99 of
 * them lie within the code, and no other range of its length holds 0.003 more; put 16 KB off, 0.03 to 0.08 less.
 */
const CODE_SHARE = 0.8;
const MISSING_SHARE = 0.02;

/** Where code that runs from flash is seen. */
export interface MappedCode {
  address: number;
  sizeBytes: number;
}

/** Words of a program that look like addresses in the flash window, in ascending order. */
export function windowPointers(parts: readonly Uint8Array[]): number[] {
  const pointers: number[] = [];
  for (const data of parts) {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    for (let at = 0; at + 4 <= data.length; at += 4) {
      const word = view.getUint32(at, true);
      if (word >= FLASH_WINDOW && word < FLASH_WINDOW + FLASH_BANK_BYTES) pointers.push(word);
    }
  }
  return pointers.sort((left, right) => left - right);
}

/**
 * Where a program refers to its own code, if that is not where the code is seen: most of its words that look like
 * addresses in the flash window lie within the code. Undefined where it is in place, or the words say nothing. What is
 * a sector or two off is not found. `pointers`: in ascending order.
 */
export function codeElsewhere(
  pointers: readonly number[],
  { address, sizeBytes }: MappedCode,
): { low: number; high: number } | undefined {
  const count = pointers.length;
  const best = fullestRange(pointers, sizeBytes);
  const inside = pointers.filter((pointer) => pointer >= address && pointer < address + sizeBytes).length;
  if (count < ENOUGH_POINTERS || best.count < count * CODE_SHARE) return undefined;
  return inside < best.count - count * MISSING_SHARE ? { low: best.low, high: best.high } : undefined;
}

/** The range of that length that the most of them lie in. */
function fullestRange(
  pointers: readonly number[],
  sizeBytes: number,
): { count: number; low: number; high: number } {
  let best = { count: 0, low: 0, high: 0 };
  let first = 0;
  for (const [index, high] of pointers.entries()) {
    while (pointers[first]! <= high - sizeBytes) first++;
    if (index - first >= best.count) best = { count: index - first + 1, low: pointers[first]!, high };
  }
  return best;
}
