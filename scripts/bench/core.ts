import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';

import { Lx106, type Region } from '../../src/board/lx106/cpu.ts';
import type { Processes } from '../../src/host.ts';

export interface CoreBenchmark {
  instructions: number;
  /** Million instructions a second of processor time, translation included. */
  mips: number;
  /** Wall time in milliseconds, from the first instruction to the last. */
  wallMs: number;
  /** The same ELF on QEMU, its start included; undefined where QEMU is not installed. */
  qemu?: {
    wallMs: number;
    /** Times as long on the virtual board's core as on QEMU. */
    ratio: number;
  };
}

const TEXT = 0x40200000;
const DATA = 0x3ffe8000;
const REGIONS: Region[] = [
  { name: 'dram', base: DATA, size: 0x18000, access: 'data', writable: true, executable: false },
  { name: 'flash', base: TEXT, size: 0x100000, access: 'word', writable: false, executable: true },
];

const DIGEST_BYTES = 32;
const LIMBS = 32;
const BUFFER_BYTES = 4096;
const SQUARES_PER_ROUND = 64;

/**
 * How fast the LX106 core is: SHA-256 and multiplication of large numbers in C, the work of a handshake. Throws where
 * the result is not what Node's own SHA-256 and BigInt give. Needs the xtensa compiler.
 */
export async function benchCore(processes: Processes, rounds = 300): Promise<CoreBenchmark> {
  const directory = await mkdtemp(join(tmpdir(), 'espaws-bench-core-'));
  try {
    const program = await compile(processes, directory, rounds);
    const expected = expectedResult(rounds);
    const core = runOnCore(program, expected);
    const qemuWallMs = await runOnQemu(processes, program.elf);
    if (qemuWallMs === undefined) return core;
    return { ...core, qemu: { wallMs: qemuWallMs, ratio: core.wallMs / qemuWallMs } };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface Program {
  elf: string;
  text: Uint8Array;
  data: Uint8Array;
  start: number;
  finish: number;
  result: number;
}

async function compile(processes: Processes, directory: string, rounds: number): Promise<Program> {
  const sources = join(import.meta.dirname, 'core');
  const elf = join(directory, 'workload.elf');
  const run = async (tool: string, args: readonly string[]) => {
    const { exitCode, stdout, stderr } = await processes.run(`xtensa-lx106-elf-${tool}`, args);
    if (exitCode !== 0) throw new Error(`xtensa-lx106-elf-${tool} failed: ${stderr}`);
    return stdout;
  };
  const options = ['-Os', '-ffreestanding', '-nostdlib', '-mtext-section-literals', `-DROUNDS=${rounds}`];
  const inputs = ['workload.c', 'start.S'].map((name) => join(sources, name));
  await run('gcc', [...options, '-T', join(sources, 'workload.ld'), ...inputs, '-o', elf]);
  const section = async (name: string) => {
    const file = join(directory, name);
    await run('objcopy', ['-O', 'binary', '-j', name, elf, file]);
    return new Uint8Array(await readFile(file));
  };
  const symbols = await run('nm', [elf]);
  const symbol = (name: string) =>
    Number.parseInt(new RegExp(`^(\\w+) \\w ${name}$`, 'm').exec(symbols)![1]!, 16);
  return {
    elf,
    text: await section('.text'),
    data: await section('.data'),
    start: symbol('_start'),
    finish: symbol('finish'),
    result: symbol('result'),
  };
}

function runOnCore({ text, data, start, finish, result }: Program, expected: Uint8Array): CoreBenchmark {
  const stop = (cpu: Lx106) => {
    cpu.stop();
    return 0;
  };
  const nothing = { read: () => undefined, write: () => false };
  const cpu = new Lx106({ regions: REGIONS, mmio: nothing, rom: new Map([[finish, stop]]) });
  cpu.bytes('flash').set(text);
  cpu.bytes('dram').set(data);
  cpu.reset();
  cpu.pc = start;
  const startedMs = performance.now();
  const before = process.cpuUsage();
  while (cpu.run(1_000_000).kind !== 'stopped');
  const used = process.cpuUsage(before);
  const wallMs = performance.now() - startedMs;
  const got = cpu.bytes('dram').subarray(result - DATA, result - DATA + expected.length);
  if (Buffer.compare(got, expected) !== 0) throw new Error('The core computed a wrong result.');
  return { instructions: cpu.instructions, mips: cpu.instructions / (used.user + used.system), wallMs };
}

/** Wall time in milliseconds; undefined where QEMU is not installed. */
async function runOnQemu(processes: Processes, elf: string): Promise<number | undefined> {
  if ((await processes.find('qemu-system-xtensa')) === undefined) return undefined;
  const machine = ['-M', 'sim', '-cpu', 'lx106', '-semihosting', '-display', 'none', '-monitor', 'none'];
  const startedMs = performance.now();
  const { exitCode } = await processes.run(
    'qemu-system-xtensa',
    [...machine, '-serial', 'null', '-kernel', elf],
    {
      signal: AbortSignal.timeout(60_000),
    },
  );
  if (exitCode !== 0) throw new Error(`QEMU ended with ${exitCode ?? 'a signal'}.`);
  return performance.now() - startedMs;
}

/** What the workload must leave behind: the digest, then the number's limbs, little endian. */
function expectedResult(rounds: number): Uint8Array {
  const buffer = Uint8Array.from({ length: BUFFER_BYTES }, (_, i) => i & 0xff);
  const modulus = 1n << BigInt(32 * LIMBS);
  let number = 0n;
  for (let i = 0; i < LIMBS; i++) number |= BigInt(Math.imul(0x9e3779b9, i + 1) >>> 0) << BigInt(32 * i);
  let digest = new Uint8Array(DIGEST_BYTES);
  for (let round = 0; round < rounds; round++) {
    digest = new Uint8Array(createHash('sha256').update(buffer).digest());
    buffer.set(digest, (round * DIGEST_BYTES) % BUFFER_BYTES);
    for (let i = 0; i < SQUARES_PER_ROUND; i++) number = (number * number + 1n) % modulus;
  }
  const limbs = Uint8Array.from({ length: 4 * LIMBS }, (_, i) => Number((number >> BigInt(8 * i)) & 0xffn));
  return Uint8Array.from([...digest, ...limbs]);
}
