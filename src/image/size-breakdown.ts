import { CHIP_MEMORY, memoryAt } from './chip-memory.ts';
import type { Elf, ElfSymbol } from './elf.ts';
import type { MapPiece } from './linker-map.ts';

/** How much of one memory a program takes. */
export interface MemoryUse {
  name: string;
  usedBytes: number;
  /** Of `usedBytes`, cleared at the start and not in the image. */
  clearedBytes: number;
  sizeBytes: number;
  /** What most SDKs give an application of it. */
  usualBytes: number;
}

/** Bytes in each memory, by its name. */
export interface SizeRow {
  name: string;
  bytes: Readonly<Record<string, number>>;
  totalBytes: number;
}

export interface SizeBreakdown {
  archives: readonly SizeRow[];
  objects: readonly SizeRow[];
  /** Of the linked program. */
  sections: readonly SizeRow[];
}

export interface PlacedSymbol extends ElfSymbol {
  memory: string;
}

/** Use of each memory that the program takes anything of, against the chip's limits. */
export function memoryUse(
  ranges: readonly { address: number; sizeBytes: number; isCleared: boolean }[],
): MemoryUse[] {
  return CHIP_MEMORY.filter(({ kind }) => kind !== 'registers').flatMap(({ name, sizeBytes, usualBytes }) => {
    const own = ranges.filter(({ address }) => memoryAt(address, 1)?.name === name);
    if (own.length === 0) return [];
    const sum = (some: typeof own) => some.reduce((bytes, range) => bytes + range.sizeBytes, 0);
    return [
      {
        name,
        usedBytes: sum(own),
        clearedBytes: sum(own.filter(({ isCleared }) => isCleared)),
        sizeBytes,
        usualBytes: usualBytes ?? sizeBytes,
      },
    ];
  });
}

/** Use of memory by an ELF: with what is cleared and not loaded. */
export function memoryUseOfElf({ sections }: Elf): MemoryUse[] {
  return memoryUse(
    sections.map(({ address, sizeBytes, bytes }) => ({ address, sizeBytes, isCleared: bytes === undefined })),
  );
}

/** The pieces of a map by archive, object and section, largest first. */
export function breakDown(pieces: readonly MapPiece[]): SizeBreakdown {
  return {
    archives: group(
      pieces,
      ({ archive, object }) => archive ?? (object === undefined ? '(fill)' : '(objects)'),
    ),
    objects: group(pieces, ({ archive, object }) =>
      object === undefined ? '(fill)' : archive === undefined ? object : `${archive}(${object})`,
    ),
    sections: group(pieces, ({ outputSection }) => outputSection),
  };
}

/** Functions and data with the most bytes, largest first. */
export function largestSymbols({ symbols }: Elf, count: number): PlacedSymbol[] {
  return symbols
    .flatMap((symbol) => {
      const memory = memoryAt(symbol.address, symbol.sizeBytes);
      return memory === undefined || !symbol.defined || symbol.sizeBytes === 0 || symbol.kind === 'other'
        ? []
        : [{ ...symbol, memory: memory.name }];
    })
    .sort((left, right) => right.sizeBytes - left.sizeBytes || left.address - right.address)
    .slice(0, count);
}

function group(pieces: readonly MapPiece[], nameOf: (piece: MapPiece) => string): SizeRow[] {
  const rows = new Map<string, Map<string, number>>();
  for (const piece of pieces) {
    const name = nameOf(piece);
    const row = rows.get(name) ?? new Map<string, number>();
    row.set(piece.memory, (row.get(piece.memory) ?? 0) + piece.sizeBytes);
    rows.set(name, row);
  }
  return [...rows]
    .map(([name, bytes]) => ({
      name,
      bytes: Object.fromEntries(bytes),
      totalBytes: [...bytes.values()].reduce((sum, one) => sum + one, 0),
    }))
    .sort((left, right) => right.totalBytes - left.totalBytes || (left.name < right.name ? -1 : 1));
}
