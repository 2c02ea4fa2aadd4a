import type { Device } from './device.ts';

const CONTROL = 0x00;
const RESET_STATE = 0x14;
const COUNTER = 0x1c;

const SOFTWARE_RESET = 0x80000000;

/** The RTC's own oscillator is about 150 kHz; each chip's differs. */
const COUNTS_PER_MICROSECOND = 0.15;

/** RTC at 0x60000700 (rtc_register.h; reset_reason.c of ESP8266_RTOS_SDK): reset cause, counter, software reset. */
export class Rtc implements Device {
  readonly #microseconds: () => number;
  readonly #softwareReset: () => void;
  readonly #registers = new Map<number, number>();
  /** `rst cause` of the banner. */
  resetCause = 1;

  constructor(microseconds: () => number, softwareReset: () => void) {
    this.#microseconds = microseconds;
    this.#softwareReset = softwareReset;
  }

  read(offset: number): number {
    if (offset === RESET_STATE) return this.resetCause;
    if (offset === COUNTER) return Math.floor(this.#microseconds() * COUNTS_PER_MICROSECOND) >>> 0;
    return this.#registers.get(offset) ?? 0;
  }

  write(offset: number, value: number): void {
    this.#registers.set(offset, value);
    if (offset === CONTROL && (value & SOFTWARE_RESET) !== 0) this.#softwareReset();
  }

  /** Scratch registers live through a reset of the digital core. */
  reset(): void {
    this.#registers.delete(CONTROL);
  }
}
