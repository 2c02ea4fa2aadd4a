import {
  banner,
  MODE_FLASH,
  MODE_UART,
  planBoot,
  RESET_CAUSES,
  SDIO_MODE,
  storeSegments,
} from './boot-rom.ts';
import type { ResetCause } from './boot-rom.ts';
import { Chip } from './chip.ts';
import type { BoardOptions, BoardStats, RunStatus } from './board-options.ts';
import { faultText, unloadableSegment, type Fault } from './fault.ts';
import { NO_TIME, NorFlash } from './nor-flash.ts';
import { loaderOf } from './loader-of-chip.ts';
import type { RomLoader } from './rom-loader.ts';
import { UartOutput } from './uart-output.ts';

export type { BoardOptions, BoardStats, RunStatus } from './board-options.ts';
export type { Fault } from './fault.ts';
export type { ResetCause } from './boot-rom.ts';

/** Where the ROM leaves the stack when it starts the image. */
const BOOT_STACK = 0x3ffffff0;
/** PS of a running program: user vector mode, nothing masked. */
const BOOT_PS = 0x20;
const PS_INTLEVEL = 0xf;
/** Where code that the loader started returns to. */
const RESET_VECTOR = 0x40000080;

/** Espressif's first vendor number, and three bytes of a chip that does not exist. */
const DEFAULT_MAC_ADDRESS = [0x18, 0xfe, 0x34, 0x00, 0x82, 0x66];

/**
 * A virtual ESP8266: CPU, memory, boot ROM, UARTs, timers, watchdog, flash, reset lines. Time is what the CPU executes,
 * one cycle an instruction, and what `advance` lets pass while it sleeps. A fault leaves it as it is until `reset`.
 */
export class VirtualBoard {
  readonly #chip: Chip;
  readonly #flash: NorFlash;
  readonly #output: UartOutput;
  #state: 'running' | 'held' | 'download' | 'halted' = 'halted';
  #fault: Fault | undefined;
  #resetWanted: { cause: ResetCause | undefined } | undefined;
  #lastCause: ResetCause = 'power-on';
  #resets = 0;
  #isUploaded = false;
  #transmittedAt = 0;
  /** At the last rising edge of EN: other resets do not sample it anew. */
  #isGpio0Low = false;
  readonly #loader: RomLoader;

  constructor(options: BoardOptions) {
    const { flash, flashSizeBytes, seed = 1, macAddress = DEFAULT_MAC_ADDRESS, onUart } = options;
    const byteAccess = options.allowByteAccessToFlash ?? false;
    const flashTiming = options.flashTiming ?? NO_TIME;
    this.#flash = new NorFlash(flash, flashSizeBytes, {
      ...options.flashDefects,
      ...(options.flashId === undefined ? {} : { id: options.flashId }),
    });
    this.#output = new UartOutput(onUart);
    this.#chip = new Chip(
      { flash: this.#flash, seed, macAddress, byteAccess, flashTiming },
      {
        transmitted: (byte, baudRate) => {
          this.#transmittedAt = this.instructions;
          this.#output.put(byte, baudRate);
        },
        faulted: (fault) => {
          this.#take(fault);
        },
        resetting: (cause) => {
          this.#resetWanted = { cause };
        },
      },
    );
    this.#loader = loaderOf(this.#chip, this.#flash, flashTiming, {
      start: (entry) => {
        this.#start(entry);
      },
      boot: () => {
        this.#load();
      },
      advance: (microseconds) => {
        this.advance(microseconds);
      },
    });
  }

  /** The CPU's clock as the firmware has set it; 52 MHz behind the boot ROM. */
  get cpuHz(): number {
    return this.#chip.clock.cpuHz;
  }

  /** Executed since the board was made. */
  get instructions(): number {
    return this.#chip.cpu.instructions;
  }

  /** Of them, those until the program's last byte for UART0. */
  get transmittedAt(): number {
    return this.#transmittedAt;
  }

  get stats(): BoardStats {
    return { unknown: this.#chip.bus.unknown, resets: this.#resets };
  }

  /** Changes of the flash so far, erased and programmed. */
  get flashChanges(): number {
    return this.#flash.changes;
  }

  /** Code that came through the loader runs: a flasher stub, which waits for bytes in a busy loop. */
  get isUploadedCode(): boolean {
    return this.#isUploaded;
  }

  /** Board time since it was made. */
  get microseconds(): number {
    return this.#chip.clock.microseconds;
  }

  /** What UART0 sends and takes now. */
  get baudRate(): number {
    return this.#chip.uart0.baudRate;
  }

  /** Flash contents as the firmware has left them. */
  get flash(): Uint8Array {
    return this.#flash.bytes;
  }

  /** The serial loader measures the rate of what it hears, and goes by it. */
  set lineBaudRate(baudRate: number) {
    if (this.#state === 'download' && !this.#loader.isSynchronized) this.#chip.uart0.detectBaudRate(baudRate);
  }

  /** Bytes that UART0 takes now without loss. */
  get receiveRoom(): number {
    return this.#chip.uart0.room;
  }

  /** Bytes for UART0. What its FIFO has no room for is lost, as on the chip; in reset all is. */
  receive(bytes: Uint8Array): void {
    if (this.#state !== 'held') this.#chip.uart0.receive(bytes);
  }

  /** Resets the chip and lets the boot ROM load the image. Flash and RTC memory stay; at power-on RAM is cleared. */
  reset(cause: ResetCause): void {
    this.#lastCause = cause;
    if (cause === 'power-on') this.#chip.cpu.bytes('dram').fill(0);
    if (cause === 'power-on') this.#chip.cpu.bytes('iram').fill(0);
    this.#chip.rtc.resetCause = RESET_CAUSES[cause];
    this.#resets++;
    this.#boot();
  }

  /** EN low: the chip stands still until `release`. */
  hold(): void {
    this.#state = 'held';
  }

  /** EN high: it boots, from flash or, with GPIO0 low, into the ROM's serial loader. */
  release({ gpio0Low }: { gpio0Low: boolean }): void {
    this.#isGpio0Low = gpio0Low;
    this.reset('external');
  }

  /** Time that passes while the board sleeps. */
  advance(microseconds: number): void {
    this.#chip.cpu.skip(Math.ceil((microseconds * this.cpuHz) / 1e6));
  }

  /** Runs about so many instructions, or until there is nothing to do. */
  run(maxInstructions: number): RunStatus {
    const status = this.#run(maxInstructions);
    this.#output.flush();
    return status;
  }

  #run(maxInstructions: number): RunStatus {
    const end = this.instructions + maxInstructions;
    while (this.#fault === undefined && this.#isActive()) {
      this.#chip.expireDevices();
      if (this.#restarted()) continue;
      const left = end - this.instructions;
      if (left <= 0) return { kind: 'running' };
      const stop = this.#chip.cpu.run(Math.max(1, Math.min(left, this.#chip.cyclesToDevices)));
      if (this.#restarted()) continue;
      if (stop.kind === 'waiti') return this.#idle();
    }
    return this.#standing();
  }

  /** Executing, or about to: the serial loader acts on the bytes that have come. */
  #isActive(): boolean {
    if (this.#state === 'download') this.#download();
    return this.#state === 'running';
  }

  #download(): void {
    const { uart0 } = this.#chip;
    while (this.#state === 'download') {
      const byte = uart0.take();
      if (byte === undefined) return;
      this.#loader.receive(byte);
    }
  }

  /** What keeps the board from running. */
  #standing(): RunStatus {
    if (this.#fault !== undefined) return { kind: 'fault', fault: this.#fault };
    return { kind: this.#state };
  }

  #idle(): RunStatus {
    const { cpu, cyclesToDevices } = this.#chip;
    // Behind a WAITI that masks interrupts only the watchdog is left.
    const isMasked = (cpu.ps & PS_INTLEVEL) !== 0;
    const timer = isMasked ? Infinity : (cpu.cyclesToTimer ?? Infinity);
    const wakeInCycles = Math.min(timer, cyclesToDevices);
    return wakeInCycles === Infinity ? { kind: 'idle' } : { kind: 'idle', wakeInCycles };
  }

  /** Carries out a reset that the firmware or the watchdog asked for. */
  #restarted(): boolean {
    const wanted = this.#resetWanted;
    if (wanted === undefined) return false;
    this.#resetWanted = undefined;
    // A jump to the ROM's reset vector leaves the RTC's reset cause as it is.
    if (wanted.cause === undefined) this.#boot();
    else this.reset(wanted.cause);
    return true;
  }

  #boot(): void {
    this.#chip.reset();
    this.#fault = undefined;
    const mode = this.#isGpio0Low ? MODE_UART : MODE_FLASH;
    this.#chip.gpio.strap(mode, SDIO_MODE);
    this.#say(banner(this.#lastCause, mode));
    this.#loader.reset();
    this.#isUploaded = false;
    if (mode === MODE_UART) {
      this.#state = 'download';
      this.#chip.prepareLoader();
    } else this.#load();
  }

  /** Uploaded code, called by the loader. */
  #start(entry: number): void {
    const { cpu } = this.#chip;
    this.#state = 'running';
    this.#isUploaded = true;
    cpu.a[0] = RESET_VECTOR;
    cpu.a[1] = BOOT_STACK;
    cpu.ps = BOOT_PS;
    cpu.pc = entry >>> 0;
  }

  #load(): void {
    const { cpu } = this.#chip;
    const { segments, text, outcome } = planBoot(this.#flash.bytes);
    this.#say(text);
    storeSegments(cpu, segments);
    this.#state = outcome.kind === 'refused' ? 'halted' : 'running';
    cpu.a[1] = BOOT_STACK;
    cpu.ps = BOOT_PS;
    if (outcome.kind === 'start') cpu.pc = outcome.entry;
    if (outcome.kind === 'fault') this.#take(unloadableSegment(cpu, outcome.address));
  }

  #take(fault: Fault): void {
    this.#fault = fault;
    this.#say(faultText(fault));
  }

  #say(text: string): void {
    this.#output.say(text, this.#chip.uart0.baudRate);
  }
}
