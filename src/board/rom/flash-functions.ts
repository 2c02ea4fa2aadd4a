import type { Lx106 } from '../lx106/cpu.ts';
import type { FlashTiming, NorFlash } from '../nor-flash.ts';
import { GuestMemory } from './guest-memory.ts';
import { doing, returning, SMALL_COST, type RomCall, type RomFunctions } from './rom-call.ts';

const SECTOR = 0x1000;
const BLOCK = 0x10000;
/** The ROM programs so many bytes with one command of the chip. */
const PROGRAM_BYTES = 32;
/** SpiFlashOpResult of the SDKs. */
const OK = 0;
const ERROR = 1;

/** The ROM's pointer to its description of the flash chip (rom_8266.ld), and the description behind it. */
const FLASHCHIP_POINTER = 0x3fffc714;
const FLASHCHIP = FLASHCHIP_POINTER + 4;

/** The flash window at 0x40200000. */
interface FlashWindow {
  /** Maps 1 MB of flash from `offset`; the cache takes 16 or 32 KB of the upper instruction RAM. */
  enable(offset: number, cacheBytes: number): void;
  disable(): void;
}

/** What the ROM leaves in its data RAM: identification, sizes of chip, block, sector and page, status mask. */
export function flashChipWords(flash: NorFlash): ReadonlyMap<number, number> {
  const description = [flash.id, flash.sizeBytes, BLOCK, SECTOR, 0x100, 0xffff];
  return new Map([
    [FLASHCHIP_POINTER, FLASHCHIP],
    ...description.map((word, index): [number, number] => [FLASHCHIP + index * 4, word]),
  ]);
}

/** What the flash functions take part in. */
export interface FlashSurroundings {
  window: FlashWindow;
  timing: FlashTiming;
  /** Returns from a ROM function after so many microseconds, with 0 in a2; interrupts are taken meanwhile. */
  wait: (cpu: Lx106, microseconds: number) => number;
}

/**
 * SPI flash and cache. The contents change at once; then the function waits as the ROM's does for the chip. What has
 * been written is seen in the window after the next Cache_Read_Enable.
 */
export function flashFunctions(flash: NorFlash, { window, timing, wait }: FlashSurroundings): RomFunctions {
  const program = checked(flash, (cpu, address, buffer, size) => {
    flash.program(address, new GuestMemory(cpu).words(buffer, size));
    return wait(cpu, Math.ceil(size / PROGRAM_BYTES) * timing.programUs);
  });
  const eraseSector = (cpu: Lx106, address: number) => {
    flash.eraseSector(address);
    return wait(cpu, timing.eraseSectorUs);
  };
  const load = checked(flash, (cpu, address, buffer, size) => {
    new GuestMemory(cpu).setWords(buffer, flash.read(address, size));
    cpu.a[2] = OK;
    return SMALL_COST + size;
  });
  return {
    SPIRead: load,
    SPIWrite: program,
    SPI_read_data: shifted(load),
    SPI_page_program: shifted(program),
    SPIEraseSector: (cpu) => eraseSector(cpu, (cpu.a[2]! >>> 0) * SECTOR),
    SPI_sector_erase: (cpu) => eraseSector(cpu, cpu.a[3]! >>> 0),
    SPIEraseBlock: (cpu) => {
      flash.eraseBlock((cpu.a[2]! >>> 0) * BLOCK);
      return wait(cpu, timing.eraseBlockUs);
    },
    SPIEraseArea: (cpu) => {
      const us = eraseArea(flash, cpu.a[2]! >>> 0, cpu.a[3]! >>> 0, timing);
      if (us !== undefined) return wait(cpu, us);
      cpu.a[2] = ERROR;
      return SMALL_COST;
    },
    SPIEraseChip: (cpu) => {
      flash.eraseAll();
      return wait(cpu, timing.eraseChipUs);
    },
    SPI_read_status: (cpu) => {
      new GuestMemory(cpu).setWord(cpu.a[3]! >>> 0, flash.status);
      cpu.a[2] = OK;
      return SMALL_COST;
    },
    SPI_write_status: returning((_chip, status) => {
      flash.status = status!;
      return OK;
    }),
    SPI_write_enable: returning(() => {
      flash.writeEnabled = true;
      return OK;
    }),
    SPIParamCfg: (cpu) => {
      const memory = new GuestMemory(cpu);
      for (let index = 0; index < 6; index++) memory.setWord(FLASHCHIP + index * 4, cpu.a[2 + index]!);
      cpu.a[2] = OK;
      return SMALL_COST;
    },
    SPIUnlock: returning(() => OK),
    SPILock: returning(() => OK),
    SPIReadModeCnfig: returning(() => OK),
    Wait_SPI_Idle: returning(() => OK),
    Enable_QMode: returning(() => OK),
    Disable_QMode: returning(() => OK),
    SelectSpiFunction: doing(() => undefined),
    spi_flash_attach: doing(() => undefined),
    // The first two arguments choose the megabyte, the third the size of the cache (fast_boot of ESP8266_RTOS_SDK).
    Cache_Read_Enable: doing((odd, pair, size) => {
      window.enable(((pair & 0xff) * 2 + (odd & 0xff ? 1 : 0)) << 20, (size & 0xff) === 0 ? 0x4000 : 0x8000);
    }),
    Cache_Read_Disable: doing(() => {
      window.disable();
    }),
  };
}

/**
 * The ROM's SPIEraseArea: sectors up to the next block of 64 KB, then, by its bug, as many sectors more as the whole
 * area has, by blocks while it can (the boot ROM's disassembly in github.com/trebisky/esp8266; esptool's
 * `get_erase_size`). Gives the microseconds that it takes; undefined where it refuses: not at a sector, or beyond the
 * chip.
 */
export function eraseArea(
  flash: NorFlash,
  address: number,
  sizeBytes: number,
  { eraseSectorUs, eraseBlockUs }: FlashTiming,
): number | undefined {
  if (address % SECTOR !== 0 || address + sizeBytes > flash.sizeBytes) return undefined;
  const sectors = Math.ceil(sizeBytes / SECTOR);
  const perBlock = BLOCK / SECTOR;
  const head = Math.min(perBlock - ((address / SECTOR) % perBlock), sectors);
  const blocks = Math.max(0, Math.ceil(sectors / perBlock) - 1);
  const tail = sectors - blocks * perBlock;
  let at = address;
  for (let n = 0; n < head; n++, at += SECTOR) flash.eraseSector(at);
  for (let n = 0; n < blocks; n++, at += BLOCK) flash.eraseBlock(at);
  for (let n = 0; n < tail; n++, at += SECTOR) flash.eraseSector(at);
  return (head + tail) * eraseSectorUs + blocks * eraseBlockUs;
}

type Transfer = (cpu: Lx106, address: number, buffer: number, size: number) => number;

/** Flash address, buffer and size in a2 to a4. The ROM refuses what is beyond the chip, and odd places and sizes. */
function checked(flash: NorFlash, transfer: Transfer): RomCall {
  return (cpu) => {
    const [address, buffer, size] = [cpu.a[2]! >>> 0, cpu.a[3]! >>> 0, cpu.a[4]! >>> 0];
    const isAligned = ((address | buffer) & 3) === 0;
    if (!isAligned || address + size > flash.sizeBytes) {
      cpu.a[2] = ERROR;
      return SMALL_COST;
    }
    return transfer(cpu, address, buffer, (size + 3) & ~3);
  };
}

/** The same with the chip's description as first argument. */
function shifted(call: RomCall): RomCall {
  return (cpu) => {
    cpu.a.copyWithin(2, 3, 6);
    return call(cpu);
  };
}
