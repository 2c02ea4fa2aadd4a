import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/*
 * The exception handler that loads bytes and halfwords from flash and IRAM, run by QEMU's lx106. QEMU allows such
 * loads, so that each case enters the vector as the chip would: with epc1, exccause and excvaddr set, EXCM on.
 */
const BENCH = fileURLToPath(new URL('../../templates/bench/', import.meta.url));
const TABLE = [0x81, 0x02, 0xf3, 0x74, 0x05, 0x96, 0x27, 0xb8];
/** Case: target register, operation, offset into the table. The stack pointer is never a target. */
const LOADS = [
  { operation: 'l8ui', offsets: [0, 1, 2, 3, 7], read: (at: number) => TABLE[at]! },
  { operation: 'l16ui', offsets: [0, 2, 6], read: (at: number) => halfword(at) },
  { operation: 'l16si', offsets: [0, 2, 6], read: (at: number) => ((halfword(at) << 16) >> 16) >>> 0 },
];
const TARGETS = [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const CASES = TARGETS.flatMap((target) =>
  LOADS.flatMap(({ operation, offsets, read }) =>
    offsets.map((offset) => ({ target, operation, offset, expected: read(offset) })),
  ),
);
const SAR = 21;

function halfword(at: number): number {
  return TABLE[at]! | (TABLE[at + 1]! << 8);
}

const LINKER_SCRIPT = `
MEMORY { reset : ORIGIN = 0x50000000, LENGTH = 0x1000
  iram : ORIGIN = 0x40100000, LENGTH = 0x8000
  flash : ORIGIN = 0x40210000, LENGTH = 0x10000
  dram : ORIGIN = 0x3ffe8000, LENGTH = 0x14000 }
SECTIONS {
  .reset : { *(.reset) } > reset
  .iram : ALIGN(256) { _vectors = .; *(.iram.vectors) . = ALIGN(4); *(.iram.table) } > iram
  .flash : { *(.literal .text .text.* .rodata .rodata.*) } > flash
  .bss : { *(.bss .data) } > dram
  _stack_top = 0x3fffc000;
}`;

/** Enters the vector for one case, then stores all registers, SAR and PS for \`check\`. */
function assembleCase({ target, operation, offset }: (typeof CASES)[number], index: number): string {
  const table = index % 2 === 0 ? 'flash_table' : 'iram_table';
  const registers = Array.from({ length: 16 }, (_, n) => n).filter((n) => n !== 1);
  // The alignment of the instruction differs from case to case: it may lie across two words.
  return `
    j case_${index}
    .literal_position
case_${index}:
    .rept ${index % 4}
    or a0, a0, a0
    .endr
    movi a2, load_${index}
    wsr a2, epc1
    movi a2, 3
    wsr a2, exccause
    movi a2, ${table} + ${offset}
    wsr a2, excvaddr
    movi a2, ${SAR}
    wsr a2, sar
    movi a2, 0x30
    wsr a2, ps
    rsync
    ${registers.map((n) => `movi a${n}, ${0x100 + n}`).join('\n    ')}
    j vectors_user
load_${index}:
    ${operation} a${target}, a1, 0
    ${registers.map((n) => `s32i a${n}, a1, ${4 * n}`).join('\n    ')}
    rsr a2, sar
    s32i a2, a1, 64
    rsr a2, ps
    s32i a2, a1, 68
    movi a2, ${index}
    mov a3, a1
    movi a0, check
    callx0 a0
`;
}

function assembly(): string {
  const bytes = TABLE.join(', ');
  return `
    .section .reset, "ax"
    j 1f
    .literal_position
    .align 4
1:  movi a1, _stack_top - 256
    movi a0, start
    jx a0
    .section .iram.table, "a"
    .align 4
iram_table: .byte ${bytes}
    .section .rodata, "a"
    .align 4
flash_table: .byte ${bytes}
    .section .iram.vectors, "ax"
    .align 4
    .global start
start:
    movi a0, _vectors
    wsr a0, vecbase
${CASES.map((testCase, index) => assembleCase(testCase, index)).join('')}
    movi a0, finish
    callx0 a0
`;
}

const CHECK = `
#include <stdint.h>
struct test_case { uint32_t target, expected; };
static const struct test_case cases[] = { ${CASES.map(({ target, expected }) => `{${target}u, ${expected}u}`).join(', ')} };
static int simcall(int number, int first, const void *second, int third)
{
    register int a2 __asm__("a2") = number;
    register int a3 __asm__("a3") = first;
    register const void *a4 __asm__("a4") = second;
    register int a5 __asm__("a5") = third;
    __asm__ volatile("simcall" : "+r"(a2), "+r"(a3) : "r"(a4), "r"(a5) : "memory");
    return a2;
}
static unsigned passed;
static void print(char *text, unsigned number, int length)
{
    for (int i = length - 2; i > length - 5; i--) { text[i] = '0' + number % 10; number /= 10; }
    simcall(4, 1, text, length);
}
static char failure[] = "case 000\\n", success[] = "passed 000\\n";
void check(uint32_t index, const uint32_t *registers)
{
    int good = registers[16] == ${SAR} && registers[17] == 0x20;
    for (uint32_t n = 0; n < 16; n++) {
        if (n != 1) good = good && registers[n] == (n == cases[index].target ? cases[index].expected : 0x100 + n);
    }
    if (good) passed++; else print(failure, index, 9);
}
void finish(void)
{
    print(success, passed, 11);
    simcall(1, 0, 0, 0);
}
void interrupt_handle(void) {}
void panic(const void *frame) { (void) frame; simcall(4, 1, "panic\\n", 6); simcall(1, 2, 0, 0); }
unsigned __udivsi3(unsigned a, unsigned b) { unsigned q = 0; while (a >= b) { a -= b; q++; } return q; }
unsigned __umodsi3(unsigned a, unsigned b) { while (a >= b) a -= b; return a; }
`;

const tools = ['xtensa-lx106-elf-gcc', 'qemu-system-xtensa'];
const missing = tools.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
if (missing.length > 0)
  process.stderr.write(`SKIPPED: the exception handler's test needs ${missing.join(' and ')}\n`);

describe.skipIf(missing.length > 0)('loads of bytes and halfwords from word-only memory', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'espaws-narrow-load-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it(`gives the value, and leaves everything else alone (${CASES.length} cases)`, () => {
    const path = (name: string): string => join(folder, name);
    writeFileSync(path('cases.S'), assembly());
    writeFileSync(path('check.c'), CHECK);
    writeFileSync(path('test.ld'), LINKER_SCRIPT);
    const sources = [join(BENCH, 'vectors.S'), path('cases.S'), path('check.c')];
    const flags = ['-Os', '-mlongcalls', '-mtext-section-literals', '-ffreestanding', '-nostdlib'];
    const entry = '-Wl,--defsym=vectors_user=_vectors+0x50';
    execFileSync(
      'xtensa-lx106-elf-gcc',
      [...flags, '-T', path('test.ld'), entry, ...sources, '-o', path('test.elf')],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    const machine = [
      '-M',
      'sim',
      '-cpu',
      'lx106',
      '-display',
      'none',
      '-monitor',
      'none',
      '-serial',
      'stdio',
    ];
    const run = spawnSync('qemu-system-xtensa', [...machine, '-semihosting', '-kernel', path('test.elf')], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(run.stdout).toBe(`passed ${String(CASES.length).padStart(3, '0')}\n`);
  });
});
