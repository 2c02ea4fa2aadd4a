import type { Elf } from '../image/elf.ts';
import { codeAddresses, type CodeAddress } from './code-addresses.ts';
import type { Crash } from './crash.ts';
import { faultCause } from './fault-cause.ts';
import { framesOf, type ToldPlace } from './told-places.ts';
import type { SourceLine, SourceLines } from './source-lines.ts';

/** An address of a crash and where it leads: a line of the program, or a function of the boot ROM. */
export interface CrashFrame extends CodeAddress {
  /** Inlined functions first. Empty where nothing is known. */
  lines: readonly SourceLine[];
  /** `ets_memcpy+0x12` */
  rom: string | undefined;
}

export interface DecodedCrash {
  /** In one sentence, without a full stop; undefined where the dump does not say. */
  cause: string | undefined;
  frames: CrashFrame[];
  /** `rst cause` of the boot that followed. */
  resetCause: number | undefined;
}

export interface CrashSources {
  /** Undefined: the program's ELF is not at hand, and addresses stay numbers. */
  program: { elf: Elf; lines: SourceLines } | undefined;
  /** Entry points of the boot ROM by name. */
  romAddresses: Readonly<Record<string, number>>;
}

/**
 * Turns the numbers of a dump into a cause and source lines; where there is no ELF, by what the log itself tells of
 * them. Throws what addr2line throws.
 */
export async function decodeCrash(
  crash: Crash,
  { program, romAddresses }: CrashSources,
  told: readonly ToldPlace[] = [],
): Promise<DecodedCrash> {
  const inDump = codeAddresses(crash, program?.elf);
  const addresses = program === undefined ? framesOf(inDump, told) : inDump;
  // Register windows: another chip, with another boot ROM.
  const rom = 'lbeg' in crash.registers ? {} : romAddresses;
  // A return address is the line behind the call: the call itself ends one byte before.
  const lookedUp = addresses.map(({ address, role }) => (role === 'at' ? address : address - 1));
  const lines = await program?.lines.locate(lookedUp);
  return {
    cause: faultCause(crash, program?.elf),
    frames: addresses.map((address, index) => ({
      ...address,
      lines: lines?.get(lookedUp[index]!) ?? linesOf(address, told),
      rom: romFunction(address.address, rom),
    })),
    resetCause: crash.resetCause,
  };
}

function linesOf({ address }: CodeAddress, told: readonly ToldPlace[]): readonly SourceLine[] {
  const place = told.find((one) => one.address === address);
  return place === undefined ? [] : [place.line];
}

const ROM = { start: 0x40000000, end: 0x40010000 } as const;

/** The function of the boot ROM that starts next before an address. */
function romFunction(address: number, romAddresses: CrashSources['romAddresses']): string | undefined {
  if (address < ROM.start || address >= ROM.end) return undefined;
  let best: [name: string, start: number] | undefined;
  for (const [name, start] of Object.entries(romAddresses)) {
    if (start <= address && start > (best?.[1] ?? -1)) best = [name, start];
  }
  if (best === undefined) return undefined;
  const offset = address - best[1];
  return offset === 0 ? best[0] : `${best[0]}+0x${offset.toString(16)}`;
}
