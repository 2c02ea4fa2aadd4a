import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { nodeFiles } from '../../src/io/files.ts';
import { testProject, type BoardCase } from '../support/board-case.ts';
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

/** A project whose firmware is on a virtual board: the options that name both. */
async function flashed(boardCase: BoardCase): Promise<string[]> {
  const project = await testProject(boardCase);
  const options = ['--project', project, '--port', `virtual:${join(project, 'board.bin')}`];
  const { code, stderr } = await espaws(['flash', ...options]);
  if (code !== 0) throw new Error(stderr);
  return options;
}

describe.skipIf(testTree('2.28') === undefined)(
  `espaws monitor at the virtual board, ${treeTitle('2.28')}`,
  () => {
    it('serves the handshake and ends with the verdict', async () => {
      const options = await flashed({ identity: { ca: 'rsa' } });
      const log = join(options[1]!, 'raw.log');
      const { code, stdout, stderr } = await espaws(['monitor', ...options, '--log', log]);
      expect(code, stderr).toBe(0);
      // The boot ROM speaks 74880 baud.
      expect(stdout).toMatch(/odd bytes: text at another baud rate|sends at 74880 baud/);
      expect(stdout).toMatch(/handshake TLSv1\.2 TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256/);
      expect(stdout.trimEnd()).toMatch(/\nPASS$/);
      expect((await readFile(log)).includes('bench: done pass')).toBe(true);
    });

    it('tells events, one a line, and the cause of a failure', async () => {
      const options = await flashed({ identity: { ca: 'rsa' }, faults: ['wrong-chain'] });
      const { code, stdout, stderr } = await espaws(['monitor', ...options, '--json']);
      expect(code, stderr).toBe(6);
      const events = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { kind: string });
      expect(events.find(({ kind }) => kind === 'hello')).toMatchObject({ mbedtls: '2.28.3' });
      expect(events.at(-1)).toMatchObject({
        kind: 'end',
        because: 'verdict',
        observation: { verdict: 'fail', verifyFlagNames: ['NOT_TRUSTED'] },
        diagnosis: { causes: [{ id: 'tls.ca_wrong' }] },
      });
    });

    it('ends with the time, with Ctrl-C, and with its reader', async () => {
      const args = ['monitor', ...(await flashed({ identity: { ca: 'rsa' }, faults: ['slow'] }))];
      expect((await espaws([...args, '--expect-text', 'ssl_setup returned 0'])).code).toBe(0);
      expect((await espaws([...args, '--timeout', '0.05'])).code).toBe(7);
      const blank = ['monitor', '--port', `virtual:${join(args[2]!, 'blank.bin')}`, '--baud', '74880'];
      expect(await espaws(blank, { interruptAt: /rst cause/ })).toMatchObject({ code: 130 });
      expect((await espaws(args, { interruptAt: /espaws bench/ })).code).toBe(130);
      expect(await espaws(args, { untilLine: true })).toMatchObject({ code: 0 });
      const rom = await espaws([...args, '--baud', '74880', '--expect-text', 'csum']);
      expect(rom.stdout).toMatch(/rst cause:1.*\n +=.*power-on.*boot from flash\n/);
      expect(rom.code).toBe(0);
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

  it('explains a log in a file, and says so where there is none', async () => {
    const folder = await nodeFiles.makeTemporaryDirectory('espaws-explain-');
    onTestFinished(() => nodeFiles.remove(folder));
    const path = join(folder, 'my board.log');
    await nodeFiles.write(path, 'E (9) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x4290\r\n');
    const { code, stdout } = await espaws(['explain', '--json', path]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ causes: [{ id: 'heap.exhausted' }] });
    const refused = await espaws(['explain', folder]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('is a folder');
    const missing = await espaws(['explain', join(folder, 'other.log')]);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('nor a file');
  });

  it.each([
    ['a code', ['--json', '--', '-15488'], { codes: [{ code: -15488 }] }],
    [
      'a line of a log',
      ['--json', '--', 'mbedtls_x509_crt_parse returned -0x3c80'],
      { causes: [{ id: 'build.ec_disabled' }] },
    ],
  ])('explains %s behind --', async (_name, words, expected) => {
    const { code, stdout } = await espaws(['explain', ...words]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject(expected);
  });
});
