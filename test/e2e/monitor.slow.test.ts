import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testProject } from '../support/board-case.ts';
import { testTree, treeTitle } from '../support/trees.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the built command. `untilLine`: stdout is closed after the first line, as `head -1` does. */
function espaws(
  args: readonly string[],
  {
    input,
    untilLine = false,
    interruptAt,
  }: { input?: string; untilLine?: boolean; interruptAt?: RegExp } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, NO_COLOR: '1' } });
    let [stdout, stderr] = ['', ''];
    let interrupted = false;
    child.stdin.end(input);
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (untilLine && stdout.includes('\n')) child.stdout.destroy();
      if (interrupted || interruptAt?.test(stdout) !== true) return;
      interrupted = true;
      child.kill('SIGINT');
    });
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

describe.skipIf(testTree('2.28') === undefined)(
  `espaws monitor at the virtual board, ${treeTitle('2.28')}`,
  () => {
    it('serves the handshake and ends with the verdict', async () => {
      const project = await testProject({ identity: { ca: 'rsa' } });
      const log = join(project, 'raw.log');
      const { code, stdout, stderr } = await espaws([
        'monitor',
        '--project',
        project,
        '--port',
        'virtual:',
        '--log',
        log,
      ]);
      expect(code, stderr).toBe(0);
      expect(stdout).toMatch(/rst cause:1.*\n +=.*power-on.*boot from flash\n/);
      expect(stdout).toMatch(/handshake TLSv1\.2 TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256/);
      expect(stdout.trimEnd()).toMatch(/\nPASS$/);
      expect((await readFile(log)).includes('bench: done pass')).toBe(true);
    });

    it('tells events, one a line, and the cause of a failure', async () => {
      const project = await testProject({ identity: { ca: 'rsa' }, faults: ['wrong-chain'] });
      const { code, stdout, stderr } = await espaws([
        'monitor',
        '--project',
        project,
        '--port',
        'virtual:',
        '--json',
      ]);
      expect(code, stderr).toBe(6);
      const events = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { kind: string });
      expect(events.find(({ kind }) => kind === 'boot')).toMatchObject({ resetCause: 1, bootMode: 3 });
      expect(events.at(-1)).toMatchObject({
        kind: 'end',
        because: 'verdict',
        observation: { verdict: 'fail', verifyFlagNames: ['NOT_TRUSTED'] },
        diagnosis: { causes: [{ id: 'tls.ca_wrong' }] },
      });
    });

    it('ends with the time, with Ctrl-C, and with its reader', async () => {
      const project = await testProject({ identity: { ca: 'rsa' }, faults: ['slow'] });
      const args = ['monitor', '--project', project, '--port', 'virtual:'];
      expect((await espaws([...args, '--expect-text', 'ssl_setup returned 0'])).code).toBe(0);
      expect((await espaws([...args, '--timeout', '0.05'])).code).toBe(7);
      expect((await espaws(args, { interruptAt: /rst cause/ })).code).toBe(130);
      expect(await espaws(args, { untilLine: true })).toMatchObject({ code: 0 });
    });
  },
);

describe('espaws explain', () => {
  it('explains a log on standard input', async () => {
    const input = 'E (9) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x4290\r\n';
    const { code, stdout } = await espaws(['explain', '--json'], { input });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ causes: [{ id: 'heap.exhausted' }] });
  });
});
