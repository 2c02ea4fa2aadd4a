import { engine, type EngineImports, type EngineMemory } from './engine.ts';
import { KeptTranslations } from './kept-translations.ts';
import { STATE, type IMPORT } from './layout.ts';
import {
  IMPORTS,
  MAX_INSTRUCTIONS,
  SIGNATURES,
  translate,
  type CodeReader,
  type Translated,
} from './translate.ts';
import { encodeModule, OP, RESULT, WasmWriter } from './wasm.ts';

/** Where translated code finds its way back to JavaScript; `pc` and `c` are those of the instruction. */
export interface SlowPaths {
  /** On an exception: sets `STATE.raised`, and what it returns is dropped. */
  load(address: number, size: 1 | 2 | 4, pc: number, c: number): number;
  /** Not zero: the translation is left; `pc` and the count are then right in the state. */
  store(address: number, value: number, size: 1 | 2 | 4, instruction: StoreAt): number;
  /** There is no translation at `pc`. */
  untranslated(): void;
}

export interface StoreAt {
  pc: number;
  c: number;
  length: number;
}

export interface CodeSpace {
  base: number;
  size: number;
  /** Where the number of each address's translation lies in the memory, four bytes for each. */
  tableOffset: number;
}

/** Bits of an entry that are the number of its block; above them is the function's. */
const BLOCK_BITS = 10;
if (MAX_INSTRUCTIONS >= 1 << BLOCK_BITS) throw new Error('The numbers of blocks do not fit.');

/** Most functions that are translated at once, from one that is needed and those that it calls. */
const MAX_FUNCTIONS = 400;

/** When so many are kept they are all dropped, for the memory that they take: several programs' worth. */
const MAX_KEPT = 8000;

/** Translations of code to WebAssembly, and the loop that runs from one to the next. */
export class Translations {
  readonly #memory: EngineMemory;
  readonly #kept: KeptTranslations;
  readonly #space: CodeSpace;
  readonly #entries: Int32Array;
  readonly #functions = new engine.Table({ element: 'anyfunc', initial: 256 });
  readonly #imports: EngineImports;
  readonly #dispatch: (limit: number) => void;
  /** Function 0 means that there is none. */
  #count = 1;
  #filled: number[] = [];

  constructor(memory: EngineMemory, code: CodeReader, space: CodeSpace, slow: SlowPaths) {
    this.#memory = memory;
    this.#kept = new KeptTranslations(code);
    this.#space = space;
    this.#entries = new Int32Array(memory.buffer, space.tableOffset, space.size);
    this.#imports = { m: memory, t: this.#functions, ...slowFunctions(slow) };
    this.#dispatch = this.#dispatcher(slow);
  }

  /** Runs from the state's `pc` until the count comes to `limit`, or something wants attention. */
  run(limit: number): void {
    this.#dispatch(limit);
  }

  /** Translates what is at `pc`, and what it calls; nothing where there is nothing to translate. */
  add(pc: number): Translated[] {
    const added: Translated[] = [];
    const made: Translated[] = [];
    const wanted = new Set([pc]);
    for (const entry of wanted) {
      if (added.length === MAX_FUNCTIONS) break;
      if (entry !== pc && this.#isKnown(entry)) continue;
      const kept = this.#kept.find(entry);
      const number = kept?.number ?? this.#count + made.length;
      const one = kept?.translated ?? this.#kept.make(entry, number, translate);
      if (one === undefined) continue;
      this.#enter(one, number, entry);
      added.push(one);
      if (kept === undefined) made.push(one);
      for (const next of one.onward) wanted.add(next);
    }
    if (made.length > 0) this.#instantiate(made);
    return added;
  }

  /** What runs now may be other code than what was translated. */
  clear(): void {
    for (const at of this.#filled) this.#entries[at] = 0;
    this.#filled = [];
    if (this.#count <= MAX_KEPT) return;
    this.#kept.clear();
    // What is left of them is collected; one that is running goes on to its end.
    for (let index = 1; index < this.#count; index++) this.#functions.set(index, null);
    this.#count = 1;
  }

  #isKnown(pc: number): boolean {
    const at = pc - this.#space.base;
    return at < 0 || at >= this.#space.size || this.#entries[at] !== 0;
  }

  #enter({ entries }: Translated, number: number, entry: number): void {
    for (const [pc, block] of entries) {
      const at = pc - this.#space.base;
      if (this.#entries[at] !== 0 && pc !== entry) continue;
      this.#entries[at] = (number << BLOCK_BITS) | block;
      this.#filled.push(at);
    }
  }

  #instantiate(made: readonly Translated[]): void {
    const needed = this.#count + made.length;
    if (needed > this.#functions.length) this.#functions.grow(needed);
    const bytes = encodeModule({
      signatures: SIGNATURES,
      imports: IMPORTS,
      functions: made.map((one) => one.function),
      tableStart: this.#count,
    });
    new engine.Instance(new engine.Module(bytes), { e: this.#imports });
    this.#count += made.length;
  }

  #dispatcher(slow: SlowPaths): (limit: number) => void {
    const [limit, at, entry] = [0, 1, 2];
    const { base, size, tableOffset } = this.#space;
    const out = new WasmWriter().op(OP.block).byte(RESULT.none).op(OP.loop).byte(RESULT.none);
    out.const(0).op(OP.load, 2, STATE.c).get(limit).op(OP.geS).op(OP.brIf, 1);
    out.const(0).op(OP.load, 2, STATE.attention).op(OP.brIf, 1);
    out.const(0).op(OP.load, 2, STATE.pc).const(base).op(OP.sub).tee(at);
    out.const(size).op(OP.ltU).op(OP.if).byte(RESULT.none);
    out.get(at).const(2).op(OP.shl).op(OP.load, 2, tableOffset).tee(entry).op(OP.if).byte(RESULT.none);
    out
      .get(limit)
      .get(entry)
      .const((1 << BLOCK_BITS) - 1)
      .op(OP.and);
    out.get(entry).const(BLOCK_BITS).op(OP.shrU).op(OP.callIndirect, 0, 0);
    out.op(OP.br, 2).op(OP.end).op(OP.end);
    out.op(OP.call, 0).op(OP.br, 0).op(OP.end).op(OP.end);
    const bytes = encodeModule({
      signatures: [
        { parameters: 2, results: 0 },
        { parameters: 1, results: 0 },
        { parameters: 0, results: 0 },
      ],
      imports: [{ name: 'untranslated', signature: 2 }],
      functions: [{ signature: 1, locals: 2, code: out.bytes }],
      exportsFirst: true,
    });
    const { exports } = new engine.Instance(new engine.Module(bytes), {
      e: {
        m: this.#memory,
        t: this.#functions,
        untranslated: () => {
          slow.untranslated();
        },
      },
    });
    return exports['run'] as (limit: number) => void;
  }
}

function slowFunctions(slow: SlowPaths): Record<keyof typeof IMPORT, (...values: number[]) => number> {
  const load = (size: 1 | 2 | 4) => (address: number, pc: number, c: number) =>
    slow.load(address >>> 0, size, pc >>> 0, c);
  const store =
    (size: 1 | 2 | 4) => (address: number, value: number, pc: number, c: number, length: number) =>
      slow.store(address >>> 0, value, size, { pc: pc >>> 0, c, length });
  return {
    ...{ load8: load(1), load16: load(2), load32: load(4) },
    ...{ store8: store(1), store16: store(2), store32: store(4) },
  };
}
