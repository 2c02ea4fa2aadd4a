import type { Region } from './lx106/cpu.ts';
import { isPeripheral } from './devices/bus.ts';
import { ROM_BASE, ROM_SIZE } from './rom/rom.ts';

export const FLASH_WINDOW_BYTES = 0x100000;
export const IRAM_BYTES = 0x10000;

const DRAM = { base: 0x3ffe8000, size: 0x18000 };
const IRAM = { base: 0x40100000, size: IRAM_BYTES };

/**
 * Memories of the ESP8266 (Technical Reference, «Memory map»; linker scripts of the SDKs). The upper 32 KB of the
 * instruction RAM are the flash cache's once it is on. `byteAccess`: flash and instruction RAM take bytes and
 * halfwords too, which the chip's do not.
 */
export function memoryMap({ byteAccess }: { byteAccess: boolean }): readonly Region[] {
  const access = byteAccess ? 'data' : 'word';
  return [
    { name: 'dram', ...DRAM, access: 'data', writable: true, executable: false },
    { name: 'iram', ...IRAM, access, writable: true, executable: true },
    { name: 'flash', base: 0x40200000, size: FLASH_WINDOW_BYTES, access, writable: false, executable: true },
    { name: 'rom', base: ROM_BASE, size: ROM_SIZE, access: 'word', writable: false, executable: false },
  ];
}

/** True where the boot ROM can put a segment of an image: RAM, or registers. */
export function isLoadable(address: number, length: number): boolean {
  const last = address + Math.max(length, 1) - 1;
  return (
    (isPeripheral(address) && isPeripheral(last)) ||
    [DRAM, IRAM].some(({ base, size }) => address >= base && last < base + size)
  );
}
