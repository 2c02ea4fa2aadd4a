import type { Surroundings, TimedDevice } from './device.ts';

/** Interrupt line (ets_sys.h of the SDKs). */
const INTERRUPT = 8;

/** Bits of CTL (eagle_soc.h; Mongoose OS's esp_hw_wdt_register.h). */
const ENABLE = 1 << 0;
const NO_RESET = 1 << 1;
const ONE_STAGE = 1 << 2;

const FEED = 0x73;

/** A stage lasts 2^n times this many ticks of the peripheral clock: 0.8192 ms at 80 MHz (RTOS_SDK: «2^n * 0.8ms»). */
const TICKS_PER_UNIT = 65536;

/** As the boot ROM leaves it: on, two stages of 3.4 s each. The stages are an assumption. */
const BOOT = { control: 0x3d & ~ONE_STAGE, stages: [12, 12] } as const;

/**
 * The hardware watchdog at 0x60000900. Its first stage ends with interrupt 8, the second resets the chip with cause 4,
 * unless 0x73 is written to the feed register before.
 */
export class Watchdog implements TimedDevice {
  readonly #chip: Surroundings;
  readonly #bite: () => void;
  #control = 0;
  #exponents: [number, number] = [0, 0];
  #stage: 0 | 1 = 0;
  #start = 0;

  constructor(chip: Surroundings, bite: () => void) {
    this.#chip = chip;
    this.#bite = bite;
  }

  get dueTick(): number | undefined {
    if ((this.#control & ENABLE) === 0) return undefined;
    return this.#start + 2 ** this.#exponents[this.#stage] * TICKS_PER_UNIT;
  }

  expire(): void {
    if (this.dueTick === undefined || this.dueTick > this.#chip.clock.ticks) return;
    if ((this.#control & ONE_STAGE) !== 0 || this.#stage === 1) {
      this.#begin();
      if ((this.#control & NO_RESET) === 0) this.#bite();
      return;
    }
    this.#start = this.dueTick;
    this.#stage = 1;
    this.#chip.interrupt(INTERRUPT, true);
    this.#chip.rescheduled();
  }

  enable(exponent: number): void {
    this.#exponents = [exponent, exponent];
    this.#control = BOOT.control;
    this.#begin();
  }

  disable(): void {
    this.#control &= ~ENABLE;
    this.#chip.rescheduled();
  }

  read(offset: number): number {
    switch (offset) {
      case 0x00:
        return this.#control;
      case 0x04:
        return this.#exponents[0];
      case 0x08:
        return this.#exponents[1];
      case 0x0c:
        return (this.#chip.clock.ticks - this.#start) >>> 0;
      case 0x10:
        return this.#stage;
      default:
        return 0;
    }
  }

  write(offset: number, value: number): void {
    if (offset === 0x00) {
      const wasOn = (this.#control & ENABLE) !== 0;
      this.#control = value;
      if (!wasOn) this.#begin();
    } else if (offset === 0x04) this.#exponents[0] = value & 0xf;
    else if (offset === 0x08) this.#exponents[1] = value & 0xf;
    else if (offset === 0x14 && (value & 0xff) === FEED) this.#begin();
    this.#chip.rescheduled();
  }

  reset(): void {
    this.#control = BOOT.control;
    this.#exponents = [...BOOT.stages];
    this.#begin();
  }

  #begin(): void {
    this.#stage = 0;
    this.#start = this.#chip.clock.ticks;
    this.#chip.interrupt(INTERRUPT, false);
    this.#chip.rescheduled();
  }
}
