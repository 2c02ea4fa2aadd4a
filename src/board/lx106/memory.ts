import { engine, type EngineMemory } from './engine.ts';
import { STATE_BYTES, type DirectRam } from './layout.ts';
import { EXCCAUSE, Raised, type Mmio, type Region } from './machine.ts';
import type { CodeSpace } from './translations.ts';

interface Backed extends Region {
  bytes: Uint8Array;
  view: DataView;
}

const PAGE_BYTES = 0x10000;

export type Size = 1 | 2 | 4;

/** Memory and devices as the core's loads and stores see them; raises the exceptions that the chip raises. */
export class Memory {
  /** What translated code reaches: the core's state, the table of its translations, data RAM. */
  readonly shared: EngineMemory;
  readonly ram: DirectRam;
  readonly code: CodeSpace;
  readonly #regions: Backed[];
  readonly #byName: ReadonlyMap<string, Backed>;
  readonly #mmio: Mmio;

  constructor(regions: readonly Region[], mmio: Mmio) {
    const ram = regions.find(({ access }) => access === 'data');
    if (ram === undefined) throw new RangeError('The core needs a region of data RAM.');
    const code = regions.filter(({ executable }) => executable);
    const base = Math.min(...code.map((region) => region.base));
    const size = Math.max(...code.map((region) => region.base + region.size)) - base;
    this.code = { base, size, tableOffset: STATE_BYTES };
    this.ram = { base: ram.base, size: ram.size, offset: STATE_BYTES + 4 * size };
    this.shared = new engine.Memory({ initial: Math.ceil((this.ram.offset + ram.size) / PAGE_BYTES) });
    this.#regions = regions.map((region) => {
      const bytes =
        region === ram
          ? new Uint8Array(this.shared.buffer, this.ram.offset, ram.size)
          : new Uint8Array(region.size);
      return { ...region, bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
    });
    this.#byName = new Map(this.#regions.map((region) => [region.name, region]));
    this.#mmio = mmio;
  }

  bytes(name: string): Uint8Array {
    const region = this.#byName.get(name);
    if (region === undefined) throw new RangeError(`There is no memory region "${name}".`);
    return region.bytes;
  }

  /** The three bytes of an instruction, little endian; undefined where there is no code. */
  fetch(pc: number): number | undefined {
    const region = this.#at(pc);
    if (region?.executable !== true) return undefined;
    const offset = pc - region.base;
    return region.bytes[offset]! | (region.bytes[offset + 1]! << 8) | ((region.bytes[offset + 2] ?? 0) << 16);
  }

  /** A word in executable memory; undefined elsewhere. */
  literal(address: number): number | undefined {
    const region = this.#at(address);
    if (region?.executable !== true) return undefined;
    return region.view.getInt32(address - region.base, true);
  }

  /** True where a load or store of this size raises LoadStoreError: a byte of memory that only knows words. */
  isTooNarrow(address: number, size: Size): boolean {
    if (size === 4 || (address & (size - 1)) !== 0) return false;
    return this.#at(address)?.access === 'word';
  }

  /** Throws `Raised`. */
  load(address: number, size: Size): number {
    if ((address & (size - 1)) !== 0) raise(EXCCAUSE.loadStoreAlignment, address);
    const region = this.#at(address);
    if (region === undefined) {
      return (this.#mmio.read(address, size) ?? raise(EXCCAUSE.loadProhibited, address)) | 0;
    }
    if (size < 4 && region.access === 'word') raise(EXCCAUSE.loadStoreError, address);
    return readView(region.view, address - region.base, size);
  }

  /** What was written to: code may have to be translated again, a device may want attention. */
  store(address: number, value: number, size: Size): 'data' | 'code' | 'device' {
    if ((address & (size - 1)) !== 0) raise(EXCCAUSE.loadStoreAlignment, address);
    const region = this.#at(address);
    if (region === undefined) {
      if (!this.#mmio.write(address, value, size)) raise(EXCCAUSE.storeProhibited, address);
      return 'device';
    }
    if (!region.writable) raise(EXCCAUSE.storeProhibited, address);
    if (size < 4 && region.access === 'word') raise(EXCCAUSE.loadStoreError, address);
    writeView(region.view, address - region.base, size, value);
    return region.executable ? 'code' : 'data';
  }

  #at(address: number): Backed | undefined {
    for (const region of this.#regions) {
      if (address >= region.base && address - region.base < region.size) return region;
    }
    return undefined;
  }
}

function raise(cause: number, address: number): never {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- control flow, thousands of times a second: no stack trace is wanted
  throw new Raised(cause, address);
}

function readView(view: DataView, offset: number, size: Size): number {
  if (size === 4) return view.getInt32(offset, true);
  return size === 2 ? view.getUint16(offset, true) : view.getUint8(offset);
}

function writeView(view: DataView, offset: number, size: Size, value: number): void {
  if (size === 4) view.setInt32(offset, value, true);
  else if (size === 2) view.setUint16(offset, value, true);
  else view.setUint8(offset, value);
}
