import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { VirtualBoard } from '../../src/board/board.ts';
import { buildBenchImage } from '../../src/image/bench-image.ts';
import { readElf } from '../../src/image/elf.ts';

const SCRIPT = `
ENTRY(start)
MEMORY { iram : ORIGIN = 0x40100000, LENGTH = 0x8000  dram : ORIGIN = 0x3FFE8000, LENGTH = 0x14000  flash : ORIGIN = 0x40210000, LENGTH = 0xF0000 }
SECTIONS {
  .text : { *(.literal .literal.* .text .text.*) . = ALIGN(4); } > iram
  .data : { *(.data*) . = ALIGN(4); } > dram
  .flash : { *(.rodata*) . = ALIGN(4); } > flash
}
uart_tx = 0x40003b30; cache_on = 0x40004678; rom_udiv = 0x4000e21c;`;

const HEAD = `
int uart_tx(int c); void cache_on(int, int, int); unsigned rom_udiv(unsigned, unsigned);
static void put(const char *s) { while (*s) uart_tx(*s++); }
static volatile char text[] = "ready\\n";
static const char constant[] = "flash";
void __attribute__((noreturn)) body(void);
void start(void) { put((const char *) text); body(); }
`;

/** Compiles a program for the board and gives its flash. */
function flashOf(body: string): Uint8Array {
  const directory = mkdtempSync(join(tmpdir(), 'espaws-board-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  writeFileSync(
    join(directory, 'a.c'),
    `${HEAD}void body(void) { (void) constant; ${body} for (;;) __asm__ volatile("waiti 15"); }`,
  );
  writeFileSync(join(directory, 'a.ld'), SCRIPT);
  execFileSync(
    'xtensa-lx106-elf-gcc',
    [
      '-O1',
      '-fno-builtin',
      '-nostdlib',
      '-mlongcalls',
      '-mtext-section-literals',
      '-T',
      'a.ld',
      'a.c',
      '-o',
      'a.elf',
    ],
    { cwd: directory },
  );
  return buildBenchImage(readElf(readFileSync(join(directory, 'a.elf'))), {
    regions: [
      { name: 'iram', base: 0x40100000, sizeBytes: 0x8000, kind: 'ram' },
      { name: 'dram', base: 0x3ffe8000, sizeBytes: 0x14000, kind: 'ram' },
      { name: 'flash', base: 0x40210000, sizeBytes: 0xf0000, kind: 'flash' },
    ],
    layout: {
      windowBase: 0x40200000,
      residentOffset: 0x10000,
      parameters: { mode: 'dio', size: '4MB', frequency: '40m' },
    },
  }).flash;
}

function boot(flash: Uint8Array, seed = 1) {
  let text = '';
  const board = new VirtualBoard({
    flash,
    flashSizeBytes: 0x400000,
    seed,
    onUart: (bytes) => (text += Buffer.from(bytes).toString('latin1')),
  });
  board.reset('power-on');
  return { board, text: () => text };
}

describe('the virtual ESP8266', () => {
  it('boots an image and says what the boot ROM says', () => {
    const { board, text } = boot(flashOf(''));
    expect(board.run(100_000)).toMatchObject({ kind: 'idle' });
    expect(text()).toMatch(
      /^\r\n ets Jan {2}8 2013,rst cause:1, boot mode:\(3,6\)\r\n\r\nload 0x40100000, len \d+/,
    );
    expect(text()).toMatch(/csum 0x[0-9a-f]{2}\r\nready\n$/);
  });

  it.each([
    ['a flipped bit', (flash: Uint8Array) => (flash[40]! ^= 1), /csum err/],
    ['no image', (flash: Uint8Array) => (flash[0] = 0xff), /ets_main\.c/],
  ])('does not start %s', (_title, damage, says) => {
    const flash = flashOf('');
    damage(flash);
    const { board, text } = boot(flash);
    expect(board.run(1000)).toEqual({ kind: 'halted' });
    expect(text()).toMatch(says);
  });

  it.each([
    ['a null load', '*(volatile int *) 0;', 28, 0],
    ['a store outside the map', '*(volatile int *) 0x20000000 = 1;', 29, 0x20000000],
    [
      'an unaligned load',
      'int value; __asm__ volatile("l32i %0, %1, 0" : "=a"(value) : "a"(0x3FFE8002));',
      9,
      0x3ffe8002,
    ],
    ['a byte load from flash', 'cache_on(0, 0, 1); *(volatile char *) 0x40210001;', 3, 0x40210001],
    ['a byte store to IRAM', '*(volatile char *) 0x40100001 = 1;', 3, 0x40100001],
    ['an illegal instruction', '__asm__ volatile("ill");', 0, undefined],
    ['a division by zero', 'put(rom_udiv(1, 0) ? "" : "");', 6, undefined],
  ])('stops at %s', (_title, body, exccause, excvaddr) => {
    const { board, text } = boot(flashOf(body));
    const status = board.run(100_000);
    expect(status).toMatchObject({ kind: 'fault', fault: { exccause } });
    if (excvaddr !== undefined) expect(status).toMatchObject({ fault: { excvaddr } });
    expect(text()).toMatch(new RegExp(`ready\\n\\r\\nFatal exception \\(${exccause}\\):\\r\\nepc1=0x40`));
  });

  it('echoes what its UART receives', () => {
    const { board, text } = boot(
      flashOf(
        'volatile int *uart = (int *) 0x60000000; for (;;) { while (!(uart[7] & 0xff)) ; uart[0] = uart[0] + 1; }',
      ),
    );
    board.run(10_000);
    board.receive(Buffer.from('HAL'));
    board.run(10_000);
    expect(text()).toMatch(/ready\nIBM$/);
  });

  it('loses what overflows the FIFO of 128 bytes, and says how much it takes', () => {
    const { board } = boot(flashOf(''));
    board.run(10_000);
    expect(board.receiveRoom).toBe(128);
    board.receive(new Uint8Array(200));
    expect(board.receiveRoom).toBe(0);
  });

  it('is held in reset, and boots again when it is let go', () => {
    const { board, text } = boot(flashOf(''));
    board.run(10_000);
    board.hold();
    expect(board.run(10_000)).toEqual({ kind: 'held' });
    board.release({ gpio0Low: false });
    board.run(10_000);
    expect(text()).toMatch(/rst cause:2.*ready\n$/s);
    board.hold();
    board.release({ gpio0Low: true });
    expect(board.run(10_000)).toEqual({ kind: 'download' });
    expect(text()).toMatch(/boot mode:\(1,6\)\r\n\r\n$/);
  });

  it('runs the same twice, and differently with another seed', () => {
    const body =
      'for (int i = 0; i < 100; i++) uart_tx((*(volatile unsigned *) 0x3FF20E44 >> 7) & 0x3f | 0x40);';
    const run = (seed: number) => {
      const { board, text } = boot(flashOf(body), seed);
      board.run(1_000_000);
      return [text(), board.instructions];
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1)[0]).not.toBe(run(2)[0]);
  });
});
