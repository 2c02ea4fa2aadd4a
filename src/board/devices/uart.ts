import type { Surroundings, TimedDevice } from './device.ts';

/** Bytes of each FIFO. */
const FIFO_SIZE = 128;

/** Interrupt bits (ESP8266 Technical Reference, «UART»; uart_register.h of the SDKs). */
const RX_FULL = 1 << 0;
const TX_EMPTY = 1 << 1;
const RX_OVERFLOW = 1 << 4;
const RX_TIMEOUT = 1 << 8;

const FIFO = 0x00;
const INT_RAW = 0x04;
const INT_ST = 0x08;
const INT_ENA = 0x0c;
const INT_CLR = 0x10;
const CLKDIV = 0x14;
const STATUS = 0x1c;
const CONF0 = 0x20;
const CONF1 = 0x24;

const CONF0_RX_RESET = 1 << 17;
const CONF1_RX_TIMEOUT_ENABLE = 0x80000000;
/** Reset values of the manual: 8N1; RX FIFO full at 96, TX FIFO empty at 32. */
const CONF0_RESET = 0x1c;
const CONF1_RESET = 0x2060;

/** CLKDIV that the boot ROM sets: 115200 baud of the 80 MHz that it takes for granted. */
const BOOT_DIVIDER = 694;
const BITS_OF_A_BYTE = 10;

/**
 * A UART at its registers. The line is infinitely fast both ways, so that waiting for it is no work of the firmware's:
 * what is written has left at once, the TX FIFO is always empty; what comes in stands in the RX FIFO at once, and the
 * line is quiet behind it, so that the time-out interrupt is due at once too. Cleared while bytes still wait, it comes
 * again after its time. Bits of INT_RAW stay until INT_CLR.
 */
export class Uart implements TimedDevice {
  readonly #chip: Omit<Surroundings, 'interrupt'> & { clock: { peripheralHz: number } };
  readonly #send: (byte: number, baudRate: number) => void;
  readonly #interrupt: (high: boolean) => void;
  readonly #registers = new Map<number, number>();
  #received: number[] = [];
  #raw = 0;
  #enabled = 0;
  #conf1 = CONF1_RESET;
  #divider = BOOT_DIVIDER;
  dueTick: number | undefined;

  constructor(
    chip: Omit<Surroundings, 'interrupt'> & { clock: { peripheralHz: number } },
    send: (byte: number, baudRate: number) => void,
    interrupt: (high: boolean) => void,
  ) {
    this.#chip = chip;
    this.#send = send;
    this.#interrupt = interrupt;
  }

  /** Bytes that the RX FIFO takes without loss. */
  get room(): number {
    return FIFO_SIZE - this.#received.length;
  }

  get baudRate(): number {
    return Math.round(this.#chip.clock.peripheralHz / Math.max(1, this.#divider));
  }

  /** What does not fit is lost, and says so by the overflow interrupt. */
  receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.#received.length < FIFO_SIZE) this.#received.push(byte);
      else this.#raw |= RX_OVERFLOW;
    }
    if (this.#timeoutEnabled && this.#received.length > 0) this.#raw |= RX_TIMEOUT;
    this.#update();
  }

  transmit(byte: number): void {
    this.#send(byte & 0xff, this.baudRate);
  }

  /** The oldest byte received; undefined where there is none. */
  take(): number | undefined {
    const byte = this.#received.shift();
    this.#update();
    return byte;
  }

  /** The ROM's uart_div_modify: the new divider, and empty FIFOs. */
  setDivider(divider: number): void {
    this.#divider = divider & 0xfffff;
    this.#received = [];
    this.#update();
  }

  /** RX FIFO full at the first byte: flasher stubs count on the ROM's loader having set it. */
  interruptPerByte(): void {
    this.#conf1 = 1;
  }

  /**
   * The divider that the ROM's loader finds for a line of this rate: it rounds up (452 for 115200 baud at 52 MHz, as
   * esptool's traces of real chips show). Stubs calculate their next divider from it.
   */
  detectBaudRate(baudRate: number): void {
    this.#divider = Math.ceil(this.#chip.clock.peripheralHz / baudRate);
  }

  expire(): void {
    if (this.dueTick === undefined || this.dueTick > this.#chip.clock.ticks) return;
    this.dueTick = undefined;
    if (this.#received.length > 0) this.#raw |= RX_TIMEOUT;
    this.#update();
  }

  read(offset: number): number {
    switch (offset) {
      case FIFO:
        return this.take() ?? 0;
      case INT_RAW:
        return this.#raw;
      case INT_ST:
        return this.#raw & this.#enabled;
      case INT_ENA:
        return this.#enabled;
      case CLKDIV:
        return this.#divider;
      case STATUS:
        return this.#received.length;
      case CONF1:
        return this.#conf1;
      default:
        return this.#registers.get(offset) ?? (offset === CONF0 ? CONF0_RESET : 0);
    }
  }

  write(offset: number, value: number): void {
    switch (offset) {
      case FIFO:
        this.transmit(value);
        break;
      case INT_ENA:
        this.#enabled = value;
        break;
      case INT_CLR:
        this.#clear(value);
        break;
      case CLKDIV:
        this.#divider = value & 0xfffff;
        break;
      case CONF1:
        this.#conf1 = value;
        this.#awaitTimeout();
        break;
      default:
        if (offset === CONF0 && (value & CONF0_RX_RESET) !== 0) this.#received = [];
        this.#registers.set(offset, value);
    }
    this.#update();
  }

  reset(): void {
    this.#registers.clear();
    this.#received = [];
    this.#raw = 0;
    this.#enabled = 0;
    this.#conf1 = CONF1_RESET;
    this.#divider = BOOT_DIVIDER;
    this.dueTick = undefined;
    this.#update();
  }

  get #timeoutEnabled(): boolean {
    return (this.#conf1 & CONF1_RX_TIMEOUT_ENABLE) !== 0;
  }

  #clear(bits: number): void {
    this.#raw &= ~bits;
    if ((bits & RX_TIMEOUT) !== 0) this.#awaitTimeout();
  }

  #awaitTimeout(): void {
    const waits = this.#timeoutEnabled && this.#received.length > 0;
    const bytes = Math.max(1, (this.#conf1 >>> 24) & 0x7f);
    this.dueTick = waits
      ? this.#chip.clock.ticks + bytes * BITS_OF_A_BYTE * Math.max(1, this.#divider)
      : undefined;
    this.#chip.rescheduled();
  }

  #update(): void {
    const full = Math.max(1, this.#conf1 & 0x7f);
    if (this.#received.length >= full) this.#raw |= RX_FULL;
    this.#raw |= TX_EMPTY;
    this.#interrupt((this.#raw & this.#enabled) !== 0);
  }
}
