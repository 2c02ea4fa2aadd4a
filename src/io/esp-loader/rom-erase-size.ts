const SECTOR_BYTES = 4096;
const SECTORS_PER_BLOCK = 16;

/**
 * The size to ask the boot ROM's FLASH_BEGIN for, so that it erases `sizeBytes` from `address` and no more than it
 * must. Its SPIEraseArea erases the sectors up to the next 64 KB block, and then as many sectors as were asked for once
 * more, without taking off the first ones (esptool's `get_erase_size` for the ESP8266).
 */
export function romEraseSize(address: number, sizeBytes: number): number {
  const sectors = Math.ceil(sizeBytes / SECTOR_BYTES);
  const start = Math.floor(address / SECTOR_BYTES);
  const head = Math.min(SECTORS_PER_BLOCK - (start % SECTORS_PER_BLOCK), sectors);
  const asked = sectors < 2 * head ? Math.floor((sectors + 1) / 2) : sectors - head;
  return asked * SECTOR_BYTES;
}
