import { EspawsError } from '../errors.ts';

/** One section with contents in memory (ELF-32 specification, «Sections»). */
export interface ElfSection {
  name: string;
  address: number;
  sizeBytes: number;
  /** Undefined for NOBITS: memory that is cleared, not loaded. */
  bytes: Uint8Array | undefined;
  /** The program's own bytes (PROGBITS, INIT_ARRAY, FINI_ARRAY); false for notes and other kinds. */
  isProgram: boolean;
}

export interface ElfSymbol {
  name: string;
  address: number;
  sizeBytes: number;
  kind: 'object' | 'function' | 'other';
  /** False for one that another object must provide. */
  defined: boolean;
}

export interface Elf {
  entry: number;
  /** Sections that occupy memory (SHF_ALLOC) and are not empty. */
  sections: readonly ElfSection[];
  symbols: readonly ElfSymbol[];
}

const EM_XTENSA = 94;
/** SHT_PROGBITS, SHT_INIT_ARRAY, SHT_FINI_ARRAY */
const PROGRAM_TYPES: readonly number[] = [1, 14, 15];
const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
const SHF_ALLOC = 2;
const HEADER_BYTES = 52;
const SYMBOL_BYTES = 16;
/** A damaged file may have no end of a name. */
const LONGEST_NAME = 4096;

/** Reads a 32-bit little-endian Xtensa ELF, linked or not. Throws `image/invalid`. */
export function readElf(bytes: Uint8Array): Elf {
  return checked(bytes, (view) => read(bytes, view));
}

function checked<Result>(bytes: Uint8Array, read: (view: DataView) => Result): Result {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getUint32(0) !== 0x7f454c46) throw invalid('it is not an ELF file');
  if (bytes[4] !== 1 || bytes[5] !== 1) throw invalid('it is not 32-bit little endian');
  if (view.getUint16(18, true) !== EM_XTENSA) throw invalid('it is not for Xtensa');
  try {
    return read(view);
  } catch (error) {
    if (error instanceof RangeError) throw invalid('it is cut short', error);
    throw error;
  }
}

/**
 * Names that an object for link-time optimization alone defines for others: GCC keeps them for the linker's plugin
 * (lto-streamer-out.cc, write_symbol). Empty for an object with machine code. Throws `image/invalid`.
 */
export function ltoDefinitions(bytes: Uint8Array): string[] {
  return checked(bytes, (view) => {
    const { headers, nameOf } = headersOf(bytes, view);
    const table = headers.find((header) => nameOf(header).startsWith(LTO_SYMTAB));
    if (table === undefined) return [];
    const symbols = slice(bytes, table.offset, table.size);
    const defined: string[] = [];
    for (let at = 0; at < symbols.length;) {
      const end = symbols.indexOf(0, at);
      const groupEnd = symbols.indexOf(0, end + 1);
      if (end < 0 || groupEnd < 0) throw new RangeError('a symbol without an end');
      if (LTO_DEFINED.has(symbols[groupEnd + 1]!)) defined.push(text(symbols, at));
      at = groupEnd + 1 + LTO_ENTRY_BYTES;
    }
    return defined;
  });
}

/** Not the extension behind it, `.gnu.lto_.ext_symtab`. */
const LTO_SYMTAB = '.gnu.lto_.symtab.';
/** LDPK_DEF and LDPK_WEAKDEF, LDPK_COMMON of plugin-api.h. */
const LTO_DEFINED: ReadonlySet<number> = new Set([0, 1, 4]);
/** Kind, visibility, a size of 8 bytes and a number of 4, behind the names of symbol and COMDAT group. */
const LTO_ENTRY_BYTES = 14;

function headersOf(bytes: Uint8Array, view: DataView) {
  const tableOffset = view.getUint32(32, true);
  const entrySize = view.getUint16(46, true);
  const count = view.getUint16(48, true);
  const headers = Array.from({ length: count }, (_, index) => header(view, tableOffset + index * entrySize));
  const names = headers[view.getUint16(50, true)];
  const nameOf = ({ name }: Header) => (names === undefined ? '' : text(bytes, names.offset + name));
  return { headers, nameOf };
}

function read(bytes: Uint8Array, view: DataView): Elf {
  const { headers, nameOf } = headersOf(bytes, view);
  const sections = headers
    .filter(({ flags, size }) => (flags & SHF_ALLOC) !== 0 && size > 0)
    .map((header) => ({
      name: nameOf(header),
      address: header.address,
      sizeBytes: header.size,
      bytes: header.type === SHT_NOBITS ? undefined : slice(bytes, header.offset, header.size),
      isProgram: PROGRAM_TYPES.includes(header.type),
    }));
  return { entry: view.getUint32(24, true), sections, symbols: symbolsOf(bytes, view, headers) };
}

interface Header {
  name: number;
  type: number;
  flags: number;
  address: number;
  offset: number;
  size: number;
  link: number;
}

function header(view: DataView, at: number): Header {
  const word = (index: number) => view.getUint32(at + index * 4, true);
  return {
    name: word(0),
    type: word(1),
    flags: word(2),
    address: word(3),
    offset: word(4),
    size: word(5),
    link: word(6),
  };
}

function symbolsOf(bytes: Uint8Array, view: DataView, headers: readonly Header[]): ElfSymbol[] {
  const table = headers.find(({ type }) => type === SHT_SYMTAB);
  const names = table && headers[table.link];
  if (table === undefined || names === undefined) return [];
  if (table.offset + table.size > bytes.length) throw new RangeError('symbols beyond the end of the file');
  return Array.from({ length: Math.floor(table.size / SYMBOL_BYTES) }, (_, index) => {
    const at = table.offset + index * SYMBOL_BYTES;
    const type = view.getUint8(at + 12) & 0xf;
    return {
      name: text(bytes, names.offset + view.getUint32(at, true)),
      address: view.getUint32(at + 4, true),
      sizeBytes: view.getUint32(at + 8, true),
      kind: type === 1 ? 'object' : type === 2 ? 'function' : 'other',
      defined: view.getUint16(at + 14, true) !== 0,
    };
  });
}

function slice(bytes: Uint8Array, offset: number, size: number): Uint8Array {
  if (offset + size > bytes.length) throw new RangeError('section beyond the end of the file');
  return bytes.subarray(offset, offset + size);
}

function text(bytes: Uint8Array, at: number): string {
  const longest = bytes.subarray(at, at + LONGEST_NAME);
  const end = longest.indexOf(0);
  return Buffer.from(end < 0 ? longest : longest.subarray(0, end)).toString('latin1');
}

function invalid(reason: string, cause?: unknown): EspawsError {
  return new EspawsError(`The firmware ELF cannot be read: ${reason}.`, {
    code: 'image/invalid',
    hint: 'Build it again: espaws build',
    cause,
  });
}
