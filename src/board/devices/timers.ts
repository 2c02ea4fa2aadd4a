import type { Surroundings, TimedDevice } from './device.ts';

/** Interrupt lines (ets_sys.h of the SDKs). */
const FRC1_INTERRUPT = 9;
const FRC2_INTERRUPT = 10;

/** Bits of the CTRL registers (ESP8266 Technical Reference, «Timers»). */
const RAISED = 1 << 8;
const ENABLE = 1 << 7;
const RELOAD = 1 << 6;

const FRC1_PERIOD = 2 ** 23;
const FRC2_PERIOD = 2 ** 32;

/**
 * Hardware timers FRC1 (23 bits, counts down, reloads) and FRC2 (32 bits, counts up to an alarm) at 0x60000600. Both
 * count the peripheral clock, divided by 1, 16 or 256. Their interrupts are edges: the core keeps them pending until INTCLEAR;
 * the timer's own INT register clears only what its CTRL register shows.
 */
export class Timers implements TimedDevice {
  readonly #frc1: Frc1;
  readonly #frc2: Frc2;

  constructor(surroundings: Surroundings) {
    this.#frc1 = new Frc1(surroundings);
    this.#frc2 = new Frc2(surroundings);
  }

  get dueTick(): number | undefined {
    const [first, second] = [this.#frc1.dueTick, this.#frc2.dueTick];
    if (first === undefined || second === undefined) return first ?? second;
    return Math.min(first, second);
  }

  expire(): void {
    this.#frc1.expire();
    this.#frc2.expire();
  }

  read(offset: number): number {
    return offset < 0x20 ? this.#frc1.read(offset) : this.#frc2.read(offset - 0x20);
  }

  write(offset: number, value: number): void {
    if (offset < 0x20) this.#frc1.write(offset, value);
    else this.#frc2.write(offset - 0x20, value);
  }

  reset(): void {
    this.#frc1.reset();
    this.#frc2.reset();
  }
}

class Frc1 {
  readonly #chip: Surroundings;
  #load = 0;
  #control = 0;
  #start = 0;
  #startCount = 0;
  #raised = false;
  dueTick: number | undefined;

  constructor(chip: Surroundings) {
    this.#chip = chip;
  }

  read(offset: number): number {
    if (offset === 0x0) return this.#load;
    if (offset === 0x4) return this.#count();
    if (offset === 0x8) return this.#control | (this.#raised ? RAISED : 0);
    return 0;
  }

  write(offset: number, value: number): void {
    if (offset === 0x0) {
      this.#load = value & (FRC1_PERIOD - 1);
      this.#begin(this.#load);
    } else if (offset === 0x8) {
      const count = this.#count();
      this.#control = value & 0xff;
      this.#begin(count);
    } else if (offset === 0xc && (value & 1) !== 0) this.#raise(false);
  }

  expire(): void {
    if (this.dueTick === undefined || this.dueTick > this.#chip.clock.ticks) return;
    const due = this.dueTick;
    this.#begin((this.#control & RELOAD) !== 0 ? this.#load : FRC1_PERIOD, due);
    // A sleep may have been longer than the period: the edges in between are one.
    if (this.dueTick <= this.#chip.clock.ticks) this.#begin(this.#startCount);
    this.#raise(true);
  }

  reset(): void {
    this.#load = 0;
    this.#control = 0;
    this.dueTick = undefined;
    this.#raised = false;
  }

  #begin(count: number, at = this.#chip.clock.ticks): void {
    this.#start = at;
    this.#startCount = count;
    const running = (this.#control & ENABLE) !== 0;
    this.dueTick = running ? at + Math.max(1, count) * divisor(this.#control) : undefined;
    this.#chip.rescheduled();
  }

  #count(): number {
    if ((this.#control & ENABLE) === 0) return this.#startCount;
    const passed = Math.floor((this.#chip.clock.ticks - this.#start) / divisor(this.#control));
    return (this.#startCount - passed) & (FRC1_PERIOD - 1);
  }

  #raise(high: boolean): void {
    this.#raised = high;
    this.#chip.interrupt(FRC1_INTERRUPT, high);
  }
}

class Frc2 {
  readonly #chip: Surroundings;
  #load = 0;
  #control = 0;
  #alarm = 0;
  #start = 0;
  #startCount = 0;
  #raised = false;
  dueTick: number | undefined;

  constructor(chip: Surroundings) {
    this.#chip = chip;
  }

  read(offset: number): number {
    if (offset === 0x0) return this.#load;
    if (offset === 0x4) return this.#count();
    if (offset === 0x8) return this.#control | (this.#raised ? RAISED : 0);
    if (offset === 0x10) return this.#alarm;
    return 0;
  }

  write(offset: number, value: number): void {
    const count = this.#count();
    if (offset === 0x0) {
      this.#load = value >>> 0;
      this.#begin(this.#load);
    } else if (offset === 0x8) {
      this.#control = value & 0xff;
      this.#begin(count);
    } else if (offset === 0xc && (value & 1) !== 0) this.#raise(false);
    else if (offset === 0x10) {
      this.#alarm = value >>> 0;
      this.#begin(count);
    }
  }

  expire(): void {
    if (this.dueTick === undefined || this.dueTick > this.#chip.clock.ticks) return;
    this.#begin(this.#count());
    this.#raise(true);
  }

  reset(): void {
    this.#load = 0;
    this.#control = 0;
    this.#alarm = 0;
    this.dueTick = undefined;
    this.#raised = false;
  }

  #begin(count: number): void {
    this.#start = this.#chip.clock.ticks;
    this.#startCount = count;
    const distance = (this.#alarm - count) >>> 0;
    const running = (this.#control & ENABLE) !== 0;
    this.dueTick = running
      ? this.#start + (distance === 0 ? FRC2_PERIOD : distance) * divisor(this.#control)
      : undefined;
    this.#chip.rescheduled();
  }

  #count(): number {
    if ((this.#control & ENABLE) === 0) return this.#startCount;
    const passed = Math.floor((this.#chip.clock.ticks - this.#start) / divisor(this.#control));
    return (this.#startCount + passed) >>> 0;
  }

  #raise(high: boolean): void {
    this.#raised = high;
    this.#chip.interrupt(FRC2_INTERRUPT, high);
  }
}

/** Bits 2 and 3 of CTRL. */
function divisor(control: number): number {
  return [1, 16, 256, 256][(control >>> 2) & 3]!;
}
