import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { monitorCommand, type MonitorOptions } from '../../src/commands/monitor.ts';
import type { CommandContext } from '../../src/commands/result.ts';
import type { Keys, Output } from '../../src/host.ts';
import { nodeNetwork } from '../../src/io/network.ts';
import { serialPorts } from '../../src/io/serial/serial-ports.ts';
import { virtualBoards } from '../../src/io/virtual-port.ts';
import { testContext } from '../support/board-case.ts';
import { compileProgram, hasToolchain } from '../support/board-image.ts';
import { openedPort, ptyPair, readBytes } from '../support/serial.ts';
import { misread } from '../../src/link/misread.ts';

const NO_KEYS: Keys = {
  canRead: false,
  read: () => {
    throw new Error('no keys');
  },
};

const DEFAULTS = {
  project: tmpdir(),
  baudRate: 115_200,
  reset: false,
  reconnect: false,
  json: false,
};

/** Starts the command; `listening` resolves when it does. */
function monitoring(
  options: Partial<MonitorOptions>,
  { keys = NO_KEYS, context = {} }: { keys?: Keys; context?: Partial<CommandContext> } = {},
) {
  const controller = new AbortController();
  let shown = '';
  const output: Output = {
    isTerminal: false,
    hasColours: false,
    write: (text) => {
      shown += text;
      return Promise.resolve();
    },
  };
  const notes: string[] = [];
  let told: () => void = () => undefined;
  const listening = new Promise<void>((resolve) => {
    told = resolve;
  });
  const ended = monitorCommand(
    {
      ...testContext(),
      signal: controller.signal,
      progress: (event) => {
        if ('text' in event) notes.push(event.text);
        if (event.kind === 'note' && event.text.startsWith('listening')) told();
      },
      ...context,
    },
    { ...DEFAULTS, ...options },
    { output, keys },
  );
  return {
    ...{ ended, notes, listening },
    shown: () => shown,
    stop: () => {
      controller.abort();
    },
  };
}

const bytes = (text: string) => Buffer.from(text);

describe.skipIf(process.platform !== 'linux')('espaws monitor at a port', () => {
  test('shows decoded lines, writes both logs, and ends with the text that is expected', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'espaws-monitor-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const { a, b } = await ptyPair();
    const board = await openedPort(b);
    const [log, decodedLog] = [join(directory, 'raw.log'), join(directory, 'decoded.log')];
    const { ended, listening, shown } = monitoring({ port: a, log, decodedLog, expectText: 'ready' });
    await listening;
    const raw =
      ' ets Jan  8 2013,rst cause:2, boot mode:(3,6)\r\n\u001B[0;31mE (5) app: no\u001B[0m\r\nI (6) app: ready\n';
    await board.write(bytes(raw));
    expect(await ended).toMatchObject({ exitCode: 0, text: '' });
    expect(shown()).toMatch(/rst cause:2.*\n +=.*restarted the chip; boot from flash\n.*E \(5\) app: no\n/);
    expect(shown()).not.toContain('\u001B');
    expect(await readFile(log, 'utf8')).toBe(raw);
    expect(await readFile(decodedLog, 'utf8')).toBe(shown());
  });

  test('ends with the text that says failure, and names the cause', async () => {
    const { a, b } = await ptyPair();
    const board = await openedPort(b);
    const { ended, listening } = monitoring({ port: a, failText: 'giving up' });
    await listening;
    await board.write(bytes('E (5) app: mbedtls_ssl_handshake returned -0x4290\r\nI (6) app: giving up\r\n'));
    const { exitCode, text } = await ended;
    expect(exitCode).toBe(6);
    expect(text).toMatch(/^FAIL {2}I \(6\) app: giving up\n +cause: {2}The heap ran out,/);
  });

  test('says what the boot ROM banner at another rate is', async () => {
    const { a, b } = await ptyPair();
    const board = await openedPort(b);
    const { ended, listening, shown } = monitoring({ port: a, expectText: 'hello' });
    await listening;
    const banner = bytes(
      '\r\n ets Jan  8 2013,rst cause:2, boot mode:(3,6)\r\n\r\nload 0x40100000, len 7872\r\n',
    );
    await board.write(misread(banner, { sent: 74_880, read: 115_200 }));
    await board.write(bytes('\r\nI (5) app: hello\r\n'));
    expect(await ended).toMatchObject({ exitCode: 0 });
    expect(shown()).toContain('sends at 74880 baud');
  });

  test('shows what the filter lets through', async () => {
    const { a, b } = await ptyPair();
    const board = await openedPort(b);
    const { ended, listening, shown } = monitoring({ port: a, filter: 'wifi:W *:I', expectText: 'ready' });
    await listening;
    await board.write(bytes('I (1) wifi: one\nW (2) wifi: two\nD (3) app: three\nplain\nI (4) app: ready\n'));
    await ended;
    expect(shown().replaceAll(/^\S+ {2}/gm, '')).toBe('W (2) wifi: two\nplain\nI (4) app: ready\n');
  });

  test('tells newline-delimited events', async () => {
    const { a, b } = await ptyPair();
    const board = await openedPort(b);
    const { ended, listening, shown } = monitoring({ port: a, json: true, expectText: 'ready' });
    await listening;
    await board.write(
      bytes('\u001B[0;31mE (5) app: mbedtls_ssl_handshake returned -0x2700\u001B[0m\nready\n'),
    );
    expect(await ended).toMatchObject({ exitCode: 0, json: undefined, text: '' });
    const events = shown()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events).toMatchObject([
      { kind: 'call', code: -9984, line: 'E (5) app: mbedtls_ssl_handshake returned -0x2700' },
      { kind: 'text', line: 'ready' },
      {
        kind: 'end',
        because: 'expected-text',
        exitCode: 0,
        diagnosis: { causes: [{ id: 'tls.ca_wrong.or_other' }, {}, {}, {}] },
      },
    ]);
  });

  test('ends when the time is up, when it is interrupted, when the port is lost', async () => {
    const first = await ptyPair();
    expect(await monitoring({ port: first.a, timeoutMs: 50 }).ended).toMatchObject({ exitCode: 7 });
    const second = await ptyPair();
    const interrupted = monitoring({ port: second.a });
    await interrupted.listening;
    interrupted.stop();
    expect(await interrupted.ended).toMatchObject({ exitCode: 130 });
    const third = await ptyPair();
    const lost = monitoring({ port: third.a });
    await lost.listening;
    await third.cut();
    expect(await lost.ended).toMatchObject({ exitCode: 7, text: expect.stringContaining('LOST') as string });
  });

  test('sends a line and ends by the keys', async () => {
    const { a, b } = await ptyPair();
    const board = await openedPort(b);
    let press: (key: string) => void = () => undefined;
    const keys: Keys = {
      canRead: true,
      async *read(signal) {
        while (!signal.aborted) {
          yield await new Promise<string>((resolve) => {
            press = resolve;
            signal.addEventListener('abort', () => {
              resolve('');
            });
          });
        }
      },
    };
    const { ended, listening } = monitoring({ port: a }, { keys });
    await listening;
    for (const key of ['s', 'h', 'x', '\x7F', 'i', '\r']) {
      press(key);
      await new Promise(setImmediate);
    }
    expect(Buffer.from(await readBytes(board, 4)).toString()).toBe('hi\r\n');
    press('q');
    expect(await ended).toMatchObject({ exitCode: 0 });
  });
});

describe('espaws monitor at a port that comes and goes', () => {
  test('waits for it, and goes on', async () => {
    let connections = 0;
    const listener = await nodeNetwork.listenTcp({
      host: '127.0.0.1',
      port: 0,
      onConnection: ({ stream }) => {
        connections += 1;
        stream.on('error', () => undefined);
        stream.end(connections === 1 ? 'one\n' : 'two\n');
      },
    });
    onTestFinished(() => listener.close());
    const port = `socket://127.0.0.1:${listener.port}`;
    const { ended, notes, shown } = monitoring({ port, reconnect: true, expectText: 'two' });
    expect(await ended).toMatchObject({ exitCode: 0 });
    expect(shown()).toMatch(/one\n.*two\n/);
    expect(notes.filter((note) => note.includes('went away'))).toHaveLength(1);
  });
});

describe.skipIf(!hasToolchain)('espaws monitor at a board that crashes', () => {
  test('leads to the line, and ends with the board', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'espaws-monitor-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const { flash, elf } = compileProgram(
      '#line 1 "crash.c"\n__attribute__((noinline)) void poke(volatile int *place) {\n  *place = 5;\n}\nvoid start(void) { poke((volatile int *) 8); for (;;) SLEEP(); }',
      ['-g', '-O0'],
    );
    await writeFile(join(directory, 'a.elf'), elf);
    const { host } = testContext();
    const open = () => virtualBoards.openVirtual({ flash, flashSizeBytes: 0x400000, seed: 1 });
    const context = { host: { ...host, ports: { ...serialPorts, open } } };
    const { ended, shown } = monitoring(
      { port: 'socket://board:1', elf: join(directory, 'a.elf') },
      { context },
    );
    const { exitCode, text } = await ended;
    expect(exitCode).toBe(7);
    expect(shown()).toMatch(
      /crash: a store to 0x00000008 through a null pointer\n {2}at {3}0x4010\w{4} {2}poke.*:2\n {2}from 0x4010\w{4} {2}start.*:4\n/,
    );
    expect(text).toContain('The program crashed.');
  });

  test('reads the boot ROM at its rate and the program at another', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'espaws-monitor-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const { flash } = compileProgram(
      'void start(void) { REG(0x60000014) = 451; ets_delay_us(200000); SAY("hello\\r\\n"); for (;;) SLEEP(); }',
    );
    const board = join(directory, 'board.bin');
    await writeFile(board, flash);
    const paced = monitoring({ port: `virtual:${board}?timing=real`, bootRate: 74_880, expectText: 'hello' });
    expect(await paced.ended).toMatchObject({ exitCode: 0 });
    expect(paced.shown()).toMatch(/rst cause:\d, boot mode:\(3,\d\)\n +=.*boot from flash\n[\s\S]*  hello\n/);
    const unpaced = monitoring({ port: `virtual:${board}`, bootRate: 74_880, expectText: 'hello' });
    expect(await unpaced.ended).toMatchObject({ exitCode: 0 });
    expect(unpaced.notes.join('\n')).toContain('--boot-baud does nothing without ?timing=real');
  });
});
