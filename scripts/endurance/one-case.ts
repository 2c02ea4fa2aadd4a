import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const CLI = join(import.meta.dirname, '../../dist/cli.js');

/** A plan of one case that takes the whole way: flash, boot, handshake, MQTT. */
export interface OneCase {
  directory: string;
  /** Of `espaws test`: all but the port and the report. */
  arguments: readonly string[];
}

export async function prepareCase(directory: string): Promise<OneCase> {
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
  const prepared = { directory, arguments: ['test', plan, '--project', project, '--reconnect', '0.5'] };
  const built = await espaws([...prepared.arguments, '--report', join(directory, 'built')]);
  if (built.code !== 0)
    throw new Error(`The case does not pass on a good board: ${built.stdout}${built.stderr}`);
  return prepared;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export async function espaws(
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
