import { ChipClock } from './chip-clock.ts';
import { Bus } from './devices/bus.ts';
import { PlainRegisters, type TimedDevice } from './devices/device.ts';
import { Dport } from './devices/dport.ts';
import { Gpio } from './devices/gpio.ts';
import { RandomGenerator } from './devices/random.ts';
import { Rtc } from './devices/rtc.ts';
import { SpiFlashController } from './devices/spi-flash-controller.ts';
import { Timers } from './devices/timers.ts';
import { Uart } from './devices/uart.ts';
import { Watchdog } from './devices/watchdog.ts';
import { missingRomFunction, faultNow, type Fault } from './fault.ts';
import { FlashWindow } from './flash-window.ts';
import { Lx106 } from './lx106/cpu.ts';
import { memoryMap } from './memory-map.ts';
import type { FlashTiming, NorFlash } from './nor-flash.ts';
import { flashChipWords, flashFunctions } from './rom/flash-functions.ts';
import { PrintFunctions } from './rom/print-functions.ts';
import { PURE_FUNCTIONS, ROM_BASE, ROM_WORDS, RomCode } from './rom/rom.ts';
import { systemContinuations, systemFunctions, waitInRom, type RomSystem } from './rom/system-functions.ts';
import { uartContinuations, uartFunctions } from './rom/uart-functions.ts';
import { RomVectors } from './rom/vectors.ts';

/** Interrupt line of both UARTs (ets_sys.h of the SDKs). */
const UART_LINE = 5;

export interface ChipOptions {
  flash: NorFlash;
  seed: number;
  macAddress: readonly number[];
  byteAccess: boolean;
  flashTiming: FlashTiming;
}

/** What the chip tells whoever runs it; the CPU stops after each. */
export interface ChipEvents {
  transmitted(byte: number, baudRate: number): void;
  faulted(fault: Fault): void;
  /** `undefined`: the boot ROM starts again, without a reset. */
  resetting(cause: 'watchdog' | 'software' | undefined): void;
}

/** CPU, memories, peripherals and boot ROM of an ESP8266, wired together. */
export class Chip {
  readonly cpu: Lx106;
  readonly clock: ChipClock;
  readonly bus: Bus;
  readonly uart0: Uart;
  readonly gpio = new Gpio();
  readonly rtc: Rtc;
  readonly #flash: NorFlash;
  readonly #dport: Dport;
  readonly #watchdog: Watchdog;
  readonly #window: FlashWindow;
  readonly #vectors: RomVectors;
  readonly #print: PrintFunctions;
  readonly #timed: readonly TimedDevice[];
  readonly #uartLines = [false, false];

  constructor({ flash, seed, macAddress, byteAccess, flashTiming }: ChipOptions, events: ChipEvents) {
    this.#flash = flash;
    this.clock = new ChipClock(() => this.cpu.cycles);
    const surroundings = {
      clock: this.clock,
      interrupt: (line: number, high: boolean) => {
        if (!high || this.#dport.passes(line)) this.cpu.setInterrupt(line, high);
      },
      rescheduled: () => {
        this.cpu.stop();
      },
    };
    const reset = (cause: 'watchdog' | 'software' | undefined) => {
      events.resetting(cause);
      this.cpu.stop();
    };
    const uart = (index: 0 | 1, send: (byte: number, baudRate: number) => void) =>
      new Uart(surroundings, send, (high) => {
        this.#uartLines[index] = high;
        this.cpu.setInterrupt(UART_LINE, this.#uartLines.includes(true));
      });
    this.uart0 = uart(0, (byte, baudRate) => {
      events.transmitted(byte, baudRate);
    });
    const uart1 = uart(1, () => undefined);
    const timers = new Timers(surroundings);
    const watchdog = (this.#watchdog = new Watchdog(surroundings, () => {
      reset('watchdog');
    }));
    this.rtc = new Rtc(
      () => this.clock.microseconds,
      () => {
        reset('software');
      },
    );
    this.#dport = new Dport(macAddress, {
      setCache: (enabled) => {
        if (enabled) this.#window.enable();
        else this.#window.disable();
      },
      setDoubled: (doubled) => {
        this.clock.doubled = doubled;
        this.cpu.stop();
      },
    });
    this.#timed = [this.uart0, timers, watchdog];
    this.bus = new Bus([
      { base: 0x60000000, size: 0x80, device: this.uart0 },
      { base: 0x60000100, size: 0x100, device: new PlainRegisters() }, // HSPI
      { base: 0x60000200, size: 0x100, device: new SpiFlashController(flash, flashTiming, this.clock) },
      { base: 0x60000300, size: 0x80, device: this.gpio },
      { base: 0x60000600, size: 0x40, device: timers },
      { base: 0x60000700, size: 0x100, device: this.rtc },
      { base: 0x60000800, size: 0x80, device: new PlainRegisters() }, // IOMUX
      { base: 0x60000900, size: 0x20, device: watchdog },
      { base: 0x60000f00, size: 0x80, device: uart1 },
      { base: 0x60001000, size: 0x400, device: new RtcMemory() },
      { base: 0x3ff00000, size: 0x80, device: this.#dport },
      { base: 0x3ff20e44, size: 4, device: new RandomGenerator(seed) },
    ]);
    this.#vectors = new RomVectors((cpu) => {
      events.faulted(faultNow(cpu));
    });
    this.#print = new PrintFunctions((byte) => {
      this.uart0.transmit(byte);
    });
    this.cpu = new Lx106({
      regions: memoryMap({ byteAccess }),
      mmio: this.bus,
      rom: this.#rom([this.uart0, uart1], this.#system(watchdog, reset), flashTiming, events),
    });
    this.#window = new FlashWindow(this.cpu, flash, (enabled) => {
      this.#dport.noteCache(enabled);
    });
    const { buffer, byteOffset, length } = this.cpu.bytes('rom');
    const rom = new DataView(buffer, byteOffset, length);
    for (const [address, word] of ROM_WORDS) rom.setUint32(address - ROM_BASE, word, true);
  }

  /** A reset of the digital core. RAM keeps what it holds. */
  reset(): void {
    this.cpu.reset();
    this.clock.reset();
    this.bus.reset();
    this.#vectors.reset();
    this.#print.reset();
    this.#window.disable();
    for (const [address, word] of flashChipWords(this.#flash)) this.cpu.store32(address, word);
  }

  /** What the ROM does before its serial loader: no watchdog, and an interrupt for every byte received. */
  prepareLoader(): void {
    this.#watchdog.disable();
    this.uart0.interruptPerByte();
  }

  /** CPU cycles until a device acts; Infinity where none will. */
  get cyclesToDevices(): number {
    const dueTicks = this.#timed.flatMap(({ dueTick }) => (dueTick === undefined ? [] : [dueTick]));
    return dueTicks.length === 0 ? Infinity : this.clock.cyclesUntil(Math.min(...dueTicks));
  }

  /** Lets devices act whose time has come. */
  expireDevices(): void {
    for (const device of this.#timed) device.expire();
  }

  /** What the flash still has to do of a command that the program gave it by its registers. */
  get #busyUs(): number {
    return Math.max(0, this.#flash.busyUntilUs - this.clock.microseconds);
  }

  #system(watchdog: Watchdog, restart: RomSystem['restart']): RomSystem {
    const { clock, rtc, gpio } = this;
    return {
      get cpuHz() {
        return clock.cpuHz;
      },
      get resetCause() {
        return rtc.resetCause;
      },
      writeAnalog: (block, register, value) => {
        clock.writeAnalog(block, register, value);
      },
      watchdog,
      gpio,
      restart,
    };
  }

  #rom(uarts: readonly Uart[], system: RomSystem, timing: FlashTiming, events: ChipEvents): RomCode {
    const window = {
      enable: (offset: number, cacheBytes: number) => {
        this.#window.map(offset, cacheBytes);
      },
      disable: () => {
        this.#window.disable();
      },
    };
    return new RomCode(
      {
        ...PURE_FUNCTIONS,
        ...flashFunctions(this.#flash, {
          ...{ window, timing },
          wait: (cpu, microseconds) => waitInRom(cpu, this.#busyUs + microseconds, system),
        }),
        ...uartFunctions(uarts),
        ...systemFunctions(system),
        ...this.#print.functions,
        ...this.#vectors.functions,
      },
      [
        this.#vectors.continuations,
        this.#print.continuations,
        uartContinuations(uarts),
        systemContinuations(system),
      ],
      (cpu) => {
        events.faulted(missingRomFunction(cpu));
      },
    );
  }
}

/** RAM of the RTC: keeps its contents through resets. */
class RtcMemory extends PlainRegisters {
  override reset(): void {
    // Nothing: the RTC stays powered.
  }
}
