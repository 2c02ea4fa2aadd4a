import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROM_ADDRESSES } from '../../src/board/rom/addresses.ts';

const GCC = 'xtensa-lx106-elf-gcc';

/** RAM segments behind the boot ROM's header, flash-resident sections where they are mapped. */
const SCRIPT = `
ENTRY(start)
MEMORY {
  iram : ORIGIN = 0x40100000, LENGTH = 0x8000
  dram : ORIGIN = 0x3FFE8000, LENGTH = 0x14000
  flash : ORIGIN = 0x40210000, LENGTH = 0xF0000
}
SECTIONS {
  .text : { *(.iram) *(.literal .literal.* .text .text.*) . = ALIGN(4); } > iram
  .data : { *(.data .data.* .bss .bss.* COMMON) . = ALIGN(4); } > dram
  .flash : { *(.flash .flash.* .rodata .rodata.*) . = ALIGN(4); } > flash
  /DISCARD/ : { *(.comment) *(.xtensa.info) *(.xt.*) *(.note.*) *(.eh_frame*) }
}
${Object.entries(ROM_ADDRESSES)
  .map(([name, address]) => `PROVIDE(${name} = 0x${address.toString(16)});`)
  .join('\n')}
`;

/** Declarations that programs need; every name of the boot ROM is linked to its address. */
const PRELUDE = `
typedef unsigned u32; typedef unsigned char u8;
#define REG(address) (*(volatile u32 *) (address))
void Cache_Read_Enable(int, int, int); int ets_printf(const char *, ...);
void ets_isr_attach(int, void (*)(void *), void *); void ets_isr_unmask(u32);
int uart_tx_one_char(int); void uart_div_modify(int, u32); void ets_delay_us(u32);
/* Strings of programs are in RAM, so that nothing depends on the flash being mapped. */
#define SAY(text, ...) do { static char format[] = text; ets_printf(format, ##__VA_ARGS__); } while (0)
#define SLEEP() __asm__ volatile("waiti 0")
`;

/** The last statement of a program that has no more to do: asleep, with all interrupts masked. */
export const DONE = 'for (;;) __asm__ volatile("waiti 15");';

/** True where programs can be compiled. */
export const hasToolchain = (() => {
  try {
    execFileSync(GCC, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write(
      `SKIPPED: ${GCC} is not installed; programs for the virtual board cannot be compiled.\n`,
    );
    return false;
  }
})();

export interface Program {
  flash: Uint8Array;
  /** As the linker wrote it. */
  elf: Uint8Array;
  /** Addresses by name. */
  symbols: ReadonlyMap<string, number>;
}

/** Compiles C with an entry \`start\` and lays it out as the boot ROM wants it. */
export function compileProgram(source: string, options: readonly string[] = []): Program {
  const directory = mkdtempSync(join(tmpdir(), 'espaws-board-'));
  const at = (name: string) => join(directory, name);
  try {
    writeFileSync(at('a.c'), PRELUDE + source);
    writeFileSync(at('a.ld'), SCRIPT);
    const flags = '-O1 -fno-builtin -nostdlib -mlongcalls -mtext-section-literals -T a.ld a.c -o a.elf';
    execFileSync(GCC, [...flags.split(' '), ...options], { cwd: directory });
    const section = (name: string) => {
      const flags = ['-O', 'binary', '-j', name, '--set-section-flags', `${name}=alloc,load,contents`];
      execFileSync('xtensa-lx106-elf-objcopy', [...flags, 'a.elf', 'a.bin'], { cwd: directory });
      return new Uint8Array(readFileSync(at('a.bin')));
    };
    const names = execFileSync('xtensa-lx106-elf-nm', ['a.elf'], { cwd: directory, encoding: 'utf8' });
    const symbols = new Map(
      [...names.matchAll(/^(\w{8}) \w (\w+)$/gm)].map(([, address, name]) => [name!, parseInt(address!, 16)]),
    );
    const elf = new Uint8Array(readFileSync(at('a.elf')));
    const segments = [
      { address: 0x40100000, data: section('.text') },
      { address: 0x3ffe8000, data: section('.data') },
    ].filter(({ data }) => data.length > 0);
    return { flash: flashWith(bootImage(symbols.get('start')!, segments), section('.flash')), elf, symbols };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** An image of version 1: header 0xE9, segments, checksum at the end of a row of 16 bytes. */
export function bootImage(
  entry: number,
  segments: readonly { address: number; data: Uint8Array }[],
): Uint8Array {
  const size = segments.reduce((sum, { data }) => sum + 8 + data.length, 8);
  const image = new Uint8Array(size + 16 - (size % 16));
  const view = new DataView(image.buffer);
  image.set([0xe9, segments.length, 2, 0x40]);
  view.setUint32(4, entry, true);
  let at = 8;
  let checksum = 0xef;
  for (const { address, data } of segments) {
    view.setUint32(at, address, true);
    view.setUint32(at + 4, data.length, true);
    image.set(data, at + 8);
    for (const byte of data) checksum ^= byte;
    at += 8 + data.length;
  }
  image[image.length - 1] = checksum;
  return image;
}

function flashWith(image: Uint8Array, resident: Uint8Array): Uint8Array {
  const flash = new Uint8Array(0x10000 + resident.length).fill(0xff);
  flash.set(image);
  flash.set(resident, 0x10000);
  return flash;
}
