import { EXCCAUSE, Raised, type Mmio, type Region } from './machine.ts';

interface Backed extends Region {
  bytes: Uint8Array;
  view: DataView;
}

export type Size = 1 | 2 | 4;

/** Memory and devices as the core's loads and stores see them; raises the exceptions that the chip raises. */
export class Memory {
  /** The data RAM, which translated code reaches directly. */
  readonly dram: Backed;
  /** Where code can be. */
  readonly codeBase: number;
  readonly codeSize: number;
  readonly #regions: Backed[];
  readonly #mmio: Mmio;

  constructor(regions: readonly Region[], mmio: Mmio) {
    this.#regions = regions.map((region) => {
      const bytes = new Uint8Array(region.size);
      return { ...region, bytes, view: new DataView(bytes.buffer) };
    });
    const dram = this.#regions.find(({ access }) => access === 'data');
    if (dram === undefined) throw new RangeError('The core needs a region of data RAM.');
    this.dram = dram;
    this.#mmio = mmio;
    const code = this.#regions.filter(({ executable }) => executable);
    this.codeBase = Math.min(...code.map(({ base }) => base));
    this.codeSize = Math.max(...code.map(({ base, size }) => base + size)) - this.codeBase;
  }

  bytes(name: string): Uint8Array {
    const region = this.#regions.find((one) => one.name === name);
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
    return this.#regions.find(({ base, size }) => address >= base && address < base + size);
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
