import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestReport } from '../../src/report/report.ts';
import { draw } from './draw.ts';
import { drawFault, type DrawnFault } from './faults.ts';
import { leaks } from './leaks.ts';
import { espaws, prepareCase, type Ended } from './one-case.ts';

export interface EnduranceOptions {
  /** An empty folder. */
  directory: string;
  runs: number;
  seed: number;
  /** Boards that run beside each other: most of what a fault costs is waiting. */
  boards: number;
  onRun?: (text: string) => void;
}

export interface Endurance {
  runs: number;
  passed: number;
  /** Runs that did not pass, by what was injected. */
  notPassed: Record<string, number>;
  /** What must not be: one sentence each. */
  wrong: string[];
}

/**
 * Runs one case again and again, on virtual boards with a fault that is drawn from `seed`. A pass must be one that the
 * server has seen; without a fault nothing but a pass may come; with one, what is not a pass must say what happened.
 */
export function endureFaults(options: EnduranceOptions): Promise<Endurance> {
  const { runs, seed } = options;
  return onBoards(options, async (test, board, run, result) => {
    const fault = drawFault(seed, run);
    const port =
      fault.query === undefined ? `virtual:${board.flash}` : `virtual:${board.flash}?${fault.query}`;
    const ended = await test(['--port', port, '--report', board.report]);
    const wrong = await whatIsWrong(board.report, fault, ended);
    if (ended.code === 0) result.passed += 1;
    else result.notPassed[fault.name] = (result.notPassed[fault.name] ?? 0) + 1;
    if (wrong !== undefined) result.wrong.push(`run ${run + 1}, ${fault.query ?? fault.name}: ${wrong}`);
    const text = wrong ?? (ended.code === 0 ? 'passed' : 'not passed, and said so');
    return `${run + 1}/${runs} ${fault.query ?? fault.name}: ${text}`;
  });
}

/** Kills `espaws test` at moments drawn from `seed`: the run behind each must pass as if nothing had been. */
export function endureKills(options: EnduranceOptions): Promise<Endurance> {
  const { runs, seed } = options;
  let usualMs: number | undefined;
  return onBoards(options, async (test, board, run, result) => {
    const args = ['--port', `virtual:${board.flash}`, '--report', board.report];
    const startMs = performance.now();
    if (usualMs === undefined) await test(args);
    usualMs ??= performance.now() - startMs;
    const afterMs = draw(seed, run)(Math.ceil(usualMs));
    await test(args, { killAfterMs: afterMs });
    const { code, stdout, stderr } = await test(args);
    if (code === 0) result.passed += 1;
    else result.wrong.push(`after a kill at ${afterMs} ms the next run failed: ${stdout}${stderr}`);
    return `${run + 1}/${runs} killed after ${afterMs} ms: then ${code ?? 'a signal'}`;
  });
}

interface EnduredBoard {
  flash: string;
  /** Folder. */
  report: string;
}

type Run = (
  test: (args: readonly string[], how?: { killAfterMs: number }) => Promise<Ended>,
  board: EnduredBoard,
  run: number,
  result: Endurance,
) => Promise<string>;

/** Every board takes its share of the runs, the same in each endurance: what its flash holds is what the run before left. */
async function onBoards(
  { directory, runs, boards: count, onRun }: EnduranceOptions,
  one: Run,
): Promise<Endurance> {
  const prepared = await prepareCase(directory);
  const boards = Array.from({ length: count }, (_, index) => ({
    flash: join(directory, `board-${index}.flash`),
    report: join(directory, `report-${index}`),
  }));
  const result: Endurance = { runs, passed: 0, notPassed: {}, wrong: [] };
  const share = async (board: EnduredBoard, first: number) => {
    for (let run = first; run < runs; run += count) {
      const test: Parameters<Run>[0] = (args, how) => espaws([...prepared.arguments, ...args], how);
      const text = await one(test, board, run, result);
      onRun?.(text);
    }
  };
  await Promise.all(boards.map(share));
  result.wrong.push(
    ...(await leaks(
      directory,
      boards.map(({ flash }) => flash),
    )),
  );
  return result;
}

/** Undefined where the run said the truth. */
async function whatIsWrong(
  directory: string,
  { says, neverPasses }: DrawnFault,
  { code, stderr }: Ended,
): Promise<string | undefined> {
  if (code !== 0 && code !== 5 && code !== 6 && code !== 7)
    return `it ended with ${code ?? 'a signal'}: ${stderr}`;
  const report = JSON.parse(await readFile(join(directory, 'report.json'), 'utf8')) as TestReport;
  const [one] = report.cases;
  if (one === undefined) return 'it reported no case';
  if (code === 0) {
    if (neverPasses) return 'it passed on a board that cannot';
    const path = one.artefacts.find(({ name }) => name === 'server log')?.path;
    const server = path === undefined ? '' : await readFile(join(directory, path), 'utf8');
    return server.includes('CONNACK sent') ? undefined : 'it passed, and the server saw no MQTT CONNECT';
  }
  if (says === undefined) return `it did not pass on a good board: ${one.because}`;
  return says.test(one.because) ? undefined : `it did not pass, and says something else: ${one.because}`;
}
