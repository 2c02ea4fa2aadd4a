import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testProject } from '../support/board-case.ts';
import { testTree, treeTitle } from '../support/trees.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');

function espaws(...args: string[]) {
  return execa(process.execPath, [CLI, ...args], { all: true, env: { NO_COLOR: '1' }, timeout: 300_000 });
}

/** `espaws board` in a process of its own: its URL. */
async function board(directory: string): Promise<string> {
  const options = ['--listen', '127.0.0.1:0', '--flash', join(directory, 'flash.bin')];
  const child = spawn(process.execPath, [CLI, 'board', ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(async () => {
    child.kill('SIGINT');
    if (child.exitCode === null) await once(child, 'exit');
  });
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('Ctrl-C switches off')) resolve(/rfc2217:\/\/[\w.:]+/.exec(text)![0]);
    });
    child.on('exit', () => {
      reject(new Error(text));
    });
  });
}

describe.skipIf(testTree('2.28') === undefined)(`a board that is flashed, ${treeTitle('2.28')}`, () => {
  it('is built for, flashed, and monitored, each by its own command', async () => {
    const project = await testProject({ identity: { ca: 'rsa' } });
    const port = `virtual:${join(project, 'flash.bin')}`;
    await espaws('build', '--project', project);
    const flash = JSON.parse(
      (await espaws('flash', '--project', project, '--port', port, '--json')).stdout,
    ) as {
      verified: boolean;
      regions: { writtenBytes: number }[];
    };
    expect(flash.verified).toBe(true);
    expect(flash.regions[0]!.writtenBytes).toBeGreaterThan(60_000);
    const { all } = await espaws('monitor', '--project', project, '--port', port, '--timeout', '60');
    expect(all).toMatch(/mbedtls_ssl_handshake/);
    expect(all).toMatch(/PASS/);
  });

  it('passes over RFC 2217, flashed by the run itself, and is not written twice', async () => {
    const project = await testProject({ identity: { ca: 'rsa' } });
    const port = await board(project);
    const first = await espaws('run', '--project', project, '--port', port, '--json');
    expect(JSON.parse(first.stdout)).toMatchObject({ verdict: 'pass', handshake: { version: 'TLSv1.2' } });
    const second = await espaws('run', '--project', project, '--port', port);
    expect(second.all).toMatch(/nothing to write, verified/);
    expect(second.all).toMatch(/PASS/);
    expect(await readFile(join(project, 'build/firmware.bin'))).toBeDefined();
  });
});
