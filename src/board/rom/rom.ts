import type { Lx106 } from '../lx106/cpu.ts';
import { ROM_ADDRESSES, type RomName } from './addresses.ts';
import { ARITHMETIC } from './arithmetic.ts';
import { DIGEST_FUNCTIONS } from './digest-functions.ts';
import { MEMORY_FUNCTIONS } from './memory-functions.ts';
import type { RomCall, RomFunctions } from './rom-call.ts';
import { SOFT_FLOAT } from './soft-float.ts';

export const ROM_BASE = 0x40000000;
export const ROM_SIZE = 0x10000;

/** Words in the ROM that are publicly known: what esptool tells an ESP8266 by. All else reads as 0. */
export const ROM_WORDS: ReadonlyMap<number, number> = new Map([[0x40001000, 0xfff0c101]]);

/** The functions that need nothing of the chip. */
export const PURE_FUNCTIONS: RomFunctions = {
  ...ARITHMETIC,
  ...SOFT_FLOAT,
  ...MEMORY_FUNCTIONS,
  ...DIGEST_FUNCTIONS,
};

/**
 * Every address of the boot ROM as code: the functions at theirs, and `missing` everywhere else, so that a call of
 * something that is not emulated does not go on silently.
 */
export class RomCode extends Map<number, RomCall> {
  readonly #missing: (cpu: Lx106) => void;

  constructor(
    functions: RomFunctions,
    continuations: readonly ReadonlyMap<number, RomCall>[],
    missing: (cpu: Lx106) => void,
  ) {
    super();
    this.#missing = missing;
    for (const [name, call] of Object.entries(functions)) this.set(ROM_ADDRESSES[name as RomName], call);
    for (const map of continuations) for (const [address, call] of map) this.set(address, call);
  }

  override get(address: number): RomCall | undefined {
    return super.get(address) ?? (inRom(address) ? this.#refuse : undefined);
  }

  override has(address: number): boolean {
    return inRom(address) || super.has(address);
  }

  readonly #refuse: RomCall = (cpu) => {
    this.#missing(cpu);
    cpu.stop();
    return 1;
  };
}

function inRom(address: number): boolean {
  return address >= ROM_BASE && address < ROM_BASE + ROM_SIZE;
}
