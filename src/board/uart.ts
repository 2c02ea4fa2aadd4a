/** Interrupt bits of UART0 (ESP8266 Technical Reference, «UART»). */
const RX_FULL = 1 << 0;
const RX_OVERFLOW = 1 << 4;
const RX_TIMEOUT = 1 << 8;

/** Bytes of the receive FIFO. */
export const FIFO_SIZE = 128;

/**
 * UART0 at its registers: bytes go out at once, what comes in waits in a FIFO of 128. The time-out interrupt is due as
 * soon as anything waits: in virtual time the line is always quiet behind the last byte.
 */
export class Uart {
  readonly #received: number[] = [];
  readonly #send: (byte: number) => void;
  readonly #interrupt: (high: boolean) => void;
  #raw = 0;
  #enabled = 0;
  #conf1 = 0;
  #registers = new Map<number, number>();

  constructor(send: (byte: number) => void, interrupt: (high: boolean) => void) {
    this.#send = send;
    this.#interrupt = interrupt;
  }

  /** Bytes that the FIFO takes without loss. */
  get room(): number {
    return FIFO_SIZE - this.#received.length;
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.#received.length < FIFO_SIZE) this.#received.push(byte);
      else this.#raw |= RX_OVERFLOW;
    }
    this.#update();
  }

  reset(): void {
    this.#received.length = 0;
    this.#raw = 0;
    this.#enabled = 0;
    this.#conf1 = 0;
    this.#registers.clear();
    this.#update();
  }

  read(offset: number): number {
    switch (offset) {
      case 0x00: {
        const byte = this.#received.shift() ?? 0;
        this.#update();
        return byte;
      }
      case 0x04:
        return this.#pending();
      case 0x08:
        return this.#pending() & this.#enabled;
      case 0x0c:
        return this.#enabled;
      case 0x1c:
        return this.#received.length;
      case 0x24:
        return this.#conf1;
      default:
        return this.#registers.get(offset) ?? 0;
    }
  }

  write(offset: number, value: number): void {
    switch (offset) {
      case 0x00:
        this.#send(value & 0xff);
        return;
      case 0x0c:
        this.#enabled = value;
        break;
      case 0x10:
        this.#raw &= ~value;
        break;
      case 0x24:
        this.#conf1 = value;
        break;
      default:
        this.#registers.set(offset, value);
    }
    this.#update();
  }

  /** FIFO conditions hold as long as they are so; an overflow until it is cleared. */
  #pending(): number {
    const waiting = this.#received.length;
    const full = waiting > 0 && waiting >= (this.#conf1 & 0x7f) ? RX_FULL : 0;
    const timeout = waiting > 0 && this.#conf1 >>> 31 === 1 ? RX_TIMEOUT : 0;
    return this.#raw | full | timeout;
  }

  #update(): void {
    this.#interrupt((this.#pending() & this.#enabled) !== 0);
  }
}
