/** The peripheral clock once the PLL is set for the crystal of 26 MHz that modules have. */
const PLL_HZ = 80e6;

/**
 * The peripheral clock that the boot ROM leaves: it sets the PLL for 40 MHz, modules have 26 MHz, hence 52 MHz, and
 * the 74880 baud of a banner that is meant to be 115200.
 */
const BOOT_HZ = (PLL_HZ * 26) / 40;

/** PLL registers and their values for 26 MHz: what every SDK writes with rom_i2c_writeReg at its start. */
const PLL_BLOCK = 103;
const PLL_FOR_26_MHZ: ReadonlyMap<number, number> = new Map([
  [1, 0x88],
  [2, 0x91],
]);

/**
 * The chip's clocks. The CPU runs at the peripheral clock's rate, or at twice that; one instruction is one cycle.
 * `ticks` counts the peripheral clock since power-on, through all changes of rate.
 */
export class ChipClock {
  readonly #cycles: () => number;
  readonly #pll = new Map<number, number>();
  #baseCycles = 0;
  #baseTicks = 0;
  #baseMicroseconds = 0;
  #doubled = false;
  #peripheralHz = BOOT_HZ;

  /** `cycles`: of the CPU since power-on. */
  constructor(cycles: () => number) {
    this.#cycles = cycles;
  }

  get peripheralHz(): number {
    return this.#peripheralHz;
  }

  get cpuHz(): number {
    return this.#peripheralHz * this.#ratio;
  }

  get ticks(): number {
    return this.#baseTicks + Math.floor((this.#cycles() - this.#baseCycles) / this.#ratio);
  }

  /** Since power-on. */
  get microseconds(): number {
    return this.#baseMicroseconds + ((this.#cycles() - this.#baseCycles) * 1e6) / this.cpuHz;
  }

  /** CPU cycles from now to `tick`; 0 where it is past. */
  cyclesUntil(tick: number): number {
    return Math.max(0, this.#baseCycles + (tick - this.#baseTicks) * this.#ratio - this.#cycles());
  }

  /** Bit 0 of DPORT_CTL. */
  set doubled(doubled: boolean) {
    this.#rebase();
    this.#doubled = doubled;
  }

  /** A register of the analog parts, behind the ROM's rom_i2c_ functions. */
  writeAnalog(block: number, register: number, value: number): void {
    if (block !== PLL_BLOCK) return;
    this.#pll.set(register, value);
    this.#rebase();
    const set = [...PLL_FOR_26_MHZ].every(([name, wanted]) => this.#pll.get(name) === wanted);
    this.#peripheralHz = set ? PLL_HZ : BOOT_HZ;
  }

  reset(): void {
    this.#rebase();
    this.#pll.clear();
    this.#doubled = false;
    this.#peripheralHz = BOOT_HZ;
  }

  get #ratio(): number {
    return this.#doubled ? 2 : 1;
  }

  #rebase(): void {
    const [ticks, microseconds] = [this.ticks, this.microseconds];
    this.#baseCycles = this.#cycles();
    this.#baseTicks = ticks;
    this.#baseMicroseconds = microseconds;
  }
}
