import type { Device } from './device.ts';

/** Pins that pull-ups, or a device behind them, hold high: GPIO0 and GPIO2 (straps), TX and RX of UART0. */
const PULLED_UP = 0b1111;
const PIN_MASK = 0xffff;

/**
 * GPIO at 0x60000300: what is driven is remembered and read back; other pins read their pull-ups. The upper half of IN
 * is the strapping at reset: the two numbers of the banner's `boot mode:(3,6)`.
 */
export class Gpio implements Device {
  readonly #other = new Map<number, number>();
  #out = 0;
  #enable = 0;
  #status = 0;
  #strapping = 0;

  /** Levels at the rising edge of EN. */
  strap(bootMode: number, sdioMode: number): void {
    this.#strapping = bootMode | (sdioMode << 3);
  }

  read(offset: number): number {
    switch (offset) {
      case 0x00:
        return this.#out;
      case 0x0c:
        return this.#enable;
      case 0x18:
        return (this.#strapping << 16) | (this.#out & this.#enable) | (PULLED_UP & ~this.#enable);
      case 0x1c:
        return this.#status;
      default:
        return this.#other.get(offset) ?? 0;
    }
  }

  write(offset: number, value: number): void {
    const pins = value & PIN_MASK;
    switch (offset) {
      case 0x00:
        this.#out = pins;
        return;
      case 0x04:
        this.#out |= pins;
        return;
      case 0x08:
        this.#out &= ~pins;
        return;
      case 0x0c:
        this.#enable = pins;
        return;
      case 0x10:
        this.#enable |= pins;
        return;
      case 0x14:
        this.#enable &= ~pins;
        return;
      case 0x1c:
        this.#status = pins;
        return;
      case 0x20:
        this.#status |= pins;
        return;
      case 0x24:
        this.#status &= ~pins;
        return;
      default:
        this.#other.set(offset, value);
    }
  }

  reset(): void {
    this.#other.clear();
    this.#out = 0;
    this.#enable = 0;
    this.#status = 0;
  }
}
