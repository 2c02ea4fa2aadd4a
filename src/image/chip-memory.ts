/** A memory of the ESP8266 that firmware is loaded into, or runs from. */
export interface ChipMemory {
  name: string;
  base: number;
  sizeBytes: number;
  /** What most SDKs give an application of it. */
  usualBytes?: number;
  /** `ram`: filled by the loader; `flash`: mapped from flash; `registers`: a loader may set them. */
  kind: 'ram' | 'flash' | 'registers';
}

/** Where flash offset 0 of the mapped bank is seen. */
export const FLASH_WINDOW = 0x40200000;
/** The cache maps one bank of flash at a time. */
export const FLASH_BANK_BYTES = 0x100000;
/** The most that 24 bits of address reach, and that a header can name. */
export const LARGEST_FLASH_BYTES = 0x1000000;

/**
 * Memories of the ESP8266: Technical Reference, «Memory map», and the linker scripts of the SDKs. The upper 32 KB of the
 * instruction RAM become the flash cache, or 16 KB of them, where an application turns it on: before that a boot loader
 * may run there (that of Arduino's core does, at 0x4010f000). The upper 16 KB of the data RAM are the boot ROM's and the
 * stack's, but in ESP8266_RTOS_SDK 3.x.
 */
export const CHIP_MEMORY: readonly ChipMemory[] = [
  { name: 'dport', base: 0x3ff00000, sizeBytes: 0x1000, kind: 'registers' },
  { name: 'dram', base: 0x3ffe8000, sizeBytes: 0x18000, usualBytes: 0x14000, kind: 'ram' },
  { name: 'iram', base: 0x40100000, sizeBytes: 0x10000, usualBytes: 0x8000, kind: 'ram' },
  { name: 'flash', base: FLASH_WINDOW, sizeBytes: FLASH_BANK_BYTES, kind: 'flash' },
  { name: 'peripherals', base: 0x60000000, sizeBytes: 0x1200, kind: 'registers' },
  { name: 'rtc', base: 0x60001200, sizeBytes: 0x200, kind: 'ram' },
];

/** The memory that holds all of a range; undefined where none does. */
export function memoryAt(address: number, sizeBytes: number): ChipMemory | undefined {
  return CHIP_MEMORY.find(
    (memory) => address >= memory.base && address + sizeBytes <= memory.base + memory.sizeBytes,
  );
}

/** Where a byte of flash is seen, with its bank mapped. */
export function windowAddress(flashAddress: number): number {
  return FLASH_WINDOW + (flashAddress % FLASH_BANK_BYTES);
}
