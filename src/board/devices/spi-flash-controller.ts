import type { NorFlash } from '../nor-flash.ts';
import type { Device } from './device.ts';

/** Registers (spi_register.h of the SDKs). */
const CMD = 0x00;
const ADDR = 0x04;
const RD_STATUS = 0x10;
const USER = 0x1c;
const USER1 = 0x20;
const USER2 = 0x24;
const WR_STATUS = 0x28;
const DATA = 0x40;
const DATA_BYTES = 64;

/** Bits of CMD, each a command of the flash chip. */
const COMMAND = {
  read: 31,
  writeEnable: 30,
  writeDisable: 29,
  identify: 28,
  readStatus: 27,
  writeStatus: 26,
  program: 25,
  eraseSector: 24,
  eraseBlock: 23,
  eraseChip: 22,
  user: 18,
} as const;

const USER_MISO = 1 << 28;

/**
 * SPI0 at 0x60000200, with the flash chip behind it: the commands of its CMD register, and user commands for what
 * flashing tools ask (identification, status, read). Commands end at once.
 */
export class SpiFlashController implements Device {
  readonly #flash: NorFlash;
  readonly #registers = new Map<number, number>();
  readonly #data = new DataView(new ArrayBuffer(DATA_BYTES));

  constructor(flash: NorFlash) {
    this.#flash = flash;
  }

  read(offset: number): number {
    if (offset >= DATA && offset < DATA + DATA_BYTES) return this.#data.getInt32(offset - DATA, true);
    // A command bit that still stood would mean that the chip is busy.
    return offset === CMD ? 0 : this.#get(offset);
  }

  write(offset: number, value: number): void {
    if (offset >= DATA && offset < DATA + DATA_BYTES) this.#data.setInt32(offset - DATA, value, true);
    else if (offset === CMD) this.#execute(value);
    else this.#registers.set(offset, value);
  }

  reset(): void {
    this.#registers.clear();
    this.#flash.writeEnabled = false;
  }

  #get(offset: number): number {
    return this.#registers.get(offset) ?? 0;
  }

  #execute(command: number): void {
    const flash = this.#flash;
    const asked = (name: keyof typeof COMMAND) => ((command >>> COMMAND[name]) & 1) === 1;
    // The address' upper byte is the length in bytes.
    const address = this.#get(ADDR) & 0xffffff;
    const length = Math.min(this.#get(ADDR) >>> 24, DATA_BYTES);
    if (asked('read')) this.#answer(flash.read(address, length));
    if (asked('writeEnable')) flash.writeEnabled = true;
    if (asked('writeDisable')) flash.writeEnabled = false;
    if (asked('identify')) this.#data.setInt32(0, flash.id, true);
    if (asked('readStatus')) this.#registers.set(RD_STATUS, this.#status());
    if (asked('writeStatus')) this.#modify(() => (flash.status = this.#get(WR_STATUS) & 0xfffc));
    if (asked('program')) {
      this.#modify(() => {
        flash.programPage(address, new Uint8Array(this.#data.buffer, 0, length));
      });
    }
    if (asked('eraseSector'))
      this.#modify(() => {
        flash.eraseSector(address);
      });
    if (asked('eraseBlock'))
      this.#modify(() => {
        flash.eraseBlock(address);
      });
    if (asked('eraseChip'))
      this.#modify(() => {
        flash.eraseAll();
      });
    if (asked('user')) this.#user();
  }

  /** As the chip does: nothing without «write enable», which each command uses up. */
  #modify(change: () => unknown): void {
    if (!this.#flash.writeEnabled) return;
    change();
    this.#flash.writeEnabled = false;
  }

  #user(): void {
    const command = this.#get(USER2) & 0xff;
    const bits = ((this.#get(USER1) >>> 8) & 0x1ff) + 1;
    if ((this.#get(USER) & USER_MISO) === 0) {
      if (command === 0x06) this.#flash.writeEnabled = true;
      if (command === 0x04) this.#flash.writeEnabled = false;
      return;
    }
    this.#answer(this.#userAnswer(command).subarray(0, Math.ceil(bits / 8)));
  }

  #userAnswer(command: number): Uint8Array {
    const id = this.#flash.id;
    switch (command) {
      case 0x9f:
        return Uint8Array.of(id & 0xff, (id >>> 8) & 0xff, id >>> 16);
      case 0x05:
        return Uint8Array.of(this.#status() & 0xff);
      case 0x35:
        return Uint8Array.of(this.#status() >>> 8);
      case 0x03:
        return this.#flash.read(this.#get(ADDR) >>> 8, DATA_BYTES);
      default:
        return new Uint8Array(DATA_BYTES);
    }
  }

  #status(): number {
    return this.#flash.status | (this.#flash.writeEnabled ? 2 : 0);
  }

  #answer(bytes: Uint8Array): void {
    const data = new Uint8Array(this.#data.buffer);
    data.fill(0);
    data.set(bytes.subarray(0, DATA_BYTES));
  }
}
