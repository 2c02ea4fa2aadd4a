import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestReport } from '../../src/report/report.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');

/** What a line or a flash does wrong; the number, where there is one, is drawn from these. */
const FAULTS: Readonly<Record<string, readonly number[] | undefined>> = {
  none: undefined,
  noise: [2000, 5000, 20_000],
  'drop-frame': [2, 5, 9, 14],
  'corrupt-frame': [2, 5, 9, 14],
  'duplicate-frame': [2, 5, 9, 14],
  'baud-limit': [115_200, 460_800, 921_600],
  unplug: [500, 3000, 9000, 20_000],
  'gpio0-high': undefined,
  mute: undefined,
  'no-stub': undefined,
};

export interface EnduranceOptions {
  /** An empty folder. */
  directory: string;
  runs: number;
  seed: number;
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
 * Runs one case again and again, on a virtual board with a fault that is drawn from `seed`. A pass must be one that the
 * server has seen; without a fault nothing but a pass may come; with one, what is not a pass must say what happened.
 */
export async function endureFaults({ directory, runs, seed, onRun }: EnduranceOptions): Promise<Endurance> {
  const { plan, project } = await prepare(directory);
  const result: Endurance = { runs, passed: 0, notPassed: {}, wrong: [] };
  for (let run = 0; run < runs; run++) {
    const random = draw(seed, run);
    const names = Object.keys(FAULTS);
    const name = names[random(names.length)]!;
    const values = FAULTS[name];
    const fault = values === undefined ? name : `${name}:${values[random(values.length)]!}`;
    const query = name === 'none' ? '' : `?fault=${fault}&seed=${run + 1}`;
    const port = `virtual:${join(directory, `board-${run % 4}.flash`)}${query}`;
    const report = join(directory, 'report');
    const ended = await espaws(['test', plan, '--project', project, '--port', port, '--report', report]);
    const wrong = await whatIsWrong(report, name, ended);
    onRun?.(
      `${run + 1}/${runs} ${fault}: ${wrong ?? (ended.code === 0 ? 'passed' : 'not passed, and said so')}`,
    );
    if (ended.code === 0) result.passed += 1;
    else result.notPassed[name] = (result.notPassed[name] ?? 0) + 1;
    if (wrong !== undefined) result.wrong.push(`run ${run + 1}, ${fault}: ${wrong}`);
  }
  result.wrong.push(...(await leaks(directory)));
  return result;
}

/** Kills `espaws test` at moments drawn from `seed`: the run behind each must pass as if nothing had been. */
export async function endureKills({ directory, runs, seed, onRun }: EnduranceOptions): Promise<Endurance> {
  const { plan, project } = await prepare(directory);
  const result: Endurance = { runs, passed: 0, notPassed: {}, wrong: [] };
  const args = ['test', plan, '--project', project, '--report', join(directory, 'report')];
  const port = `virtual:${join(directory, 'board.flash')}`;
  const start = performance.now();
  await espaws([...args, '--port', port]);
  const usualMs = performance.now() - start;
  for (let run = 0; run < runs; run++) {
    const afterMs = draw(seed, run)(Math.ceil(usualMs));
    await espaws([...args, '--port', port], { killAfterMs: afterMs });
    const ended = await espaws([...args, '--port', port]);
    onRun?.(`${run + 1}/${runs} killed after ${afterMs} ms: then ${ended.code ?? 'a signal'}`);
    if (ended.code === 0) result.passed += 1;
    else
      result.wrong.push(`after a kill at ${afterMs} ms the next run failed: ${ended.stdout}${ended.stderr}`);
  }
  result.wrong.push(...(await leaks(directory)));
  return result;
}

/** A plan of one case that takes the whole way: flash, boot, handshake, MQTT. */
async function prepare(directory: string): Promise<{ plan: string; project: string }> {
  const project = join(directory, 'project');
  await mkdir(project, { recursive: true });
  const plan = join(project, 'espaws.test.yaml');
  await writeFile(
    plan,
    JSON.stringify({
      identities: { ec: { issue: 'ec' } },
      endpoints: { aws: 'stand-in' },
      cases: [{ name: 'connects', identity: 'ec', endpoint: 'aws', timeout: '20s' }],
    }),
  );
  const built = await espaws(['test', plan, '--project', project, '--report', join(directory, 'built')]);
  if (built.code !== 0)
    throw new Error(`The case does not pass on a good board: ${built.stdout}${built.stderr}`);
  return { plan, project };
}

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

async function espaws(
  args: readonly string[],
  { killAfterMs }: { killAfterMs?: number } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const closed = once(child, 'close') as Promise<[number | null]>;
  if (killAfterMs !== undefined) {
    await Promise.race([closed, sleep(killAfterMs)]);
    child.kill('SIGKILL');
  }
  const [code] = await closed;
  return { code, stdout, stderr };
}

/** Undefined where the run said the truth. */
async function whatIsWrong(
  directory: string,
  fault: string,
  { code, stderr }: Ended,
): Promise<string | undefined> {
  if (code !== 0 && code !== 5 && code !== 6 && code !== 7)
    return `it ended with ${code ?? 'a signal'}: ${stderr}`;
  const report = JSON.parse(await readFile(join(directory, 'report.json'), 'utf8')) as TestReport;
  const [one] = report.cases;
  if (one === undefined) return 'it reported no case';
  if (code === 0) {
    const path = one.artefacts.find(({ name }) => name === 'server log')?.path;
    const server = path === undefined ? '' : await readFile(join(directory, path), 'utf8');
    return server.includes('CONNACK sent') ? undefined : 'it passed, and the server saw no MQTT CONNECT';
  }
  if (fault === 'none') return `it did not pass on a good board: ${one.because}`;
  return one.because.length > 0 ? undefined : 'it did not pass, and does not say why';
}

/** Processes that name the folder, and leases that nobody should hold any more. */
async function leaks(directory: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')),
  );
  const processes = lines.filter((line) => line.includes(CLI) && line.includes(directory));
  const sockets = (await readFile('/proc/net/unix', 'latin1'))
    .split('\n')
    .filter((line) => line.includes('@espaws-lease-') && isLeaseOf(line, directory));
  return [
    ...processes.map((line) => `a process is left: ${line.replaceAll('\0', ' ')}`),
    ...sockets.map((line) => `a lease is left: ${line}`),
  ];
}

/** Leases are named by what they are of: only those of this folder's boards count. */
function isLeaseOf(line: string, directory: string): boolean {
  const names = ['board', 'board-0', 'board-1', 'board-2', 'board-3'];
  return names.some((name) => {
    const lease = `board virtual:${join(directory, `${name}.flash`)}`;
    return line.includes(createHash('sha256').update(lease).digest('hex').slice(0, 32));
  });
}

/** Numbers below what is asked for, the same for the same seed and run. */
function draw(seed: number, run: number): (below: number) => number {
  let count = 0;
  return (below) => createHash('sha256').update(`${seed} ${run} ${count++}`).digest().readUInt32LE(0) % below;
}
