import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa, type ResultPromise } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Port } from '../../src/port.ts';
import { testProject } from '../support/board-case.ts';
import { esptool, hasEsptool } from '../support/esptool.ts';
import { forwardBetween, openedPort, ptyPair } from '../support/serial.ts';
import { testTree, treeTitle } from '../support/trees.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');

function espaws(...args: string[]) {
  return execa(process.execPath, [CLI, ...args], { all: true, env: { NO_COLOR: '1' }, timeout: 300_000 });
}

/** `espaws board` in a process of its own: its URL, and how to switch it off. */
async function board(flash: string): Promise<{ url: string; switchOff: () => Promise<void> }> {
  const options = ['--listen', '127.0.0.1:0', '--flash', flash];
  const child = spawn(process.execPath, [CLI, 'board', ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  const switchOff = async () => {
    child.kill('SIGINT');
    await exited;
  };
  onTestFinished(switchOff);
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('Ctrl-C switches off')) resolve(/rfc2217:\/\/[\w.:]+/.exec(text)![0]);
    });
    child.on('exit', () => {
      reject(new Error(text));
    });
  });
  return { url, switchOff };
}

interface Flashed {
  verified: boolean;
  regions: { writtenBytes: number }[];
}

async function flash(...args: string[]): Promise<Flashed> {
  return JSON.parse((await espaws('flash', ...args, '--json')).stdout) as Flashed;
}

/** What somebody does at a board without reset lines to its port: the button of GPIO0 held or not, that of EN pressed. */
async function pressReset(port: Port, { gpio0Low }: { gpio0Low: boolean }): Promise<void> {
  await port.setSignals({ dtr: false, rts: true });
  await port.setSignals({ dtr: gpio0Low, rts: false });
}

async function line(running: ResultPromise, pattern: RegExp): Promise<void> {
  for await (const text of createInterface({ input: running.stderr! })) if (pattern.test(text)) return;
  throw new Error(`It never said ${pattern.source}.`);
}

/** By the pty a board that has no reset lines and takes every rate; `button` is the board itself. */
async function boardAtPty(url: string): Promise<{ pty: string; button: Port }> {
  const button = await openedPort(url);
  const { a, b } = await ptyPair();
  forwardBetween(button, await openedPort(a));
  return { pty: b, button };
}

describe.skipIf(testTree('2.28') === undefined)(`a board that is flashed, ${treeTitle('2.28')}`, () => {
  // One build for all: it takes longest.
  it('is built for, flashed and monitored: emulated, at a pty, over RFC 2217', async () => {
    const project = await testProject({ identity: { ca: 'rsa' } });
    await espaws('build', '--project', project);
    if (hasEsptool) {
      const info = await esptool(['image_info', '--version', '2', join(project, 'build/firmware.bin')]);
      expect(info).toMatch(/Checksum: 0x\w\w \(valid\)/);
    }

    const virtual = ['--project', project, '--port', `virtual:${join(project, 'flash.bin')}`];
    const written = await flash(...virtual);
    expect(written).toMatchObject({ verified: true });
    expect(written.regions[0]!.writtenBytes).toBeGreaterThan(60_000);
    const emulated = await espaws('monitor', ...virtual, '--timeout', '60');
    expect(emulated.all).toMatch(/handshake TLSv1\.2[^]*\nPASS/);

    const { url, switchOff } = await board(join(project, 'other.bin'));
    const { pty, button } = await boardAtPty(url);
    await pressReset(button, { gpio0Low: true });
    const atPty = ['--project', project, '--port', pty];
    const through = await flash(...atPty, '--before', 'no-reset', '--after', 'no-reset');
    expect(through).toEqual({ ...written, ...through, regions: written.regions });
    const monitor = espaws('monitor', ...atPty, '--timeout', '60');
    await line(monitor, /listening to \/dev\/pts/);
    await pressReset(button, { gpio0Low: false });
    expect((await monitor).all).toMatch(/handshake TLSv1\.2[^]*\nPASS/);
    await button.close();

    const again = await espaws('run', '--project', project, '--port', url);
    expect(again.all).toMatch(/nothing to write, verified[^]*PASS/);
    await switchOff();

    const fresh = await board(join(project, 'fresh.bin'));
    const { stdout } = await espaws('run', '--project', project, '--port', fresh.url, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'pass', handshake: { version: 'TLSv1.2' } });
  });
});
