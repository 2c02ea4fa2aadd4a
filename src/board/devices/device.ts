/** A peripheral: registers of 32 bits. Offsets count from its base and are multiples of four. */
export interface Device {
  read(offset: number): number;
  write(offset: number, value: number): void;
  /** Back to what a reset of the chip leaves. */
  reset(): void;
}

/** A peripheral that acts by itself when its time comes. */
export interface TimedDevice extends Device {
  /** Tick of the chip's clock at which it acts; undefined where it is idle. */
  readonly dueTick: number | undefined;
  /** Acts; called at the due tick or a little later. */
  expire(): void;
}

/** What timed devices know of the chip. */
export interface Surroundings {
  clock: { readonly ticks: number };
  /** Drives an interrupt line of the CPU. */
  interrupt(line: number, high: boolean): void;
  /** To be called when a due tick moves. */
  rescheduled(): void;
}

/** Registers that only remember what was written to them. */
export class PlainRegisters implements Device {
  readonly #values = new Map<number, number>();

  read(offset: number): number {
    return this.#values.get(offset) ?? 0;
  }

  write(offset: number, value: number): void {
    this.#values.set(offset, value);
  }

  reset(): void {
    this.#values.clear();
  }
}
