import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readElf, type Elf } from '../../src/image/elf.ts';

const directories: string[] = [];

const SOURCE = `
int counter = 5; static int zeros[10]; const char text[] = "in flash";
__attribute__((section(".iram"))) void spin(void) { for (;;) counter++; }
__attribute__((section(".iram2"))) void odd(void) { __asm__(".byte 1,2,3,4,5,6,7"); }
int main(void) { return counter + zeros[0] + text[0]; }`;

/** One for each way that linker scripts lay things out. */
const LAYOUTS = {
  'neighbours in IRAM': `.vectors 0x40100000 : { *(.literal .iram) . = ALIGN(4); } .more : { *(.iram2) }
    .data 0x3FFE8000 : { *(.data*) } .bss (NOLOAD) : { *(.bss*) }
    .irom0.text 0x40210010 : { *(.text* .rodata*) }`,
  'flash before RAM, and in two parts': `.flash.text 0x40210010 : { *(.literal .text*) . = ALIGN(4); }
    .flash.rodata : { . += 8; *(.rodata*) }
    .iram 0x40100000 : { *(.iram .iram2) } .data 0x3FFE8000 : { *(.data*) } .bss (NOLOAD) : { *(.bss*) }`,
  /** Linked for a v1 image, not for what begins with a header of 16 bytes. */
  'no data, at a sector': `.iram 0x40100000 : { *(.literal .iram .iram2) } .bss 0x3FFE8000 (NOLOAD) : { *(.bss* .data*) }
    .irom0.text 0x40210000 : { *(.text* .rodata*) }`,
  'no data': `.iram 0x40100000 : { *(.literal .iram .iram2) } .bss 0x3FFE8000 (NOLOAD) : { *(.bss* .data*) }
    .irom0.text 0x40210010 : { *(.text* .rodata*) }`,
};
export type LayoutName = keyof typeof LAYOUTS;

export const LAYOUT_NAMES = Object.keys(LAYOUTS) as LayoutName[];

/** Compiles and links one of them with the real toolchain; `path` is there as long as the test file runs. */
export function linkedElf(layout: LayoutName): { path: string; elf: Elf } {
  const directory = mkdtempSync(join(tmpdir(), 'espaws-image-'));
  directories.push(directory);
  writeFileSync(join(directory, 'a.c'), SOURCE);
  writeFileSync(join(directory, 'a.ld'), `ENTRY(spin)\nSECTIONS { ${LAYOUTS[layout]} }\n`);
  const options = ['-O0', '-nostdlib', '-mlongcalls', '-mtext-section-literals', '-T', 'a.ld'];
  execFileSync('xtensa-lx106-elf-gcc', [...options, 'a.c', '-o', 'a.elf'], { cwd: directory });
  const path = join(directory, 'a.elf');
  return { path, elf: readElf(readFileSync(path)) };
}

/** Call it after all tests of a file. */
export function removeLinkedElves(): void {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
}
