import type { FlashTiming, NorFlash } from '../nor-flash.ts';
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

/** Of the flash chip's status register. */
const STATUS_BUSY = 1;
const STATUS_WRITE_ENABLED = 2;

/** Bytes that `FlashTiming` counts programming by. */
const PROGRAM_BYTES = 32;

/**
 * SPI0 at 0x60000200, with the flash chip behind it: the commands of its CMD register, and user commands for what
 * flashing tools ask (identification, status, read). The controller is done at once; the chip is busy for its time, which
 * its status shows, and takes no other change meanwhile.
 */
export class SpiFlashController implements Device {
  readonly #flash: NorFlash;
  readonly #timing: FlashTiming;
  readonly #clock: { microseconds: number };
  readonly #registers = new Map<number, number>();
  readonly #data = new DataView(new ArrayBuffer(DATA_BYTES));

  constructor(flash: NorFlash, timing: FlashTiming, clock: { microseconds: number }) {
    this.#flash = flash;
    this.#timing = timing;
    this.#clock = clock;
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
    if (asked('writeEnable')) this.#enableWriting(true);
    if (asked('writeDisable')) this.#enableWriting(false);
    if (asked('identify')) this.#data.setInt32(0, flash.id, true);
    if (asked('readStatus')) this.#registers.set(RD_STATUS, this.#status());
    if (asked('writeStatus')) {
      this.#modify(0, () => {
        flash.status = this.#get(WR_STATUS) & 0xfffc;
      });
    }
    if (asked('program')) {
      this.#modify(Math.ceil(length / PROGRAM_BYTES) * this.#timing.programUs, () => {
        flash.programPage(address, new Uint8Array(this.#data.buffer, 0, length));
      });
    }
    if (asked('eraseSector')) {
      this.#modify(this.#timing.eraseSectorUs, () => {
        flash.eraseSector(address);
      });
    }
    if (asked('eraseBlock')) {
      this.#modify(this.#timing.eraseBlockUs, () => {
        flash.eraseBlock(address);
      });
    }
    if (asked('eraseChip')) {
      this.#modify(this.#timing.eraseChipUs, () => {
        flash.eraseAll();
      });
    }
    if (asked('user')) this.#user();
  }

  /** As the chip does: nothing without «write enable», which each command uses up. */
  #modify(busyUs: number, change: () => void): void {
    if (!this.#flash.writeEnabled || this.#isBusy) return;
    change();
    this.#flash.writeEnabled = false;
    this.#flash.busyUntilUs = this.#clock.microseconds + busyUs;
  }

  #enableWriting(enabled: boolean): void {
    if (!this.#isBusy) this.#flash.writeEnabled = enabled;
  }

  get #isBusy(): boolean {
    return this.#clock.microseconds < this.#flash.busyUntilUs;
  }

  #user(): void {
    const command = this.#get(USER2) & 0xff;
    const bits = ((this.#get(USER1) >>> 8) & 0x1ff) + 1;
    if ((this.#get(USER) & USER_MISO) === 0) {
      if (command === 0x06) this.#enableWriting(true);
      if (command === 0x04) this.#enableWriting(false);
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
    // The chip drops «write enable» only when it is done.
    const busy = this.#isBusy ? STATUS_BUSY | STATUS_WRITE_ENABLED : 0;
    return this.#flash.status | busy | (this.#flash.writeEnabled ? STATUS_WRITE_ENABLED : 0);
  }

  #answer(bytes: Uint8Array): void {
    const data = new Uint8Array(this.#data.buffer);
    data.fill(0);
    data.set(bytes.subarray(0, DATA_BYTES));
  }
}
