import type { Lx106 } from '../lx106/cpu.ts';
import { ROM_ADDRESSES } from './addresses.ts';
import { doing, returning, SMALL_COST, type RomCall, type RomFunctions } from './rom-call.ts';

const PS_INTLEVEL = 0xf;
/** The level at which the ROM's lock keeps level-1 interrupts out. */
const LOCK_LEVEL = 3;

/** Inside `ets_delay_us`: it goes round through here, so that interrupts are taken meanwhile. */
const DELAY_AGAIN = ROM_ADDRESSES.ets_delay_us + 1;
const DELAY_STEP_US = 10;

export interface RomSystem {
  readonly cpuHz: number;
  readonly resetCause: number;
  writeAnalog(block: number, register: number, value: number): void;
  watchdog: { enable(exponent: number): void; disable(): void };
  gpio: { read(offset: number): number; write(offset: number, value: number): void };
  /** `undefined`: the ROM starts again as after the last reset. */
  restart(cause: 'software' | undefined): void;
}

/** Intervals that ets_wdt_enable takes, and the stages' exponents for them (Mongoose OS on the ESP8266's watchdog). */
const WATCHDOG_STAGES: Readonly<Record<number, number>> = { 3: 11, 6: 12, 12: 13 };

/** Clock, delay, analog registers, watchdog, GPIO, restart. */
export function systemFunctions(system: RomSystem): RomFunctions {
  const analog = new Map<string, number>();
  const keyOf = (block: number, register: number) => `${block & 0xff}.${register & 0xff}`;
  const writeAnalog = (block: number, register: number, value: number) => {
    analog.set(keyOf(block, register), value & 0xff);
    system.writeAnalog(block & 0xff, register & 0xff, value & 0xff);
  };
  const readAnalog = (block: number, register: number) => analog.get(keyOf(block, register)) ?? 0;
  const maskOf = (high: number, low: number) => ((2 << (high - low)) - 1) << low;
  let watchdogMode = 0;
  let megahertz = 80;
  const restart: RomCall = (cpu) => {
    system.restart(undefined);
    cpu.stop();
    return SMALL_COST;
  };
  return {
    ets_delay_us: (cpu) => delay(cpu, system, DELAY_AGAIN),
    ets_get_cpu_frequency: returning(() => megahertz),
    ets_update_cpu_frequency: doing((value) => {
      megahertz = value & 0xff;
    }),
    rom_i2c_writeReg: doing((block, _host, register, value) => {
      writeAnalog(block, register, value);
    }),
    rom_i2c_readReg: returning((block, _host, register) => readAnalog(block, register)),
    rom_i2c_readReg_Mask: returning((block, _host, register, high, low) => {
      return (readAnalog(block, register) & maskOf(high, low)) >>> low;
    }),
    rom_i2c_writeReg_Mask: doing((block, _host, register, high, low, value) => {
      const mask = maskOf(high, low);
      writeAnalog(block, register, (readAnalog(block, register) & ~mask) | ((value << low) & mask));
    }),
    ets_wdt_init: doing(() => {
      system.watchdog.disable();
    }),
    ets_wdt_enable: doing((mode, first, second) => {
      watchdogMode = mode!;
      system.watchdog.enable(WATCHDOG_STAGES[second] ?? WATCHDOG_STAGES[first] ?? 13);
    }),
    ets_wdt_disable: returning(() => {
      system.watchdog.disable();
      return watchdogMode;
    }),
    ets_wdt_restore: doing((mode) => {
      if (mode !== 0) system.watchdog.enable(13);
    }),
    ets_wdt_get_mode: returning(() => watchdogMode),
    rtc_get_reset_reason: returning(() => system.resetCause),
    software_reset: (cpu) => {
      system.restart('software');
      cpu.stop();
      return SMALL_COST;
    },
    rom_software_reboot: restart,
    _ResetHandler: restart,
    // What the ROM would call behind its loader: uploaded code that sets it goes its own way.
    ets_set_user_start: doing(() => undefined),
    gpio_init: doing(() => undefined),
    gpio_input_get: returning(() => system.gpio.read(0x18) & 0xffff),
    gpio_output_set: doing((set, clear, enable, disable) => {
      system.gpio.write(0x04, set);
      system.gpio.write(0x08, clear);
      system.gpio.write(0x10, enable);
      system.gpio.write(0x14, disable);
    }),
    ...CPU_FUNCTIONS,
  };
}

export function systemContinuations(system: RomSystem): ReadonlyMap<number, RomCall> {
  return new Map([[DELAY_AGAIN, (cpu: Lx106) => delay(cpu, system, ROM_ADDRESSES.ets_delay_us)]]);
}

/** A ROM function that takes its time: returns to its caller after so many microseconds, with 0 in a2. */
export function waitInRom(cpu: Lx106, microseconds: number, system: Pick<RomSystem, 'cpuHz'>): number {
  cpu.a[2] = microseconds;
  return delay(cpu, system, DELAY_AGAIN);
}

/** Xtensa's HAL and the masks of interrupts. */
const CPU_FUNCTIONS: RomFunctions = {
  xthal_get_ccount: (cpu) => {
    cpu.a[2] = cpu.ccount;
    return SMALL_COST;
  },
  xthal_get_ccompare: (cpu) => {
    cpu.a[2] = cpu.a[2] === 0 ? cpu.ccompare0 : 0;
    return SMALL_COST;
  },
  xthal_set_ccompare: (cpu) => {
    if (cpu.a[2] === 0) cpu.armTimer(cpu.a[3]! >>> 0);
    return SMALL_COST;
  },
  xthal_get_interrupt: (cpu) => {
    cpu.a[2] = cpu.interrupts.pending;
    return SMALL_COST;
  },
  xthal_set_intclear: (cpu) => {
    cpu.interrupts.clear(cpu.a[2]!);
    return SMALL_COST;
  },
  ets_isr_mask: (cpu) => mask(cpu, cpu.intenable & ~cpu.a[2]!),
  ets_isr_unmask: (cpu) => mask(cpu, cpu.intenable | cpu.a[2]!),
  _xtos_ints_off: (cpu) => mask(cpu, cpu.intenable & ~cpu.a[2]!),
  _xtos_ints_on: (cpu) => mask(cpu, cpu.intenable | cpu.a[2]!),
  ets_intr_lock: (cpu) => setLevel(cpu, LOCK_LEVEL),
  ets_intr_unlock: (cpu) => setLevel(cpu, 0),
  _xtos_set_intlevel: (cpu) => setLevel(cpu, cpu.a[2]! & PS_INTLEVEL),
  _xtos_set_min_intlevel: (cpu) => setLevel(cpu, Math.max(cpu.a[2]! & PS_INTLEVEL, cpu.ps & PS_INTLEVEL)),
  _xtos_restore_intlevel: (cpu) => setLevel(cpu, cpu.a[2]! & PS_INTLEVEL),
};

/** Gives the mask that was. */
function mask(cpu: Lx106, enabled: number): number {
  const before = cpu.intenable;
  cpu.intenable = enabled >>> 0;
  cpu.a[2] = before;
  // What is pending may be due now.
  cpu.stop();
  return SMALL_COST;
}

/** Gives the PS that was. */
function setLevel(cpu: Lx106, level: number): number {
  const before = cpu.ps;
  cpu.ps = (before & ~PS_INTLEVEL) | level;
  cpu.a[2] = before;
  cpu.stop();
  return SMALL_COST;
}

/** A busy loop, in steps; what is left stands in a2. */
function delay(cpu: Lx106, system: Pick<RomSystem, 'cpuHz'>, again: number): number {
  const left = cpu.a[2]! >>> 0;
  const step = Math.min(left, DELAY_STEP_US);
  cpu.a[2] = left - step;
  cpu.pc = left > step ? again : cpu.a[0]! >>> 0;
  return SMALL_COST + Math.round((step * system.cpuHz) / 1e6);
}
