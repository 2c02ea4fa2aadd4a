import { EspawsError } from '../errors.ts';

/** Bytes that are to be in flash, and where. */
export interface FlashRegion {
  /** Flash offset of the first byte. */
  address: number;
  data: Uint8Array;
  /** What messages call it: the file's name. */
  name: string;
}

/** `0x01000`, as flash offsets are written. */
export function flashOffset(address: number): string {
  return `0x${address.toString(16).padStart(5, '0')}`;
}

/** What is refused of a layout, with the next action. */
export function layoutError(message: string, hint: string): EspawsError {
  return new EspawsError(message, { code: 'flash/layout', hint });
}
