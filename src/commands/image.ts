import { EXIT, EspawsError, isEspawsError } from '../errors.ts';
import { memoryAt } from '../image/chip-memory.ts';
import { readElf, type Elf } from '../image/elf.ts';
import { flashParametersText } from '../image/flash-parameters.ts';
import type { ImageFinding } from '../image/image-findings.ts';
import { inspectImage, type InspectedImage } from '../image/inspect-image.ts';
import { readLinkerMap } from '../image/linker-map.ts';
import { elfMismatch } from '../image/match-elf.ts';
import { readPartitionTable } from '../image/partition-table.ts';
import {
  breakDown,
  largestSymbols,
  memoryUse,
  memoryUseOfElf,
  type MemoryUse,
  type PlacedSymbol,
  type SizeBreakdown,
} from '../image/size-breakdown.ts';
import { partitionText, type NamedTable } from './image-partitions.ts';
import { breakdownText, memoryText, symbolText } from './image-sizes.ts';
import { readInput } from './input-file.ts';
import type { CommandContext, CommandResult } from './result.ts';
import { bytesText, table } from './table.ts';

export interface ImageOptions {
  files: readonly string[];
  /** The ELF that the image was made of. */
  elf?: string;
  /** The linker's map of it. */
  map?: string;
  /** How many symbols and objects to show. */
  top: number;
}

/** `espaws image FILE...`: what is in an image, and whether it is sound. Throws `image/invalid` for what is none. */
export async function imageCommand(
  { host: { files } }: CommandContext,
  options: ImageOptions,
): Promise<CommandResult> {
  const elf = options.elf === undefined ? undefined : readElf(await readInput(files, options.elf));
  const images: NamedImage[] = [];
  const tables: NamedTable[] = [];
  for (const path of options.files) {
    const bytes = await readInput(files, path);
    const table = readPartitionTable(bytes);
    if (table === undefined) images.push(readNamed(path, bytes, elf));
    else tables.push({ path, ...table });
  }
  const sizes = elf === undefined ? undefined : elfSizes(elf, options.top);
  const map =
    options.map === undefined
      ? undefined
      : breakDown(readLinkerMap(Buffer.from(await readInput(files, options.map)).toString('utf8')));
  const isSound =
    images.every(({ findings }) => findings.every(({ severity }) => severity !== 'error')) &&
    tables.every(({ isMd5Valid }) => isMd5Valid !== false);
  return {
    exitCode: isSound ? EXIT.success : EXIT.build,
    json: {
      images: images.map(imageJson),
      ...(tables.length === 0 ? {} : { partitionTables: tables }),
      ...(sizes === undefined ? {} : { elf: { path: options.elf, ...sizes } }),
      ...(map === undefined ? {} : { map: { path: options.map, ...map } }),
    },
    text: [
      ...images.map(imageText),
      ...tables.map(partitionText),
      ...(sizes === undefined ? [] : [elfText(sizes)]),
      ...(map === undefined ? [] : [mapText(map, options.top)]),
    ].join('\n\n'),
  };
}

interface NamedImage {
  path: string;
  image: InspectedImage;
  memory: MemoryUse[];
  findings: readonly ImageFinding[];
}

function readNamed(path: string, bytes: Uint8Array, elf: Elf | undefined): NamedImage {
  try {
    const image = inspectImage(bytes);
    const mismatch = elf === undefined ? undefined : elfMismatch(image, elf);
    const loaded = image.segments.map(({ address, data }) => ({
      address,
      sizeBytes: data.length,
      isCleared: false,
    }));
    return {
      path,
      image,
      memory: memoryUse(loaded),
      findings: [
        ...image.findings,
        ...(mismatch === undefined
          ? []
          : [{ severity: 'warning', message: `It was not made of this ELF: ${mismatch}.` } as const]),
      ],
    };
  } catch (error) {
    if (!isEspawsError(error, 'image/invalid')) throw error;
    const { message, code, hint } = error;
    throw new EspawsError(`"${path}": ${message}`, { code, ...(hint === undefined ? {} : { hint }) });
  }
}

interface ElfSizes {
  memory: MemoryUse[];
  symbols: PlacedSymbol[];
}

function elfSizes(elf: Elf, top: number): ElfSizes {
  return { memory: memoryUseOfElf(elf), symbols: largestSymbols(elf, top) };
}

function imageJson({ path, image, memory, findings }: NamedImage) {
  const { segments, flash, ...rest } = image;
  const { bytes, ...named } = flash;
  return {
    path,
    ...rest,
    flash: { ...named, bytes },
    segments: segments.map(({ data, ...segment }) => ({
      ...segment,
      sizeBytes: data.length,
      memory: memoryOf(segment.address, segment.placement) ?? null,
    })),
    memory,
    findings,
  };
}

const KINDS = {
  1: 'v1, loaded by the boot ROM',
  2: 'v2, loaded by a boot loader',
  3: 'v3, an application of ESP8266_RTOS_SDK 3.x',
} as const;

function imageText({ path, image, memory, findings }: NamedImage): string {
  const { version, entry, flash, segments, checksum, crc32, sha256, sizeBytes, trailingBytes } = image;
  const rows = [
    ['image', `${KINDS[version]}, ${bytesText(sizeBytes)}`],
    ['flash', flashParametersText(flash).join(', ')],
    ['entry', `${hex(entry)}${nameIn(entry)}`],
    ['checksum', verdictText(checksum, (value) => `0x${value.toString(16).padStart(2, '0')}`)],
    ...(crc32 === undefined ? [] : [['CRC-32', verdictText(crc32, hex)]]),
    ...(sha256 === undefined ? [] : [['SHA-256', verdictText(sha256, (value) => value)]]),
    ...(trailingBytes === 0 ? [] : [['behind it', bytesText(trailingBytes)]]),
  ];
  const segmentRows = segments.map(({ address, data, fileOffset, placement }) => [
    memoryOf(address, placement) ?? '?',
    placement === 'resident' && address === 0 ? 'as flashed' : hex(address),
    bytesText(data.length),
    `at 0x${fileOffset.toString(16)} of the file`,
  ]);
  return [
    `${path}:`,
    table(rows),
    'Segments:',
    table(segmentRows),
    ...(memory.length === 0 ? [] : ['Loaded, of what there is:', memoryText(memory)]),
    ...findings.map(({ severity, message }) => `${severity === 'error' ? 'FAULT' : 'note'}  ${message}`),
  ].join('\n');
}

function elfText({ memory, symbols }: ElfSizes): string {
  return [
    'Memory of the linked program:',
    memoryText(memory),
    'Largest functions and data:',
    symbolText(symbols),
  ].join('\n');
}

function mapText(map: SizeBreakdown, top: number): string {
  return [
    'By archive:',
    breakdownText(map.archives, top),
    'By object:',
    breakdownText(map.objects, top),
    'By section:',
    breakdownText(map.sections, top),
  ].join('\n');
}

function verdictText<T>(
  { stored, computed, valid }: { stored: T; computed: T; valid: boolean },
  show: (value: T) => string,
): string {
  return valid ? `${show(stored)}, valid` : `${show(stored)}, INVALID: the bytes give ${show(computed)}`;
}

/** Name of the memory a segment is in; the resident one of a v2 image is in flash wherever it is put. */
function memoryOf(address: number, placement: 'loaded' | 'resident'): string | undefined {
  return placement === 'resident' ? 'flash' : memoryAt(address, 1)?.name;
}

function nameIn(address: number): string {
  const memory = memoryAt(address, 1);
  return memory === undefined ? '' : ` (${memory.name})`;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
