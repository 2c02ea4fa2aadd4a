import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Lx106, type Mmio, type Region } from '../../../src/board/lx106/cpu.ts';

/** A piece of code, and the state it starts from. It ends by jumping to `NORMAL_END`, or by an exception. */
export interface Case {
  /** Address of its first byte; cases follow each other from `CASES_BASE`. */
  entry: number;
  bytes: Uint8Array;
  /** a0 to a15. */
  registers: readonly number[];
  sar: number;
  memorySeed: number;
}

/** What a case left behind. */
export interface Outcome {
  a: number[];
  /** Where it ended: 1 debug, 2 NMI, 3 kernel, 4 user, 5 double exception vector, 6 normally. */
  end: number;
  sar: number;
  ps: number;
  epc1: number;
  exccause: number;
  excvaddr: number;
  depc: number;
  memory: number;
}

const CODE_BASE = 0x40200000;
export const NORMAL_END = CODE_BASE + 0x1100;
export const CASES_BASE = CODE_BASE + 0x2000;
/** Memory that every case finds filled from its seed: 64 words. */
export const DATA = 0x3ffe8000;

const OUTCOME_BYTES = 96;
const RESULT = 0x3ffec000;

export interface Image {
  elf: string;
  code: Uint8Array;
  start: number;
  output: number;
  done: number;
}

/** Links `driver.S` with the cases into `directory`. */
export function buildImage(directory: string, cases: readonly Case[]): Image {
  const end = Math.max(...cases.map(({ entry, bytes }) => entry + bytes.length));
  const code = new Uint8Array(end - CASES_BASE);
  for (const { entry, bytes } of cases) code.set(bytes, entry - CASES_BASE);
  const table = new Uint32Array(19 * (cases.length + 1));
  for (const [k, one] of cases.entries())
    table.set([...one.registers, one.entry, one.sar, one.memorySeed], k * 19);
  writeFileSync(join(directory, 'cases.bin'), code);
  writeFileSync(join(directory, 'table.bin'), new Uint8Array(table.buffer));
  const elf = join(directory, 'cases.elf');
  const options = [
    '-nostdlib',
    `-Wl,-Ttext=0x${CODE_BASE.toString(16)}`,
    '-Wl,--section-start=.reset=0x50000000',
    '-Wl,-e_start',
    '-Wa,--no-transform',
    '-mtext-section-literals',
  ];
  const names = ['-DCASES="cases.bin"', '-DTABLE="table.bin"'];
  execFileSync(
    'xtensa-lx106-elf-gcc',
    [...options, ...names, join(import.meta.dirname, 'driver.S'), '-o', elf],
    {
      cwd: directory,
    },
  );
  execFileSync('xtensa-lx106-elf-objcopy', [
    '-O',
    'binary',
    '-j',
    '.text',
    elf,
    join(directory, 'cases.raw'),
  ]);
  const symbols = execFileSync('xtensa-lx106-elf-nm', [elf], { encoding: 'utf8' });
  const symbol = (name: string) =>
    Number.parseInt(new RegExp(`^(\\w+) \\w ${name}$`, 'm').exec(symbols)![1]!, 16);
  return {
    elf,
    code: readFileSync(join(directory, 'cases.raw')),
    start: symbol('_start'),
    output: symbol('output'),
    done: symbol('done'),
  };
}

/** The outcomes by QEMU's LX106. */
export function runOnQemu({ elf }: Image): Outcome[] {
  const options = '-M sim -cpu lx106 -semihosting -display none -monitor none -serial stdio -kernel'.split(
    ' ',
  );
  const out = execFileSync('qemu-system-xtensa', [...options, elf], { timeout: 8_000, maxBuffer: 1 << 28 });
  return Array.from({ length: Math.floor(out.length / OUTCOME_BYTES) }, (_, k) =>
    outcomeOf(new Uint8Array(out.subarray(k * OUTCOME_BYTES, (k + 1) * OUTCOME_BYTES))),
  );
}

const REGIONS: Region[] = [
  { name: 'dram', base: DATA, size: 0x18000, access: 'data', writable: true, executable: false },
  { name: 'iram', base: 0x40100000, size: 0x10000, access: 'data', writable: true, executable: true },
  { name: 'code', base: CODE_BASE, size: 0x100000, access: 'data', writable: true, executable: true },
];

/** The outcomes by the virtual board's core, run in slices that `budget` names; by how much one was exceeded at most. */
export function runOnCore(
  image: Image,
  budget: () => number = () => 100_000,
): { outcomes: Outcome[]; cpu: Lx106; mostBeyond: number } {
  const outcomes: Outcome[] = [];
  let mostBeyond = 0;
  const rom = new Map([
    [
      image.output,
      (cpu: Lx106) => {
        outcomes.push(outcomeOf(cpu.bytes('dram').slice(RESULT - DATA, RESULT - DATA + OUTCOME_BYTES)));
        return 1;
      },
    ],
    [
      image.done,
      (cpu: Lx106) => {
        cpu.stop();
        return 1;
      },
    ],
  ]);
  const cpu = new Lx106({ regions: REGIONS, rom, mmio: simulatorRam() });
  cpu.bytes('code').set(image.code);
  cpu.reset();
  cpu.pc = image.start;
  for (let slice = 0; slice < 100_000; slice++) {
    const end = cpu.instructions + budget();
    const { kind } = cpu.run(end - cpu.instructions);
    mostBeyond = Math.max(mostBeyond, cpu.instructions - end);
    if (kind === 'stopped') return { outcomes, cpu, mostBeyond };
    if (kind === 'waiti') throw new Error(`The core sleeps in case ${outcomes.length}.`);
  }
  throw new Error(`Case ${outcomes.length} does not end.`);
}

/** RAM that QEMU's `sim` machine has, and the board has not. */
function simulatorRam(): Mmio {
  const bytes = new Map<number, number>();
  const inside = (address: number) =>
    (address >= 0x60000000 && address < 0x68000000) ||
    (address >= 0x50000020 && address < 0x54000000) ||
    (address >= 0x3ffc0000 && address < 0x40100000) ||
    (address >= 0x40110000 && address < 0x40140000);
  return {
    read: (address, size) => {
      if (!inside(address)) return undefined;
      let value = 0;
      for (let k = 0; k < size; k++) value |= (bytes.get(address + k) ?? 0) << (8 * k);
      return value;
    },
    write: (address, value, size) => {
      for (let k = 0; k < size && inside(address); k++) bytes.set(address + k, (value >>> (8 * k)) & 0xff);
      return inside(address);
    },
  };
}

function outcomeOf(bytes: Uint8Array): Outcome {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, OUTCOME_BYTES / 4);
  const [end, sar, ps, epc1, cause, excvaddr, depc, memory] = [...words.subarray(16)] as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  // Where there is no memory QEMU's bus says 15 (an address error); the chip says 28 or 29.
  const exccause = cause === 28 || cause === 29 ? 15 : cause;
  return { a: [...words.subarray(0, 16)], end, sar, ps, epc1, exccause, excvaddr, depc, memory };
}

/** Runs `use` with a scratch directory. */
export function inScratch<T>(use: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'espaws-core-'));
  try {
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** True where a command of this name is installed. */
export function hasCommand(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
