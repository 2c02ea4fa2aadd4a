import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBenchImage } from '../../src/image/bench-image.ts';
import { readElf } from '../../src/image/elf.ts';
import { inspectImage } from '../../src/image/inspect-image.ts';

const SCRIPT = `
ENTRY(main)
SECTIONS {
  .text 0x40100000 : { *(.literal .text*) . = ALIGN(4); }
  .data 0x3FFE8000 : { *(.data*) }
  .bss (NOLOAD) : { *(.bss*) }
  .flash 0x40210000 : { *(.rodata*) }
}`;
const REGIONS = [
  { name: 'iram', base: 0x40100000, sizeBytes: 0x8000, kind: 'ram' as const },
  { name: 'dram', base: 0x3ffe8000, sizeBytes: 0x14000, kind: 'ram' as const },
  { name: 'flash', base: 0x40210000, sizeBytes: 0xf0000, kind: 'flash' as const },
];
const LAYOUT = {
  windowBase: 0x40200000,
  residentOffset: 0x10000,
  parameters: { mode: 'dio' as const, size: '4MB' as const, frequency: '40m' as const },
};

describe('an ELF of the real linker', () => {
  let directory: string;
  let bytes: Uint8Array;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'espaws-elf-'));
    writeFileSync(
      join(directory, 'a.c'),
      'int counter = 5; static int zeros[10]; const char text[] = "in flash"; int main(void) { return counter + zeros[0] + text[0]; }',
    );
    writeFileSync(join(directory, 'a.ld'), SCRIPT);
    execFileSync(
      'xtensa-lx106-elf-gcc',
      ['-O0', '-nostdlib', '-mlongcalls', '-mtext-section-literals', '-T', 'a.ld', 'a.c', '-o', 'a.elf'],
      { cwd: directory },
    );
    bytes = readFileSync(join(directory, 'a.elf'));
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it('gives sections and symbols', () => {
    const elf = readElf(bytes);
    expect(elf.sections.map(({ name, address }) => [name, address])).toEqual([
      ['.text', 0x40100000],
      ['.data', 0x3ffe8000],
      ['.bss', 0x3ffe8004],
      ['.flash', 0x40210000],
    ]);
    expect(elf.symbols.find(({ name }) => name === 'text')).toMatchObject({
      address: 0x40210000,
      sizeBytes: 9,
      kind: 'object',
      defined: true,
    });
    expect(elf.symbols.find(({ name }) => name === 'main')).toMatchObject({
      address: elf.entry,
      kind: 'function',
    });
  });

  it('becomes a flash image', () => {
    const image = buildBenchImage(readElf(bytes), { regions: REGIONS, layout: LAYOUT });
    expect(inspectImage(image.flash).segments.map(({ address }) => address)).toEqual([
      0x40100000, 0x3ffe8000,
    ]);
    expect(Buffer.from(image.flash.subarray(0x10000, 0x10008)).toString()).toBe('in flash');
    expect(image.sizes.dramBytes).toBe(44);
    expect(image.flash[0xffff]).toBe(0xff);
  });

  it('is refused where a section lies outside every region', () => {
    expect(() => buildBenchImage(readElf(bytes), { regions: REGIONS.slice(0, 2), layout: LAYOUT })).toThrow(
      /\.flash at 0x40210000/,
    );
  });

  it('is refused, with one kind of error, when damaged', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(200), fc.nat(255), (length, at, value) => {
        const damaged = bytes.slice(0, length);
        if (at < length) damaged[at] = value;
        try {
          readElf(damaged);
        } catch (error) {
          expect(error).toMatchObject({ code: 'image/invalid' });
        }
      }),
    );
  });
});
