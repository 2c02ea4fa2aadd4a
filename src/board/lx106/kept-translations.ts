import type { CodeReader, Translated } from './translate.ts';

/** A translation that has its number, and all that was read for it. */
interface Kept {
  translated: Translated;
  number: number;
  /** Address and what was there, by turns. */
  fetched: Int32Array;
  literals: Int32Array;
}

/** No code: an instruction has three bytes. */
const NOTHING = -1;

/**
 * Translations by their first address, to be used again where the same code is there again: a board boots its programs
 * again and again, and compiling them takes longer than running them.
 */
export class KeptTranslations {
  readonly #byEntry = new Map<number, Kept[]>();
  readonly #code: CodeReader;

  constructor(code: CodeReader) {
    this.#code = code;
  }

  /** The one that would be made of what is there now. */
  find(entry: number): Pick<Kept, 'translated' | 'number'> | undefined {
    return this.#byEntry.get(entry)?.find((kept) => this.#isRight(kept));
  }

  /** Makes a translation by `translate`, and keeps it as `number`. */
  make(
    entry: number,
    number: number,
    translate: (entry: number, code: CodeReader) => Translated | undefined,
  ): Translated | undefined {
    const fetched = new Map<number, number>();
    const literals = new Map<number, number>();
    const translated = translate(entry, {
      ...{ ram: this.#code.ram, isRom: (pc) => this.#code.isRom(pc) },
      fetch: (pc) => {
        const word = this.#code.fetch(pc);
        fetched.set(pc, word ?? NOTHING);
        return word;
      },
      literal: (address) => {
        const value = this.#code.literal(address);
        if (value !== undefined) literals.set(address, value);
        return value;
      },
    });
    if (translated === undefined) return undefined;
    const kept = { translated, number, fetched: flat(fetched), literals: flat(literals) };
    const others = this.#byEntry.get(entry);
    if (others === undefined) this.#byEntry.set(entry, [kept]);
    else others.unshift(kept);
    return translated;
  }

  clear(): void {
    this.#byEntry.clear();
  }

  #isRight({ fetched, literals }: Kept): boolean {
    for (let at = 0; at < fetched.length; at += 2) {
      if ((this.#code.fetch(fetched[at]! >>> 0) ?? NOTHING) !== fetched[at + 1]) return false;
    }
    for (let at = 0; at < literals.length; at += 2) {
      if (this.#code.literal(literals[at]! >>> 0) !== literals[at + 1]) return false;
    }
    return true;
  }
}

function flat(values: ReadonlyMap<number, number>): Int32Array {
  const pairs = new Int32Array(2 * values.size);
  let at = 0;
  for (const [address, value] of values) {
    pairs[at++] = address;
    pairs[at++] = value;
  }
  return pairs;
}
