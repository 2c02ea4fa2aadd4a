import { createHash } from 'node:crypto';

/** Espressif's first vendor number. */
const VENDOR = [0x18, 0xfe, 0x34] as const;

/**
 * A MAC address for a board: the same for the same `name`, another one for any other, as the boards of a rack have. What
 * was last written to a board is remembered by it.
 */
export function macAddressFor(name: string): number[] {
  return [...VENDOR, ...createHash('sha256').update(name).digest().subarray(0, 3)];
}

/** `18:fe:34:00:82:66` */
export function macAddressText(address: readonly number[]): string {
  return address.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}
