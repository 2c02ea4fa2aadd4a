import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Processes } from '../../src/host.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');
const PLAN = join(import.meta.dirname, '../../examples');
const BOARDS = 4;

export interface RackBenchmark {
  cases: number;
  boards: number;
  oneBoardSeconds: number;
  allBoardsSeconds: number;
  ratio: number;
}

interface ServedBoard {
  url: string;
  process: ChildProcess;
}

/**
 * The example plan on one board and on four, each a process of its own whose line and flash take their time. The
 * firmware is built before, and no board holds it.
 */
export async function benchRack(processes: Processes): Promise<RackBenchmark> {
  const directory = await mkdtemp(join(tmpdir(), 'espaws-bench-rack-'));
  const test = async (name: string, ports: readonly string[]) => {
    const start = performance.now();
    const { exitCode, stdout, stderr } = await processes.run(process.execPath, [
      ...[CLI, 'test', PLAN, '--json', '--project', directory, '--report', join(directory, name)],
      ...ports.flatMap((port) => ['--port', port]),
    ]);
    if (exitCode !== 0)
      throw new Error(`espaws test ended with ${exitCode ?? 'a signal'}: ${stdout}${stderr}`);
    const { cases } = JSON.parse(stdout) as { cases: unknown[] };
    return { seconds: (performance.now() - start) / 1000, cases: cases.length };
  };
  try {
    const { cases } = await test('built', ['virtual:']);
    const rack = async (name: string, count: number) => {
      const boards = await startBoards(directory, name, count);
      try {
        return (
          await test(
            name,
            boards.map(({ url }) => url),
          )
        ).seconds;
      } finally {
        await stopBoards(boards);
      }
    };
    const oneBoardSeconds = await rack('one', 1);
    const allBoardsSeconds = await rack('all', BOARDS);
    const ratio = allBoardsSeconds / oneBoardSeconds;
    return { cases, boards: BOARDS, oneBoardSeconds, allBoardsSeconds, ratio };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function startBoards(directory: string, name: string, count: number): Promise<ServedBoard[]> {
  const files = Array.from({ length: count }, (_, index) => join(directory, `${name}-${index}`));
  return Promise.all(
    files.map(async (file) => {
      const ready = `${file}.json`;
      const board = spawn(
        process.execPath,
        [
          ...[CLI, 'board', '--listen', '127.0.0.1:0', '--timing', 'real', '--quiet'],
          ...['--flash', `${file}.bin`, '--ready-file', ready],
        ],
        { stdio: 'ignore' },
      );
      for (;;) {
        const text = await readFile(ready, 'utf8').catch(() => undefined);
        if (text !== undefined) {
          return { url: (JSON.parse(text) as { urls: string[] }).urls[0]!, process: board };
        }
        if (board.exitCode !== null) throw new Error('espaws board did not start.');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }),
  );
}

async function stopBoards(boards: readonly ServedBoard[]): Promise<void> {
  for (const { process: board } of boards) {
    board.kill('SIGINT');
    await once(board, 'exit');
  }
}
