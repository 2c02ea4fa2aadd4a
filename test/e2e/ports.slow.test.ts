import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open as openFile, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serialPorts } from '../../src/io/serial/serial-ports.ts';
import { esptool, hasEsptool } from '../support/esptool.ts';
import { openedPort, ptyMaster, ptyPair, pyserialPath, readBytes } from '../support/serial.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');

function espaws(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [CLI, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
  const exited = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return { child, code: exited.then(([code]) => code as number | null) };
}

async function textOf(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

/** The URL that `espaws serve` prints when it listens. */
async function servedUrl(child: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  for await (const line of createInterface({ input: child.stderr })) {
    const url = /^ *serving \S+ at (\S+);/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('It does not serve.');
}

const open = (url: string) => serialPorts.open(url, { baudRate: 115_200 });

describe('espaws ports', () => {
  it('prints one JSON document', async () => {
    const { child, code } = espaws(['ports', '--json']);
    const text = await textOf(child.stdout);
    expect(await code).toBe(0);
    expect(JSON.parse(text)).toEqual({ ports: expect.any(Array) as unknown[] });
  });
});

describe.skipIf(process.platform !== 'linux')('espaws serve', () => {
  it('shares a port with other processes until Ctrl-C, exits with 130 and frees it', async () => {
    const { a, b } = await ptyPair();
    const board = await openedPort(b);
    const { child, code } = espaws(['serve', '--port', a, '--listen', '127.0.0.1:0', '--json']);
    const stdout = textOf(child.stdout);
    const url = await servedUrl(child);
    const client = await open(url);
    await client.write(Uint8Array.of(0, 255, 1));
    expect([...(await readBytes(board, 3))]).toEqual([0, 255, 1]);
    // The kernel's lock, seen from another process.
    await expect(open(a)).rejects.toMatchObject({
      code: 'port/busy',
      details: { holder: { pid: child.pid } },
    });
    child.kill('SIGINT');
    expect(await code).toBe(130);
    expect(JSON.parse(await stdout)).toEqual({ port: a, url, clients: 1 });
    await (await open(a)).close();
    await client.close();
  });

  it('is freed by a client that is killed, and by SIGTERM', async () => {
    const { a } = await ptyPair();
    const shared = espaws(['serve', '--port', a, '--listen', '127.0.0.1:0']);
    const url = await servedUrl(shared.child);
    // A port that is shared can be shared on.
    const again = espaws(['serve', '--port', url, '--listen', '127.0.0.1:0'], { ESPAWS_SERVE_TOKEN: 'hush' });
    const further = await servedUrl(again.child);
    await expect(open(url)).rejects.toMatchObject({ code: 'port/busy' });
    await expect(open(further)).rejects.toMatchObject({ code: 'port/permission' });
    await (await open(further.replace('TOKEN', 'hush'))).close();
    again.child.kill('SIGKILL');
    await again.code;
    // As a supervisor ends it, with a client at it.
    const client = await open(url);
    shared.child.kill('SIGTERM');
    expect(await shared.code).toBe(130);
    expect(await readBytes(client, 1)).toHaveLength(0);
    await (await open(a)).close();
  });

  it.each([
    [
      ['--listen', '0.0.0.0:0'],
      2,
      /^error: Everybody who reaches "0\.0\.0\.0" could use the port\.\nhint: .*--token/,
    ],
    [['--listen', 'x:y:z'], 2, /^error: "x:y:z" is not an address/],
  ])('refuses %j', async (args, exitCode, message) => {
    const { a } = await ptyPair();
    const { child, code } = espaws(['serve', '--port', a, ...args]);
    expect(await textOf(child.stderr)).toMatch(message);
    expect(await code).toBe(exitCode);
  });

  it('names a port that is not there', async () => {
    const { child, code } = espaws(['serve', '--port', '/dev/tty-of-nobody']);
    expect(await textOf(child.stderr)).toMatch(/^error: There is no port "\/dev\/tty-of-nobody"\.\nhint: /);
    expect(await code).toBe(5);
  });
});

/** A pty with modem lines, and what is done to them. */
async function portWithLines() {
  const directory = await mkdtemp(join(tmpdir(), 'espaws-lines-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const library = join(directory, 'modem-lines.so');
  const source = join(import.meta.dirname, '../support/modem-lines.c');
  await execa('gcc', ['-shared', '-fPIC', '-o', library, source, '-ldl']);
  const log = join(directory, 'log');
  return {
    path: (await ptyMaster()).path,
    env: { LD_PRELOAD: library, MODEM_LINES_LOG: log },
    changes: async () => (await readFile(log, 'utf8')).trim().split('\n'),
  };
}

describe.skipIf(!hasEsptool)('esptool.py at a shared port (virtual board, ROM loader)', () => {
  it('resets, finds the chip, writes and restarts it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'espaws-esptool-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const flash = join(directory, 'flash.bin');
    const data = join(directory, 'data.bin');
    await writeFile(data, Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 7) & 0xff)));
    const { child, code } = espaws(['serve', '--port', `virtual:${flash}`, '--listen', '127.0.0.1:0']);
    const url = await servedUrl(child);
    const log = textOf(child.stderr);
    const said = await esptool(['--no-stub', '--port', url, 'write_flash', '0x10000', data]);
    expect(said).toContain('Chip is ESP8266EX');
    child.kill('SIGINT');
    expect(await code).toBe(130);
    expect((await readFile(flash)).subarray(0x1_0000).subarray(0, 20_000)).toEqual(await readFile(data));
    expect((await log).match(/reset the chip into .*/g)).toEqual([
      // pyserial opens the port, esptool connects, and restarts the chip at the end.
      'reset the chip into the loader',
      'reset the chip into the loader',
      'reset the chip into its program',
    ]);
  });
});

const gcc = await execa('gcc', ['--version'], { reject: false });

describe.skipIf(process.platform !== 'linux' || gcc.failed)('a native port with modem lines', () => {
  const OPENED = ['dtr=0 rts=0', 'low latency changed'];

  it('releases both when it is opened, and changes both at once', async () => {
    const { path, env, changes } = await portWithLines();
    const { child, code } = espaws(['serve', '--port', path, '--listen', '127.0.0.1:0'], env);
    const port = await open(await servedUrl(child));
    expect(port.hasSignals).toBe(true);
    await port.setSignals({ rts: true });
    await port.setSignals({ dtr: true, rts: false });
    await port.setSignals({ dtr: false });
    await port.setSignals({ dtr: true });
    await port.close();
    child.kill('SIGINT');
    expect(await code).toBe(130);
    expect(await changes()).toEqual([
      ...OPENED,
      'dtr=0 rts=1',
      'dtr=1 rts=0',
      'dtr=0 rts=0',
      'dtr=1 rts=0',
      // The client has left.
      'dtr=0 rts=0',
    ]);
  });

  it.skipIf(pyserialPath() === undefined)('is reset by pyserial, one line at a time', async () => {
    const { path, env, changes } = await portWithLines();
    const { child, code } = espaws(['serve', '--port', path, '--listen', '127.0.0.1:0'], env);
    const client = `
import sys, serial, time
port = serial.serial_for_url(sys.argv[1], do_not_open=True)
port.dtr = False; port.rts = False
port.open()
port.rts = True; time.sleep(0.1); port.dtr = True; port.rts = False; time.sleep(0.05); port.dtr = False
port.close()
`;
    await execa('python3', ['-c', client, await servedUrl(child)], {
      env: { PYTHONPATH: pyserialPath()!, PYTHONDONTWRITEBYTECODE: '1' },
    });
    child.kill('SIGINT');
    expect(await code).toBe(130);
    expect(await changes()).toEqual([
      ...OPENED,
      // Opening: DTR off, and RTS off, which restarts.
      ...['dtr=0 rts=0', 'dtr=0 rts=1', 'dtr=0 rts=0'],
      // DTR on: the whole reset into the loader; then DTR off.
      ...['dtr=0 rts=1', 'dtr=1 rts=0', 'dtr=0 rts=0', 'dtr=0 rts=0'],
    ]);
  });

  it('is refused while another program has it open without a lock', async () => {
    const { path, env } = await portWithLines();
    const slave = await openFile(path, 'r+');
    const sleeper = spawn('sleep', ['1000'], { stdio: [slave.fd, 'ignore', 'ignore'] });
    onTestFinished(() => void sleeper.kill());
    await slave.close();
    const { child, code } = espaws(['serve', '--port', path, '--listen', '127.0.0.1:0'], env);
    expect(await textOf(child.stderr)).toMatch(
      `error: "${path}" is in use by sleep (process ${sleeper.pid}).`,
    );
    expect(await code).toBe(5);
  });
});
