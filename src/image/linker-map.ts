import { EspawsError } from '../errors.ts';
import { memoryAt } from './chip-memory.ts';

/** One piece of a linked program, as the linker's map has it. */
export interface MapPiece {
  /** Name of the chip's memory. */
  memory: string;
  address: number;
  sizeBytes: number;
  /** Of the linked program: `.irom0.text`. */
  outputSection: string;
  /** Of the object; `(fill)` for what alignment costs. */
  inputSection: string;
  /** `libmbedtls.a`; undefined for an object on its own. */
  archive: string | undefined;
  /** `ssl_tls.o`; undefined for what alignment costs. */
  object: string | undefined;
}

const HEADING = 'Linker script and memory map';
const OUTPUT_SECTION = /^(\.[^\s]+|[A-Za-z_][^\s]*)(?:\s|$)/;
const PLACED = /^\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)(?:\s+(\S.*))?$/;
const INPUT_SECTION = /^ ([.A-Za-z_][^\s]*)(\s+0x.*)?$/;
const FILL = /^ \*fill\*\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)/;
const MEMBER = /^(.*)\(([^()]+)\)$/;

/**
 * The pieces that GNU ld's map (`-Map`) places in a memory of the ESP8266. Throws `image/invalid` for what is no such
 * map. Source: the manual of GNU ld, option -M.
 */
export function readLinkerMap(text: string): MapPiece[] {
  const start = text.indexOf(`\n${HEADING}`);
  if (start < 0 && !text.startsWith(HEADING)) {
    throw new EspawsError('The linker map cannot be read: it has no memory map.', {
      code: 'image/invalid',
      hint: 'Name the file that GNU ld wrote for -Wl,-Map=FILE.',
    });
  }
  const pieces: MapPiece[] = [];
  let outputSection = '';
  /** A long name stands on a line of its own, before its place. */
  let named: string | undefined;
  for (const line of text.slice(start + HEADING.length + 1).split(/\r?\n/)) {
    const fill = FILL.exec(line);
    if (fill !== null) {
      add(pieces, { outputSection, inputSection: '(fill)' }, fill[1]!, fill[2]!, undefined);
      named = undefined;
      continue;
    }
    const input = INPUT_SECTION.exec(line);
    const placed = PLACED.exec(input === null ? line : (input[2] ?? ''));
    const inputSection = input?.[1] ?? named;
    if (placed?.[3] !== undefined && inputSection !== undefined) {
      add(pieces, { outputSection, inputSection }, placed[1]!, placed[2]!, placed[3]);
    }
    named = input !== null && input[2] === undefined ? input[1] : undefined;
    if (input === null) outputSection = OUTPUT_SECTION.exec(line)?.[1] ?? outputSection;
  }
  return pieces;
}

function add(
  pieces: MapPiece[],
  names: Pick<MapPiece, 'outputSection' | 'inputSection'>,
  address: string,
  size: string,
  file: string | undefined,
): void {
  const [at, sizeBytes] = [parseInt(address, 16), parseInt(size, 16)];
  const memory = memoryAt(at, sizeBytes);
  if (sizeBytes === 0 || memory === undefined) return;
  pieces.push({ ...names, memory: memory.name, address: at, sizeBytes, ...ownerOf(file) });
}

/** `/usr/lib/libgcc.a(_divsi3.o)`: archive and object without folders. */
function ownerOf(file: string | undefined): Pick<MapPiece, 'archive' | 'object'> {
  if (file === undefined) return { archive: undefined, object: undefined };
  const member = MEMBER.exec(file);
  return member === null
    ? { archive: undefined, object: fileName(file) }
    : { archive: fileName(member[1]!), object: member[2]! };
}

function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
