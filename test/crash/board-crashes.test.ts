import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROM_ADDRESSES } from '../../src/board/rom/addresses.ts';
import { CrashCollector, type Crash } from '../../src/crash/crash.ts';
import { decodeCrash, type DecodedCrash } from '../../src/crash/decode-crash.ts';
import { SourceLines } from '../../src/crash/source-lines.ts';
import { readElf } from '../../src/image/elf.ts';
import { nodeProcesses } from '../../src/io/processes.ts';
import { parseLine } from '../../src/monitor/events.ts';
import { compileProgram, hasToolchain } from '../support/board-image.ts';
import { runFlash, type Run } from '../support/board-run.ts';

const directory = mkdtempSync(join(tmpdir(), 'espaws-crash-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

interface CrashCase {
  /** Of the whole program; the line that crashes is marked. */
  source: string;
  cause: RegExp;
  /** Of the innermost frame. */
  function: string;
}

const HEAD = '#line 1 "crash.c"\n';
const NOINLINE = '__attribute__((noinline))';
/** A call that is not the last thing a function does, so that it leaves its return address. */
const START = (call: string) =>
  `void start(void) { volatile int after = 0;\n${call}; // CALLER\nafter = 1; for (;;) SLEEP(); }`;

const CASES: Readonly<Record<string, CrashCase>> = {
  'a load through a null pointer': {
    source: `struct node { int a, b; };
${NOINLINE} int read_node(struct node *node) {
  return node->b; // CRASH
}
${START('after = read_node((struct node *) 0)')}`,
    cause: /load from 0x00000004 through a null pointer/,
    function: 'read_node',
  },
  'a store where nothing is': {
    source: `${NOINLINE} void poke(volatile int *place) {
  *place = 5; // CRASH
}
${START('poke((volatile int *) 0x50000000)')}`,
    cause: /store to 0x50000000 where no memory is/,
    function: 'poke',
  },
  'an unaligned load': {
    source: `${NOINLINE} u32 read_word(volatile u32 *place) {
  return *place; // CRASH
}
${START('after = (int) read_word((volatile u32 *) 0x3FFE8002)')}`,
    cause: /at 0x3ffe8002 that is not a multiple of its size/,
    function: 'read_word',
  },
  'a byte read from flash': {
    source: `const char table[] __attribute__((section(".flash"), aligned(4))) = "flash";
${NOINLINE} int letter(const char *text) {
  return text[1]; // CRASH
}
${START('Cache_Read_Enable(0, 0, 1); after = letter(table)')}`,
    cause: /less than 32 bits at 0x40210001 in flash/,
    function: 'letter',
  },
  'an illegal instruction': {
    source: `${NOINLINE} void odd(void) {
  __asm__ volatile("ill"); // CRASH
}
${START('odd()')}`,
    cause: /an illegal instruction/,
    function: 'odd',
  },
  'a jump to nowhere': {
    source: `${NOINLINE} void go(void (*where)(void)) {
  where(); // CRASH
}
${START('go((void (*)(void)) 0x3FFF0000)')}`,
    cause: /a jump to 0x3fff0000 where no code is/,
    function: 'go',
  },
  'a division by zero': {
    source: `${NOINLINE} int ratio(int a, int b) {
  return a / b; // CRASH
}
${START('after = ratio(5, after)')}`,
    cause: /^a division by zero$/,
    function: 'ratio',
  },
  'a stack overflow': {
    source: `${NOINLINE} int deeper(int depth) {
  volatile int room[64]; room[0] = deeper(depth + 1); // CRASH
  return room[0];
}
${START('after = deeper(0)')}`,
    cause: /^the stack overflowed/,
    function: 'deeper',
  },
  'abort, as RTOS_SDK 3.x prints it': {
    source: `${NOINLINE} void abort(void) {
  SAY("\\r\\nabort() was called at PC 0x%08x on core 0\\r\\n", (u32) __builtin_return_address(0) - 3); for (;;) SLEEP();
}
${NOINLINE} void give_up(void) {
  abort(); // CRASH
  SAY("never");
}
${START('give_up()')}`,
    cause: /the program called abort/,
    function: 'give_up',
  },
  'the task watchdog, as RTOS_SDK 3.x prints it': {
    source: `static void fired(void *unused) {
  u32 pc, ps; __asm__ volatile("rsr %0, epc1" : "=a"(pc)); __asm__ volatile("rsr %0, ps" : "=a"(ps));
  SAY("\\r\\nTask watchdog got triggered.\\r\\n");
  SAY("Guru Meditation Error: Core  0 panic'ed (unknown). Exception was unhandled.\\r\\n");
  SAY("PC      : 0x%08x  PS      : 0x%08x\\r\\n", pc, ps);
  for (;;) SLEEP();
}
${NOINLINE} void busy(void) {
  for (;;) __asm__ volatile("nop"); // CRASH
}
${START('ets_isr_attach(9, fired, 0); REG(0x3FF00004) |= 2; REG(0x60000600) = 8000; REG(0x60000608) = 0x80; ets_isr_unmask(1 << 9); busy()')}`,
    cause: /the task watchdog fired/,
    function: 'busy',
  },
};

/** Cases whose dump holds no return address. */
const WITHOUT_CALLER = new Set([
  'abort, as RTOS_SDK 3.x prints it',
  'the task watchdog, as RTOS_SDK 3.x prints it',
  'a stack overflow',
]);

describe.skipIf(!hasToolchain)('crashes of compiled programs on the virtual board', () => {
  it.each(Object.entries(CASES))(
    '%s leads to its line',
    async (name, { source, cause, function: innermost }) => {
      const { flash, elf } = compileProgram(HEAD + source, ['-g', '-O0', '-lgcc']);
      const run = runFlash(flash, { instructions: 5_000_000 });
      const decoded = await decode(crashOf(run), elf, name);
      expect(decoded.cause).toMatch(cause);
      const places = decoded.frames.map(({ lines }) => lines.at(-1));
      expect(places).toContainEqual(
        expect.objectContaining({ function: innermost, line: lineOf(source, '// CRASH') }),
      );
      if (!WITHOUT_CALLER.has(name)) {
        expect(places.map((place) => place?.line)).toContain(lineOf(source, '// CALLER'));
      }
    },
  );
});

/** The board's own dump; the stack behind it as esp-open-rtos prints it (core/debug_dumps.c). */
function crashOf({ text, status }: Run): Crash {
  const collector = new CrashCollector();
  const stack = status.kind === 'fault' ? status.fault.stack : [];
  const rows = Array.from({ length: Math.ceil(stack.length / 4) }, (_, row) => {
    const words = stack.slice(row * 4, row * 4 + 4).map((word) => word.toString(16).padStart(8, '0'));
    return `0x${(0x3fff0000 + row * 16).toString(16)}: ${words.join(' ')}`;
  });
  const lines = [...text().split(/\r?\n/), ...rows];
  const crash = lines.map((line) => collector.add(parseLine(line))).find((found) => found !== undefined);
  const last = crash ?? collector.end();
  if (last === undefined) throw new Error(`No crash in:\n${text()}`);
  return last;
}

async function decode(crash: Crash, elf: Uint8Array, name: string): Promise<DecodedCrash> {
  const elfPath = join(directory, `${name.replaceAll(' ', '-')}.elf`);
  writeFileSync(elfPath, elf);
  const lines = new SourceLines({
    processes: nodeProcesses,
    addr2line: 'xtensa-lx106-elf-addr2line',
    elfPath,
  });
  return decodeCrash(crash, { program: { elf: readElf(elf), lines }, romAddresses: ROM_ADDRESSES });
}

/** Number of the line with the mark, from 1 on. */
function lineOf(source: string, mark: string): number {
  return source.split('\n').findIndex((line) => line.includes(mark)) + 1;
}
