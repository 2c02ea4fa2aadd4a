import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { esptool, hasEsptool } from '../support/esptool.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');

/** 100 KB that do not compress, at the address of an application; no image (0xE9), and no Intel HEX (a colon). */
const ADDRESS = 0x10000;
const FIRMWARE = Buffer.concat([Buffer.of(0x5a), randomBytes(99_999)]);

interface Served {
  directory: string;
  /** For our own commands. */
  url: string;
  /** For esptool.py. */
  port: string;
}

/** `espaws board` in a process of its own, until the test ends. */
async function board(...options: string[]): Promise<Served> {
  const directory = await mkdtemp(join(tmpdir(), 'espaws-esptool-'));
  const child = spawn(
    process.execPath,
    [CLI, 'board', '--listen', '127.0.0.1:0', '--flash', join(directory, 'flash.bin'), ...options],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, NO_COLOR: '1' } },
  );
  onTestFinished(async () => {
    if (child.exitCode === null) {
      child.kill('SIGINT');
      await once(child, 'exit');
    }
    await rm(directory, { recursive: true, force: true });
  });
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
  await writeFile(join(directory, 'firmware.bin'), FIRMWARE);
  return { directory, url, port: `${url}?ign_set_control` };
}

async function espaws(...args: string[]): Promise<string> {
  const { all } = await execa(process.execPath, [CLI, ...args], { all: true, env: { NO_COLOR: '1' } });
  return all;
}

describe.skipIf(!hasEsptool)('esptool.py judges the virtual board', () => {
  it('finds its flash', async () => {
    const { port } = await board('--flash-size', '2MB');
    const said = await esptool(['--port', port, 'flash_id']);
    expect(said).toMatch(/Manufacturer: ef\nDevice: 4015\nDetected flash size: 2MB/);
  });

  it.each([
    ['stubs', []],
    ['the boot ROM’s loader', ['--no-stub']],
  ])('writes, verifies and erases, and so does espaws, by %s', async (_title, options) => {
    const { port, url, directory } = await board();
    const file = join(directory, 'firmware.bin');
    const address = `0x${ADDRESS.toString(16)}`;
    const run = (...args: string[]) => esptool(['--port', port, ...args]);
    const ours = (what: 'verify' | 'write', ...more: string[]) =>
      espaws('flash', what, address, file, '--port', url, ...more);
    expect(await run(...options, 'write_flash', address, file)).toMatch(/Wrote 10\d{4} bytes/);
    expect(await run('verify_flash', address, file)).toContain('verify OK');
    expect(await ours('verify')).toBeDefined();
    await run('erase_region', address, '0x1000');
    await expect(run('verify_flash', address, file)).rejects.toThrow(/digest mismatch/);
    await ours('write', ...options);
    expect(await run('verify_flash', address, file)).toContain('verify OK');
  });

  it('reads back what it wrote at another rate', async () => {
    const { port, directory } = await board();
    await esptool(['--port', port, '--baud', '921600', 'write_flash', '0x10000', 'firmware.bin'], {
      cwd: directory,
    });
    await esptool(['--port', port, 'read_flash', '0x10000', String(FIRMWARE.length), 'back.bin'], {
      cwd: directory,
    });
    expect(FIRMWARE.equals(await readFile(join(directory, 'back.bin')))).toBe(true);
  });
});
