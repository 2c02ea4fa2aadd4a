const SECTOR = 0x1000;
const BLOCK = 0x10000;
const PAGE = 0x100;
const ERASED = 0xff;

/** JEDEC identification of a Winbond W25Q: the third byte is the size's power of two. */
const MANUFACTURER_AND_TYPE = 0x40ef;

/** How long the chip is busy, in microseconds. */
export interface FlashTiming {
  eraseSectorUs: number;
  eraseBlockUs: number;
  eraseChipUs: number;
  /** For every 32 bytes, as the boot ROM programs them. */
  programUs: number;
}

/** No time passes: what an untimed board does. */
export const NO_TIME: FlashTiming = { eraseSectorUs: 0, eraseBlockUs: 0, eraseChipUs: 0, programUs: 0 };

/** Typical times of a used W25Q32 (its datasheet, «AC electrical characteristics»); a program is a page of 256 bytes. */
export const TYPICAL_TIME: FlashTiming = {
  eraseSectorUs: 45_000,
  eraseBlockUs: 150_000,
  eraseChipUs: 10_000_000,
  programUs: 130,
};

/** What is wrong with a chip. */
export interface FlashDefects {
  /** Sectors, by address, that no longer take what is programmed. */
  wornSectors?: readonly number[];
  /** Neither programming nor erasing does anything. */
  writeProtected?: boolean;
  /** Size that the identification claims; beyond its true end the chip begins anew. */
  claimedSizeBytes?: number;
}

/** The SPI NOR flash chip: programming only clears bits, erasing sets a sector's, a block's or all of them. */
export class NorFlash {
  readonly bytes: Uint8Array;
  /** Bit 1 of the status register: set by «write enable», cleared by each program and erase. */
  writeEnabled = false;
  status = 0;
  /** Of the board's time: until then the chip erases or programs, and does nothing else. */
  busyUntilUs = 0;
  /** Counts changes: whoever keeps the contents knows by it whether to write them. */
  changes = 0;
  readonly #defects: FlashDefects;
  readonly #id: number | undefined;

  /** `contents` from address 0; the rest is erased. `id`: manufacturer in the highest of three bytes. */
  constructor(
    contents: Uint8Array,
    sizeBytes: number,
    { id, ...defects }: FlashDefects & { id?: number } = {},
  ) {
    this.bytes = new Uint8Array(sizeBytes).fill(ERASED);
    this.bytes.set(contents.subarray(0, sizeBytes));
    this.#defects = defects;
    this.#id = id === undefined ? undefined : (id >>> 16) | (id & 0xff00) | ((id & 0xff) << 16);
  }

  /** As its identification says. */
  get sizeBytes(): number {
    return this.#defects.claimedSizeBytes ?? this.bytes.length;
  }

  /** Manufacturer in the lowest byte, as RDID gives it. */
  get id(): number {
    return this.#id ?? MANUFACTURER_AND_TYPE | (Math.ceil(Math.log2(this.sizeBytes)) << 16);
  }

  /** Beyond its end the chip begins anew: it has no more address lines. */
  read(address: number, length: number): Uint8Array {
    const result = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const from = (address + done) % this.bytes.length;
      const part = this.bytes.subarray(from, from + length - done);
      result.set(part, done);
      done += part.length;
    }
    return result;
  }

  /** Within a page: what runs over its end comes round to its beginning. */
  programPage(address: number, data: Uint8Array): void {
    const page = address - (address % PAGE);
    if (this.#refuses(page)) return;
    this.changes++;
    for (const [index, byte] of data.entries()) {
      this.bytes[(page + ((address + index) % PAGE)) % this.bytes.length]! &= byte;
    }
  }

  /** Any length and place, page by page. */
  program(address: number, data: Uint8Array): void {
    for (let done = 0; done < data.length;) {
      const length = Math.min(data.length - done, PAGE - ((address + done) % PAGE));
      this.programPage(address + done, data.subarray(done, done + length));
      done += length;
    }
  }

  eraseSector(address: number): void {
    this.#erase(address, SECTOR);
  }

  eraseBlock(address: number): void {
    this.#erase(address, BLOCK);
  }

  eraseAll(): void {
    if (this.#defects.writeProtected === true) return;
    this.changes++;
    this.bytes.fill(ERASED);
  }

  #erase(address: number, size: number): void {
    if (this.#defects.writeProtected === true) return;
    const start = (address - (address % size)) % this.bytes.length;
    this.changes++;
    this.bytes.fill(ERASED, start, start + size);
  }

  #refuses(page: number): boolean {
    const { writeProtected = false, wornSectors = [] } = this.#defects;
    return writeProtected || wornSectors.includes(page - (page % SECTOR));
  }
}
