import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readLinkerMap } from '../../src/image/linker-map.ts';
import { breakDown, largestSymbols, memoryUse, memoryUseOfElf } from '../../src/image/size-breakdown.ts';
import { LAYOUT_NAMES, linkedElf, removeLinkedElves } from '../support/linked-elf.ts';

afterAll(removeLinkedElves);

/** As GNU ld 2.40 writes it, in small. */
const MAP = `
Discarded input sections

 .text          0x40100000       0x10 unused.o

Linker script and memory map

LOAD start.o

.text           0x40100000       0x48
                0x40100000                        _start = .
 *(.text .text.*)
 .text          0x40100000       0x20 /sdk/lib/libmain.a(start.o)
                0x40100000                main
 *fill*         0x40100020        0x4 
 .text.a_name_longer_than_its_column
                0x40100024       0x24 objects/app.o
                                 0x28 (size before relaxing)

.bss            0x3ffe8000       0x40
 COMMON         0x3ffe8000       0x40 objects/app.o

.comment        0x00000000       0x27
 .comment       0x00000000       0x26 objects/app.o
 .text          0x40200000        0x0 objects/empty.o
OUTPUT(app.elf elf32-xtensa-le)
`;

describe('a linker map', () => {
  it('gives the pieces that are in memory', () => {
    const rows = readLinkerMap(MAP).map((piece): unknown[] => Object.values(piece));
    expect(rows).toEqual([
      ['.text', '.text', 'iram', 0x40100000, 0x20, 'libmain.a', 'start.o'],
      ['.text', '(fill)', 'iram', 0x40100020, 4, undefined, undefined],
      ['.text', '.text.a_name_longer_than_its_column', 'iram', 0x40100024, 0x24, undefined, 'app.o'],
      ['.bss', 'COMMON', 'dram', 0x3ffe8000, 0x40, undefined, 'app.o'],
    ]);
  });

  it('is broken down by archive, object and section, largest first', () => {
    const { archives, objects, sections } = breakDown(readLinkerMap(MAP));
    expect(archives.map(({ name, totalBytes }) => [name, totalBytes])).toEqual([
      ['(objects)', 0x64],
      ['libmain.a', 0x20],
      ['(fill)', 4],
    ]);
    expect(objects[0]).toEqual({ name: 'app.o', bytes: { iram: 0x24, dram: 0x40 }, totalBytes: 0x64 });
    expect(objects[1]!.name).toBe('libmain.a(start.o)');
    expect(sections.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['.text', { iram: 0x48 }],
      ['.bss', { dram: 0x40 }],
    ]);
  });

  it('of any text is read or refused', () => {
    const line = fc.oneof(
      fc.constantFrom(...MAP.split('\n')),
      fc.string(),
      fc.string().map((text) => ` .text 0x40100000 0x10 ${text}`),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.boolean(), (lines, hasHeading) => {
        const text = [...(hasHeading ? ['', 'Linker script and memory map'] : []), ...lines].join('\n');
        try {
          breakDown(readLinkerMap(text));
        } catch (error) {
          expect(error).toMatchObject({ code: 'image/invalid' });
        }
      }),
    );
  });

  it.each(LAYOUT_NAMES)('of the real linker accounts for every byte of the ELF: %s', (name) => {
    const { path, elf } = linkedElf(name);
    const map = join(dirname(path), 'a.map');
    const options = ['-O0', '-nostdlib', '-mlongcalls', '-mtext-section-literals', '-T', 'a.ld'];
    execFileSync('xtensa-lx106-elf-gcc', [...options, '-Wl,-Map=a.map', 'a.c', '-o', 'b.elf'], {
      cwd: dirname(path),
    });
    const pieces = readLinkerMap(readFileSync(map, 'utf8'));
    const used = (uses: ReturnType<typeof memoryUse>) =>
      uses.map(({ name: memory, usedBytes }) => [memory, usedBytes]);
    const fromMap = used(memoryUse(pieces.map((piece) => ({ ...piece, isCleared: false }))));
    expect(fromMap).toEqual(used(memoryUseOfElf(elf)));
  });
});

describe('the largest symbols', () => {
  const { elf } = linkedElf('no data');

  it('are those of the nm of the toolchain', () => {
    const { path } = linkedElf('no data');
    const listed = execFileSync('xtensa-lx106-elf-nm', ['-S', '--size-sort', '-r', path], {
      encoding: 'utf8',
    });
    const expected = listed
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/))
      .map(([address, size, , name]) => [name, parseInt(address!, 16), parseInt(size!, 16)]);
    const ours = largestSymbols(elf, 100).map(({ name, address, sizeBytes }) => [name, address, sizeBytes]);
    const byName = (rows: unknown[][]) => [...rows].sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
    expect(byName(ours)).toEqual(byName(expected));
    expect(ours.map(([, , size]) => size)).toEqual(expected.map(([, , size]) => size));
  });

  it('are no more than asked for', () => {
    expect(largestSymbols(elf, 2)).toHaveLength(2);
  });
});
