import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSteps } from '../../src/flash/deflate/deflate.ts';
import { nodeEnvironment } from '../../src/io/environment.ts';
import { nodeFiles } from '../../src/io/files.ts';
import type { Processes } from '../../src/host.ts';
import { cacheDirectory } from '../../src/sdk/cache.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');
const ADDRESS = 0x10000;
const FIRMWARE_BYTES = 512_000;
const FLASH_BYTES = 0x400000;
const SECTOR_BYTES = 0x1000;
const BITS_OF_A_BYTE = 10;
const GAP_BYTES = 1024;

/** Wall times of whole processes in seconds, and what they are to esptool.py's full write at the same rate. */
interface Measured {
  seconds: number;
  ratio: number;
}

export interface FlashBenchmark {
  baudRate: number;
  /** esptool.py, which always writes all. */
  esptoolSeconds: number;
  full: Measured & {
    kbitPerSecond: number;
    limitKbitPerSecond: number;
    /** What the stub and the compressed image alone take on the line: `lineTimes`. */
    line: Measured & { stubSeconds: number; imageSeconds: number };
    stages: unknown;
  };
  unchanged: Measured & { stages: unknown };
  oneSector: Measured & { stages: unknown };
}

/**
 * espaws flash against esptool.py on one virtual board whose line and flash take their time: 512 kB of machine code.
 * Undefined where scripts/setup --tests has not got esptool.py. `image`: firmware whose code is written.
 */
export async function benchFlash(
  processes: Processes,
  image: Uint8Array,
  baudRates: readonly number[] = [115_200, 460_800, 921_600],
): Promise<FlashBenchmark[] | undefined> {
  const esptool = join(cacheDirectory(nodeEnvironment()), 'esptool');
  if ((await nodeFiles.stat(esptool)) === undefined) return undefined;
  const firmware = withoutGaps(image);
  const directory = await mkdtemp(join(tmpdir(), 'espaws-bench-flash-'));
  // Used flash: the stub skips the erasing of what is blank, and the first one to write would gain by it.
  // Nothing that boots: a program would run beside the tools, on this machine's processors and not on its own.
  await writeFile(
    join(directory, 'flash.bin'),
    Buffer.alloc(FLASH_BYTES, firmware).fill(0xff, 0, SECTOR_BYTES),
  );
  const board = await startBoard(directory);
  try {
    const results: FlashBenchmark[] = [];
    for (const [index, baudRate] of baudRates.entries()) {
      const file = join(directory, 'firmware.bin');
      const timed = async (command: string, args: readonly string[]) => {
        const start = performance.now();
        const { exitCode, stdout, stderr } = await processes.run(command, args, {
          env: { PYTHONPATH: esptool },
        });
        if (exitCode !== 0) throw new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`);
        return { seconds: (performance.now() - start) / 1000, stdout };
      };
      const espaws = async (...options: string[]) => {
        const target = [`0x${ADDRESS.toString(16)}`, file, '--port', board.url, '--baud', String(baudRate)];
        const run = await timed(process.execPath, [CLI, 'flash', 'write', ...target, '--json', ...options]);
        return { ...run, stages: (JSON.parse(run.stdout) as { timing: unknown }).timing };
      };
      // Other contents each time: a full write is one for both.
      await writeFile(file, machineCode(firmware, index * 2));
      const port = `${board.url}?ign_set_control`;
      const write = ['write_flash', `0x${ADDRESS.toString(16)}`, file];
      const theirs = await timed('python3', [
        ...['-m', 'esptool', '--chip', 'esp8266', '--port', port, '--baud', String(baudRate)],
        ...write,
      ]);
      const ratioOf = (seconds: number) => ({ seconds, ratio: seconds / theirs.seconds });
      const contents = machineCode(firmware, index * 2 + 1);
      await writeFile(file, contents);
      const full = await espaws('--no-diff');
      const line = lineTimes(contents, baudRate);
      const unchanged = await espaws();
      contents[SECTOR_BYTES * 60]! ^= 0x55;
      await writeFile(file, contents);
      const oneSector = await espaws();
      results.push({
        baudRate,
        esptoolSeconds: theirs.seconds,
        full: {
          ...ratioOf(full.seconds),
          kbitPerSecond: (FIRMWARE_BYTES * 8) / full.seconds / 1000,
          limitKbitPerSecond: (baudRate * 8) / BITS_OF_A_BYTE / 1000,
          line: { ...line, ...ratioOf(line.stubSeconds + line.imageSeconds) },
          stages: full.stages,
        },
        unchanged: { ...ratioOf(unchanged.seconds), stages: unchanged.stages },
        oneSector: { ...ratioOf(oneSector.seconds), stages: oneSector.stages },
      });
    }
    return results;
  } finally {
    board.process.kill('SIGINT');
    await once(board.process, 'exit');
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * What an image has besides the erased stretches between its parts: these are half of the bench firmware's, and next to
 * nothing on the line. Programs of an SDK have none, and shrink to 0.74 when they are compressed; this to 0.7.
 */
function withoutGaps(firmware: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < firmware.length; at += GAP_BYTES) {
    const piece = firmware.subarray(at, at + GAP_BYTES);
    if (piece.some((byte) => byte !== 0xff)) pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** 512 kB of it, other ones for every `seed`. */
function machineCode(firmware: Uint8Array, seed: number): Uint8Array {
  const code = new Uint8Array(FIRMWARE_BYTES);
  const start = (seed * 0x1234) % firmware.length;
  for (let at = 0; at < code.length; at++) code[at] = firmware[(start + at) % firmware.length]!;
  return code;
}

/**
 * The time of the bits on the line. A flasher that uploads this stub and sends a deflate stream as small as ours needs as
 * much, however quickly it resets, asks and verifies.
 */
function lineTimes(contents: Uint8Array, baudRate: number): { stubSeconds: number; imageSeconds: number } {
  const steps = deflateSteps(contents);
  let step = steps.next();
  while (!step.done) step = steps.next();
  const seconds = (bytes: number) => (bytes * BITS_OF_A_BYTE) / baudRate;
  const { text, data } = createRequire(import.meta.url)(
    'esptool-js/lib/targets/stub_flasher/esp8266.json',
  ) as { text: string; data: string };
  const stub = Buffer.concat([Buffer.from(text, 'base64'), Buffer.from(data, 'base64')]);
  return { stubSeconds: seconds(onLine(stub)), imageSeconds: seconds(onLine(step.value)) };
}

/** Bytes as SLIP has them (RFC 1055): two for each END and ESC. */
function onLine(bytes: Uint8Array): number {
  return bytes.length + bytes.filter((byte) => byte === 0xc0 || byte === 0xdb).length;
}

async function startBoard(directory: string): Promise<{ url: string; process: ChildProcess }> {
  const ready = join(directory, 'ready.json');
  const board = spawn(
    process.execPath,
    [
      ...[CLI, 'board', '--listen', '127.0.0.1:0', '--timing', 'real', '--quiet'],
      ...['--flash', join(directory, 'flash.bin'), '--ready-file', ready],
    ],
    { stdio: 'ignore' },
  );
  for (;;) {
    const text = await readFile(ready, 'utf8').catch(() => undefined);
    if (text !== undefined) return { url: (JSON.parse(text) as { urls: string[] }).urls[0]!, process: board };
    if (board.exitCode !== null) throw new Error('espaws board did not start.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
